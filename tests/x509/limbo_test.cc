// x509-limbo: path validation cases that other libraries are tested with.
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/catch.hpp"
#include "x509/host_name.h"
#include "x509/path.h"
#include "x509/pem.h"

using namespace tlsock;
using nlohmann::json;

namespace {

// Why we differ.
constexpr const char* key_ids =
    "key identifiers help to find a path; private CAs often leave them out, and nothing is the less certain";
constexpr const char* leaf_claims = "a leaf without cA signs nothing that we accept, whatever its keyUsage says";
constexpr const char* conflict_nc =
    "contradicts webpki::nc::permitted-dns-match-noncritical; we enforce the constraints all the same";
constexpr const char* policies = "policy constraints that are non-critical are not processed";
constexpr const char* criticality = "criticality tells those who do not know the extension; we do";
constexpr const char* underscore =
    "names with underscores are in use, and match only a host that was asked for with its underscore";
constexpr const char* serial = "RFC 5280 §4.1.2.2: users should handle such certificates gracefully";
constexpr const char* root_aki = "no one needs the key identifiers of a trust anchor";
constexpr const char* conflict_ca = "contradicts rfc5280::ca-as-leaf; the rule is the CA/Browser Forum's alone";
constexpr const char* rsa_size = "an odd size from 2048 bits on is not weak";
constexpr const char* eku = "the CA/Browser Forum's rule; RFC 5280 allows it";
constexpr const char* suffixes = "needs a list of public suffixes";
constexpr const char* common_name = "we never look at the common name";

// A case that is listed and agrees fails the test as one that is not listed and disagrees.
const std::map<std::string, const char*> disagreements = {
    {"rfc5280::aki::cross-signed-root-missing-aki", key_ids},
    {"rfc5280::aki::intermediate-missing-aki", key_ids},
    {"rfc5280::aki::leaf-missing-aki", key_ids},
    {"rfc5280::leaf-ku-keycertsign", leaf_claims},
    {"rfc5280::nc::permitted-dns-match-noncritical", conflict_nc},
    {"rfc5280::pc::ica-noncritical-pc", policies},
    {"rfc5280::root-non-critical-basic-constraints", criticality},
    {"rfc5280::san::noncritical-with-empty-subject", criticality},
    {"rfc5280::san::underscore-dns", underscore},
    {"rfc5280::serial::too-long", serial},
    {"rfc5280::serial::zero", serial},
    {"rfc5280::ski::intermediate-missing-ski", key_ids},
    {"rfc5280::ski::root-missing-ski", key_ids},
    {"webpki::aki::root-with-aki-all-fields", root_aki},
    {"webpki::aki::root-with-aki-authoritycertissuer", root_aki},
    {"webpki::aki::root-with-aki-authoritycertserialnumber", root_aki},
    {"webpki::aki::root-with-aki-missing-keyidentifier", root_aki},
    {"webpki::aki::root-with-aki-ski-mismatch", root_aki},
    {"webpki::ca-as-leaf", conflict_ca},
    {"webpki::cn::case-mismatch", common_name},
    {"webpki::cn::ipv4-hex-mismatch", common_name},
    {"webpki::cn::ipv4-leading-zeros-mismatch", common_name},
    {"webpki::cn::ipv6-non-rfc5952-mismatch", common_name},
    {"webpki::cn::ipv6-uncompressed-mismatch", common_name},
    {"webpki::cn::ipv6-uppercase-mismatch", common_name},
    {"webpki::cn::not-in-san", common_name},
    {"webpki::cn::punycode-not-in-san", common_name},
    {"webpki::cn::utf8-vs-punycode-mismatch", common_name},
    {"webpki::ee-basicconstraints-ca", conflict_ca},
    {"webpki::eku::ee-anyeku", eku},
    {"webpki::eku::ee-critical-eku", eku},
    {"webpki::eku::ee-without-eku", eku},
    {"webpki::eku::root-has-eku", eku},
    {"webpki::forbidden-rsa-key-not-divisible-by-8-in-leaf", rsa_size},
    {"webpki::forbidden-rsa-not-divisible-by-8-in-root", rsa_size},
    {"webpki::san::public-suffix-multi-label-wildcard-san", suffixes},
    {"webpki::san::public-suffix-private-namespace-wildcard-san", suffixes},
    {"webpki::san::san-critical-with-nonempty-subject", criticality},
};

struct Verdict {
  bool accepted = false;
  std::string why;
};

UnixTime time_of(const json& value) {
  // Cases without a time mean "now": the day on which the cases were made.
  constexpr UnixTime now = 1'787'270'400;
  if (value.is_null()) return now;
  int year, month, day, hour, minute, second;
  REQUIRE(std::sscanf(value.get<std::string>().c_str(), "%d-%d-%dT%d:%d:%d", &year, &month, &day, &hour, &minute,
                      &second) == 6);
  using namespace std::chrono;
  const sys_days date = std::chrono::year(year) / month / day;
  return date.time_since_epoch().count() * 86400LL + hour * 3600 + minute * 60 + second;
}

// certificates parses each text; those that are malformed are left out, as a trust store does.
std::vector<CertificatePtr> certificates(const json& texts) {
  std::vector<CertificatePtr> out;
  for (const auto& text : texts)
    if (auto parsed = certificates_from(as_bytes(text.get_ref<const std::string&>()))) out.push_back(parsed->front());
  return out;
}

Verdict run(const json& test) {
  const auto leaf = certificates_from(as_bytes(test["peer_certificate"].get_ref<const std::string&>()));
  if (!leaf) return {false, std::string("parse: ") + leaf.error().detail};
  std::vector<CertificatePtr> presented = *leaf;
  for (auto& certificate : certificates(test["untrusted_intermediates"])) presented.push_back(std::move(certificate));
  const TrustStore anchors(certificates(test["trusted_certs"]));
  PathPolicy policy;
  policy.anchors = &anchors;
  policy.now = time_of(test["validation_time"]);
  policy.purpose = test["validation_kind"] == "CLIENT" ? Purpose::client_auth : Purpose::server_auth;
  policy.schemes = default_schemes();
  policy.leaf_key_usage = test["key_usage"] == json::array({"digitalSignature"}) ? digital_signature : 0;
  if (!test["max_chain_depth"].is_null()) policy.depth = test["max_chain_depth"].get<unsigned>();
  const Path path = judge(presented, policy);
  if (const auto* fault = path.first_fault()) return {false, std::string(name(*fault->fault)) + ": " + fault->detail};
  const auto& peer = test["expected_peer_name"];
  if (!peer.is_null() && peer["kind"] != "RFC822" &&
      !matches_host(*presented.front(), peer["value"].get<std::string>(), HostMatching::https))
    return {false, "hostname_check_failed: " + names_of(*presented.front())};
  return {true, "accepted"};
}

}  // namespace

