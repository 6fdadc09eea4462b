// What a server makes of a ClientHello before TLS 1.3, and what either side signs with.
#include "handshake/negotiate_12.h"

#include <algorithm>

namespace tlsock {
namespace {

// schemes_of: RFC 5246 §7.4.1.4.1 says what a client means that does not say.
std::vector<SignatureScheme> schemes_of(const ClientHello& hello) {
  return hello.signature_algorithms.value_or(
      std::vector{SignatureScheme::rsa_pkcs1_sha1, SignatureScheme::ecdsa_sha1});
}

bool fits_suite(const KeyInfo& key, KeyExchangeAlgorithm key_exchange) {
  switch (key_exchange) {
    case KeyExchangeAlgorithm::ecdhe_ecdsa:  // RFC 8422 §5.10: EdDSA too
      return key.type == KeyType::ec || key.type == KeyType::ed25519 || key.type == KeyType::ed448;
    case KeyExchangeAlgorithm::ecdhe_rsa:
      return key.type == KeyType::rsa || key.type == KeyType::rsa_pss;
    case KeyExchangeAlgorithm::any:
      break;
  }
  return false;
}

std::optional<NamedGroup> group_of(Curve curve) {
  switch (curve) {
    case Curve::secp256r1:
      return NamedGroup::secp256r1;
    case Curve::secp384r1:
      return NamedGroup::secp384r1;
    case Curve::secp521r1:
      return NamedGroup::secp521r1;
    default:
      return {};
  }
}

// RFC 8422 §5.1: an ECDSA certificate's curve is one that the client has.
bool curve_known(const ClientHello& hello, const KeyInfo& key) {
  if (key.type != KeyType::ec || !hello.supported_groups) return true;
  const auto group = group_of(key.curve);
  return group && has(*hello.supported_groups, *group);
}

std::optional<SigningChoice12> choose_signing(const Config& config, const VersionRules& rules,
                                              const Credential& credential, const std::vector<SignatureScheme>& peer) {
  const KeyInfo& key = credential.key->info();
  if (!rules.names_algorithm) {
    const auto algorithm = unnamed_algorithm(rules, key);
    if (!algorithm) return {};
    return SigningChoice12{&credential, *algorithm, {}};
  }
  // A hash that goes with the key's curve, as in TLS 1.3, is preferred to any other.
  for (bool (*goes)(const KeyInfo&, SignatureScheme) : {fits, fits_12})
    for (auto scheme : config.signature_algs)
      if (goes(key, scheme) && fits_12(key, scheme) && has(peer, scheme))
        return SigningChoice12{&credential, *algorithm_of(scheme), scheme};
  return {};
}

std::optional<NamedGroup> choose_group(const Config& config, const ClientHello& hello) {
  for (auto group : config.supported_groups) {
    if (!is_ecdhe_group(group)) continue;
    // RFC 8422 §4: a client that does not say has all; but the curve that everybody has is safer.
    if (hello.supported_groups ? has(*hello.supported_groups, group) : group == NamedGroup::secp256r1) return group;
  }
  return {};
}

Status check_hello(const ClientHello& hello) {
  if (!has(hello.legacy_compression_methods, 0)) return Error(Reason::INVALID_COMPRESSION_LIST);
  // RFC 8422 §5.1.2: with the extension, uncompressed must be among the formats.
  if (hello.ec_point_formats && !has(*hello.ec_point_formats, 0))
    return Error(Reason::ERROR_PARSING_EXTENSION, "ec_point_formats").with_alert(Alert::illegal_parameter);
  // RFC 5746 §3.6: empty in a first handshake.
  if (hello.renegotiation_info && !hello.renegotiation_info->empty()) return Error(Reason::RENEGOTIATION_MISMATCH);
  return {};
}

// Suites whose key exchange or certificate fails are passed over; what was missing last is told if none is left.
Result<Choice12> choose_suite(const Config& config, const VersionRules& rules, const ClientHello& hello) {
  const auto group = choose_group(config, hello);
  const auto schemes = schemes_of(hello);
  const auto& first = config.honor_cipher_order ? config.cipher_suites : hello.cipher_suites;
  const auto& second = config.honor_cipher_order ? hello.cipher_suites : config.cipher_suites;
  Reason missing = Reason::NO_SHARED_CIPHER;
  for (auto code : first) {
    const auto* suite = find_suite(code);
    if (!suite || !usable_in(*suite, rules.version) || !has(second, code)) continue;
    if (!group) {
      missing = Reason::NO_SHARED_GROUP;
      continue;
    }
    for (const auto& credential : config.credentials) {
      const KeyInfo& key = credential.key->info();
      if (!fits_suite(key, suite->key_exchange) || !curve_known(hello, key)) continue;
      if (const auto signing = choose_signing(config, rules, credential, schemes))
        return Choice12{suite, *group, *signing, {}};
      missing = Reason::NO_COMMON_SIGNATURE_ALGORITHMS;
    }
  }
  return Error(missing);
}

bool has_type(const CertificateRequest12Body& request, const KeyInfo& key) {
  const bool is_rsa = key.type == KeyType::rsa || key.type == KeyType::rsa_pss;
  // RFC 8422 §5.5: ecdsa_sign stands for EdDSA too.
  return has(request.certificate_types, is_rsa ? ClientCertificateType::rsa_sign : ClientCertificateType::ecdsa_sign);
}

}  // namespace

Result<Choice12> negotiate_12(const Config& config, const VersionRules& rules, const ClientHello& hello) {
  TRY(check_hello(hello));
  if (config.credentials.empty()) return Error(Reason::NO_CERTIFICATE_SET);
  Choice12 choice = TRY(choose_suite(config, rules, hello));
  choice.alpn = TRY(choose_alpn(config, hello));
  return choice;
}

std::optional<SigningChoice12> choose_client_credential_12(const Config& config, const VersionRules& rules,
                                                           const CertificateRequest12Body& request) {
  static const std::vector<SignatureScheme> none;
  const auto& schemes = request.signature_algorithms ? *request.signature_algorithms : none;
  std::optional<SigningChoice12> fallback;
  for (const auto& credential : config.credentials) {
    if (!has_type(request, credential.key->info())) continue;
    const auto choice = choose_signing(config, rules, credential, schemes);
    if (!choice) continue;
    if (from_authority(credential, request.certificate_authorities)) return choice;
    if (!fallback) fallback = choice;
  }
  return fallback;
}

Status check_certificate_12(const SuiteInfo& suite, const std::vector<CertificatePtr>& chain) {
  const auto& key = chain.front()->public_key();
  if (!key) return Error(Reason::UNKNOWN_CERTIFICATE_TYPE);
  if (!fits_suite(key->info(), suite.key_exchange)) return Error(Reason::WRONG_CERTIFICATE_TYPE);
  return {};
}

std::optional<SignatureAlgorithm> unnamed_algorithm(const VersionRules& rules, const KeyInfo& key) {
  using Kind = SignatureAlgorithm::Kind;
  switch (key.type) {
    case KeyType::rsa:
      return SignatureAlgorithm{Kind::rsa_pkcs1, rules.rsa_hash};
    case KeyType::ec:
      return SignatureAlgorithm{Kind::ecdsa, rules.ecdsa_hash};
    default:
      return {};
  }
}

bool is_ecdhe_group(NamedGroup group) {
  switch (group) {
    case NamedGroup::x25519:
    case NamedGroup::x448:
    case NamedGroup::secp256r1:
    case NamedGroup::secp384r1:
    case NamedGroup::secp521r1:
      return true;
    default:
      return false;
  }
}

}  // namespace tlsock
