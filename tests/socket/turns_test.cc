// Turns: one holder at a time, first come first served, within a deadline, and woken by close.
#include "socket/turns.h"

#include <functional>
#include <thread>

#include "catch.hpp"

using namespace tlsock;
using Outcome = Turns::Outcome;

namespace {

void wait_until(const std::function<bool()>& condition) {
  while (!condition()) std::this_thread::sleep_for(Milliseconds(1));
}

}  // namespace

TEST_CASE("a turn has one holder, and turns are independent") {
  Turns turns;
  CHECK(turns.all_free());
  CHECK(turns.take(Turn::send, Deadline::infinite()) == Outcome::taken);
  CHECK_FALSE(turns.all_free());
  CHECK(turns.is_taken(Turn::send));
  CHECK_FALSE(turns.try_take(Turn::send));
  CHECK(turns.take(Turn::send, Deadline::never()) == Outcome::would_wait);
  CHECK(turns.try_take(Turn::receive));
  turns.give(Turn::send);
  CHECK(turns.try_take(Turn::send));
}

TEST_CASE("waiting for a turn ends at the deadline, and the turn is not lost by it") {
  Turns turns;
  REQUIRE(turns.try_take(Turn::write));
  const auto begin = std::chrono::steady_clock::now();
  CHECK(turns.take(Turn::write, Deadline::from_timeout(30)) == Outcome::timed_out);
  CHECK(std::chrono::steady_clock::now() - begin >= Milliseconds(30));
  turns.give(Turn::write);
  CHECK_FALSE(turns.is_taken(Turn::write));
}

TEST_CASE("who came first is first, whatever the holder does") {
  Turns turns;
  REQUIRE(turns.try_take(Turn::send));
  std::atomic<int> order{0};
  int places[3] = {};
  std::vector<std::thread> threads;
  std::atomic<int> entered{0};
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&, i] {
      ++entered;
      const HeldTurn turn(turns, Turn::send, Deadline::infinite());
      places[i] = ++order;
    });
    wait_until([&] { return entered == i + 1; });
    std::this_thread::sleep_for(Milliseconds(20));
  }
  turns.give(Turn::send);
  // The first in the queue has it now already: nobody slips in between.
  for (auto& thread : threads) thread.join();
  CHECK(places[0] == 1);
  CHECK(places[1] == 2);
  CHECK(places[2] == 3);
  CHECK(turns.all_free());
}

TEST_CASE("close wakes those who wait, now and later") {
  Turns turns;
  REQUIRE(turns.try_take(Turn::receive));
  Outcome outcome = Outcome::taken;
  std::thread waiter([&] { outcome = turns.take(Turn::receive, Deadline::infinite()); });
  std::this_thread::sleep_for(Milliseconds(10));
  turns.close();
  waiter.join();
  CHECK(outcome == Outcome::closed);
  CHECK(turns.take(Turn::send, Deadline::infinite()) == Outcome::closed);
  CHECK(turns.try_take(Turn::send));
}
