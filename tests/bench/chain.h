// Chain: the two certificates that every peer works with. The server sends the leaf, the client trusts its issuer: a
// handshake verifies two signatures, that of the leaf and that of the CertificateVerify.
#pragma once

#include "tests/support/test_ca.h"

namespace tlsock::bench {

inline constexpr const char* host = "localhost";

struct Chain {
  KeyType type;
  ByteString ca, leaf;  // DER
  ByteString ca_spki, leaf_spki;
  ByteString leaf_key;  // PKCS#8
  ByteString leaf_tbs, leaf_signature;
};

// chain_of is made once for each type of key: ec is P-256, rsa has 2048 bits.
const Chain& chain_of(KeyType type);

}  // namespace tlsock::bench
