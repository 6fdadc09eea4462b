// Loading of certificates and keys, and what is said about those that do not do.
#include "config/credentials.h"

#include <algorithm>
#include <array>

#include "config/option_problems.h"
#include "x509/pem.h"

namespace tlsock {
namespace {

using Wrong = OptionProblem::Reason;
using Named = OptionProblem::Named;

// NIST SP 800-131A, and what every current peer refuses to accept.
constexpr std::size_t least_rsa_bits = 2048;

// Loader turns one source into a credential.
class Loader {
 public:
  Loader(const CredentialSource& source, CredentialPlace place, std::vector<OptionProblem>& problems)
      : source_(source), place_(place), problems_(problems) {}

  std::optional<Credential> load() {
    if (source_.is_broken) return {};
    if (!source_.cert && !source_.certfile) return refuse_without_certificate();
    auto chain = load_chain();
    auto key = load_key();
    if (!chain || !key) return {};
    Credential credential{std::move(*chain), std::move(*key)};
    if (!check(credential)) return {};
    return credential;
  }

 private:
  Named certificate_option() const {
    if (source_.cert) return {"cert", ""};
    return {"certfile", shown("certfile", *source_.certfile)};
  }

  const std::string& key_path() const { return source_.keyfile ? *source_.keyfile : *source_.certfile; }

  // key_option names where the key came from; a keyfile that was not given is the certfile.
  Named key_option() const {
    if (source_.key) return {"key", ""};
    if (source_.keyfile) return {"keyfile", shown("keyfile", *source_.keyfile)};
    return certificate_option();
  }

  void refuse(Wrong reason, std::vector<Named> options, const std::string& message, std::vector<Fact> facts = {}) {
    std::string where;
    if (place_.entry) {
      options.push_back({"certs_keys", ""});
      where = "certs_keys[" + std::to_string(*place_.entry) + "].";
    }
    problems_.push_back({reason, options, where + options.front().name + ": " + message, std::move(facts)});
  }

  void refuse_error(Named option, const Error& error) {
    std::vector<Fact> facts = error.facts;
    facts.push_back({"reason", info(error.reason).name});
    std::string message = info(error.reason).text;
    if (*error.detail) message += std::string(": ") + error.detail;
    for (const auto& fact : error.facts) message += std::string(", ") + fact.name + " " + shortened(fact.value);
    refuse(Wrong::value, {std::move(option)}, message, std::move(facts));
  }

  std::optional<Credential> refuse_without_certificate() {
    if (source_.key || source_.keyfile) {
      refuse(Wrong::missing, {{"certfile", ""}, key_option()},
             "a private key needs its certificate (certfile or cert)");
    } else if (source_.password) {
      refuse(Wrong::missing, {{"keyfile", ""}, {"password", ""}}, "a password needs a private key to open");
    } else {
      refuse(Wrong::missing, {{"certfile", ""}}, "an entry needs a certificate (certfile or cert) and its key");
    }
    return {};
  }

  std::optional<std::vector<CertificatePtr>> load_chain() {
    if (source_.cert) return *source_.cert;
    auto chain = certificates_from_file(*source_.certfile);
    if (chain) return std::move(*chain);
    refuse_error(certificate_option(), chain.error());
    return {};
  }

  std::optional<std::shared_ptr<const PrivateKey>> load_key() {
    if (!source_.key && !source_.keyfile && !source_.certfile) {
      refuse(Wrong::missing, {{"key", ""}, certificate_option()},
             "a certificate needs its private key (key or keyfile)");
      return {};
    }
    const Bytes password = source_.password ? source_.password->bytes() : Bytes();
    auto key =
        source_.key ? private_key_from(source_.key->bytes(), password) : private_key_from_file(key_path(), password);
    if (key) return std::move(*key);
    refuse_key(key.error());
    return {};
  }

