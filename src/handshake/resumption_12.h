// Sessions before TLS 1.3: which one a client offers and a server goes on from, and what both keep for the next time (RFC
// 5246 §7.3, F.1.4; RFC 5077; RFC 7627 §5.3).
#pragma once

#include "handshake/context.h"

namespace tlsock {

// ---- client ----

// session_to_offer is the one that the options name, or the newest that fits; null for a full handshake.
SessionPtr session_to_offer(HandshakeContext& hs);
// check_resumed checks that the server goes on from the session as it was.
Status check_resumed(const Session& session, const ServerHello& answer);

// take_ticket makes a ticket that has come a part of the session.
void take_ticket(Negotiated& negotiated, Session& session, NewSessionTicket12 message);

// ---- server ----

// session_to_resume is the one that a ClientHello names, if we still know it and it may go on; else null.
Result<SessionPtr> session_to_resume(HandshakeContext& hs, const VersionRules& rules);
// keeps_session tells whether the handshake's session will be kept under an id; issues_ticket, whether the client is to
// keep it.
bool keeps_session(HandshakeContext& hs);
bool issues_ticket(HandshakeContext& hs);
// new_ticket seals a session; an empty one if that cannot be done (RFC 5077 §3.3).
NewSessionTicket12 new_ticket(HandshakeContext& hs, const Session& session);

// ---- both ----

// session_of is what a full handshake has agreed on.
Session session_of(HandshakeContext& hs, const Secrets12& secrets);
// secrets_of are those of the connection that goes on from a session.
Secrets12 secrets_of(HandshakeContext& hs, const VersionRules& rules, const Session& session);
// note_resumed tells what the first handshake had found out.
void note_resumed(Negotiated& negotiated, const Session& session);
// keep_session leaves a session to the connection, and to the store where it may be found.
void keep_session(HandshakeContext& hs, Session session);
// forget_session takes it out of there.
void forget_session(const Config& config, const Session& session);

}  // namespace tlsock
