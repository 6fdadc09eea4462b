// In place of openssl.cc and primitives_openssl.cc, where libssl's headers are not installed.
#include "tests/bench/peer.h"
#include "tests/bench/primitives.h"

namespace tlsock::bench {

std::unique_ptr<Peer> openssl_peer(const Setup&) { return nullptr; }
std::unique_ptr<Primitives> openssl_primitives(const Chain&) { return nullptr; }

}  // namespace tlsock::bench