  void refuse_key(const Error& error) {
    if (error.reason == Reason::BAD_PASSWORD) {
      const auto reason = source_.password ? Wrong::value : Wrong::missing;
      const auto message = source_.password ? "does not open the private key" : "the private key is encrypted";
      return refuse(reason, {{"password", ""}, key_option()}, message, {{"reason", info(error.reason).name}});
    }
    const bool has_no_key_of_its_own = !source_.key && !source_.keyfile;
    if (has_no_key_of_its_own && error.reason == Reason::BAD_PEM) {
      return refuse(Wrong::missing, {{"keyfile", ""}, certificate_option()},
                    "not given, and certfile holds no private key", {{"reason", info(error.reason).name}});
    }
    // certfile could not be read at all, which was said already.
    if (has_no_key_of_its_own && error.reason == Reason::BAD_FILE) return;
    refuse_error(key_option(), error);
  }

  bool check(const Credential& credential) {
    const auto& public_key = credential.chain.front()->public_key();
    if (!public_key) {
      refuse(Wrong::value, {certificate_option()}, "the certificate's key is of no kind that is known here");
      return false;
    }
    if (!credential.key->belongs_to(*public_key)) {
      std::vector<Named> both = {key_option()};
      if (certificate_option().name != both.front().name) both.push_back(certificate_option());
      const auto& row = info(Reason::KEY_VALUES_MISMATCH);
      refuse(Wrong::incompatible, std::move(both), row.text, {{"reason", row.name}});
      return false;
    }
    return check_kind(credential.key->info()) && check_strength(credential);
  }

  bool check_kind(const KeyInfo& key) {
    const auto& wanted = source_.key_type;
    const bool is_rsa = key.type == KeyType::rsa || key.type == KeyType::rsa_pss;
    const bool fits = (wanted != "RSAPrivateKey" || is_rsa) && (wanted != "ECPrivateKey" || key.type == KeyType::ec) &&
                      (wanted != "DSAPrivateKey" || key.type == KeyType::dsa);
    if (!fits) refuse(Wrong::value, {key_option()}, std::string("is not of type ") + wanted + " but " + name(key.type));
    return fits;
  }

  bool check_strength(const Credential& credential) {
    // The certificate decides between rsa and rsa_pss: a key file seldom tells them apart.
    const KeyInfo& key = credential.chain.front()->public_key()->info();
    const bool is_rsa = key.type == KeyType::rsa || key.type == KeyType::rsa_pss;
    if (is_rsa && key.bits < least_rsa_bits) {
      refuse(Wrong::value, {key_option()},
             "an RSA key of " + std::to_string(key.bits) + " bits is too weak, " + std::to_string(least_rsa_bits) +
                 " are needed");
      return false;
    }
    if (can_sign(key, supported_schemes())) return true;
    refuse(Wrong::value, {key_option()},
           std::string("a key of type ") + name(key.type) + " on this curve or of this kind cannot sign in TLS");
    return false;
  }

