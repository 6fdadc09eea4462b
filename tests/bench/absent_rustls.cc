// In place of rustls.cc, without TLSOCK_BENCH_RUSTLS.
#include "tests/bench/peer.h"

namespace tlsock::bench {

std::unique_ptr<Peer> rustls_peer(const Setup&) { return nullptr; }

}  // namespace tlsock::bench
