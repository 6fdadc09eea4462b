// A server's share of each key exchange before TLS 1.3.
#include "crypto/dh.h"
#include "crypto/srp.h"
#include "handshake/exchange_12.h"

namespace tlsock {
namespace {

class EcdhShare final : public ServerShare {
 public:
  explicit EcdhShare(std::unique_ptr<KeyExchange> own) : own_(std::move(own)) {}
  void put(ServerExchange& exchange) const override {
    exchange.params = ServerEcdhParams{CurveType::named_curve, own_->group(), copy(own_->share())};
  }
  Result<SharedSecret> agree(Bytes point) override { return own_->agree(point); }

 private:
  const std::unique_ptr<KeyExchange> own_;
};

class DhShare final : public ServerShare {
 public:
  explicit DhShare(std::unique_ptr<DhKey> own) : own_(std::move(own)) {}
  void put(ServerExchange& exchange) const override {
    exchange.params = ServerDhParams{own_->params().p, own_->params().g, copy(own_->share())};
  }
  Result<SharedSecret> agree(Bytes dh_Yc) override { return own_->agree(dh_Yc); }

 private:
  const std::unique_ptr<DhKey> own_;
};

class SrpShare final : public ServerShare {
 public:
  SrpShare(const SrpGroup& group, ByteString salt, std::unique_ptr<SrpServer> own)
      : group_(group), salt_(std::move(salt)), own_(std::move(own)) {}
  void put(ServerExchange& exchange) const override {
    exchange.params = ServerSrpParams{group_.N, group_.g, salt_, copy(own_->B())};
  }
  Result<SharedSecret> agree(Bytes A) override { return own_->agree(A); }

 private:
  const SrpGroup& group_;
  const ByteString salt_;
  const std::unique_ptr<SrpServer> own_;
};

class StaticEcdhShare final : public ServerShare {
 public:
  explicit StaticEcdhShare(const PrivateKey& key) : key_(key) {}
  Result<SharedSecret> agree(Bytes point) override { return key_.agree(point); }

 private:
  const PrivateKey& key_;
};

// RFC 5246 §7.4.7.1: `client_version` is that of the ClientHello, and nothing tells whether a secret was the client's.
class KeyTransportShare final : public ServerShare {
 public:
  KeyTransportShare(const PrivateKey& key, Version client_version, Rng& rng)
      : key_(key), client_version_(static_cast<std::uint16_t>(client_version)), rng_(rng) {}
  Result<SharedSecret> agree(Bytes encrypted) override {
    const Secret secret = TRY(key_.decrypt_premaster(encrypted, client_version_, rng_));
    return SharedSecret(secret.bytes());
  }

 private:
  const PrivateKey& key_;
  const std::uint16_t client_version_;
  Rng& rng_;
};

class NoShare final : public ServerShare {
 public:
  Result<SharedSecret> agree(Bytes) override { return SharedSecret(); }
};

// Users that there are not look the same each time, and to every client (RFC 5054 §2.5.1.3).
Result<Bytes> fake_user_seed() {
  static const auto& seed = *new Result<SecretBytes>([]() -> Result<SecretBytes> {
    SecretBytes bytes(32);
    TRY(system_rng().fill(bytes.bytes()));
    return bytes;
  }());
  if (!seed) return seed.error();
  return seed->bytes();
}

Result<std::unique_ptr<ServerShare>> fake_srp_share(const std::string& name) {
  const SrpGroup& group = *find_srp_group("srp_2048");
  auto fake = srp_fake_user(TRY(fake_user_seed()), as_bytes(name));
  auto own = TRY(SrpServer::from_x(group, fake.x));
  return std::unique_ptr<ServerShare>(std::make_unique<SrpShare>(group, std::move(fake.salt), std::move(own)));
}

Result<std::unique_ptr<ServerShare>> srp_share(const std::string& name, const UserSecretPtr& user) {
  if (!user) return fake_srp_share(name);
  const SrpGroup* group = find_srp_group(user->srp_group);
  if (!group) return Error(Reason::ANSWER_INVALID, "user_lookup: srp_group");
  auto own = TRY(SrpServer::from_x(*group, user->key));
  return std::unique_ptr<ServerShare>(std::make_unique<SrpShare>(*group, user->salt, std::move(own)));
}

}  // namespace

Result<std::unique_ptr<ServerShare>> server_share(HandshakeContext& hs, const Choice12& choice,
                                                  const UserSecretPtr& user) {
  using Made = std::unique_ptr<ServerShare>;
  const auto kx = choice.suite->key_exchange;
  if (is_ephemeral_ecdh(kx)) return Made(std::make_unique<EcdhShare>(TRY(KeyExchange::generate(*choice.group))));
  if (is_ephemeral_dh(kx)) return Made(std::make_unique<DhShare>(TRY(DhKey::generate(*choice.dh))));
  if (uses_srp(kx)) return srp_share(hs.negotiated().user, user);
  if (is_static_ecdh(kx)) return Made(std::make_unique<StaticEcdhShare>(*choice.signing.credential->key));
  if (is_key_transport(kx))
    return Made(std::make_unique<KeyTransportShare>(*choice.signing.credential->key, hs.client_hello().legacy_version,
                                                    hs.rng()));
  return Made(std::make_unique<NoShare>());
}

}  // namespace tlsock
