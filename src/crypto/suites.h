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

// KeyExchangeAlgorithm is Erlang's key_exchange: what agrees on the secret, and who proves to be whom by it. `any` is
// TLS 1.3's, whose suites do not say.
enum class KeyExchangeAlgorithm : std::uint8_t {
  any,
  ecdhe_ecdsa,
  ecdhe_rsa,
  ecdh_ecdsa,
  ecdh_rsa,
  dhe_rsa,
  dhe_dss,
  rsa,
  psk,
  dhe_psk,
  ecdhe_psk,
  rsa_psk,
  srp_rsa,
  srp_dss,
  srp_anon,
  dh_anon,
  ecdh_anon,
};

// is_anonymous: without a server's certificate, whether something else proves who it is, or nothing.
constexpr bool is_anonymous(KeyExchangeAlgorithm kx) {
  using enum KeyExchangeAlgorithm;
  return kx == psk || kx == dhe_psk || kx == ecdhe_psk || kx == srp_anon || kx == dh_anon || kx == ecdh_anon;
}

// uses_psk: RFC 4279, 5489; uses_srp: RFC 5054.
constexpr bool uses_psk(KeyExchangeAlgorithm kx) {
  using enum KeyExchangeAlgorithm;
  return kx == psk || kx == dhe_psk || kx == ecdhe_psk || kx == rsa_psk;
}
constexpr bool uses_srp(KeyExchangeAlgorithm kx) {
  using enum KeyExchangeAlgorithm;
  return kx == srp_rsa || kx == srp_dss || kx == srp_anon;
}

// What the ServerKeyExchange brings: a point (RFC 8422 §5.4), or a group and a number of it (RFC 5246 §7.4.3).
constexpr bool is_ephemeral_ecdh(KeyExchangeAlgorithm kx) {
  using enum KeyExchangeAlgorithm;
  return kx == ecdhe_ecdsa || kx == ecdhe_rsa || kx == ecdhe_psk || kx == ecdh_anon;
}
constexpr bool is_ephemeral_dh(KeyExchangeAlgorithm kx) {
  using enum KeyExchangeAlgorithm;
  return kx == dhe_rsa || kx == dhe_dss || kx == dhe_psk || kx == dh_anon;
}

// The server's share, or the key to which the client encrypts the secret, is its certificate's: no forward secrecy.
constexpr bool is_static_ecdh(KeyExchangeAlgorithm kx) {
  using enum KeyExchangeAlgorithm;
  return kx == ecdh_ecdsa || kx == ecdh_rsa;
}
constexpr bool is_key_transport(KeyExchangeAlgorithm kx) {
  using enum KeyExchangeAlgorithm;
  return kx == rsa || kx == rsa_psk;
}

// signs_exchange: the certificate's key signs the ServerKeyExchange.
constexpr bool signs_exchange(KeyExchangeAlgorithm kx) {
  using enum KeyExchangeAlgorithm;
  return kx == ecdhe_ecdsa || kx == ecdhe_rsa || kx == dhe_rsa || kx == dhe_dss || kx == srp_rsa || kx == srp_dss;
}

struct SuiteInfo {
  CipherSuite suite;
  const char* openssl_name;  // the RFC's in TLS 1.3
  KeyExchangeAlgorithm key_exchange;
  AeadAlgorithm aead;  // if mac is none
  CbcAlgorithm cbc;    // if it is not
  HashAlgorithm mac;
  HashAlgorithm hash;  // of TLS 1.3's HKDF and TLS 1.2's PRF
  bool default_prf;    // the suite does not name a hash

  bool is_tls13() const { return key_exchange == KeyExchangeAlgorithm::any; }
  bool is_cbc() const { return mac != HashAlgorithm::none; }
  bool is_anonymous() const { return tlsock::is_anonymous(key_exchange); }
  // RFC 5246 §A.5: AEADs, and MACs other than SHA-1, are TLS 1.2's; but RFC 5487 §3 and 5489 §3 take such MACs to the
  // versions before.
  bool needs_tls12() const { return !is_cbc() || (mac != HashAlgorithm::sha1 && !uses_psk(key_exchange)); }

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
// find_suite_by_name takes RFCs' names, OpenSSL's, and Erlang's where they differ.
const SuiteInfo* find_suite_by_name(std::string_view name);
// all_suites is in Erlang's order, anonymous ones last.
std::span<const SuiteInfo> all_suites();
// default_suites is Erlang's order for TLS 1.3: AES_256_GCM, AES_128_GCM, CHACHA20, AES_128_CCM.
std::span<const CipherSuite> default_suites();
// default_suites_of is what is offered where the option ciphers is not set: Erlang's order without static ECDH and
// DHE_DSS. TLS 1.2 has AEADs alone; TLS 1.1 and 1.0 have none, but MACs by SHA-1.
std::vector<CipherSuite> default_suites_of(std::span<const Version> versions);

}  // namespace tlsock
