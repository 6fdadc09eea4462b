// The lock is taken around fork, so that no other thread holds it in the moment that the child inherits.
#include "capi/shared.h"

#include <pthread.h>

#include <new>

namespace tlsock::capi {
namespace {

std::mutex& immortal() {
  alignas(std::mutex) static unsigned char memory[sizeof(std::mutex)];
  static std::mutex* const mutex = new (memory) std::mutex;
  return *mutex;
}

}  // namespace

std::mutex& shared_lock() {
  static const int registered =
      pthread_atfork([] { immortal().lock(); }, [] { immortal().unlock(); }, [] { immortal().unlock(); });
  (void)registered;
  return immortal();
}

}  // namespace tlsock::capi
