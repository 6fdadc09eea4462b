// DSA keys: for old certificates, and for the DHE_DSS suites of TLS 1.2 and before.
#include <wolfssl/wolfcrypt/dsa.h>

#include <algorithm>

#include "crypto/keys_internal.h"
#include "crypto/number_internal.h"
#include "crypto/wolf_internal.h"

namespace tlsock {
namespace {

using DsaObject = WolfObject<DsaKey, wc_FreeDsaKey>;

// FIPS 186-4 §4.2, and no more.
constexpr std::size_t min_p_bits = 1024, max_p_bits = 3072, min_q_bits = 160, max_q_bits = 256;

// RFC 4346 §7.4.3: before TLS 1.2, DSA signs SHA-1 alone where RSA signs MD5 and SHA-1.
bool usable(const SignatureAlgorithm& algorithm) {
  return algorithm.kind == SignatureAlgorithm::Kind::dsa && digest_size(algorithm.hash) >= 20 &&
         algorithm.hash != HashAlgorithm::md5_sha1 && algorithm.hash != HashAlgorithm::shake256;
}

struct DsaNumbers {
  Bytes p, q, g, y;
};

class DsaPublic final : public PublicKeyBase {
 public:
  DsaPublic(const KeyInfo& info, ByteString value) : PublicKeyBase(info, std::move(value)) {
    DerReader outer(this->value());
    DerReader fields = outer.nested(der::sequence);
    numbers_ = {fields.unsigned_integer(), fields.unsigned_integer(), fields.unsigned_integer(),
                fields.unsigned_integer()};
  }

  using PublicKey::verify;
  Status verify(const SignatureAlgorithm& algorithm, Bytes message, Bytes signature) const override {
    if (!usable(algorithm)) return Error(Reason::BAD_SIGNATURE, "the key is of another kind");
    const auto pair = read_signature_pair(signature);
    const std::size_t q_size = numbers_.q.size();
    if (!pair || pair->r.size() > q_size || pair->s.size() > q_size) return Error(Reason::BAD_SIGNATURE);
    ByteString raw(2 * q_size);
    std::ranges::copy(pair->r, MutBytes(raw).first(q_size).last(pair->r.size()).begin());
    std::ranges::copy(pair->s, MutBytes(raw).last(pair->s.size()).begin());
    const Digest digest = Hash::of(algorithm.hash, {message});
    DsaObject key;
    must(wc_InitDsaKey(key.get()));
    TRY(load(key));
    int good = 0;
    // FIPS 186-4 §4.7: the leftmost bits of the digest, as many as q has; q has whole bytes here.
    TRY(check(wc_DsaVerify_ex(digest.data.data(), size32(std::min(digest.size, q_size)), raw.data(), key.get(), &good),
              Reason::BAD_SIGNATURE));
    if (good != 1) return Error(Reason::BAD_SIGNATURE);
    return {};
  }

  // well_formed makes wolfCrypt look at parameters and public value.
  bool well_formed() const {
    DsaObject key;
    must(wc_InitDsaKey(key.get()));
    return load(key) && check(wc_DsaCheckPubKey(key.get()));
  }

  const DsaNumbers& numbers() const { return numbers_; }

 private:
  Status load(DsaObject& key) const {
    const auto read = [](mp_int* to, Bytes from) { return mp_read_unsigned_bin(to, from.data(), size32(from.size())); };
    if (read(&key->p, numbers_.p) != MP_OKAY || read(&key->q, numbers_.q) != MP_OKAY ||
        read(&key->g, numbers_.g) != MP_OKAY || read(&key->y, numbers_.y) != MP_OKAY)
      return Error(Reason::CRYPTO_FAILURE, "DSA");
    key->type = DSA_PUBLIC;
    return {};
  }

  DsaNumbers numbers_;
};

bool sizes_fit(const DsaNumbers& numbers) {
  const auto& [p, q, g, y] = numbers;
  const std::size_t p_bits = bit_size(p), q_bits = bit_size(q);
  return p_bits >= min_p_bits && p_bits <= max_p_bits && q_bits >= min_q_bits && q_bits <= max_q_bits &&
         q_bits % 8 == 0 && (p.back() & 1) && !g.empty() && g.size() <= p.size() && !y.empty() && y.size() <= p.size();
}

std::shared_ptr<const DsaPublic> make_public(KeyInfo info, const DsaNumbers& numbers) {
  if (!sizes_fit(numbers)) return nullptr;
  const auto& [p, q, g, y] = numbers;
  info.bits = bit_size(p);
  auto loaded = std::make_shared<DsaPublic>(
      info, der_element(der::sequence, {der_unsigned(p), der_unsigned(q), der_unsigned(g), der_unsigned(y)}));
  return loaded->well_formed() ? loaded : nullptr;
}

// random_below gives 0 < k < q.
Result<Number> random_below(const Number& q, std::size_t size) {
  SecretBytes bytes(size);
  for (;;) {
    TRY(system_rng().fill(bytes.bytes()));
    Number k(bytes);
    if (!k.is_zero() && k < q) return k;
  }
}

class DsaPrivate final : public PrivateKeyBase {
 public:
  DsaPrivate(std::shared_ptr<const DsaPublic> public_key, SecretBytes x)
      : PrivateKeyBase(public_key), public_(std::move(public_key)), x_(std::move(x)) {}

