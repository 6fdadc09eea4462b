// The table of cipher suites, in Erlang's order.
#include "crypto/suites.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <numeric>

namespace tlsock {
namespace {

using Kx = KeyExchangeAlgorithm;

using enum CipherSuite;
using enum AeadAlgorithm;
using enum CbcAlgorithm;
using enum HashAlgorithm;

constexpr SuiteInfo aead(CipherSuite suite, const char* openssl_name, Kx key_exchange, AeadAlgorithm aead,
                         HashAlgorithm hash) {
  return {suite, openssl_name, key_exchange, aead, {}, none, hash, false};
}
// RFC 6655, 7251: before TLS 1.3 suites with CCM do not name a hash, and have the PRF of RFC 5246.
constexpr SuiteInfo aead(CipherSuite suite, const char* openssl_name, Kx key_exchange, AeadAlgorithm aead) {
  return {suite, openssl_name, key_exchange, aead, {}, none, sha256, true};
}
// The MACs of later suites are their PRF's hash as well. default_prf: Erlang's map does not name it nevertheless.
constexpr SuiteInfo cbc(CipherSuite suite, const char* openssl_name, Kx key_exchange, CbcAlgorithm cbc,
                        HashAlgorithm mac, bool default_prf = false) {
  const bool is_old = mac == sha1;
  return {suite, openssl_name, key_exchange, {}, cbc, mac, is_old ? sha256 : mac, is_old || default_prf};
}

// In Erlang's order, and those that Erlang does not list beside their like: first with certificates, then anonymous.
// clang-format off
constexpr SuiteInfo suites[] = {
    aead(aes_256_gcm_sha384, "TLS_AES_256_GCM_SHA384", Kx::any, aes_256_gcm, sha384),
    aead(aes_128_gcm_sha256, "TLS_AES_128_GCM_SHA256", Kx::any, aes_128_gcm, sha256),
    aead(chacha20_poly1305_sha256, "TLS_CHACHA20_POLY1305_SHA256", Kx::any, chacha20_poly1305, sha256),
    aead(aes_128_ccm_sha256, "TLS_AES_128_CCM_SHA256", Kx::any, aes_128_ccm, sha256),
    aead(aes_128_ccm_8_sha256, "TLS_AES_128_CCM_8_SHA256", Kx::any, aes_128_ccm_8, sha256),

    aead(ecdhe_ecdsa_aes_256_gcm_sha384, "ECDHE-ECDSA-AES256-GCM-SHA384", Kx::ecdhe_ecdsa, aes_256_gcm, sha384),
    aead(ecdhe_rsa_aes_256_gcm_sha384, "ECDHE-RSA-AES256-GCM-SHA384", Kx::ecdhe_rsa, aes_256_gcm, sha384),
    aead(ecdhe_ecdsa_aes_256_ccm, "ECDHE-ECDSA-AES256-CCM", Kx::ecdhe_ecdsa, aes_256_ccm),
    aead(ecdhe_ecdsa_aes_256_ccm_8, "ECDHE-ECDSA-AES256-CCM8", Kx::ecdhe_ecdsa, aes_256_ccm_8),
    cbc(ecdhe_ecdsa_aes_256_cbc_sha384, "ECDHE-ECDSA-AES256-SHA384", Kx::ecdhe_ecdsa, aes_256_cbc, sha384),
    cbc(ecdhe_rsa_aes_256_cbc_sha384, "ECDHE-RSA-AES256-SHA384", Kx::ecdhe_rsa, aes_256_cbc, sha384),
    aead(ecdhe_ecdsa_chacha20_poly1305_sha256, "ECDHE-ECDSA-CHACHA20-POLY1305", Kx::ecdhe_ecdsa, chacha20_poly1305, sha256),
    aead(ecdhe_rsa_chacha20_poly1305_sha256, "ECDHE-RSA-CHACHA20-POLY1305", Kx::ecdhe_rsa, chacha20_poly1305, sha256),
    aead(ecdhe_ecdsa_aes_128_gcm_sha256, "ECDHE-ECDSA-AES128-GCM-SHA256", Kx::ecdhe_ecdsa, aes_128_gcm, sha256),
    aead(ecdhe_rsa_aes_128_gcm_sha256, "ECDHE-RSA-AES128-GCM-SHA256", Kx::ecdhe_rsa, aes_128_gcm, sha256),
    aead(ecdhe_ecdsa_aes_128_ccm, "ECDHE-ECDSA-AES128-CCM", Kx::ecdhe_ecdsa, aes_128_ccm),
    aead(ecdhe_ecdsa_aes_128_ccm_8, "ECDHE-ECDSA-AES128-CCM8", Kx::ecdhe_ecdsa, aes_128_ccm_8),
    aead(ecdh_ecdsa_aes_256_gcm_sha384, "ECDH-ECDSA-AES256-GCM-SHA384", Kx::ecdh_ecdsa, aes_256_gcm, sha384),
    aead(ecdh_rsa_aes_256_gcm_sha384, "ECDH-RSA-AES256-GCM-SHA384", Kx::ecdh_rsa, aes_256_gcm, sha384),
    cbc(ecdh_ecdsa_aes_256_cbc_sha384, "ECDH-ECDSA-AES256-SHA384", Kx::ecdh_ecdsa, aes_256_cbc, sha384),
    cbc(ecdh_rsa_aes_256_cbc_sha384, "ECDH-RSA-AES256-SHA384", Kx::ecdh_rsa, aes_256_cbc, sha384),
    aead(ecdh_ecdsa_aes_128_gcm_sha256, "ECDH-ECDSA-AES128-GCM-SHA256", Kx::ecdh_ecdsa, aes_128_gcm, sha256),
    aead(ecdh_rsa_aes_128_gcm_sha256, "ECDH-RSA-AES128-GCM-SHA256", Kx::ecdh_rsa, aes_128_gcm, sha256),
    cbc(ecdhe_ecdsa_aes_128_cbc_sha256, "ECDHE-ECDSA-AES128-SHA256", Kx::ecdhe_ecdsa, aes_128_cbc, sha256),
    cbc(ecdhe_rsa_aes_128_cbc_sha256, "ECDHE-RSA-AES128-SHA256", Kx::ecdhe_rsa, aes_128_cbc, sha256),
    cbc(ecdh_ecdsa_aes_128_cbc_sha256, "ECDH-ECDSA-AES128-SHA256", Kx::ecdh_ecdsa, aes_128_cbc, sha256),
    cbc(ecdh_rsa_aes_128_cbc_sha256, "ECDH-RSA-AES128-SHA256", Kx::ecdh_rsa, aes_128_cbc, sha256),
    aead(dhe_rsa_aes_256_gcm_sha384, "DHE-RSA-AES256-GCM-SHA384", Kx::dhe_rsa, aes_256_gcm, sha384),
    aead(dhe_dss_aes_256_gcm_sha384, "DHE-DSS-AES256-GCM-SHA384", Kx::dhe_dss, aes_256_gcm, sha384),
    aead(dhe_rsa_aes_256_ccm, "DHE-RSA-AES256-CCM", Kx::dhe_rsa, aes_256_ccm),
    aead(dhe_rsa_aes_256_ccm_8, "DHE-RSA-AES256-CCM8", Kx::dhe_rsa, aes_256_ccm_8),
    cbc(dhe_rsa_aes_256_cbc_sha256, "DHE-RSA-AES256-SHA256", Kx::dhe_rsa, aes_256_cbc, sha256, true),
    cbc(dhe_dss_aes_256_cbc_sha256, "DHE-DSS-AES256-SHA256", Kx::dhe_dss, aes_256_cbc, sha256, true),
    aead(dhe_rsa_aes_128_gcm_sha256, "DHE-RSA-AES128-GCM-SHA256", Kx::dhe_rsa, aes_128_gcm, sha256),
    aead(dhe_dss_aes_128_gcm_sha256, "DHE-DSS-AES128-GCM-SHA256", Kx::dhe_dss, aes_128_gcm, sha256),
    aead(dhe_rsa_aes_128_ccm, "DHE-RSA-AES128-CCM", Kx::dhe_rsa, aes_128_ccm),
    aead(dhe_rsa_aes_128_ccm_8, "DHE-RSA-AES128-CCM8", Kx::dhe_rsa, aes_128_ccm_8),
    aead(dhe_rsa_chacha20_poly1305_sha256, "DHE-RSA-CHACHA20-POLY1305", Kx::dhe_rsa, chacha20_poly1305, sha256),
    cbc(dhe_rsa_aes_128_cbc_sha256, "DHE-RSA-AES128-SHA256", Kx::dhe_rsa, aes_128_cbc, sha256, true),
    cbc(dhe_dss_aes_128_cbc_sha256, "DHE-DSS-AES128-SHA256", Kx::dhe_dss, aes_128_cbc, sha256, true),
    cbc(ecdhe_ecdsa_aes_256_cbc_sha, "ECDHE-ECDSA-AES256-SHA", Kx::ecdhe_ecdsa, aes_256_cbc, sha1),
    cbc(ecdhe_rsa_aes_256_cbc_sha, "ECDHE-RSA-AES256-SHA", Kx::ecdhe_rsa, aes_256_cbc, sha1),
    cbc(ecdh_ecdsa_aes_256_cbc_sha, "ECDH-ECDSA-AES256-SHA", Kx::ecdh_ecdsa, aes_256_cbc, sha1),
    cbc(ecdh_rsa_aes_256_cbc_sha, "ECDH-RSA-AES256-SHA", Kx::ecdh_rsa, aes_256_cbc, sha1),
    cbc(ecdhe_ecdsa_aes_128_cbc_sha, "ECDHE-ECDSA-AES128-SHA", Kx::ecdhe_ecdsa, aes_128_cbc, sha1),
    cbc(ecdhe_rsa_aes_128_cbc_sha, "ECDHE-RSA-AES128-SHA", Kx::ecdhe_rsa, aes_128_cbc, sha1),
    cbc(ecdh_ecdsa_aes_128_cbc_sha, "ECDH-ECDSA-AES128-SHA", Kx::ecdh_ecdsa, aes_128_cbc, sha1),
    cbc(ecdh_rsa_aes_128_cbc_sha, "ECDH-RSA-AES128-SHA", Kx::ecdh_rsa, aes_128_cbc, sha1),
    cbc(dhe_rsa_aes_256_cbc_sha, "DHE-RSA-AES256-SHA", Kx::dhe_rsa, aes_256_cbc, sha1),
    cbc(dhe_dss_aes_256_cbc_sha, "DHE-DSS-AES256-SHA", Kx::dhe_dss, aes_256_cbc, sha1),
    cbc(dhe_rsa_aes_128_cbc_sha, "DHE-RSA-AES128-SHA", Kx::dhe_rsa, aes_128_cbc, sha1),
    cbc(dhe_dss_aes_128_cbc_sha, "DHE-DSS-AES128-SHA", Kx::dhe_dss, aes_128_cbc, sha1),
    aead(rsa_psk_aes_256_gcm_sha384, "RSA-PSK-AES256-GCM-SHA384", Kx::rsa_psk, aes_256_gcm, sha384),
    cbc(rsa_psk_aes_256_cbc_sha384, "RSA-PSK-AES256-CBC-SHA384", Kx::rsa_psk, aes_256_cbc, sha384),
    aead(rsa_psk_chacha20_poly1305_sha256, "RSA-PSK-CHACHA20-POLY1305", Kx::rsa_psk, chacha20_poly1305, sha256),
    aead(rsa_psk_aes_128_gcm_sha256, "RSA-PSK-AES128-GCM-SHA256", Kx::rsa_psk, aes_128_gcm, sha256),
    cbc(rsa_psk_aes_128_cbc_sha256, "RSA-PSK-AES128-CBC-SHA256", Kx::rsa_psk, aes_128_cbc, sha256, true),
    cbc(rsa_psk_aes_256_cbc_sha, "RSA-PSK-AES256-CBC-SHA", Kx::rsa_psk, aes_256_cbc, sha1),
    cbc(rsa_psk_aes_128_cbc_sha, "RSA-PSK-AES128-CBC-SHA", Kx::rsa_psk, aes_128_cbc, sha1),
    cbc(rsa_psk_3des_ede_cbc_sha, "RSA-PSK-3DES-EDE-CBC-SHA", Kx::rsa_psk, des_ede3_cbc, sha1),
    cbc(srp_sha_rsa_aes_256_cbc_sha, "SRP-RSA-AES-256-CBC-SHA", Kx::srp_rsa, aes_256_cbc, sha1),
    cbc(srp_sha_dss_aes_256_cbc_sha, "SRP-DSS-AES-256-CBC-SHA", Kx::srp_dss, aes_256_cbc, sha1),
    cbc(srp_sha_rsa_aes_128_cbc_sha, "SRP-RSA-AES-128-CBC-SHA", Kx::srp_rsa, aes_128_cbc, sha1),
    cbc(srp_sha_dss_aes_128_cbc_sha, "SRP-DSS-AES-128-CBC-SHA", Kx::srp_dss, aes_128_cbc, sha1),
    cbc(srp_sha_rsa_3des_ede_cbc_sha, "SRP-RSA-3DES-EDE-CBC-SHA", Kx::srp_rsa, des_ede3_cbc, sha1),
    cbc(srp_sha_dss_3des_ede_cbc_sha, "SRP-DSS-3DES-EDE-CBC-SHA", Kx::srp_dss, des_ede3_cbc, sha1),
    aead(rsa_aes_256_gcm_sha384, "AES256-GCM-SHA384", Kx::rsa, aes_256_gcm, sha384),
    aead(rsa_aes_256_ccm, "AES256-CCM", Kx::rsa, aes_256_ccm),
    aead(rsa_aes_256_ccm_8, "AES256-CCM8", Kx::rsa, aes_256_ccm_8),
    cbc(rsa_aes_256_cbc_sha256, "AES256-SHA256", Kx::rsa, aes_256_cbc, sha256, true),
    aead(rsa_aes_128_gcm_sha256, "AES128-GCM-SHA256", Kx::rsa, aes_128_gcm, sha256),
    aead(rsa_aes_128_ccm, "AES128-CCM", Kx::rsa, aes_128_ccm),
    aead(rsa_aes_128_ccm_8, "AES128-CCM8", Kx::rsa, aes_128_ccm_8),
    cbc(rsa_aes_128_cbc_sha256, "AES128-SHA256", Kx::rsa, aes_128_cbc, sha256, true),
    cbc(rsa_aes_256_cbc_sha, "AES256-SHA", Kx::rsa, aes_256_cbc, sha1),
    cbc(rsa_aes_128_cbc_sha, "AES128-SHA", Kx::rsa, aes_128_cbc, sha1),
    cbc(rsa_3des_ede_cbc_sha, "DES-CBC3-SHA", Kx::rsa, des_ede3_cbc, sha1),
    cbc(ecdhe_ecdsa_3des_ede_cbc_sha, "ECDHE-ECDSA-DES-CBC3-SHA", Kx::ecdhe_ecdsa, des_ede3_cbc, sha1),
    cbc(ecdhe_rsa_3des_ede_cbc_sha, "ECDHE-RSA-DES-CBC3-SHA", Kx::ecdhe_rsa, des_ede3_cbc, sha1),
    cbc(dhe_rsa_3des_ede_cbc_sha, "DHE-RSA-DES-CBC3-SHA", Kx::dhe_rsa, des_ede3_cbc, sha1),
    cbc(dhe_dss_3des_ede_cbc_sha, "DHE-DSS-DES-CBC3-SHA", Kx::dhe_dss, des_ede3_cbc, sha1),
    cbc(ecdh_ecdsa_3des_ede_cbc_sha, "ECDH-ECDSA-DES-CBC3-SHA", Kx::ecdh_ecdsa, des_ede3_cbc, sha1),
    cbc(ecdh_rsa_3des_ede_cbc_sha, "ECDH-RSA-DES-CBC3-SHA", Kx::ecdh_rsa, des_ede3_cbc, sha1),

    aead(ecdhe_psk_aes_256_gcm_sha384, "ECDHE-PSK-AES256-GCM-SHA384", Kx::ecdhe_psk, aes_256_gcm, sha384),
    aead(dhe_psk_aes_256_gcm_sha384, "DHE-PSK-AES256-GCM-SHA384", Kx::dhe_psk, aes_256_gcm, sha384),
    aead(psk_aes_256_gcm_sha384, "PSK-AES256-GCM-SHA384", Kx::psk, aes_256_gcm, sha384),
    aead(dhe_psk_aes_256_ccm, "DHE-PSK-AES256-CCM", Kx::dhe_psk, aes_256_ccm),
    aead(psk_dhe_aes_256_ccm_8, "DHE-PSK-AES256-CCM8", Kx::dhe_psk, aes_256_ccm_8),
    aead(psk_aes_256_ccm, "PSK-AES256-CCM", Kx::psk, aes_256_ccm),
    aead(psk_aes_256_ccm_8, "PSK-AES256-CCM8", Kx::psk, aes_256_ccm_8),
    aead(ecdhe_psk_chacha20_poly1305_sha256, "ECDHE-PSK-CHACHA20-POLY1305", Kx::ecdhe_psk, chacha20_poly1305, sha256),
    aead(dhe_psk_chacha20_poly1305_sha256, "DHE-PSK-CHACHA20-POLY1305", Kx::dhe_psk, chacha20_poly1305, sha256),
    aead(psk_chacha20_poly1305_sha256, "PSK-CHACHA20-POLY1305", Kx::psk, chacha20_poly1305, sha256),
    aead(ecdhe_psk_aes_128_gcm_sha256, "ECDHE-PSK-AES128-GCM-SHA256", Kx::ecdhe_psk, aes_128_gcm, sha256),
    aead(ecdhe_psk_aes_128_ccm_sha256, "ECDHE-PSK-AES128-CCM-SHA256", Kx::ecdhe_psk, aes_128_ccm, sha256),
    aead(ecdhe_psk_aes_128_ccm_8_sha256, "ECDHE-PSK-AES128-CCM8-SHA256", Kx::ecdhe_psk, aes_128_ccm_8, sha256),
    aead(dhe_psk_aes_128_gcm_sha256, "DHE-PSK-AES128-GCM-SHA256", Kx::dhe_psk, aes_128_gcm, sha256),
    aead(psk_aes_128_gcm_sha256, "PSK-AES128-GCM-SHA256", Kx::psk, aes_128_gcm, sha256),
    aead(dhe_psk_aes_128_ccm, "DHE-PSK-AES128-CCM", Kx::dhe_psk, aes_128_ccm),
    aead(psk_dhe_aes_128_ccm_8, "DHE-PSK-AES128-CCM8", Kx::dhe_psk, aes_128_ccm_8),
    aead(psk_aes_128_ccm, "PSK-AES128-CCM", Kx::psk, aes_128_ccm),
    aead(psk_aes_128_ccm_8, "PSK-AES128-CCM8", Kx::psk, aes_128_ccm_8),
    aead(dh_anon_aes_128_gcm_sha256, "ADH-AES128-GCM-SHA256", Kx::dh_anon, aes_128_gcm, sha256),
    aead(dh_anon_aes_256_gcm_sha384, "ADH-AES256-GCM-SHA384", Kx::dh_anon, aes_256_gcm, sha384),
    cbc(dh_anon_aes_128_cbc_sha256, "ADH-AES128-SHA256", Kx::dh_anon, aes_128_cbc, sha256),
    cbc(dh_anon_aes_256_cbc_sha256, "ADH-AES256-SHA256", Kx::dh_anon, aes_256_cbc, sha256),
    cbc(ecdh_anon_aes_128_cbc_sha, "AECDH-AES128-SHA", Kx::ecdh_anon, aes_128_cbc, sha1),
    cbc(ecdh_anon_aes_256_cbc_sha, "AECDH-AES256-SHA", Kx::ecdh_anon, aes_256_cbc, sha1),
    cbc(ecdh_anon_3des_ede_cbc_sha, "AECDH-DES-CBC3-SHA", Kx::ecdh_anon, des_ede3_cbc, sha1),
    cbc(ecdhe_psk_aes_256_cbc_sha384, "ECDHE-PSK-AES256-CBC-SHA384", Kx::ecdhe_psk, aes_256_cbc, sha384),
    cbc(dhe_psk_aes_256_cbc_sha384, "DHE-PSK-AES256-CBC-SHA384", Kx::dhe_psk, aes_256_cbc, sha384),
    cbc(psk_aes_256_cbc_sha384, "PSK-AES256-CBC-SHA384", Kx::psk, aes_256_cbc, sha384),
    cbc(ecdhe_psk_aes_128_cbc_sha256, "ECDHE-PSK-AES128-CBC-SHA256", Kx::ecdhe_psk, aes_128_cbc, sha256),
    cbc(dhe_psk_aes_128_cbc_sha256, "DHE-PSK-AES128-CBC-SHA256", Kx::dhe_psk, aes_128_cbc, sha256),
    cbc(psk_aes_128_cbc_sha256, "PSK-AES128-CBC-SHA256", Kx::psk, aes_128_cbc, sha256),
    cbc(ecdhe_psk_aes_256_cbc_sha, "ECDHE-PSK-AES256-CBC-SHA", Kx::ecdhe_psk, aes_256_cbc, sha1),
    cbc(dhe_psk_aes_256_cbc_sha, "DHE-PSK-AES256-CBC-SHA", Kx::dhe_psk, aes_256_cbc, sha1),
    cbc(psk_aes_256_cbc_sha, "PSK-AES256-CBC-SHA", Kx::psk, aes_256_cbc, sha1),
    cbc(ecdhe_psk_aes_128_cbc_sha, "ECDHE-PSK-AES128-CBC-SHA", Kx::ecdhe_psk, aes_128_cbc, sha1),
    cbc(dhe_psk_aes_128_cbc_sha, "DHE-PSK-AES128-CBC-SHA", Kx::dhe_psk, aes_128_cbc, sha1),
    cbc(psk_aes_128_cbc_sha, "PSK-AES128-CBC-SHA", Kx::psk, aes_128_cbc, sha1),
    cbc(ecdhe_psk_3des_ede_cbc_sha, "ECDHE-PSK-3DES-EDE-CBC-SHA", Kx::ecdhe_psk, des_ede3_cbc, sha1),
    cbc(dhe_psk_3des_ede_cbc_sha, "DHE-PSK-3DES-EDE-CBC-SHA", Kx::dhe_psk, des_ede3_cbc, sha1),
    cbc(psk_3des_ede_cbc_sha, "PSK-3DES-EDE-CBC-SHA", Kx::psk, des_ede3_cbc, sha1),
    cbc(dh_anon_aes_256_cbc_sha, "ADH-AES256-SHA", Kx::dh_anon, aes_256_cbc, sha1),
    cbc(dh_anon_aes_128_cbc_sha, "ADH-AES128-SHA", Kx::dh_anon, aes_128_cbc, sha1),
    cbc(dh_anon_3des_ede_cbc_sha, "ADH-DES-CBC3-SHA", Kx::dh_anon, des_ede3_cbc, sha1),
    cbc(srp_sha_aes_128_cbc_sha, "SRP-AES-128-CBC-SHA", Kx::srp_anon, aes_128_cbc, sha1),
    cbc(srp_sha_aes_256_cbc_sha, "SRP-AES-256-CBC-SHA", Kx::srp_anon, aes_256_cbc, sha1),
    cbc(srp_sha_3des_ede_cbc_sha, "SRP-3DES-EDE-CBC-SHA", Kx::srp_anon, des_ede3_cbc, sha1),
};
// clang-format on

// Places in the table in the order of the suites' numbers.
constexpr auto by_number = [] {
  std::array<std::uint8_t, std::size(suites)> places{};
  std::iota(places.begin(), places.end(), std::uint8_t{0});
  std::ranges::sort(places, {}, [](std::uint8_t place) { return suites[place].suite; });
  return places;
}();

// Names that are understood, but not told: Erlang's, where OpenSSL or the registry spells another way.
struct Alias {
  std::string_view name;
  CipherSuite suite;
};
constexpr Alias aliases[] = {
    {"EDH-RSA-DES-CBC3-SHA", dhe_rsa_3des_ede_cbc_sha},
    {"RSA-PSK-DES-CBC3-SHA", rsa_psk_3des_ede_cbc_sha},
    {"SRP-RSA-DES-CBC3-SHA", srp_sha_rsa_3des_ede_cbc_sha},
    {"SRP-DSS-DES-CBC3-SHA", srp_sha_dss_3des_ede_cbc_sha},
    {"SRP-DSS-AES128-CBC-SHA", srp_sha_dss_aes_128_cbc_sha},
    {"SRP-DSS-AES256-CBC-SHA", srp_sha_dss_aes_256_cbc_sha},
    {"TLS_DHE_PSK_WITH_AES_128_CCM_8", psk_dhe_aes_128_ccm_8},
    {"TLS_DHE_PSK_WITH_AES_256_CCM_8", psk_dhe_aes_256_ccm_8},
};

constexpr CipherSuite defaults[] = {aes_256_gcm_sha384, aes_128_gcm_sha256, chacha20_poly1305_sha256,
                                    aes_128_ccm_sha256};

constexpr CipherSuite defaults_12[] = {
    ecdhe_ecdsa_aes_256_gcm_sha384,
    ecdhe_rsa_aes_256_gcm_sha384,
    ecdhe_ecdsa_aes_256_ccm,
    ecdhe_ecdsa_chacha20_poly1305_sha256,
    ecdhe_rsa_chacha20_poly1305_sha256,
    ecdhe_ecdsa_aes_128_gcm_sha256,
    ecdhe_rsa_aes_128_gcm_sha256,
    ecdhe_ecdsa_aes_128_ccm,
    dhe_rsa_aes_256_gcm_sha384,
    dhe_rsa_aes_128_gcm_sha256,
    dhe_rsa_chacha20_poly1305_sha256,
};

constexpr CipherSuite defaults_10[] = {
    ecdhe_ecdsa_aes_256_cbc_sha, ecdhe_rsa_aes_256_cbc_sha, ecdhe_ecdsa_aes_128_cbc_sha,
    ecdhe_rsa_aes_128_cbc_sha,   dhe_rsa_aes_256_cbc_sha,   dhe_rsa_aes_128_cbc_sha,
};

constexpr const char* aead_names[] = {"aes_128_gcm", "aes_256_gcm",   "chacha20_poly1305", "aes_128_ccm",
                                      "aes_256_ccm", "aes_128_ccm_8", "aes_256_ccm_8"};
constexpr const char* cbc_names[] = {"aes_128_cbc", "aes_256_cbc", "3des_ede_cbc"};
constexpr const char* key_exchange_names[] = {
    "any",     "ecdhe_ecdsa", "ecdhe_rsa", "ecdh_ecdsa", "ecdh_rsa", "dhe_rsa",  "dhe_dss", "rsa",      "psk",
    "dhe_psk", "ecdhe_psk",   "rsa_psk",   "srp_rsa",    "srp_dss",  "srp_anon", "dh_anon", "ecdh_anon"};
static_assert(std::size(key_exchange_names) == static_cast<std::size_t>(Kx::ecdh_anon) + 1);

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
  const auto number = [](std::uint8_t place) { return suites[place].suite; };
  const auto found = std::ranges::lower_bound(by_number, suite, {}, number);
  return found == by_number.end() || number(*found) != suite ? nullptr : &suites[*found];
}

const SuiteInfo* find_suite_by_name(std::string_view name) {
  const auto found = std::ranges::find_if(
      suites, [name](const SuiteInfo& suite) { return name == suite.rfc_name() || name == suite.openssl_name; });
  if (found != std::end(suites)) return found;
  const auto alias = std::ranges::find(aliases, name, &Alias::name);
  return alias == std::end(aliases) ? nullptr : find_suite(alias->suite);
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
