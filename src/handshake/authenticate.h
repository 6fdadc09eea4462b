// Certificate, CertificateVerify and Finished, the same for both roles: RFC 8446 §4.4; before it RFC 5246 §7.4.2, §7.4.3,
// §7.4.8, §7.4.9.
#pragma once

#include "handshake/context.h"
#include "handshake/negotiate.h"
#include "handshake/negotiate_12.h"

namespace tlsock {

// certificate_message holds a credential's chain, or nothing for a client that has none.
CertificateMessage certificate_message(const Credential* credential);

// sign makes the CertificateVerify over the transcript so far, which must hold the own Certificate.
Task<CertificateVerify> sign(HandshakeContext& hs, const SigningChoice& choice);

// peer_chain is what the peer's Certificate shows. A client without one passes, unless fail_if_no_peer_cert is set, by an
// empty chain.
Result<std::vector<CertificatePtr>> peer_chain(const HandshakeContext& hs, const CertificateMessage& message);
// judge_peer judges a chain, and the name, as the config asks, and leaves both in negotiated(). What an empty chain says
// is that there is nobody to judge.
Task<Present> judge_peer(HandshakeContext& hs, const std::vector<CertificatePtr>& chain);
// check_verify checks the peer's CertificateVerify by the chain that was judged.
Status check_verify(HandshakeContext& hs, const Received<CertificateVerify>& verify);

// The same before TLS 1.3.
Certificate12 certificate_message_12(const Credential* credential);
Result<std::vector<CertificatePtr>> peer_chain(const HandshakeContext& hs, const Certificate12& message);
// sign_12 and check_signature_12 are for ServerKeyExchange and CertificateVerify; `content` is what is signed.
Result<DigitallySigned> sign_12(HandshakeContext& hs, const SigningChoice12& choice, Bytes content);
Status check_signature_12(HandshakeContext& hs, const VersionRules& rules, const DigitallySigned& proof, Bytes content);
Finished finished_12(HandshakeContext& hs, const Secrets12& secrets);
Status check_finished_12(Role sender, const Secrets12& secrets, const Received<Finished>& received);

// finished is the own Finished over the transcript so far.
Finished finished(HandshakeContext& hs, const SuiteInfo& suite, Bytes handshake_traffic_secret);
Status check_finished(const SuiteInfo& suite, Bytes handshake_traffic_secret, const Received<Finished>& received);

}  // namespace tlsock
