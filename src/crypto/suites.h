// The cipher suites: what each is made of, and its names in RFCs, in OpenSSL and in Erlang's maps.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "crypto/aead.h"
#include "crypto/hash.h"
#include "wire/registry.h"

namespace tlsock {

struct SuiteInfo {
  CipherSuite suite;
  const char* rfc_name;      // TLS_AES_128_GCM_SHA256
  const char* openssl_name;  // the same in TLS 1.3
  // Erlang's map: {"key_exchange":"any","cipher":"aes_128_gcm","mac":"aead","prf":"sha256"}
  const char* key_exchange;
  const char* cipher;
  const char* mac;
  const char* prf;
  AeadAlgorithm aead;
  HashAlgorithm hash;
};

// find is null for a suite that is not implemented.
const SuiteInfo* find_suite(CipherSuite suite);
const SuiteInfo* find_suite_by_name(std::string_view name);
std::span<const SuiteInfo> all_suites();
// default_suites is Erlang's order: AES_256_GCM, AES_128_GCM, CHACHA20, AES_128_CCM.
std::span<const CipherSuite> default_suites();

}  // namespace tlsock
