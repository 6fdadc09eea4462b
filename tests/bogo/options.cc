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

// tlsock has one list for what it signs with and what it takes from the peer, and wants in it what TLS 1.3 can use. If
// only one of the two is prescribed, and the other is needed as well, the usual schemes follow.
void add_schemes(json& options, const Flags& flags) {
  if (flags.signing_prefs.empty() && flags.verify_prefs.empty()) return;
  auto schemes = flags.signing_prefs;
  schemes.insert(schemes.end(), flags.verify_prefs.begin(), flags.verify_prefs.end());
  const bool signs = flags.server || !flags.cert_file.empty();
  const bool checks = !flags.server || checks_certificates(flags);
  const bool is_useless = std::ranges::none_of(flags.verify_prefs, is_of_tls13);
  if ((signs && flags.signing_prefs.empty()) || (checks && is_useless))
    for (auto scheme : default_schemes()) schemes.push_back(static_cast<std::uint16_t>(scheme));
  options["signature_algs"] = names_of<SignatureScheme>(schemes);
}

void add_verification(json& options, const Flags& flags) {
  options["verify"] = checks_certificates(flags) ? "verify_peer" : "verify_none";
  if (!checks_certificates(flags)) return;
  // A server must trust somebody, even if no client shows a certificate.
  options["cacertfile"] = flags.trust_cert.empty() ? flags.cert_file : flags.trust_cert;
  if (flags.server) options["fail_if_no_peer_cert"] = flags.require_any_client_certificate && !flags.verify_peer;
  if (flags.async || flags.verify_fail) options["verify_fun"] = "wait";
}

void add_client(json& options, const Flags& flags) {
  options["customize_hostname_check"] = "none";
  options["server_name_indication"] = flags.host_name.empty() ? "disable" : flags.host_name;
  if (!flags.advertise_alpn.empty()) options["alpn_advertised_protocols"] = split_protocols(flags.advertise_alpn);
  if (flags.key_shares) options["psk_groups"] = names_of<NamedGroup>(*flags.key_shares);
}

void add_server(json& options, const Flags& flags) {
  if (flags.server_preference) options["honor_cipher_order"] = true;
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

std::string options_json(const Flags& flags) {
  json options = {{"versions", {"tlsv1.3"}}, {"log_level", "none"}};
  if (!flags.curves.empty()) options["supported_groups"] = names_of<NamedGroup>(flags.curves);
  if (flags.max_cert_list) options["max_handshake_size"] = flags.max_cert_list;
  add_schemes(options, flags);
  add_verification(options, flags);
  const auto add_role = flags.server ? add_server : add_client;
  add_role(options, flags);
  if (!flags.use_early_callback) add_credentials(options, flags);
  return options.dump();
}

}  // namespace tlsock::bogo
