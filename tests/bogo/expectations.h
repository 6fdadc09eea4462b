// What the flags say must have been agreed upon.
#pragma once

#include "tests/bogo/flags.h"
#include "tests/bogo/session.h"

namespace tlsock::bogo {

// check_expectations throws Failure for the first that does not hold.
void check_expectations(const Flags& flags, Turn turn, const Session& session);

}  // namespace tlsock::bogo
