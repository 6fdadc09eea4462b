// Keys for tests, made by wolfCrypt and written as PKCS#8 (RFC 5958) and SubjectPublicKeyInfo.
#include "tests/support/test_keys.h"

#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/ed25519.h>
#include <wolfssl/wolfcrypt/ed448.h>
#include <wolfssl/wolfcrypt/rsa.h>
#include <wolfssl/wolfcrypt/wc_mldsa.h>

#include <map>
#include <mutex>
#include <stdexcept>
#include <string>

#include "crypto/der.h"
#include "crypto/hash.h"
#include "crypto/wolf_internal.h"
#include "x509/pem.h"

namespace tlsock::test {
namespace {

// Raw is a key without the AlgorithmIdentifier around it.
struct Raw {
  ByteString algorithm, private_key, public_bits;
};

ByteString bytes_of(const char* hex) { return *from_hex(hex); }
ByteString oid(const char* hex) { return der_element(der::oid, {bytes_of(hex)}); }
ByteString algorithm_of_oid(const char* hex) { return der_element(der::sequence, {oid(hex)}); }

// secret_of gives bytes that depend on nothing but the spec.
ByteString secret_of(const KeySpec& spec, std::size_t size) {
  ByteString out;
  for (unsigned block = 0; out.size() < size; ++block) {
    const std::string label = "tlsock test key " + std::to_string(static_cast<int>(spec.type)) + ' ' +
                              std::to_string(static_cast<int>(spec.curve)) + ' ' + std::to_string(spec.number) + ' ' +
                              std::to_string(block);
    append(out, Hash::of(HashAlgorithm::sha512, {as_bytes(label)}));
  }
  out.resize(size);
  return out;
}

struct CurveRow {
  Curve curve;
  int wolf_id;
  const char* oid;
  std::size_t size;
};
constexpr CurveRow curves[] = {
    {Curve::secp256r1, ECC_SECP256R1, "2a8648ce3d030107", 32},
    {Curve::secp384r1, ECC_SECP384R1, "2b81040022", 48},
    {Curve::secp521r1, ECC_SECP521R1, "2b81040023", 66},
    {Curve::brainpoolP256r1, ECC_BRAINPOOLP256R1, "2b2403030208010107", 32},
    {Curve::brainpoolP384r1, ECC_BRAINPOOLP384R1, "2b240303020801010b", 48},
    {Curve::brainpoolP512r1, ECC_BRAINPOOLP512R1, "2b240303020801010d", 64},
};

Raw make_ec(const KeySpec& spec) {
  for (const auto& row : curves) {
    if (row.curve != spec.curve) continue;
    ByteString scalar = secret_of(spec, row.size);
    // Below the order of every curve here.
    scalar[0] = row.size == 66 ? 0 : scalar[0] & 0x7f;
    WolfObject<ecc_key, wc_ecc_free> key;
    must(wc_ecc_init(key.get()));
    must(wc_ecc_import_private_key_ex(scalar.data(), size32(scalar.size()), nullptr, 0, key.get(), row.wolf_id));
    must(wc_ecc_make_pub_ex(key.get(), nullptr, *thread_rng()));
    ByteString point(2 * row.size + 1);
    word32 size = size32(point.size());
    must(wc_ecc_export_x963(key.get(), point.data(), &size));
    const ByteString version = der_unsigned(ByteString{1});
    return {der_element(der::sequence, {oid("2a8648ce3d0201"), oid(row.oid)}),
            der_element(der::sequence, {version, der_element(der::octet_string, {scalar})}), point};
  }
  throw std::logic_error("a curve without test keys");
}

Raw make_ed25519(const KeySpec& spec) {
  const ByteString secret = secret_of(spec, ED25519_KEY_SIZE);
  ByteString point(ED25519_PUB_KEY_SIZE);
  WolfObject<ed25519_key, wc_ed25519_free> key;
  must(wc_ed25519_init(key.get()));
  must(wc_ed25519_import_private_only(secret.data(), size32(secret.size()), key.get()));
  must(wc_ed25519_make_public(key.get(), point.data(), size32(point.size())));
  return {algorithm_of_oid("2b6570"), der_element(der::octet_string, {secret}), point};
}

Raw make_ed448(const KeySpec& spec) {
  const ByteString secret = secret_of(spec, ED448_KEY_SIZE);
  ByteString point(ED448_PUB_KEY_SIZE);
  WolfObject<ed448_key, wc_ed448_free> key;
  must(wc_ed448_init(key.get()));
  must(wc_ed448_import_private_only(secret.data(), size32(secret.size()), key.get()));
  must(wc_ed448_make_public(key.get(), point.data(), size32(point.size())));
  return {algorithm_of_oid("2b6571"), der_element(der::octet_string, {secret}), point};
}

Raw make_mldsa(const KeySpec& spec, byte level, std::size_t public_size, const char* algorithm) {
  const ByteString seed = secret_of(spec, 32);
  ByteString public_key(public_size);
  WolfObject<wc_MlDsaKey, wc_MlDsaKey_Free> key;
  must(wc_MlDsaKey_Init(key.get(), nullptr, INVALID_DEVID));
  must(wc_MlDsaKey_SetParams(key.get(), level));
  must(wc_MlDsaKey_MakeKeyFromSeed(key.get(), seed.data()));
  word32 size = size32(public_key.size());
  must(wc_MlDsaKey_ExportPubRaw(key.get(), public_key.data(), &size));
  // RFC 9881 §6: the seed alone.
  return {algorithm_of_oid(algorithm), der_element(der::context(0), {seed}), public_key};
}

Raw make_rsa(const KeySpec& spec) {
  WolfObject<RsaKey, wc_FreeRsaKey> key;
  must(wc_InitRsaKey(key.get(), nullptr));
  must(wc_MakeRsaKey(key.get(), static_cast<int>(spec.bits), WC_RSA_EXPONENT, *thread_rng()));
  ByteString pkcs1(4096);
  const int pkcs1_size = wc_RsaKeyToDer(key.get(), pkcs1.data(), size32(pkcs1.size()));
  must(pkcs1_size);
  pkcs1.resize(static_cast<std::size_t>(pkcs1_size));
  ByteString e(16), n(1024);
  word32 e_size = size32(e.size()), n_size = size32(n.size());
  must(wc_RsaFlattenPublicKey(key.get(), e.data(), &e_size, n.data(), &n_size));
  e.resize(e_size);
  n.resize(n_size);
  const bool pss = spec.type == KeyType::rsa_pss;
  // RFC 4055: rsaEncryption has NULL parameters, id-RSASSA-PSS without restrictions has none.
  const ByteString null = der_element(der::null, {});
  return {pss ? algorithm_of_oid("2a864886f70d01010a") : der_element(der::sequence, {oid("2a864886f70d010101"), null}),
          pkcs1, der_element(der::sequence, {der_unsigned(n), der_unsigned(e)})};
}

Raw make_raw(const KeySpec& spec) {
  switch (spec.type) {
    case KeyType::rsa:
    case KeyType::rsa_pss:
      return make_rsa(spec);
    case KeyType::ec:
      return make_ec(spec);
    case KeyType::ed25519:
      return make_ed25519(spec);
    case KeyType::ed448:
      return make_ed448(spec);
    case KeyType::mldsa44:
      return make_mldsa(spec, WC_ML_DSA_44, 1312, "608648016503040311");
    case KeyType::mldsa65:
      return make_mldsa(spec, WC_ML_DSA_65, 1952, "608648016503040312");
    case KeyType::mldsa87:
      return make_mldsa(spec, WC_ML_DSA_87, 2592, "608648016503040313");
    case KeyType::dsa:
      break;
  }
  throw std::logic_error("no test keys of this kind");
}

// DSA's parameters take long to make: one key, from OpenSSL.
TestKey read_dsa() {
  const auto block = [](const char* name) {
    const auto content = read_file(std::string(TLSOCK_TEST_DATA "/keys/dsa2048-256-") + name + ".pem");
    if (!content) throw std::logic_error("no test key of DSA");
    return copy((*parse_pem(as_text(*content))).front().data);
  };
  TestKey key{block("pkcs8"), block("public"), {}};
  key.key = *PrivateKey::decode(key.private_key);
  return key;
}

TestKey make_key(const KeySpec& spec) {
  ensure_crypto();
  if (spec.type == KeyType::dsa) return read_dsa();
  const Raw raw = make_raw(spec);
  const ByteString version = der_unsigned(ByteString{0}), no_unused_bits{0};
  TestKey key;
  key.private_key =
      der_element(der::sequence, {version, raw.algorithm, der_element(der::octet_string, {raw.private_key})});
  key.spki =
      der_element(der::sequence, {raw.algorithm, der_element(der::bit_string, {no_unused_bits, raw.public_bits})});
  auto decoded = PrivateKey::decode(key.private_key);
  if (!decoded) throw std::logic_error(std::string("test key: ") + decoded.error().detail);
  key.key = *std::move(decoded);
  return key;
}

}  // namespace

const TestKey& test_key(const KeySpec& spec) {
  static std::mutex mutex;
  static std::map<KeySpec, TestKey> keys;
  const std::lock_guard lock(mutex);
  const auto known = keys.find(spec);
  return known != keys.end() ? known->second : keys.emplace(spec, make_key(spec)).first->second;
}

SignatureAlgorithm usual_algorithm(const KeyInfo& key) {
  using Kind = SignatureAlgorithm::Kind;
  switch (key.type) {
    case KeyType::rsa:
      return {Kind::rsa_pkcs1, HashAlgorithm::sha256};
    case KeyType::rsa_pss:
      return {Kind::rsa_pss, HashAlgorithm::sha256, 32};
    case KeyType::ec:
      return {Kind::ecdsa, key.bits > 384   ? HashAlgorithm::sha512
                           : key.bits > 256 ? HashAlgorithm::sha384
                                            : HashAlgorithm::sha256};
    case KeyType::ed25519:
      return {Kind::ed25519};
    case KeyType::ed448:
      return {Kind::ed448};
    case KeyType::mldsa44:
      return {Kind::mldsa44};
    case KeyType::mldsa65:
      return {Kind::mldsa65};
    case KeyType::mldsa87:
      return {Kind::mldsa87};
    case KeyType::dsa:
      break;
  }
  throw std::logic_error("no test keys of this kind");
}

}  // namespace tlsock::test
