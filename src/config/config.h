// Config: what one side wants. Built once from options (options.h), immutable, shared by any number of connections.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "crypto/key_exchange.h"
#include "crypto/signature.h"
#include "crypto/suites.h"
#include "x509/host_name.h"
#include "x509/path.h"
#include "x509/trust_store.h"

namespace tlsock {

enum class Role : std::uint8_t { client, server };
inline Role peer_of(Role role) { return role == Role::client ? Role::server : Role::client; }

// Credential is a certificate chain (leaf first) with the key of its leaf.
struct Credential {
  std::vector<CertificatePtr> chain;
  std::shared_ptr<const PrivateKey> key;
};

// HostCheck is what customize_hostname_check asks for.
enum class HostCheck : std::uint8_t { https, strict, none, ask };

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

  // What the application wants to be asked ("wait").
  bool ask_verify = false, ask_sni = false, ask_partial_chain = false, ask_hello = false;

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
