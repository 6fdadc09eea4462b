// DSA keys, which only verify: old certificates have them.
#include <wolfssl/wolfcrypt/dsa.h>

#include <algorithm>
#include <bit>

#include "crypto/keys_internal.h"
#include "crypto/wolf_internal.h"

namespace tlsock {
namespace {

using DsaObject = WolfObject<DsaKey, wc_FreeDsaKey>;

// FIPS 186-4 §4.2, and no more.
constexpr std::size_t min_p_bits = 1024, max_p_bits = 3072, min_q_bits = 160, max_q_bits = 256;

std::size_t bit_size(Bytes magnitude) {
  return magnitude.empty() ? 0 : 8 * magnitude.size() - static_cast<std::size_t>(std::countl_zero(magnitude[0]));
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
    if (algorithm.kind != SignatureAlgorithm::Kind::dsa || digest_size(algorithm.hash) < 20)
      return Error(Reason::BAD_SIGNATURE, "the key is of another kind");
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

}  // namespace

PublicKeyResult load_dsa_public(const KeyAlgorithm& algorithm, Bytes bits) {
  DerReader parameters(algorithm.dsa_parameters), outer(bits);
  const DsaNumbers numbers{parameters.unsigned_integer(), parameters.unsigned_integer(), parameters.unsigned_integer(),
                           outer.unsigned_integer()};
  const auto& [p, q, g, y] = numbers;
  const std::size_t p_bits = bit_size(p), q_bits = bit_size(q);
  const bool sizes_fit = p_bits >= min_p_bits && p_bits <= max_p_bits && q_bits >= min_q_bits && q_bits <= max_q_bits &&
                         q_bits % 8 == 0 && !g.empty() && g.size() <= p.size() && !y.empty() && y.size() <= p.size();
  if (!parameters.finish() || !outer.finish() || !sizes_fit) return Error(Reason::BAD_CERTIFICATE, "DSA public key");
  KeyInfo info = algorithm.info;
  info.bits = p_bits;
  auto loaded = std::make_shared<DsaPublic>(
      info, der_element(der::sequence, {der_unsigned(p), der_unsigned(q), der_unsigned(g), der_unsigned(y)}));
  if (!loaded->well_formed()) return Error(Reason::BAD_CERTIFICATE, "DSA public key");
  return std::shared_ptr<const PublicKey>(std::move(loaded));
}

}  // namespace tlsock
