// The search: candidates in order of promise, no certificate twice, each signature verified once.
#include "x509/path_build.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace tlsock {
namespace {

// The number of faults of a route that was not checked.
constexpr std::size_t unchecked = std::numeric_limits<std::size_t>::max();

// same_entity: one subject with one key, however many certificates it has. It never helps a path to meet it twice.
bool same_entity(const Certificate& a, const Certificate& b) {
  return equal(a.spki(), b.spki()) && equal(a.normal_subject(), b.normal_subject());
}

bool key_ids_known(const Certificate& certificate, const Certificate& issuer) {
  return !certificate.authority_key_id().empty() && !issuer.subject_key_id().empty();
}

bool key_ids_differ(const Certificate& certificate, const Certificate& issuer) {
  return key_ids_known(certificate, issuer) && !equal(certificate.authority_key_id(), issuer.subject_key_id());
}

}  // namespace

bool PathBuilder::Rank::operator<(const Rank& other) const {
  if (anchored != other.anchored) return !anchored;
  // A route to nowhere tells the more, the farther it goes; its faults are of no account.
  if (!anchored) return length < other.length;
  return std::tuple(well_signed, other.faults) < std::tuple(other.well_signed, faults);
}

PathBuilder::PathBuilder(const std::vector<CertificatePtr>& presented, const PathPolicy& policy) : policy_(policy) {
  for (const auto& certificate : presented) {
    const std::size_t known = nodes_.size();
    const std::size_t node = add(certificate);
    if (node == known) by_subject_.emplace(as_text(certificate->normal_subject()), node);
  }
  leaf_faults_ = own_faults(*presented.front(), nodes_[0].anchor ? Place::trusted_leaf : Place::leaf, policy).size();
}

void PathBuilder::search() {
  path_ = {0};
  // First among certificates that are fit to be issuers: no flood of others can hide a good path. Then among all, for
  // the route that explains best what is wrong.
  if (!extend(true)) extend(false);
  if (!best_faults_) best_faults_ = route_faults(best_, policy_, work_);
}

// add gives the node of a certificate, a new one if it is not known yet.
std::size_t PathBuilder::add(const CertificatePtr& certificate) {
  const auto [known, added] = by_der_.try_emplace(as_text(certificate->der()), nodes_.size());
  if (!added) return known->second;
  nodes_.push_back({certificate, is_anchor(*certificate)});
  return nodes_.size() - 1;
}

bool PathBuilder::is_fit(std::size_t index) {
  Node& node = nodes_[index];
  const auto place = node.anchor ? Place::anchor : Place::intermediate;
  if (!node.fit) node.fit = own_faults(*node.certificate, place, policy_).empty();
  return *node.fit;
}

bool PathBuilder::is_anchor(const Certificate& certificate) const {
  if (policy_.anchors && policy_.anchors->contains(certificate)) return true;
  const auto& partial = policy_.partial_anchors;
  return std::any_of(partial.begin(), partial.end(),
                     [&](const CertificatePtr& anchor) { return equal(anchor->der(), certificate.der()); });
}

std::vector<PathBuilder::Edge>& PathBuilder::issuers_of(std::size_t node) {
  if (!nodes_[node].issuers) {
    auto edges = find_issuers(node);
    if (!work_.spend(work_.steps, edges.size())) edges.clear();
    nodes_[node].issuers = std::move(edges);
  }
  return *nodes_[node].issuers;
}

