// Session: what two peers agreed on before TLS 1.3, and what a later connection needs to go on from it (RFC 5246 §7.3).
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/role.h"
#include "base/secret.h"
#include "wire/registry.h"
#include "x509/certificate.h"

namespace tlsock {

// Sha256 is the digest of something public that is compared or looked up.
using Sha256 = std::array<std::uint8_t, 32>;

struct Session {
  Role role = Role::client;
  Version version{};
  CipherSuite cipher_suite{};
  ByteString id;      // of a client that has a ticket: a hash of the first one, so that ids still compare
  ByteString ticket;  // client: RFC 5077; empty: the server knows the id
  Secret master_secret;
  bool extended_master_secret = false;

  // What has to be the same again.
  std::string server_name;  // that the client sent; empty: none
  std::string host;         // client: whom it meant
  std::uint16_t port = 0;
  std::string user;         // of SRP or PSK
  Sha256 trust{};           // Config::trust
  std::optional<Sha256> own_certificate;
  std::optional<std::uint16_t> max_fragment_length;

  // What the first handshake has found out.
  std::vector<CertificatePtr> peer_chain;
  bool verified = false;
  std::optional<NamedGroup> group;
  UnixTime created = 0;
  std::uint32_t lifetime = 0;  // seconds

  bool is_alive(UnixTime now) const { return created <= now && now - created < static_cast<UnixTime>(lifetime); }
};
using SessionPtr = std::shared_ptr<const Session>;

// encode_session gives a session_data: whoever has it can be either peer. decode_session gives nothing for anything else,
// be it of another format.
SecretBytes encode_session(const Session& session);
std::optional<Session> decode_session(Bytes data);

}  // namespace tlsock
