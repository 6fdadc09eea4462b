// Certificates: reading one, and building and judging a path of those that a peer presents.
#include "crypto/signature.h"
#include "input.h"
#include "x509/host_name.h"
#include "x509/path.h"
#include "x509/pem.h"

using namespace tlsock;

namespace {

const std::shared_ptr<const TrustStore>& anchors() {
  static const auto store =
      std::make_shared<const TrustStore>(*certificates_from_file(TLSOCK_TEST_DATA "/certs/ca.pem"));
  return store;
}

void look_at(const Certificate& certificate) {
  (void)certificate.subject_text();
  (void)names_of(certificate);
  (void)matches_host(certificate, "localhost", HostMatching::https);
  (void)matches_host(certificate, "127.0.0.1", HostMatching::strict);
  for (const auto& extension : certificate.extensions()) (void)to_dotted(extension.oid);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  std::vector<CertificatePtr> presented;
  while (!input.at_end()) {
    auto certificate = Certificate::parse(input.piece());
    if (!certificate) continue;
    look_at(**certificate);
    presented.push_back(*certificate);
  }
  if (presented.empty()) return 0;
  PathPolicy policy;
  policy.anchors = anchors().get();
  policy.now = 1'800'000'000;
  policy.schemes = supported_schemes();
  const Path path = judge(presented, policy);
  // Every certificate of the path gets its verdict, and no path is without one.
  if (path.events.empty() || path.chain.empty()) __builtin_trap();
  if (!path.first_fault() && !path.anchored) __builtin_trap();
  return 0;
}
