// The key schedule of TLS 1.2 and before: RFC 5246 §8.1, §6.3, RFC 7627 §4.
#pragma once

#include <optional>
#include <string_view>

#include "config/config.h"
#include "crypto/rng.h"
#include "crypto/suites.h"
#include "record/protection.h"
#include "wire/hello.h"

namespace tlsock {

// VersionRules is where the versions before TLS 1.3 differ.
struct VersionRules {
  Version version;
  bool names_algorithm;        // signatures tell what they were made with
  bool explicit_iv;            // RFC 4346: CBC records carry their IV
  HashAlgorithm hash;          // of PRF and transcript; none: the cipher suite's
  HashAlgorithm rsa_hash, ecdsa_hash;  // of signatures that do not tell

  HashAlgorithm prf_hash(const SuiteInfo& suite) const { return hash == HashAlgorithm::none ? suite.hash : hash; }
};
// rules_of is for TLS 1.2, 1.1 and 1.0.
const VersionRules& rules_of(Version version);

// Secrets12 are what a connection keeps once its handshake is over.
struct Secrets12 {
  const SuiteInfo* suite;
  const VersionRules* rules;
  Secret master_secret;
  Random client_random, server_random;

  HashAlgorithm hash() const { return rules->prf_hash(*suite); }
};

inline constexpr std::size_t master_secret_size = 48, verify_data_size = 12;

// derive_master_secret is RFC 5246 §8.1's, or RFC 7627 §4's if there is a session hash.
Secret derive_master_secret(HashAlgorithm hash, Bytes pre_master_secret, const Random& client, const Random& server,
                            std::optional<Bytes> session_hash);

// verify_data_12 is what the Finished of one side holds (RFC 5246 §7.4.9).
Secret verify_data_12(const Secrets12& secrets, Role side, Bytes transcript_hash);

// KeyBlock is the key material of both directions (RFC 5246 §6.3).
class KeyBlock {
 public:
  KeyBlock(const Secrets12& secrets, bool encrypt_then_mac);
  // protect makes the keys by which `writer` writes; `direction` is what is to be done with them here.
  RecordProtection protect(Role writer, CbcHmac::Direction direction, Rng& rng) const;

 private:
  const SuiteInfo& suite_;
  const VersionRules& rules_;
  bool encrypt_then_mac_;
  std::size_t mac_key_size_, key_size_, iv_size_;
  SecretBytes bytes_;
};

// is_own_label_12 tells the labels of RFC 5246 and RFC 7627, which must not be exported with.
bool is_own_label_12(std::string_view label);
// export_keying_material_12 is RFC 5705 §4's; no context differs from an empty one.
void export_keying_material_12(const Secrets12& secrets, std::string_view label, std::optional<Bytes> context,
                               MutBytes out);

}  // namespace tlsock
