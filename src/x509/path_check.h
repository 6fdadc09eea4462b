// The checks of RFC 5280 §6 on a finished path, and on one certificate by itself.
#pragma once

#include <string>
#include <vector>

#include "x509/path.h"

namespace tlsock {

// Work is what is left of the effort that one judgement may cost, whatever a peer presents.
struct Work {
  std::size_t signatures = 200;       // verified; other libraries stop at about 100
  std::size_t steps = 10'000;         // certificates looked at while paths are built and checked
  std::size_t comparisons = 250'000;  // of names with name constraints; Go's limit
  bool exhausted = false;

  // spend takes an amount off one of the three, and tells whether there was that much.
  bool spend(std::size_t& from, std::size_t amount = 1) {
    if (from < amount) exhausted = true;
    from -= from < amount ? from : amount;
    return !exhausted;
  }
};

// Signed is what is known about one certificate's signature by another's key.
enum class Signed : std::uint8_t { unknown, good, bad, unverifiable };

// Place is where in a path a certificate stands: that decides what it must be fit for.
enum class Place : std::uint8_t { leaf, trusted_leaf, intermediate, anchor };

// Route is one way from the leaf upwards.
struct Route {
  std::vector<CertificatePtr> chain;  // leaf first
  std::vector<Signed> signatures;     // signatures[i]: of chain[i], by chain[i + 1]
  bool anchored = false;              // the last certificate is a trust anchor

  Place place(std::size_t index) const;
};

struct Fault {
  std::size_t index;  // in the chain
  PathFault fault;
  std::string detail;
  const CertificateExtension* extension = nullptr;  // unknown_critical_extension
};

// own_faults finds what is wrong with a certificate in its place, whatever stands above or below it.
std::vector<Fault> own_faults(const Certificate& certificate, Place place, const PathPolicy& policy,
                              std::size_t index = 0);

// route_faults finds everything that is wrong with a route.
std::vector<Fault> route_faults(const Route& route, const PathPolicy& policy, Work& work);

// verify_signature checks one certificate's signature by the key of another.
Signed verify_signature(const Certificate& certificate, const Certificate& issuer);

}  // namespace tlsock
