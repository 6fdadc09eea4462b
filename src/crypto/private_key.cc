// Private keys out of DER: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017), SEC1 (RFC 5915), and DSAPrivateKey, which no RFC has.
#include "crypto/keys_internal.h"

namespace tlsock {
namespace {

Error bad_key(const char* detail, std::source_location where = std::source_location::current()) {
  return Error(Reason::BAD_PRIVATE_KEY, detail, where);
}

// of_private_key gives an error that was found in an AlgorithmIdentifier the reason of this file.
Error of_private_key(const Error& error) {
  Error mine(Reason::BAD_PRIVATE_KEY, error.detail, error.at);
  mine.facts = error.facts;
  return mine;
}

PrivateKeyResult load(const KeyAlgorithm& algorithm, Bytes key, std::optional<Bytes> public_bits) {
  switch (algorithm.info.type) {
    case KeyType::rsa:
    case KeyType::rsa_pss:
      return load_rsa_private(algorithm, key, public_bits);
    case KeyType::ec:
      return load_ec_private(algorithm, key, public_bits);
    case KeyType::ed25519:
      return load_ed25519_private(algorithm, key, public_bits);
    case KeyType::ed448:
      return load_ed448_private(algorithm, key, public_bits);
    case KeyType::mldsa44:
    case KeyType::mldsa65:
    case KeyType::mldsa87:
      return load_mldsa_private(algorithm, key, public_bits);
    case KeyType::dsa:
      return load_dsa_private(algorithm, key, public_bits);
  }
  return bad_key("not a private key");
}

// decode_pkcs8 reads what follows the version in PrivateKeyInfo or OneAsymmetricKey (RFC 5958 §2).
PrivateKeyResult decode_pkcs8(DerReader fields, std::uint64_t version) {
  const auto algorithm = read_key_algorithm(fields, Reason::BAD_PRIVATE_KEY);
  if (!algorithm) return of_private_key(algorithm.error());
  const Bytes key = fields.element(der::octet_string);
  DerReader attributes;
  fields.optional(der::constructed_context(0), attributes);
  std::optional<Bytes> public_bits;
  if (version == 1 && fields.peek_tag() == der::context(1)) public_bits = fields.bit_string(der::context(1), nullptr);
  if (!fields.finish()) return bad_key("PrivateKeyInfo");
  return load(*algorithm, key, public_bits);
}

// count_elements tells DSAPrivateKey from RSAPrivateKey: both begin with a version and an integer.
std::size_t count_elements(DerReader fields) {
  std::size_t count = 0;
  for (; !fields.at_end(); ++count) fields.raw_element();
  return count;
}

// decode_sec1 lets load_ec_private read the whole; only the curve has to be known before.
PrivateKeyResult decode_sec1(Bytes der, DerReader fields) {
  fields.element(der::octet_string);
  DerReader parameters = fields.nested(der::constructed_context(0));
  const Bytes oid = parameters.oid();
  if (!parameters.finish()) return bad_key("ECPrivateKey without a curve");
  const auto algorithm = ec_algorithm(oid);
  if (!algorithm) return of_private_key(algorithm.error());
  return load(*algorithm, der, {});
}

}  // namespace

PrivateKeyResult PrivateKey::decode(Bytes der) {
  DerReader outer(der);
  DerReader fields = outer.nested(der::sequence);
  const auto version = fields.small_unsigned();
  if (!outer.finish() || !version) return bad_key("not a private key");
  switch (fields.peek_tag()) {
    case der::sequence:
      return *version <= 1 ? decode_pkcs8(fields, *version) : bad_key("PrivateKeyInfo: the version");
    case der::integer:
      if (count_elements(fields) == 5) return load_dsa_traditional(der);
      return load_rsa_private({.info = {.type = KeyType::rsa}}, der, {});
    case der::octet_string:
      return decode_sec1(der, fields);
    default:
      return bad_key("not a private key");
  }
}

Result<Secret> PrivateKey::decrypt_premaster(Bytes, std::uint16_t, Rng&) const {
  return Error(Reason::WRONG_CERTIFICATE_TYPE, name(info().type));
}

Result<SecretBytes> PrivateKey::agree(Bytes) const { return Error(Reason::WRONG_CERTIFICATE_TYPE, name(info().type)); }

bool PrivateKeyBase::belongs_to(const PublicKey& key) const {
  const auto other = dynamic_cast<const PublicKeyBase*>(&key);
  return other && info().type == other->info().type && info().curve == other->info().curve &&
         equal(public_key().value(), other->value());
}

}  // namespace tlsock
