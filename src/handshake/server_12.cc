// The server's side of RFC 5246, figure 1, from an acceptable ClientHello on; TLS 1.1 and 1.0 differ by their VersionRules.
#include <algorithm>

#include "handshake/answered.h"
#include "handshake/authenticate.h"
#include "handshake/exchange_12.h"
#include "handshake/handshake.h"
#include "handshake/resumption_12.h"
#include "handshake/server_hello_12.h"

namespace tlsock {
namespace {

// server_key_exchange is nothing where there is nothing to say (RFC 5246 §7.4.3, RFC 4279 §2).
Result<std::optional<ServerKeyExchange>> server_key_exchange(HandshakeContext& hs, const Choice12& choice,
                                                             const ExchangeForm& form, const ServerShare& share) {
  const auto presence = server_exchange_presence(form);
  const bool has_hint = form.has_psk && !hs.config().psk_identity.empty();
  std::optional<ServerKeyExchange> message;
  if (presence == ServerExchangePresence::never || (presence == ServerExchangePresence::maybe && !has_hint))
    return message;
  ServerExchange exchange;
  if (has_hint) exchange.psk_identity_hint = copy(as_bytes(hs.config().psk_identity));
  share.put(exchange);
  if (form.is_signed)
    exchange.proof = TRY(sign_12(hs, choice.signing, TRY(signed_content(hs.negotiated(), exchange, form))));
  TRY(encode(exchange, form, message.emplace().body));
  return message;
}

Result<CertificateRequest12> certificate_request(const Config& config, const VersionRules& rules) {
  CertificateRequest12Body body;
  body.certificate_types = {ClientCertificateType::ecdsa_sign, ClientCertificateType::rsa_sign};
  if (rules.names_algorithm) body.signature_algorithms = config.signature_algs;
  body.certificate_authorities = authority_names(config);
  CertificateRequest12 message;
  TRY(encode(body, form_of(rules), message.body));
  return message;
}

Result<ClientExchange> decode_exchange(const ClientKeyExchange& message, const ExchangeForm& form) {
  return decode<ClientExchange>(message.body, form);
}

Status check_client_verify(HandshakeContext& hs, const VersionRules& rules, const CertificateVerify12& message,
                           Bytes messages) {
  const auto proof = TRY(decode<DigitallySigned>(message.body, form_of(rules)));
  return check_signature_12(hs, rules, proof, messages);
}

// new_session_id is empty where the session is not kept (RFC 5246 §7.4.1.3).
Result<ByteString> new_session_id(HandshakeContext& hs) {
  ByteString id;
  if (!keeps_session(hs)) return id;
  id.resize(32);
  TRY(hs.rng().fill(id));
  return id;
}

Result<bool> is_agreed(const Answer& answer) {
  if (answer.verdict == Answer::Verdict::accept) return true;
  if (answer.verdict == Answer::Verdict::refuse) return false;
  return Error(Reason::ANSWER_INVALID, "reuse_session");
}

}  // namespace

Flow accept_12(HandshakeContext& hs) {
  const ConfigPtr config = hs.config_ptr();
  const Config& options = *config;
  Negotiated& negotiated = hs.negotiated();
  const VersionRules& rules = rules_of(*negotiated.version);
  const ClientHello& hello = hs.client_hello();
  co_await check_hello_12(hello);
  auto resumed = co_await session_to_resume(hs, rules);  // §7.4.1.2
  if (resumed && options.ask_reuse_session) {
    const QuestionBody question = ReuseSessionQuestion{resumed};
    auto answer = co_await hs.ask(question);
    auto agreed = co_await is_agreed(answer);
    if (!agreed) resumed.reset();
  }
  if (resumed) {
    hs.session() = resumed;
    hs.hand_over(accept_abbreviated_12(hs));
    co_return;
  }
  auto choice = co_await negotiate_12(options, rules, hello);
  const SuiteInfo& suite = *choice.suite;
  negotiated.cipher_suite = suite.suite;
  negotiated.group = choice.group;
  negotiated.alpn = choice.alpn;
  const Credential* const credential = choice.signing.credential;
  if (credential) negotiated.own_certificate = credential->chain.front();
  hs.transcript().start(rules.prf_hash(suite));
  // RFC 5246 §7.4.4: who has no certificate asks for none.
  const bool asks_certificate = options.verify_peer && credential;
  if (!asks_certificate) hs.transcript().forget_messages();

  const ExchangeForm form = exchange_form(rules, suite);
  UserSecretPtr user;
  if (form.agreement == ExchangeForm::Agreement::srp) {  // RFC 5054 §2.5.1.3: who it is does not show
    negotiated.user = *hello.srp;
    const QuestionBody question = UserLookupQuestion{UserKind::srp, negotiated.user};
    auto known = co_await hs.ask(question);
    user = co_await secret_of_user(known, UserKind::srp);
  }
  ServerHello& answer = hs.server_hello();
  answer = co_await server_hello_12(hs, rules, suite);  // §7.4.1.3
  answer.legacy_session_id_echo = co_await new_session_id(hs);
  if (issues_ticket(hs)) answer.session_ticket.emplace();  // RFC 5077 §3.2
  negotiated.session_id = answer.legacy_session_id_echo;
  hs.emit(answer);
  if (credential) hs.emit(certificate_message_12(credential));  // §7.4.2
  auto made = co_await server_share(hs, choice, user);
  ServerShare& share = *made;
  auto key_exchange = co_await server_key_exchange(hs, choice, form, share);
  if (key_exchange) hs.emit(*key_exchange);  // §7.4.3
  if (asks_certificate) {  // §7.4.4
    auto request = co_await certificate_request(options, rules);
    hs.emit(request);
    negotiated.client_certificate_requested = true;
  }
  hs.emit(ServerHelloDone());  // §7.4.5

  std::vector<CertificatePtr> chain;
  if (asks_certificate) {  // §7.4.6
    auto certificate = co_await hs.read<Certificate12>();
    chain = co_await peer_chain(hs, certificate.body);
    co_await judge_peer(hs, chain);
  }
  auto client_exchange = co_await hs.read<ClientKeyExchange>();  // §7.4.7
  auto exchange = co_await decode_exchange(client_exchange.body, form);
  UserSecretPtr psk;
  if (form.has_psk) {  // RFC 4279 §2
    negotiated.user = as_text(exchange.psk_identity);
    const QuestionBody question = UserLookupQuestion{UserKind::psk, negotiated.user};
    auto known = co_await hs.ask(question);
    psk = co_await known_psk(known);
  }
  auto agreed = co_await share.agree(exchange.exchange);
  const SharedSecret secret = pre_master_secret(suite.key_exchange, std::move(agreed), psk);
  Secrets12 secrets = master_secret_12(hs, rules, suite, secret);
  if (!chain.empty()) {  // §7.4.8
    const ByteString messages = copy(hs.transcript().messages());
    auto verify = co_await hs.read<CertificateVerify12>();
    co_await check_client_verify(hs, rules, verify.body, messages);
  }
  hs.transcript().forget_messages();
  const KeyBlock keys(secrets, answer.encrypt_then_mac.has_value());
  limit_records(hs, answer.record_size_limit);
  co_await hs.read_change_cipher_spec();  // §7.1
  hs.install_read(keys);
  auto client_finished = co_await hs.read<Finished>();  // §7.4.9
  co_await check_finished_12(Role::client, secrets, client_finished);
  hs.channel().expect(ChangeCipherSpecs::refused);
  Session session = session_of(hs, secrets);
  if (answer.session_ticket) hs.emit(new_ticket(hs, session));  // RFC 5077 §3.3
  hs.change_to_write(keys);
  hs.emit(finished_12(hs, secrets));
  keep_session(hs, std::move(session));
  hs.finish(std::move(secrets));
}

}  // namespace tlsock
