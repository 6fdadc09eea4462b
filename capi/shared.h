// Process-wide state of the C API that changes seldom and is copied out under one lock, which survives fork.
#pragma once

#include <mutex>

namespace tlsock::capi {

// shared_lock guards the config of config handles, answering functions and the log: held for copying a pointer, never
// over anything of the application's. A child process finds it free.
std::mutex& shared_lock();

}  // namespace tlsock::capi
