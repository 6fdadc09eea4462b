// Suites, groups, schemes and versions, as FEATURES of Erlang's ssl tells them for TLS 1.3.
#include "tests/capi/memory_pair.h"

using namespace capi_test;

namespace {

template <class Function, class... Arguments>
Json told(Function function, Arguments... arguments) {
  char* text = nullptr;
  const tls_status status = function(arguments..., &text);
  INFO(tls_last_error());
  REQUIRE(status == TLS_OK);
  return taken(text);
}

template <class Function, class... Arguments>
std::string named(Function function, Arguments... arguments) {
  char* text = nullptr;
  REQUIRE(function(arguments..., &text) == TLS_OK);
  const std::string name = text;
  tls_free(text);
  return name;
}

const char* const aes_256 = R"({"key_exchange":"any","cipher":"aes_256_gcm","mac":"aead","prf":"sha384"})";

}  // namespace

TEST_CASE("versions have Erlang's seven keys") {
  const Json versions = told(tls_versions);
  CHECK(versions.size() == 7);
  CHECK(versions["supported"] == Json({"tlsv1.3"}));
  for (const char* key : {"available", "implemented"})
    CHECK(versions[key] == Json({"tlsv1.3", "tlsv1.2", "tlsv1.1", "tlsv1"}));
  for (const char* key : {"supported_dtls", "available_dtls", "implemented_dtls"})
    CHECK(versions[key] == Json::array());
  CHECK(versions["ssl_app"].is_string());
}

TEST_CASE("cipher suites by description and format") {
  CHECK(told(tls_cipher_suites, "default", "tlsv1.3", "rfc") ==
        Json({"TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256",
              "TLS_AES_128_CCM_SHA256"}));
  CHECK(told(tls_cipher_suites, "exclusive", "tlsv1.3", "openssl").size() == 5);
  CHECK(told(tls_cipher_suites, "all", "tlsv1.3", nullptr).size() == 5);
  CHECK(told(tls_cipher_suites, "default", "tlsv1.3", nullptr)[0] == Json::parse(aes_256));
  CHECK(told(tls_cipher_suites, "anonymous", "tlsv1.3", nullptr) == Json::array());
}

TEST_CASE("filters keep suites for which every part holds") {
  const std::string all = told(tls_cipher_suites, "all", "tlsv1.3", "rfc").dump();
  CHECK(told(tls_filter_cipher_suites, all.c_str(), nullptr).size() == 5);
  CHECK(told(tls_filter_cipher_suites, all.c_str(), R"({"prf":["sha384"]})") == Json({"TLS_AES_256_GCM_SHA384"}));
  CHECK(told(tls_filter_cipher_suites, all.c_str(), R"({"prf":{"not":["sha384"]},"cipher":"aes_128_gcm"})") ==
        Json({"TLS_AES_128_GCM_SHA256"}));
  CHECK(told(tls_filter_cipher_suites, all.c_str(), R"({"key_exchange":{"not":["rsa"]}})").size() == 5);
  CHECK(told(tls_filter_cipher_suites, all.c_str(), R"({"key_exchange":["rsa"]})") == Json::array());
}

TEST_CASE("suites are moved to the head or the tail, once each, in order") {
  const std::string defaults = told(tls_cipher_suites, "default", "tlsv1.3", "rfc").dump();
  const Json first =
      told(tls_prepend_cipher_suites, R"(["TLS_AES_128_CCM_SHA256","TLS_AES_128_GCM_SHA256"])", defaults.c_str());
  CHECK(first == Json({"TLS_AES_128_CCM_SHA256", "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
                       "TLS_CHACHA20_POLY1305_SHA256"}));
  const Json last = told(tls_append_cipher_suites, R"({"prf":["sha384"]})", defaults.c_str());
  CHECK(last.size() == 4);
  CHECK(last.back() == "TLS_AES_256_GCM_SHA384");
  CHECK(told(tls_prepend_cipher_suites, R"(["TLS_AES_128_CCM_8_SHA256"])", defaults.c_str()).size() == 5);
}

TEST_CASE("suites and their names") {
  CHECK(named(tls_suite_to_str, aes_256) == "TLS_AES_256_GCM_SHA384");
  CHECK(named(tls_suite_to_openssl_str, aes_256) == "TLS_AES_256_GCM_SHA384");
  CHECK(told(tls_str_to_suite, "TLS_AES_256_GCM_SHA384") == Json::parse(aes_256));
  char* text = nullptr;
  CHECK(tls_str_to_suite("TLS_NONE", &text) == TLS_E_OPTIONS);
  CHECK(last_error()["options"][0]["value"] == "TLS_NONE");
}

TEST_CASE("groups and schemes") {
  CHECK(told(tls_groups, "default")[0] == "x25519mlkem768");
  CHECK(told(tls_groups, nullptr).size() >= told(tls_groups, "default").size());
  const Json schemes = told(tls_signature_algs, "default", "tlsv1.3");
  CHECK(std::find(schemes.begin(), schemes.end(), "ecdsa_secp256r1_sha256") != schemes.end());
  CHECK(std::find(schemes.begin(), schemes.end(), "rsa_pkcs1_sha1") == schemes.end());
}
