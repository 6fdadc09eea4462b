// Deadlines: the three kinds of timeout, rounding, and the earlier of two ends.
#include "socket/deadline.h"

#include "catch.hpp"

using namespace tlsock;

TEST_CASE("a timeout of -1 waits without end, 0 never, more so long") {
  CHECK(Deadline::from_timeout(-1).is_infinite());
  CHECK(Deadline::from_timeout(-1).may_wait());
  CHECK(Deadline::from_timeout(-1).poll_timeout() == -1);
  CHECK_FALSE(Deadline::from_timeout(-1).passed());

  CHECK_FALSE(Deadline::from_timeout(0).may_wait());
  CHECK(Deadline::from_timeout(0).poll_timeout() == 0);

  const Deadline minute = Deadline::from_timeout(60'000);
  CHECK(minute.may_wait());
  CHECK_FALSE(minute.passed());
  CHECK(minute.poll_timeout() > 59'000);
  CHECK(minute.poll_timeout() <= 60'000);
  CHECK(Deadline::from_timeout(2147483647).poll_timeout() > 2147000000);
}

TEST_CASE("what is left of the time is rounded up, and ends at 0") {
  const auto now = std::chrono::steady_clock::now();
  CHECK(Deadline::at(now + std::chrono::microseconds(60'000'001)).poll_timeout() >= 59'000);
  const Deadline past = Deadline::at(now - Milliseconds(5));
  CHECK(past.passed());
  CHECK(past.poll_timeout() == 0);
  CHECK(past.may_wait());
}

TEST_CASE("no_later_than takes the earlier end, and lets no call wait that may not") {
  const auto soon = std::chrono::steady_clock::now() + Milliseconds(10);
  const auto late = soon + Milliseconds(10'000);
  CHECK(Deadline::infinite().no_later_than(soon).instant() == soon);
  CHECK(Deadline::at(late).no_later_than(soon).instant() == soon);
  CHECK(Deadline::at(soon).no_later_than(late).instant() == soon);
  CHECK(Deadline::infinite().no_later_than(std::nullopt).is_infinite());
  CHECK_FALSE(Deadline::never().no_later_than(late).may_wait());
}
