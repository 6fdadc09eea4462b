// The table of cipher suites, against what Erlang's ssl says.
#include "crypto/suites.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "catch.hpp"
#include "tests/crypto/vectors.h"

using namespace tlsock;
using namespace tlsock::test;
using nlohmann::json;

namespace {

using Kx = KeyExchangeAlgorithm;

// why_left_out is null for a suite of Erlang's that the table has.
const char* why_left_out(const json& suite) {
  static const std::map<std::string, const char*> ciphers = {
      {"rc4_128", "RFC 7465 prohibits RC4"},
      {"des_cbc", "56 bits: RFC 5469"},
      {"null", "does not encrypt"},
  };
  static const std::map<std::string, const char*> key_exchanges = {
      {"dh_rsa", "static DH: Erlang knows the names, but does not have it either"},
      {"dh_dss", "static DH"},
  };
  if (const auto found = ciphers.find(suite["cipher"]); found != ciphers.end()) return found->second;
  if (const auto found = key_exchanges.find(suite["key_exchange"]); found != key_exchanges.end()) return found->second;
  return nullptr;
}

// Those that Erlang lacks: RFC 6655 §4, RFC 7905 §2.
struct Own {
  unsigned number;
  const char *name, *openssl_name;
};
constexpr Own own[] = {
    {0xc09c, "TLS_RSA_WITH_AES_128_CCM", "AES128-CCM"},
    {0xc09d, "TLS_RSA_WITH_AES_256_CCM", "AES256-CCM"},
    {0xc09e, "TLS_DHE_RSA_WITH_AES_128_CCM", "DHE-RSA-AES128-CCM"},
    {0xc09f, "TLS_DHE_RSA_WITH_AES_256_CCM", "DHE-RSA-AES256-CCM"},
    {0xc0a0, "TLS_RSA_WITH_AES_128_CCM_8", "AES128-CCM8"},
    {0xc0a1, "TLS_RSA_WITH_AES_256_CCM_8", "AES256-CCM8"},
    {0xc0a2, "TLS_DHE_RSA_WITH_AES_128_CCM_8", "DHE-RSA-AES128-CCM8"},
    {0xc0a3, "TLS_DHE_RSA_WITH_AES_256_CCM_8", "DHE-RSA-AES256-CCM8"},
    {0xccab, "TLS_PSK_WITH_CHACHA20_POLY1305_SHA256", "PSK-CHACHA20-POLY1305"},
    {0xccac, "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-PSK-CHACHA20-POLY1305"},
    {0xccad, "TLS_DHE_PSK_WITH_CHACHA20_POLY1305_SHA256", "DHE-PSK-CHACHA20-POLY1305"},
    {0xccae, "TLS_RSA_PSK_WITH_CHACHA20_POLY1305_SHA256", "RSA-PSK-CHACHA20-POLY1305"},
};

// OpenSSL's names where Erlang has others.
const std::map<std::string, std::string> openssl_spellings = {
    {"EDH-RSA-DES-CBC3-SHA", "DHE-RSA-DES-CBC3-SHA"},      {"RSA-PSK-DES-CBC3-SHA", "RSA-PSK-3DES-EDE-CBC-SHA"},
    {"SRP-RSA-DES-CBC3-SHA", "SRP-RSA-3DES-EDE-CBC-SHA"},  {"SRP-DSS-DES-CBC3-SHA", "SRP-DSS-3DES-EDE-CBC-SHA"},
    {"SRP-DSS-AES128-CBC-SHA", "SRP-DSS-AES-128-CBC-SHA"}, {"SRP-DSS-AES256-CBC-SHA", "SRP-DSS-AES-256-CBC-SHA"},
};

std::vector<std::string> names_of(std::span<const CipherSuite> suites) {
  std::vector<std::string> names;
  for (const auto suite : suites) names.emplace_back(name(suite));
  return names;
}

constexpr Version older[] = {Version::tls12, Version::tls11, Version::tls10};

}  // namespace

