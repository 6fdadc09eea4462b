// Path: building a chain from what a peer presents to a trust anchor, and judging it by RFC 5280 §6. Alternatives are
// tried, cycles and floods end by a budget; nothing here waits.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "x509/trust_store.h"

namespace tlsock {

enum class Purpose : std::uint8_t { server_auth, client_auth };

// PathFault is why a certificate is no good. Names are Erlang's.
#define TLSOCK_PATH_FAULTS(X)                                                                       \
  X(cert_expired, certificate_expired, "the certificate is out of its dates")                       \
  X(root_cert_expired, certificate_expired, "the trust anchor is out of its dates")                 \
  X(unknown_ca, unknown_ca, "no path leads to a trust anchor")                                      \
  X(selfsigned_peer, bad_certificate, "the certificate is self-signed and not a trust anchor")      \
  X(invalid_issuer, bad_certificate, "the issuer's name or key identifier does not fit")            \
  X(invalid_signature, bad_certificate, "the signature does not verify")                            \
  X(unsupported_signature, unsupported_certificate, "the signature's algorithm is not accepted")    \
  X(weak_key, unsupported_certificate, "the public key is too weak or of no known kind")            \
  X(name_not_permitted, bad_certificate, "a name lies outside a CA's name constraints")             \
  X(missing_basic_constraint, bad_certificate, "an issuer that is not a CA")                        \
  X(max_path_length_reached, bad_certificate, "a path longer than a CA or `depth` allows")          \
  X(invalid_key_usage, unsupported_certificate, "the key may not be used for this")                 \
  X(invalid_ext_keyusage, unsupported_certificate, "the certificate is not for this purpose")       \
  X(unknown_critical_extension, unsupported_certificate, "a critical extension that is not known")  \
  X(hostname_check_failed, bad_certificate, "the certificate is for another host")                  \
  X(certificate_revoked, certificate_revoked, "the certificate was revoked")                        \
  X(too_complex, bad_certificate, "the certificates presented lead nowhere in bounded work")

enum class PathFault : std::uint8_t {
#define X(name, alert, text) name,
  TLSOCK_PATH_FAULTS(X)
#undef X
};
const char* name(PathFault fault);
const char* text(PathFault fault);
Alert alert_for(PathFault fault);

// PathEvent is one finding, in the order in which Erlang's verify_fun gets them: from the anchor's side to the peer's
// own certificate; for each first its unknown extensions, then its faults, or valid (valid_peer for the leaf).
struct PathEvent {
  enum class Kind : std::uint8_t { extension, bad_cert, valid, valid_peer };
  Kind kind;
  CertificatePtr certificate;
  std::size_t index = 0;       // 0 is the peer's own certificate
  std::optional<PathFault> fault;     // bad_cert
  const CertificateExtension* extension = nullptr;  // extension; owned by the certificate
  std::string detail;          // for people
};

struct PathPolicy {
  const TrustStore* anchors = nullptr;                  // may be null: then nothing is trusted
  std::vector<CertificatePtr> partial_anchors;          // option partial_chain: certificates that end a path wherever they stand
  UnixTime now = 0;
  Purpose purpose = Purpose::server_auth;
  unsigned depth = 10;                                  // intermediates that are not self-issued
  std::span<const SignatureScheme> schemes;             // accepted in certificates' signatures
  bool allow_any_ca_purpose = false;
  // What the leaf's keyUsage must allow, where it has one. RFC 8446 §4.4.2.2: digitalSignature. 0 asks for nothing.
  std::uint16_t leaf_key_usage = digital_signature;
};

struct Path {
  std::vector<CertificatePtr> chain;  // leaf first, anchor last where there is one
  bool anchored = false;
  std::vector<PathEvent> events;
  // first_fault is the first bad_cert event, or null: a path without one is good.
  const PathEvent* first_fault() const;
};

// judge builds the best path for presented.front() (the leaf; the others are surplus, unordered or missing as it may be)
// and judges it fully: every fault that there is becomes an event. The path without faults wins, else the one that got
// furthest. A leaf that is byte-equal to an anchor is a path of length 0: dates, key usage and extended key usage are
// still checked. `presented` has at least one certificate.
Path judge(const std::vector<CertificatePtr>& presented, const PathPolicy& policy);

// complete_chain adds what is missing between `chain` (own certificates, leaf first) and a self-signed anchor, from
// `anchors`; the anchor itself is left out. What a server sends that was given its leaf alone.
std::vector<CertificatePtr> complete_chain(std::vector<CertificatePtr> chain, const TrustStore& anchors);

}  // namespace tlsock
