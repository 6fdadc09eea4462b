// The table of named groups, and the hybrids that are made of two of them.
#include "crypto/key_exchange.h"

#include <wolfssl/wolfcrypt/dh.h>
#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/wc_mlkem.h>

#include <algorithm>

#include "crypto/key_exchange_internal.h"

namespace tlsock {
namespace {

// In the order of draft-ietf-tls-ecdhe-mlkem: the shares of the first part come first, and so does its secret.
struct Hybrid {
  NamedGroup name, first, second;
};
constexpr Hybrid hybrids[] = {
    {NamedGroup::x25519mlkem768, NamedGroup::mlkem768, NamedGroup::x25519},
    {NamedGroup::secp256r1mlkem768, NamedGroup::secp256r1, NamedGroup::mlkem768},
    {NamedGroup::secp384r1mlkem1024, NamedGroup::secp384r1, NamedGroup::mlkem1024},
};

Result<std::unique_ptr<KeyExchange>> generate_hybrid(const Group& group);
Result<KeyExchange::Response> respond_hybrid(const Group& group, Bytes client_share);

constexpr Group ecdh(NamedGroup name, std::size_t size, int curve_id) {
  return {name, 1 + 2 * size, 1 + 2 * size, size, curve_id, generate_ecdh, respond_by_agreement};
}
constexpr Group ffdhe(NamedGroup name, std::size_t size, int wolf_id) {
  return {name, size, size, size, wolf_id, generate_ffdhe, respond_by_agreement};
}
constexpr Group mlkem(NamedGroup name, std::size_t key_size, std::size_t ciphertext_size, int type) {
  return {name, key_size, ciphertext_size, WC_ML_KEM_SS_SZ, type, generate_mlkem, respond_mlkem};
}
constexpr Group x25519{NamedGroup::x25519, 32, 32, 32, 0, generate_x25519, respond_by_agreement};
constexpr Group x448{NamedGroup::x448, 56, 56, 56, 0, generate_x448, respond_by_agreement};
constexpr Group p256 = ecdh(NamedGroup::secp256r1, 32, ECC_SECP256R1);
constexpr Group p384 = ecdh(NamedGroup::secp384r1, 48, ECC_SECP384R1);
constexpr Group mlkem768 =
    mlkem(NamedGroup::mlkem768, WC_ML_KEM_768_PUBLIC_KEY_SIZE, WC_ML_KEM_768_CIPHER_TEXT_SIZE, WC_ML_KEM_768);
constexpr Group mlkem1024 =
    mlkem(NamedGroup::mlkem1024, WC_ML_KEM_1024_PUBLIC_KEY_SIZE, WC_ML_KEM_1024_CIPHER_TEXT_SIZE, WC_ML_KEM_1024);

constexpr Group hybrid(NamedGroup name, const Group& first, const Group& second) {
  return {name,
          first.client_share + second.client_share,
          first.server_share + second.server_share,
          first.secret + second.secret,
          0,
          generate_hybrid,
          respond_hybrid};
}

constexpr Group groups[] = {
    hybrid(NamedGroup::x25519mlkem768, mlkem768, x25519),
    x25519,
    p256,
    p384,
    ecdh(NamedGroup::secp521r1, 66, ECC_SECP521R1),
    x448,
    hybrid(NamedGroup::secp256r1mlkem768, p256, mlkem768),
    hybrid(NamedGroup::secp384r1mlkem1024, p384, mlkem1024),
    mlkem768,
    mlkem1024,
    mlkem(NamedGroup::mlkem512, WC_ML_KEM_512_PUBLIC_KEY_SIZE, WC_ML_KEM_512_CIPHER_TEXT_SIZE, WC_ML_KEM_512),
    ffdhe(NamedGroup::ffdhe2048, 256, WC_FFDHE_2048),
    ffdhe(NamedGroup::ffdhe3072, 384, WC_FFDHE_3072),
    ffdhe(NamedGroup::ffdhe4096, 512, WC_FFDHE_4096),
    ffdhe(NamedGroup::ffdhe6144, 768, WC_FFDHE_6144),
    ffdhe(NamedGroup::ffdhe8192, 1024, WC_FFDHE_8192),
    ecdh(NamedGroup::brainpoolP256r1tls13, 32, ECC_BRAINPOOLP256R1),
    ecdh(NamedGroup::brainpoolP384r1tls13, 48, ECC_BRAINPOOLP384R1),
    ecdh(NamedGroup::brainpoolP512r1tls13, 64, ECC_BRAINPOOLP512R1),
};
constexpr std::size_t default_count = 8;

constexpr auto names = [] {
  std::array<NamedGroup, std::size(groups)> all{};
  std::ranges::transform(groups, all.begin(), &Group::name);
  return all;
}();

struct HybridParts {
  const Group *first, *second;
};
HybridParts parts_of(NamedGroup name) {
  const auto hybrid = std::ranges::find(hybrids, name, &Hybrid::name);
  return {find_group(hybrid->first), find_group(hybrid->second)};
}

SharedSecret concatenate(const SharedSecret& first, const SharedSecret& second) {
  SharedSecret both(first.size() + second.size());
  std::ranges::copy(first.bytes(), both.bytes().begin());
  std::ranges::copy(second.bytes(), both.bytes().subspan(first.size()).begin());
  return both;
}

class HybridKeyExchange final : public KeyExchange {
 public:
  HybridKeyExchange(const Group& group, std::unique_ptr<KeyExchange> first, std::unique_ptr<KeyExchange> second)
      : group_(group), first_(std::move(first)), second_(std::move(second)) {
    share_.reserve(group.client_share);
    append(share_, first_->share());
    append(share_, second_->share());
  }

