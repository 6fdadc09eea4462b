// One call of each algorithm, before there are threads that could make it together.
#include "crypto/first_use.h"

#include <wolfssl/wolfcrypt/aes.h>
#include <wolfssl/wolfcrypt/chacha.h>
#include <wolfssl/wolfcrypt/curve25519.h>
#include <wolfssl/wolfcrypt/hash.h>
#include <wolfssl/wolfcrypt/poly1305.h>
#include <wolfssl/wolfcrypt/wc_mldsa.h>
#include <wolfssl/wolfcrypt/wc_mlkem.h>

#include <array>
#include <memory>

#include "crypto/wolf_internal.h"

namespace tlsock {
namespace {

constexpr std::array<byte, 32> zeros{};

int use_hashes() {
  std::array<byte, WC_MAX_DIGEST_SIZE> digest;
  for (const auto hash :
       {WC_HASH_TYPE_SHA224, WC_HASH_TYPE_SHA256, WC_HASH_TYPE_SHA384, WC_HASH_TYPE_SHA512, WC_HASH_TYPE_SHA3_256}) {
    const int code = wc_Hash(hash, zeros.data(), zeros.size(), digest.data(), digest.size());
    if (code != 0) return code;
  }
  return 0;
}

int use_aes() {
  const auto aes = std::make_unique<Aes>();
  int code = wc_AesInit(aes.get(), nullptr, INVALID_DEVID);
  if (code == 0) code = wc_AesGcmSetKey(aes.get(), zeros.data(), zeros.size());
  wc_AesFree(aes.get());
  return code;
}

int use_chacha20_poly1305() {
  ChaCha chacha;
  std::array<byte, zeros.size()> output;
  int code = wc_Chacha_SetKey(&chacha, zeros.data(), zeros.size());
  if (code == 0) code = wc_Chacha_SetIV(&chacha, zeros.data(), 0);
  if (code == 0) code = wc_Chacha_Process(&chacha, output.data(), zeros.data(), zeros.size());
  Poly1305 poly1305;
  if (code == 0) code = wc_Poly1305SetKey(&poly1305, zeros.data(), zeros.size());
  return code;
}

int use_x25519() {
  std::array<byte, CURVE25519_KEYSIZE> point;
  std::array<byte, CURVE25519_KEYSIZE> scalar{};
  // A clamped scalar (RFC 7748 §5): no other is taken.
  scalar.back() = 0x40;
  return wc_curve25519_make_pub(point.size(), point.data(), scalar.size(), scalar.data());
}

int use_ml_kem() {
  const auto key = std::make_unique<MlKemKey>();
  const int code = wc_MlKemKey_Init(key.get(), WC_ML_KEM_768, nullptr, INVALID_DEVID);
  wc_MlKemKey_Free(key.get());
  return code;
}

int use_ml_dsa() {
  const auto key = std::make_unique<wc_MlDsaKey>();
  const int code = wc_MlDsaKey_Init(key.get(), nullptr, INVALID_DEVID);
  wc_MlDsaKey_Free(key.get());
  return code;
}

}  // namespace

int use_each_algorithm() {
  for (const auto use : {use_hashes, use_aes, use_chacha20_poly1305, use_x25519, use_ml_kem, use_ml_dsa}) {
    const int code = use();
    if (code != 0) return code;
  }
  return 0;
}

}  // namespace tlsock
