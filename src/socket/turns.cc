// Handing turns over, first come, first served.
#include "socket/turns.h"

#include <algorithm>

namespace tlsock {

Turns::Outcome Turns::take(Turn turn, const Deadline& deadline) {
  std::unique_lock lock(mutex_);
  State& state = of(turn);
  if (closed()) return Outcome::closed;
  if (!state.taken) {
    state.taken = true;
    return Outcome::taken;
  }
  if (!deadline.may_wait()) return Outcome::would_wait;
  Waiter self;
  state.queue.push_back(&self);
  const auto over = [&] { return self.has_turn || closed(); };
  if (const auto end = deadline.instant())
    self.called.wait_until(lock, *end, over);
  else
    self.called.wait(lock, over);
  if (self.has_turn) return Outcome::taken;
  std::erase(state.queue, &self);
  return closed() ? Outcome::closed : Outcome::timed_out;
}

bool Turns::try_take(Turn turn) {
  const std::lock_guard lock(mutex_);
  return !std::exchange(of(turn).taken, true);
}

void Turns::give(Turn turn) {
  const std::lock_guard lock(mutex_);
  State& state = of(turn);
  if (state.queue.empty()) {
    state.taken = false;
    return;
  }
  Waiter* next = state.queue.front();
  state.queue.erase(state.queue.begin());
  next->has_turn = true;
  next->called.notify_one();
}

bool Turns::is_taken(Turn turn) const {
  const std::lock_guard lock(mutex_);
  return of(turn).taken;
}

bool Turns::all_free() const {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  return lock && std::none_of(states_.begin(), states_.end(), [](const State& state) { return state.taken; });
}

void Turns::close() {
  const std::lock_guard lock(mutex_);
  closed_.store(true, std::memory_order_release);
  for (State& state : states_) {
    for (Waiter* waiter : state.queue) waiter->called.notify_one();
  }
}

}  // namespace tlsock
