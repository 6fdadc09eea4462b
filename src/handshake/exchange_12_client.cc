// A client's share of each key exchange before TLS 1.3.
#include <algorithm>

#include "crypto/dh.h"
#include "crypto/srp.h"
#include "handshake/exchange_12.h"

namespace tlsock {
namespace {

const PublicKey& server_key(const HandshakeContext& hs) {
  // Whoever has it has judged it.
  return *const_cast<HandshakeContext&>(hs).negotiated().peer_chain.front()->public_key();
}

Result<ClientShare> agree_ecdh(NamedGroup group, Bytes point) {
  const auto own = TRY(KeyExchange::generate(group));
  auto secret = TRY(own->agree(point));
  return ClientShare{copy(own->share()), std::move(secret)};
}

Result<ClientShare> agree_static_ecdh(HandshakeContext& hs) {
  const PublicKey& key = server_key(hs);
  const auto group = group_of(key.info().curve);
  if (!group) return Error(Reason::WRONG_CURVE);
  hs.negotiated().group = *group;
  return agree_ecdh(*group, TRY(key.ec_point()));
}

Result<ClientShare> agree_dh(const ServerDhParams& params) {
  const auto own = TRY(DhKey::generate({params.dh_p, params.dh_g}));
  auto secret = TRY(own->agree(params.dh_Ys));
  return ClientShare{copy(own->share()), std::move(secret)};
}

Result<ClientShare> agree_srp(const Config& config, const ServerSrpParams& params) {
  const SrpGroup* group = TRY(accept_srp_group(params.N, params.g));
  auto client = TRY(SrpClient::respond(*group, as_bytes(config.srp_user), *config.srp_password, params.s, params.B));
  return ClientShare{std::move(client.A), std::move(client.premaster)};
}

// RFC 5246 §7.4.7.1: the version of the ClientHello, and 46 random bytes.
Result<ClientShare> encrypt(HandshakeContext& hs) {
  SharedSecret secret(master_secret_size);
  TRY(hs.rng().fill(secret.bytes()));
  store_be(secret.bytes().first(2), static_cast<std::uint16_t>(hs.client_hello().legacy_version));
  auto encrypted = TRY(server_key(hs).encrypt_premaster(secret, hs.rng()));
  return ClientShare{std::move(encrypted), std::move(secret)};
}

Status check_dh(HandshakeContext& hs, const ServerDhParams& params) {
  const DhParams group{params.dh_p, params.dh_g};
  TRY(check_dh_params(group));
  hs.negotiated().group = named_group(group);
  return {};
}

// RFC 8422 §5.4: the curve is one that was offered.
Status check_ecdh(HandshakeContext& hs, const ServerEcdhParams& params) {
  if (!is_ecdhe_group(params.named_curve) || !has(groups_12(hs.config()), params.named_curve))
    return Error(Reason::WRONG_CURVE);
  hs.negotiated().group = params.named_curve;
  return {};
}

}  // namespace

Status check_params(HandshakeContext& hs, const ServerExchange& exchange) {
  if (const auto* ecdh = std::get_if<ServerEcdhParams>(&exchange.params)) return check_ecdh(hs, *ecdh);
  if (const auto* dh = std::get_if<ServerDhParams>(&exchange.params)) return check_dh(hs, *dh);
  return {};
}

Result<ClientShare> agree_with(HandshakeContext& hs, const SuiteInfo& suite, const ServerExchange& exchange) {
  if (const auto* ecdh = std::get_if<ServerEcdhParams>(&exchange.params))
    return agree_ecdh(ecdh->named_curve, ecdh->point);
  if (const auto* dh = std::get_if<ServerDhParams>(&exchange.params)) return agree_dh(*dh);
  if (const auto* srp = std::get_if<ServerSrpParams>(&exchange.params)) return agree_srp(hs.config(), *srp);
  if (is_static_ecdh(suite.key_exchange)) return agree_static_ecdh(hs);
  if (is_key_transport(suite.key_exchange)) return encrypt(hs);
  return ClientShare{};
}

}  // namespace tlsock
