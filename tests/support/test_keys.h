// Keys for tests: the same on each run, but for RSA, whose keys are made once for each process.
#pragma once

#include <memory>

#include "crypto/signature.h"

namespace tlsock::test {

// KeySpec names a key. Keys with different numbers are different; the same spec gives the same key.
struct KeySpec {
  KeyType type = KeyType::ec;
  Curve curve = Curve::secp256r1;  // ec
  unsigned bits = 2048;            // rsa, rsa_pss
  unsigned number = 0;

  auto operator<=>(const KeySpec&) const = default;
};

struct TestKey {
  ByteString private_key;  // PKCS#8
  ByteString spki;
  std::shared_ptr<const PrivateKey> key;
};

// test_key makes a key, or gives the one that was made before.
const TestKey& test_key(const KeySpec& spec);

// usual_algorithm is what a CA with such a key signs with.
SignatureAlgorithm usual_algorithm(const KeyInfo& key);

}  // namespace tlsock::test
