// Path: the events of a judgement, and completing one's own chain.
#include "x509/path.h"

#include <algorithm>
#include <array>

#include "x509/path_build.h"
#include "x509/path_check.h"

namespace tlsock {
namespace {

struct FaultInfo {
  const char* name;
  Alert alert;
  const char* text;
};
constexpr std::array fault_infos{
#define X(name, alert, text) FaultInfo{#name, Alert::alert, text},
    TLSOCK_PATH_FAULTS(X)
#undef X
};
const FaultInfo& info(PathFault fault) { return fault_infos[static_cast<std::size_t>(fault)]; }

// add_events reports one certificate: its unknown extensions, then its faults, or that it is valid.
void add_events(Path& path, std::size_t index, const std::vector<Fault>& faults) {
  const CertificatePtr& certificate = path.chain[index];
  const bool anchor = path.anchored && index > 0 && index + 1 == path.chain.size();
  for (const auto& extension : certificate->extensions())
    if (!extension.known && !anchor)
      path.events.push_back({PathEvent::Kind::extension, certificate, index, {}, &extension, to_dotted(extension.oid)});
  bool good = true;
  for (const auto& fault : faults) {
    if (fault.index != index) continue;
    path.events.push_back({PathEvent::Kind::bad_cert, certificate, index, fault.fault, fault.extension, fault.detail});
    good = false;
  }
  if (!good || anchor) return;
  const auto kind = index == 0 ? PathEvent::Kind::valid_peer : PathEvent::Kind::valid;
  path.events.push_back({kind, certificate, index, {}, nullptr, {}});
}

// issuer_among finds the anchor that issued a certificate: the name fits and the signature verifies.
CertificatePtr issuer_among(const TrustStore& anchors, const Certificate& certificate) {
  for (const auto& anchor : anchors.with_subject(certificate.normal_issuer()))
    if (verify_signature(certificate, *anchor) == Signed::good) return anchor;
  return nullptr;
}

}  // namespace

const char* name(PathFault fault) { return info(fault).name; }
const char* text(PathFault fault) { return info(fault).text; }
Alert alert_for(PathFault fault) { return info(fault).alert; }

const PathEvent* Path::first_fault() const {
  const auto bad = [](const PathEvent& event) { return event.kind == PathEvent::Kind::bad_cert; };
  const auto found = std::find_if(events.begin(), events.end(), bad);
  return found == events.end() ? nullptr : &*found;
}

Path judge(const std::vector<CertificatePtr>& presented, const PathPolicy& policy) {
  PathBuilder builder(presented, policy);
  builder.search();
  Path path{builder.route().chain, builder.route().anchored, {}};
  for (std::size_t i = path.chain.size(); i-- > 0;) add_events(path, i, builder.faults());
  return path;
}

std::vector<CertificatePtr> complete_chain(std::vector<CertificatePtr> chain, const TrustStore& anchors) {
  // Longer ones are of no use to anybody; cross-certificates among the anchors could go round for ever.
  constexpr std::size_t max_chain = 10;
  while (!chain.empty() && chain.size() < max_chain && !chain.back()->is_self_issued()) {
    const CertificatePtr issuer = issuer_among(anchors, *chain.back());
    if (!issuer || issuer->is_self_issued()) break;
    const bool known = std::any_of(chain.begin(), chain.end(),
                                   [&](const CertificatePtr& other) { return equal(other->der(), issuer->der()); });
    if (known) break;
    chain.push_back(issuer);
  }
  return chain;
}

}  // namespace tlsock
