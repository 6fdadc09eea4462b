// The client's side of RFC 8446, figure 1, from the ServerHello on.
#include <algorithm>

#include "handshake/answered.h"
#include "handshake/authenticate.h"
#include "handshake/handshake.h"

namespace tlsock {
namespace {

Result<SharedSecret> agree(HandshakeContext& hs, const KeyShareEntry& share) {
  for (auto& own : hs.key_shares())
    if (own->group() == share.group) return own->agree(share.key_exchange);
  return Error(Reason::WRONG_CURVE);
}

Status check_encrypted_extensions(const ClientHello& hello, const EncryptedExtensions& message) {
  for (auto code : message.extensions_seen) {
    // RFC 8446 §4.2.7: a server may tell its groups.
    if (code == Extension::supported_groups || may_be_answered(hello, code)) continue;
    // RFC 8446 §4.2: key_share and supported_versions were offered, and belong elsewhere.
    if (code == Extension::key_share || code == Extension::supported_versions)
      return Error(Reason::UNEXPECTED_EXTENSION_IN_MESSAGE, "encrypted_extensions");
    return Error(Reason::UNEXPECTED_EXTENSION, "encrypted_extensions");
  }
  return check_answered(hello, message);
}

Status check_certificate_request(const CertificateRequest& request) {
  // RFC 8446 §4.3.2: empty in the handshake, and signature_algorithms must be there.
  if (!request.certificate_request_context.empty()) return Error(Reason::INVALID_CERTIFICATE_CONTEXT);
  if (!request.signature_algorithms) return Error(Reason::MISSING_EXTENSION, "signature_algorithms");
  return {};
}

std::optional<SigningChoice> choose_client_credential(const Config& config, const CertificateRequest& request) {
  return choose_credential(
      config, {*request.signature_algorithms, request.signature_algorithms_cert, request.certificate_authorities});
}

}  // namespace

Flow connect_13(HandshakeContext& hs) {
  const ConfigPtr config = hs.config_ptr();
  Negotiated& negotiated = hs.negotiated();
  const ClientHello& hello = hs.client_hello();
  const KeyShareEntry& share = *hs.server_hello().key_share;
  const SuiteInfo& suite = *find_suite(hs.server_hello().cipher_suite);
  hs.transcript().start(suite.hash);
  auto shared_secret = co_await agree(hs, share);  // §7.4
  hs.key_shares().clear();
  auto handshake = EarlySecret(suite.hash).with(shared_secret);
  const Secret server_traffic = handshake.server_handshake_traffic(hs.transcript().digest());
  const Secret client_traffic = handshake.client_handshake_traffic(hs.transcript().digest());
  hs.install_read(suite, server_traffic);
  // Written with from here on, so that an alert about the server's flight is protected; §D.4 puts its
  // change_cipher_spec before.
  if (config->middlebox_comp_mode) hs.change_cipher_spec();
  hs.install_write(suite, client_traffic);

  auto extensions = co_await hs.read<EncryptedExtensions>();  // §4.3.1
  co_await check_encrypted_extensions(hello, extensions.body);
  note_answered(negotiated, extensions.body);
  limit_records(hs, hello.record_size_limit);
  auto request = co_await hs.read_if<CertificateRequest>();  // §4.3.2
  if (request) {
    co_await check_certificate_request(request->body);
  }
  auto certificate = co_await hs.read<CertificateMessage>();  // §4.4.2
  auto chain = co_await peer_chain(hs, certificate.body);
  co_await judge_peer(hs, chain);
  auto server_verify = co_await hs.read<CertificateVerify>();  // §4.4.3
  co_await check_verify(hs, server_verify);
  auto server_finished = co_await hs.read<Finished>();
  co_await check_finished(suite, server_traffic, server_finished);  // §4.4.4
  hs.channel().expect(ChangeCipherSpecs::refused);
  auto master = std::move(handshake).finish();
  const Digest server_flight = hs.transcript().digest();
  ApplicationSecrets secrets{&suite, master.client_application_traffic(server_flight),
                             master.server_application_traffic(server_flight), master.exporter_master(server_flight)};
  hs.install_read(suite, secrets.read_traffic);

  if (request) {
    negotiated.client_certificate_requested = true;
    const auto choice = choose_client_credential(*config, request->body);
    hs.emit(certificate_message(choice ? choice->credential : nullptr));
    if (choice) {
      const SigningChoice& signing = *choice;
      auto verify = co_await sign(hs, signing);
      hs.emit(verify);
    }
  }
  hs.emit(finished(hs, suite, client_traffic));
  hs.install_write(suite, secrets.write_traffic);
  hs.finish(std::move(secrets));
}

}  // namespace tlsock