  const CredentialSource& source_;
  CredentialPlace place_;
  std::vector<OptionProblem>& problems_;
};

void read_key_object(const OptionValue& value, CredentialSource& source) {
  const Json& json = value.json();
  if (json.contains("engine") || json.contains("sign_fun")) {
    return value.refuse(Wrong::unsupported, "keys in engines, and sign_fun, are not supported by this release");
  }
  if (json.contains("base64") || json.contains("hex")) {
    source.key = read_bytes(value, Plain::base64);
    return;
  }
  static constexpr std::array types = {"RSAPrivateKey",           "ECPrivateKey", "PrivateKeyInfo", "OneAsymmetricKey",
                                       "EncryptedPrivateKeyInfo", "DSAPrivateKey"};
  const bool is_known =
      json.size() == 2 && json.contains("type") && json.contains("der") && json["type"].is_string() &&
      std::find(types.begin(), types.end(), json["type"].get_ref<const std::string&>()) != types.end();
  if (!is_known) {
    return value.refuse_value(
        "takes {\"type\": \"RSAPrivateKey\", \"ECPrivateKey\", \"PrivateKeyInfo\" …, \"der\": base64}");
  }
  source.key_type = json["type"].get<std::string>();
  source.key = read_bytes(value.part("key", ".der", json["der"]), Plain::base64);
}

void read_key(const OptionValue& value, CredentialSource& source) {
  if (value.json().is_object()) return read_key_object(value, source);
  source.key = read_bytes(value, Plain::base64);
}

void read_cert(const OptionValue& value, CredentialSource& source) {
  source.cert = read_certificates(value);
  if (!source.cert || !source.cert->empty()) return;
  value.refuse_value("an empty list of certificates");
}

std::size_t rank(KeyType type) {
  switch (type) {
    case KeyType::mldsa87:
    case KeyType::mldsa65:
    case KeyType::mldsa44:
      return 0;
    case KeyType::ed448:
    case KeyType::ed25519:
      return 1;
    case KeyType::ec:
      return 2;
    case KeyType::rsa_pss:
      return 3;
    case KeyType::rsa:
      return 4;
    case KeyType::dsa:
      break;
  }
  return 5;
}

std::size_t strength(const KeyInfo& key) {
  switch (key.type) {
    case KeyType::mldsa87:
      return 5;
    case KeyType::mldsa65:
      return 3;
    case KeyType::mldsa44:
      return 2;
    case KeyType::ed448:
      return 448;
    case KeyType::ed25519:
      return 255;
    default:
      return key.bits;
  }
}

bool is_better(const Credential& a, const Credential& b) {
  const KeyInfo &first = a.chain.front()->public_key()->info(), &second = b.chain.front()->public_key()->info();
  if (rank(first.type) != rank(second.type)) return rank(first.type) < rank(second.type);
  return strength(first) > strength(second);
}

}  // namespace

void read_credential_part(const OptionValue& value, CredentialSource& source) {
  const auto problems_before = value.problems().size();
  const std::string& option = value.name();
  if (option == "cert") read_cert(value, source);
  if (option == "certfile") source.certfile = read_path(value);
  if (option == "keyfile") source.keyfile = read_path(value);
  if (option == "key") read_key(value, source);
  if (option == "password") source.password = read_bytes(value, Plain::text);
  if (value.problems().size() != problems_before) source.is_broken = true;
}

std::vector<CredentialSource> read_certs_keys(const OptionValue& value) {
  static const std::vector<std::string_view> parts = {"cert", "certfile", "key", "keyfile", "password"};
  std::vector<CredentialSource> sources;
  if (!value.json().is_array()) {
    value.refuse_type("takes a list of objects");
    return sources;
  }
  for (const auto& entry : value.json()) {
    const auto path = "[" + std::to_string(sources.size()) + "]";
    CredentialSource& source = sources.emplace_back();
    if (!entry.is_object()) {
      value.refuse_type("takes a list of objects; " + path + " is none");
      source.is_broken = true;
      continue;
    }
    for (const auto& [name, json] : entry.items()) {
      const auto part = value.part(name, path + "." + name, json);
      if (std::find(parts.begin(), parts.end(), name) != parts.end()) {
        read_credential_part(part, source);
      } else {
        part.refuse(Wrong::unknown, "no such option" + did_you_mean(name, parts));
        source.is_broken = true;
      }
    }
  }
  return sources;
}

std::optional<Credential> load_credential(const CredentialSource& source, CredentialPlace place,
                                          std::vector<OptionProblem>& problems) {
  return Loader(source, place, problems).load();
}

void order_credentials(std::vector<Credential>& credentials) {
  std::vector<Credential> ordered;
  for (auto& credential : credentials) {
    const auto place = std::upper_bound(ordered.begin(), ordered.end(), credential, is_better);
    ordered.insert(place, std::move(credential));
  }
  credentials = std::move(ordered);
}

bool can_sign(const KeyInfo& key, std::span<const SignatureScheme> schemes) {
  return std::any_of(schemes.begin(), schemes.end(),
                     [&](SignatureScheme scheme) { return fits(key, scheme) || fits_12(key, scheme); });
}

}  // namespace tlsock
