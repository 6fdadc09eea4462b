// Counter: a statistic that one thread writes and any thread reads.
#pragma once

#include <atomic>
#include <cstdint>

namespace tlsock {

class Counter {
 public:
  void add(std::uint64_t amount) { value_.store(value() + amount, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

}  // namespace tlsock