  NamedGroup group() const override { return group_.name; }
  Bytes share() const override { return share_; }

  Result<SharedSecret> agree(Bytes server_share) override {
    if (server_share.size() != group_.server_share) return Error(Reason::BAD_ECPOINT, name(group_.name).data());
    const std::size_t first_size = parts_of(group_.name).first->server_share;
    const SharedSecret first = TRY(first_->agree(server_share.first(first_size)));
    const SharedSecret second = TRY(second_->agree(server_share.subspan(first_size)));
    return concatenate(first, second);
  }

 private:
  const Group& group_;
  std::unique_ptr<KeyExchange> first_, second_;
  ByteString share_;
};

Result<std::unique_ptr<KeyExchange>> generate_hybrid(const Group& group) {
  const auto [first, second] = parts_of(group.name);
  auto first_key = TRY(first->generate(*first));
  auto second_key = TRY(second->generate(*second));
  return std::unique_ptr<KeyExchange>(
      std::make_unique<HybridKeyExchange>(group, std::move(first_key), std::move(second_key)));
}

Result<KeyExchange::Response> respond_hybrid(const Group& group, Bytes client_share) {
  const auto [first, second] = parts_of(group.name);
  auto response = TRY(first->respond(*first, client_share.first(first->client_share)));
  const auto rest = TRY(second->respond(*second, client_share.subspan(first->client_share)));
  append(response.share, rest.share);
  response.secret = concatenate(response.secret, rest.secret);
  return response;
}

}  // namespace

Result<std::unique_ptr<KeyExchange>> KeyExchange::generate(NamedGroup group) {
  const Group* found = find_group(group);
  if (!found) return Error(Reason::UNSUPPORTED_ALGORITHM, "named group");
  return found->generate(*found);
}

Result<KeyExchange::Response> KeyExchange::respond(NamedGroup group, Bytes client_share) {
  const Group* found = find_group(group);
  if (!found) return Error(Reason::UNSUPPORTED_ALGORITHM, "named group");
  if (client_share.size() != found->client_share) return Error(Reason::BAD_ECPOINT, name(group).data());
  return found->respond(*found, client_share);
}

std::span<const NamedGroup> supported_groups() { return names; }
std::span<const NamedGroup> default_groups() { return std::span(names).first(default_count); }

const Group* find_group(NamedGroup name) {
  const auto found = std::ranges::find(groups, name, &Group::name);
  return found == std::end(groups) ? nullptr : found;
}

Result<KeyExchange::Response> respond_by_agreement(const Group& group, Bytes client_share) {
  const auto own = TRY(group.generate(group));
  auto secret = TRY(own->agree(client_share));
  return KeyExchange::Response{copy(own->share()), std::move(secret)};
}

}  // namespace tlsock
