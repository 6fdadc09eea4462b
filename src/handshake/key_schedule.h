// The key schedule of RFC 8446 §7.1, one type for each stage; moving on consumes the stage before.
//
//             0
//             |
//   PSK ->  HKDF-Extract = EarlySecret
//             |
//   (EC)DHE -> HKDF-Extract = HandshakeSecret -> client_handshake_traffic, server_handshake_traffic
//             |
//   0 ->    HKDF-Extract = MasterSecret -> client_application_traffic, server_application_traffic, exporter, resumption
#pragma once

#include <string_view>

#include "crypto/kdf.h"
#include "crypto/suites.h"
#include "record/protection.h"

namespace tlsock {

// derive_secret is Derive-Secret of RFC 8446 §7.1, with the transcript's hash in place of the messages.
Secret derive_secret(HashAlgorithm hash, Bytes secret, std::string_view label, Bytes transcript_hash);

class MasterSecret {
 public:
  // The transcript of all four: ClientHello … server Finished; of resumption: … client Finished.
  Secret client_application_traffic(Bytes transcript) { return secret_.expand_label("c ap traffic", transcript); }
  Secret server_application_traffic(Bytes transcript) { return secret_.expand_label("s ap traffic", transcript); }
  Secret exporter_master(Bytes transcript) { return secret_.expand_label("exp master", transcript); }
  Secret resumption_master(Bytes transcript) { return secret_.expand_label("res master", transcript); }

 private:
  friend class HandshakeSecret;
  explicit MasterSecret(Prk secret) : secret_(std::move(secret)) {}
  Prk secret_;
};

class HandshakeSecret {
 public:
  // The transcript is ClientHello … ServerHello.
  Secret client_handshake_traffic(Bytes transcript) { return secret_.expand_label("c hs traffic", transcript); }
  Secret server_handshake_traffic(Bytes transcript) { return secret_.expand_label("s hs traffic", transcript); }
  MasterSecret finish() &&;

 private:
  friend class EarlySecret;
  HandshakeSecret(HashAlgorithm hash, Prk secret) : hash_(hash), secret_(std::move(secret)) {}
  HashAlgorithm hash_;
  Prk secret_;
};

class EarlySecret {
 public:
  // Without a PSK.
  explicit EarlySecret(HashAlgorithm hash) : hash_(hash) {}
  HandshakeSecret with(Bytes shared_secret) &&;

 private:
  HashAlgorithm hash_;
};

// verify_data is what a Finished holds (RFC 8446 §4.4.4), from the sender's handshake traffic secret.
Secret verify_data(HashAlgorithm hash, Bytes handshake_traffic_secret, Bytes transcript_hash);

// next_traffic_secret is application_traffic_secret_N+1 (RFC 8446 §7.2).
Secret next_traffic_secret(HashAlgorithm hash, Bytes traffic_secret);

// export_keying_material is TLS-Exporter of RFC 8446 §7.5.
void export_keying_material(HashAlgorithm hash, Bytes exporter_master_secret, std::string_view label, Bytes context,
                            MutBytes out);

// protect makes the record keys of a traffic secret.
inline RecordProtection protect(const SuiteInfo& suite, Bytes traffic_secret) {
  return RecordProtection(suite.aead, suite.hash, traffic_secret);
}

// ApplicationSecrets are what a connection keeps once its handshake is over.
struct ApplicationSecrets {
  const SuiteInfo* suite;
  Secret write_traffic, read_traffic, exporter_master;
};

}  // namespace tlsock
