// What both sides of a key exchange before TLS 1.3 do alike.
#pragma once

#include "handshake/context.h"
#include "handshake/negotiate_12.h"

namespace tlsock {

inline Form form_of(const VersionRules& rules) { return {rules.names_algorithm}; }

// signed_prefix is what a ServerKeyExchange signs before its parameters: both randoms (RFC 5246 §7.4.3).
inline ByteString signed_prefix(const Negotiated& negotiated) {
  ByteString content = copy(negotiated.client_random);
  append(content, negotiated.server_random);
  return content;
}

// master_secret_12 follows the ClientKeyExchange, which must be the transcript's last message.
inline Secrets12 master_secret_12(HandshakeContext& hs, const VersionRules& rules, const SuiteInfo& suite,
                                  Bytes pre_master_secret) {
  const Negotiated& negotiated = hs.negotiated();
  const bool extended = hs.server_hello().extended_master_secret.has_value();
  const Digest session_hash = hs.transcript().digest();
  const auto bound_to = extended ? std::optional<Bytes>(session_hash) : std::nullopt;
  return {&suite,
          &rules,
          derive_master_secret(rules.prf_hash(suite), pre_master_secret, negotiated.client_random,
                               negotiated.server_random, bound_to),
          negotiated.client_random,
          negotiated.server_random};
}

}  // namespace tlsock
