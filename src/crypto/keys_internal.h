// What the kinds of keys share: how AlgorithmIdentifiers name them, and the bases of their public and private halves.
#pragma once

#include "crypto/der.h"
#include "crypto/signature.h"

namespace tlsock {

// KeyAlgorithm is what an AlgorithmIdentifier tells of a key.
struct KeyAlgorithm {
  KeyInfo info;
  // rsa_pss with parameters (RFC 4055 §3.1): the least salt that a signature may have.
  std::size_t pss_min_salt = 0;
  // dsa: the contents of Dss-Parms.
  Bytes dsa_parameters{};
};

// read_key_algorithm reads an AlgorithmIdentifier of a key: UNKNOWN_CERTIFICATE_TYPE for an algorithm or a curve that
// is not implemented, `malformed` for anything else.
Result<KeyAlgorithm> read_key_algorithm(DerReader& reader, Reason malformed);

// ec_algorithm is that of an EC key on a named curve.
Result<KeyAlgorithm> ec_algorithm(Bytes curve_oid);

// PublicKeyBase knows the public value in one canonical encoding, so that keys can be compared.
class PublicKeyBase : public PublicKey {
 public:
  const KeyInfo& info() const final { return info_; }
  Bytes value() const { return value_; }

 protected:
  PublicKeyBase(const KeyInfo& info, ByteString value) : info_(info), value_(std::move(value)) {}

 private:
  const KeyInfo info_;
  const ByteString value_;
};

// PrivateKeyBase has its public half from the start: it is needed to compare, and to check what has been signed.
class PrivateKeyBase : public PrivateKey {
 public:
  const KeyInfo& info() const final { return public_key_->info(); }
  bool belongs_to(const PublicKey& key) const final;

 protected:
  explicit PrivateKeyBase(std::shared_ptr<const PublicKeyBase> public_key) : public_key_(std::move(public_key)) {}
  const PublicKeyBase& public_key() const { return *public_key_; }

 private:
  const std::shared_ptr<const PublicKeyBase> public_key_;
};

using PublicKeyResult = Result<std::shared_ptr<const PublicKey>>;
using PrivateKeyResult = Result<std::shared_ptr<const PrivateKey>>;

// The bits of SubjectPublicKeyInfo.subjectPublicKey, by kind of key: BAD_CERTIFICATE.
PublicKeyResult load_rsa_public(const KeyAlgorithm& algorithm, Bytes bits);
PublicKeyResult load_ec_public(const KeyAlgorithm& algorithm, Bytes bits);
PublicKeyResult load_ed25519_public(const KeyAlgorithm& algorithm, Bytes bits);
PublicKeyResult load_ed448_public(const KeyAlgorithm& algorithm, Bytes bits);
PublicKeyResult load_mldsa_public(const KeyAlgorithm& algorithm, Bytes bits);
PublicKeyResult load_dsa_public(const KeyAlgorithm& algorithm, Bytes bits);

// The contents of PrivateKeyInfo.privateKey, and the public key that may stand beside it: BAD_PRIVATE_KEY.
PrivateKeyResult load_rsa_private(const KeyAlgorithm& algorithm, Bytes key, std::optional<Bytes> public_bits);
PrivateKeyResult load_ec_private(const KeyAlgorithm& algorithm, Bytes key, std::optional<Bytes> public_bits);
PrivateKeyResult load_ed25519_private(const KeyAlgorithm& algorithm, Bytes key, std::optional<Bytes> public_bits);
PrivateKeyResult load_ed448_private(const KeyAlgorithm& algorithm, Bytes key, std::optional<Bytes> public_bits);
PrivateKeyResult load_mldsa_private(const KeyAlgorithm& algorithm, Bytes key, std::optional<Bytes> public_bits);
PrivateKeyResult load_dsa_private(const KeyAlgorithm& algorithm, Bytes key, std::optional<Bytes> public_bits);
// The whole of a DSAPrivateKey as OpenSSL writes it: version, p, q, g, y, x.
PrivateKeyResult load_dsa_traditional(Bytes der);

// read_signature_pair reads a signature of ECDSA or DSA (RFC 3279 §2.2.2): two positive integers, exactly.
struct SignaturePair {
  Bytes r, s;
};
std::optional<SignaturePair> read_signature_pair(Bytes signature);

}  // namespace tlsock
