// Certificate, CertificateVerify and Finished (RFC 8446 §4.4), the same for both roles.
#pragma once

#include "handshake/context.h"
#include "handshake/negotiate.h"

namespace tlsock {

// certificate_message holds a credential's chain, or nothing for a client that has none.
CertificateMessage certificate_message(const Credential* credential);

// sign makes the CertificateVerify over the transcript so far, which must hold the own Certificate.
Task<CertificateVerify> sign(HandshakeContext& hs, const SigningChoice& choice);

// authenticate reads the peer's Certificate and CertificateVerify, judges the chain and the name as the config asks, and
// leaves both in negotiated(). A client without a certificate passes unless fail_if_no_peer_cert is set.
Task<Present> authenticate(HandshakeContext& hs);

// finished is the own Finished over the transcript so far.
Finished finished(HandshakeContext& hs, const SuiteInfo& suite, Bytes handshake_traffic_secret);
Status check_finished(const SuiteInfo& suite, Bytes handshake_traffic_secret, const Received<Finished>& received);

}  // namespace tlsock
