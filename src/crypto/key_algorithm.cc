// The AlgorithmIdentifiers of keys: RFC 3279, 4055, 5480, 8410 and 9881.
#include <algorithm>
#include <iterator>

#include "crypto/keys_internal.h"

namespace tlsock {
namespace {

constexpr std::uint8_t rsa_encryption[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01};
constexpr std::uint8_t rsassa_pss[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a};
constexpr std::uint8_t ec_public_key[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01};
constexpr std::uint8_t ed25519[] = {0x2b, 0x65, 0x70};
constexpr std::uint8_t ed448[] = {0x2b, 0x65, 0x71};
constexpr std::uint8_t mldsa44[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x11};
constexpr std::uint8_t mldsa65[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x12};
constexpr std::uint8_t mldsa87[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x13};
constexpr std::uint8_t dsa[] = {0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01};

struct KeyRow {
  Bytes oid;
  KeyType type;
  std::size_t bits;  // 0 where the key itself tells
};
constexpr KeyRow key_rows[] = {
    {rsa_encryption, KeyType::rsa, 0},     {rsassa_pss, KeyType::rsa_pss, 0},     {ec_public_key, KeyType::ec, 0},
    {ed25519, KeyType::ed25519, 256},      {ed448, KeyType::ed448, 456},          {mldsa44, KeyType::mldsa44, 8 * 1312},
    {mldsa65, KeyType::mldsa65, 8 * 1952}, {mldsa87, KeyType::mldsa87, 8 * 2592}, {dsa, KeyType::dsa, 0},
};

constexpr std::uint8_t secp256r1[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
constexpr std::uint8_t secp384r1[] = {0x2b, 0x81, 0x04, 0x00, 0x22};
constexpr std::uint8_t secp521r1[] = {0x2b, 0x81, 0x04, 0x00, 0x23};
constexpr std::uint8_t brainpool256[] = {0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x07};
constexpr std::uint8_t brainpool384[] = {0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x0b};
constexpr std::uint8_t brainpool512[] = {0x2b, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, 0x0d};

struct CurveRow {
  Bytes oid;
  Curve curve;
  std::size_t bits;
};
constexpr CurveRow curve_rows[] = {
    {secp256r1, Curve::secp256r1, 256},          {secp384r1, Curve::secp384r1, 384},
    {secp521r1, Curve::secp521r1, 521},          {brainpool256, Curve::brainpoolP256r1, 256},
    {brainpool384, Curve::brainpoolP384r1, 384}, {brainpool512, Curve::brainpoolP512r1, 512},
};

constexpr std::uint8_t sha1[] = {0x2b, 0x0e, 0x03, 0x02, 0x1a};
constexpr std::uint8_t sha256[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01};
constexpr std::uint8_t sha384[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02};
constexpr std::uint8_t sha512[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03};
constexpr std::uint8_t sha224[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x04};
constexpr std::uint8_t mgf1[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08};

struct HashRow {
  Bytes oid;
  HashAlgorithm hash;
};
constexpr HashRow hash_rows[] = {{sha1, HashAlgorithm::sha1},
                                 {sha224, HashAlgorithm::sha224},
                                 {sha256, HashAlgorithm::sha256},
                                 {sha384, HashAlgorithm::sha384},
                                 {sha512, HashAlgorithm::sha512}};

template <class Rows>
auto find_by_oid(const Rows& rows, Bytes oid) {
  const auto found = std::ranges::find_if(rows, [oid](const auto& row) { return equal(row.oid, oid); });
  return found == std::end(rows) ? nullptr : found;
}

// read_hash reads a HashAlgorithm: its parameters are NULL or absent (RFC 4055 §2.1).
HashAlgorithm read_hash(DerReader& reader) {
  DerReader identifier = reader.nested(der::sequence);
  const auto row = find_by_oid(hash_rows, identifier.oid());
  if (identifier.peek_tag() == der::null) identifier.null();
  if (!identifier.finish() || !row) reader.fail();
  return row ? row->hash : HashAlgorithm::none;
}

// read_pss reads RSASSA-PSS-params, whose fields have defaults (RFC 4055 §3.1).
bool read_pss(DerReader parameters, KeyAlgorithm& algorithm) {
  HashAlgorithm hash = HashAlgorithm::sha1, mgf_hash = HashAlgorithm::sha1;
  std::uint64_t salt = digest_size(HashAlgorithm::sha1), trailer = 1;
  DerReader field, mgf;
  bool good = true;
  if (parameters.optional(der::constructed_context(0), field)) {
    hash = read_hash(field);
    good = good && field.finish();
  }
  if (parameters.optional(der::constructed_context(1), field)) {
    mgf = field.nested(der::sequence);
    good = good && equal(mgf.oid(), mgf1);
    mgf_hash = read_hash(mgf);
    good = good && mgf.finish() && field.finish();
  }
  if (parameters.optional(der::constructed_context(2), field)) {
    salt = field.small_unsigned().value_or(0);
    good = good && field.finish() && salt <= Secret::capacity;
  }
  if (parameters.optional(der::constructed_context(3), field)) {
    trailer = field.small_unsigned().value_or(0);
    good = good && field.finish();
  }
  algorithm.info.pss_hash = hash;
  algorithm.pss_min_salt = static_cast<std::size_t>(salt);
  // Different hashes for message and mask are legal, but no scheme of TLS has them.
  return good && parameters.finish() && trailer == 1 && hash == mgf_hash;
}

}  // namespace

Result<KeyAlgorithm> read_key_algorithm(DerReader& reader, Reason malformed) {
  DerReader identifier = reader.nested(der::sequence);
  const Bytes oid = identifier.oid();
  if (reader.failed() || identifier.failed()) return Error(malformed, "algorithm");
  const auto row = find_by_oid(key_rows, oid);
  if (!row) return Error(Reason::UNKNOWN_CERTIFICATE_TYPE, "algorithm").with("algorithm", oid_text(oid));
  KeyAlgorithm algorithm{.info = {.type = row->type, .bits = row->bits}};
  switch (row->type) {
    case KeyType::rsa:
      identifier.null();
      break;
    case KeyType::rsa_pss: {
      DerReader parameters;
      if (identifier.optional(der::sequence, parameters) && !read_pss(parameters, algorithm))
        return Error(malformed, "RSASSA-PSS parameters");
      break;
    }
    case KeyType::ec: {
      // RFC 5480 §2.1.1: namedCurve, and neither implicitCurve nor specifiedCurve.
      const Bytes curve_oid = identifier.oid();
      if (identifier.failed()) return Error(malformed, "namedCurve");
      algorithm = TRY(ec_algorithm(curve_oid));
      break;
    }
    case KeyType::dsa:
      algorithm.dsa_parameters = identifier.element(der::sequence);
      break;
    default:
      break;
  }
  if (!identifier.finish()) return Error(malformed, "algorithm parameters");
  return algorithm;
}

Result<KeyAlgorithm> ec_algorithm(Bytes curve_oid) {
  const auto row = find_by_oid(curve_rows, curve_oid);
  if (!row) return Error(Reason::UNKNOWN_CERTIFICATE_TYPE, "namedCurve").with("curve", oid_text(curve_oid));
  return KeyAlgorithm{.info = {.type = KeyType::ec, .curve = row->curve, .bits = row->bits}};
}

std::optional<SignaturePair> read_signature_pair(Bytes signature) {
  DerReader outer(signature);
  DerReader pair = outer.nested(der::sequence);
  SignaturePair values{pair.unsigned_integer(), pair.unsigned_integer()};
  if (!pair.finish() || !outer.finish() || values.r.empty() || values.s.empty()) return {};
  return values;
}

}  // namespace tlsock
