// RSA keys: PKCS#1 v1.5 and PSS signatures, and PKCS#1 v1.5 encryption of premaster secrets (RFC 8017).
#include <wolfssl/wolfcrypt/asn_public.h>
#include <wolfssl/wolfcrypt/rsa.h>

#include <algorithm>

#include "crypto/hmac_internal.h"
#include "crypto/keys_internal.h"
#include "crypto/number_internal.h"
#include "crypto/rsa_transport_internal.h"
#include "crypto/wolf_internal.h"

namespace tlsock {
namespace {

using Kind = SignatureAlgorithm::Kind;
using RsaObject = WolfObject<RsaKey, wc_FreeRsaKey>;

// Below 1024 bits keys have been factored; above 8192 wolfCrypt's numbers end, and verification becomes an attack.
constexpr std::size_t min_bits = 1024, max_bits = 8192, max_bytes = max_bits / 8;
// Every exponent in use is 3, 17 or 65537; the bound keeps verification fast.
constexpr std::size_t max_exponent_bytes = 8;

bool is_odd(Bytes magnitude) { return !magnitude.empty() && (magnitude.back() & 1); }

// Hashes that sign: MD5 is broken, and RFC 8017 has no SHAKE256 as we know it.
bool usable(HashAlgorithm hash) {
  return hash != HashAlgorithm::none && hash != HashAlgorithm::md5 && hash != HashAlgorithm::shake256;
}

int mgf_of(HashAlgorithm hash) {
  switch (hash) {
    case HashAlgorithm::sha1:
      return WC_MGF1SHA1;
    case HashAlgorithm::sha224:
      return WC_MGF1SHA224;
    case HashAlgorithm::sha256:
      return WC_MGF1SHA256;
    case HashAlgorithm::sha384:
      return WC_MGF1SHA384;
    case HashAlgorithm::sha512:
      return WC_MGF1SHA512;
    default:
      return WC_MGF1NONE;
  }
}

// DigestInfo of RFC 8017 §9.2. Before TLS 1.2 the bare hashes stand in its place (RFC 4346 §4.7).
struct DigestInfo {
  std::array<std::uint8_t, 128> data;
  std::size_t size;

  DigestInfo(HashAlgorithm hash, Bytes digest) : size(digest.size()) {
    if (hash == HashAlgorithm::md5_sha1)
      std::ranges::copy(digest, data.begin());
    else
      size = wc_EncodeSignature(data.data(), digest.data(), size32(digest.size()),
                                wc_HashGetOID(static_cast<wc_HashType>(wolf_hash_type(hash))));
  }
  Bytes bytes() const { return Bytes(data).first(size); }
};

// RsaPublic is a checked modulus and exponent, as slices of the canonical RSAPublicKey.
class RsaPublic final : public PublicKeyBase {
 public:
  RsaPublic(const KeyAlgorithm& algorithm, ByteString value)
      : PublicKeyBase(algorithm.info, std::move(value)), pss_min_salt_(algorithm.pss_min_salt) {
    DerReader outer(this->value());
    DerReader key = outer.nested(der::sequence);
    modulus_ = key.unsigned_integer();
    exponent_ = key.unsigned_integer();
  }

  using PublicKey::verify;
  Status verify(const SignatureAlgorithm& algorithm, Bytes message, Bytes signature) const override {
    if (!allows(algorithm)) return Error(Reason::BAD_SIGNATURE, "the key is of another kind");
    return verify_digest(algorithm, Hash::of(algorithm.hash, {message}), signature);
  }

  // allows tells whether the key, by its type and its PSS parameters, may be used so.
  bool allows(const SignatureAlgorithm& algorithm) const {
    if (!usable(algorithm.hash)) return false;
    if (algorithm.kind == Kind::rsa_pkcs1) return info().type == KeyType::rsa;
    if (algorithm.kind != Kind::rsa_pss || algorithm.hash == HashAlgorithm::md5_sha1 ||
        algorithm.salt_size > modulus_.size())
      return false;
    // RFC 4055 §3.1: the same hash, and a salt that is not shorter.
    return info().pss_hash == HashAlgorithm::none ||
           (info().pss_hash == algorithm.hash && algorithm.salt_size >= pss_min_salt_);
  }

