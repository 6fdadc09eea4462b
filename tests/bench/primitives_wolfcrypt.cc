// wolfCrypt's calls, as src/crypto makes them, and nothing around them.
#include <wolfssl/wolfcrypt/aes.h>
#include <wolfssl/wolfcrypt/asn_public.h>
#include <wolfssl/wolfcrypt/chacha20_poly1305.h>
#include <wolfssl/wolfcrypt/curve25519.h>
#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/hmac.h>
#include <wolfssl/wolfcrypt/kdf.h>
#include <wolfssl/wolfcrypt/random.h>
#include <wolfssl/wolfcrypt/rsa.h>
#include <wolfssl/wolfcrypt/sha256.h>
#include <wolfssl/wolfcrypt/wc_mlkem.h>

#include <algorithm>
#include <array>

#include "crypto/rng.h"
#include "tests/bench/primitives.h"

namespace tlsock::bench {
namespace {

int ok(int code) {
  if (code < 0) throw std::runtime_error("wolfCrypt: " + std::to_string(code));
  return code;
}

word32 size32(std::size_t size) { return static_cast<word32>(size); }

// Object frees what wolfCrypt's init function made.
template <class T, auto free_function>
struct Object {
  T value;
  Object() = default;
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;
  ~Object() { free_function(&value); }
  T* get() { return &value; }
};
using EccKey = Object<ecc_key, wc_ecc_free>;
using Rsa = Object<RsaKey, wc_FreeRsaKey>;
using X25519Key = Object<curve25519_key, wc_curve25519_free>;
using Kem = Object<MlKemKey, wc_MlKemKey_Free>;

WC_RNG* rng() {
  struct Generator : Object<WC_RNG, wc_FreeRng> {
    Generator() { ok(wc_InitRng(get())); }
  };
  static Generator generator;
  return generator.get();
}

class X25519 final : public Ephemeral {
 public:
  X25519() {
    share_.resize(x25519_size);
    ok(wc_curve25519_init_ex(key_.get(), nullptr, INVALID_DEVID));
    ok(wc_curve25519_make_key(rng(), CURVE25519_KEYSIZE, key_.get()));
    word32 size = x25519_size;
    ok(wc_curve25519_export_public_ex(key_.get(), share_.data(), &size, EC25519_LITTLE_ENDIAN));
  }
  void agree(Bytes peer, MutBytes secret) override {
    X25519Key other;
    ok(wc_curve25519_init_ex(other.get(), nullptr, INVALID_DEVID));
    ok(wc_curve25519_import_public_ex(peer.data(), size32(peer.size()), other.get(), EC25519_LITTLE_ENDIAN));
#ifdef WOLFSSL_CURVE25519_BLINDING
    ok(wc_curve25519_set_rng(key_.get(), rng()));
#endif
    word32 size = x25519_size;
    ok(wc_curve25519_shared_secret_ex(key_.get(), other.get(), secret.data(), &size, EC25519_LITTLE_ENDIAN));
  }

 private:
  X25519Key key_;
};

class MlKem768 final : public Ephemeral {
 public:
  MlKem768() {
    share_.resize(mlkem_key_size);
    ok(wc_MlKemKey_Init(key_.get(), WC_ML_KEM_768, nullptr, INVALID_DEVID));
    ok(wc_MlKemKey_MakeKey(key_.get(), rng()));
    ok(wc_MlKemKey_EncodePublicKey(key_.get(), share_.data(), mlkem_key_size));
  }
  void agree(Bytes ciphertext, MutBytes secret) override {
    ok(wc_MlKemKey_Decapsulate(key_.get(), secret.data(), ciphertext.data(), size32(ciphertext.size())));
  }

 private:
  Kem key_;
};

class TranscriptHash final : public RunningHash {
 public:
  TranscriptHash() { ok(wc_InitSha256_ex(&state_, nullptr, INVALID_DEVID)); }
  ~TranscriptHash() override { wc_Sha256Free(&state_); }
  void update(Bytes bytes) override { ok(wc_Sha256Update(&state_, bytes.data(), size32(bytes.size()))); }
  void digest(MutBytes out) override {
    wc_Sha256 fork;
    ok(wc_Sha256Copy(&state_, &fork));
    ok(wc_Sha256Final(&fork, out.data()));
    wc_Sha256Free(&fork);
  }

 private:
  wc_Sha256 state_;
};

class AesGcm final : public RawAead {
 public:
  explicit AesGcm(Bytes key) {
    ok(wc_AesInit(aes_.get(), nullptr, INVALID_DEVID));
    ok(wc_AesGcmSetKey(aes_.get(), key.data(), size32(key.size())));
  }
  void seal(Bytes nonce, Bytes aad, Bytes plain, MutBytes sealed) override {
    ok(wc_AesGcmEncrypt(aes_.get(), sealed.data(), plain.data(), size32(plain.size()), nonce.data(),
                        size32(nonce.size()), sealed.data() + plain.size(), WC_AES_BLOCK_SIZE, aad.data(),
                        size32(aad.size())));
  }
  void open(Bytes nonce, Bytes aad, Bytes sealed, MutBytes plain) override {
    ok(wc_AesGcmDecrypt(aes_.get(), plain.data(), sealed.data(), size32(plain.size()), nonce.data(),
                        size32(nonce.size()), sealed.data() + plain.size(), WC_AES_BLOCK_SIZE, aad.data(),
                        size32(aad.size())));
  }

