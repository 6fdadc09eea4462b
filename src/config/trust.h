// The digest that binds a session to the rules under which its peer was judged.
#pragma once

#include "config/config.h"

namespace tlsock {

// trust_of is a digest of all in a config by which a peer is judged, and of the protocols spoken above TLS.
Sha256 trust_of(const Config& config);

}  // namespace tlsock
