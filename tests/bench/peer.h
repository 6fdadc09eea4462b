// Peer: a TLS library, or what stands in for one, behind one small interface. All are driven alike: nothing but the
// library differs between two columns of a result. What goes wrong is an exception.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "tests/bench/chain.h"

namespace tlsock::bench {

enum Side : std::size_t { client, server };
inline constexpr std::size_t sides = 2;
constexpr Side other(Side side) { return side == client ? server : client; }

// Setup is what all peers of a scenario agree on, by the names of the registries.
struct Setup {
  const Chain& chain;
  std::string suite, group;
};

// Link is a client and a server, joined in memory. The client is opened first. After both are closed they can be opened
// anew, with nothing left of the connection before.
class Link {
 public:
  virtual ~Link() = default;
  virtual void open(Side side) = 0;
  // step lets a side take what has come for it, and answer; it tells whether its handshake is done.
  virtual bool step(Side side) = 0;
  // transfer seals `plain` at the client as one record and opens it at the server, into `out`, which is as long.
  virtual void transfer(Bytes plain, MutBytes out) = 0;
  // agreed is what a side says that was negotiated: "TLS_AES_128_GCM_SHA256 x25519".
  virtual std::string agreed(Side side) = 0;
  virtual void close(Side side) = 0;
};

class Peer {
 public:
  virtual ~Peer() = default;
  virtual std::unique_ptr<Link> link() = 0;
};

// Null for a peer that is not built in, or that has not got the suite or the group.
std::unique_ptr<Peer> our_peer(const Setup& setup);
std::unique_ptr<Peer> openssl_peer(const Setup& setup);
std::unique_ptr<Peer> rustls_peer(const Setup& setup);

}  // namespace tlsock::bench
