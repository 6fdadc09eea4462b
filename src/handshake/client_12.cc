// The client's side of RFC 5246, figure 1, from the ServerHello on; TLS 1.1 and 1.0 differ by their VersionRules.
#include <algorithm>

#include "handshake/answered.h"
#include "handshake/authenticate.h"
#include "handshake/exchange_12.h"
#include "handshake/handshake.h"

namespace tlsock {
namespace {

// RFC 5246 §7.4.1.4: a server answers extensions that the client has sent, and no others.
bool offered(const ClientHello& hello, Extension code) {
  switch (code) {
    case Extension::ec_point_formats:
      return hello.ec_point_formats.has_value();
    case Extension::extended_master_secret:
      return hello.extended_master_secret.has_value();
    case Extension::encrypt_then_mac:
      return hello.encrypt_then_mac.has_value();
    case Extension::renegotiation_info:
      return hello.renegotiation_info.has_value();
    default:
      return may_be_answered(hello, code);
  }
}

Status check_extensions(const ClientHello& hello, const ServerHello& answer, const SuiteInfo& suite) {
  for (auto code : answer.extensions_seen)
    if (!offered(hello, code)) return Error(Reason::UNEXPECTED_EXTENSION, "server_hello");
  TRY(check_answered(hello, answer));
  // RFC 8422 §5.1.2.
  if (answer.ec_point_formats && !std::ranges::count(*answer.ec_point_formats, 0))
    return Error(Reason::ERROR_PARSING_EXTENSION, "ec_point_formats").with_alert(Alert::illegal_parameter);
  // RFC 7366 §3: for block ciphers alone.
  if (answer.encrypt_then_mac && !suite.is_cbc())
    return Error(Reason::UNEXPECTED_EXTENSION_IN_MESSAGE, "encrypt_then_mac");
  // RFC 5746 §3.4: empty in a first handshake.
  if (answer.renegotiation_info && !answer.renegotiation_info->empty()) return Error(Reason::RENEGOTIATION_MISMATCH);
  return {};
}

// check_answer checks what the ServerHello chose (RFC 5246 §7.4.1.3).
Status check_answer(const ClientHello& hello, const ServerHello& answer) {
  if (!std::ranges::count(hello.cipher_suites, answer.cipher_suite)) return Error(Reason::WRONG_CIPHER_RETURNED);
  const SuiteInfo* suite = find_suite(answer.cipher_suite);
  if (!suite || !usable_in(*suite, answer.legacy_version)) return Error(Reason::WRONG_CIPHER_RETURNED);
  if (answer.legacy_compression_method != 0) return Error(Reason::UNSUPPORTED_COMPRESSION_ALGORITHM);
  // RFC 8446 §4.1.3: nothing was offered to be resumed, so that nothing may be echoed.
  if (!answer.legacy_session_id_echo.empty() && answer.legacy_session_id_echo == hello.legacy_session_id)
    return Error(Reason::SERVER_ECHOED_INVALID_SESSION_ID);
  TRY(check_extensions(hello, answer, *suite));
  // RFC 5746 §4.1, RFC 9325 §3.5: without it, somebody else's words may stand before ours.
  if (!answer.renegotiation_info) return Error(Reason::UNSAFE_LEGACY_RENEGOTIATION_DISABLED);
  return {};
}

void note(HandshakeContext& hs, const SuiteInfo& suite) {
  const ServerHello& answer = hs.server_hello();
  Negotiated& negotiated = hs.negotiated();
  negotiated.version = answer.legacy_version;
  negotiated.cipher_suite = suite.suite;
  negotiated.server_random = answer.random;
  negotiated.session_id = answer.legacy_session_id_echo;
  note_answered(negotiated, answer);
}

// RFC 8422 §5.4: the curve is one that was offered, and the certificate's key has signed the parameters.
Status check_exchange(HandshakeContext& hs, const VersionRules& rules, const SignedParams<ServerEcdhParams>& exchange) {
  const auto& groups = hs.config().supported_groups;
  const NamedGroup group = exchange.params.named_curve;
  if (!is_ecdhe_group(group) || !std::ranges::count(groups, group)) return Error(Reason::WRONG_CURVE);
  ByteString content = signed_prefix(hs.negotiated());
  TRY(encode(exchange.params, content));
  return check_signature_12(hs, rules, exchange.proof, content);
}

struct ClientAgreement {
  ClientKeyExchange message;
  SharedSecret secret;
};

// agree makes the client's share and the pre-master secret (RFC 8422 §5.7, §5.10).
Result<ClientAgreement> agree(const ServerEcdhParams& params) {
  auto own = TRY(KeyExchange::generate(params.named_curve));
  auto secret = TRY(own->agree(params.point));
  ClientKeyExchange message;
  TRY(encode(ClientEcdhPublic{copy(own->share())}, message.body));
  return ClientAgreement{std::move(message), std::move(secret)};
}

Result<CertificateVerify12> certificate_verify(HandshakeContext& hs, const VersionRules& rules,
                                               const SigningChoice12& choice) {
  CertificateVerify12 message;
  const auto proof = TRY(sign_12(hs, choice, hs.transcript().messages()));
  TRY(encode(proof, form_of(rules), message.body));
  return message;
}

Result<CertificateRequest12Body> decode_request(const CertificateRequest12& request, const VersionRules& rules) {
  return decode<CertificateRequest12Body>(request.body, form_of(rules));
}

Result<SignedParams<ServerEcdhParams>> decode_exchange(const ServerKeyExchange& exchange, const VersionRules& rules) {
  return decode<SignedParams<ServerEcdhParams>>(exchange.body, form_of(rules));
}

}  // namespace

Flow connect_12(HandshakeContext& hs) {
  const ClientHello& hello = hs.client_hello();
  const ServerHello& answer = hs.server_hello();
  co_await check_answer(hello, answer);  // §7.4.1.3
  const VersionRules& rules = rules_of(answer.legacy_version);
  const SuiteInfo& suite = *find_suite(answer.cipher_suite);
  Negotiated& negotiated = hs.negotiated();
  note(hs, suite);
  if (hs.config().ask_hello) {
    const QuestionBody question = HelloQuestion{{}, negotiated};
    auto decision = co_await hs.ask(question);
    co_await hs.adopt(decision, Reason::USER_CANCELED);
  }
  const ConfigPtr config = hs.config_ptr();
  hs.transcript().start(rules.prf_hash(suite));

  auto certificate = co_await hs.read<Certificate12>();  // §7.4.2
  auto chain = co_await peer_chain(hs, certificate.body);
  co_await check_certificate_12(suite, chain);
  co_await judge_peer(hs, chain);
  auto key_exchange = co_await hs.read<ServerKeyExchange>();  // §7.4.3
  auto exchange = co_await decode_exchange(key_exchange.body, rules);
  co_await check_exchange(hs, rules, exchange);
  negotiated.group = exchange.params.named_curve;
  auto request = co_await hs.read_if<CertificateRequest12>();  // §7.4.4
  CertificateRequest12Body request_body;
  if (request) {
    request_body = co_await decode_request(request->body, rules);
    negotiated.client_certificate_requested = true;
  }
  co_await hs.read<ServerHelloDone>();  // §7.4.5

  std::optional<SigningChoice12> signing;
  if (request) {
    signing = choose_client_credential_12(*config, rules, request_body);
    hs.emit(certificate_message_12(signing ? signing->credential : nullptr));  // §7.4.6
  }
  auto agreement = co_await agree(exchange.params);
  hs.emit(agreement.message);  // §7.4.7
  Secrets12 secrets = master_secret_12(hs, rules, suite, agreement.secret);
  if (signing) {
    const SigningChoice12& choice = *signing;
    auto verify = co_await certificate_verify(hs, rules, choice);
    hs.emit(verify);  // §7.4.8
  }
  hs.transcript().forget_messages();
  const KeyBlock keys(secrets, answer.encrypt_then_mac.has_value());
  limit_records(hs, hello.record_size_limit);
  hs.change_to_write(keys);  // §7.1
  hs.emit(finished_12(hs, secrets));

  co_await hs.read_change_cipher_spec();
  hs.install_read(keys);
  auto server_finished = co_await hs.read<Finished>();  // §7.4.9
  co_await check_finished_12(Role::server, secrets, server_finished);
  hs.channel().expect(ChangeCipherSpecs::refused);
  hs.finish(std::move(secrets));
}

}  // namespace tlsock
