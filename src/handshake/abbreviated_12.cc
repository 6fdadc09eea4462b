// RFC 5246, figure 2: both sides of a handshake that goes on from a session, with RFC 5077's ticket.
#include "handshake/answered.h"
#include "handshake/authenticate.h"
#include "handshake/exchange_12.h"
#include "handshake/handshake.h"
#include "handshake/resumption_12.h"
#include "handshake/server_hello_12.h"

namespace tlsock {
namespace {

// start is where both sides have the same: the suite, and with it the hash.
void start(HandshakeContext& hs, const VersionRules& rules, const Session& session) {
  const SuiteInfo& suite = *find_suite(session.cipher_suite);
  hs.negotiated().cipher_suite = suite.suite;
  note_resumed(hs.negotiated(), session);
  hs.transcript().start(rules.prf_hash(suite));
  hs.transcript().forget_messages();
}

// renewed is the session with a later ticket; it lives no longer.
Session renewed(HandshakeContext& hs, const Secrets12& secrets, const Session& session) {
  Session renewed = session_of(hs, secrets);
  renewed.own_certificate = session.own_certificate;
  renewed.created = session.created;
  renewed.lifetime = session.lifetime;
  return renewed;
}

}  // namespace

Flow connect_abbreviated_12(HandshakeContext& hs) {
  const ServerHello& answer = hs.server_hello();
  const SessionPtr offered = hs.session();
  const Session& session = *offered;
  co_await check_resumed(session, answer);
  const VersionRules& rules = rules_of(session.version);
  start(hs, rules, session);
  Secrets12 secrets = secrets_of(hs, rules, session);
  const KeyBlock keys(secrets, answer.encrypt_then_mac.has_value());
  limit_records(hs, hs.client_hello().record_size_limit);
  NewSessionTicket12 ticket;
  if (answer.session_ticket) {  // RFC 5077 §3.3
    auto received = co_await hs.read<NewSessionTicket12>();
    ticket = std::move(received.body);
  }
  co_await hs.read_change_cipher_spec();
  hs.install_read(keys);
  auto server_finished = co_await hs.read<Finished>();
  co_await check_finished_12(Role::server, secrets, server_finished);
  hs.channel().expect(ChangeCipherSpecs::refused);
  hs.change_to_write(keys);
  hs.emit(finished_12(hs, secrets));
  if (!ticket.ticket.empty()) {
    Session next = renewed(hs, secrets, session);
    take_ticket(hs.negotiated(), next, std::move(ticket));
    keep_session(hs, std::move(next));
  }
  hs.finish(std::move(secrets));
}

Flow accept_abbreviated_12(HandshakeContext& hs) {
  const Config& config = hs.config();
  const SessionPtr resumed = hs.session();
  const Session& session = *resumed;
  const VersionRules& rules = rules_of(session.version);
  const ClientHello& hello = hs.client_hello();
  auto alpn = co_await choose_alpn(config, hello);
  hs.negotiated().alpn = alpn;
  start(hs, rules, session);
  const SuiteInfo& suite = *find_suite(session.cipher_suite);
  ServerHello& answer = hs.server_hello();
  answer = co_await server_hello_12(hs, rules, suite);
  answer.legacy_session_id_echo = session.id;
  answer.server_name.reset();  // RFC 6066 §3: not when a session goes on
  hs.emit(answer);
  Secrets12 secrets = secrets_of(hs, rules, session);
  const KeyBlock keys(secrets, answer.encrypt_then_mac.has_value());
  limit_records(hs, answer.record_size_limit);
  hs.change_to_write(keys);
  hs.emit(finished_12(hs, secrets));
  co_await hs.read_change_cipher_spec();
  hs.install_read(keys);
  auto client_finished = co_await hs.read<Finished>();
  co_await check_finished_12(Role::client, secrets, client_finished);
  hs.channel().expect(ChangeCipherSpecs::refused);
  hs.finish(std::move(secrets));
}

}  // namespace tlsock
