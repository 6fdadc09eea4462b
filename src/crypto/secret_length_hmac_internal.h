// HMAC over a message whose length is secret: what CBC with MAC-then-encrypt needs, since the padding is known to nobody
// before the MAC is right (Lucky Thirteen, RFC 7366 §1).
#pragma once

#include "crypto/hash.h"

namespace tlsock {

// secret_length_hmac is HMAC(key, header || data.first(size)) for sha1, sha256 or sha384. What it does and touches depends
// on min_size and on the sizes of its arguments alone; min_size <= size <= data.size().
Secret secret_length_hmac(HashAlgorithm hash, Bytes key, Bytes header, Bytes data, std::size_t min_size,
                          std::size_t size);

}  // namespace tlsock
