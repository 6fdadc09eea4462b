// The server's side of RFC 8446, figure 1, from an acceptable ClientHello on.
#include <algorithm>

#include "handshake/answered.h"
#include "handshake/authenticate.h"
#include "handshake/handshake.h"

namespace tlsock {
namespace {

constexpr std::size_t cookie_size = 32;

ServerHello answer_to(const Choice13& choice, const ClientHello& hello) {
  ServerHello answer;
  answer.legacy_session_id_echo = hello.legacy_session_id;
  answer.cipher_suite = choice.suite->suite;
  answer.supported_versions = Version::tls13;
  return answer;
}

// make_cookie: the state stays with us, so that a cookie is a proof of return alone; it is random.
Result<ByteString> make_cookie(HandshakeContext& hs) {
  ByteString cookie;
  if (!hs.config().cookie) return cookie;
  cookie.resize(cookie_size);
  TRY(hs.rng().fill(cookie));
  return cookie;
}

ServerHello hello_retry_request(const Choice13& choice, const ClientHello& hello, const ByteString& cookie) {
  ServerHello retry = answer_to(choice, hello);
  retry.random = hello_retry_random;
  retry.selected_group = choice.group;
  if (!cookie.empty()) retry.cookie = cookie;
  return retry;
}

Result<ServerHello> server_hello(HandshakeContext& hs, const Choice13& choice, const ByteString& share) {
  ServerHello answer = answer_to(choice, hs.client_hello());
  TRY(hs.rng().fill(answer.random));
  answer.key_share = KeyShareEntry{choice.group, share};
  return answer;
}

Result<KeyExchange::Response> respond(const ClientHello& hello, const Choice13& choice) {
  return KeyExchange::respond(choice.group, share_for(hello, choice.group)->key_exchange);
}

EncryptedExtensions encrypted_extensions(HandshakeContext& hs, const Choice13& choice) {
  EncryptedExtensions message;
  answer_extensions(hs, choice.alpn, message);
  return message;
}

CertificateRequest certificate_request(const Config& config) {
  CertificateRequest request;
  request.signature_algorithms = config.signature_algs;
  request.signature_algorithms_cert = config.signature_algs_cert;
  if (auto names = authority_names(config); !names.empty()) request.certificate_authorities = std::move(names);
  return request;
}

}  // namespace

Flow accept_13(HandshakeContext& hs) {
  const ConfigPtr config = hs.config_ptr();
  const Config& options = *config;
  Negotiated& negotiated = hs.negotiated();
  ClientHello& hello = hs.client_hello();
  negotiated.version = Version::tls13;
  auto choice = co_await negotiate_13(options, hello);  // §4.1.1
  const SuiteInfo& suite = *choice.suite;
  negotiated.cipher_suite = suite.suite;
  negotiated.group = choice.group;
  hs.transcript().start(suite.hash);
  const bool compatible = options.middlebox_comp_mode && !hello.legacy_session_id.empty();
  const bool has_early_data = std::ranges::count(hello.extensions_seen, Extension::early_data) > 0;
  if (has_early_data) hs.channel().skip_early_data();  // §4.2.10
  if (choice.retry) {                                  // §4.1.4
    hs.check(hs.channel().check_boundary());
    auto cookie = co_await make_cookie(hs);
    hs.emit(hello_retry_request(choice, hello, cookie));
    if (compatible) hs.change_cipher_spec();
    auto second = co_await hs.read<ClientHello>();
    choice = co_await accept_second_hello(options, choice, hello, second.body, cookie);
    hello = std::move(second.body);
    negotiated.hello_retry = true;
  }
  auto response = co_await respond(hello, choice);  // §7.4
  auto answer = co_await server_hello(hs, choice, response.share);
  negotiated.server_random = answer.random;
  negotiated.alpn = choice.alpn;
  hs.emit(answer);  // §4.1.3
  if (compatible) hs.change_cipher_spec();
  auto handshake = EarlySecret(suite.hash).with(response.secret);  // §7.1
  const Secret client_traffic = handshake.client_handshake_traffic(hs.transcript().digest());
  const Secret server_traffic = handshake.server_handshake_traffic(hs.transcript().digest());
  hs.install_read(suite, client_traffic);
  hs.install_write(suite, server_traffic);

  const auto extensions = encrypted_extensions(hs, choice);  // §4.3.1
  limit_records(hs, extensions.record_size_limit);
  hs.emit(extensions);
  if (options.verify_peer) {  // §4.3.2
    hs.emit(certificate_request(options));
    negotiated.client_certificate_requested = true;
  }
  hs.emit(certificate_message(choice.credential));  // §4.4.2
  const SigningChoice signing{choice.credential, choice.scheme};
  auto verify = co_await sign(hs, signing);  // §4.4.3
  hs.emit(verify);
  hs.emit(finished(hs, suite, server_traffic));  // §4.4.4
  auto master = std::move(handshake).finish();
  const Digest server_flight = hs.transcript().digest();
  ApplicationSecrets secrets{&suite, master.server_application_traffic(server_flight),
                             master.client_application_traffic(server_flight), master.exporter_master(server_flight)};
  hs.install_write(suite, secrets.write_traffic);

  if (options.verify_peer) {  // §4.4.2, §4.4.3
    auto certificate = co_await hs.read<CertificateMessage>();
    auto chain = co_await peer_chain(hs, certificate.body);
    co_await judge_peer(hs, chain);
    if (!chain.empty()) {
      auto client_verify = co_await hs.read<CertificateVerify>();
      co_await check_verify(hs, client_verify);
    }
  }
  auto client_finished = co_await hs.read<Finished>();
  co_await check_finished(suite, client_traffic, client_finished);
  hs.channel().expect(ChangeCipherSpecs::refused);
  hs.install_read(suite, secrets.read_traffic);
  hs.finish(std::move(secrets));
}

}  // namespace tlsock
