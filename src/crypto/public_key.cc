// SubjectPublicKeyInfo: from its algorithm to the kind of key that reads its bits.
#include "crypto/keys_internal.h"

namespace tlsock {

PublicKeyResult PublicKey::from_spki(Bytes der) {
  DerReader outer(der);
  DerReader spki = outer.nested(der::sequence);
  if (!outer.finish()) return Error(Reason::BAD_CERTIFICATE, "SubjectPublicKeyInfo");
  const KeyAlgorithm algorithm = TRY(read_key_algorithm(spki, Reason::BAD_CERTIFICATE));
  const Bytes bits = spki.bit_string();
  if (!spki.finish()) return Error(Reason::BAD_CERTIFICATE, "SubjectPublicKeyInfo");
  switch (algorithm.info.type) {
    case KeyType::rsa:
    case KeyType::rsa_pss:
      return load_rsa_public(algorithm, bits);
    case KeyType::ec:
      return load_ec_public(algorithm, bits);
    case KeyType::ed25519:
      return load_ed25519_public(algorithm, bits);
    case KeyType::ed448:
      return load_ed448_public(algorithm, bits);
    case KeyType::mldsa44:
    case KeyType::mldsa65:
    case KeyType::mldsa87:
      return load_mldsa_public(algorithm, bits);
    case KeyType::dsa:
      return load_dsa_public(algorithm, bits);
  }
  return Error(Reason::INTERNAL_ERROR, "SubjectPublicKeyInfo");
}

Result<ByteString> PublicKey::encrypt_premaster(Bytes, Rng&) const {
  return Error(Reason::WRONG_CERTIFICATE_TYPE, name(info().type));
}

Result<ByteString> PublicKey::ec_point() const { return Error(Reason::WRONG_CERTIFICATE_TYPE, name(info().type)); }

}  // namespace tlsock
