// What happens on the connections of one test.
#pragma once

#include "tests/bogo/flags.h"

namespace tlsock::bogo {

// exchange connects to the runner and does what the flags say, as often as it takes. Throws Failure, or Unimplemented.
void exchange(const Flags& initial, const Flags& resumption);

}  // namespace tlsock::bogo
