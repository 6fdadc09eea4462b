// Handles: stale, closed twice, of another kind; destroyed by the last one out; under many threads.
#include "capi/handles.h"

#include <thread>
#include <vector>

#include "tests/catch.hpp"

using namespace tlsock::capi;

namespace {

struct Counted : Handled {
  static constexpr HandleKind kind = HandleKind::config;
  explicit Counted(std::atomic<int>& n) : alive(n) { ++alive; }
  ~Counted() override { --alive; }
  void closing() noexcept override { ++closings; }
  std::atomic<int>& alive;
  std::atomic<int> closings{0};
  std::atomic<int> touched{0};
};

struct Other : Handled {
  static constexpr HandleKind kind = HandleKind::socket;
};

}  // namespace

TEST_CASE("a handle is good until it is closed") {
  std::atomic<int> alive{0};
  const auto handle = insert(std::make_unique<Counted>(alive));
  CHECK(handle != 0);
  CHECK(handle < std::uint64_t{1} << 53);
  CHECK(Use<Counted>(handle));
  CHECK_FALSE(Use<Other>(handle));
  CHECK(close_handle(handle));
  CHECK(alive == 0);
  CHECK_FALSE(Use<Counted>(handle));
  CHECK_FALSE(close_handle(handle));
}

TEST_CASE("numbers that are no handles") {
  for (const std::uint64_t number : {std::uint64_t{0}, std::uint64_t{1}, (std::uint64_t{1} << 24) - 1,
                                     std::uint64_t{1} << 53, (std::uint64_t{1} << 53) - 1, ~std::uint64_t{0}}) {
    CAPTURE(number);
    CHECK_FALSE(Use<Counted>(number));
    CHECK_FALSE(close_handle(number));
  }
}

TEST_CASE("the last one out destroys") {
  std::atomic<int> alive{0};
  const auto handle = insert(std::make_unique<Counted>(alive));
  {
    const Use<Counted> first(handle);
    REQUIRE(first);
    {
      const Use<Counted> second(handle);
      CHECK(close_handle(handle));
      CHECK(first->closings == 1);
      CHECK_FALSE(close_handle(handle));
      CHECK_FALSE(Use<Counted>(handle));
      CHECK(alive == 1);
    }
    CHECK(alive == 1);
  }
  CHECK(alive == 0);
}

TEST_CASE("a slot is used again under another generation") {
  std::atomic<int> alive{0};
  const auto first = insert(std::make_unique<Counted>(alive));
  close_handle(first);
  const auto second = insert(std::make_unique<Counted>(alive));
  CHECK((first & 0xffffff) == (second & 0xffffff));
  CHECK(first != second);
  CHECK_FALSE(Use<Counted>(first));
  CHECK(Use<Counted>(second));
  close_handle(second);
}

TEST_CASE("a slot whose generations are used up is retired") {
  constexpr std::uint64_t last = (std::uint64_t{1} << generation_bits) - 1;
  std::atomic<int> alive{0};
  const auto first = insert(std::make_unique<Counted>(alive));
  close_handle(first);
  age_slot_for_test(first, last);
  const auto second = insert(std::make_unique<Counted>(alive));
  REQUIRE((second & 0xffffff) == (first & 0xffffff));
  CHECK(second >> index_bits == last);
  CHECK(Use<Counted>(second));
  CHECK(close_handle(second));
  CHECK_FALSE(Use<Counted>(second));
  const auto third = insert(std::make_unique<Counted>(alive));
  CHECK((third & 0xffffff) != (first & 0xffffff));
  close_handle(third);
  CHECK(alive == 0);
}

TEST_CASE("more handles than one chunk of slots holds") {
  std::atomic<int> alive{0};
  std::vector<std::uint64_t> handles;
  for (int i = 0; i < 5000; ++i) handles.push_back(insert(std::make_unique<Counted>(alive)));
  CHECK(alive == 5000);
  for (const auto handle : handles) {
    if (!Use<Counted>(handle)) FAIL("a handle is lost");
    if (!close_handle(handle)) FAIL("a handle cannot be closed");
  }
  CHECK(alive == 0);
}

TEST_CASE("threads enter, close and insert at once") {
  constexpr int threads = 4, rounds = 5000, shared = 8;
  std::atomic<int> alive{0}, entered{0}, closed{0}, made{0};
  std::array<std::atomic<std::uint64_t>, shared> places{};
  const auto work = [&](unsigned seed) {
    for (int round = 0; round < rounds; ++round) {
      seed = seed * 1103515245 + 12345;
      auto& place = places[seed >> 16 & (shared - 1)];
      const auto handle = place.load();
      if (seed >> 24 & 1) {
        const Use<Counted> use(handle);
        if (use) {
          ++use->touched;
          ++entered;
        }
      } else {
        if (close_handle(handle)) ++closed;
        ++made;
        const auto displaced = place.exchange(insert(std::make_unique<Counted>(alive)));
        if (displaced != handle && close_handle(displaced)) ++closed;
      }
    }
  };
  std::vector<std::thread> running;
  for (unsigned i = 0; i < threads; ++i) running.emplace_back(work, i + 1);
  for (auto& thread : running) thread.join();
  for (auto& place : places)
    if (close_handle(place)) ++closed;
  CHECK(entered > 0);
  CHECK(closed == made);
  CHECK(alive == 0);
}
