#include "handshake/server_hello_12.h"

#include <algorithm>

#include "handshake/answered.h"

namespace tlsock {
namespace {

// RFC 8446 §4.1.3: the end of the random tells a client of TLS 1.3, or 1.2, that more was to be had.
void mark_downgrade(const Config& config, Version chosen, Random& random) {
  const auto can = [&](Version version) { return has(config.versions, version); };
  static constexpr std::string_view below_13 = "DOWNGRD\x01", below_12("DOWNGRD\0", 8);
  std::string_view mark;
  if (chosen == Version::tls12 && can(Version::tls13)) mark = below_13;
  if (chosen < Version::tls12 && (can(Version::tls13) || can(Version::tls12))) mark = below_12;
  std::ranges::copy(as_bytes(mark), random.end() - static_cast<std::ptrdiff_t>(mark.size()));
}

// RFC 5746 §3.6: the SCSV stands for an empty extension.
bool is_secure(const ClientHello& hello) {
  return hello.renegotiation_info || has(hello.cipher_suites, CipherSuite::empty_renegotiation_info_scsv);
}

}  // namespace

Result<ServerHello> server_hello_12(HandshakeContext& hs, const VersionRules& rules, const SuiteInfo& suite) {
  const ClientHello& hello = hs.client_hello();
  ServerHello answer;
  answer.legacy_version = rules.version;
  answer.cipher_suite = suite.suite;
  TRY(hs.rng().fill(answer.random));
  mark_downgrade(hs.config(), rules.version, answer.random);
  hs.negotiated().server_random = answer.random;
  if (is_secure(hello)) answer.renegotiation_info.emplace();
  if (hello.extended_master_secret) answer.extended_master_secret.emplace();
  if (hello.encrypt_then_mac && suite.is_cbc()) answer.encrypt_then_mac.emplace();
  if (hello.ec_point_formats) answer.ec_point_formats = ByteString{0};
  answer_extensions(hs, hs.negotiated().alpn, answer);
  return answer;
}

}  // namespace tlsock