 private:
  Object<Aes, wc_AesFree> aes_;
};

class ChaCha final : public RawAead {
 public:
  explicit ChaCha(Bytes key) { std::ranges::copy(key, key_.begin()); }
  void seal(Bytes nonce, Bytes aad, Bytes plain, MutBytes sealed) override {
    ok(wc_ChaCha20Poly1305_Encrypt(key_.data(), nonce.data(), aad.data(), size32(aad.size()), plain.data(),
                                   size32(plain.size()), sealed.data(), sealed.data() + plain.size()));
  }
  void open(Bytes nonce, Bytes aad, Bytes sealed, MutBytes plain) override {
    ok(wc_ChaCha20Poly1305_Decrypt(key_.data(), nonce.data(), aad.data(), size32(aad.size()), sealed.data(),
                                   size32(plain.size()), sealed.data() + plain.size(), plain.data()));
  }

 private:
  std::array<std::uint8_t, CHACHA20_POLY1305_AEAD_KEYSIZE> key_;
};

// Signing is what the two types of keys differ in.
class WolfCrypt : public Primitives {
 public:
  std::unique_ptr<Ephemeral> x25519() final { return std::make_unique<X25519>(); }
  std::unique_ptr<Ephemeral> mlkem768() final { return std::make_unique<MlKem768>(); }
  void encapsulate(Bytes key, MutBytes ciphertext, MutBytes secret) final {
    Kem peer;
    ok(wc_MlKemKey_Init(peer.get(), WC_ML_KEM_768, nullptr, INVALID_DEVID));
    ok(wc_MlKemKey_DecodePublicKey(peer.get(), key.data(), size32(key.size())));
    ok(wc_MlKemKey_Encapsulate(peer.get(), ciphertext.data(), secret.data(), rng()));
  }
  std::unique_ptr<RunningHash> hash() final { return std::make_unique<TranscriptHash>(); }
  void hkdf_extract(Bytes salt, Bytes ikm, MutBytes out) final {
    ok(wc_HKDF_Extract(WC_SHA256, salt.data(), size32(salt.size()), ikm.data(), size32(ikm.size()), out.data()));
  }
  void hkdf_expand_label(Bytes secret, std::string_view label, Bytes context, MutBytes out) final {
    ok(wc_Tls13_HKDF_Expand_Label(out.data(), size32(out.size()), secret.data(), size32(secret.size()),
                                  as_bytes("tls13 ").data(), 6, as_bytes(label).data(), size32(label.size()),
                                  context.data(), size32(context.size()), WC_SHA256));
  }
  void hmac(Bytes key, Bytes data, MutBytes out) final {
    Object<Hmac, wc_HmacFree> hmac;
    ok(wc_HmacInit(hmac.get(), nullptr, INVALID_DEVID));
    ok(wc_HmacSetKey(hmac.get(), WC_SHA256, key.data(), size32(key.size())));
    ok(wc_HmacUpdate(hmac.get(), data.data(), size32(data.size())));
    ok(wc_HmacFinal(hmac.get(), out.data()));
  }
  std::unique_ptr<RawAead> aead(AeadAlgorithm algorithm, Bytes key) final {
    if (algorithm == AeadAlgorithm::chacha20_poly1305) return std::make_unique<ChaCha>(key);
    return std::make_unique<AesGcm>(key);
  }
};

class WolfCryptEcdsa final : public WolfCrypt {
 public:
  explicit WolfCryptEcdsa(const Chain& chain) : leaf_(point_of(chain.leaf_spki)), ca_(point_of(chain.ca_spki)) {
    EccKey key;
    ok(wc_ecc_init(key.get()));
    word32 at = 0;
    ok(wc_EccPrivateKeyDecode(chain.leaf_key.data(), &at, key.get(), size32(chain.leaf_key.size())));
    word32 size = size32(scalar_.size());
    ok(wc_ecc_export_private_only(key.get(), scalar_.data(), &size));
  }

  ByteString sign(Bytes digest) override {
    EccKey key;
    ok(wc_ecc_init_ex(key.get(), nullptr, INVALID_DEVID));
    ok(wc_ecc_import_private_key_ex(scalar_.data(), size32(scalar_.size()), nullptr, 0, key.get(), ECC_SECP256R1));
    ok(wc_ecc_set_rng(key.get(), rng()));
    ByteString signature(ECC_MAX_SIG_SIZE);
    word32 size = size32(signature.size());
    ok(wc_ecc_sign_hash(digest.data(), size32(digest.size()), signature.data(), &size, rng(), key.get()));
    signature.resize(size);
    return signature;
  }
  void verify_leaf(Bytes digest, Bytes signature) override { verify(leaf_, digest, signature); }
  void verify_ca(Bytes digest, Bytes signature) override { verify(ca_, digest, signature); }
  void import_leaf() override {
    EccKey key;
    import(key, leaf_, 1);
  }

