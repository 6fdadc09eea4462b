// The certificates of tests/vectors/certs, read once.
#pragma once

#include <memory>
#include <string>

#include "config/config.h"

namespace tlsock::test {

// credential reads NAME.pem and NAME-key.pem: "server", "server-rsa", "client", "chain", "expired" …
Credential credential(const std::string& name);
inline Credential test_credential() { return credential("server"); }

// anchors trusts the certificates of NAME.pem; test_anchors those of the tests' CA.
std::shared_ptr<const TrustStore> anchors(const std::string& name);
inline std::shared_ptr<const TrustStore> test_anchors() { return anchors("ca"); }

}  // namespace tlsock::test
