// X25519, X448 and ECDH on the Weierstrass curves.
#include <wolfssl/wolfcrypt/curve25519.h>
#include <wolfssl/wolfcrypt/curve448.h>
#include <wolfssl/wolfcrypt/ecc.h>

#include <algorithm>

#include "crypto/ec_internal.h"
#include "crypto/key_exchange_internal.h"
#include "crypto/wolf_internal.h"

namespace tlsock {
namespace {

Error bad_share(const Group& group, std::source_location where = std::source_location::current()) {
  return Error(Reason::BAD_ECPOINT, name(group.name).data(), where);
}

// Each of these tells Montgomery about one curve.
struct X25519 {
  static constexpr std::size_t size = CURVE25519_KEYSIZE;
  using Key = WolfObject<curve25519_key, wc_curve25519_free>;

  static constexpr auto prime = [] {
    std::array<std::uint8_t, size> bytes{};
    bytes.fill(0xff);
    bytes.front() = 0xed;
    bytes.back() = 0x7f;
    return bytes;
  }();
  // RFC 7748 §5: the bits that a private key has, and those that a share has.
  static void clamp(MutBytes private_key) {
    private_key.front() &= 248;
    private_key.back() = static_cast<std::uint8_t>((private_key.back() & 127) | 64);
  }
  static void mask(MutBytes share) { share.back() &= 127; }

  static int init(Key& key) { return wc_curve25519_init_ex(key.get(), nullptr, INVALID_DEVID); }
  static int make(Key& key, WC_RNG* rng) { return wc_curve25519_make_key(rng, size, key.get()); }
  static int export_public(Key& key, std::uint8_t* to, word32* to_size) {
    return wc_curve25519_export_public_ex(key.get(), to, to_size, EC25519_LITTLE_ENDIAN);
  }
  static int import_public(Key& key, Bytes share) {
    return wc_curve25519_import_public_ex(share.data(), size, key.get(), EC25519_LITTLE_ENDIAN);
  }
  static int derive(Bytes private_key, MutBytes share) {
    return wc_curve25519_make_pub(size, share.data(), size, private_key.data());
  }
  static int import_private(Key& key, Bytes private_key, Bytes share) {
    return wc_curve25519_import_private_raw_ex(private_key.data(), size, share.data(), size, key.get(),
                                               EC25519_LITTLE_ENDIAN);
  }
  static int set_rng([[maybe_unused]] Key& key, [[maybe_unused]] WC_RNG* rng) {
#ifdef WOLFSSL_CURVE25519_BLINDING
    return wc_curve25519_set_rng(key.get(), rng);
#else
    return 0;
#endif
  }
  static int agree(Key& own, Key& peer, std::uint8_t* to, word32* to_size) {
    return wc_curve25519_shared_secret_ex(own.get(), peer.get(), to, to_size, EC25519_LITTLE_ENDIAN);
  }
};

struct X448 {
  static constexpr std::size_t size = CURVE448_KEY_SIZE;
  using Key = WolfObject<curve448_key, wc_curve448_free>;

  static constexpr auto prime = [] {
    std::array<std::uint8_t, size> bytes{};
    bytes.fill(0xff);
    bytes[size / 2] = 0xfe;
    return bytes;
  }();
  static void clamp(MutBytes private_key) {
    private_key.front() &= 252;
    private_key.back() |= 128;
  }
  static void mask(MutBytes) {}

  static int init(Key& key) { return wc_curve448_init(key.get()); }
  static int make(Key& key, WC_RNG* rng) { return wc_curve448_make_key(rng, size, key.get()); }
  static int export_public(Key& key, std::uint8_t* to, word32* to_size) {
    return wc_curve448_export_public_ex(key.get(), to, to_size, EC448_LITTLE_ENDIAN);
  }
  static int import_public(Key& key, Bytes share) {
    return wc_curve448_import_public_ex(share.data(), size, key.get(), EC448_LITTLE_ENDIAN);
  }
  static int derive(Bytes private_key, MutBytes share) {
    return wc_curve448_make_pub(size, share.data(), size, private_key.data());
  }
  static int import_private(Key& key, Bytes private_key, Bytes share) {
    return wc_curve448_import_private_raw_ex(private_key.data(), size, share.data(), size, key.get(),
                                             EC448_LITTLE_ENDIAN);
  }
  static int set_rng(Key&, WC_RNG*) { return 0; }
  static int agree(Key& own, Key& peer, std::uint8_t* to, word32* to_size) {
    return wc_curve448_shared_secret_ex(own.get(), peer.get(), to, to_size, EC448_LITTLE_ENDIAN);
  }
};

// reduce brings a little-endian u-coordinate below the prime: RFC 7748 §5 wants larger ones to be taken for what they
// are modulo p, and wolfCrypt refuses them. Shares are public.
template <std::size_t size>
void reduce(std::array<std::uint8_t, size>& value, const std::array<std::uint8_t, size>& prime) {
  const auto less = [&] {
    return std::lexicographical_compare(value.rbegin(), value.rend(), prime.rbegin(), prime.rend());
  };
  while (!less()) {
    int borrow = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const int difference = value[i] - prime[i] - borrow;
      value[i] = static_cast<std::uint8_t>(difference);
      borrow = difference < 0;
    }
  }
}

template <class Family>
class Montgomery final : public KeyExchange {
 public:
  explicit Montgomery(const Group& group) : group_(group) { must(Family::init(key_)); }

