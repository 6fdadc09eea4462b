// Flags to options, part by part.
#include "tests/bogo/options.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "crypto/signature.h"
#include "tests/bogo/failure.h"

namespace tlsock::bogo {
namespace {

using nlohmann::json;

template <class T>
json names_of(const std::vector<std::uint16_t>& codes) {
  json names = json::array();
  for (auto code : codes) names.push_back(name(T{code}));
  return names;
}

// split_protocols takes the form that stands in the extension (RFC 7301 §3.1).
json split_protocols(std::string_view list) {
  json protocols = json::array();
  while (!list.empty()) {
    const auto length = static_cast<std::uint8_t>(list.front());
    protocols.push_back(list.substr(1, length));
    list.remove_prefix(std::min<std::size_t>(1 + length, list.size()));
  }
  return protocols;
}

void add_credentials(json& options, const Flags& flags) {
  if (!flags.cert_file.empty()) options["certfile"] = flags.cert_file;
  if (!flags.key_file.empty()) options["keyfile"] = flags.key_file;
}

bool is_of_tls13(std::uint16_t scheme) { return allowed_in_tls13(SignatureScheme{scheme}); }

// ---- cipher suites ----

// BoringSSL's suites in its order, which here means as much as its groups of one preference.
constexpr std::string_view suites[] = {
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA",
    "TLS_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_RSA_WITH_AES_128_CBC_SHA",
    "TLS_PSK_WITH_AES_128_CBC_SHA",
    "TLS_RSA_WITH_AES_256_CBC_SHA",
    "TLS_PSK_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
};

bool is_meant(std::string_view suite, std::string_view rule) {
  const auto has = [&](std::string_view part) { return suite.find(part) != std::string_view::npos; };
  if (rule == "ALL" || rule == "DEFAULT") return !has("3DES");
  if (rule == "AES128") return has("AES_128");
  return suite == rule || has("_" + std::string(rule) + "_");
}

// ciphers_of knows as much of BoringSSL's language of rules as the runner uses; the suites of TLS 1.3 are always there.
json ciphers_of(const Flags& flags) {
  std::vector<std::string_view> chosen;
  std::string_view rules = flags.cipher;
  while (!rules.empty()) {
    std::string_view rule = rules.substr(0, rules.find(':'));
    rules.remove_prefix(std::min(rule.size() + 1, rules.size()));
    const bool removes = rule.starts_with('!');
    if (removes) rule.remove_prefix(1);
    for (auto suite : suites) {
      if (!is_meant(suite, rule)) continue;
      std::erase(chosen, suite);
      if (!removes) chosen.push_back(suite);
    }
  }
  const auto is_tls13 = [](std::string_view suite) { return suite.find("_WITH_") == std::string_view::npos; };
  std::erase_if(chosen, is_tls13);
  const bool speaks_tls13 = has_tls13(flags);
  json list = json::array();
  for (auto suite : suites)
    if (speaks_tls13 && is_tls13(suite)) list.push_back(suite);
  for (auto suite : chosen) list.push_back(suite);
  return list;
}

// ---- signature schemes, groups ----

// tlsock has one list for what it signs with and what it takes from the peer, and wants in it what TLS 1.3, if it is spoken, can use. If
// only one of the two is prescribed, and the other is needed as well, the usual schemes follow.
void add_schemes(json& options, const Flags& flags) {
  if (flags.signing_prefs.empty() && flags.verify_prefs.empty()) return;
  auto schemes = flags.signing_prefs;
  schemes.insert(schemes.end(), flags.verify_prefs.begin(), flags.verify_prefs.end());
  const bool signs = flags.server || !flags.cert_file.empty();
  const bool checks = !flags.server || checks_certificates(flags);
  const bool is_useless =
      flags.verify_prefs.empty() || (has_tls13(flags) && std::ranges::none_of(flags.verify_prefs, is_of_tls13));
  if ((signs && flags.signing_prefs.empty()) || (checks && is_useless))
    for (auto scheme : default_schemes()) schemes.push_back(static_cast<std::uint16_t>(scheme));
  options["signature_algs"] = names_of<SignatureScheme>(schemes);
}

// add_groups: what TLS 1.3 calls groups were curves before.
void add_groups(json& options, const Flags& flags) {
  if (flags.curves.empty()) return;
  if (has_tls13(flags)) options["supported_groups"] = names_of<NamedGroup>(flags.curves);
  auto curves = flags.curves;
  static constexpr NamedGroup usable[] = {NamedGroup::x25519, NamedGroup::secp256r1, NamedGroup::secp384r1,
                                          NamedGroup::secp521r1};
  std::erase_if(curves, [](std::uint16_t code) {
    return std::ranges::find(usable, NamedGroup{code}) == std::end(usable);
  });
  const bool is_last = versions_of(flags).back() == Version::tls13;
  if (!curves.empty() && !is_last) options["eccs"] = names_of<NamedGroup>(curves);
}

// ---- sessions ----

// add_sessions: tickets of TLS 1.3 are not there yet, and whoever wants those of before has to do without it.
void add_sessions(json& options, const Flags& flags) {
  if (has_tls13(flags)) return;
  const char* const tickets = flags.server ? "stateless_with_cert" : "auto";
  options["session_tickets"] = flags.no_ticket ? "disabled" : tickets;
}

void add_psk(json& options, const Flags& flags) {
  if (flags.psk.empty() || versions_of(flags).back() == Version::tls13) return;
  options["user_lookup_fun"] = "wait";
  if (!flags.psk_identity.empty()) options["psk_identity"] = flags.psk_identity;
}

// ---- peers ----

void add_verification(json& options, const Flags& flags) {
  options["verify"] = checks_certificates(flags) ? "verify_peer" : "verify_none";
  if (!checks_certificates(flags)) return;
  // A server must trust somebody, even if no client shows a certificate.
  options["cacertfile"] = flags.trust_cert.empty() ? flags.cert_file : flags.trust_cert;
  if (flags.server) options["fail_if_no_peer_cert"] = flags.require_any_client_certificate && !flags.verify_peer;
  // Always: a session goes on only under the rules that it began with.
  options["verify_fun"] = "wait";
}

void add_client(json& options, const Flags& flags) {
  options["customize_hostname_check"] = "none";
  options["server_name_indication"] = flags.host_name.empty() ? "disable" : flags.host_name;
  if (!flags.advertise_alpn.empty()) options["alpn_advertised_protocols"] = split_protocols(flags.advertise_alpn);
  if (flags.fallback_scsv) options["fallback"] = true;
  if (flags.key_shares && has_tls13(flags)) options["psk_groups"] = names_of<NamedGroup>(*flags.key_shares);
}

void add_server(json& options, const Flags& flags) {
  if (flags.server_preference || flags.cipher != Flags().cipher) options["honor_cipher_order"] = true;
  if (flags.use_early_callback) options["handshake"] = "hello";
  if (flags.decline_alpn) return;
  if (flags.reject_alpn) options["alpn_preferred_protocols"] = json::array({"none of the runner's"});
  if (!flags.select_alpn.empty()) options["alpn_preferred_protocols"] = json::array({flags.select_alpn});
}

}  // namespace

bool checks_certificates(const Flags& flags) {
  if (flags.server) return flags.verify_peer || flags.require_any_client_certificate;
  return flags.verify_peer || (flags.expect_verify_result && !flags.verify_fail);
}

std::string credentials_json(const Flags& flags) {
  json options = json::object();
  add_credentials(options, flags);
  return options.dump();
}

json options_of(const Flags& flags) {
  json options = {{"versions", json::array()}, {"log_level", "none"}, {"ciphers", ciphers_of(flags)}};
  for (auto version : versions_of(flags)) options["versions"].push_back(name(version));
  add_groups(options, flags);
  add_sessions(options, flags);
  add_psk(options, flags);
  if (flags.max_cert_list) options["max_handshake_size"] = flags.max_cert_list;
  add_schemes(options, flags);
  add_verification(options, flags);
  const auto add_role = flags.server ? add_server : add_client;
  add_role(options, flags);
  if (!flags.use_early_callback) add_credentials(options, flags);
  return options;
}

}  // namespace tlsock::bogo
