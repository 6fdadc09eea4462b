// The encoding of a Session. A change of it is a new format: sessions outlive processes.
#include "session/session.h"

#include "wire/codec.h"

namespace tlsock {
namespace {

constexpr std::uint8_t session_format = 1;
constexpr std::size_t longest_secret = Secret::capacity;

struct SessionCertificate {
  CertificatePtr certificate;
};

void wire(Reader& r, SessionCertificate& m) {
  ByteString der;
  opaque<3>(r, der, 1);
  if (r.failed()) return;
  auto certificate = Certificate::parse(der);
  if (!certificate) return r.fail(Reason::DECODE_ERROR);
  m.certificate = *std::move(certificate);
}
void wire(Writer& w, const SessionCertificate& m) {
  w.block(3, [&] { w.bytes(m.certificate->der()); });
}

void secret(Reader& r, Secret& secret) {
  ByteString bytes;
  opaque<1>(r, bytes, 1, longest_secret);
  if (!r.failed()) secret = Secret(Bytes(bytes));
  wipe(bytes);
}
void secret(Writer& w, const Secret& secret) {
  w.block(1, [&] { w.bytes(secret.bytes()); });
}

void flag(Reader& r, bool& value) {
  std::uint8_t byte = 0;
  r.number(byte);
  r.require(byte <= 1);
  value = byte == 1;
}
void flag(Writer& w, bool value) { w.number(static_cast<std::uint8_t>(value)); }

// maybe is a value behind a flag.
template <class T>
void maybe(Reader& r, std::optional<T>& value, auto&& body) {
  bool there = false;
  flag(r, there);
  if (there) body(value.emplace());
}
template <class T>
void maybe(Writer& w, const std::optional<T>& value, auto&& body) {
  flag(w, value.has_value());
  if (value) body(*value);
}

struct SessionData {
  static constexpr auto name = "session_data";
  std::uint8_t format = session_format;
  Session session;
  std::vector<SessionCertificate> peer_chain;
};

template <class W, class Data>
void wire_data(W& w, Data& m) {
  auto& s = m.session;
  w.number(m.format);
  w.require(m.format == session_format);
  w.number(s.role);
  w.number(s.version);
  w.number(s.cipher_suite);
  opaque<1>(w, s.id, 0, 32);
  opaque<2>(w, s.ticket);
  secret(w, s.master_secret);
  flag(w, s.extended_master_secret);
  opaque<2>(w, s.server_name);
  opaque<2>(w, s.host);
  w.number(s.port);
  opaque<2>(w, s.user);
  w.fixed(s.trust);
  maybe(w, s.own_certificate, [&](auto& v) { w.fixed(v); });
  maybe(w, s.max_fragment_length, [&](auto& v) { w.number(v); });
  list<3>(w, m.peer_chain, 0);
  flag(w, s.verified);
  maybe(w, s.group, [&](auto& v) { w.number(v); });
  if constexpr (W::reading) {
    std::uint64_t created = 0;
    w.number(created);
    s.created = static_cast<UnixTime>(created);
  } else {
    w.number(static_cast<std::uint64_t>(s.created));
  }
  w.number(s.lifetime);
}

void wire(Reader& r, SessionData& m) { wire_data(r, m); }

// size_of is how much an encoding takes at most: a buffer that grows leaves secrets behind.
std::size_t size_of(const Session& session) {
  std::size_t size = 512 + session.id.size() + session.ticket.size() + session.server_name.size() +
                     session.host.size() + session.user.size();
  for (const auto& certificate : session.peer_chain) size += 3 + certificate->der().size();
  return size;
}

// SessionView is what SessionData is for a Writer, without a copy of the secret.
struct SessionView {
  const std::uint8_t format = session_format;
  const Session& session;
  std::vector<SessionCertificate> peer_chain;
};

}  // namespace

SecretBytes encode_session(const Session& session) {
  SessionView view{session_format, session, {}};
  for (const auto& certificate : session.peer_chain) view.peer_chain.push_back({certificate});
  ByteString data;
  data.reserve(size_of(session));
  Writer writer(data);
  wire_data(writer, view);
  SecretBytes encoded(writer.finish(SessionData::name) ? Bytes(data) : Bytes());
  wipe(data);
  return encoded;
}

std::optional<Session> decode_session(Bytes data) {
  auto decoded = decode<SessionData>(data);
  if (!decoded || decoded->session.role > Role::server) return {};
  for (auto& each : decoded->peer_chain) decoded->session.peer_chain.push_back(std::move(each.certificate));
  return std::move(decoded->session);
}

}  // namespace tlsock
