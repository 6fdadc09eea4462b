// What ECDH and ECDSA both have to check of a point before wolfCrypt sees it.
#pragma once

#include "base/bytes.h"

namespace tlsock {

// point_in_field tells whether each coordinate of an encoded point (SEC1 §2.3.3; the first byte is its form) is less
// than the prime of wolfCrypt's curve: its import takes them modulo p, so that one point would have several encodings.
bool point_in_field(int curve_id, Bytes point);

}  // namespace tlsock
