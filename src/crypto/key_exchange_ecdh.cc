// X25519, X448 and ECDH on the Weierstrass curves.
#include <wolfssl/wolfcrypt/curve25519.h>
#include <wolfssl/wolfcrypt/curve448.h>
#include <wolfssl/wolfcrypt/ecc.h>

#include <algorithm>

#include "crypto/key_exchange_internal.h"
#include "crypto/wolf_internal.h"

namespace tlsock {
namespace {

Error bad_share(const Group& group, std::source_location where = std::source_location::current()) {
  return Error(Reason::BAD_ECPOINT, name(group.name).data(), where);
}

using Curve25519Key = WolfObject<curve25519_key, wc_curve25519_free>;
using Curve448Key = WolfObject<curve448_key, wc_curve448_free>;
using EccKey = WolfObject<ecc_key, wc_ecc_free>;

class X25519 final : public KeyExchange {
 public:
  explicit X25519(const Group& group) : group_(group) {
    must(wc_curve25519_init_ex(key_.get(), nullptr, INVALID_DEVID));
  }

  Status generate() {
    TRY(check(wc_curve25519_make_key(TRY(thread_rng()), CURVE25519_KEYSIZE, key_.get())));
    return export_share();
  }
  Status load(Bytes private_key) {
    std::array<std::uint8_t, CURVE25519_KEYSIZE> clamped{};
    if (private_key.size() != clamped.size()) return bad_share(group_);
    std::ranges::copy(private_key, clamped.begin());
    // RFC 7748 §5.
    clamped.front() &= 248;
    clamped.back() = static_cast<std::uint8_t>((clamped.back() & 127) | 64);
    TRY(check(wc_curve25519_make_pub(CURVE25519_KEYSIZE, share_.data(), CURVE25519_KEYSIZE, clamped.data())));
    return check(wc_curve25519_import_private_raw_ex(clamped.data(), CURVE25519_KEYSIZE, share_.data(),
                                                     CURVE25519_KEYSIZE, key_.get(), EC25519_LITTLE_ENDIAN));
  }

  NamedGroup group() const override { return group_.name; }
  Bytes share() const override { return share_; }

  Result<SharedSecret> agree(Bytes server_share) override {
    if (server_share.size() != group_.server_share) return bad_share(group_);
    Curve25519Key peer;
    must(wc_curve25519_init_ex(peer.get(), nullptr, INVALID_DEVID));
    TRY(check(wc_curve25519_import_public_ex(server_share.data(), size32(server_share.size()), peer.get(),
                                             EC25519_LITTLE_ENDIAN),
              Reason::BAD_ECPOINT));
#ifdef WOLFSSL_CURVE25519_BLINDING
    TRY(check(wc_curve25519_set_rng(key_.get(), TRY(thread_rng()))));
#endif
    SharedSecret secret(group_.secret);
    word32 size = size32(secret.size());
    // RFC 8446 §7.4.2: the all-zero secret is an error here.
    TRY(check(
        wc_curve25519_shared_secret_ex(key_.get(), peer.get(), secret.bytes().data(), &size, EC25519_LITTLE_ENDIAN),
        Reason::BAD_ECPOINT));
    return secret;
  }

 private:
  Status export_share() {
    word32 size = size32(share_.size());
    return check(wc_curve25519_export_public_ex(key_.get(), share_.data(), &size, EC25519_LITTLE_ENDIAN));
  }

  const Group& group_;
  Curve25519Key key_;
  std::array<std::uint8_t, CURVE25519_KEYSIZE> share_{};
};

class X448 final : public KeyExchange {
 public:
  explicit X448(const Group& group) : group_(group) { must(wc_curve448_init(key_.get())); }

