// CBC decryption of private keys under a password: the ciphers, the padding, and whether it was the right password.
#pragma once

#include "base/result.h"
#include "base/secret.h"

namespace tlsock {

struct CbcCipher {
  std::size_t key_size, block_size;
};
inline constexpr CbcCipher aes_128_cbc{16, 16}, aes_192_cbc{24, 16}, aes_256_cbc{32, 16}, des_ede3_cbc{24, 8};

// decrypt_cbc gives the one DER SEQUENCE that `body` holds under its padding: BAD_PASSWORD if there is none.
Result<SecretBytes> decrypt_cbc(const CbcCipher& cipher, Bytes key, Bytes iv, Bytes body);

}  // namespace tlsock
