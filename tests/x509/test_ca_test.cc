// TestCa: every kind of key and name that tests may ask for.
#include "tests/support/test_ca.h"

#include "tests/catch.hpp"
#include "x509/path.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

const KeySpec specs[] = {
    {KeyType::rsa},
    {KeyType::rsa_pss},
    {KeyType::ec, Curve::secp256r1},
    {KeyType::ec, Curve::secp384r1},
    {KeyType::ec, Curve::secp521r1},
    {KeyType::ec, Curve::brainpoolP256r1},
    {KeyType::ec, Curve::brainpoolP384r1},
    {KeyType::ec, Curve::brainpoolP512r1},
    {KeyType::ed25519},
    {KeyType::ed448},
    {KeyType::mldsa44},
    {KeyType::mldsa65},
    {KeyType::mldsa87},
};

}  // namespace

TEST_CASE("TestCa issues with every kind of key") {
  for (const auto& spec : specs) {
    const TestCa root({.common_name = "root", .key = spec});
    KeySpec leaf_key = spec;
    // RSA keys are slow to make.
    leaf_key.number = spec.type == KeyType::rsa || spec.type == KeyType::rsa_pss ? 0 : 1;
    const Issued leaf = root.issue({.common_name = "leaf", .dns = {"localhost"}, .ip = {"127.0.0.1"}, .key = leaf_key});
    INFO(name(spec.type) << ' ' << static_cast<int>(spec.curve));
    const auto certificate = leaf.parsed();
    REQUIRE(certificate->public_key());
    CHECK(leaf.key->belongs_to(*certificate->public_key()));
    const TrustStore anchors({root.parsed()});
    PathPolicy policy;
    policy.anchors = &anchors;
    policy.now = test_now;
    policy.schemes = supported_schemes();
    const Path path = judge({certificate}, policy);
    if (path.first_fault()) INFO(name(*path.first_fault()->fault));
    CHECK(path.first_fault() == nullptr);
    CHECK(path.chain.size() == 2);
  }
}
