// The first use of wolfCrypt's algorithms.
#pragma once

namespace tlsock {

// use_each_algorithm makes the first use of every algorithm that chooses its code by the processor. wolfCrypt has each
// of them look at it when first used, and note the answer in plain variables: two threads that came first together
// would race. The result is a return code of wolfCrypt.
int use_each_algorithm();

}  // namespace tlsock
