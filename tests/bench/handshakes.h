// Handshakes of a Link, with the time of each side.
#pragma once

#include "tests/bench/rounds.h"

namespace tlsock::bench {

// connect opens both sides and makes their handshake.
void connect(Link& link);

// handshakes is the task of full handshakes, from the making of both ends to their release. The peer must outlive it;
// null gives an empty task.
Task handshakes(Peer* peer);

}  // namespace tlsock::bench
