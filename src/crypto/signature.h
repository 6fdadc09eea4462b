// PublicKey, PrivateKey: signatures, and the rules which scheme goes with which key.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "base/result.h"
#include "base/secret.h"
#include "crypto/hash.h"
#include "crypto/rng.h"
#include "wire/registry.h"

namespace tlsock {

enum class KeyType : std::uint8_t { rsa, rsa_pss, ec, ed25519, ed448, mldsa44, mldsa65, mldsa87, dsa };
enum class Curve : std::uint8_t { none, secp256r1, secp384r1, secp521r1, brainpoolP256r1, brainpoolP384r1, brainpoolP512r1, other };

// name is "rsa", "rsa_pss_pss", "ecdsa", "ed25519" …, for JSON and messages.
const char* name(KeyType type);

// SignatureAlgorithm is what a signature was made with, free of TLS's or X.509's code points.
struct SignatureAlgorithm {
  enum class Kind : std::uint8_t { rsa_pkcs1, rsa_pss, ecdsa, ed25519, ed448, mldsa44, mldsa65, mldsa87, dsa };
  Kind kind;
  HashAlgorithm hash = HashAlgorithm::none;  // none for the schemes that hash by themselves
  std::size_t salt_size = 0;                 // rsa_pss; TLS: the hash's size
  bool operator==(const SignatureAlgorithm&) const = default;
};

// algorithm_of is nothing for a scheme that is not implemented.
std::optional<SignatureAlgorithm> algorithm_of(SignatureScheme scheme);

// supported_schemes are all that can be verified and made; default_schemes those that are on by default, in Erlang's
// order (FEATURES 1.8: no SHA-1, no brainpool, no DSA; rsa_pkcs1 for certificates only).
std::span<const SignatureScheme> supported_schemes();
std::span<const SignatureScheme> default_schemes();

// allowed_in_tls13 tells the schemes that may stand in a TLS 1.3 CertificateVerify (RFC 8446 §4.2.3: no rsa_pkcs1, no
// SHA-1, no DSA).
bool allowed_in_tls13(SignatureScheme scheme);

// allowed_in_tls12 tells those that can sign handshakes of TLS 1.2 (RFC 5246 §7.4.1.4.1, RFC 8422 §5.1.3, RFC 8446
// §4.2.3): not those that name a curve which was defined for TLS 1.3 alone, nor ML-DSA.
bool allowed_in_tls12(SignatureScheme scheme);

// KeyInfo is what both halves of a key tell about themselves.
struct KeyInfo {
  KeyType type;
  Curve curve = Curve::none;  // ec
  std::size_t bits = 0;       // RSA modulus, DSA p, EC field size …
  HashAlgorithm pss_hash = HashAlgorithm::none;  // rsa_pss: the only hash it may be used with, if it names one
};

// fits tells whether a key may sign in TLS 1.3 with a scheme: type, curve (RFC 8446 §4.2.3), and an RSA modulus large
// enough for the scheme's PSS encoding.
bool fits(const KeyInfo& key, SignatureScheme scheme);

// fits_12 is the same for TLS 1.2, where ECDSA's schemes do not name a curve, and rsa_pkcs1 and DSA sign handshakes too
// (RFC 5246 §7.4.1.4.1, RFC 8446 §4.2.3, RFC 8422 §5.10).
bool fits_12(const KeyInfo& key, SignatureScheme scheme);

// PublicKey verifies. Immutable and safe to share among threads.
class PublicKey {
 public:
  virtual ~PublicKey() = default;

  // from_spki decodes a SubjectPublicKeyInfo, exactly: trailing bytes, unknown algorithms, curves without a name and
  // invalid points are refused (UNKNOWN_CERTIFICATE_TYPE for an unknown algorithm, else BAD_CERTIFICATE).
  static Result<std::shared_ptr<const PublicKey>> from_spki(Bytes der);

  virtual const KeyInfo& info() const = 0;
  // verify gives BAD_SIGNATURE if the signature is not good, or was made by another kind of key.
  virtual Status verify(const SignatureAlgorithm& algorithm, Bytes message, Bytes signature) const = 0;

  // verify by a TLS 1.3 scheme: WRONG_SIGNATURE_TYPE unless it fits the key.
  Status verify(SignatureScheme scheme, Bytes message, Bytes signature) const;

  // encrypt_premaster is RSAES-PKCS1-v1_5 (RFC 5246 §7.4.7.1): WRONG_CERTIFICATE_TYPE for a key that is not of type
  // rsa.
  virtual Result<ByteString> encrypt_premaster(Bytes premaster, Rng& rng) const;
  // ec_point is the uncompressed point of an EC key on secp256r1, secp384r1 or secp521r1, as a share of that group for
  // static ECDH (RFC 8422 §2): WRONG_CERTIFICATE_TYPE for any other key.
  virtual Result<ByteString> ec_point() const;
};

// PrivateKey signs, and before TLS 1.3 also decrypts and agrees. It is shared among threads and connections, and locks
// what it must inside.
class PrivateKey {
 public:
  virtual ~PrivateKey() = default;

  // decode takes the DER of PKCS#8 (RFC 5958), PKCS#1 RSAPrivateKey, SEC1 ECPrivateKey or OpenSSL's DSAPrivateKey:
  // BAD_PRIVATE_KEY if it is none of them. ML-DSA keys in the three forms of RFC 9881 (seed, expanded, both).
  static Result<std::shared_ptr<const PrivateKey>> decode(Bytes der);
  // decrypt opens an EncryptedPrivateKeyInfo (PBES2, and the PBES1 forms that wolfCrypt has): BAD_PASSWORD;
  // UNSUPPORTED_ALGORITHM, or BAD_PRIVATE_KEY if it is none.
  static Result<SecretBytes> decrypt(Bytes der, Bytes password);

  virtual const KeyInfo& info() const = 0;
  // sign makes a signature; in TLS form (DER for ECDSA). KEY_OPERATION_FAILED, or WRONG_SIGNATURE_TYPE.
  virtual Result<ByteString> sign(const SignatureAlgorithm& algorithm, Bytes message) const = 0;
  // decrypt_premaster opens what encrypt_premaster sealed, and always gives 48 bytes: a random premaster, which cannot
  // be told from the true one, for a ciphertext that is wrong in any way or holds another version than the one that
  // the client offered (RFC 5246 §7.4.7.1). WRONG_CERTIFICATE_TYPE for a key that is not of type rsa; otherwise it
  // fails only with the machine: no error depends on the plaintext.
  virtual Result<Secret> decrypt_premaster(Bytes ciphertext, std::uint16_t client_version, Rng& rng) const;
  // agree is static ECDH (RFC 8422 §2) with an uncompressed point of the key's curve: BAD_ECPOINT;
  // WRONG_CERTIFICATE_TYPE for a key that has no ec_point.
  virtual Result<SecretBytes> agree(Bytes peer_point) const;
  // belongs_to tells whether `key` is the public half.
  virtual bool belongs_to(const PublicKey& key) const = 0;
};

}  // namespace tlsock
