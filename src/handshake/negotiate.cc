// What a server makes of a ClientHello, and how either side picks its certificate.
#include "handshake/negotiate.h"

#include <algorithm>

namespace tlsock {
namespace {

// Hybrids and plain ML-KEM: for their sake a round trip is worth it, among classical groups it is not.
bool is_post_quantum(NamedGroup group) {
  switch (group) {
    case NamedGroup::mlkem512:
    case NamedGroup::mlkem768:
    case NamedGroup::mlkem1024:
    case NamedGroup::x25519mlkem768:
    case NamedGroup::secp256r1mlkem768:
    case NamedGroup::secp384r1mlkem1024:
      return true;
    default:
      return false;
  }
}

Status check_key_shares(const ClientHello& hello) {
  if (!hello.key_share || !hello.supported_groups) return {};
  std::vector<NamedGroup> shares, groups = *hello.supported_groups;
  for (const auto& entry : *hello.key_share) shares.push_back(entry.group);
  std::ranges::sort(shares);
  std::ranges::sort(groups);
  // RFC 8446 §4.2.8: one share for a group at most, and for groups that are offered only.
  if (std::ranges::adjacent_find(shares) != shares.end()) return Error(Reason::DUPLICATE_KEY_SHARE);
  if (!std::ranges::includes(groups, shares)) return Error(Reason::INVALID_KEY_SHARES);
  return {};
}

Status check_pre_shared_key(const ClientHello& hello) {
  const auto& seen = hello.extensions_seen;
  if (!has(seen, Extension::pre_shared_key)) return {};
  // RFC 8446 §4.2.11: pre_shared_key must be the last extension. §4.2.9: it needs psk_key_exchange_modes.
  if (seen.back() != Extension::pre_shared_key) return Error(Reason::ERROR_PARSING_EXTENSION, "pre_shared_key is not the last").with_alert(Alert::illegal_parameter);
  if (!hello.psk_key_exchange_modes) return Error(Reason::MISSING_EXTENSION, "psk_key_exchange_modes");
  return {};
}

Status check_server_name(const ClientHello& hello) {
  if (!hello.server_name) return {};
  // RFC 6066 §3: one name of each type at most.
  if (hello.server_name->size() > 1) return Error(Reason::INVALID_SERVER_NAME, "several names");
  const auto& entry = hello.server_name->front();
  if (entry.name_type == 0 && (entry.name.size() > 255 || has(entry.name, '\0')))
    return Error(Reason::INVALID_SERVER_NAME);
  return {};
}

const SuiteInfo* choose_suite(const Config& config, const ClientHello& hello) {
  const auto& first = config.honor_cipher_order ? config.cipher_suites : hello.cipher_suites;
  const auto& second = config.honor_cipher_order ? hello.cipher_suites : config.cipher_suites;
  for (auto suite : first)
    if (const auto* info = find_suite(suite); info && info->is_tls13() && has(second, suite)) return info;
  return nullptr;
}

// choose_group takes our most preferred group that the client has. A share that is there already is preferred over a
// round trip, but not a classical one over a hybrid.
std::optional<NamedGroup> choose_group(const Config& config, const ClientHello& hello) {
  std::optional<NamedGroup> best;
  for (auto group : config.supported_groups) {
    if (!has(*hello.supported_groups, group)) continue;
    if (!best) best = group;
    if (share_for(hello, group) && is_post_quantum(group) == is_post_quantum(*best)) return group;
  }
  return best;
}

std::optional<SignatureScheme> choose_scheme(const Config& config, const Credential& credential,
                                             const std::vector<SignatureScheme>& peer) {
  for (auto scheme : config.signature_algs)
    if (allowed_in_tls13(scheme) && fits(credential.key->info(), scheme) && has(peer, scheme)) return scheme;
  return {};
}

// chain_acceptable: RFC 8446 §4.4.2.2, all certificates should be signed by algorithms that the peer named. A self-signed
// one's signature is not looked at.
bool chain_acceptable(const Credential& credential, const SchemeList& peer) {
  const auto& schemes = peer.certificates ? *peer.certificates : peer.handshake;
  return std::ranges::all_of(credential.chain, [&](const CertificatePtr& certificate) {
    if (certificate->is_self_issued()) return true;
    const auto& algorithm = certificate->signature_algorithm();
    return algorithm && std::ranges::any_of(schemes, [&](SignatureScheme scheme) {
      const auto offered = algorithm_of(scheme);
      return offered && offered->kind == algorithm->kind && offered->hash == algorithm->hash;
    });
  });
}

}  // namespace

Status check_client_hello(const ClientHello& hello) {
  TRY(check_server_name(hello));
  if (hello.max_fragment_length && !fragment_length_of(*hello.max_fragment_length))
    return Error(Reason::BAD_MAX_FRAGMENT_LENGTH);
  // RFC 8449 §4: less than 64 is illegal_parameter.
  if (hello.record_size_limit && *hello.record_size_limit < 64) return Error(Reason::BAD_RECORD_SIZE_LIMIT);
  return {};
}

Result<Choice13> negotiate_13(const Config& config, const ClientHello& hello) {
  // RFC 8446 §4.1.2: exactly one byte, zero.
  if (hello.legacy_compression_methods != ByteString{0}) return Error(Reason::INVALID_COMPRESSION_LIST);
  TRY(check_pre_shared_key(hello));
  // RFC 8446 §9.2: mandatory where a certificate authenticates the server.
  if (!hello.supported_groups) return Error(Reason::MISSING_EXTENSION, "supported_groups");
  if (!hello.key_share) return Error(Reason::MISSING_KEY_SHARE);
  if (!hello.signature_algorithms) return Error(Reason::MISSING_EXTENSION, "signature_algorithms");
  TRY(check_key_shares(hello));

  Choice13 choice;
  choice.suite = choose_suite(config, hello);
  if (!choice.suite) return Error(Reason::NO_SHARED_CIPHER);
  const auto group = choose_group(config, hello);
  if (!group) return Error(Reason::NO_SHARED_GROUP);
  choice.group = *group;
  choice.retry = !share_for(hello, *group);
  choice.alpn = TRY(choose_alpn(config, hello));
  if (config.credentials.empty()) return Error(Reason::NO_CERTIFICATE_SET);
  const auto signing = choose_credential(
      config, {*hello.signature_algorithms, hello.signature_algorithms_cert, hello.certificate_authorities});
  if (!signing) return Error(Reason::NO_COMMON_SIGNATURE_ALGORITHMS);
  choice.credential = signing->credential;
  choice.scheme = signing->scheme;
  return choice;
}

Result<Choice13> accept_second_hello(const Config& config, const Choice13& first, const ClientHello& hello,
                                     const ClientHello& second, const ByteString& cookie) {
  // RFC 8446 §4.1.2: but for key_share, early_data, cookie, pre_shared_key and padding, the hello stays the same.
  if (second.legacy_version != hello.legacy_version || second.random != hello.random ||
      second.legacy_session_id != hello.legacy_session_id || second.cipher_suites != hello.cipher_suites ||
      second.legacy_compression_methods != hello.legacy_compression_methods ||
      second.server_name != hello.server_name || second.supported_groups != hello.supported_groups ||
      second.signature_algorithms != hello.signature_algorithms ||
      second.signature_algorithms_cert != hello.signature_algorithms_cert || second.alpn != hello.alpn ||
      second.supported_versions != hello.supported_versions ||
      second.psk_key_exchange_modes != hello.psk_key_exchange_modes ||
      second.max_fragment_length != hello.max_fragment_length || second.record_size_limit != hello.record_size_limit ||
      second.certificate_authorities != hello.certificate_authorities)
    return Error(Reason::INVALID_SECOND_CLIENT_HELLO);
  if (has(second.extensions_seen, Extension::early_data))
    return Error(Reason::INVALID_SECOND_CLIENT_HELLO, "early_data");
  // RFC 8446 §4.2.2: the cookie must come back.
  if (cookie.empty() ? second.cookie.has_value() : second.cookie != cookie) return Error(Reason::WRONG_COOKIE);
  auto choice = TRY(negotiate_13(config, second));
  // RFC 8446 §4.2.8: one share, for the group that was asked for.
  if (second.key_share->size() != 1 || second.key_share->front().group != first.group)
    return Error(Reason::WRONG_CURVE);
  if (choice.suite != first.suite) return Error(Reason::INVALID_SECOND_CLIENT_HELLO, "cipher_suites");
  choice.group = first.group;
  choice.retry = false;
  return choice;
}

Result<std::string> choose_alpn(const Config& config, const ClientHello& hello) {
  if (config.alpn.empty() || !hello.alpn) return std::string();
  for (const auto& protocol : config.alpn)
    if (has(*hello.alpn, ProtocolName{protocol})) return protocol;
  return Error(Reason::NO_APPLICATION_PROTOCOL);
}

const KeyShareEntry* share_for(const ClientHello& hello, NamedGroup group) {
  if (!hello.key_share) return nullptr;
  const auto entry = std::ranges::find(*hello.key_share, group, &KeyShareEntry::group);
  return entry == hello.key_share->end() ? nullptr : &*entry;
}

std::optional<SigningChoice> choose_credential(const Config& config, const SchemeList& peer) {
  std::optional<SigningChoice> fallback;
  for (const auto& credential : config.credentials) {
    const auto scheme = choose_scheme(config, credential, peer.handshake);
    if (!scheme) continue;
    const SigningChoice choice{&credential, *scheme};
    if (chain_acceptable(credential, peer) && (!peer.authorities || from_authority(credential, *peer.authorities))) return choice;
    if (!fallback) fallback = choice;
  }
  return fallback;
}

bool from_authority(const Credential& credential, const std::vector<DistinguishedName>& authorities) {
  if (authorities.empty()) return true;
  return std::ranges::any_of(credential.chain, [&](const CertificatePtr& certificate) {
    return std::ranges::any_of(
        authorities, [&](const DistinguishedName& name) { return same_name(certificate->issuer(), name.der); });
  });
}

std::vector<DistinguishedName> authority_names(const Config& config) {
  std::vector<DistinguishedName> names;
  if (!config.certificate_authorities || !config.anchors) return names;
  for (const auto& anchor : config.anchors->anchors()) names.push_back({copy(anchor->subject())});
  return names;
}

std::string sni_of(const ClientHello& hello) {
  if (!hello.server_name || hello.server_name->front().name_type != 0) return {};
  return normal_host(hello.server_name->front().name);
}

Offers offers_of(const ClientHello& hello) {
  Offers offers;
  if (hello.supported_versions) offers.versions = *hello.supported_versions;
  else offers.versions = {hello.legacy_version};
  offers.cipher_suites = hello.cipher_suites;
  if (hello.supported_groups) offers.groups = *hello.supported_groups;
  if (hello.key_share)
    for (const auto& entry : *hello.key_share) offers.key_share_groups.push_back(entry.group);
  if (hello.signature_algorithms) offers.signature_schemes = *hello.signature_algorithms;
  offers.signature_schemes_cert = hello.signature_algorithms_cert;
  if (hello.alpn)
    for (const auto& protocol : *hello.alpn) offers.alpn.push_back(protocol.name);
  if (const auto name = sni_of(hello); !name.empty()) offers.server_name = name;
  return offers;
}

std::optional<std::uint16_t> fragment_length_of(std::uint8_t code) {
  if (code < 1 || code > 4) return {};
  return static_cast<std::uint16_t>(256 << code);
}

std::uint8_t fragment_length_code(std::uint16_t length) {
  for (std::uint8_t code = 1; code <= 4; ++code)
    if (fragment_length_of(code) == length) return code;
  return 0;
}

}  // namespace tlsock
