// Negotiated: what a handshake leaves behind, told by connection_info and tls_explain.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "wire/hello.h"

namespace tlsock {

// Destination is whom a client means: a name or an IP address in text form, and a port if it is known.
struct Destination {
  std::string host;
  std::uint16_t port = 0;
};

// Offers is what one side had to say in its hello, for explanations.
struct Offers {
  std::vector<Version> versions;
  std::vector<CipherSuite> cipher_suites;
  std::vector<NamedGroup> groups, key_share_groups;
  std::vector<SignatureScheme> signature_schemes;
  std::optional<std::vector<SignatureScheme>> signature_schemes_cert;
  std::vector<std::string> alpn;
  std::optional<std::string> server_name;
};

struct Negotiated {
  std::optional<Version> version;
  std::optional<CipherSuite> cipher_suite;
  std::optional<NamedGroup> group;
  std::optional<SignatureScheme> peer_signature_scheme, own_signature_scheme;
  std::string alpn;         // empty: none
  std::string server_name;  // sent by the client; empty: none
  std::string host;         // client: whose certificate it was to be
  std::uint16_t port = 0;   // client: where; 0: not known
  Random client_random{}, server_random{};
  ByteString session_id;
  std::string user;         // of SRP or a PSK
  bool session_resumed = false;
  bool hello_retry = false;
  bool client_certificate_requested = false;
  std::optional<std::uint16_t> max_fragment_length, record_size_limit;  // the peer's limit on what we send
  CertificatePtr own_certificate;          // that was sent or could have been asked for; null: none
  std::vector<CertificatePtr> peer_chain;  // as presented, leaf first
  std::vector<CertificatePtr> verified_path;  // to the anchor, if it was verified
  bool verified = false;
  std::shared_ptr<const Offers> peer_offers;  // server: of the ClientHello
};

}  // namespace tlsock
