// What happens on one connection.
#pragma once

#include "tests/bogo/flags.h"

namespace tlsock::bogo {

// exchange connects to the runner and does what the flags say. Throws Failure.
void exchange(const Flags& flags);

}  // namespace tlsock::bogo
