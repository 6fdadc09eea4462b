// What ECDH and ECDSA have in common: points to be checked before wolfCrypt sees them, and the agreement of both kinds
// of ECDH, ephemeral and static.
#pragma once

#include <wolfssl/wolfcrypt/ecc.h>

#include "base/result.h"
#include "base/secret.h"

namespace tlsock {

// point_in_field tells whether each coordinate of an encoded point (SEC1 §2.3.3; the first byte is its form) is less
// than the prime of wolfCrypt's curve: its import takes them modulo p, so that one point would have several encodings.
bool point_in_field(int curve_id, Bytes point);

// agree_on_curve gives the x-coordinate, with its leading zeros, of the product of `own` and an uncompressed point of
// its curve: BAD_ECPOINT, with `detail`, for anything that is no such point.
Result<SecretBytes> agree_on_curve(ecc_key* own, Bytes peer_point, const char* detail);

}  // namespace tlsock