TEST_CASE("every suite of the registry is in the table, once") {
  std::size_t count = 0;
  for (unsigned code = 0; code < 0x10000; ++code) {
    const CipherSuite suite{static_cast<std::uint16_t>(code)};
    const SuiteInfo* found = find_suite(suite);
    REQUIRE((found == nullptr) == name(suite).empty());
    if (!found) continue;
    ++count;
    CHECK(found->suite == suite);
    CHECK(found->rfc_name() == name(suite));
    CHECK(find_suite_by_name(found->rfc_name()) == found);
    CHECK(find_suite_by_name(found->openssl_name) == found);
    if (!found->default_prf) CHECK(std::string_view(found->prf_name()) == name(found->hash));
  }
  CHECK(all_suites().size() == count);
  CHECK(count == 130);
  CHECK(find_suite(CipherSuite::fallback_scsv) == nullptr);
  CHECK(find_suite(CipherSuite::empty_renegotiation_info_scsv) == nullptr);
  CHECK(find_suite_by_name("TLS_RSA_WITH_RC4_128_SHA") == nullptr);
  CHECK(find_suite_by_name("") == nullptr);
}

TEST_CASE("what a suite is made of tells it from all others, and so do its names") {
  std::set<std::string> seen;
  for (const auto& suite : all_suites()) {
    const std::string parts = std::string(suite.key_exchange_name()) + " " + suite.cipher_name() + " " +
                              suite.mac_name() + " " + suite.prf_name();
    INFO(parts);
    CHECK(seen.insert(parts).second);
    CHECK(seen.insert(suite.rfc_name()).second);
    if (!suite.is_tls13()) CHECK(seen.insert(suite.openssl_name).second);
  }
}

TEST_CASE("the table has Erlang's suites, or there is a reason, and a few more") {
  const json erlang = read_json("erlang-suites.json");
  std::set<const SuiteInfo*> known;
  for (const auto& [rfc_name, suite] : erlang["suites"].items()) {
    INFO(rfc_name);
    const SuiteInfo* found = find_suite(CipherSuite{suite["number"].get<std::uint16_t>()});
    REQUIRE((found == nullptr) == (why_left_out(suite) != nullptr));
    if (!found) continue;
    known.insert(found);
    CHECK(find_suite_by_name(rfc_name) == found);
    // RFC 6655 §4, and the registry, have the words the other way round.
    if (!rfc_name.starts_with("TLS_DHE_PSK_WITH_AES_") || !rfc_name.ends_with("_CCM_8"))
      CHECK(found->rfc_name() == rfc_name);
    const std::string openssl_name = suite["openssl"];
    CHECK(find_suite_by_name(openssl_name) == found);
    const auto spelling = openssl_spellings.find(openssl_name);
    CHECK(found->openssl_name == (spelling == openssl_spellings.end() ? openssl_name : spelling->second));
    CHECK(found->key_exchange_name() == suite["key_exchange"]);
    CHECK(found->cipher_name() == suite["cipher"]);
    CHECK(found->mac_name() == suite["mac"]);
    CHECK(found->prf_name() == suite["prf"]);
  }
  for (const Own& suite : own) {
    INFO(suite.name);
    const SuiteInfo* found = find_suite(CipherSuite{static_cast<std::uint16_t>(suite.number)});
    REQUIRE(found);
    CHECK(known.insert(found).second);
    CHECK(std::string_view(found->rfc_name()) == suite.name);
    CHECK(std::string_view(found->openssl_name) == suite.openssl_name);
  }
  CHECK(known.size() == all_suites().size());
}

TEST_CASE("the table is in the order of Erlang's lists") {
  const json erlang = read_json("erlang-suites.json");
  for (const auto& list : erlang["lists"]) {
    INFO(list["description"] << " " << list["version"]);
    std::vector<const SuiteInfo*> wanted;  // Erlang tells some twice
    for (const auto& rfc_name : list["suites"]) {
      if (why_left_out(erlang["suites"][rfc_name.get<std::string>()])) continue;
      const SuiteInfo* suite = find_suite_by_name(rfc_name.get<std::string>());
      REQUIRE(suite);
      if (std::ranges::find(wanted, suite) == wanted.end()) wanted.push_back(suite);
    }
    CHECK(std::ranges::is_sorted(wanted));  // pointers into one table
    const bool anonymous = list["description"].get<std::string>().ends_with("anonymous");
    CHECK(std::ranges::all_of(wanted, [&](const SuiteInfo* suite) { return suite->is_anonymous() == anonymous; }));
  }
}

