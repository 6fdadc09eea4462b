// Negotiation before TLS 1.3: choices made from a hello and a config. Pure functions that touch nothing.
#pragma once

#include "crypto/dh.h"
#include "handshake/key_schedule_12.h"
#include "handshake/negotiate.h"
#include "wire/messages_12.h"

namespace tlsock {

// SigningChoice12 is by whom and how something is signed; `scheme` is nothing where the version does not name it.
struct SigningChoice12 {
  const Credential* credential = nullptr;
  SignatureAlgorithm algorithm{};
  std::optional<SignatureScheme> scheme;
};

// check_hello_12 makes the checks that hold whatever is chosen.
Status check_hello_12(const ClientHello& hello);

// Choice12 is what a server chooses.
struct Choice12 {
  const SuiteInfo* suite = nullptr;
  std::optional<NamedGroup> group;          // of ECDHE, or of DHE if it has a name
  std::shared_ptr<const DhParams> dh;       // DHE
  SigningChoice12 signing;                  // no credential: an anonymous suite; no algorithm: nothing is signed
  std::string alpn;
};
Result<Choice12> negotiate_12(const Config& config, const VersionRules& rules, const ClientHello& hello);

// choose_client_credential_12 answers a CertificateRequest; nothing if there is no credential that fits.
std::optional<SigningChoice12> choose_client_credential_12(const Config& config, const VersionRules& rules,
                                                           const CertificateRequest12Body& request);

// unnamed_algorithm is what a key signs with where the version does not name it; nothing for a key that cannot.
std::optional<SignatureAlgorithm> unnamed_algorithm(const VersionRules& rules, const KeyInfo& key);

// leaf_usage is what a server's key must be allowed to do (RFC 5246 §7.4.2).
std::uint16_t leaf_usage(KeyExchangeAlgorithm key_exchange);

// check_certificate_12: the server's key is of the kind that the suite signs by (RFC 5246 §7.4.2, RFC 8422 §5.3).
Status check_certificate_12(const SuiteInfo& suite, const std::vector<CertificatePtr>& chain);

// groups_12 are a config's for ECDHE: option eccs, or those of TLS 1.3.
const std::vector<NamedGroup>& groups_12(const Config& config);

// group_of is the group of a certificate's curve, if it is one that agrees and signs here.
std::optional<NamedGroup> group_of(Curve curve);

// is_ecdhe_group tells the groups of supported_groups that RFC 8422 can use.
bool is_ecdhe_group(NamedGroup group);

}  // namespace tlsock
