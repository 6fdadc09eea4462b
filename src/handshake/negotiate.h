// Negotiation: choices made from a hello and a config. Pure functions that touch nothing.
#pragma once

#include <algorithm>
#include <string>

#include "config/config.h"
#include "handshake/negotiated.h"
#include "wire/messages.h"

namespace tlsock {

template <class Range, class T>
bool has(const Range& range, const T& value) {
  return std::ranges::find(range, value) != std::ranges::end(range);
}

// check_client_hello makes the checks of RFC 8446 §4.1.2 and §4.2 that hold whatever is chosen.
Status check_client_hello(const ClientHello& hello);

// Choice13 is what a server chooses for TLS 1.3.
struct Choice13 {
  const SuiteInfo* suite = nullptr;
  NamedGroup group{};
  const Credential* credential = nullptr;
  SignatureScheme scheme{};
  std::string alpn;
  bool retry = false;  // no share for `group` was sent
};
Result<Choice13> negotiate_13(const Config& config, const ClientHello& hello);

// accept_second_hello checks a ClientHello that answers a HelloRetryRequest (RFC 8446 §4.1.2).
Result<Choice13> accept_second_hello(const Config& config, const Choice13& first, const ClientHello& hello,
                                     const ClientHello& second, const ByteString& cookie);

// choose_alpn is empty where nobody asks (RFC 7301 §3.2).
Result<std::string> choose_alpn(const Config& config, const ClientHello& hello);

// share_for is the client's share of a group, or null.
const KeyShareEntry* share_for(const ClientHello& hello, NamedGroup group);

// SchemeList is what the peer can verify: in handshakes and, where it says so, in certificates.
struct SchemeList {
  const std::vector<SignatureScheme>& handshake;
  const std::optional<std::vector<SignatureScheme>>& certificates;
  const std::optional<std::vector<DistinguishedName>>& authorities;
};
struct SigningChoice {
  const Credential* credential;
  SignatureScheme scheme;
};
// choose_credential takes the best credential that the peer can verify, and the scheme; nothing if there is none. One
// whose whole chain the peer can verify, from an authority that it named, goes before one of which it is not sure.
std::optional<SigningChoice> choose_credential(const Config& config, const SchemeList& peer);

// from_authority tells whether a credential's chain leads to one of the names; so does every chain if there are none.
bool from_authority(const Credential& credential, const std::vector<DistinguishedName>& authorities);

// authority_names are our anchors' names, if the config has them sent.
std::vector<DistinguishedName> authority_names(const Config& config);

// sni_of is the host name of a hello, in normal form, or empty.
std::string sni_of(const ClientHello& hello);

// offers_of is a hello's content, for explanations.
Offers offers_of(const ClientHello& hello);

// RFC 6066 §4: 1 to 4 stand for 2^9 to 2^12.
std::optional<std::uint16_t> fragment_length_of(std::uint8_t code);
std::uint8_t fragment_length_code(std::uint16_t length);

}  // namespace tlsock
