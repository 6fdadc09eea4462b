// ML-KEM (FIPS 203) as a key exchange: the client's share is an encapsulation key, the server's a ciphertext.
#include <wolfssl/wolfcrypt/wc_mlkem.h>

#include "crypto/key_exchange_internal.h"
#include "crypto/wolf_internal.h"

namespace tlsock {
namespace {

using MlKemObject = WolfObject<MlKemKey, wc_MlKemKey_Free>;

MlKemObject new_key(const Group& group) {
  MlKemObject key;
  must(wc_MlKemKey_Init(key.get(), group.wolf_id, nullptr, INVALID_DEVID));
  return key;
}

class MlKem final : public KeyExchange {
 public:
  explicit MlKem(const Group& group) : group_(group), key_(new_key(group)), share_(group.client_share) {}

  Status generate() {
    TRY(check(wc_MlKemKey_MakeKey(key_.get(), TRY(thread_rng()))));
    return check(wc_MlKemKey_EncodePublicKey(key_.get(), share_.data(), size32(share_.size())));
  }
  Status load(Bytes seed) {
    TRY(check(wc_MlKemKey_MakeKeyWithRandom(key_.get(), seed.data(), static_cast<int>(seed.size()))));
    return check(wc_MlKemKey_EncodePublicKey(key_.get(), share_.data(), size32(share_.size())));
  }

  NamedGroup group() const override { return group_.name; }
  Bytes share() const override { return share_; }

  Result<SharedSecret> agree(Bytes server_share) override {
    if (server_share.size() != group_.server_share) return Error(Reason::BAD_ECPOINT, name(group_.name).data());
    SharedSecret secret(group_.secret);
    // A forged ciphertext gives another secret, not an error (implicit rejection, FIPS 203 §6.3).
    TRY(check(
        wc_MlKemKey_Decapsulate(key_.get(), secret.bytes().data(), server_share.data(), size32(server_share.size()))));
    return secret;
  }

 private:
  const Group& group_;
  MlKemObject key_;
  ByteString share_;
};

// decode_peer makes the encapsulation key check of FIPS 203 §7.2: wolfCrypt refuses coefficients that are not reduced.
Result<MlKemObject> decode_peer(const Group& group, Bytes client_share) {
  if (client_share.size() != group.client_share) return Error(Reason::BAD_ECPOINT, name(group.name).data());
  MlKemObject peer = new_key(group);
  TRY(check(wc_MlKemKey_DecodePublicKey(peer.get(), client_share.data(), size32(client_share.size())),
            Reason::BAD_ECPOINT, name(group.name).data()));
  return peer;
}

}  // namespace

Result<std::unique_ptr<KeyExchange>> generate_mlkem(const Group& group) {
  auto key = std::make_unique<MlKem>(group);
  TRY(key->generate());
  return std::unique_ptr<KeyExchange>(std::move(key));
}

Result<std::unique_ptr<KeyExchange>> import_mlkem(const Group& group, Bytes seed) {
  auto key = std::make_unique<MlKem>(group);
  TRY(key->load(seed));
  return std::unique_ptr<KeyExchange>(std::move(key));
}

Result<KeyExchange::Response> respond_mlkem(const Group& group, Bytes client_share) {
  MlKemObject peer = TRY(decode_peer(group, client_share));
  KeyExchange::Response response{ByteString(group.server_share), SharedSecret(group.secret)};
  TRY(check(
      wc_MlKemKey_Encapsulate(peer.get(), response.share.data(), response.secret.bytes().data(), TRY(thread_rng()))));
  return response;
}

Result<KeyExchange::Response> respond_mlkem_with(const Group& group, Bytes client_share, Bytes randomness) {
  MlKemObject peer = TRY(decode_peer(group, client_share));
  KeyExchange::Response response{ByteString(group.server_share), SharedSecret(group.secret)};
  TRY(check(wc_MlKemKey_EncapsulateWithRandom(peer.get(), response.share.data(), response.secret.bytes().data(),
                                              randomness.data(), static_cast<int>(randomness.size()))));
  return response;
}

}  // namespace tlsock
