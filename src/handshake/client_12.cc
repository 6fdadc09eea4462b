// The client's side of RFC 5246, figure 1, from the ServerHello on; TLS 1.1 and 1.0 differ by their VersionRules.
#include <algorithm>

#include "handshake/answered.h"
#include "handshake/authenticate.h"
#include "handshake/exchange_12.h"
#include "handshake/handshake.h"
#include "handshake/resumption_12.h"

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
    case Extension::session_ticket:
      return hello.session_ticket.has_value();
    case Extension::supported_groups:  // RFC 8422 §5.2 has none here, but some servers do, and it says nothing
      return hello.supported_groups.has_value();
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
Status check_answer(const ClientHello& hello, const ServerHello& answer, bool is_resumed) {
  if (!std::ranges::count(hello.cipher_suites, answer.cipher_suite)) return Error(Reason::WRONG_CIPHER_RETURNED);
  const SuiteInfo* suite = find_suite(answer.cipher_suite);
  if (!suite || !usable_in(*suite, answer.legacy_version)) return Error(Reason::WRONG_CIPHER_RETURNED);
  if (answer.legacy_compression_method != 0) return Error(Reason::UNSUPPORTED_COMPRESSION_ALGORITHM);
  // RFC 8446 §4.1.3: what was not offered to be resumed may not be echoed.
  if (!is_resumed && !answer.legacy_session_id_echo.empty() && answer.legacy_session_id_echo == hello.legacy_session_id)
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

Result<ServerExchange> decode_exchange(const ServerKeyExchange& message, const ExchangeForm& form) {
  return decode<ServerExchange>(message.body, form);
}

// check_exchange: the parameters are of those that were offered, and the certificate's key has signed them.
Status check_exchange(HandshakeContext& hs, const VersionRules& rules, const ServerExchange& exchange,
                      const ExchangeForm& form) {
  TRY(check_params(hs, exchange));
  if (!form.is_signed) return {};
  const ByteString content = TRY(signed_content(hs.negotiated(), exchange, form));
  return check_signature_12(hs, rules, exchange.proof, content);
}

Result<ClientKeyExchange> client_key_exchange(const Config& config, const ClientShare& share, const ExchangeForm& form) {
  ClientExchange exchange{{}, share.exchange};
  if (form.has_psk) exchange.psk_identity = copy(as_bytes(config.psk_identity));
  ClientKeyExchange message;
  TRY(encode(exchange, form, message.body));
  return message;
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

// goes_on tells whether the server resumes the session that was offered (RFC 5246 §7.4.1.3).
bool goes_on(const SessionPtr& session, const ServerHello& answer) {
  return session && answer.legacy_session_id_echo == session->id;
}

// give_up is for a session that was offered and refused: the new one is to take its place.
void give_up(HandshakeContext& hs) {
  const SessionPtr session = std::exchange(hs.session(), nullptr);
  if (session && hs.config().reuse_session_id.empty()) forget_session(hs.config(), *session);
}

}  // namespace

Flow connect_12(HandshakeContext& hs) {
  const ClientHello& hello = hs.client_hello();
  const ServerHello& answer = hs.server_hello();
  const bool is_resumed = goes_on(hs.session(), answer);
  co_await check_answer(hello, answer, is_resumed);  // §7.4.1.3
  const VersionRules& rules = rules_of(answer.legacy_version);
  const SuiteInfo& suite = *find_suite(answer.cipher_suite);
  Negotiated& negotiated = hs.negotiated();
  note(hs, suite);
  if (hs.config().ask_hello) {
    const QuestionBody question = HelloQuestion{{}, negotiated};
    auto decision = co_await hs.ask(question);
    co_await hs.adopt(decision, Reason::USER_CANCELED);
  }
  if (is_resumed) {
    hs.hand_over(connect_abbreviated_12(hs));
    co_return;
  }
  give_up(hs);
  const ConfigPtr config = hs.config_ptr();
  hs.transcript().start(rules.prf_hash(suite));

  if (!suite.is_anonymous()) {
    auto certificate = co_await hs.read<Certificate12>();  // §7.4.2
    auto chain = co_await peer_chain(hs, certificate.body);
    co_await check_certificate_12(suite, chain);
    co_await judge_peer(hs, chain);
  }
  const ExchangeForm form = exchange_form(rules, suite);
  ServerExchange exchange;
  std::optional<Received<ServerKeyExchange>> key_exchange;  // §7.4.3
  if (const auto presence = server_exchange_presence(form); presence == ServerExchangePresence::always) {
    key_exchange = co_await hs.read<ServerKeyExchange>();
  } else if (presence == ServerExchangePresence::maybe) {
    key_exchange = co_await hs.read_if<ServerKeyExchange>();
  }
  if (key_exchange) {
    exchange = co_await decode_exchange(key_exchange->body, form);
    co_await check_exchange(hs, rules, exchange, form);
  }
  std::optional<Received<CertificateRequest12>> request;  // §7.4.4: not from whom has no certificate
  if (!suite.is_anonymous()) {
    request = co_await hs.read_if<CertificateRequest12>();
  }
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
    if (signing) negotiated.own_certificate = signing->credential->chain.front();
  }
  UserSecretPtr psk;
  if (form.has_psk) {  // RFC 4279 §2
    const QuestionBody question = UserLookupQuestion{UserKind::psk, std::string(as_text(exchange.psk_identity_hint))};
    auto known = co_await hs.ask(question);
    psk = co_await known_psk(known);
    negotiated.user = config->psk_identity;
  }
  if (form.agreement == ExchangeForm::Agreement::srp) negotiated.user = config->srp_user;
  auto share = co_await agree_with(hs, suite, exchange);
  const Config& options = *config;
  auto message = co_await client_key_exchange(options, share, form);
  hs.emit(message);  // §7.4.7
  const SharedSecret secret = pre_master_secret(suite.key_exchange, std::move(share.secret), psk);
  Secrets12 secrets = master_secret_12(hs, rules, suite, secret);
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

  Session session = session_of(hs, secrets);
  if (answer.session_ticket) {  // RFC 5077 §3.3
    auto ticket = co_await hs.read<NewSessionTicket12>();
    take_ticket(negotiated, session, std::move(ticket.body));
  }
  co_await hs.read_change_cipher_spec();
  hs.install_read(keys);
  auto server_finished = co_await hs.read<Finished>();  // §7.4.9
  co_await check_finished_12(Role::server, secrets, server_finished);
  hs.channel().expect(ChangeCipherSpecs::refused);
  keep_session(hs, std::move(session));
  hs.finish(std::move(secrets));
}

}  // namespace tlsock
