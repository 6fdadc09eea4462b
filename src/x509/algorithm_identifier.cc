// The signature algorithms of RFC 3279, 4055, 5758, 8410 and 9881.
#include "x509/algorithm_identifier.h"

#include <array>
#include <string_view>

#include "crypto/der.h"

namespace tlsock {
namespace {

using namespace std::string_view_literals;
using Kind = SignatureAlgorithm::Kind;

enum class Parameters : std::uint8_t { absent, null_or_absent, pss };

struct Row {
  std::string_view oid;
  Kind kind;
  HashAlgorithm hash;
  Parameters parameters;
};

constexpr std::array<Row, 18> rows{{
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05"sv, Kind::rsa_pkcs1, HashAlgorithm::sha1, Parameters::null_or_absent},
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0e"sv, Kind::rsa_pkcs1, HashAlgorithm::sha224, Parameters::null_or_absent},
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"sv, Kind::rsa_pkcs1, HashAlgorithm::sha256, Parameters::null_or_absent},
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c"sv, Kind::rsa_pkcs1, HashAlgorithm::sha384, Parameters::null_or_absent},
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d"sv, Kind::rsa_pkcs1, HashAlgorithm::sha512, Parameters::null_or_absent},
    {"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"sv, Kind::rsa_pss, HashAlgorithm::none, Parameters::pss},
    {"\x2a\x86\x48\xce\x3d\x04\x01"sv, Kind::ecdsa, HashAlgorithm::sha1, Parameters::absent},
    {"\x2a\x86\x48\xce\x3d\x04\x03\x01"sv, Kind::ecdsa, HashAlgorithm::sha224, Parameters::absent},
    {"\x2a\x86\x48\xce\x3d\x04\x03\x02"sv, Kind::ecdsa, HashAlgorithm::sha256, Parameters::absent},
    {"\x2a\x86\x48\xce\x3d\x04\x03\x03"sv, Kind::ecdsa, HashAlgorithm::sha384, Parameters::absent},
    {"\x2a\x86\x48\xce\x3d\x04\x03\x04"sv, Kind::ecdsa, HashAlgorithm::sha512, Parameters::absent},
    {"\x2b\x65\x70"sv, Kind::ed25519, HashAlgorithm::none, Parameters::absent},
    {"\x2b\x65\x71"sv, Kind::ed448, HashAlgorithm::none, Parameters::absent},
    {"\x60\x86\x48\x01\x65\x03\x04\x03\x11"sv, Kind::mldsa44, HashAlgorithm::none, Parameters::absent},
    {"\x60\x86\x48\x01\x65\x03\x04\x03\x12"sv, Kind::mldsa65, HashAlgorithm::none, Parameters::absent},
    {"\x60\x86\x48\x01\x65\x03\x04\x03\x13"sv, Kind::mldsa87, HashAlgorithm::none, Parameters::absent},
    {"\x2a\x86\x48\xce\x38\x04\x03"sv, Kind::dsa, HashAlgorithm::sha1, Parameters::absent},
    {"\x60\x86\x48\x01\x65\x03\x04\x03\x02"sv, Kind::dsa, HashAlgorithm::sha256, Parameters::absent},
}};

struct HashRow {
  std::string_view oid;
  HashAlgorithm hash;
};
constexpr std::array<HashRow, 5> hashes{{
    {"\x2b\x0e\x03\x02\x1a"sv, HashAlgorithm::sha1},
    {"\x60\x86\x48\x01\x65\x03\x04\x02\x04"sv, HashAlgorithm::sha224},
    {"\x60\x86\x48\x01\x65\x03\x04\x02\x01"sv, HashAlgorithm::sha256},
    {"\x60\x86\x48\x01\x65\x03\x04\x02\x02"sv, HashAlgorithm::sha384},
    {"\x60\x86\x48\x01\x65\x03\x04\x02\x03"sv, HashAlgorithm::sha512},
}};
constexpr std::string_view mgf1 = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08"sv;

// hash_from reads a hash's AlgorithmIdentifier, whose parameters are NULL or absent (RFC 4055 §2.1).
HashAlgorithm hash_from(DerReader& from) {
  DerReader identifier = from.nested(der::sequence);
  const Bytes oid = identifier.oid();
  if (!identifier.at_end()) identifier.null();
  if (!identifier.finish()) return HashAlgorithm::none;
  for (const auto& row : hashes)
    if (row.oid == as_text(oid)) return row.hash;
  return HashAlgorithm::none;
}

// mask_hash_from reads [1] maskGenAlgorithm: the hash of MGF1.
HashAlgorithm mask_hash_from(DerReader& from) {
  DerReader identifier = from.nested(der::sequence);
  const Bytes oid = identifier.oid();
  const HashAlgorithm hash = hash_from(identifier);
  return identifier.finish() && as_text(oid) == mgf1 ? hash : HashAlgorithm::none;
}

// pss_from reads RSASSA-PSS-params (RFC 4055 §3.1); fields that are left out have values of the SHA-1 age.
std::optional<SignatureAlgorithm> pss_from(DerReader& parameters) {
  DerReader fields = parameters.nested(der::sequence), field;
  HashAlgorithm hash = HashAlgorithm::sha1, mask_hash = HashAlgorithm::sha1;
  std::optional<std::uint64_t> salt = 20, trailer = 1;
  bool good = true;
  if (fields.optional(der::constructed_context(0), field)) {
    hash = hash_from(field);
    good = good && field.finish();
  }
  if (fields.optional(der::constructed_context(1), field)) {
    mask_hash = mask_hash_from(field);
    good = good && field.finish();
  }
  if (fields.optional(der::constructed_context(2), field)) {
    salt = field.small_unsigned();
    good = good && field.finish();
  }
  if (fields.optional(der::constructed_context(3), field)) {
    trailer = field.small_unsigned();
    good = good && field.finish();
  }
  // More salt than a modulus holds is nonsense, and would not fit the types below.
  constexpr std::uint64_t max_salt = 2048;
  if (!good || !fields.finish() || hash == HashAlgorithm::none || mask_hash != hash || !salt || *salt > max_salt ||
      trailer != 1)
    return {};
  return SignatureAlgorithm{Kind::rsa_pss, hash, static_cast<std::size_t>(*salt)};
}

}  // namespace

std::optional<SignatureAlgorithm> signature_algorithm_from(Bytes identifier) {
  DerReader outer(identifier);
  DerReader fields = outer.nested(der::sequence);
  const Bytes oid = fields.oid();
  for (const auto& row : rows) {
    if (row.oid != as_text(oid)) continue;
    std::optional<SignatureAlgorithm> algorithm = SignatureAlgorithm{row.kind, row.hash, 0};
    if (row.parameters == Parameters::pss)
      algorithm = pss_from(fields);
    else if (row.parameters == Parameters::null_or_absent && !fields.at_end())
      fields.null();
    return fields.finish() && outer.finish() ? algorithm : std::nullopt;
  }
  return {};
}

}  // namespace tlsock
