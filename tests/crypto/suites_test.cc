// The table of cipher suites.
#include "crypto/suites.h"

#include <algorithm>

#include "catch.hpp"

using namespace tlsock;

TEST_CASE("every suite of the registry is in the table") {
  std::size_t count = 0;
  for (unsigned code = 0; code < 0x10000; ++code) {
    const CipherSuite suite{static_cast<std::uint16_t>(code)};
    if (name(suite).empty()) continue;
    ++count;
    const SuiteInfo* found = find_suite(suite);
    REQUIRE(found);
    CHECK(found->rfc_name() == name(suite));
    CHECK(find_suite_by_name(found->rfc_name()) == found);
    CHECK(find_suite_by_name(found->openssl_name) == found);
    if (!found->default_prf) CHECK(std::string_view(found->prf_name()) == name(found->hash));
  }
  CHECK(all_suites().size() == count);
  CHECK(find_suite(CipherSuite::fallback_scsv) == nullptr);
  CHECK(find_suite_by_name("TLS_RSA_WITH_AES_128_CBC_SHA") == nullptr);
}

TEST_CASE("CCM_8 is not on by default") {
  const auto defaults = default_suites();
  CHECK(defaults.front() == CipherSuite::aes_256_gcm_sha384);
  CHECK(defaults.size() == 4);
  CHECK(std::ranges::find(defaults, CipherSuite::aes_128_ccm_8_sha256) == defaults.end());
}
