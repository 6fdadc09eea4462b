// PathBuilder: the search for a route from a leaf to a trust anchor.
#pragma once

#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "x509/path_check.h"

namespace tlsock {

class PathBuilder {
 public:
  PathBuilder(const std::vector<CertificatePtr>& presented, const PathPolicy& policy);

  // search tries routes depth-first until one has no faults but those of the leaf itself, and remembers the best.
  void search();
  const Route& route() const { return best_; }
  // faults are those of the route, in no order.
  const std::vector<Fault>& faults() const { return *best_faults_; }

 private:
  // Edge is a certificate that may have issued another one: the names fit.
  struct Edge {
    std::size_t issuer;
    bool key_id_differs;
    Signed signature = Signed::unknown;
  };
  struct Node {
    CertificatePtr certificate;
    bool anchor = false;
    std::optional<bool> fit{};  // whether nothing is wrong with it as an issuer, once that was asked
    std::optional<std::vector<Edge>> issuers{};
  };
  // Rank tells which of two routes is the better one: the greater.
  struct Rank {
    bool anchored, well_signed;
    std::size_t faults, length;
    bool operator<(const Rank& other) const;
  };

  std::size_t add(const CertificatePtr& certificate);
  bool is_anchor(const Certificate& certificate) const;
  bool is_fit(std::size_t node);
  std::vector<Edge>& issuers_of(std::size_t node);
  std::vector<Edge> find_issuers(std::size_t node);
  Signed signature_of(std::size_t node, Edge& edge);
  bool is_on_path(std::size_t node) const;
  bool extend(bool fit_only);
  bool follow(Edge& edge, bool fit_only);
  bool finish(bool anchored);

  const PathPolicy& policy_;
  Work work_;
  std::vector<Node> nodes_;  // the leaf first
  std::unordered_map<std::string_view, std::size_t> by_der_;
  std::multimap<std::string_view, std::size_t> by_subject_;  // the normal form; of what was presented
  std::vector<std::size_t> path_;
  std::vector<Signed> signatures_;
  std::size_t leaf_faults_ = 0;
  Route best_;
  std::optional<std::vector<Fault>> best_faults_;
  Rank best_rank_{};
};

}  // namespace tlsock
