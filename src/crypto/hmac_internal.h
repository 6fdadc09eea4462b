// KeyedHash: HMAC with one key over several messages, and the hash's number in wolfCrypt's calls.
#pragma once

#include <wolfssl/wolfcrypt/hmac.h>

#include "crypto/hash.h"

namespace tlsock {

// wolf_hash_type is an enum wc_HashType.
int wolf_hash_type(HashAlgorithm algorithm);

class KeyedHash {
 public:
  KeyedHash(HashAlgorithm algorithm, Bytes key);
  KeyedHash(const KeyedHash&) = delete;
  KeyedHash& operator=(const KeyedHash&) = delete;
  ~KeyedHash();

  std::size_t size() const { return size_; }
  void update(Bytes bytes);
  // finish gives the code, which is size() bytes, and begins anew with the same key.
  void finish(MutBytes to);

 private:
  Hmac hmac_;
  std::size_t size_;
};

}  // namespace tlsock
