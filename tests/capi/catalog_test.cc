// Suites, groups, schemes and versions, as Erlang's ssl tells them.
#include <algorithm>
#include <fstream>
#include <set>

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

std::size_t count(const char* description, const char* version) {
  return told(tls_cipher_suites, description, version, nullptr).size();
}

bool has(const Json& list, const std::string& name) { return std::find(list.begin(), list.end(), name) != list.end(); }

// common gives what of Erlang's list is in ours, in Erlang's order, once each.
Json common(const Json& erlang, const Json& ours) {
  Json list = Json::array();
  for (const auto& name : erlang)
    if (has(ours, name) && !has(list, name)) list.push_back(name);
  return list;
}

// without_own leaves out what of ours Erlang's list does not have.
Json without_own(const Json& ours, const Json& erlang) {
  Json list = Json::array();
  for (const auto& name : ours)
    if (has(erlang, name)) list.push_back(name);
  return list;
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

TEST_CASE("cipher suites before TLS 1.3 are Erlang's, in its order, and more of their kind") {
  std::ifstream file(std::string(TLSOCK_TEST_DATA) + "/erlang-suites.json");
  const Json erlang = Json::parse(file);
  // Erlang's lists that no version can have: AEADs before TLS 1.2 (RFC 5246 §6.2.3.3).
  const std::set<std::string> aead_in_tls10 = {"TLS_RSA_PSK_WITH_AES_256_GCM_SHA384",
                                               "TLS_RSA_PSK_WITH_AES_128_GCM_SHA256"};
  // What Erlang takes for new in TLS 1.2 and 1.1, but lets TLS 1.0 choose as well.
  const std::set<std::string> old_ones = {"TLS_ECDH_anon_WITH_AES_128_CBC_SHA", "TLS_ECDH_anon_WITH_AES_256_CBC_SHA",
                                          "TLS_ECDH_anon_WITH_3DES_EDE_CBC_SHA"};
  for (const Json& list : erlang["lists"]) {
    const std::string description = list["description"], version = list["version"];
    INFO(description << " " << version);
    Json suites = list["suites"];
    for (auto& name : suites)  // RFC 6655 §4 has these two words the other way round
      if (name == "TLS_DHE_PSK_WITH_AES_128_CCM_8" || name == "TLS_DHE_PSK_WITH_AES_256_CCM_8")
        name = "TLS_PSK_DHE" + name.get<std::string>().substr(11);
    const Json ours = told(tls_cipher_suites, description.c_str(), version.c_str(), "rfc");
    CHECK(common(suites, ours) == without_own(ours, suites));
    if (description == "default") {
      CHECK(without_own(ours, suites) == ours);
      continue;
    }
    for (const std::string name : suites) {
      const bool broken = name.find("RC4") != name.npos || name.find("_DES_") != name.npos;
      const bool misplaced = (version == "tlsv1" && aead_in_tls10.contains(name)) ||
                             (description == "exclusive_anonymous" && old_ones.contains(name));
      INFO(name);
      CHECK(has(ours, name) == !(broken || misplaced));
    }
  }
  CHECK(count("all", "tlsv1.2") == 78);
  CHECK(count("anonymous", "tlsv1.2") == 47);
  CHECK(count("exclusive", "tlsv1.1") == 0);
  CHECK(count("exclusive_anonymous", "tlsv1.1") == 0);
  for (const std::string kind : {"", "_anonymous"}) {
    // Whatever TLS 1.2 can choose is new in it, or was there in TLS 1.0.
    const std::size_t all = count(kind.empty() ? "all" : "anonymous", "tlsv1.2");
    const std::string exclusive = "exclusive" + kind;
    CHECK(count(exclusive.c_str(), "tlsv1.2") + count(exclusive.c_str(), "tlsv1") == all);
  }
  char* text = nullptr;
  CHECK(tls_cipher_suites("exclusively", "tlsv1.1", nullptr, &text) == TLS_E_OPTIONS);
}

TEST_CASE("static ECDH is picked from all, moved to the front, and RSA filtered out") {
  const std::string all = told(tls_cipher_suites, "all", "tlsv1.2", "rfc").dump();
  const char* const filter = R"({"key_exchange":["ecdh_ecdsa"],"cipher":["aes_128_cbc"]})";
  const Json picked = {"TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA256", "TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA"};
  CHECK(told(tls_filter_cipher_suites, all.c_str(), filter) == picked);
  const Json first = told(tls_prepend_cipher_suites, filter, all.c_str());
  CHECK(first.size() == 78);
  CHECK(Json(first.begin()[0]) == picked[0]);
  CHECK(Json(first.begin()[1]) == picked[1]);
  const Json last = told(tls_append_cipher_suites, picked.dump().c_str(), all.c_str());
  CHECK(last.size() == 78);
  CHECK(last.back() == picked[1]);
  const Json no_rsa = told(tls_filter_cipher_suites, all.c_str(), R"({"key_exchange":{"not":["rsa"]}})");
  CHECK(no_rsa.size() == 67);
  CHECK_FALSE(has(no_rsa, "TLS_RSA_WITH_AES_128_GCM_SHA256"));
  const std::string defaults = told(tls_cipher_suites, "default", "tlsv1.2", "rfc").dump();
  CHECK(told(tls_filter_cipher_suites, defaults.c_str(), R"({"key_exchange":["ecdh_ecdsa","ecdh_rsa","rsa"]})") ==
        Json::array());
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

  const Json psk = {{"key_exchange", "dhe_psk"}, {"cipher", "aes_128_ccm_8"}, {"mac", "aead"}, {"prf", "default_prf"}};
  CHECK(named(tls_suite_to_str, psk.dump().c_str()) == "TLS_PSK_DHE_WITH_AES_128_CCM_8");
  CHECK(named(tls_suite_to_openssl_str, psk.dump().c_str()) == "DHE-PSK-AES128-CCM8");
  for (const char* name : {"TLS_PSK_DHE_WITH_AES_128_CCM_8", "TLS_DHE_PSK_WITH_AES_128_CCM_8", "DHE-PSK-AES128-CCM8"})
    CHECK(told(tls_str_to_suite, name) == psk);
  for (const char* description : {"all", "anonymous"})
    for (const Json& suite : told(tls_cipher_suites, description, "tlsv1.2", nullptr)) {
      CHECK(told(tls_str_to_suite, named(tls_suite_to_str, suite.dump().c_str()).c_str()) == suite);
      CHECK(told(tls_str_to_suite, named(tls_suite_to_openssl_str, suite.dump().c_str()).c_str()) == suite);
    }
}

TEST_CASE("groups and schemes") {
  CHECK(told(tls_groups, "default")[0] == "x25519mlkem768");
  CHECK(told(tls_groups, nullptr).size() >= told(tls_groups, "default").size());
  const Json schemes = told(tls_signature_algs, "default", "tlsv1.3");
  CHECK(has(schemes, "ecdsa_secp256r1_sha256"));
  CHECK_FALSE(has(schemes, "rsa_pkcs1_sha1"));
}

TEST_CASE("curves and schemes before TLS 1.3") {
  const Json curves = told(tls_eccs, nullptr);
  for (const char* name : {"x25519", "x448", "secp256r1", "secp384r1", "secp521r1"}) CHECK(has(curves, name));
  CHECK_FALSE(has(curves, "x25519mlkem768"));
  CHECK_FALSE(has(curves, "ffdhe2048"));
  for (const char* version : {"tlsv1.2", "tlsv1.1", "tlsv1"}) CHECK(told(tls_eccs, version) == curves);

  const Json defaults = told(tls_signature_algs, "default", "tlsv1.2");
  for (const std::string hash : {"sha512", "sha384", "sha256"})
    for (const std::string kind : {"rsa_pss_pss_", "rsa_pss_rsae_", "rsa_pkcs1_"}) CHECK(has(defaults, kind + hash));
  CHECK(has(defaults, "ecdsa_secp521r1_sha512"));
  for (const char* name : {"mldsa65", "ecdsa_sha1", "rsa_pkcs1_sha1"}) CHECK_FALSE(has(defaults, name));
  const Json all = told(tls_signature_algs, "all", "tlsv1.2");
  CHECK(has(all, "rsa_pkcs1_sha1"));
  CHECK_FALSE(has(all, "mldsa65"));
  CHECK_FALSE(has(all, "ecdsa_brainpoolP256r1tls13_sha256"));
  CHECK(told(tls_signature_algs, "exclusive", "tlsv1.2") == all);
  char* text = nullptr;
  CHECK(tls_signature_algs("default", "tlsv1.1", &text) == TLS_E_OPTIONS);
}