  Status verify_digest(const SignatureAlgorithm& algorithm, const Digest& digest, Bytes signature) const {
    // RFC 8017 §8.1.2, §8.2.2: exactly as long as the modulus, and §5.2.2: less than it.
    if (signature.size() != modulus_.size() || !std::ranges::lexicographical_compare(signature, modulus_))
      return Error(Reason::BAD_SIGNATURE);
    RsaObject key;
    TRY(decode_into(key));
    return algorithm.kind == Kind::rsa_pkcs1 ? verify_pkcs1(key, algorithm.hash, digest, signature)
                                             : verify_pss(key, algorithm, digest, signature);
  }

  Result<ByteString> encrypt_premaster(Bytes premaster, Rng& rng) const override {
    if (info().type != KeyType::rsa) return PublicKey::encrypt_premaster(premaster, rng);
    const auto encoded = TRY(encode_premaster(premaster, size(), rng));
    RsaObject key;
    TRY(decode_into(key));
    ByteString ciphertext(size());
    word32 ciphertext_size = size32(size());
    TRY(check(wc_RsaDirect(encoded.bytes().data(), size32(size()), ciphertext.data(), &ciphertext_size, key.get(),
                           RSA_PUBLIC_ENCRYPT, nullptr)));
    if (ciphertext_size != size()) return Error(Reason::CRYPTO_FAILURE, "RSA");
    return ciphertext;
  }

  std::size_t size() const { return modulus_.size(); }
  Bytes modulus() const { return modulus_; }
  Bytes exponent() const { return exponent_; }

 private:
  Status decode_into(RsaObject& key) const {
    must(wc_InitRsaKey_ex(key.get(), nullptr, INVALID_DEVID));
    return check(wc_RsaPublicKeyDecodeRaw(modulus_.data(), size32(modulus_.size()), exponent_.data(),
                                          size32(exponent_.size()), key.get()));
  }

  // verify_pkcs1 compares with the one right encoding, rather than to read what the signer may have written.
  static Status verify_pkcs1(RsaObject& key, HashAlgorithm hash, const Digest& digest, Bytes signature) {
    const DigestInfo digest_info(hash, digest);
    const std::size_t size = signature.size();
    // RFC 8017 §9.2: at least eight bytes of padding.
    if (size < digest_info.size + 11) return Error(Reason::BAD_SIGNATURE);
    std::array<std::uint8_t, max_bytes> expected, found;
    expected.fill(0xff);
    expected[0] = 0;
    expected[1] = 1;
    expected[size - digest_info.size - 1] = 0;
    std::ranges::copy(digest_info.bytes(), MutBytes(expected).subspan(size - digest_info.size).begin());
    word32 found_size = size32(size);
    TRY(check(
        wc_RsaDirect(signature.data(), size32(size), found.data(), &found_size, key.get(), RSA_PUBLIC_DECRYPT, nullptr),
        Reason::BAD_SIGNATURE));
    if (found_size != size || !equal(Bytes(expected).first(size), Bytes(found).first(size)))
      return Error(Reason::BAD_SIGNATURE);
    return {};
  }

  Status verify_pss(RsaObject& key, const SignatureAlgorithm& algorithm, const Digest& digest, Bytes signature) const {
    const auto hash = static_cast<wc_HashType>(wolf_hash_type(algorithm.hash));
    const int salt_size = static_cast<int>(algorithm.salt_size);
    std::array<std::uint8_t, max_bytes> encoded;
    const int encoded_size =
        wc_RsaPSS_Verify_ex(signature.data(), size32(signature.size()), encoded.data(), size32(encoded.size()), hash,
                            mgf_of(algorithm.hash), salt_size, key.get());
    TRY(check(encoded_size, Reason::BAD_SIGNATURE));
    const int code = wc_RsaPSS_CheckPadding_ex2(digest.data.data(), size32(digest.size), encoded.data(),
                                                static_cast<word32>(encoded_size), hash, salt_size,
                                                static_cast<int>(info().bits), nullptr);
    if (encoded_size == 0 || code != 0) return Error(Reason::BAD_SIGNATURE);
    return {};
  }

