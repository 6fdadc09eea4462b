// Failure: why the shim gives up, in the words that the runner looks for.
#pragma once

#include <string>

#include "tlsock/tls.h"

namespace tlsock::bogo {

// Failure is thrown where a connection cannot go on, or is not as it should be.
struct Failure {
  std::string text;
};

// Unimplemented is thrown where a test turns out to be about what tlsock does not have.
struct Unimplemented {};

// last_failure is made of the thread's last error: BoringSSL's reason between colons, and then our own words.
Failure last_failure(tls_status status);

}  // namespace tlsock::bogo
