// Frame memory, and the step from one wait to the next.
#include "handshake/flow.h"

#include <new>

namespace tlsock {

void* Promise::operator new(std::size_t size) { return ::operator new(size); }

void Promise::operator delete(void* frame, std::size_t size) noexcept {
  wipe(frame, size);
  ::operator delete(frame, size);
}

void Flow::advance() {
  if (!promise_ || done()) return;
  FlowControl& control = promise_->control_;
  if (control.failed()) return;
  if (!control.leaf_) return promise_->run();
  // Cleared before it runs: the flow that this one hands over to must not find a waiter of its own unasked.
  if (control.waiter_->poll()) std::exchange(control.leaf_, nullptr)->run();
}

}  // namespace tlsock