  const std::size_t pss_min_salt_;
  Bytes modulus_, exponent_;
};

std::shared_ptr<const RsaPublic> make_public(KeyAlgorithm algorithm, Bytes modulus, Bytes exponent) {
  algorithm.info.bits = bit_size(modulus);
  if (algorithm.info.bits < min_bits || algorithm.info.bits > max_bits || !is_odd(modulus)) return nullptr;
  if (exponent.size() > max_exponent_bytes || !is_odd(exponent) || load_be(exponent) < 3) return nullptr;
  return std::make_shared<RsaPublic>(algorithm,
                                     der_element(der::sequence, {der_unsigned(modulus), der_unsigned(exponent)}));
}

// RsaPrivate keeps its numbers in one wiped buffer and decodes them for each signature: that is 2 µs of 800, and so
// threads share nothing.
class RsaPrivate final : public PrivateKeyBase {
 public:
  struct Numbers {
    Bytes d, p, q, dp, dq, coefficient;
  };

  RsaPrivate(std::shared_ptr<const RsaPublic> public_key, SecretBytes der, const Numbers& numbers)
      : PrivateKeyBase(public_key), public_(std::move(public_key)), der_(std::move(der)), numbers_(numbers) {}

  Status decode_into(RsaObject& key) const {
    must(wc_InitRsaKey_ex(key.get(), nullptr, INVALID_DEVID));
    const auto& [d, p, q, dp, dq, coefficient] = numbers_;
    const Bytes n = public_->modulus(), e = public_->exponent();
    return check(wc_RsaPrivateKeyDecodeRaw(n.data(), size32(n.size()), e.data(), size32(e.size()), d.data(),
                                           size32(d.size()), coefficient.data(), size32(coefficient.size()), p.data(),
                                           size32(p.size()), q.data(), size32(q.size()), dp.data(), size32(dp.size()),
                                           dq.data(), size32(dq.size()), key.get()),
                 Reason::BAD_PRIVATE_KEY);
  }

  // consistent tells whether n = p·q. The other numbers are put to the test by each signature.
  bool consistent() const {
    RsaObject key;
    if (!decode_into(key)) return false;
    const auto product = std::make_unique<mp_int>();
    must(mp_init(product.get()));
    return mp_mul(&key->p, &key->q, product.get()) == MP_OKAY && mp_cmp(product.get(), &key->n) == MP_EQ;
  }

  Result<ByteString> sign(const SignatureAlgorithm& algorithm, Bytes message) const override {
    if (!public_->allows(algorithm)) return Error(Reason::WRONG_SIGNATURE_TYPE, "RSA");
    const Digest digest = Hash::of(algorithm.hash, {message});
    RsaObject key;
    TRY(decode_into(key));
    WC_RNG* rng = TRY(thread_rng());
    TRY(check(wc_RsaSetRNG(key.get(), rng)));
    ByteString signature(public_->size());
    int size;
    if (algorithm.kind == Kind::rsa_pkcs1) {
      const DigestInfo digest_info(algorithm.hash, digest);
      size = wc_RsaSSL_Sign(digest_info.data.data(), size32(digest_info.size), signature.data(),
                            size32(signature.size()), key.get(), rng);
    } else {
      size = wc_RsaPSS_Sign_ex(digest.data.data(), size32(digest.size), signature.data(), size32(signature.size()),
                               static_cast<wc_HashType>(wolf_hash_type(algorithm.hash)), mgf_of(algorithm.hash),
                               static_cast<int>(algorithm.salt_size), key.get(), rng);
    }
    TRY(check(size, Reason::KEY_OPERATION_FAILED, "RSA"));
    // A signature that was made with a fault in one half of the Chinese remainder gives the key away.
    if (static_cast<std::size_t>(size) != signature.size() || !public_->verify_digest(algorithm, digest, signature))
      return Error(Reason::KEY_OPERATION_FAILED, "RSA");
    return signature;
  }

  Result<Secret> decrypt_premaster(Bytes ciphertext, std::uint16_t client_version, Rng& rng) const override {
    if (info().type != KeyType::rsa) return PrivateKey::decrypt_premaster(ciphertext, client_version, rng);
    // RFC 5246 §7.4.7.1: it exists before there is a plaintext.
    Secret random(premaster_size);
    TRY(rng.fill(random.bytes()));
    // Who sent such a ciphertext knows that he did.
    if (!can_be_ciphertext(ciphertext)) return random;
    const auto encoded = TRY(decrypt_raw(ciphertext));
    return decode_premaster(encoded, client_version, random);
  }