  Status generate() {
    TRY(check(Family::make(key_, TRY(thread_rng()))));
    word32 size = Family::size;
    return check(Family::export_public(key_, share_.data(), &size));
  }
  Status load(Bytes private_key) {
    if (private_key.size() != Family::size) return bad_share(group_);
    SecretBytes clamped(private_key);
    Family::clamp(clamped.bytes());
    TRY(check(Family::derive(clamped, share_)));
    return check(Family::import_private(key_, clamped, share_));
  }

  NamedGroup group() const override { return group_.name; }
  Bytes share() const override { return share_; }

  Result<SharedSecret> agree(Bytes server_share) override {
    if (server_share.size() != Family::size) return bad_share(group_);
    std::array<std::uint8_t, Family::size> value;
    std::ranges::copy(server_share, value.begin());
    Family::mask(value);
    reduce(value, Family::prime);
    typename Family::Key peer;
    must(Family::init(peer));
    TRY(check(Family::import_public(peer, value), Reason::BAD_ECPOINT));
    TRY(check(Family::set_rng(key_, TRY(thread_rng()))));
    SharedSecret secret(Family::size);
    word32 size = Family::size;
    // RFC 8446 §7.4.2: the all-zero secret is an error here.
    TRY(check(Family::agree(key_, peer, secret.bytes().data(), &size), Reason::BAD_ECPOINT));
    return secret;
  }

 private:
  const Group& group_;
  typename Family::Key key_;
  std::array<std::uint8_t, Family::size> share_{};
};

using EccKey = WolfObject<ecc_key, wc_ecc_free>;

class Ecdh final : public KeyExchange {
 public:
  explicit Ecdh(const Group& group) : group_(group), share_(group.client_share) {
    must(wc_ecc_init_ex(key_.get(), nullptr, INVALID_DEVID));
  }

  Status generate() {
    TRY(check(wc_ecc_make_key_ex(TRY(thread_rng()), static_cast<int>(group_.secret), key_.get(), group_.wolf_id)));
    return export_share();
  }
  Status load(Bytes private_key) {
    TRY(check(wc_ecc_import_private_key_ex(private_key.data(), size32(private_key.size()), nullptr, 0, key_.get(),
                                           group_.wolf_id)));
    TRY(check(wc_ecc_make_pub_ex(key_.get(), nullptr, TRY(thread_rng()))));
    return export_share();
  }

  NamedGroup group() const override { return group_.name; }
  Bytes share() const override { return share_; }

  Result<SharedSecret> agree(Bytes server_share) override {
    return agree_on_curve(key_.get(), server_share, name(group_.name).data());
  }

 private:
  Status export_share() {
    word32 size = size32(share_.size());
    TRY(check(wc_ecc_export_x963(key_.get(), share_.data(), &size)));
    if (size != share_.size()) return Error(Reason::CRYPTO_FAILURE, name(group_.name).data());
    return {};
  }

  const Group& group_;
  EccKey key_;
  ByteString share_;
};

template <class Family>
Result<std::unique_ptr<KeyExchange>> generate(const Group& group) {
  auto key = std::make_unique<Family>(group);
  TRY(key->generate());
  return std::unique_ptr<KeyExchange>(std::move(key));
}

template <class Family>
Result<std::unique_ptr<KeyExchange>> load(const Group& group, Bytes private_key) {
  auto key = std::make_unique<Family>(group);
  TRY(key->load(private_key));
  return std::unique_ptr<KeyExchange>(std::move(key));
}

}  // namespace

Result<std::unique_ptr<KeyExchange>> generate_x25519(const Group& group) { return generate<Montgomery<X25519>>(group); }
Result<std::unique_ptr<KeyExchange>> generate_x448(const Group& group) { return generate<Montgomery<X448>>(group); }
Result<std::unique_ptr<KeyExchange>> generate_ecdh(const Group& group) { return generate<Ecdh>(group); }
Result<std::unique_ptr<KeyExchange>> import_x25519(const Group& group, Bytes private_key) {
  return load<Montgomery<X25519>>(group, private_key);
}
Result<std::unique_ptr<KeyExchange>> import_x448(const Group& group, Bytes private_key) {
  return load<Montgomery<X448>>(group, private_key);
}
Result<std::unique_ptr<KeyExchange>> import_ecdh(const Group& group, Bytes private_key) {
  return load<Ecdh>(group, private_key);
}

}  // namespace tlsock