// find_issuers lists candidates for a certificate's issuer, the likeliest first.
std::vector<PathBuilder::Edge> PathBuilder::find_issuers(std::size_t node) {
  const CertificatePtr certificate = nodes_[node].certificate;
  std::vector<std::size_t> candidates;
  if (policy_.anchors)
    for (const auto& anchor : policy_.anchors->with_subject(certificate->normal_issuer())) candidates.push_back(add(anchor));
  for (const auto& anchor : policy_.partial_anchors)
    if (equal(anchor->normal_subject(), certificate->normal_issuer())) candidates.push_back(add(anchor));
  const auto [first, last] = by_subject_.equal_range(as_text(certificate->normal_issuer()));
  for (auto presented = first; presented != last; ++presented) candidates.push_back(presented->second);
  std::vector<Edge> edges;
  std::vector<bool> seen(nodes_.size());
  for (const std::size_t issuer : candidates) {
    if (issuer == node || seen[issuer]) continue;
    seen[issuer] = true;
    edges.push_back({issuer, key_ids_differ(*certificate, *nodes_[issuer].certificate)});
  }
  const auto promise = [&](const Edge& edge) {
    const Node& issuer = nodes_[edge.issuer];
    return std::tuple(edge.key_id_differs, !issuer.anchor, !is_fit(edge.issuer),
                      !key_ids_known(*certificate, *issuer.certificate), edge.issuer);
  };
  std::sort(edges.begin(), edges.end(), [&](const Edge& a, const Edge& b) { return promise(a) < promise(b); });
  return edges;
}

// signature_of verifies what is not known yet; unknown remains only when the work is exhausted.
Signed PathBuilder::signature_of(std::size_t node, Edge& edge) {
  if (edge.signature != Signed::unknown) return edge.signature;
  const Certificate& issuer = *nodes_[edge.issuer].certificate;
  for (const Edge& other : *nodes_[node].issuers)
    if (other.signature != Signed::unknown && equal(nodes_[other.issuer].certificate->spki(), issuer.spki()))
      return edge.signature = other.signature;
  if (!work_.spend(work_.signatures)) return Signed::unknown;
  return edge.signature = verify_signature(*nodes_[node].certificate, issuer);
}

bool PathBuilder::is_on_path(std::size_t node) const {
  return std::any_of(path_.begin(), path_.end(), [&](std::size_t other) {
    return other == node || same_entity(*nodes_[other].certificate, *nodes_[node].certificate);
  });
}

// extend tries all ways on from the end of the path. True ends the search.
bool PathBuilder::extend(bool fit_only) {
  if (!work_.spend(work_.steps)) return finish(false);
  const std::size_t node = path_.back();
  const bool anchor = nodes_[node].anchor;
  // An anchor ends the path; if that path has faults, there may be a better one through a cross-certificate.
  if (anchor && finish(true)) return true;
  bool followed = false;
  const std::size_t count = issuers_of(node).size();
  for (std::size_t i = 0; i < count; ++i) {
    // Not kept over the recursion: nodes_ may grow meanwhile.
    Edge& edge = (*nodes_[node].issuers)[i];
    if ((fit_only && !is_fit(edge.issuer)) || is_on_path(edge.issuer)) continue;
    const Signed signature = signature_of(node, edge);
    if (signature == Signed::unknown) return finish(false);
    // A key that neither bears the right identifier nor made the signature is simply another CA of the same name.
    if (signature != Signed::good && (fit_only || edge.key_id_differs)) continue;
    followed = true;
    if (follow(edge, fit_only)) return true;
  }
  return !followed && !anchor ? finish(false) : false;
}

bool PathBuilder::follow(Edge& edge, bool fit_only) {
  path_.push_back(edge.issuer);
  signatures_.push_back(edge.signature);
  const bool done = extend(fit_only);
  path_.pop_back();
  signatures_.pop_back();
  return done;
}

// finish weighs the path as it stands. True ends the search: it is as good as can be, or there is no work left.
bool PathBuilder::finish(bool anchored) {
  Route route{{}, signatures_, anchored};
  for (const std::size_t node : path_) route.chain.push_back(nodes_[node].certificate);
  const bool well_signed =
      std::all_of(signatures_.begin(), signatures_.end(), [](Signed s) { return s == Signed::good; });
  std::optional<std::vector<Fault>> faults;
  if (anchored && work_.spend(work_.steps, path_.size())) faults = route_faults(route, policy_, work_);
  const Rank rank{anchored, well_signed, faults ? faults->size() : unchecked, path_.size()};
  if (best_.chain.empty() || best_rank_ < rank) {
    best_ = std::move(route);
    best_rank_ = rank;
    best_faults_ = std::move(faults);
  }
  return work_.exhausted || rank.faults <= leaf_faults_;
}

}  // namespace tlsock
