// The floor: a handshake as the bare sum of its primitives, and records as bare seal and open. It is a Peer, so that it
// is measured like one. Both sides do the whole key schedule on a transcript of messages of true size, and check each
// other's Finished: a sum that left something out would not come out.
//
// Counted are key generations, agreements and imports, one signature, two verifications, the key schedule, the
// transcript and its forks. Not counted are randoms, the protection of the handshake's own records, and all that is no
// cryptography: parsing, judging the chain and the name, memory.
#pragma once

#include "tests/bench/peer.h"
#include "tests/bench/primitives.h"

namespace tlsock::bench {

// Null without primitives, or if these have no such group.
std::unique_ptr<Peer> floor_peer(std::unique_ptr<Primitives> primitives, const Setup& setup);

}  // namespace tlsock::bench
