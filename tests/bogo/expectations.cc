// Expectations against the connection information.
#include "tests/bogo/expectations.h"

#include "crypto/encoding.h"
#include "tests/bogo/failure.h"
#include "session/session.h"
#include "tests/bogo/options.h"
#include "wire/registry.h"
#include "x509/pem.h"

namespace tlsock::bogo {
namespace {

using nlohmann::json;

void require(bool holds, const std::string& what) {
  if (!holds) throw Failure{"not as expected: " + what};
}

template <class T>
std::uint16_t code_of(const json& info, const char* item) {
  const auto value = parse<T>(info.value(item, ""));
  return value ? static_cast<std::uint16_t>(*value) : 0;
}

std::uint16_t suite_code(const json& info) {
  char* text = nullptr;
  require(tls_suite_to_str(info["selected_cipher_suite"].dump().c_str(), &text) == TLS_OK, "a cipher suite");
  const auto suite = parse<CipherSuite>(text);
  tls_free(text);
  return suite ? static_cast<std::uint16_t>(*suite) : 0;
}

void check_codes(const Flags& flags, const json& info) {
  const auto version = code_of<Version>(info, "protocol");
  require(!flags.expect_version || flags.expect_version == version, "version");
  require(!flags.expect_cipher || flags.expect_cipher == suite_code(info), "cipher suite");
  require(!flags.expect_curve_id || flags.expect_curve_id == code_of<NamedGroup>(info, "selected_group"), "group");
  const auto scheme = code_of<SignatureScheme>(info, "signature_scheme");
  const bool has_signed = !info["session_resumption"].get<bool>();
  const bool is_scheme_wanted = flags.expect_peer_signature_algorithm && has_signed;
  require(!is_scheme_wanted || flags.expect_peer_signature_algorithm == scheme, "scheme");
  const bool retried = info["hello_retry"].get<bool>();
  require(!flags.expect_hrr || retried, "a HelloRetryRequest");
  require(!flags.expect_no_hrr || !retried, "no HelloRetryRequest");
}

void check_names(const Flags& flags, const Session& session, const json& info) {
  const std::string name = info.value("sni_hostname", "");
  require(flags.expect_server_name.empty() || flags.expect_server_name == name, "server name, got " + name);
  require(!flags.expect_no_server_name || name.empty(), "no server name");
  const std::string alpn = info.value("alpn", "");
  const std::string wanted = flags.server ? flags.select_alpn : flags.expect_alpn;
  require(alpn == wanted, "ALPN protocol " + wanted + ", got " + alpn);
  if (flags.expect_advertised_alpn.empty()) return;
  std::string advertised;
  const json explanation = session.explanation();
  for (const auto& protocol : explanation["alpn"]["peer"]) {
    const auto text = protocol.get<std::string>();
    advertised += static_cast<char>(text.size()) + text;
  }
  require(advertised == flags.expect_advertised_alpn, "the client's ALPN protocols");
}

void check_certificates(const Flags& flags, const Session& session, const json& info) {
  const auto chain = session.peer_chain();
  require(!flags.expect_no_peer_cert || chain.empty(), "no certificate of the peer");
  const bool has_users = !flags.psk.empty();
  const bool must_be_there =
      !flags.expect_no_peer_cert && (flags.server ? flags.require_any_client_certificate : !has_users);
  require(!must_be_there || !chain.empty(), "a certificate of the peer");
  // A server that nobody showed a certificate to has nothing to be dissatisfied with.
  const bool verified = info["verified"].get<bool>() || (flags.server && chain.empty());
  require(!flags.expect_verify_result || verified != flags.verify_fail, "result of the verification");
  if (flags.expect_peer_cert_file.empty()) return;
  const auto expected = certificates_from_file(flags.expect_peer_cert_file);
  require(expected.has_value() && expected->size() == chain.size(), "length of the peer's chain");
  for (std::size_t i = 0; i < chain.size(); ++i)
    require(base64_encode((*expected)[i]->der()) == chain[i], "certificate " + std::to_string(i) + " of the peer");
}

void check_session(const Flags& flags, Turn turn, const Session& session, const json& info) {
  const bool resumed = info["session_resumption"].get<bool>();
  const bool wanted = turn == Turn::resumption && !flags.expect_session_miss;
  require(resumed == wanted, wanted ? "resumption" : "no resumption");
  if (code_of<Version>(info, "protocol") == static_cast<std::uint16_t>(Version::tls13)) return;
  const json kept = session.session();
  const bool must_be_kept = flags.server ? flags.expect_session_id : !resumed && !flags.expect_no_session;
  require(!must_be_kept || !kept.is_null(), "a session");
  require(!(flags.expect_no_session || flags.expect_no_session_id) || kept.is_null(), "no session");
  if (!flags.expect_extended_master_secret || kept.is_null()) return;
  const auto decoded = decode_session(*base64_decode(kept[1].get<std::string>()));
  require(decoded && decoded->extended_master_secret, "an extended master secret");
}

}  // namespace

void check_expectations(const Flags& flags, Turn turn, const Session& session) {
  const json info = session.info();
  check_codes(flags, info);
  check_session(flags, turn, session, info);
  check_names(flags, session, info);
  check_certificates(flags, session, info);
}

}  // namespace tlsock::bogo
