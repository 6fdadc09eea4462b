// Finite-field Diffie-Hellman in the groups of RFC 7919.
#include <wolfssl/wolfcrypt/dh.h>

#include <algorithm>

#include "crypto/key_exchange_internal.h"
#include "crypto/wolf_internal.h"

namespace tlsock {
namespace {

using DhObject = WolfObject<DhKey, wc_FreeDhKey>;

class Ffdhe final : public KeyExchange {
 public:
  explicit Ffdhe(const Group& group) : group_(group), share_(group.client_share) {
    must(wc_InitDhKey_ex(key_.get(), nullptr, INVALID_DEVID));
  }

  Status generate() {
    TRY(check(wc_DhSetNamedKey(key_.get(), group_.wolf_id)));
    // With q known, wolfCrypt would check the order of the peer's value by a second exponentiation; RFC 8446 §4.2.8.1
    // asks for the range alone, since the primes are safe and the key is used once.
    mp_zero(&key_->q);
    private_key_ = SecretBytes(ffdhe_exponent_size(group_.name));
    TRY(check(wc_RNG_GenerateBlock(TRY(thread_rng()), private_key_.bytes().data(), size32(private_key_.size()))));
    // RFC 7919 §5.2: from 2^(m-1) to 2^m, so that the length tells nothing.
    private_key_.bytes().front() |= 0x80;
    word32 size = size32(share_.size());
    TRY(check(wc_DhGeneratePublic(key_.get(), private_key_.bytes().data(), size32(private_key_.size()), share_.data(),
                                  &size)));
    // RFC 8446 §4.2.8.1: padded with zeros to the size of p. What lies behind a short value is not zero.
    std::ranges::fill(MutBytes(share_).subspan(size), std::uint8_t{0});
    std::rotate(share_.begin(), share_.begin() + size, share_.end());
    return {};
  }

  NamedGroup group() const override { return group_.name; }
  Bytes share() const override { return share_; }

  Result<SharedSecret> agree(Bytes server_share) override {
    // RFC 8446 §4.2.8.1: 1 < Y < p - 1.
    if (server_share.size() != group_.server_share ||
        wc_DhCheckPubKey(key_.get(), server_share.data(), size32(server_share.size())) != 0)
      return Error(Reason::BAD_ECPOINT, name(group_.name).data());
    SharedSecret secret(group_.secret);
    word32 size = size32(secret.size());
    // RFC 8446 §7.4.1: padded with zeros to the size of p, which the constant-time function does.
    TRY(check(wc_DhAgree_ct(key_.get(), secret.bytes().data(), &size, private_key_.bytes().data(),
                            size32(private_key_.size()), server_share.data(), size32(server_share.size())),
              Reason::BAD_ECPOINT));
    if (size != group_.secret) return Error(Reason::CRYPTO_FAILURE, name(group_.name).data());
    return secret;
  }

 private:
  const Group& group_;
  DhObject key_;
  SecretBytes private_key_;
  ByteString share_;
};

}  // namespace

std::size_t ffdhe_exponent_size(NamedGroup group) {
  switch (group) {
    case NamedGroup::ffdhe2048:
      return (225 + 7) / 8;
    case NamedGroup::ffdhe3072:
      return (275 + 7) / 8;
    case NamedGroup::ffdhe4096:
      return (325 + 7) / 8;
    case NamedGroup::ffdhe6144:
      return (375 + 7) / 8;
    default:
      return 400 / 8;
  }
}

Result<std::unique_ptr<KeyExchange>> generate_ffdhe(const Group& group) {
  auto key = std::make_unique<Ffdhe>(group);
  TRY(key->generate());
  return std::unique_ptr<KeyExchange>(std::move(key));
}

}  // namespace tlsock