TEST_CASE("suites belong to versions") {
  for (const auto& suite : all_suites()) {
    INFO(suite.rfc_name());
    CHECK(usable_in(suite, Version::tls13) == suite.is_tls13());
    CHECK(usable_in(suite, Version::tls12) == !suite.is_tls13());
    CHECK(usable_in(suite, Version::tls11) == usable_in(suite, Version::tls10));
    if (suite.is_tls13() || !suite.is_cbc()) CHECK_FALSE(usable_in(suite, Version::tls11));
    if (suite.mac == HashAlgorithm::sha1) CHECK(usable_in(suite, Version::tls11));
  }
  const auto in_tls11 = [](const char* name) { return usable_in(*find_suite_by_name(name), Version::tls11); };
  CHECK_FALSE(in_tls11("TLS_RSA_WITH_AES_128_CBC_SHA256"));
  CHECK_FALSE(in_tls11("TLS_DH_anon_WITH_AES_128_CBC_SHA256"));
  CHECK(in_tls11("TLS_PSK_WITH_AES_128_CBC_SHA256"));        // RFC 5487 §3.1
  CHECK(in_tls11("TLS_RSA_PSK_WITH_AES_256_CBC_SHA384"));    // RFC 5487 §3.3
  CHECK(in_tls11("TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA384"));  // RFC 5489 §3.2
}

TEST_CASE("key exchanges are of one kind each, and agree with their names") {
  for (const auto& suite : all_suites()) {
    if (suite.is_tls13()) continue;
    const Kx kx = suite.key_exchange;
    const std::string_view text = suite.key_exchange_name();
    INFO(text);
    const std::array kinds = {is_ephemeral_ecdh(kx), is_ephemeral_dh(kx), is_static_ecdh(kx),
                              is_key_transport(kx),  uses_srp(kx),        kx == Kx::psk};
    CHECK(std::ranges::count(kinds, true) == 1);
    CHECK(uses_psk(kx) == text.ends_with("psk"));
    CHECK(uses_srp(kx) == text.starts_with("srp_"));
    CHECK(is_anonymous(kx) == (text.ends_with("_anon") || (uses_psk(kx) && !is_key_transport(kx))));
    const bool has_certificate = !is_anonymous(kx);
    CHECK(signs_exchange(kx) == (has_certificate && !is_static_ecdh(kx) && !is_key_transport(kx)));
  }
}

TEST_CASE("CCM_8 is not on by default") {
  const auto defaults = default_suites();
  CHECK(defaults.front() == CipherSuite::aes_256_gcm_sha384);
  CHECK(defaults.size() == 4);
  CHECK(std::ranges::find(defaults, CipherSuite::aes_128_ccm_8_sha256) == defaults.end());
}

TEST_CASE("before TLS 1.3 the defaults have forward secrecy and are in Erlang's order") {
  CHECK(names_of(default_suites_of(std::array{Version::tls12})) ==
        std::vector<std::string>({"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_ECDSA_WITH_AES_256_CCM", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_CCM",
                    "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
                    "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256"}));
  for (const Version version : {Version::tls11, Version::tls10})
    CHECK(names_of(default_suites_of(std::array{version})) ==
          std::vector<std::string>({"TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
                      "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
                      "TLS_DHE_RSA_WITH_AES_256_CBC_SHA", "TLS_DHE_RSA_WITH_AES_128_CBC_SHA"}));
  const json erlang = read_json("erlang-suites.json");
  for (const Version version : older) {
    const auto ours = names_of(default_suites_of(std::array{version}));
    for (const auto& list : erlang["lists"]) {
      if (list["description"] != "default" || list["version"] != name(version)) continue;
      std::vector<std::string> common = list["suites"];
      std::erase_if(common, [&](const auto& each) { return std::ranges::find(ours, each) == ours.end(); });
      CHECK(common == ours);
    }
  }
}
