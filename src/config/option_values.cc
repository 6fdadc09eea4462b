// Readers of options' values.
#include "config/option_values.h"

#include <algorithm>
#include <array>

#include "config/option_problems.h"
#include "crypto/encoding.h"
#include "x509/pem.h"

namespace tlsock {
namespace {

using Wrong = OptionProblem::Reason;

const char* type_name(const Json& json) {
  switch (json.type()) {
    case Json::value_t::null:
      return "null";
    case Json::value_t::boolean:
      return "a boolean";
    case Json::value_t::object:
      return "an object";
    case Json::value_t::array:
      return "a list";
    case Json::value_t::string:
      return "a string";
    default:
      return json.is_number_integer() ? "an integer" : "a number that is no integer";
  }
}

void refuse_kind(const OptionValue& value, const std::string& wanted) {
  value.refuse_type("takes " + wanted + ", not " + type_name(value.json()));
}

std::string in_quotes(std::string_view text) { return "\"" + shortened(text) + "\""; }

template <class T>
void add_once(std::vector<T>& list, T entry) {
  if (std::find(list.begin(), list.end(), entry) == list.end()) list.push_back(std::move(entry));
}

bool is_true_list(const OptionValue& value, const char* of_what) {
  if (value.json().is_array()) return true;
  refuse_kind(value, std::string("a list of ") + of_what);
  return false;
}

// ---- bytes ----

// encoded_bytes reads {"base64": …} and {"hex": …}.
std::optional<ByteString> encoded_bytes(const Json& object) {
  if (object.size() != 1 || !object.begin()->is_string()) return {};
  const auto& text = object.begin()->get_ref<const std::string&>();
  if (object.begin().key() == "base64") return base64_decode(text);
  if (object.begin().key() == "hex") return from_hex(text);
  return {};
}

std::optional<ByteString> plain_bytes(const std::string& text, Plain plain) {
  if (plain == Plain::base64) return base64_decode(text);
  return copy(as_bytes(text));
}

// ---- names of registries ----

// NameList is what the readers of lists of names differ in.
template <class T>
struct NameList {
  const char* what;  // one entry, for messages
  std::span<const T> implemented;
  std::vector<std::string_view> known;  // for suggestions
  std::vector<std::string_view> later;  // known, and not in the registry of this release
};

template <class T>
void read_name(const OptionValue& value, const Json& entry, const NameList<T>& names, std::vector<T>& list) {
  if (!entry.is_string()) {
    value.refuse_type("each entry is a name, not " + std::string(type_name(entry)));
    return;
  }
  const auto& text = entry.get_ref<const std::string&>();
  const auto parsed = parse<T>(text);
  const bool is_implemented =
      parsed && std::find(names.implemented.begin(), names.implemented.end(), *parsed) != names.implemented.end();
  if (is_implemented) {
    add_once(list, *parsed);
  } else if (parsed || std::find(names.later.begin(), names.later.end(), text) != names.later.end()) {
    value.refuse(Wrong::unsupported, in_quotes(text) + " is not supported by this release");
  } else {
    value.refuse_value(in_quotes(text) + " is no " + names.what + did_you_mean(text, names.known));
  }
}

template <class T>
std::optional<std::vector<T>> read_names(const OptionValue& value, const NameList<T>& names) {
  if (!is_true_list(value, "names")) return {};
  const auto problems_before = value.problems().size();
  std::vector<T> list;
  for (const auto& entry : value.json()) read_name(value, entry, names, list);
  if (value.problems().size() != problems_before) return {};
  return list;
}

// ---- cipher suites ----

// is_older_suite tells names of suites of TLS 1.2 and before, which all name their key exchange.
bool is_older_suite(std::string_view name) {
  if (name.starts_with("TLS_")) return name.find("_WITH_") != std::string_view::npos;
  static constexpr std::array prefixes = {"ECDHE-", "DHE-", "ECDH-", "PSK-",  "RSA-PSK-", "SRP-", "ADH-",     "AECDH-",
                                          "EDH-",   "AES",  "DES-",  "NULL-", "RC4-",     "ARIA", "CAMELLIA", "EXP-"};
  return name.find('-') != std::string_view::npos &&
         std::any_of(prefixes.begin(), prefixes.end(), [&](const char* prefix) { return name.starts_with(prefix); });
}

// What is left out is broken, or nobody has it: RC4, DES, NULL, EXPORT, ARIA, CAMELLIA.
void refuse_older_suite(const OptionValue& value, const std::string& shown) {
  value.refuse(Wrong::unsupported, shown + " is a cipher suite that this library does not have");
}

void read_suite_name(const OptionValue& value, std::string_view name, std::vector<CipherSuite>& list) {
  if (const SuiteInfo* suite = find_suite_by_name(name)) return add_once(list, suite->suite);
  if (is_older_suite(name)) return refuse_older_suite(value, in_quotes(name));
  std::vector<std::string_view> known;
  for (const auto& suite : all_suites()) known.push_back(suite.rfc_name());
  value.refuse_value(in_quotes(name) + " is no cipher suite" + did_you_mean(name, known));
}

void read_suite_map(const OptionValue& value, const Json& map, std::vector<CipherSuite>& list) {
  static constexpr std::array fields = {"key_exchange", "cipher", "mac", "prf"};
  const bool is_suite = map.size() == fields.size() &&
                        std::all_of(fields.begin(), fields.end(),
                                    [&](const char* field) { return map.contains(field) && map[field].is_string(); });
  if (!is_suite) return value.refuse_value("a suite's map has key_exchange, cipher, mac and prf, all strings");
  const auto text = shortened(write_json(map));
  for (const auto& suite : all_suites()) {
    const bool is_same = map["key_exchange"] == suite.key_exchange_name() && map["cipher"] == suite.cipher_name() &&
                         map["mac"] == suite.mac_name() && map["prf"] == suite.prf_name();
    if (is_same) return add_once(list, suite.suite);
  }
  if (map["key_exchange"] == "any") return value.refuse_value(text + " is no cipher suite");
  refuse_older_suite(value, text);
}

void read_suite_text(const OptionValue& value, std::string_view text, std::vector<CipherSuite>& list) {
  while (true) {
    const auto colon = text.find(':');
    read_suite_name(value, text.substr(0, colon), list);
    if (colon == std::string_view::npos) return;
    text.remove_prefix(colon + 1);
  }
}

// ---- certificates ----

void read_certificate(const OptionValue& value, const Json& entry, const std::string& where,
                      std::vector<CertificatePtr>& list) {
  std::optional<ByteString> der;
  if (entry.is_string()) der = base64_decode(entry.get_ref<const std::string&>());
  if (entry.is_object()) der = encoded_bytes(entry);
  if (!der) return value.refuse_value(where + "a certificate is given as base64 of its DER");
  auto certificates = certificates_from(*der);
  if (!certificates) {
    const Error& error = certificates.error();
    std::vector<Fact> facts = error.facts;
    facts.push_back({"reason", info(error.reason).name});
    return value.refuse(Wrong::value, where + info(error.reason).text + (*error.detail ? ": " : "") + error.detail,
                        std::move(facts));
  }
  for (auto& certificate : *certificates) list.push_back(std::move(certificate));
}

bool is_plain_path(const std::string& text) {
  return !text.empty() && text.find('\0') == std::string::npos && text.find('\n') == std::string::npos;
}

}  // namespace

OptionValue OptionValue::part(std::string name, std::string path, const Json& json) const {
  OptionValue value(std::move(name), json, problems_);
  value.path_ = path_ + std::move(path);
  value.outer_ = outer_;
  value.outer_.push_back({name_, ""});
  return value;
}

OptionValue OptionValue::element(std::size_t index, const Json& json) const {
  OptionValue value(name_, json, problems_);
  value.path_ = path_ + "[" + std::to_string(index) + "]";
  value.outer_ = outer_;
  return value;
}

void OptionValue::refuse(OptionProblem::Reason reason, std::string message, std::vector<Fact> facts) const {
  std::vector<OptionProblem::Named> options = {{name_, shown(name_, json_)}};
  options.insert(options.end(), outer_.rbegin(), outer_.rend());
  problems_.push_back({reason, std::move(options), path_ + ": " + std::move(message), std::move(facts)});
}

std::optional<bool> read_bool(const OptionValue& value) {
  if (value.json().is_boolean()) return value.json().get<bool>();
  refuse_kind(value, "true or false");
  return {};
}

std::optional<std::uint64_t> read_integer(const OptionValue& value, std::uint64_t least, std::uint64_t most) {
  const Json& json = value.json();
  const std::string range = std::to_string(least) + " to " + std::to_string(most);
  if (!json.is_number_integer()) {
    refuse_kind(value, "an integer from " + range);
    return {};
  }
  if (json.is_number_unsigned()) {
    const auto number = json.get<std::uint64_t>();
    if (least <= number && number <= most) return number;
  }
  value.refuse_value(json.dump() + " is not in the range from " + range);
  return {};
}

std::optional<std::string> read_string(const OptionValue& value) {
  if (value.json().is_string()) return value.json().get<std::string>();
  refuse_kind(value, "a string");
  return {};
}

std::optional<std::size_t> read_choice(const OptionValue& value, std::initializer_list<std::string_view> choices) {
  std::string wanted;
  for (auto choice : choices) wanted += (wanted.empty() ? "\"" : " or \"") + std::string(choice) + "\"";
  if (!value.json().is_string()) {
    refuse_kind(value, wanted);
    return {};
  }
  const auto& text = value.json().get_ref<const std::string&>();
  const auto found = std::find(choices.begin(), choices.end(), text);
  if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
  value.refuse_value("takes " + wanted);
  return {};
}

std::optional<SecretBytes> read_bytes(const OptionValue& value, Plain plain) {
  const Json& json = value.json();
  std::optional<ByteString> bytes;
  if (json.is_string()) bytes = plain_bytes(json.get_ref<const std::string&>(), plain);
  if (json.is_object()) bytes = encoded_bytes(json);
  if (bytes) {
    SecretBytes result{Bytes(*bytes)};
    wipe(*bytes);
    return result;
  }
  const std::string wanted =
      std::string(plain == Plain::text ? "a string" : "a base64 string") + ", {\"base64\": …} or {\"hex\": …}";
  if (json.is_string() || json.is_object()) {
    value.refuse_value("takes " + wanted);
  } else {
    refuse_kind(value, wanted);
  }
  return {};
}

std::optional<std::string> read_path(const OptionValue& value) {
  auto path = read_string(value);
  if (!path || is_plain_path(*path)) return path;
  value.refuse_value("takes the name of a file; a text or DER goes to the option that is not called …file");
  return {};
}

std::optional<Timeout> read_timeout(const OptionValue& value, std::uint64_t least) {
  if (value.json() == "infinity") return Timeout{};
  if (value.json().is_string()) {
    value.refuse_value("takes milliseconds or \"infinity\"");
    return {};
  }
  const auto time = read_integer(value, least, INT32_MAX);
  if (!time) return {};
  return Timeout{Milliseconds(*time)};
}

std::optional<std::vector<Version>> read_versions(const OptionValue& value) {
  static constexpr Version all[] = {Version::tls13,  Version::tls12,  Version::tls11, Version::tls10,
                                    Version::dtls13, Version::dtls12, Version::dtls10};
  NameList<Version> names{"protocol version", all, {}, {}};
  for (auto version : all) names.known.push_back(name(version));
  return read_names(value, names);
}

std::optional<std::vector<CipherSuite>> read_suites(const OptionValue& value) {
  const auto problems_before = value.problems().size();
  std::vector<CipherSuite> list;
  if (value.json().is_string()) {
    read_suite_text(value, value.json().get_ref<const std::string&>(), list);
  } else if (is_true_list(value, "cipher suites")) {
    for (const auto& entry : value.json()) {
      if (entry.is_string()) {
        read_suite_name(value, entry.get_ref<const std::string&>(), list);
      } else if (entry.is_object()) {
        read_suite_map(value, entry, list);
      } else {
        value.refuse_type("each entry is a name or a map, not " + std::string(type_name(entry)));
      }
    }
  }
  if (value.problems().size() != problems_before) return {};
  return list;
}

std::optional<std::vector<NamedGroup>> read_groups(const OptionValue& value) {
  NameList<NamedGroup> names{"group", supported_groups(), {}, {}};
  for (auto group : names.implemented) names.known.push_back(name(group));
  return read_names(value, names);
}

std::optional<std::vector<SignatureScheme>> read_schemes(const OptionValue& value) {
  NameList<SignatureScheme> names{"signature scheme", supported_schemes(), {}, {}};
  for (auto scheme : names.implemented) names.known.push_back(name(scheme));
  names.later = {"slh_dsa_sha2_128s",  "slh_dsa_sha2_128f",  "slh_dsa_sha2_192s",  "slh_dsa_sha2_192f",
                 "slh_dsa_sha2_256s",  "slh_dsa_sha2_256f",  "slh_dsa_shake_128s", "slh_dsa_shake_128f",
                 "slh_dsa_shake_192s", "slh_dsa_shake_192f", "slh_dsa_shake_256s", "slh_dsa_shake_256f"};
  if (value.json().is_array()) {
    const bool has_pair =
        std::any_of(value.json().begin(), value.json().end(), [](auto& entry) { return entry.is_array(); });
    if (has_pair) {
      value.refuse(Wrong::unsupported, "pairs of hash and algorithm are of TLS 1.2, which this release does not have");
      return {};
    }
  }
  return read_names(value, names);
}

std::optional<std::vector<std::string>> read_protocols(const OptionValue& value) {
  // RFC 7301 §3.1: ProtocolName is 1 to 255 bytes, all of them with their length bytes at most 65535.
  constexpr std::size_t longest_list = 65535;
  if (!is_true_list(value, "protocol names")) return {};
  std::vector<std::string> protocols;
  std::size_t total = 0, index = 0;
  for (const auto& entry : value.json()) {
    const auto bytes = read_bytes(value.element(index++, entry), Plain::text);
    if (!bytes) return {};
    if (bytes->empty() || bytes->size() > 255) {
      value.refuse_value("invalid_protocol: a name has 1 to 255 bytes, this one " + std::to_string(bytes->size()));
      return {};
    }
    total += 1 + bytes->size();
    add_once(protocols, std::string(as_text(*bytes)));
  }
  if (total <= longest_list) return protocols;
  value.refuse_value("invalid_protocol: the names do not fit into one extension");
  return {};
}

std::optional<std::vector<CertificatePtr>> read_certificates(const OptionValue& value) {
  const auto problems_before = value.problems().size();
  std::vector<CertificatePtr> list;
  const Json& json = value.json();
  if (json.is_array()) {
    for (std::size_t i = 0; i < json.size(); ++i)
      read_certificate(value, json[i], "[" + std::to_string(i) + "] ", list);
  } else if (json.is_string() || json.is_object()) {
    read_certificate(value, json, "", list);
  } else {
    refuse_kind(value, "certificates as base64 of their DER");
  }
  if (value.problems().size() != problems_before) return {};
  return list;
}

std::optional<std::string> read_host(const OptionValue& value) {
  const auto text = read_string(value);
  if (!text) return {};
  if (parse_ip(*text)) return text;
  if (is_dns_name(*text)) return normal_host(*text);
  value.refuse_value(in_quotes(*text) +
                     " is neither a DNS name (internationalised ones as A-labels, xn--…) nor an IP address");
  return {};
}

std::optional<std::string> read_address(const OptionValue& value) {
  const Json& json = value.json();
  std::string text;
  if (json.is_string()) {
    text = json.get<std::string>();
  } else if (json.is_array() && (json.size() == 4 || json.size() == 8)) {
    const std::uint64_t most = json.size() == 4 ? 0xff : 0xffff;
    for (const auto& number : json) {
      const bool fits = number.is_number_unsigned() && number.get<std::uint64_t>() <= most;
      if (!fits) return value.refuse_value("an address is 4 numbers up to 255, or 8 up to 65535"), std::nullopt;
      if (json.size() == 4) {
        text += (text.empty() ? "" : ".") + std::to_string(number.get<unsigned>());
      } else {
        const std::uint8_t word[] = {static_cast<std::uint8_t>(number.get<unsigned>() >> 8),
                                     static_cast<std::uint8_t>(number.get<unsigned>())};
        text += (text.empty() ? "" : ":") + to_hex(word);
      }
    }
  } else {
    refuse_kind(value, "an IP address as text, or a list of its 4 or 8 numbers");
    return {};
  }
  if (parse_ip(text)) return text;
  value.refuse_value(in_quotes(text) + " is no IP address");
  return {};
}

}  // namespace tlsock
