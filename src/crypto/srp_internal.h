// SRP with given private values, for known-answer tests.
#pragma once

#include "crypto/hash.h"
#include "crypto/srp.h"

namespace tlsock {

// a and b are those of the vectors; in use they all have one size, and their highest bit set.
Result<SrpClient> srp_client_with(const SrpGroup& group, Bytes x, Bytes B, Bytes a);
Result<std::unique_ptr<SrpServer>> srp_server_with(const SrpGroup& group, Bytes v, Bytes b);

// srp_k is SHA1(N | PAD(g)), srp_u SHA1(PAD(A) | PAD(B)).
Digest srp_k(const SrpGroup& group);
Digest srp_u(const SrpGroup& group, Bytes A, Bytes B);

}  // namespace tlsock
