// The cipher suites: what each is made of, and its names in RFCs, in OpenSSL and in Erlang's maps.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "crypto/aead.h"
#include "crypto/cbc_hmac.h"
#include "crypto/hash.h"
#include "wire/registry.h"

namespace tlsock {

// KeyExchangeAlgorithm is Erlang's key_exchange: what agrees on the secret, and who proves to be whom by it.
enum class KeyExchangeAlgorithm : std::uint8_t { any, ecdhe_ecdsa, ecdhe_rsa };

struct SuiteInfo {
  CipherSuite suite;
  const char* openssl_name;  // the RFC's in TLS 1.3
  KeyExchangeAlgorithm key_exchange;
  AeadAlgorithm aead;        // if mac is none
  CbcAlgorithm cbc;          // if it is not
  HashAlgorithm mac;
  HashAlgorithm hash;        // of TLS 1.3's HKDF and TLS 1.2's PRF
  bool default_prf;          // the suite does not name a hash

  bool is_tls13() const { return key_exchange == KeyExchangeAlgorithm::any; }
  bool is_cbc() const { return mac != HashAlgorithm::none; }
  // RFC 5246 §A.5: AEADs, and MACs other than SHA-1, are TLS 1.2's.
  bool needs_tls12() const { return mac != HashAlgorithm::sha1; }

  const char* rfc_name() const;  // TLS_AES_128_GCM_SHA256
  // The parts of Erlang's map: {"key_exchange":"any","cipher":"aes_128_gcm","mac":"aead","prf":"sha256"}
  const char* key_exchange_name() const;
  const char* cipher_name() const;
  const char* mac_name() const;
  const char* prf_name() const;
};

// usable_in tells whether a suite can be chosen in a version.
bool usable_in(const SuiteInfo& suite, Version version);

// find_suite is null for a suite that is not implemented.
const SuiteInfo* find_suite(CipherSuite suite);
const SuiteInfo* find_suite_by_name(std::string_view name);
std::span<const SuiteInfo> all_suites();
// default_suites is Erlang's order for TLS 1.3: AES_256_GCM, AES_128_GCM, CHACHA20, AES_128_CCM.
std::span<const CipherSuite> default_suites();
// default_suites_of is what is offered where the option ciphers is not set. TLS 1.2 has AEADs alone; TLS 1.1 and 1.0 have
// none, but MACs by SHA-1.
std::vector<CipherSuite> default_suites_of(std::span<const Version> versions);

}  // namespace tlsock
