// The signature schemes of TLS: what each is made of, and which keys may use it.
#include "crypto/signature.h"

#include <algorithm>
#include <array>

namespace tlsock {
namespace {

using Kind = SignatureAlgorithm::Kind;

struct SchemeRow {
  SignatureScheme scheme;
  Kind kind;
  HashAlgorithm hash;
  KeyType key;
  Curve curve = Curve::none;
  bool tls13 = true;
};

constexpr SchemeRow pss(SignatureScheme scheme, HashAlgorithm hash, KeyType key) {
  return {scheme, Kind::rsa_pss, hash, key};
}
constexpr SchemeRow ecdsa(SignatureScheme scheme, HashAlgorithm hash, Curve curve) {
  return {scheme, Kind::ecdsa, hash, KeyType::ec, curve};
}
// RFC 8446 §4.2.3: rsa_pkcs1 and SHA-1 appear in certificates only.
constexpr SchemeRow certificates_only(SignatureScheme scheme, Kind kind, HashAlgorithm hash, KeyType key) {
  return {scheme, kind, hash, key, Curve::none, false};
}

// RFC 5246 §7.4.1.4.1; RFC 8446 has left them out.
constexpr SchemeRow dsa(SignatureScheme scheme, HashAlgorithm hash) {
  return {scheme, Kind::dsa, hash, KeyType::dsa, Curve::none, false};
}

constexpr SchemeRow rows[] = {
    {SignatureScheme::mldsa87, Kind::mldsa87, HashAlgorithm::none, KeyType::mldsa87},
    {SignatureScheme::mldsa65, Kind::mldsa65, HashAlgorithm::none, KeyType::mldsa65},
    {SignatureScheme::mldsa44, Kind::mldsa44, HashAlgorithm::none, KeyType::mldsa44},
    {SignatureScheme::ed25519, Kind::ed25519, HashAlgorithm::none, KeyType::ed25519},
    {SignatureScheme::ed448, Kind::ed448, HashAlgorithm::none, KeyType::ed448},
    ecdsa(SignatureScheme::ecdsa_secp521r1_sha512, HashAlgorithm::sha512, Curve::secp521r1),
    ecdsa(SignatureScheme::ecdsa_secp384r1_sha384, HashAlgorithm::sha384, Curve::secp384r1),
    ecdsa(SignatureScheme::ecdsa_secp256r1_sha256, HashAlgorithm::sha256, Curve::secp256r1),
    pss(SignatureScheme::rsa_pss_pss_sha512, HashAlgorithm::sha512, KeyType::rsa_pss),
    pss(SignatureScheme::rsa_pss_pss_sha384, HashAlgorithm::sha384, KeyType::rsa_pss),
    pss(SignatureScheme::rsa_pss_pss_sha256, HashAlgorithm::sha256, KeyType::rsa_pss),
    pss(SignatureScheme::rsa_pss_rsae_sha512, HashAlgorithm::sha512, KeyType::rsa),
    pss(SignatureScheme::rsa_pss_rsae_sha384, HashAlgorithm::sha384, KeyType::rsa),
    pss(SignatureScheme::rsa_pss_rsae_sha256, HashAlgorithm::sha256, KeyType::rsa),
    certificates_only(SignatureScheme::rsa_pkcs1_sha512, Kind::rsa_pkcs1, HashAlgorithm::sha512, KeyType::rsa),
    certificates_only(SignatureScheme::rsa_pkcs1_sha384, Kind::rsa_pkcs1, HashAlgorithm::sha384, KeyType::rsa),
    certificates_only(SignatureScheme::rsa_pkcs1_sha256, Kind::rsa_pkcs1, HashAlgorithm::sha256, KeyType::rsa),
    // Off by default from here on.
    ecdsa(SignatureScheme::ecdsa_brainpoolP512r1tls13_sha512, HashAlgorithm::sha512, Curve::brainpoolP512r1),
    ecdsa(SignatureScheme::ecdsa_brainpoolP384r1tls13_sha384, HashAlgorithm::sha384, Curve::brainpoolP384r1),
    ecdsa(SignatureScheme::ecdsa_brainpoolP256r1tls13_sha256, HashAlgorithm::sha256, Curve::brainpoolP256r1),
    certificates_only(SignatureScheme::rsa_pkcs1_sha1, Kind::rsa_pkcs1, HashAlgorithm::sha1, KeyType::rsa),
    certificates_only(SignatureScheme::ecdsa_sha1, Kind::ecdsa, HashAlgorithm::sha1, KeyType::ec),
    dsa(SignatureScheme::dsa_sha512, HashAlgorithm::sha512),
    dsa(SignatureScheme::dsa_sha384, HashAlgorithm::sha384),
    dsa(SignatureScheme::dsa_sha256, HashAlgorithm::sha256),
    dsa(SignatureScheme::dsa_sha224, HashAlgorithm::sha224),
    dsa(SignatureScheme::dsa_sha1, HashAlgorithm::sha1),
};
constexpr std::size_t default_count = 17;

constexpr auto schemes = [] {
  std::array<SignatureScheme, std::size(rows)> all{};
  std::ranges::transform(rows, all.begin(), &SchemeRow::scheme);
  return all;
}();

const SchemeRow* find(SignatureScheme scheme) {
  const auto found = std::ranges::find(rows, scheme, &SchemeRow::scheme);
  return found == std::end(rows) ? nullptr : found;
}

// pss_fits: RFC 8017 §9.1.1, for a salt as long as the hash: emLen >= hLen + sLen + 2, where emBits is one less than
// the modulus has.
bool pss_fits(const KeyInfo& key, HashAlgorithm hash) {
  if (key.pss_hash != HashAlgorithm::none && key.pss_hash != hash) return false;
  return key.bits > 0 && (key.bits - 1 + 7) / 8 >= 2 * digest_size(hash) + 2;
}

}  // namespace

const char* name(KeyType type) {
  switch (type) {
    case KeyType::rsa:
      return "rsa";
    case KeyType::rsa_pss:
      return "rsa_pss_pss";
    case KeyType::ec:
      return "ecdsa";
    case KeyType::ed25519:
      return "ed25519";
    case KeyType::ed448:
      return "ed448";
    case KeyType::mldsa44:
      return "mldsa44";
    case KeyType::mldsa65:
      return "mldsa65";
    case KeyType::mldsa87:
      return "mldsa87";
    case KeyType::dsa:
      return "dsa";
  }
  return "unknown";
}

std::optional<SignatureAlgorithm> algorithm_of(SignatureScheme scheme) {
  const SchemeRow* row = find(scheme);
  if (!row) return {};
  return SignatureAlgorithm{row->kind, row->hash, row->kind == Kind::rsa_pss ? digest_size(row->hash) : 0};
}

std::span<const SignatureScheme> supported_schemes() { return schemes; }
std::span<const SignatureScheme> default_schemes() { return std::span(schemes).first(default_count); }

bool allowed_in_tls13(SignatureScheme scheme) {
  const SchemeRow* row = find(scheme);
  return row && row->tls13;
}

bool allowed_in_tls12(SignatureScheme scheme) {
  const SchemeRow* row = find(scheme);
  if (!row) return false;
  switch (row->kind) {
    case Kind::rsa_pkcs1:
    case Kind::dsa:
    case Kind::rsa_pss:
    case Kind::ed25519:
    case Kind::ed448:
      return true;
    case Kind::ecdsa:
      return row->curve != Curve::brainpoolP256r1 && row->curve != Curve::brainpoolP384r1 &&
             row->curve != Curve::brainpoolP512r1;
    default:
      return false;
  }
}

bool fits(const KeyInfo& key, SignatureScheme scheme) {
  const SchemeRow* row = find(scheme);
  if (!row || !row->tls13 || row->key != key.type || row->curve != key.curve) return false;
  return row->kind != Kind::rsa_pss || pss_fits(key, row->hash);
}

bool fits_12(const KeyInfo& key, SignatureScheme scheme) {
  if (!allowed_in_tls12(scheme)) return false;
  const SchemeRow* row = find(scheme);
  if (row->key != key.type) return false;
  if (row->kind == Kind::rsa_pss) return pss_fits(key, row->hash);
  const bool has_group = key.curve == Curve::secp256r1 || key.curve == Curve::secp384r1 || key.curve == Curve::secp521r1;
  return row->kind != Kind::ecdsa || has_group;
}

Status PublicKey::verify(SignatureScheme scheme, Bytes message, Bytes signature) const {
  if (!fits(info(), scheme)) return Error(Reason::WRONG_SIGNATURE_TYPE, "CertificateVerify");
  return verify(*algorithm_of(scheme), message, signature);
}

}  // namespace tlsock
