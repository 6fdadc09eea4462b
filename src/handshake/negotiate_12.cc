// What a server makes of a ClientHello before TLS 1.3, and what either side signs with.
#include "handshake/negotiate_12.h"

#include <algorithm>

namespace tlsock {
namespace {

// schemes_of: RFC 5246 §7.4.1.4.1 says what a client means that does not say.
std::vector<SignatureScheme> schemes_of(const ClientHello& hello) {
  return hello.signature_algorithms.value_or(
      std::vector{SignatureScheme::rsa_pkcs1_sha1, SignatureScheme::ecdsa_sha1, SignatureScheme::dsa_sha1});
}

// fits_suite tells whether a certificate's key can do what the suite wants of it (RFC 5246 §7.4.2). The names of static
// ECDH's suites say nothing about the signature on the certificate any more.
bool fits_suite(const KeyInfo& key, KeyExchangeAlgorithm key_exchange) {
  switch (key_exchange) {
    case KeyExchangeAlgorithm::ecdhe_ecdsa:  // RFC 8422 §5.10: EdDSA too
      return key.type == KeyType::ec || key.type == KeyType::ed25519 || key.type == KeyType::ed448;
    case KeyExchangeAlgorithm::ecdhe_rsa:
    case KeyExchangeAlgorithm::dhe_rsa:
    case KeyExchangeAlgorithm::srp_rsa:
      return key.type == KeyType::rsa || key.type == KeyType::rsa_pss;
    case KeyExchangeAlgorithm::dhe_dss:
    case KeyExchangeAlgorithm::srp_dss:
      return key.type == KeyType::dsa;
    case KeyExchangeAlgorithm::rsa:
    case KeyExchangeAlgorithm::rsa_psk:
      return key.type == KeyType::rsa;
    case KeyExchangeAlgorithm::ecdh_ecdsa:
    case KeyExchangeAlgorithm::ecdh_rsa:
      return key.type == KeyType::ec && group_of(key.curve);
    case KeyExchangeAlgorithm::any:
    case KeyExchangeAlgorithm::psk:
    case KeyExchangeAlgorithm::dhe_psk:
    case KeyExchangeAlgorithm::ecdhe_psk:
    case KeyExchangeAlgorithm::srp_anon:
    case KeyExchangeAlgorithm::dh_anon:
    case KeyExchangeAlgorithm::ecdh_anon:
      break;
  }
  return false;
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
  const auto& own = groups_12(config);
  // RFC 8422 §4: a client that does not say has all; but the curve that everybody has is safer.
  const std::vector<NamedGroup> peer = hello.supported_groups.value_or(std::vector{NamedGroup::secp256r1});
  const auto& first = config.honor_ecc_order ? own : peer;
  const auto& second = config.honor_ecc_order ? peer : own;
  const auto chosen = std::ranges::find_if(
      first, [&](NamedGroup group) { return is_ecdhe_group(group) && has(second, group); });
  return chosen == first.end() ? std::nullopt : std::optional(*chosen);
}

// RFC 7919 §4: a client that names groups gets one of these or no DHE; to one that names none, the smallest.
std::shared_ptr<const DhParams> choose_dh(const Config& config, const ClientHello& hello) {
  if (config.dh) return config.dh;
  const auto is_ffdhe = [](NamedGroup group) { return static_cast<std::uint16_t>(group) >> 8 == 1; };
  static constexpr NamedGroup ours[] = {NamedGroup::ffdhe2048, NamedGroup::ffdhe3072, NamedGroup::ffdhe4096,
                                        NamedGroup::ffdhe6144, NamedGroup::ffdhe8192};
  std::optional<NamedGroup> chosen;
  bool names_one = false;
  for (auto group : hello.supported_groups.value_or(std::vector<NamedGroup>())) {
    names_one = names_one || is_ffdhe(group);
    if (!chosen && has(ours, group)) chosen = group;
  }
  if (!chosen && names_one) return nullptr;
  const DhParams& params = dh_params(chosen.value_or(NamedGroup::ffdhe2048));  // lives as long as the process
  return {std::shared_ptr<const DhParams>(), &params};
}

// has_users: PSK and SRP want somebody to ask, and SRP a name in the hello (RFC 5054 §2.5.1.2).
bool has_users(const Config& config, const ClientHello& hello, KeyExchangeAlgorithm key_exchange) {
  if (uses_srp(key_exchange)) return config.ask_user_lookup && hello.srp;
  return !uses_psk(key_exchange) || config.ask_user_lookup;
}

// Chooser goes through the suites. One whose key exchange or certificate fails is passed over; what was missing last is
// told if none is left.
class Chooser {
 public:
  Chooser(const Config& config, const VersionRules& rules, const ClientHello& hello)
      : config_(config),
        rules_(rules),
        hello_(hello),
        group_(choose_group(config, hello)),
        dh_(choose_dh(config, hello)),
        schemes_(schemes_of(hello)) {}

