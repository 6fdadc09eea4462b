// Name constraints (RFC 5280 §4.2.1.10): is every name of a certificate within what a CA above it may certify?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "x509/certificate.h"

namespace tlsock {

// CertifiedNames are all names of a certificate to which constraints apply: subjectAltName, the subject, and the
// mailboxes in either.
struct CertifiedNames {
  explicit CertifiedNames(const Certificate& certificate);

  struct Name {
    GeneralName::Kind kind;
    Bytes value;                   // a view of the certificate
    std::vector<ByteString> rdns;  // directory_name, normalised
  };
  std::vector<Name> names;
};

// violated_constraint tells which name of `names` breaks the constraints of one CA, and how; nothing if none does. A
// constraint, or a name, that we cannot understand is broken wherever the other is of its kind: RFC 5280 §4.2.1.10 lets
// us process constraints or reject the certificate. It costs the product of the names and the subtrees.
std::optional<std::string> violated_constraint(const NameConstraints& constraints, const CertifiedNames& names);

}  // namespace tlsock