  Status generate() {
    TRY(check(wc_curve448_make_key(TRY(thread_rng()), CURVE448_KEY_SIZE, key_.get())));
    word32 size = size32(share_.size());
    return check(wc_curve448_export_public_ex(key_.get(), share_.data(), &size, EC448_LITTLE_ENDIAN));
  }
  Status load(Bytes private_key) {
    std::array<std::uint8_t, CURVE448_KEY_SIZE> clamped{};
    if (private_key.size() != clamped.size()) return bad_share(group_);
    std::ranges::copy(private_key, clamped.begin());
    // RFC 7748 §5.
    clamped.front() &= 252;
    clamped.back() |= 128;
    TRY(check(wc_curve448_make_pub(CURVE448_KEY_SIZE, share_.data(), CURVE448_KEY_SIZE, clamped.data())));
    return check(wc_curve448_import_private_raw_ex(clamped.data(), CURVE448_KEY_SIZE, share_.data(), CURVE448_KEY_SIZE,
                                                   key_.get(), EC448_LITTLE_ENDIAN));
  }

  NamedGroup group() const override { return group_.name; }
  Bytes share() const override { return share_; }

  Result<SharedSecret> agree(Bytes server_share) override {
    if (server_share.size() != group_.server_share) return bad_share(group_);
    Curve448Key peer;
    must(wc_curve448_init(peer.get()));
    TRY(check(
        wc_curve448_import_public_ex(server_share.data(), size32(server_share.size()), peer.get(), EC448_LITTLE_ENDIAN),
        Reason::BAD_ECPOINT));
    SharedSecret secret(group_.secret);
    word32 size = size32(secret.size());
    // RFC 8446 §7.4.2: the all-zero secret is an error here.
    TRY(check(wc_curve448_shared_secret_ex(key_.get(), peer.get(), secret.bytes().data(), &size, EC448_LITTLE_ENDIAN),
              Reason::BAD_ECPOINT));
    return secret;
  }

 private:
  const Group& group_;
  Curve448Key key_;
  std::array<std::uint8_t, CURVE448_KEY_SIZE> share_{};
};

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
    // RFC 8446 §4.2.8.2: uncompressed points only.
    constexpr std::uint8_t uncompressed = 4;
    if (server_share.size() != group_.server_share || server_share.front() != uncompressed) return bad_share(group_);
    EccKey peer;
    must(wc_ecc_init_ex(peer.get(), nullptr, INVALID_DEVID));
    // "Untrusted" checks that the point is on the curve, and not at infinity.
    TRY(check(wc_ecc_import_x963_ex2(server_share.data(), size32(server_share.size()), peer.get(), group_.wolf_id, 1),
              Reason::BAD_ECPOINT));
    TRY(check(wc_ecc_set_rng(key_.get(), TRY(thread_rng()))));
    SharedSecret secret(group_.secret);
    word32 size = size32(secret.size());
    TRY(check(wc_ecc_shared_secret(key_.get(), peer.get(), secret.bytes().data(), &size), Reason::BAD_ECPOINT));
    // RFC 8446 §7.4.2: the x-coordinate with its leading zeros.
    if (size != group_.secret) return Error(Reason::CRYPTO_FAILURE, name(group_.name).data());
    return secret;
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

Result<std::unique_ptr<KeyExchange>> generate_x25519(const Group& group) { return generate<X25519>(group); }
Result<std::unique_ptr<KeyExchange>> generate_x448(const Group& group) { return generate<X448>(group); }
Result<std::unique_ptr<KeyExchange>> generate_ecdh(const Group& group) { return generate<Ecdh>(group); }
Result<std::unique_ptr<KeyExchange>> import_x25519(const Group& group, Bytes private_key) {
  return load<X25519>(group, private_key);
}
Result<std::unique_ptr<KeyExchange>> import_x448(const Group& group, Bytes private_key) {
  return load<X448>(group, private_key);
}
Result<std::unique_ptr<KeyExchange>> import_ecdh(const Group& group, Bytes private_key) {
  return load<Ecdh>(group, private_key);
}

}  // namespace tlsock
