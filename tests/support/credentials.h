// Certificates and trust for configs: those of tests/vectors/certs, read once, and those of a TestCa.
#pragma once

#include <memory>
#include <string>

#include "config/config.h"
#include "tests/support/test_ca.h"

namespace tlsock::test {

// credential reads NAME.pem and NAME-key.pem: "server", "server-rsa", "client", "chain", "expired" …
Credential credential(const std::string& name);
inline Credential test_credential() { return credential("server"); }

// anchors trusts the certificates of NAME.pem; test_anchors those of the tests' CA.
std::shared_ptr<const TrustStore> anchors(const std::string& name);
inline std::shared_ptr<const TrustStore> test_anchors() { return anchors("ca"); }

// The same of what a TestCa has issued.
inline Credential credential_of(const Issued& issued) { return {{issued.parsed()}, issued.key}; }
inline std::shared_ptr<const TrustStore> trust(const TestCa& ca) {
  return std::make_shared<const TrustStore>(std::vector<CertificatePtr>{ca.parsed()});
}

}  // namespace tlsock::test