  Result<Choice12> choose() {
    const auto& first = config_.honor_cipher_order ? config_.cipher_suites : hello_.cipher_suites;
    const auto& second = config_.honor_cipher_order ? hello_.cipher_suites : config_.cipher_suites;
    for (auto code : first) {
      const auto* suite = find_suite(code);
      if (!suite || !usable_in(*suite, rules_.version) || !has(second, code)) continue;
      if (auto choice = with(*suite)) return *std::move(choice);
    }
    return Error(missing_);
  }

 private:
  std::optional<Choice12> with(const SuiteInfo& suite) {
    const auto kx = suite.key_exchange;
    Choice12 choice{&suite, {}, {}, {}, {}};
    if (is_ephemeral_ecdh(kx)) choice.group = group_;
    if (is_ephemeral_dh(kx)) choice.dh = dh_;
    if (choice.dh) choice.group = named_group(*choice.dh);
    if ((is_ephemeral_ecdh(kx) && !group_) || (is_ephemeral_dh(kx) && !dh_)) {
      missing_ = Reason::NO_SHARED_GROUP;
      return {};
    }
    if (!has_users(config_, hello_, kx)) return {};
    if (suite.is_anonymous()) return choice;
    return with_credential(suite, std::move(choice));
  }

  std::optional<Choice12> with_credential(const SuiteInfo& suite, Choice12 choice) {
    if (config_.credentials.empty()) missing_ = Reason::NO_CERTIFICATE_SET;
    for (const auto& credential : config_.credentials) {
      const KeyInfo& key = credential.key->info();
      if (!fits_suite(key, suite.key_exchange) || !curve_known(hello_, key)) continue;
      choice.signing = {&credential, {}, {}};
      if (is_static_ecdh(suite.key_exchange)) choice.group = group_of(key.curve);
      if (!signs_exchange(suite.key_exchange)) return choice;
      const auto signing = choose_signing(config_, rules_, credential, schemes_);
      if (signing) choice.signing = *signing;
      if (signing) return choice;
      missing_ = Reason::NO_COMMON_SIGNATURE_ALGORITHMS;
    }
    return {};
  }

  const Config& config_;
  const VersionRules& rules_;
  const ClientHello& hello_;
  const std::optional<NamedGroup> group_;
  const std::shared_ptr<const DhParams> dh_;
  const std::vector<SignatureScheme> schemes_;
  Reason missing_ = Reason::NO_SHARED_CIPHER;
};

bool has_type(const CertificateRequest12Body& request, const KeyInfo& key) {
  if (key.type == KeyType::dsa) return has(request.certificate_types, ClientCertificateType::dss_sign);
  const bool is_rsa = key.type == KeyType::rsa || key.type == KeyType::rsa_pss;
  // RFC 8422 §5.5: ecdsa_sign stands for EdDSA too.
  return has(request.certificate_types, is_rsa ? ClientCertificateType::rsa_sign : ClientCertificateType::ecdsa_sign);
}

}  // namespace

Status check_hello_12(const ClientHello& hello) {
  if (!has(hello.legacy_compression_methods, 0)) return Error(Reason::INVALID_COMPRESSION_LIST);
  // RFC 8422 §5.1.2: with the extension, uncompressed must be among the formats.
  if (hello.ec_point_formats && !has(*hello.ec_point_formats, 0))
    return Error(Reason::ERROR_PARSING_EXTENSION, "ec_point_formats").with_alert(Alert::illegal_parameter);
  // RFC 5746 §3.6: empty in a first handshake.
  if (hello.renegotiation_info && !hello.renegotiation_info->empty()) return Error(Reason::RENEGOTIATION_MISMATCH);
  return {};
}

Result<Choice12> negotiate_12(const Config& config, const VersionRules& rules, const ClientHello& hello) {
  Choice12 choice = TRY(Chooser(config, rules, hello).choose());
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
  // A key that signs is looked at where it does.
  const auto& usage = chain.front()->key_usage();
  if (!signs_exchange(suite.key_exchange) && usage && !(*usage & leaf_usage(suite.key_exchange)))
    return Error(Reason::KEY_USAGE_BIT_INCORRECT);
  return {};
}

std::optional<SignatureAlgorithm> unnamed_algorithm(const VersionRules& rules, const KeyInfo& key) {
  using Kind = SignatureAlgorithm::Kind;
  switch (key.type) {
    case KeyType::rsa:
      return SignatureAlgorithm{Kind::rsa_pkcs1, rules.rsa_hash};
    case KeyType::ec:
      return SignatureAlgorithm{Kind::ecdsa, rules.ecdsa_hash};
    case KeyType::dsa:
      return SignatureAlgorithm{Kind::dsa, HashAlgorithm::sha1};
    default:
      return {};
  }
}

std::uint16_t leaf_usage(KeyExchangeAlgorithm key_exchange) {
  if (is_key_transport(key_exchange)) return key_encipherment;
  if (is_static_ecdh(key_exchange)) return key_agreement;
  return digital_signature;
}

const std::vector<NamedGroup>& groups_12(const Config& config) {
  return config.eccs ? *config.eccs : config.supported_groups;
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
