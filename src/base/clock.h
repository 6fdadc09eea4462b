// Clock: time as a connection sees it. Nothing below socket/ asks the machine for the time.
#pragma once

#include <chrono>
#include <cstdint>

namespace tlsock {

using Milliseconds = std::chrono::milliseconds;

// Instant is a point of monotonic time, for deadlines and ages.
using Instant = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;

// UnixTime is seconds since 1970-01-01 UTC, for certificates' dates.
using UnixTime = std::int64_t;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
  virtual UnixTime unix_time() const = 0;
};

// SystemClock is the machine's own.
class SystemClock final : public Clock {
 public:
  Instant now() const override { return std::chrono::steady_clock::now(); }
  UnixTime unix_time() const override {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  }
};

}  // namespace tlsock
