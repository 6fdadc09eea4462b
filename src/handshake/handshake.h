// The flows, and where each begins.
#pragma once

#include "handshake/context.h"

namespace tlsock {

// connect and accept go through the hellos, then hand over to the flow of the version that was chosen.
Flow connect(HandshakeContext& hs);
Flow accept(HandshakeContext& hs);

// RFC 8446, figure 1, from the ServerHello (client) or the acceptable ClientHello (server) on.
Flow connect_13(HandshakeContext& hs);
Flow accept_13(HandshakeContext& hs);

// RFC 5246, figure 1, from the same points on.
Flow connect_12(HandshakeContext& hs);
Flow accept_12(HandshakeContext& hs);
// Figure 2, with hs.session().
Flow connect_abbreviated_12(HandshakeContext& hs);
Flow accept_abbreviated_12(HandshakeContext& hs);

}  // namespace tlsock
