// The rules by which a session goes on. Whatever does not fit leads to a full handshake and not to an error, but for what
// RFC 7627 §5.3 wants aborted.
#include "handshake/resumption_12.h"

#include <algorithm>

#include "handshake/answered.h"

namespace tlsock {
namespace {

Sha256 sha256(Bytes bytes) {
  Sha256 digest;
  std::ranges::copy(Bytes(Hash::of(HashAlgorithm::sha256, {bytes})), digest.begin());
  return digest;
}

// reuses_without_extended: RFC 7627 §5.4. Such a session can be made to have the same keys with two peers.
bool reuses_without_extended(const Config& config) {
  const bool verifies_clients = config.role == Role::server && config.verify_peer;
  const bool is_server_default = config.role == Role::server && config.reuse_sessions == SessionReuse::by_default;
  return config.reuse_sessions == SessionReuse::always || config.reuse_sessions == SessionReuse::save ||
         (is_server_default && !verifies_clients);
}

// is_own_certificate: none, or one that we still have.
bool is_own_certificate(const Config& config, const std::optional<Sha256>& certificate) {
  return !certificate || std::ranges::any_of(config.credentials, [&](const Credential& credential) {
    return sha256(credential.chain.front()->der()) == *certificate;
  });
}

bool is_in_date(const std::vector<CertificatePtr>& chain, UnixTime now) {
  return std::ranges::all_of(chain, [&](const CertificatePtr& certificate) {
    return certificate->not_before() <= now && now <= certificate->not_after();
  });
}

bool is_usable(const Config& config, const Session& session) {
  const SuiteInfo* suite = find_suite(session.cipher_suite);
  return suite && usable_in(*suite, session.version) && has(config.versions, session.version) &&
         has(config.cipher_suites, session.cipher_suite);
}

// ---- client ----

void append_sized(ByteString& to, Bytes bytes) {
  std::uint8_t size[4];
  store_be(size, bytes.size());
  append(to, size);
  append(to, bytes);
}

// place_of is where a client's session may be used again.
ClientSessions::Place place_of(const Config& config, const Negotiated& negotiated) {
  ByteString place;
  append_sized(place, as_bytes(negotiated.host));
  append_sized(place, as_bytes(negotiated.server_name));
  std::uint8_t port[2];
  store_be(port, negotiated.port);
  append(place, port);
  append(place, config.trust);
  for (const auto& credential : config.credentials) append(place, sha256(credential.chain.front()->der()));
  return sha256(place);
}

// may_offer: what has to be the same is in the place already, where the session came from one.
bool may_offer(const HandshakeContext& hs, const Session& session) {
  const Config& config = hs.config();
  const UnixTime now = hs.clock().unix_time();
  return session.is_alive(now) && is_usable(config, session) && is_own_certificate(config, session.own_certificate) &&
         (!session.max_fragment_length || session.max_fragment_length == config.max_fragment_length) &&
         (!config.verify_peer || (session.verified && is_in_date(session.peer_chain, now)));
}

// is_for: a session that was brought from elsewhere goes on with the host that it was made with, under the same rules.
bool is_for(const Config& config, const std::string& host, const Session& session) {
  return !config.verify_peer || (session.host == host && session.trust == config.trust);
}

// ---- server ----

std::optional<Session> session_of_ticket(HandshakeContext& hs) {
  const auto state = hs.config().ticket_keys->open(*hs.client_hello().session_ticket, hs.clock().unix_time());
  auto session = state ? decode_session(*state) : std::nullopt;
  // RFC 5077 §3.4: the id that the client has made up is echoed.
  if (session) session->id = hs.client_hello().legacy_session_id;
  return session;
}

std::optional<Session> known_session(HandshakeContext& hs) {
  const Config& config = hs.config();
  const ClientHello& hello = hs.client_hello();
  if (config.ticket_keys && hello.session_ticket && !hello.session_ticket->empty()) return session_of_ticket(hs);
  if (!config.session_store || config.reuse_sessions == SessionReuse::never || hello.legacy_session_id.empty()) return {};
  const SecretBytes state = config.session_store->get(hello.legacy_session_id, hs.clock().unix_time());
  return state.empty() ? std::nullopt : decode_session(state);
}

// may_resume: SECURITY rules bind a session to the policy under which it began.
bool may_resume(HandshakeContext& hs, const VersionRules& rules, const Session& session) {
  const Config& config = hs.config();
  const ClientHello& hello = hs.client_hello();
  const UnixTime now = hs.clock().unix_time();
  // RFC 8449 §5: with record_size_limit the other is not answered.
  const bool has_length = hello.max_fragment_length && !hello.record_size_limit;
  const auto fragment_length = has_length ? fragment_length_of(*hello.max_fragment_length) : std::nullopt;
  return session.role == Role::server && session.version == rules.version && session.is_alive(now) &&
         is_usable(config, session) && has(hello.cipher_suites, session.cipher_suite) &&
         session.trust == config.trust && session.server_name == hs.negotiated().server_name &&
         is_own_certificate(config, session.own_certificate) && session.max_fragment_length == fragment_length &&
         !(config.fail_if_no_peer_cert && session.peer_chain.empty()) &&
         (!config.verify_peer || is_in_date(session.peer_chain, now)) &&
         (session.extended_master_secret || (!hello.extended_master_secret && reuses_without_extended(config)));
}

}  // namespace

SessionPtr session_to_offer(HandshakeContext& hs) {
  const Config& config = hs.config();
  const Negotiated& negotiated = hs.negotiated();
  const bool is_named = !config.reuse_session_id.empty();
  if (config.reuse_session) {
    const bool fits = may_offer(hs, *config.reuse_session) && is_for(config, negotiated.host, *config.reuse_session);
    return fits ? config.reuse_session : nullptr;
  }
  const bool is_automatic =
      config.reuse_sessions == SessionReuse::by_default || config.reuse_sessions == SessionReuse::always;
  if (!config.client_sessions || !(is_named || is_automatic)) return nullptr;
  return config.client_sessions->choose(
      place_of(config, negotiated), hs.clock().unix_time(), [&](const Session& session) {
        if (is_named && session.id != config.reuse_session_id) return false;
        return may_offer(hs, session) &&
               (session.extended_master_secret || is_named || reuses_without_extended(config));
      });
}

Status check_resumed(const Session& session, const ServerHello& answer) {
  if (answer.legacy_version != session.version) return Error(Reason::OLD_SESSION_VERSION_NOT_RETURNED);
  if (answer.cipher_suite != session.cipher_suite) return Error(Reason::OLD_SESSION_CIPHER_NOT_RETURNED);
  if (session.extended_master_secret && !answer.extended_master_secret)
    return Error(Reason::RESUMED_EMS_SESSION_WITHOUT_EMS_EXTENSION);
  if (!session.extended_master_secret && answer.extended_master_secret)
    return Error(Reason::RESUMED_NON_EMS_SESSION_WITH_EMS_EXTENSION);
  return {};
}

Result<SessionPtr> session_to_resume(HandshakeContext& hs, const VersionRules& rules) {
  auto session = known_session(hs);
  if (!session || !may_resume(hs, rules, *session)) return SessionPtr();
  if (session->extended_master_secret && !hs.client_hello().extended_master_secret)
    return Error(Reason::RESUMED_EMS_SESSION_WITHOUT_EMS_EXTENSION);
  return std::make_shared<const Session>(*std::move(session));
}

bool issues_ticket(HandshakeContext& hs) {
  const Config& config = hs.config();
  const bool with_certificate = config.session_tickets == SessionTickets::stateless_with_cert;
  return config.ticket_keys && hs.client_hello().session_ticket && (!config.verify_peer || with_certificate);
}

bool keeps_session(HandshakeContext& hs) {
  const Config& config = hs.config();
  const bool extended = hs.client_hello().extended_master_secret.has_value();
  return config.session_store && config.reuse_sessions != SessionReuse::never && !issues_ticket(hs) &&
         (extended || reuses_without_extended(config));
}

NewSessionTicket12 new_ticket(HandshakeContext& hs, const Session& session) {
  const UnixTime now = hs.clock().unix_time();
  NewSessionTicket12 message;
  auto ticket = hs.config().ticket_keys->seal(encode_session(session), now, hs.rng());
  // RFC 5077 §3.3: an empty one says that there is none after all.
  if (!ticket || ticket->size() > 0xffff) return message;
  message.ticket = *std::move(ticket);
  message.ticket_lifetime_hint = static_cast<std::uint32_t>(session.created + session.lifetime - now);
  return message;
}

Session session_of(HandshakeContext& hs, const Secrets12& secrets) {
  const Config& config = hs.config();
  const Negotiated& negotiated = hs.negotiated();
  Session session;
  session.role = hs.role();
  session.version = secrets.rules->version;
  session.cipher_suite = secrets.suite->suite;
  session.id = negotiated.session_id;
  session.master_secret = secrets.master_secret.clone();
  session.extended_master_secret = hs.server_hello().extended_master_secret.has_value();
  session.server_name = negotiated.server_name;
  if (hs.role() == Role::client) {
    session.host = negotiated.host;
    session.port = negotiated.port;
  }
  session.trust = config.trust;
  if (negotiated.own_certificate) session.own_certificate = sha256(negotiated.own_certificate->der());
  session.max_fragment_length = negotiated.max_fragment_length;
  session.peer_chain = negotiated.peer_chain;
  session.verified = negotiated.verified;
  session.group = negotiated.group;
  session.created = hs.clock().unix_time();
  session.lifetime = issues_ticket(hs) ? config.ticket_lifetime : config.session_lifetime;
  return session;
}

Secrets12 secrets_of(HandshakeContext& hs, const VersionRules& rules, const Session& session) {
  const Negotiated& negotiated = hs.negotiated();
  return {find_suite(session.cipher_suite), &rules, session.master_secret.clone(), negotiated.client_random,
          negotiated.server_random};
}

void note_resumed(Negotiated& negotiated, const Session& session) {
  negotiated.session_resumed = true;
  negotiated.session_id = session.id;
  negotiated.peer_chain = session.peer_chain;
  negotiated.verified = session.verified;
  negotiated.group = session.group;
}

void take_ticket(Negotiated& negotiated, Session& session, NewSessionTicket12 message) {
  if (message.ticket.empty()) return;
  // A session that has been known by an id keeps it.
  if (!negotiated.session_resumed) session.id = copy(sha256(message.ticket));
  session.ticket = std::move(message.ticket);
  // RFC 5077 §3.3: a hint of 0 says nothing.
  if (message.ticket_lifetime_hint) session.lifetime = std::min(session.lifetime, message.ticket_lifetime_hint);
  negotiated.session_id = session.id;
}

void keep_session(HandshakeContext& hs, Session session) {
  if (session.id.empty()) return;
  const Config& config = hs.config();
  const UnixTime now = hs.clock().unix_time();
  const auto kept = std::make_shared<const Session>(std::move(session));
  hs.session() = kept;
  if (hs.role() == Role::server) {
    if (keeps_session(hs))
      config.session_store->put(kept->id, encode_session(*kept), now, now + kept->lifetime);
    return;
  }
  const bool wanted = config.reuse_sessions != SessionReuse::never && config.session_tickets != SessionTickets::manual;
  if (!config.client_sessions || !wanted || !kept->verified) return;
  const auto duplicates = config.reuse_sessions == SessionReuse::save ? ClientSessions::Duplicates::kept
                                                                      : ClientSessions::Duplicates::refused;
  config.client_sessions->add(place_of(config, hs.negotiated()), kept, duplicates, config.max_client_sessions, now);
}

void forget_session(const Config& config, const Session& session) {
  if (session.role == Role::client && config.client_sessions) config.client_sessions->remove(session.id);
  if (session.role == Role::server && config.session_store && !session.id.empty())
    config.session_store->remove(session.id);
}

}  // namespace tlsock
