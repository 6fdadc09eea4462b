// Config: what one side wants. Built once from options (options.h), immutable, shared by any number of connections.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/role.h"
#include "crypto/dh.h"
#include "crypto/key_exchange.h"
#include "crypto/signature.h"
#include "crypto/suites.h"
#include "session/client_sessions.h"
#include "session/store.h"
#include "session/ticket_keys.h"
#include "x509/host_name.h"
#include "x509/path.h"
#include "x509/trust_store.h"

namespace tlsock {

// Credential is a certificate chain (leaf first) with the key of its leaf.
struct Credential {
  std::vector<CertificatePtr> chain;
  std::shared_ptr<const PrivateKey> key;
};

// HostCheck is what customize_hostname_check asks for.
enum class HostCheck : std::uint8_t { https, strict, none, ask };

// SessionReuse is the option reuse_sessions. By default sessions with an extended master secret are reused, and those
// without where no peer has been verified by its certificate (RFC 7627 §5.4).
enum class SessionReuse : std::uint8_t { by_default, never, always, save };

// SessionTickets is the option session_tickets, of both roles.
enum class SessionTickets : std::uint8_t { disabled, automatic, manual, stateful, stateless, stateful_with_cert, stateless_with_cert };

// LogLevel as Erlang's; messages of a level less severe than the config's are not made.
enum class LogLevel : std::uint8_t { none, emergency, alert, critical, error, warning, notice, info, debug, all };

// SocketOptions are for the transport, not for TLS; socket/ applies them.
struct SocketOptions {
  std::optional<bool> reuseaddr, nodelay, keepalive, exit_on_close;
  std::optional<std::string> ip;  // the local address, in text form
  bool inet6 = false;
  std::optional<int> backlog, sndbuf, recbuf;
  std::optional<int> send_timeout_ms;  // -1: "infinity", said on purpose
};

struct Config;
using ConfigPtr = std::shared_ptr<const Config>;

struct Config {
  Role role = Role::client;

  // What is offered, preferred first.
  std::vector<Version> versions = {Version::tls13};
  std::vector<CipherSuite> cipher_suites;
  std::vector<NamedGroup> supported_groups;
  std::vector<NamedGroup> key_share_groups;  // option psk_groups: client, a share for each
  std::vector<SignatureScheme> signature_algs;
  std::optional<std::vector<SignatureScheme>> signature_algs_cert;
  bool honor_cipher_order = false;
  // Before TLS 1.3.
  std::optional<std::vector<NamedGroup>> eccs;   // not set: supported_groups
  bool honor_ecc_order = false;
  bool fallback = false;                         // client: RFC 7507
  std::shared_ptr<const DhParams> dh;            // server: null: RFC 7919's
  std::string psk_identity;                      // client: our own; server: a hint
  std::string srp_user;                          // client
  std::shared_ptr<const SecretBytes> srp_password;

  // Who we are.
  std::vector<Credential> credentials;  // best first

  // Whom we believe.
  bool verify_peer = true;
  bool fail_if_no_peer_cert = false;
  std::shared_ptr<const TrustStore> anchors;    // cacerts, cacertfile
  std::vector<CertificatePtr> partial_anchors;  // partial_chain as a list
  unsigned depth = 10;
  bool allow_any_ca_purpose = false;
  bool certificate_authorities = false;         // send the names of our anchors
  HostCheck host_check = HostCheck::https;

  // Names.
  std::optional<std::string> server_name;  // client: option server_name_indication, replaces the host
  bool send_server_name = true;            // false: "disable"
  std::map<std::string, ConfigPtr> sni_hosts;
  std::vector<std::string> alpn;           // advertised (client) or preferred (server), in order

  // Sessions to go on from, before TLS 1.3. Where a pointer is null, nothing is kept.
  SessionReuse reuse_sessions = SessionReuse::by_default;
  SessionTickets session_tickets = SessionTickets::disabled;
  std::shared_ptr<ClientSessions> client_sessions;
  ByteString reuse_session_id;             // client: of one that is to be reused
  SessionPtr reuse_session;                // client: the one itself, from its session_data
  std::shared_ptr<Store> session_store;    // server
  std::shared_ptr<TicketKeys> ticket_keys; // server: RFC 5077
  std::uint32_t session_lifetime = 24 * 3600, ticket_lifetime = 7200;  // seconds
  std::size_t max_client_sessions = 1000;
  // trust is a digest of all by which a peer is judged: a session goes on under the same rules only.
  Sha256 trust{};

  // What the application wants to be asked ("wait").
  bool ask_user_lookup = false;
  bool ask_reuse_session = false, ask_verify = false, ask_sni = false, ask_partial_chain = false, ask_hello = false;

  // The wire.
  std::optional<std::uint16_t> max_fragment_length;  // client: 512, 1024, 2048 or 4096
  std::optional<std::uint16_t> record_size_limit;    // RFC 8449: what we can receive, 64 to 16385
  bool middlebox_comp_mode = true;
  bool cookie = true;
  std::uint64_t key_update_at = 388'736'063'997;     // bytes sealed with one key; Erlang's number
  std::size_t max_handshake_size = 256 * 1024;

  // The application's side.
  std::optional<Milliseconds> handshake_timeout;
  LogLevel log_level = LogLevel::notice;
  SocketOptions socket;

  // effective_options is the merged options text that made this config, without secrets: for connection_info and as the
  // base of an overlay. A JSON object.
  std::string effective_options = "{}";
  // overlay_source is the same with secrets, kept to merge an overlay into; never told to anyone.
  std::shared_ptr<const SecretBytes> overlay_source;

  HostMatching host_matching() const { return host_check == HostCheck::strict ? HostMatching::strict : HostMatching::https; }
};

}  // namespace tlsock
