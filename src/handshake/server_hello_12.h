// The ServerHello before TLS 1.3: RFC 5246 §7.4.1.3.
#pragma once

#include "handshake/context.h"

namespace tlsock {

// server_hello_12 answers the ClientHello, with extensions for what is in negotiated(), where it leaves its random; the
// session id is the caller's.
Result<ServerHello> server_hello_12(HandshakeContext& hs, const VersionRules& rules, const SuiteInfo& suite);

}  // namespace tlsock
