// The system's random generator: lengths, threads, and what becomes of it in a child process.
#include "crypto/rng.h"

#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <thread>
#include <vector>

#include "catch.hpp"

using namespace tlsock;

namespace {

using Sample = std::array<std::uint8_t, 32>;

Sample sample() {
  Sample bytes{};
  if (!system_rng().fill(bytes)) bytes = {};
  return bytes;
}

}  // namespace

TEST_CASE("random bytes of any length") {
  CHECK(init_crypto());
  CHECK(init_crypto());
  CHECK(system_rng().fill({}));
  ByteString large(200'000);
  REQUIRE(system_rng().fill(large));
  // The end was filled as well: 32 zeros happen by no chance.
  CHECK_FALSE(equal(Bytes(large).last(32), Sample{}));
  CHECK(sample() != Sample{});
}

TEST_CASE("threads have generators of their own") {
  std::vector<Sample> samples(8);
  std::vector<std::thread> threads;
  for (auto& to : samples) threads.emplace_back([&to] { to = sample(); });
  for (auto& thread : threads) thread.join();
  CHECK(std::set<Sample>(samples.begin(), samples.end()).size() == samples.size());
}

TEST_CASE("parent and child differ after a fork") {
  // The generator exists before, so that the child inherits its state.
  const Sample before = sample();
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const Sample mine = sample();
    _exit(write(ends[1], mine.data(), mine.size()) == static_cast<ssize_t>(mine.size()) ? 0 : 1);
  }
  const Sample mine = sample();
  Sample theirs{};
  CHECK(read(ends[0], theirs.data(), theirs.size()) == static_cast<ssize_t>(theirs.size()));
  int status = 1;
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  close(ends[0]);
  close(ends[1]);
  CHECK(mine != theirs);
  CHECK(mine != before);
  CHECK(theirs != before);
  CHECK(theirs != Sample{});
}