 private:
  static constexpr std::size_t point_size = 65;
  using Point = std::array<std::uint8_t, point_size>;

  // The point, uncompressed, ends a SubjectPublicKeyInfo.
  static Point point_of(Bytes spki) {
    Point point;
    std::ranges::copy(spki.last(point_size), point.begin());
    return point;
  }
  static void import(EccKey& key, const Point& point, int untrusted) {
    ok(wc_ecc_init_ex(key.get(), nullptr, INVALID_DEVID));
    ok(wc_ecc_import_x963_ex2(point.data(), point_size, key.get(), ECC_SECP256R1, untrusted));
  }
  static void verify(const Point& point, Bytes digest, Bytes signature) {
    EccKey key;
    import(key, point, 0);
    int good = 0;
    ok(wc_ecc_verify_hash(signature.data(), size32(signature.size()), digest.data(), size32(digest.size()), &good,
                          key.get()));
    if (good != 1) throw std::runtime_error("wolfCrypt: ECDSA");
  }

  const Point leaf_, ca_;
  std::array<std::uint8_t, 32> scalar_;
};

class WolfCryptRsa final : public WolfCrypt {
 public:
  explicit WolfCryptRsa(const Chain& chain)
      : leaf_(numbers_of(chain.leaf_spki)), ca_(numbers_of(chain.ca_spki)), private_key_(chain.leaf_key) {}

  ByteString sign(Bytes digest) override {
    Rsa key;
    ok(wc_InitRsaKey_ex(key.get(), nullptr, INVALID_DEVID));
    word32 at = 0;
    ok(wc_RsaPrivateKeyDecode(private_key_.data(), &at, key.get(), size32(private_key_.size())));
    ok(wc_RsaSetRNG(key.get(), rng()));
    ByteString signature(rsa_size);
    ok(wc_RsaPSS_Sign_ex(digest.data(), size32(digest.size()), signature.data(), rsa_size, WC_HASH_TYPE_SHA256,
                         WC_MGF1SHA256, hash_size, key.get(), rng()));
    return signature;
  }
  void verify_leaf(Bytes digest, Bytes signature) override {
    Rsa key;
    import(key, leaf_);
    std::array<std::uint8_t, rsa_size> encoded;
    const int size = ok(wc_RsaPSS_Verify_ex(const_cast<byte*>(signature.data()), rsa_size, encoded.data(), rsa_size,
                                            WC_HASH_TYPE_SHA256, WC_MGF1SHA256, hash_size, key.get()));
    ok(wc_RsaPSS_CheckPadding_ex2(digest.data(), size32(digest.size()), encoded.data(), static_cast<word32>(size),
                                  WC_HASH_TYPE_SHA256, hash_size, 8 * rsa_size, nullptr));
  }
  void verify_ca(Bytes digest, Bytes signature) override {
    Rsa key;
    import(key, ca_);
    std::array<std::uint8_t, rsa_size> found, expected;
    const int size = ok(wc_RsaSSL_Verify(signature.data(), rsa_size, found.data(), rsa_size, key.get()));
    const word32 wanted = wc_EncodeSignature(expected.data(), digest.data(), size32(digest.size()), SHA256h);
    if (static_cast<word32>(size) != wanted || !equal(Bytes(found).first(wanted), Bytes(expected).first(wanted)))
      throw std::runtime_error("wolfCrypt: RSA");
  }
  // Numbers are not checked by wolfCrypt.
  void import_leaf() override {}

 private:
  static constexpr std::size_t rsa_size = 256;
  struct Numbers {
    ByteString n, e;
  };

  static Numbers numbers_of(const ByteString& spki) {
    Rsa key;
    ok(wc_InitRsaKey_ex(key.get(), nullptr, INVALID_DEVID));
    word32 at = 0;
    ok(wc_RsaPublicKeyDecode(spki.data(), &at, key.get(), size32(spki.size())));
    Numbers numbers{ByteString(rsa_size), ByteString(rsa_size)};
    word32 n_size = rsa_size, e_size = rsa_size;
    ok(wc_RsaFlattenPublicKey(key.get(), numbers.e.data(), &e_size, numbers.n.data(), &n_size));
    numbers.n.resize(n_size);
    numbers.e.resize(e_size);
    return numbers;
  }
  static void import(Rsa& key, const Numbers& numbers) {
    ok(wc_InitRsaKey_ex(key.get(), nullptr, INVALID_DEVID));
    ok(wc_RsaPublicKeyDecodeRaw(numbers.n.data(), size32(numbers.n.size()), numbers.e.data(), size32(numbers.e.size()),
                                key.get()));
  }

  const Numbers leaf_, ca_;
  const ByteString private_key_;
};

}  // namespace

std::unique_ptr<Primitives> wolfcrypt_primitives(const Chain& chain) {
  if (!init_crypto()) throw std::runtime_error("wolfCrypt does not start");
  if (chain.type == KeyType::rsa) return std::make_unique<WolfCryptRsa>(chain);
  return std::make_unique<WolfCryptEcdsa>(chain);
}

}  // namespace tlsock::bench
