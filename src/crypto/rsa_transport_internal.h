// RSAES-PKCS1-v1_5 around the bare RSA function: the block that carries a premaster secret (RFC 5246 §7.4.7.1).
#pragma once

#include "base/result.h"
#include "base/secret.h"
#include "crypto/rng.h"

namespace tlsock {

inline constexpr std::size_t premaster_size = 48;

// encode_premaster gives the `size` bytes of 00 02 PS 00 M (RFC 8017 §7.2.1). ENCODE_ERROR if they are too few.
Result<SecretBytes> encode_premaster(Bytes premaster, std::size_t size, Rng& rng);

// decode_premaster is M if `encoded` is well-formed, M has 48 bytes and begins with `version`; otherwise it is
// `random`. Which of them it is shows neither in time nor in memory accesses. `encoded` has at least 59 bytes, `random`
// has 48.
Secret decode_premaster(Bytes encoded, std::uint16_t version, Bytes random);

}  // namespace tlsock