 private:
  // can_be_ciphertext: RFC 8017 §7.2.2; and wolfCrypt does nothing for 0, 1 and n - 1, which stay themselves.
  bool can_be_ciphertext(Bytes ciphertext) const {
    const Bytes n = public_->modulus();
    if (ciphertext.size() != n.size() || bit_size(ciphertext) < 2) return false;
    ByteString before_n = copy(n);
    before_n.back() &= 0xfe;
    return std::ranges::lexicographical_compare(ciphertext, before_n);
  }

  Result<SecretBytes> decrypt_raw(Bytes ciphertext) const {
    RsaObject key;
    TRY(decode_into(key));
    WC_RNG* rng = TRY(thread_rng());
    TRY(check(wc_RsaSetRNG(key.get(), rng)));
    SecretBytes encoded(public_->size());
    word32 size = size32(encoded.size());
    TRY(check(wc_RsaDirect(ciphertext.data(), size32(ciphertext.size()), encoded.bytes().data(), &size, key.get(),
                           RSA_PRIVATE_DECRYPT, rng),
              Reason::KEY_OPERATION_FAILED, "RSA"));
    if (size != encoded.size()) return Error(Reason::KEY_OPERATION_FAILED, "RSA");
    return encoded;
  }

  const std::shared_ptr<const RsaPublic> public_;
  const SecretBytes der_;
  const Numbers numbers_;  // slices of der_
};

}  // namespace

PublicKeyResult load_rsa_public(const KeyAlgorithm& algorithm, Bytes bits) {
  DerReader outer(bits);
  DerReader key = outer.nested(der::sequence);
  const Bytes modulus = key.unsigned_integer(), exponent = key.unsigned_integer();
  if (!key.finish() || !outer.finish()) return Error(Reason::BAD_CERTIFICATE, "RSAPublicKey");
  auto loaded = make_public(algorithm, modulus, exponent);
  if (!loaded) return Error(Reason::BAD_CERTIFICATE, "RSAPublicKey: modulus or exponent out of range");
  return std::shared_ptr<const PublicKey>(std::move(loaded));
}

PrivateKeyResult load_rsa_private(const KeyAlgorithm& algorithm, Bytes key, std::optional<Bytes> public_bits) {
  SecretBytes copy(key);
  DerReader outer(copy.bytes());
  DerReader fields = outer.nested(der::sequence);
  const auto version = fields.small_unsigned();
  const Bytes modulus = fields.unsigned_integer(), exponent = fields.unsigned_integer();
  const Bytes d = fields.unsigned_integer(), p = fields.unsigned_integer(), q = fields.unsigned_integer();
  const Bytes dp = fields.unsigned_integer(), dq = fields.unsigned_integer(), coefficient = fields.unsigned_integer();
  // RFC 8017 §A.1.2: version 1 has more than two primes.
  if (!fields.finish() || !outer.finish() || version != 0u) return Error(Reason::BAD_PRIVATE_KEY, "RSAPrivateKey");
  const bool sizes_fit = is_odd(p) && is_odd(q) && !d.empty() && !dp.empty() && !dq.empty() && !coefficient.empty() &&
                         d.size() <= modulus.size() && p.size() < modulus.size() && q.size() < modulus.size() &&
                         dp.size() <= p.size() && dq.size() <= q.size() && coefficient.size() <= p.size();
  auto public_key = make_public(algorithm, modulus, exponent);
  if (!public_key || !sizes_fit) return Error(Reason::BAD_PRIVATE_KEY, "RSAPrivateKey: a number out of range");
  if (public_bits && !equal(*public_bits, public_key->value()))
    return Error(Reason::BAD_PRIVATE_KEY, "RSAPrivateKey: another public key");
  auto loaded = std::make_shared<RsaPrivate>(std::move(public_key), std::move(copy),
                                             RsaPrivate::Numbers{d, p, q, dp, dq, coefficient});
  if (!loaded->consistent()) return Error(Reason::BAD_PRIVATE_KEY, "RSAPrivateKey: its numbers do not fit together");
  return std::shared_ptr<const PrivateKey>(std::move(loaded));
}

}  // namespace tlsock
