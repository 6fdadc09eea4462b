// EncryptedPrivateKeyInfo: PBES2 with PBKDF2 or scrypt (RFC 8018, RFC 7914), and older schemes by way of wolfCrypt.
#include <wolfssl/wolfcrypt/asn_public.h>
#include <wolfssl/wolfcrypt/pwdbased.h>

#include <algorithm>
#include <bit>

#include "crypto/cbc_internal.h"
#include "crypto/der.h"
#include "crypto/hmac_internal.h"
#include "crypto/signature.h"
#include "crypto/wolf_internal.h"

namespace tlsock {
namespace {

// A file must not be able to keep us busy for minutes: common tools write 2048 to 600,000 rounds.
constexpr std::uint64_t max_iterations = 10'000'000;
// scrypt needs 128·N·r bytes; OpenSSL writes N = 16384, r = 8, which is 16 MiB.
constexpr std::uint64_t max_scrypt_memory = 256 << 20, max_scrypt_parallel = 16;
constexpr std::size_t max_salt_size = 1024;

constexpr std::uint8_t pbes2[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d};
constexpr std::uint8_t pbkdf2[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c};
constexpr std::uint8_t scrypt[] = {0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x04, 0x0b};
// 1.2.840.113549.2.n
constexpr std::uint8_t hmac_prefix[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02};

constexpr std::uint8_t aes_128_oid[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x02};
constexpr std::uint8_t aes_192_oid[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x16};
constexpr std::uint8_t aes_256_oid[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a};
constexpr std::uint8_t des_ede3_oid[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x03, 0x07};
struct CipherRow {
  Bytes oid;
  CbcCipher cipher;
};
constexpr CipherRow ciphers[] = {
    {aes_128_oid, aes_128_cbc}, {aes_192_oid, aes_192_cbc}, {aes_256_oid, aes_256_cbc}, {des_ede3_oid, des_ede3_cbc}};

// Password is never a null pointer, which wolfCrypt refuses.
struct Password {
  Bytes bytes;
  explicit Password(Bytes password) : bytes(password.empty() ? as_bytes("") : password) {}
  const byte* data() const { return bytes.data(); }
  int size() const { return static_cast<int>(size32(bytes.size())); }
};

Error malformed(const char* detail, std::source_location where = std::source_location::current()) {
  return Error(Reason::BAD_PRIVATE_KEY, detail, where);
}
Error unsupported(const char* detail, Bytes oid, std::source_location where = std::source_location::current()) {
  return Error(Reason::UNSUPPORTED_ALGORITHM, detail, where).with("algorithm", oid_text(oid));
}

// prf_of is the hash of hmacWithSHA1 and its like (RFC 8018 §B.1).
HashAlgorithm prf_of(Bytes oid) {
  if (oid.size() != sizeof hmac_prefix + 1 || !equal(oid.first(sizeof hmac_prefix), hmac_prefix))
    return HashAlgorithm::none;
  switch (oid.back()) {
    case 7:
      return HashAlgorithm::sha1;
    case 8:
      return HashAlgorithm::sha224;
    case 9:
      return HashAlgorithm::sha256;
    case 10:
      return HashAlgorithm::sha384;
    case 11:
      return HashAlgorithm::sha512;
    default:
      return HashAlgorithm::none;
  }
}

Result<Secret> derive_pbkdf2(DerReader parameters, const Password& password, std::size_t size) {
  const Bytes salt = parameters.element(der::octet_string);
  const auto iterations = parameters.small_unsigned();
  std::optional<std::uint64_t> key_size = size;
  if (parameters.peek_tag() == der::integer) key_size = parameters.small_unsigned();
  HashAlgorithm prf = HashAlgorithm::sha1;
  if (parameters.peek_tag() == der::sequence) {
    DerReader identifier = parameters.nested(der::sequence);
    const Bytes oid = identifier.oid();
    if (identifier.peek_tag() == der::null) identifier.null();
    if (!identifier.finish()) return malformed("PBKDF2-params");
    prf = prf_of(oid);
    if (prf == HashAlgorithm::none) return unsupported("PBKDF2-params", oid);
  }
  if (!parameters.finish() || salt.empty() || salt.size() > max_salt_size || key_size != size || *iterations == 0)
    return malformed("PBKDF2-params");
  if (*iterations > max_iterations) return malformed("PBKDF2-params: too many rounds");
  Secret key(size);
  TRY(check(wc_PBKDF2(key.bytes().data(), password.data(), password.size(), salt.data(), static_cast<int>(salt.size()),
                      static_cast<int>(*iterations), static_cast<int>(size), wolf_hash_type(prf))));
  return key;
}

Result<Secret> derive_scrypt(DerReader parameters, const Password& password, std::size_t size) {
  const Bytes salt = parameters.element(der::octet_string);
  const auto cost = parameters.small_unsigned(), block = parameters.small_unsigned();
  const auto parallel = parameters.small_unsigned();
  std::optional<std::uint64_t> key_size = size;
  if (parameters.peek_tag() == der::integer) key_size = parameters.small_unsigned();
  if (!parameters.finish() || salt.size() > max_salt_size || key_size != size || *cost < 2 ||
      !std::has_single_bit(*cost))
    return malformed("scrypt-params");
  const bool bounded = *block >= 1 && *block <= max_scrypt_memory / 128 && *cost <= max_scrypt_memory / 128 / *block &&
                       *parallel >= 1 && *parallel <= max_scrypt_parallel;
  if (!bounded) return malformed("scrypt-params: too much work");
  Secret key(size);
  TRY(check(wc_scrypt(key.bytes().data(), password.data(), password.size(), salt.data(), static_cast<int>(salt.size()),
                      std::countr_zero(*cost), static_cast<int>(*block), static_cast<int>(*parallel),
                      static_cast<int>(size))));
  return key;
}

Result<SecretBytes> decrypt_pbes2(DerReader parameters, Bytes body, const Password& password) {
  DerReader kdf = parameters.nested(der::sequence), scheme = parameters.nested(der::sequence);
  const Bytes kdf_oid = kdf.oid(), cipher_oid = scheme.oid();
  const DerReader kdf_parameters = kdf.nested(der::sequence);
  if (!parameters.finish() || !kdf.finish() || scheme.failed()) return malformed("PBES2-params");
  const auto row =
      std::ranges::find_if(ciphers, [&](const CipherRow& cipher) { return equal(cipher.oid, cipher_oid); });
  if (row == std::end(ciphers)) return unsupported("PBES2-params", cipher_oid);
  const Bytes iv = scheme.element(der::octet_string);
  if (!scheme.finish() || iv.size() != row->cipher.block_size) return malformed("PBES2-params");
  const std::size_t size = row->cipher.key_size;
  if (equal(kdf_oid, pbkdf2))
    return decrypt_cbc(row->cipher, TRY(derive_pbkdf2(kdf_parameters, password, size)), iv, body);
  if (equal(kdf_oid, scrypt))
    return decrypt_cbc(row->cipher, TRY(derive_scrypt(kdf_parameters, password, size)), iv, body);
  return unsupported("PBES2-params", kdf_oid);
}

// decrypt_older opens the PBES1 and PKCS#12 forms that wolfCrypt has.
Result<SecretBytes> decrypt_older(Bytes der, DerReader parameters, Bytes oid, const Password& password) {
  parameters.element(der::octet_string);
  const auto iterations = parameters.small_unsigned();
  if (!parameters.finish() || *iterations == 0) return malformed("PBEParameter");
  if (*iterations > max_iterations) return malformed("PBEParameter: too many rounds");
  SecretBytes buffer(der);
  const int size = wc_DecryptPKCS8Key(buffer.bytes().data(), size32(buffer.size()),
                                      reinterpret_cast<const char*>(password.data()), password.size());
  if (size == ALGO_ID_E || size == ASN_UNKNOWN_OID_E) return unsupported("EncryptedPrivateKeyInfo", oid);
  TRY(check(size, Reason::BAD_PASSWORD));
  buffer.truncate(static_cast<std::size_t>(size));
  return buffer;
}

// looks_like_pkcs8 tells a key from what a wrong password gives.
bool looks_like_pkcs8(Bytes der) {
  DerReader outer(der);
  DerReader fields = outer.nested(der::sequence);
  fields.small_unsigned();
  fields.element(der::sequence);
  fields.element(der::octet_string);
  return outer.finish() && !fields.failed();
}

}  // namespace

Result<SecretBytes> PrivateKey::decrypt(Bytes der, Bytes password) {
  DerReader outer(der);
  DerReader info = outer.nested(der::sequence);
  DerReader algorithm = info.nested(der::sequence);
  const Bytes body = info.element(der::octet_string);
  const Bytes oid = algorithm.oid();
  const DerReader parameters = algorithm.nested(der::sequence);
  if (!outer.finish() || !info.finish() || !algorithm.finish()) return malformed("EncryptedPrivateKeyInfo");
  ensure_crypto();
  const Password text(password);
  auto key = equal(oid, pbes2) ? decrypt_pbes2(parameters, body, text) : decrypt_older(der, parameters, oid, text);
  if (key && !looks_like_pkcs8(*key)) return Error(Reason::BAD_PASSWORD);
  return key;
}

}  // namespace tlsock
