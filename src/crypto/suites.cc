// The table of cipher suites.
#include "crypto/suites.h"

#include <algorithm>

namespace tlsock {
namespace {

constexpr SuiteInfo suites[] = {
    {CipherSuite::aes_256_gcm_sha384, "TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384", "any", "aes_256_gcm", "aead",
     "sha384", AeadAlgorithm::aes_256_gcm, HashAlgorithm::sha384},
    {CipherSuite::aes_128_gcm_sha256, "TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256", "any", "aes_128_gcm", "aead",
     "sha256", AeadAlgorithm::aes_128_gcm, HashAlgorithm::sha256},
    {CipherSuite::chacha20_poly1305_sha256, "TLS_CHACHA20_POLY1305_SHA256", "TLS_CHACHA20_POLY1305_SHA256", "any",
     "chacha20_poly1305", "aead", "sha256", AeadAlgorithm::chacha20_poly1305, HashAlgorithm::sha256},
    {CipherSuite::aes_128_ccm_sha256, "TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_SHA256", "any", "aes_128_ccm", "aead",
     "sha256", AeadAlgorithm::aes_128_ccm, HashAlgorithm::sha256},
    {CipherSuite::aes_128_ccm_8_sha256, "TLS_AES_128_CCM_8_SHA256", "TLS_AES_128_CCM_8_SHA256", "any", "aes_128_ccm_8",
     "aead", "sha256", AeadAlgorithm::aes_128_ccm_8, HashAlgorithm::sha256},
};

constexpr CipherSuite defaults[] = {CipherSuite::aes_256_gcm_sha384, CipherSuite::aes_128_gcm_sha256,
                                    CipherSuite::chacha20_poly1305_sha256, CipherSuite::aes_128_ccm_sha256};

}  // namespace

const SuiteInfo* find_suite(CipherSuite suite) {
  const auto found = std::ranges::find(suites, suite, &SuiteInfo::suite);
  return found == std::end(suites) ? nullptr : found;
}

const SuiteInfo* find_suite_by_name(std::string_view name) {
  const auto found = std::ranges::find_if(
      suites, [name](const SuiteInfo& suite) { return name == suite.rfc_name || name == suite.openssl_name; });
  return found == std::end(suites) ? nullptr : found;
}

std::span<const SuiteInfo> all_suites() { return suites; }
std::span<const CipherSuite> default_suites() { return defaults; }

}  // namespace tlsock
