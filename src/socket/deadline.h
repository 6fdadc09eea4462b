// Deadline: how long a call may wait, as one point of monotonic time, so that signals and loops do not prolong it.
#pragma once

#include <algorithm>
#include <limits>
#include <optional>

#include "base/clock.h"

namespace tlsock {

class Deadline {
 public:
  // from_timeout reads a timeout of the C API: -1 waits without end, 0 never waits, more is that many milliseconds.
  static Deadline from_timeout(int timeout_ms) {
    if (timeout_ms < 0) return infinite();
    if (timeout_ms == 0) return never();
    return Deadline(Kind::at, std::chrono::steady_clock::now() + Milliseconds(timeout_ms));
  }
  static Deadline infinite() { return Deadline(Kind::infinite, {}); }
  static Deadline never() { return Deadline(Kind::never, {}); }
  static Deadline at(Instant end) { return Deadline(Kind::at, end); }

  // may_wait: false for a timeout of 0. Such a call says what it wants instead of waiting.
  bool may_wait() const { return kind_ != Kind::never; }
  bool is_infinite() const { return kind_ == Kind::infinite; }
  // instant is the end of a finite time, or nothing.
  std::optional<Instant> instant() const { return kind_ == Kind::at ? std::optional<Instant>(end_) : std::nullopt; }
  bool passed() const { return kind_ == Kind::at && std::chrono::steady_clock::now() >= end_; }

  // no_later_than is this deadline or `end`, whichever comes first. A call that may not wait stays one.
  Deadline no_later_than(std::optional<Instant> end) const {
    if (!end || kind_ == Kind::never) return *this;
    return at(kind_ == Kind::at ? std::min(end_, *end) : *end);
  }

  // poll_timeout is what poll(2) takes, rounded up, so that a wait does not end before its time.
  int poll_timeout() const {
    if (kind_ == Kind::infinite) return -1;
    if (kind_ == Kind::never) return 0;
    const auto left = std::chrono::ceil<Milliseconds>(end_ - std::chrono::steady_clock::now()).count();
    return static_cast<int>(std::clamp<decltype(left)>(left, 0, std::numeric_limits<int>::max()));
  }

 private:
  enum class Kind : std::uint8_t { infinite, never, at };
  Deadline(Kind kind, Instant end) : kind_(kind), end_(end) {}

  Kind kind_;
  Instant end_;
};

}  // namespace tlsock
