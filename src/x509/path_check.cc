// Path checks: dates, algorithms, keys, usages, lengths and names.
#include "x509/path_check.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <iterator>
#include <string_view>

#include "x509/name.h"
#include "x509/name_constraints.h"

namespace tlsock {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view any_purpose = "\x55\x1d\x25\x00"sv;
constexpr std::string_view server_auth = "\x2b\x06\x01\x05\x05\x07\x03\x01"sv;
constexpr std::string_view client_auth = "\x2b\x06\x01\x05\x05\x07\x03\x02"sv;

// Below 112 bits of security (NIST SP 800-57 part 1, table 2) no key proves anything.
constexpr std::size_t min_rsa_bits = 2048, min_dsa_bits = 2048;

// time_text is RFC 3339, for messages.
std::string time_text(UnixTime time) {
  using namespace std::chrono;
  const sys_seconds point{seconds(time)};
  const auto day = floor<days>(point);
  const year_month_day date{day};
  const hh_mm_ss clock{point - day};
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

bool is_accepted(const SignatureAlgorithm& algorithm, const PathPolicy& policy) {
  // In certificates a scheme's curve and its kind of RSA key stand for no more than the hash does (RFC 8446 §4.2.3).
  return std::any_of(policy.schemes.begin(), policy.schemes.end(), [&](SignatureScheme scheme) {
    const auto accepted = algorithm_of(scheme);
    return accepted && accepted->kind == algorithm.kind && accepted->hash == algorithm.hash;
  });
}

// asks_for_dsa: DSA is on where somebody has put it among his schemes.
bool asks_for_dsa(const PathPolicy& policy) {
  return std::any_of(policy.schemes.begin(), policy.schemes.end(), [](SignatureScheme scheme) {
    const auto algorithm = algorithm_of(scheme);
    return algorithm && algorithm->kind == SignatureAlgorithm::Kind::dsa;
  });
}

// key_weakness is empty for a key that is strong enough.
std::string key_weakness(const Certificate& certificate, const PathPolicy& policy) {
  if (!certificate.public_key()) return "a key of an unknown kind";
  const KeyInfo& key = certificate.public_key()->info();
  switch (key.type) {
    case KeyType::rsa:
    case KeyType::rsa_pss:
      return key.bits < min_rsa_bits ? "RSA with " + std::to_string(key.bits) + " bits" : std::string();
    case KeyType::ec:
      return key.curve == Curve::none || key.curve == Curve::other ? "an unknown curve" : "";
    case KeyType::dsa:
      return key.bits < min_dsa_bits || !asks_for_dsa(policy) ? "DSA" : "";
    case KeyType::ed25519:
    case KeyType::ed448:
    case KeyType::mldsa44:
    case KeyType::mldsa65:
    case KeyType::mldsa87:
      break;
  }
  return {};
}

bool is_ca(const Certificate& certificate) {
  return certificate.basic_constraints() && certificate.basic_constraints()->ca;
}

// OwnChecks judges one certificate in its place.
class OwnChecks {
 public:
  OwnChecks(const Certificate& certificate, Place place, const PathPolicy& policy, std::size_t index)
      : certificate_(certificate), place_(place), policy_(policy), index_(index) {}

  std::vector<Fault> run() {
    extensions();
    dates();
    algorithm();
    if (const auto weakness = key_weakness(certificate_, policy_); !weakness.empty()) add(PathFault::weak_key, weakness);
    is_leaf() ? leaf() : issuer();
    purposes();
    return std::move(faults_);
  }

 private:
  bool is_leaf() const { return place_ == Place::leaf || place_ == Place::trusted_leaf; }
  bool is_trusted() const { return place_ == Place::anchor || place_ == Place::trusted_leaf; }

  void add(PathFault fault, std::string detail, const CertificateExtension* extension = nullptr) {
    faults_.push_back({index_, fault, std::move(detail), extension});
  }

  void extensions() {
    for (const auto& extension : certificate_.extensions())
      // RFC 5280 §4.2: a critical extension that is not recognised or processed refuses the certificate.
      if (extension.critical && !extension.known)
        add(PathFault::unknown_critical_extension, to_dotted(extension.oid), &extension);
  }

  void dates() {
    const PathFault fault = place_ == Place::anchor ? PathFault::root_cert_expired : PathFault::cert_expired;
    // RFC 5280 §4.1.2.5: both ends belong to the validity period.
    if (policy_.now < certificate_.not_before())
      add(fault, "not valid before " + time_text(certificate_.not_before()));
    else if (policy_.now > certificate_.not_after())
      add(fault, "not valid after " + time_text(certificate_.not_after()));
  }

  void algorithm() {
    // Nobody needs the signature of what is trusted by itself (RFC 5280 §6.1: the anchor is not part of the path).
    if (is_trusted()) return;
    const auto& algorithm = certificate_.signature_algorithm();
    if (!algorithm || !is_accepted(*algorithm, policy_)) add(PathFault::unsupported_signature, "");
    // RFC 5280 §4.1.2.4: the issuer field MUST contain a non-empty distinguished name.
    if (is_empty_name(certificate_.issuer())) add(PathFault::invalid_issuer, "the issuer has no name");
  }

  void leaf() {
    const std::uint16_t wanted = policy_.leaf_key_usage;
    if (certificate_.key_usage() && (*certificate_.key_usage() & wanted) != wanted)
      add(PathFault::invalid_key_usage, wanted == digital_signature ? "not for digital signatures" : "");
    // RFC 5280 §4.2.1.10: name constraints MUST be used only in a CA certificate.
    if (certificate_.name_constraints() && !is_ca(certificate_))
      add(PathFault::name_not_permitted, "name constraints in a certificate that is no CA's");
  }

  void issuer() {
    // RFC 5280 §6.1.4 (k): CAs of version 3 say that they are CAs. An anchor of version 1 cannot, and is believed.
    const bool cannot_tell = place_ == Place::anchor && certificate_.version() < 3;
    if (!is_ca(certificate_) && !cannot_tell) add(PathFault::missing_basic_constraint, "");
    // RFC 5280 §6.1.4 (n).
    if (certificate_.key_usage() && !(*certificate_.key_usage() & KeyUsage::key_cert_sign))
      add(PathFault::invalid_key_usage, "not for signing certificates");
    // RFC 5280 §4.1.2.6: a CA's subject MUST be a non-empty distinguished name.
    if (is_empty_name(certificate_.subject())) add(PathFault::invalid_issuer, "a CA without a name");
  }

  // purposes: RFC 5280 §4.2.1.12; for CAs the purposes narrow what is below them, as all TLS libraries have it.
  void purposes() {
    if (!certificate_.extended_key_usage()) return;
    const std::string_view wanted = policy_.purpose == Purpose::server_auth ? server_auth : client_auth;
    const bool any = is_leaf() || policy_.allow_any_ca_purpose;
    const auto& listed = *certificate_.extended_key_usage();
    const bool good = std::any_of(listed.begin(), listed.end(), [&](const Oid& oid) {
      return as_text(oid) == wanted || (any && as_text(oid) == any_purpose);
    });
    if (!good) add(PathFault::invalid_ext_keyusage, wanted == server_auth ? "not for servers" : "not for clients");
  }

  const Certificate& certificate_;
  const Place place_;
  const PathPolicy& policy_;
  const std::size_t index_;
  std::vector<Fault> faults_;
};

// check_lengths: RFC 5280 §6.1.4 (l) and (m), with `depth` as the initial length. The last certificate is no
// intermediate, whatever it is.
void check_lengths(const Route& route, const PathPolicy& policy, std::vector<Fault>& faults) {
  std::size_t left = policy.depth;
  for (std::size_t i = route.chain.size(); i-- > 1;) {
    const Certificate& certificate = *route.chain[i];
    if (route.place(i) == Place::intermediate && !certificate.is_self_issued()) {
      if (left == 0) faults.push_back({i, PathFault::max_path_length_reached, "", nullptr});
      left -= left > 0;
    }
    const auto& constraints = certificate.basic_constraints();
    if (constraints && constraints->path_length) left = std::min<std::size_t>(left, *constraints->path_length);
  }
}

void check_signatures(const Route& route, std::vector<Fault>& faults) {
  for (std::size_t i = 0; i < route.signatures.size(); ++i) {
    const Signed state = route.signatures[i];
    if (state == Signed::good) continue;
    // What cannot be verified is not verified: never let it pass because another fault was forgiven.
    const bool bad = state == Signed::bad;
    faults.push_back({i, bad ? PathFault::invalid_signature : PathFault::unsupported_signature,
                      bad ? "" : "no key or no algorithm to verify it", nullptr});
  }
}

// name_fault judges one certificate by the constraints of all CAs above it.
std::optional<Fault> name_fault(const Certificate& certificate, std::size_t index,
                                const std::vector<const NameConstraints*>& above, Work& work) {
  const Fault too_complex{index, PathFault::too_complex, "too many names under too many name constraints", nullptr};
  // Names are made ready at a cost by their size, before any is compared.
  constexpr std::size_t bytes_per_unit = 16;
  if (!work.spend(work.comparisons, certificate.der().size() / bytes_per_unit)) return too_complex;
  const CertifiedNames names(certificate);
  for (const auto* constraints : above) {
    const std::size_t subtrees = constraints->permitted.size() + constraints->excluded.size();
    if (!work.spend(work.comparisons, names.names.size() * subtrees)) return too_complex;
    if (auto violation = violated_constraint(*constraints, names))
      return Fault{index, PathFault::name_not_permitted, *std::move(violation), nullptr};
  }
  return {};
}

// check_names: RFC 5280 §6.1.3 (b) and (c), certificate by certificate, against each CA above it.
void check_names(const Route& route, Work& work, std::vector<Fault>& faults) {
  std::vector<const NameConstraints*> above;
  for (std::size_t i = route.chain.size(); i-- > 0;) {
    const Certificate& certificate = *route.chain[i];
    const bool exempt = i > 0 && certificate.is_self_issued();
    if (!above.empty() && !exempt) {
      if (auto fault = name_fault(certificate, i, above, work)) faults.push_back(*std::move(fault));
    }
    if (certificate.name_constraints()) above.push_back(&*certificate.name_constraints());
  }
}

// check_top: what a route without an anchor lacks.
void check_top(const Route& route, const Work& work, std::vector<Fault>& faults) {
  if (route.anchored) return;
  const Certificate& top = *route.chain.back();
  const std::size_t index = route.chain.size() - 1;
  if (work.exhausted)
    faults.push_back({index, PathFault::too_complex, "", nullptr});
  else if (index == 0 && top.is_self_issued() && verify_signature(top, top) != Signed::bad)
    faults.push_back({index, PathFault::selfsigned_peer, "", nullptr});
  else
    faults.push_back({index, PathFault::unknown_ca, "issuer " + name_text(top.issuer()), nullptr});
}

}  // namespace

Place Route::place(std::size_t index) const {
  const bool trusted = anchored && index + 1 == chain.size();
  if (index == 0) return trusted ? Place::trusted_leaf : Place::leaf;
  return trusted ? Place::anchor : Place::intermediate;
}

std::vector<Fault> own_faults(const Certificate& certificate, Place place, const PathPolicy& policy,
                              std::size_t index) {
  return OwnChecks(certificate, place, policy, index).run();
}

std::vector<Fault> route_faults(const Route& route, const PathPolicy& policy, Work& work) {
  std::vector<Fault> faults;
  check_top(route, work, faults);
  check_signatures(route, faults);
  check_lengths(route, policy, faults);
  check_names(route, work, faults);
  for (std::size_t i = 0; i < route.chain.size(); ++i) {
    auto own = own_faults(*route.chain[i], route.place(i), policy, i);
    std::move(own.begin(), own.end(), std::back_inserter(faults));
  }
  return faults;
}

Signed verify_signature(const Certificate& certificate, const Certificate& issuer) {
  const auto& algorithm = certificate.signature_algorithm();
  if (!algorithm || !issuer.public_key()) return Signed::unverifiable;
  const Status verified = issuer.public_key()->verify(*algorithm, certificate.tbs(), certificate.signature());
  if (verified) return Signed::good;
  return verified.error().reason == Reason::UNSUPPORTED_ALGORITHM ? Signed::unverifiable : Signed::bad;
}

}  // namespace tlsock