  Result<ByteString> sign(const SignatureAlgorithm& algorithm, Bytes message) const override {
    if (!usable(algorithm)) return Error(Reason::WRONG_SIGNATURE_TYPE, "DSA");
    const Digest digest = Hash::of(algorithm.hash, {message});
    auto signature = TRY(sign_digest(digest.bytes().first(std::min(digest.size, public_->numbers().q.size()))));
    // A faulty one may give the key away.
    if (!public_->verify(algorithm, message, signature)) return Error(Reason::KEY_OPERATION_FAILED, "DSA");
    return signature;
  }

 private:
  // sign_digest is FIPS 186-4 §4.6. wolfCrypt's own lets the number of bits of k show in its time, from which over many
  // signatures the key follows.
  Result<ByteString> sign_digest(Bytes z) const {
    const auto& numbers = public_->numbers();
    const std::size_t size = numbers.q.size();
    const Number p(numbers.p), q(numbers.q), g(numbers.g), x(x_);
    const Number k = TRY(random_below(q, size)), blind = TRY(random_below(q, size));
    const Number r = remainder(power_of_short(g, k, 8 * size, p), q);
    const auto inverse_k = inverse(product(k, blind, q), q);
    if (!inverse_k) return Error(Reason::KEY_OPERATION_FAILED, "DSA");
    // s = (z + x·r) / k, blinded.
    const Number blinded = sum(product(Number(z), *inverse_k, q), product(product(x, *inverse_k, q), r, q), q);
    const Number s = product(blinded, blind, q);
    if (r.is_zero() || s.is_zero()) return Error(Reason::KEY_OPERATION_FAILED, "DSA");
    return der_element(der::sequence, {der_unsigned(r.bytes(size)), der_unsigned(s.bytes(size))});
  }

  const std::shared_ptr<const DsaPublic> public_;
  const SecretBytes x_;
};

Error bad_key(std::source_location where = std::source_location::current()) {
  return Error(Reason::BAD_PRIVATE_KEY, "DSA private key", where);
}

// load_private takes the numbers without y, which is g^x; `is_ours` looks at the public key that stands beside it.
template <class Check>
PrivateKeyResult load_private(const KeyInfo& info, DsaNumbers numbers, Bytes x, Check is_ours) {
  numbers.y = numbers.g;
  if (!sizes_fit(numbers) || x.empty() || x.size() > numbers.q.size() || Number(x) >= Number(numbers.q))
    return bad_key();
  // g must be of order q before it can be raised to x.
  if (!make_public(info, numbers)) return bad_key();
  const SecretBytes y =
      power_of_short(Number(numbers.g), Number(x), 8 * numbers.q.size(), Number(numbers.p)).bytes(numbers.p.size());
  numbers.y = significant(y);
  auto public_key = make_public(info, numbers);
  if (!public_key || !is_ours(numbers.y)) return bad_key();
  return std::shared_ptr<const PrivateKey>(std::make_shared<DsaPrivate>(std::move(public_key), SecretBytes(x)));
}

}  // namespace

PublicKeyResult load_dsa_public(const KeyAlgorithm& algorithm, Bytes bits) {
  DerReader parameters(algorithm.dsa_parameters), outer(bits);
  const DsaNumbers numbers{parameters.unsigned_integer(), parameters.unsigned_integer(), parameters.unsigned_integer(),
                           outer.unsigned_integer()};
  if (!parameters.finish() || !outer.finish()) return Error(Reason::BAD_CERTIFICATE, "DSA public key");
  auto loaded = make_public(algorithm.info, numbers);
  if (!loaded) return Error(Reason::BAD_CERTIFICATE, "DSA public key");
  return std::shared_ptr<const PublicKey>(std::move(loaded));
}

PrivateKeyResult load_dsa_private(const KeyAlgorithm& algorithm, Bytes key, std::optional<Bytes> public_bits) {
  DerReader parameters(algorithm.dsa_parameters), outer(key);
  const DsaNumbers numbers{
      parameters.unsigned_integer(), parameters.unsigned_integer(), parameters.unsigned_integer(), {}};
  const Bytes x = outer.unsigned_integer();
  if (!parameters.finish() || !outer.finish()) return bad_key();
  return load_private(algorithm.info, numbers, x,
                      [&](Bytes y) { return !public_bits || equal(*public_bits, der_unsigned(y)); });
}

PrivateKeyResult load_dsa_traditional(Bytes der) {
  DerReader outer(der);
  DerReader fields = outer.nested(der::sequence);
  const auto version = fields.small_unsigned();
  const DsaNumbers numbers{fields.unsigned_integer(), fields.unsigned_integer(), fields.unsigned_integer(),
                           fields.unsigned_integer()};
  const Bytes x = fields.unsigned_integer();
  if (!fields.finish() || !outer.finish() || version != 0u) return bad_key();
  return load_private({.type = KeyType::dsa}, numbers, x, [&](Bytes y) { return equal(y, numbers.y); });
}

}  // namespace tlsock
