// The IANA registries of TLS as open enums: values that are not named here survive decoding and are refused where they
// would be chosen. Names are the RFCs', and those that options and JSON use.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tlsock {

enum class ContentType : std::uint8_t {
  invalid = 0,
  change_cipher_spec = 20,
  alert = 21,
  handshake = 22,
  application_data = 23,
};

enum class HandshakeType : std::uint8_t {
  hello_request = 0,
  client_hello = 1,
  server_hello = 2,
  new_session_ticket = 4,
  end_of_early_data = 5,
  encrypted_extensions = 8,
  certificate = 11,
  server_key_exchange = 12,
  certificate_request = 13,
  server_hello_done = 14,
  certificate_verify = 15,
  client_key_exchange = 16,
  finished = 20,
  certificate_status = 22,
  key_update = 24,
  message_hash = 254,
};

// Versions have Erlang's names in options.
#define TLSOCK_VERSIONS(X)       \
  X(tls10, 0x0301, "tlsv1")      \
  X(tls11, 0x0302, "tlsv1.1")    \
  X(tls12, 0x0303, "tlsv1.2")    \
  X(tls13, 0x0304, "tlsv1.3")    \
  X(dtls10, 0xfeff, "dtlsv1")    \
  X(dtls12, 0xfefd, "dtlsv1.2")  \
  X(dtls13, 0xfefc, "dtlsv1.3")

enum class Version : std::uint16_t {
#define X(id, code, text) id = code,
  TLSOCK_VERSIONS(X)
#undef X
};

