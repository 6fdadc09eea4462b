// KeyExchange: an ephemeral key of one named group: ECDHE, FFDHE, ML-KEM and their hybrids behind one interface.
#pragma once

#include <memory>
#include <span>

#include "base/result.h"
#include "base/secret.h"
#include "wire/registry.h"

namespace tlsock {

// SharedSecret of RFC 8446 §7.4, ready for HKDF-Extract.
using SharedSecret = SecretBytes;

class KeyExchange {
 public:
  virtual ~KeyExchange() = default;

  // generate makes a fresh private key. UNSUPPORTED_ALGORITHM for a group that is not implemented.
  static Result<std::unique_ptr<KeyExchange>> generate(NamedGroup group);

  virtual NamedGroup group() const = 0;
  // share is the client's KeyShareEntry.key_exchange.
  virtual Bytes share() const = 0;
  // agree takes the server's key_exchange, once. BAD_ECPOINT for a value that is not a valid share of the group:
  // wrong length, not on the curve, all-zero result (RFC 8446 §7.4.2), FFDHE out of range (§4.2.8.1).
  virtual Result<SharedSecret> agree(Bytes server_share) = 0;

  // respond is the server's side in one step: its own key_exchange, and the secret.
  struct Response {
    ByteString share;
    SharedSecret secret;
  };
  static Result<Response> respond(NamedGroup group, Bytes client_share);
};

// supported_groups are those that generate() can make, in the order of `default` (the first twelve or so are on by
// default; see default_groups).
std::span<const NamedGroup> supported_groups();
// default_groups is what is offered where the option supported_groups is not set.
std::span<const NamedGroup> default_groups();

}  // namespace tlsock
