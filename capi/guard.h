// The boundary: what every exported function runs in. No exception and no cancellation leaves it.
#pragma once

#include <pthread.h>

#include <new>
#include <utility>

#include "capi/error.h"

namespace tlsock::capi {

// NoCancellation holds pthread_cancel off: unwinding a cancelled thread through noexcept would end the process.
class NoCancellation {
 public:
  NoCancellation() { pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before_); }
  ~NoCancellation() { pthread_setcancelstate(before_, nullptr); }
  NoCancellation(const NoCancellation&) = delete;
  NoCancellation& operator=(const NoCancellation&) = delete;

 private:
  int before_ = PTHREAD_CANCEL_ENABLE;
};

// guarded runs `body`, which gives a status, and makes statuses of what it throws. `poison` runs after a fault of the
// library, so that an object in an unknown state is not used again.
template <class Body, class Poison>
tls_status guarded(Body&& body, Poison&& poison) noexcept {
  const NoCancellation no_cancellation;
  try {
    return std::forward<Body>(body)();
  } catch (const std::bad_alloc&) {
    return fail_memory();
  } catch (...) {
    poison();
    return fail_internal();
  }
}

template <class Body>
tls_status guarded(Body&& body) noexcept {
  return guarded(std::forward<Body>(body), [] {});
}

}  // namespace tlsock::capi