// Of TLS 1.3 (RFC 8446 §B.4), and of the versions before (RFC 5246 §A.5 with those that it gathered, RFC 4279, 5054, 5288,
// 5289, 5487, 5489, 6655, 7251, 7905, 8422, 8442).
#define TLSOCK_CIPHER_SUITES(X)                                                                     \
  X(aes_128_gcm_sha256, 0x1301, "TLS_AES_128_GCM_SHA256")                                           \
  X(aes_256_gcm_sha384, 0x1302, "TLS_AES_256_GCM_SHA384")                                           \
  X(chacha20_poly1305_sha256, 0x1303, "TLS_CHACHA20_POLY1305_SHA256")                               \
  X(aes_128_ccm_sha256, 0x1304, "TLS_AES_128_CCM_SHA256")                                           \
  X(aes_128_ccm_8_sha256, 0x1305, "TLS_AES_128_CCM_8_SHA256")                                       \
  X(ecdhe_ecdsa_aes_256_gcm_sha384, 0xc02c, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384")              \
  X(ecdhe_rsa_aes_256_gcm_sha384, 0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")                  \
  X(ecdhe_ecdsa_aes_256_ccm, 0xc0ad, "TLS_ECDHE_ECDSA_WITH_AES_256_CCM")                            \
  X(ecdhe_ecdsa_aes_256_ccm_8, 0xc0af, "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8")                        \
  X(ecdhe_ecdsa_aes_256_cbc_sha384, 0xc024, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384")              \
  X(ecdhe_rsa_aes_256_cbc_sha384, 0xc028, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384")                  \
  X(ecdhe_ecdsa_chacha20_poly1305_sha256, 0xcca9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256")  \
  X(ecdhe_rsa_chacha20_poly1305_sha256, 0xcca8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256")      \
  X(ecdhe_ecdsa_aes_128_gcm_sha256, 0xc02b, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")              \
  X(ecdhe_rsa_aes_128_gcm_sha256, 0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")                  \
  X(ecdhe_ecdsa_aes_128_ccm, 0xc0ac, "TLS_ECDHE_ECDSA_WITH_AES_128_CCM")                            \
  X(ecdhe_ecdsa_aes_128_ccm_8, 0xc0ae, "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8")                        \
  X(ecdh_ecdsa_aes_256_gcm_sha384, 0xc02e, "TLS_ECDH_ECDSA_WITH_AES_256_GCM_SHA384")                \
  X(ecdh_rsa_aes_256_gcm_sha384, 0xc032, "TLS_ECDH_RSA_WITH_AES_256_GCM_SHA384")                    \
  X(ecdh_ecdsa_aes_256_cbc_sha384, 0xc026, "TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA384")                \
  X(ecdh_rsa_aes_256_cbc_sha384, 0xc02a, "TLS_ECDH_RSA_WITH_AES_256_CBC_SHA384")                    \
  X(ecdh_ecdsa_aes_128_gcm_sha256, 0xc02d, "TLS_ECDH_ECDSA_WITH_AES_128_GCM_SHA256")                \
  X(ecdh_rsa_aes_128_gcm_sha256, 0xc031, "TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256")                    \
  X(ecdhe_ecdsa_aes_128_cbc_sha256, 0xc023, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256")              \
  X(ecdhe_rsa_aes_128_cbc_sha256, 0xc027, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256")                  \
  X(ecdh_ecdsa_aes_128_cbc_sha256, 0xc025, "TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA256")                \
  X(ecdh_rsa_aes_128_cbc_sha256, 0xc029, "TLS_ECDH_RSA_WITH_AES_128_CBC_SHA256")                    \
  X(dhe_rsa_aes_256_gcm_sha384, 0x009f, "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384")                      \
  X(dhe_dss_aes_256_gcm_sha384, 0x00a3, "TLS_DHE_DSS_WITH_AES_256_GCM_SHA384")                      \
  X(dhe_rsa_aes_256_ccm, 0xc09f, "TLS_DHE_RSA_WITH_AES_256_CCM")                                    \
  X(dhe_rsa_aes_256_ccm_8, 0xc0a3, "TLS_DHE_RSA_WITH_AES_256_CCM_8")                                \
  X(dhe_rsa_aes_256_cbc_sha256, 0x006b, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256")                      \
  X(dhe_dss_aes_256_cbc_sha256, 0x006a, "TLS_DHE_DSS_WITH_AES_256_CBC_SHA256")                      \
  X(dhe_rsa_aes_128_gcm_sha256, 0x009e, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256")                      \
  X(dhe_dss_aes_128_gcm_sha256, 0x00a2, "TLS_DHE_DSS_WITH_AES_128_GCM_SHA256")                      \
  X(dhe_rsa_aes_128_ccm, 0xc09e, "TLS_DHE_RSA_WITH_AES_128_CCM")                                    \
  X(dhe_rsa_aes_128_ccm_8, 0xc0a2, "TLS_DHE_RSA_WITH_AES_128_CCM_8")                                \
  X(dhe_rsa_chacha20_poly1305_sha256, 0xccaa, "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256")          \
  X(dhe_rsa_aes_128_cbc_sha256, 0x0067, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256")                      \
  X(dhe_dss_aes_128_cbc_sha256, 0x0040, "TLS_DHE_DSS_WITH_AES_128_CBC_SHA256")                      \
  X(ecdhe_ecdsa_aes_256_cbc_sha, 0xc00a, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA")                    \
  X(ecdhe_rsa_aes_256_cbc_sha, 0xc014, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA")                        \
  X(ecdh_ecdsa_aes_256_cbc_sha, 0xc005, "TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA")                      \
  X(ecdh_rsa_aes_256_cbc_sha, 0xc00f, "TLS_ECDH_RSA_WITH_AES_256_CBC_SHA")                          \
  X(ecdhe_ecdsa_aes_128_cbc_sha, 0xc009, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA")                    \
  X(ecdhe_rsa_aes_128_cbc_sha, 0xc013, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA")                        \
  X(ecdh_ecdsa_aes_128_cbc_sha, 0xc004, "TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA")                      \
  X(ecdh_rsa_aes_128_cbc_sha, 0xc00e, "TLS_ECDH_RSA_WITH_AES_128_CBC_SHA")                          \
  X(dhe_rsa_aes_256_cbc_sha, 0x0039, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA")                            \
  X(dhe_dss_aes_256_cbc_sha, 0x0038, "TLS_DHE_DSS_WITH_AES_256_CBC_SHA")                            \
  X(dhe_rsa_aes_128_cbc_sha, 0x0033, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA")                            \
  X(dhe_dss_aes_128_cbc_sha, 0x0032, "TLS_DHE_DSS_WITH_AES_128_CBC_SHA")                            \
  X(rsa_psk_aes_256_gcm_sha384, 0x00ad, "TLS_RSA_PSK_WITH_AES_256_GCM_SHA384")                      \
  X(rsa_psk_aes_256_cbc_sha384, 0x00b7, "TLS_RSA_PSK_WITH_AES_256_CBC_SHA384")                      \
  X(rsa_psk_chacha20_poly1305_sha256, 0xccae, "TLS_RSA_PSK_WITH_CHACHA20_POLY1305_SHA256")          \
  X(rsa_psk_aes_128_gcm_sha256, 0x00ac, "TLS_RSA_PSK_WITH_AES_128_GCM_SHA256")                      \
  X(rsa_psk_aes_128_cbc_sha256, 0x00b6, "TLS_RSA_PSK_WITH_AES_128_CBC_SHA256")                      \
  X(rsa_psk_aes_256_cbc_sha, 0x0095, "TLS_RSA_PSK_WITH_AES_256_CBC_SHA")                            \
  X(rsa_psk_aes_128_cbc_sha, 0x0094, "TLS_RSA_PSK_WITH_AES_128_CBC_SHA")                            \
  X(rsa_psk_3des_ede_cbc_sha, 0x0093, "TLS_RSA_PSK_WITH_3DES_EDE_CBC_SHA")                          \
  X(srp_sha_rsa_aes_256_cbc_sha, 0xc021, "TLS_SRP_SHA_RSA_WITH_AES_256_CBC_SHA")                    \
  X(srp_sha_dss_aes_256_cbc_sha, 0xc022, "TLS_SRP_SHA_DSS_WITH_AES_256_CBC_SHA")                    \
  X(srp_sha_rsa_aes_128_cbc_sha, 0xc01e, "TLS_SRP_SHA_RSA_WITH_AES_128_CBC_SHA")                    \
  X(srp_sha_dss_aes_128_cbc_sha, 0xc01f, "TLS_SRP_SHA_DSS_WITH_AES_128_CBC_SHA")                    \
  X(srp_sha_rsa_3des_ede_cbc_sha, 0xc01b, "TLS_SRP_SHA_RSA_WITH_3DES_EDE_CBC_SHA")                  \
  X(srp_sha_dss_3des_ede_cbc_sha, 0xc01c, "TLS_SRP_SHA_DSS_WITH_3DES_EDE_CBC_SHA")                  \
  X(rsa_aes_256_gcm_sha384, 0x009d, "TLS_RSA_WITH_AES_256_GCM_SHA384")                              \
  X(rsa_aes_256_ccm, 0xc09d, "TLS_RSA_WITH_AES_256_CCM")                                            \
  X(rsa_aes_256_ccm_8, 0xc0a1, "TLS_RSA_WITH_AES_256_CCM_8")                                        \
  X(rsa_aes_256_cbc_sha256, 0x003d, "TLS_RSA_WITH_AES_256_CBC_SHA256")                              \
  X(rsa_aes_128_gcm_sha256, 0x009c, "TLS_RSA_WITH_AES_128_GCM_SHA256")                              \
  X(rsa_aes_128_ccm, 0xc09c, "TLS_RSA_WITH_AES_128_CCM")                                            \
  X(rsa_aes_128_ccm_8, 0xc0a0, "TLS_RSA_WITH_AES_128_CCM_8")                                        \
  X(rsa_aes_128_cbc_sha256, 0x003c, "TLS_RSA_WITH_AES_128_CBC_SHA256")                              \
  X(rsa_aes_256_cbc_sha, 0x0035, "TLS_RSA_WITH_AES_256_CBC_SHA")                                    \
  X(rsa_aes_128_cbc_sha, 0x002f, "TLS_RSA_WITH_AES_128_CBC_SHA")                                    \
  X(rsa_3des_ede_cbc_sha, 0x000a, "TLS_RSA_WITH_3DES_EDE_CBC_SHA")                                  \
  X(ecdhe_ecdsa_3des_ede_cbc_sha, 0xc008, "TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA")                  \
  X(ecdhe_rsa_3des_ede_cbc_sha, 0xc012, "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA")                      \
  X(dhe_rsa_3des_ede_cbc_sha, 0x0016, "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA")                          \
  X(dhe_dss_3des_ede_cbc_sha, 0x0013, "TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA")                          \
  X(ecdh_ecdsa_3des_ede_cbc_sha, 0xc003, "TLS_ECDH_ECDSA_WITH_3DES_EDE_CBC_SHA")                    \
  X(ecdh_rsa_3des_ede_cbc_sha, 0xc00d, "TLS_ECDH_RSA_WITH_3DES_EDE_CBC_SHA")                        \
  X(ecdhe_psk_aes_256_gcm_sha384, 0xd002, "TLS_ECDHE_PSK_WITH_AES_256_GCM_SHA384")                  \
  X(dhe_psk_aes_256_gcm_sha384, 0x00ab, "TLS_DHE_PSK_WITH_AES_256_GCM_SHA384")                      \
  X(psk_aes_256_gcm_sha384, 0x00a9, "TLS_PSK_WITH_AES_256_GCM_SHA384")                              \
  X(dhe_psk_aes_256_ccm, 0xc0a7, "TLS_DHE_PSK_WITH_AES_256_CCM")                                    \
  X(psk_dhe_aes_256_ccm_8, 0xc0ab, "TLS_PSK_DHE_WITH_AES_256_CCM_8")                                \
  X(psk_aes_256_ccm, 0xc0a5, "TLS_PSK_WITH_AES_256_CCM")                                            \
  X(psk_aes_256_ccm_8, 0xc0a9, "TLS_PSK_WITH_AES_256_CCM_8")                                        \
  X(ecdhe_psk_chacha20_poly1305_sha256, 0xccac, "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256")      \
  X(dhe_psk_chacha20_poly1305_sha256, 0xccad, "TLS_DHE_PSK_WITH_CHACHA20_POLY1305_SHA256")          \
  X(psk_chacha20_poly1305_sha256, 0xccab, "TLS_PSK_WITH_CHACHA20_POLY1305_SHA256")                  \
  X(ecdhe_psk_aes_128_gcm_sha256, 0xd001, "TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256")                  \
  X(ecdhe_psk_aes_128_ccm_sha256, 0xd005, "TLS_ECDHE_PSK_WITH_AES_128_CCM_SHA256")                  \
  X(ecdhe_psk_aes_128_ccm_8_sha256, 0xd003, "TLS_ECDHE_PSK_WITH_AES_128_CCM_8_SHA256")              \
  X(dhe_psk_aes_128_gcm_sha256, 0x00aa, "TLS_DHE_PSK_WITH_AES_128_GCM_SHA256")                      \
  X(psk_aes_128_gcm_sha256, 0x00a8, "TLS_PSK_WITH_AES_128_GCM_SHA256")                              \
  X(dhe_psk_aes_128_ccm, 0xc0a6, "TLS_DHE_PSK_WITH_AES_128_CCM")                                    \
  X(psk_dhe_aes_128_ccm_8, 0xc0aa, "TLS_PSK_DHE_WITH_AES_128_CCM_8")                                \
  X(psk_aes_128_ccm, 0xc0a4, "TLS_PSK_WITH_AES_128_CCM")                                            \
  X(psk_aes_128_ccm_8, 0xc0a8, "TLS_PSK_WITH_AES_128_CCM_8")                                        \
  X(dh_anon_aes_128_gcm_sha256, 0x00a6, "TLS_DH_anon_WITH_AES_128_GCM_SHA256")                      \
  X(dh_anon_aes_256_gcm_sha384, 0x00a7, "TLS_DH_anon_WITH_AES_256_GCM_SHA384")                      \
  X(dh_anon_aes_128_cbc_sha256, 0x006c, "TLS_DH_anon_WITH_AES_128_CBC_SHA256")                      \
  X(dh_anon_aes_256_cbc_sha256, 0x006d, "TLS_DH_anon_WITH_AES_256_CBC_SHA256")                      \
  X(ecdh_anon_aes_128_cbc_sha, 0xc018, "TLS_ECDH_anon_WITH_AES_128_CBC_SHA")                        \
  X(ecdh_anon_aes_256_cbc_sha, 0xc019, "TLS_ECDH_anon_WITH_AES_256_CBC_SHA")                        \
  X(ecdh_anon_3des_ede_cbc_sha, 0xc017, "TLS_ECDH_anon_WITH_3DES_EDE_CBC_SHA")                      \
  X(ecdhe_psk_aes_256_cbc_sha384, 0xc038, "TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA384")                  \
  X(dhe_psk_aes_256_cbc_sha384, 0x00b3, "TLS_DHE_PSK_WITH_AES_256_CBC_SHA384")                      \
  X(psk_aes_256_cbc_sha384, 0x00af, "TLS_PSK_WITH_AES_256_CBC_SHA384")                              \
  X(ecdhe_psk_aes_128_cbc_sha256, 0xc037, "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256")                  \
  X(dhe_psk_aes_128_cbc_sha256, 0x00b2, "TLS_DHE_PSK_WITH_AES_128_CBC_SHA256")                      \
  X(psk_aes_128_cbc_sha256, 0x00ae, "TLS_PSK_WITH_AES_128_CBC_SHA256")                              \
  X(ecdhe_psk_aes_256_cbc_sha, 0xc036, "TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA")                        \
  X(dhe_psk_aes_256_cbc_sha, 0x0091, "TLS_DHE_PSK_WITH_AES_256_CBC_SHA")                            \
  X(psk_aes_256_cbc_sha, 0x008d, "TLS_PSK_WITH_AES_256_CBC_SHA")                                    \
  X(ecdhe_psk_aes_128_cbc_sha, 0xc035, "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA")                        \
  X(dhe_psk_aes_128_cbc_sha, 0x0090, "TLS_DHE_PSK_WITH_AES_128_CBC_SHA")                            \
  X(psk_aes_128_cbc_sha, 0x008c, "TLS_PSK_WITH_AES_128_CBC_SHA")                                    \
  X(ecdhe_psk_3des_ede_cbc_sha, 0xc034, "TLS_ECDHE_PSK_WITH_3DES_EDE_CBC_SHA")                      \
  X(dhe_psk_3des_ede_cbc_sha, 0x008f, "TLS_DHE_PSK_WITH_3DES_EDE_CBC_SHA")                          \
  X(psk_3des_ede_cbc_sha, 0x008b, "TLS_PSK_WITH_3DES_EDE_CBC_SHA")                                  \
  X(dh_anon_aes_256_cbc_sha, 0x003a, "TLS_DH_anon_WITH_AES_256_CBC_SHA")                            \
  X(dh_anon_aes_128_cbc_sha, 0x0034, "TLS_DH_anon_WITH_AES_128_CBC_SHA")                            \
  X(dh_anon_3des_ede_cbc_sha, 0x001b, "TLS_DH_anon_WITH_3DES_EDE_CBC_SHA")                          \
  X(srp_sha_aes_128_cbc_sha, 0xc01d, "TLS_SRP_SHA_WITH_AES_128_CBC_SHA")                            \
  X(srp_sha_aes_256_cbc_sha, 0xc020, "TLS_SRP_SHA_WITH_AES_256_CBC_SHA")                            \
  X(srp_sha_3des_ede_cbc_sha, 0xc01a, "TLS_SRP_SHA_WITH_3DES_EDE_CBC_SHA")

enum class CipherSuite : std::uint16_t {
#define X(id, code, text) id = code,
  TLSOCK_CIPHER_SUITES(X)
#undef X
  empty_renegotiation_info_scsv = 0x00ff,
  fallback_scsv = 0x5600,
};

#define TLSOCK_NAMED_GROUPS(X)                    \
  X(secp256r1, 0x0017, "secp256r1")               \
  X(secp384r1, 0x0018, "secp384r1")               \
  X(secp521r1, 0x0019, "secp521r1")               \
  X(x25519, 0x001d, "x25519")                     \
  X(x448, 0x001e, "x448")                         \
  X(brainpoolP256r1tls13, 0x001f, "brainpoolP256r1tls13") \
  X(brainpoolP384r1tls13, 0x0020, "brainpoolP384r1tls13") \
  X(brainpoolP512r1tls13, 0x0021, "brainpoolP512r1tls13") \
  X(ffdhe2048, 0x0100, "ffdhe2048")               \
  X(ffdhe3072, 0x0101, "ffdhe3072")               \
  X(ffdhe4096, 0x0102, "ffdhe4096")               \
  X(ffdhe6144, 0x0103, "ffdhe6144")               \
  X(ffdhe8192, 0x0104, "ffdhe8192")               \
  X(mlkem512, 0x0200, "mlkem512")                 \
  X(mlkem768, 0x0201, "mlkem768")                 \
  X(mlkem1024, 0x0202, "mlkem1024")               \
  X(secp256r1mlkem768, 0x11eb, "secp256r1mlkem768") \
  X(x25519mlkem768, 0x11ec, "x25519mlkem768")     \
  X(secp384r1mlkem1024, 0x11ed, "secp384r1mlkem1024")

enum class NamedGroup : std::uint16_t {
#define X(id, code, text) id = code,
  TLSOCK_NAMED_GROUPS(X)
#undef X
};

#define TLSOCK_SIGNATURE_SCHEMES(X)                                         \
  X(rsa_pkcs1_sha1, 0x0201, "rsa_pkcs1_sha1")                               \
  X(dsa_sha1, 0x0202, "dsa_sha1")                                           \
  X(ecdsa_sha1, 0x0203, "ecdsa_sha1")                                       \
  X(dsa_sha224, 0x0302, "dsa_sha224")                                       \
  X(rsa_pkcs1_sha256, 0x0401, "rsa_pkcs1_sha256")                           \
  X(dsa_sha256, 0x0402, "dsa_sha256")                                       \
  X(ecdsa_secp256r1_sha256, 0x0403, "ecdsa_secp256r1_sha256")               \
  X(rsa_pkcs1_sha384, 0x0501, "rsa_pkcs1_sha384")                           \
  X(dsa_sha384, 0x0502, "dsa_sha384")                                       \
  X(ecdsa_secp384r1_sha384, 0x0503, "ecdsa_secp384r1_sha384")               \
  X(rsa_pkcs1_sha512, 0x0601, "rsa_pkcs1_sha512")                           \
  X(dsa_sha512, 0x0602, "dsa_sha512")                                       \
  X(ecdsa_secp521r1_sha512, 0x0603, "ecdsa_secp521r1_sha512")               \
  X(rsa_pss_rsae_sha256, 0x0804, "rsa_pss_rsae_sha256")                     \
  X(rsa_pss_rsae_sha384, 0x0805, "rsa_pss_rsae_sha384")                     \
  X(rsa_pss_rsae_sha512, 0x0806, "rsa_pss_rsae_sha512")                     \
  X(ed25519, 0x0807, "ed25519")                                             \
  X(ed448, 0x0808, "ed448")                                                 \
  X(rsa_pss_pss_sha256, 0x0809, "rsa_pss_pss_sha256")                       \
  X(rsa_pss_pss_sha384, 0x080a, "rsa_pss_pss_sha384")                       \
  X(rsa_pss_pss_sha512, 0x080b, "rsa_pss_pss_sha512")                       \
  X(ecdsa_brainpoolP256r1tls13_sha256, 0x081a, "ecdsa_brainpoolP256r1tls13_sha256") \
  X(ecdsa_brainpoolP384r1tls13_sha384, 0x081b, "ecdsa_brainpoolP384r1tls13_sha384") \
  X(ecdsa_brainpoolP512r1tls13_sha512, 0x081c, "ecdsa_brainpoolP512r1tls13_sha512") \
  X(mldsa44, 0x0904, "mldsa44")                                             \
  X(mldsa65, 0x0905, "mldsa65")                                             \
  X(mldsa87, 0x0906, "mldsa87")

enum class SignatureScheme : std::uint16_t {
#define X(id, code, text) id = code,
  TLSOCK_SIGNATURE_SCHEMES(X)
#undef X
};

enum class Extension : std::uint16_t {
  server_name = 0,
  max_fragment_length = 1,
  status_request = 5,
  supported_groups = 10,
  ec_point_formats = 11,
  srp = 12,
  signature_algorithms = 13,
  use_srtp = 14,
  heartbeat = 15,
  application_layer_protocol_negotiation = 16,
  signed_certificate_timestamp = 18,
  client_certificate_type = 19,
  server_certificate_type = 20,
  padding = 21,
  encrypt_then_mac = 22,
  extended_master_secret = 23,
  compress_certificate = 27,
  record_size_limit = 28,
  session_ticket = 35,
  pre_shared_key = 41,
  early_data = 42,
  supported_versions = 43,
  cookie = 44,
  psk_key_exchange_modes = 45,
  certificate_authorities = 47,
  oid_filters = 48,
  post_handshake_auth = 49,
  signature_algorithms_cert = 50,
  key_share = 51,
  renegotiation_info = 0xff01,
};

// name gives the registered name, or nothing for a value that is not in the table.
std::string_view name(Version);
std::string_view name(CipherSuite);
std::string_view name(NamedGroup);
std::string_view name(SignatureScheme);
std::string_view name(HandshakeType);

// parse finds a value by its name.
template <class T>
std::optional<T> parse(std::string_view text);
template <>
std::optional<Version> parse<Version>(std::string_view text);
template <>
std::optional<CipherSuite> parse<CipherSuite>(std::string_view text);
template <>
std::optional<NamedGroup> parse<NamedGroup>(std::string_view text);
template <>
std::optional<SignatureScheme> parse<SignatureScheme>(std::string_view text);

// is_grease tells the values that RFC 8701 reserves, which no one may choose.
constexpr bool is_grease(std::uint16_t value) { return (value & 0x0f0f) == 0x0a0a && (value >> 8) == (value & 0xff); }

}  // namespace tlsock
