// Primitives: what a handshake and its records are made of, bare, of one cryptographic library. SHA-256 throughout: the
// handshakes that are measured use TLS_AES_128_GCM_SHA256.
//
// Ephemeral keys, and the contexts of all operations but hashing, are made anew for each use, as TLS does.
#pragma once

#include <memory>
#include <string_view>

#include "crypto/aead.h"
#include "tests/bench/chain.h"

namespace tlsock::bench {

inline constexpr std::size_t hash_size = 32;
inline constexpr std::size_t x25519_size = 32;
inline constexpr std::size_t mlkem_key_size = 1184, mlkem_ciphertext_size = 1088, mlkem_secret_size = 32;

// Ephemeral is a fresh key of its own, for one agreement.
class Ephemeral {
 public:
  virtual ~Ephemeral() = default;
  Bytes share() const { return share_; }
  virtual void agree(Bytes peer, MutBytes secret) = 0;

 protected:
  ByteString share_;
};

class RunningHash {
 public:
  virtual ~RunningHash() = default;
  virtual void update(Bytes bytes) = 0;
  // digest tells the hash so far, by a copy.
  virtual void digest(MutBytes out) = 0;
};

// RawAead is one key, without records around it.
class RawAead {
 public:
  virtual ~RawAead() = default;
  // The tag stands behind the ciphertext.
  virtual void seal(Bytes nonce, Bytes aad, Bytes plain, MutBytes sealed) = 0;
  virtual void open(Bytes nonce, Bytes aad, Bytes sealed, MutBytes plain) = 0;
};

class Primitives {
 public:
  virtual ~Primitives() = default;
  virtual std::unique_ptr<Ephemeral> x25519() = 0;
  // Null if the library has no ML-KEM.
  virtual std::unique_ptr<Ephemeral> mlkem768() = 0;
  virtual void encapsulate(Bytes key, MutBytes ciphertext, MutBytes secret) = 0;

  // sign and verify_leaf are for the CertificateVerify: ECDSA, or RSA-PSS. verify_ca is for the certificate: ECDSA, or
  // PKCS #1. verify_… throw for a bad signature.
  virtual ByteString sign(Bytes digest) = 0;
  virtual void verify_leaf(Bytes digest, Bytes signature) = 0;
  virtual void verify_ca(Bytes digest, Bytes signature) = 0;
  // import_leaf checks the key of a certificate that has come, as far as the library does so before it is used.
  virtual void import_leaf() = 0;

  virtual std::unique_ptr<RunningHash> hash() = 0;
  virtual void hkdf_extract(Bytes salt, Bytes ikm, MutBytes out) = 0;
  virtual void hkdf_expand_label(Bytes secret, std::string_view label, Bytes context, MutBytes out) = 0;
  virtual void hmac(Bytes key, Bytes data, MutBytes out) = 0;
  virtual std::unique_ptr<RawAead> aead(AeadAlgorithm algorithm, Bytes key) = 0;
};

std::unique_ptr<Primitives> wolfcrypt_primitives(const Chain& chain);
// Null if OpenSSL is not built in.
std::unique_ptr<Primitives> openssl_primitives(const Chain& chain);

}  // namespace tlsock::bench
