// Key exchanges before TLS 1.3: form, rules and the secret. What each side does with its own number is in
// exchange_12_client.cc and exchange_12_server.cc.
#include "handshake/exchange_12.h"

#include <algorithm>

namespace tlsock {

using Agreement = ExchangeForm::Agreement;

ExchangeForm exchange_form(const VersionRules& rules, const SuiteInfo& suite) {
  const auto kx = suite.key_exchange;
  Agreement agreement = Agreement::none;
  if (is_ephemeral_ecdh(kx)) agreement = Agreement::ecdh;
  else if (is_ephemeral_dh(kx)) agreement = Agreement::dh;
  else if (uses_srp(kx)) agreement = Agreement::srp;
  else if (is_static_ecdh(kx)) agreement = Agreement::static_ecdh;
  else if (is_key_transport(kx)) agreement = Agreement::key_transport;
  return {agreement, uses_psk(kx), signs_exchange(kx), rules.names_algorithm};
}

ServerExchangePresence server_exchange_presence(const ExchangeForm& form) {
  switch (form.agreement) {
    case Agreement::ecdh:
    case Agreement::dh:
    case Agreement::srp:
      return ServerExchangePresence::always;
    case Agreement::none:
    case Agreement::static_ecdh:
    case Agreement::key_transport:
      break;
  }
  return form.has_psk ? ServerExchangePresence::maybe : ServerExchangePresence::never;
}

Result<ByteString> signed_content(const Negotiated& negotiated, const ServerExchange& exchange,
                                  const ExchangeForm& form) {
  ByteString content = copy(negotiated.client_random);
  append(content, negotiated.server_random);
  Writer writer(content);
  wire_params(writer, exchange, form);
  TRY(writer.finish(ServerExchange::name));
  return content;
}

Result<UserSecretPtr> secret_of_user(const Answer& answer, UserKind kind) {
  if (answer.verdict == Answer::Verdict::unknown) return UserSecretPtr();
  const bool fits = answer.user && answer.user->kind == kind && !answer.user->key.empty();
  if (answer.verdict != Answer::Verdict::accept || !fits) return Error(Reason::ANSWER_INVALID, "user_lookup");
  return answer.user;
}

Result<UserSecretPtr> known_psk(const Answer& answer) {
  auto psk = TRY(secret_of_user(answer, UserKind::psk));
  if (!psk) return Error(Reason::UNKNOWN_PSK_IDENTITY);
  return psk;
}

SharedSecret pre_master_secret(KeyExchangeAlgorithm key_exchange, SharedSecret agreed, const UserSecretPtr& psk) {
  if (!uses_psk(key_exchange)) return agreed;
  const Bytes key = psk->key;
  if (key_exchange == KeyExchangeAlgorithm::psk) agreed = SharedSecret(key.size());
  SharedSecret both(2 + agreed.size() + 2 + key.size());
  const MutBytes out = both.bytes();
  store_be(out.first(2), agreed.size());
  std::ranges::copy(agreed.bytes(), out.begin() + 2);
  store_be(out.subspan(2 + agreed.size(), 2), key.size());
  std::ranges::copy(key, out.end() - static_cast<std::ptrdiff_t>(key.size()));
  return both;
}

Secrets12 master_secret_12(HandshakeContext& hs, const VersionRules& rules, const SuiteInfo& suite,
                           Bytes pre_master_secret) {
  const Negotiated& negotiated = hs.negotiated();
  const bool extended = hs.server_hello().extended_master_secret.has_value();
  const Digest session_hash = hs.transcript().digest();
  const auto bound_to = extended ? std::optional<Bytes>(session_hash) : std::nullopt;
  return {&suite,
          &rules,
          derive_master_secret(rules.prf_hash(suite), pre_master_secret, negotiated.client_random,
                               negotiated.server_random, bound_to),
          negotiated.client_random,
          negotiated.server_random};
}

}  // namespace tlsock
