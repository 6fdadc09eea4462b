// Counter: one thread writes, others may look.
#include "base/counter.h"

#include <thread>

#include "tests/catch.hpp"

using namespace tlsock;

TEST_CASE("a counter never goes back while it is read from another thread, and loses nothing") {
  Counter counter;
  CHECK(counter.value() == 0);
  std::thread writer([&] {
    for (int i = 0; i < 100000; ++i) counter.add(3);
  });
  bool went_back = false;
  for (std::uint64_t last = 0; last < 300000;) {
    const std::uint64_t now = counter.value();
    went_back = went_back || now < last || now % 3 != 0;
    last = now;
  }
  writer.join();
  CHECK_FALSE(went_back);
  CHECK(counter.value() == 300000);
  counter.add(std::uint64_t{1} << 40);
  CHECK(counter.value() == 300000 + (std::uint64_t{1} << 40));
}