TEST_CASE("x509-limbo") {
  std::ifstream file(TLSOCK_TEST_DATA "/x509-limbo.json");
  const json cases = json::parse(file)["testcases"];
  std::size_t ran = 0, agreed = 0, skipped = 0, false_accepts = 0, false_rejects = 0;
  for (const auto& test : cases) {
    const auto id = test["id"].get<std::string>();
    const auto& features = test["features"];
    if (std::find(features.begin(), features.end(), "has-crl") != features.end()) {
      ++skipped;
      continue;
    }
    const bool expected = test["expected_result"] == "SUCCESS";
    const Verdict verdict = run(test);
    const bool agrees = verdict.accepted == expected;
    ++ran;
    agreed += agrees;
    false_accepts += !agrees && !expected;
    false_rejects += !agrees && expected;
    INFO(id << ": expected " << (expected ? "SUCCESS" : "FAILURE") << ", " << verdict.why);
    CHECK(agrees == !disagreements.contains(id));
  }
  for (const auto& [id, why] : disagreements) {
    INFO(id << ": " << why);
    CHECK(std::any_of(cases.begin(), cases.end(), [&](const json& test) { return test["id"] == id; }));
  }
  WARN("x509-limbo: " << agreed << " agree of " << ran << " run; " << skipped << " skipped (CRL), " << false_accepts
                      << " false accepts, " << false_rejects << " false rejects");
  CHECK(false_rejects == 0);
}
