// Registered values: their numbers, their names, and GREASE.
#include "wire/registry.h"

#include <map>
#include <set>
#include <string>

#include "tests/catch.hpp"

using namespace tlsock;

namespace {

// check_names goes through all values of a registry: each name leads back to its value, and `expected` are named so.
template <class T>
void check_names(const std::map<int, std::string>& expected, std::size_t count) {
  std::set<std::string> names;
  for (int code = 0; code < 0x10000; ++code) {
    const T value{static_cast<std::uint16_t>(code)};
    const std::string text(name(value));
    const auto known = expected.find(code);
    if (known != expected.end()) CHECK(text == known->second);
    if (text.empty()) continue;
    CAPTURE(code, text);
    CHECK(names.insert(text).second);
    CHECK(parse<T>(text) == value);
  }
  CHECK(names.size() == count);
  for (const char* wrong : {"", " ", "x", "X25519", "tlsv1.4", "TLS_AES_128_GCM_SHA25", "TLS_AES_128_GCM_SHA2567"})
    CHECK_FALSE(parse<T>(wrong));
}

}  // namespace

TEST_CASE("versions") {
  check_names<Version>({{0x0300, ""},
                        {0x0301, "tlsv1"},
                        {0x0302, "tlsv1.1"},
                        {0x0303, "tlsv1.2"},
                        {0x0304, "tlsv1.3"},
                        {0x0305, ""},
                        {0xfeff, "dtlsv1"},
                        {0xfefd, "dtlsv1.2"},
                        {0xfefc, "dtlsv1.3"}},
                       7);
}

// RFC 8446 §B.4, and RFC 5289 and its like. Signalling values have no name that could be chosen.
TEST_CASE("cipher suites") {
  check_names<CipherSuite>({{0x1301, "TLS_AES_128_GCM_SHA256"},
                            {0x1302, "TLS_AES_256_GCM_SHA384"},
                            {0x1303, "TLS_CHACHA20_POLY1305_SHA256"},
                            {0x1304, "TLS_AES_128_CCM_SHA256"},
                            {0x1305, "TLS_AES_128_CCM_8_SHA256"},
                            {0xc02b, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"},
                            {0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"},
                            {0xcca8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"},
                            {0xc0ae, "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8"},
                            {0xc012, "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"},
                            {0x00ff, ""},
                            {0x5600, ""}},
                           130);
}

// RFC 8446 §4.2.7, RFC 8734 §4, draft-ietf-tls-mlkem, draft-ietf-tls-ecdhe-mlkem.
TEST_CASE("named groups") {
  check_names<NamedGroup>({{23, "secp256r1"},
                           {24, "secp384r1"},
                           {25, "secp521r1"},
                           {29, "x25519"},
                           {30, "x448"},
                           {31, "brainpoolP256r1tls13"},
                           {32, "brainpoolP384r1tls13"},
                           {33, "brainpoolP512r1tls13"},
                           {256, "ffdhe2048"},
                           {257, "ffdhe3072"},
                           {258, "ffdhe4096"},
                           {259, "ffdhe6144"},
                           {260, "ffdhe8192"},
                           {512, "mlkem512"},
                           {513, "mlkem768"},
                           {514, "mlkem1024"},
                           {4587, "secp256r1mlkem768"},
                           {4588, "x25519mlkem768"},
                           {4589, "secp384r1mlkem1024"}},
                          19);
}

// RFC 5246 §7.4.1.4.1, RFC 8446 §4.2.3, RFC 8734 §4, draft-ietf-tls-mldsa.
TEST_CASE("signature schemes") {
  check_names<SignatureScheme>({{0x0201, "rsa_pkcs1_sha1"},
                                {0x0202, "dsa_sha1"},
                                {0x0203, "ecdsa_sha1"},
                                {0x0302, "dsa_sha224"},
                                {0x0401, "rsa_pkcs1_sha256"},
                                {0x0402, "dsa_sha256"},
                                {0x0403, "ecdsa_secp256r1_sha256"},
                                {0x0501, "rsa_pkcs1_sha384"},
                                {0x0502, "dsa_sha384"},
                                {0x0503, "ecdsa_secp384r1_sha384"},
                                {0x0601, "rsa_pkcs1_sha512"},
                                {0x0602, "dsa_sha512"},
                                {0x0603, "ecdsa_secp521r1_sha512"},
                                {0x0804, "rsa_pss_rsae_sha256"},
                                {0x0805, "rsa_pss_rsae_sha384"},
                                {0x0806, "rsa_pss_rsae_sha512"},
                                {0x0807, "ed25519"},
                                {0x0808, "ed448"},
                                {0x0809, "rsa_pss_pss_sha256"},
                                {0x080a, "rsa_pss_pss_sha384"},
                                {0x080b, "rsa_pss_pss_sha512"},
                                {0x081a, "ecdsa_brainpoolP256r1tls13_sha256"},
                                {0x081b, "ecdsa_brainpoolP384r1tls13_sha384"},
                                {0x081c, "ecdsa_brainpoolP512r1tls13_sha512"},
                                {0x0904, "mldsa44"},
                                {0x0905, "mldsa65"},
                                {0x0906, "mldsa87"}},
                               27);
}

// RFC 8446 §4, RFC 5246 §7.4, RFC 6066 §8.
TEST_CASE("handshake types") {
  const std::map<int, std::string> expected = {
      {0, "hello_request"},      {1, "client_hello"},         {2, "server_hello"},
      {4, "new_session_ticket"}, {5, "end_of_early_data"},    {8, "encrypted_extensions"},
      {11, "certificate"},       {12, "server_key_exchange"}, {13, "certificate_request"},
      {14, "server_hello_done"}, {15, "certificate_verify"},  {16, "client_key_exchange"},
      {20, "finished"},          {22, "certificate_status"},  {24, "key_update"},
      {254, "message_hash"},
  };
  for (int code = 0; code < 256; ++code) {
    CAPTURE(code);
    const auto known = expected.find(code);
    CHECK(name(HandshakeType{static_cast<std::uint8_t>(code)}) == (known == expected.end() ? "" : known->second));
  }
}

// RFC 8701 §2.
TEST_CASE("GREASE: sixteen values of two equal bytes that end in A") {
  std::set<std::uint32_t> expected, grease;
  for (std::uint32_t high = 0; high < 16; ++high) expected.insert((high << 4 | 0xa) * 0x0101);
  for (std::uint32_t value = 0; value < 0x10000; ++value)
    if (is_grease(static_cast<std::uint16_t>(value))) grease.insert(value);
  CHECK(grease == expected);
}
