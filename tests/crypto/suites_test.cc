// The table of cipher suites.
#include "crypto/suites.h"

#include <algorithm>

#include "catch.hpp"

using namespace tlsock;

TEST_CASE("every suite of the registry is in the table") {
  for (const auto suite :
       {CipherSuite::aes_128_gcm_sha256, CipherSuite::aes_256_gcm_sha384, CipherSuite::chacha20_poly1305_sha256,
        CipherSuite::aes_128_ccm_sha256, CipherSuite::aes_128_ccm_8_sha256}) {
    const SuiteInfo* found = find_suite(suite);
    REQUIRE(found);
    CHECK(found->rfc_name == name(suite));
    CHECK(find_suite_by_name(found->rfc_name) == found);
    CHECK(std::string_view(found->prf) == name(found->hash));
  }
  CHECK(all_suites().size() == 5);
  CHECK(find_suite(CipherSuite::fallback_scsv) == nullptr);
  CHECK(find_suite_by_name("TLS_RSA_WITH_AES_128_CBC_SHA") == nullptr);
}

TEST_CASE("CCM_8 is not on by default") {
  const auto defaults = default_suites();
  CHECK(defaults.front() == CipherSuite::aes_256_gcm_sha384);
  CHECK(defaults.size() == 4);
  CHECK(std::ranges::find(defaults, CipherSuite::aes_128_ccm_8_sha256) == defaults.end());
}
