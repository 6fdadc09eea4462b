// The key exchange before TLS 1.3, as both sides have it: which messages there are, what they hold, and how a secret comes
// out of them (RFC 5246 §7.4.3, §7.4.7, §8.1; RFC 4279; RFC 5054; RFC 8422).
#pragma once

#include "handshake/context.h"
#include "handshake/negotiate_12.h"

namespace tlsock {

inline Form form_of(const VersionRules& rules) { return {rules.names_algorithm}; }
ExchangeForm exchange_form(const VersionRules& rules, const SuiteInfo& suite);

// ServerExchangePresence: with a PSK there is a ServerKeyExchange if the server has a hint (RFC 4279 §2).
enum class ServerExchangePresence : std::uint8_t { never, maybe, always };
ServerExchangePresence server_exchange_presence(const ExchangeForm& form);

// signed_content is what a ServerKeyExchange signs: both randoms and the parameters (RFC 5246 §7.4.3).
Result<ByteString> signed_content(const Negotiated& negotiated, const ServerExchange& exchange, const ExchangeForm& form);

// ClientShare is a client's number, or an encrypted secret, with what it agrees to.
struct ClientShare {
  ByteString exchange;
  SharedSecret secret;
};
// agree_with answers what the server has sent, which has been checked, or its certificate.
Result<ClientShare> agree_with(HandshakeContext& hs, const SuiteInfo& suite, const ServerExchange& exchange);
// check_params checks a server's parameters for sense, and that they are of those that were offered.
Status check_params(HandshakeContext& hs, const ServerExchange& exchange);

// ServerShare is a server's number, or its certificate's key.
class ServerShare {
 public:
  virtual ~ServerShare() = default;
  // put fills in the parameters of a ServerKeyExchange.
  virtual void put(ServerExchange&) const {}
  virtual Result<SharedSecret> agree(Bytes client_exchange) = 0;
};
// server_share makes one; `user` is SRP's.
Result<std::unique_ptr<ServerShare>> server_share(HandshakeContext& hs, const Choice12& choice,
                                                  const UserSecretPtr& user);

// secret_of_user takes an answer to a question about a user: null for one that there is not.
Result<UserSecretPtr> secret_of_user(const Answer& answer, UserKind kind);
// known_psk is the same for a PSK, which there must be.
Result<UserSecretPtr> known_psk(const Answer& answer);

// pre_master_secret puts a PSK beside what was agreed on (RFC 4279 §2): nothing but a PSK stands beside as many zeros.
SharedSecret pre_master_secret(KeyExchangeAlgorithm key_exchange, SharedSecret agreed, const UserSecretPtr& psk);

// master_secret_12 follows the ClientKeyExchange, which must be the transcript's last message.
Secrets12 master_secret_12(HandshakeContext& hs, const VersionRules& rules, const SuiteInfo& suite,
                           Bytes pre_master_secret);

}  // namespace tlsock
