// The table of cipher suites, in Erlang's order.
#include "crypto/suites.h"

#include <algorithm>

namespace tlsock {
namespace {

using Kx = KeyExchangeAlgorithm;

constexpr SuiteInfo aead(CipherSuite suite, const char* openssl_name, Kx key_exchange, AeadAlgorithm aead,
                         HashAlgorithm hash, bool default_prf = false) {
  return {suite, openssl_name, key_exchange, aead, {}, HashAlgorithm::none, hash, default_prf};
}
constexpr SuiteInfo cbc(CipherSuite suite, const char* openssl_name, Kx key_exchange, CbcAlgorithm cbc,
                        HashAlgorithm mac) {
  // The MACs of later suites are their PRF's hash as well.
  const bool is_old = mac == HashAlgorithm::sha1;
  return {suite, openssl_name, key_exchange, {}, cbc, mac, is_old ? HashAlgorithm::sha256 : mac, is_old};
}

// clang-format off
constexpr SuiteInfo suites[] = {
    aead(CipherSuite::aes_256_gcm_sha384, "TLS_AES_256_GCM_SHA384", Kx::any, AeadAlgorithm::aes_256_gcm, HashAlgorithm::sha384),
    aead(CipherSuite::aes_128_gcm_sha256, "TLS_AES_128_GCM_SHA256", Kx::any, AeadAlgorithm::aes_128_gcm, HashAlgorithm::sha256),
    aead(CipherSuite::chacha20_poly1305_sha256, "TLS_CHACHA20_POLY1305_SHA256", Kx::any, AeadAlgorithm::chacha20_poly1305, HashAlgorithm::sha256),
    aead(CipherSuite::aes_128_ccm_sha256, "TLS_AES_128_CCM_SHA256", Kx::any, AeadAlgorithm::aes_128_ccm, HashAlgorithm::sha256),
    aead(CipherSuite::aes_128_ccm_8_sha256, "TLS_AES_128_CCM_8_SHA256", Kx::any, AeadAlgorithm::aes_128_ccm_8, HashAlgorithm::sha256),

    aead(CipherSuite::ecdhe_ecdsa_aes_256_gcm_sha384, "ECDHE-ECDSA-AES256-GCM-SHA384", Kx::ecdhe_ecdsa, AeadAlgorithm::aes_256_gcm, HashAlgorithm::sha384),
    aead(CipherSuite::ecdhe_rsa_aes_256_gcm_sha384, "ECDHE-RSA-AES256-GCM-SHA384", Kx::ecdhe_rsa, AeadAlgorithm::aes_256_gcm, HashAlgorithm::sha384),
    aead(CipherSuite::ecdhe_ecdsa_aes_256_ccm, "ECDHE-ECDSA-AES256-CCM", Kx::ecdhe_ecdsa, AeadAlgorithm::aes_256_ccm, HashAlgorithm::sha256, true),
    aead(CipherSuite::ecdhe_ecdsa_aes_256_ccm_8, "ECDHE-ECDSA-AES256-CCM8", Kx::ecdhe_ecdsa, AeadAlgorithm::aes_256_ccm_8, HashAlgorithm::sha256, true),
    cbc(CipherSuite::ecdhe_ecdsa_aes_256_cbc_sha384, "ECDHE-ECDSA-AES256-SHA384", Kx::ecdhe_ecdsa, CbcAlgorithm::aes_256_cbc, HashAlgorithm::sha384),
    cbc(CipherSuite::ecdhe_rsa_aes_256_cbc_sha384, "ECDHE-RSA-AES256-SHA384", Kx::ecdhe_rsa, CbcAlgorithm::aes_256_cbc, HashAlgorithm::sha384),
    aead(CipherSuite::ecdhe_ecdsa_chacha20_poly1305_sha256, "ECDHE-ECDSA-CHACHA20-POLY1305", Kx::ecdhe_ecdsa, AeadAlgorithm::chacha20_poly1305, HashAlgorithm::sha256),
    aead(CipherSuite::ecdhe_rsa_chacha20_poly1305_sha256, "ECDHE-RSA-CHACHA20-POLY1305", Kx::ecdhe_rsa, AeadAlgorithm::chacha20_poly1305, HashAlgorithm::sha256),
    aead(CipherSuite::ecdhe_ecdsa_aes_128_gcm_sha256, "ECDHE-ECDSA-AES128-GCM-SHA256", Kx::ecdhe_ecdsa, AeadAlgorithm::aes_128_gcm, HashAlgorithm::sha256),
    aead(CipherSuite::ecdhe_rsa_aes_128_gcm_sha256, "ECDHE-RSA-AES128-GCM-SHA256", Kx::ecdhe_rsa, AeadAlgorithm::aes_128_gcm, HashAlgorithm::sha256),
    aead(CipherSuite::ecdhe_ecdsa_aes_128_ccm, "ECDHE-ECDSA-AES128-CCM", Kx::ecdhe_ecdsa, AeadAlgorithm::aes_128_ccm, HashAlgorithm::sha256, true),
    aead(CipherSuite::ecdhe_ecdsa_aes_128_ccm_8, "ECDHE-ECDSA-AES128-CCM8", Kx::ecdhe_ecdsa, AeadAlgorithm::aes_128_ccm_8, HashAlgorithm::sha256, true),
    cbc(CipherSuite::ecdhe_ecdsa_aes_128_cbc_sha256, "ECDHE-ECDSA-AES128-SHA256", Kx::ecdhe_ecdsa, CbcAlgorithm::aes_128_cbc, HashAlgorithm::sha256),
    cbc(CipherSuite::ecdhe_rsa_aes_128_cbc_sha256, "ECDHE-RSA-AES128-SHA256", Kx::ecdhe_rsa, CbcAlgorithm::aes_128_cbc, HashAlgorithm::sha256),
    cbc(CipherSuite::ecdhe_ecdsa_aes_256_cbc_sha, "ECDHE-ECDSA-AES256-SHA", Kx::ecdhe_ecdsa, CbcAlgorithm::aes_256_cbc, HashAlgorithm::sha1),
    cbc(CipherSuite::ecdhe_rsa_aes_256_cbc_sha, "ECDHE-RSA-AES256-SHA", Kx::ecdhe_rsa, CbcAlgorithm::aes_256_cbc, HashAlgorithm::sha1),
    cbc(CipherSuite::ecdhe_ecdsa_aes_128_cbc_sha, "ECDHE-ECDSA-AES128-SHA", Kx::ecdhe_ecdsa, CbcAlgorithm::aes_128_cbc, HashAlgorithm::sha1),
    cbc(CipherSuite::ecdhe_rsa_aes_128_cbc_sha, "ECDHE-RSA-AES128-SHA", Kx::ecdhe_rsa, CbcAlgorithm::aes_128_cbc, HashAlgorithm::sha1),
    cbc(CipherSuite::ecdhe_ecdsa_3des_ede_cbc_sha, "ECDHE-ECDSA-DES-CBC3-SHA", Kx::ecdhe_ecdsa, CbcAlgorithm::des_ede3_cbc, HashAlgorithm::sha1),
    cbc(CipherSuite::ecdhe_rsa_3des_ede_cbc_sha, "ECDHE-RSA-DES-CBC3-SHA", Kx::ecdhe_rsa, CbcAlgorithm::des_ede3_cbc, HashAlgorithm::sha1),
};

constexpr CipherSuite defaults[] = {CipherSuite::aes_256_gcm_sha384, CipherSuite::aes_128_gcm_sha256,
                                    CipherSuite::chacha20_poly1305_sha256, CipherSuite::aes_128_ccm_sha256};

constexpr CipherSuite defaults_12[] = {
    CipherSuite::ecdhe_ecdsa_aes_256_gcm_sha384,       CipherSuite::ecdhe_rsa_aes_256_gcm_sha384,
    CipherSuite::ecdhe_ecdsa_aes_256_ccm,              CipherSuite::ecdhe_ecdsa_chacha20_poly1305_sha256,
    CipherSuite::ecdhe_rsa_chacha20_poly1305_sha256,   CipherSuite::ecdhe_ecdsa_aes_128_gcm_sha256,
    CipherSuite::ecdhe_rsa_aes_128_gcm_sha256,         CipherSuite::ecdhe_ecdsa_aes_128_ccm};
// clang-format on

constexpr CipherSuite defaults_10[] = {
    CipherSuite::ecdhe_ecdsa_aes_256_cbc_sha, CipherSuite::ecdhe_rsa_aes_256_cbc_sha,
    CipherSuite::ecdhe_ecdsa_aes_128_cbc_sha, CipherSuite::ecdhe_rsa_aes_128_cbc_sha};

constexpr const char* aead_names[] = {"aes_128_gcm", "aes_256_gcm",   "chacha20_poly1305", "aes_128_ccm",
                                      "aes_256_ccm", "aes_128_ccm_8", "aes_256_ccm_8"};
constexpr const char* cbc_names[] = {"aes_128_cbc", "aes_256_cbc", "3des_ede_cbc"};
constexpr const char* key_exchange_names[] = {"any", "ecdhe_ecdsa", "ecdhe_rsa"};

}  // namespace

const char* SuiteInfo::rfc_name() const { return name(suite).data(); }
const char* SuiteInfo::key_exchange_name() const { return key_exchange_names[static_cast<std::size_t>(key_exchange)]; }

const char* SuiteInfo::cipher_name() const {
  return is_cbc() ? cbc_names[static_cast<std::size_t>(cbc)] : aead_names[static_cast<std::size_t>(aead)];
}

const char* SuiteInfo::mac_name() const {
  if (!is_cbc()) return "aead";
  return mac == HashAlgorithm::sha1 ? "sha" : name(mac);
}

const char* SuiteInfo::prf_name() const { return default_prf ? "default_prf" : name(hash); }

bool usable_in(const SuiteInfo& suite, Version version) {
  if (suite.is_tls13() || version == Version::tls13) return suite.is_tls13() && version == Version::tls13;
  return version == Version::tls12 || !suite.needs_tls12();
}

const SuiteInfo* find_suite(CipherSuite suite) {
  const auto found = std::ranges::find(suites, suite, &SuiteInfo::suite);
  return found == std::end(suites) ? nullptr : found;
}

const SuiteInfo* find_suite_by_name(std::string_view name) {
  const auto found = std::ranges::find_if(
      suites, [name](const SuiteInfo& suite) { return name == suite.rfc_name() || name == suite.openssl_name; });
  return found == std::end(suites) ? nullptr : found;
}

std::span<const SuiteInfo> all_suites() { return suites; }
std::span<const CipherSuite> default_suites() { return defaults; }

std::vector<CipherSuite> default_suites_of(std::span<const Version> versions) {
  const auto has = [&](Version version) { return std::ranges::find(versions, version) != versions.end(); };
  std::vector<CipherSuite> all;
  const auto add = [&](std::span<const CipherSuite> some) { all.insert(all.end(), some.begin(), some.end()); };
  if (has(Version::tls13)) add(defaults);
  if (has(Version::tls12)) add(defaults_12);
  if (has(Version::tls11) || has(Version::tls10)) add(defaults_10);
  return all;
}

}  // namespace tlsock
