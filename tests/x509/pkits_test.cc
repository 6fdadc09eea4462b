// NIST PKITS: the cases that need neither CRLs nor policies.
#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "tests/catch.hpp"
#include "x509/path.h"
#include "x509/pem.h"

using namespace tlsock;
using nlohmann::json;

namespace {

const std::string folder = TLSOCK_TEST_DATA "/pkits/";

const std::set<std::string> sections = {"4.1", "4.2", "4.3", "4.5", "4.6", "4.7", "4.13", "4.16"};

// Cases within these sections whose verdict comes from a CRL.
const std::set<std::string> by_crl = {"4.5.2", "4.5.5", "4.5.7", "4.7.4", "4.7.5"};

// We refuse DSA keys.
const std::set<std::string> refused = {"4.1.4", "4.1.5"};

// certificate is null for one that is refused when it is read: a signature of a number of bits, DSA with inherited
// parameters. That refuses its path, too.
CertificatePtr certificate(const std::string& name) {
  const auto parsed = certificates_from_file(folder + "certs/" + name + ".crt");
  return parsed ? parsed->front() : nullptr;
}

std::string category(const std::string& test) {
  const auto second_dot = test.find('.', 2);
  const std::string section = test.substr(0, second_dot);
  if (sections.contains(section)) return by_crl.contains(test) ? "CRL" : "run";
  const bool crl = section == "4.4" || section == "4.14" || section == "4.15";
  return crl ? "CRL" : "policies";
}

}  // namespace

TEST_CASE("PKITS") {
  std::ifstream file(folder + "expected.json");
  const json expected = json::parse(file);
  PathPolicy policy;
  policy.now = 1'302'825'600;  // 2011-04-15
  policy.schemes = default_schemes();
  // The certificates are for mail as well as for nothing in particular.
  policy.leaf_key_usage = 0;
  std::map<std::string, std::size_t> counts;
  std::size_t agreed = 0;
  for (const auto& test : expected["tests"]) {
    const auto id = test["test"].get<std::string>();
    const std::string kind = category(id);
    ++counts[kind];
    if (kind != "run") continue;
    const auto& names = test["certs"];
    const TrustStore anchors({certificate(names.front().get<std::string>())});
    policy.anchors = &anchors;
    std::vector<CertificatePtr> presented;
    for (std::size_t i = names.size(); i-- > 1;) presented.push_back(certificate(names[i].get<std::string>()));
    const bool readable = std::ranges::all_of(presented, [](const CertificatePtr& each) { return each != nullptr; });
    const Path path = readable ? judge(presented, policy) : Path();
    const auto* fault = path.first_fault();
    INFO(test["title"].get<std::string>());
    INFO((fault ? std::string(name(*fault->fault)) + ": " + fault->detail : readable ? "accepted" : "not read"));
    const bool agrees = (readable && fault == nullptr) == test["valid"].get<bool>();
    agreed += agrees;
    CHECK(agrees == !refused.contains(id));
  }
  WARN("PKITS: " << agreed << " agree of " << counts["run"] << " run; skipped " << counts["CRL"] << " (CRL) and "
                 << counts["policies"] << " (policies)");
}
