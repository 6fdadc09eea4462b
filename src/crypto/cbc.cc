// CBC decryption over wolfCrypt.
#include <wolfssl/wolfcrypt/aes.h>
#include <wolfssl/wolfcrypt/des3.h>

#include <algorithm>

#include "crypto/cbc_internal.h"
#include "crypto/der.h"
#include "crypto/wolf_internal.h"

namespace tlsock {
namespace {

int decrypt_blocks(const CbcCipher& cipher, Bytes key, Bytes iv, Bytes body, MutBytes out) {
  if (cipher.block_size == DES_BLOCK_SIZE) {
    WolfObject<Des3, wc_Des3Free> des;
    int code = wc_Des3Init(des.get(), nullptr, INVALID_DEVID);
    if (code == 0) code = wc_Des3_SetKey(des.get(), key.data(), iv.data(), DES_DECRYPTION);
    return code ? code : wc_Des3_CbcDecrypt(des.get(), out.data(), body.data(), size32(body.size()));
  }
  WolfObject<Aes, wc_AesFree> aes;
  int code = wc_AesInit(aes.get(), nullptr, INVALID_DEVID);
  if (code == 0) code = wc_AesSetKey(aes.get(), key.data(), size32(key.size()), iv.data(), AES_DECRYPTION);
  return code ? code : wc_AesCbcDecrypt(aes.get(), out.data(), body.data(), size32(body.size()));
}

// unpad takes off the padding of RFC 8018 §6.1.1. What is left has to be one SEQUENCE, since the padding alone is right
// for one wrong password in 256.
bool unpad(SecretBytes& text, std::size_t block_size) {
  const std::uint8_t count = text.bytes().back();
  if (count == 0 || count > block_size) return false;
  if (!std::ranges::all_of(text.bytes().last(count), [count](auto byte) { return byte == count; })) return false;
  text.truncate(text.size() - count);
  DerReader reader(text.bytes());
  reader.element(der::sequence);
  return reader.finish();
}

}  // namespace

Result<SecretBytes> decrypt_cbc(const CbcCipher& cipher, Bytes key, Bytes iv, Bytes body) {
  if (key.size() != cipher.key_size || iv.size() != cipher.block_size)
    return Error(Reason::INTERNAL_ERROR, "decrypt_cbc");
  if (body.empty() || body.size() % cipher.block_size != 0) return Error(Reason::BAD_PRIVATE_KEY, "encrypted body");
  SecretBytes text(body.size());
  TRY(check(decrypt_blocks(cipher, key, iv, body, text.bytes())));
  if (!unpad(text, cipher.block_size)) return Error(Reason::BAD_PASSWORD);
  return text;
}

}  // namespace tlsock
