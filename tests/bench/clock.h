// Time as the benchmark counts it: of the processor, spent by this thread. Other programs on the machine cost nothing
// then, or little.
#pragma once

#include <time.h>

#include <algorithm>
#include <vector>

namespace tlsock::bench {

inline double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// Stopwatch tells the time since it was made, or since it told it last.
class Stopwatch {
 public:
  double lap() {
    const double now = cpu_seconds(), since = now - last_;
    last_ = now;
    return since;
  }

 private:
  double last_ = cpu_seconds();
};

inline double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

}  // namespace tlsock::bench
