// The public key of an expanded ML-DSA private key, which wolfCrypt cannot tell.
#pragma once

#include "crypto/signature.h"

namespace tlsock {

// mldsa_public_of computes t = A·s1 + s2 (FIPS 204 §6.1) from an expanded key of the right size, whose s1 and s2 are in
// range. Nothing if the t0 or the tr in the key are not what belongs to it.
std::optional<ByteString> mldsa_public_of(KeyType type, Bytes expanded);

}  // namespace tlsock
