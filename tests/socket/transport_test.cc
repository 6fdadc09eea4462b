// Transports: reading and writing that never wait, waits that end in time, signals, wakers, forks, addresses, options.
#include "socket/transport.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>
#include <vector>

#include "catch.hpp"

using namespace tlsock;
using State = Transport::Io::State;

namespace {

struct Pair {
  Pair() {
    int fds[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
    a.reset(fds[0]);
    b.reset(fds[1]);
  }
  Descriptor a, b;
};

std::string fact(const Error& error, std::string_view name) {
  for (const Fact& each : error.facts) {
    if (each.name == name) return each.value;
  }
  return {};
}

}  // namespace

TEST_CASE("reading and writing never wait, and leave the descriptor's flags alone") {
  Pair pair;
  Transport transport(pair.a.get(), Transport::Ownership::borrowed);
  std::vector<std::uint8_t> buffer(1 << 16);
  CHECK(transport.read_some(buffer)->state == State::would_block);
  REQUIRE(::write(pair.b.get(), "abc", 3) == 3);
  auto io = transport.read_some(buffer);
  CHECK(io->state == State::bytes);
  CHECK(io->size == 3);
  std::size_t total = 0;
  while ((io = transport.write_some(buffer))->state == State::bytes) total += io->size;
  CHECK(io->state == State::would_block);
  CHECK(total > 0);
  CHECK((::fcntl(pair.a.get(), F_GETFL) & O_NONBLOCK) == 0);
  CHECK(transport.sent().octets() == total);
  CHECK(transport.received().octets() == 3);
  CHECK(transport.received().calls() == 1);
  CHECK(transport.received().most() == 3);
}

TEST_CASE("the end of the stream, a broken pipe and a bad descriptor are told apart") {
  Pair pair;
  Transport transport(pair.a.get(), Transport::Ownership::borrowed);
  pair.b.reset();
  std::uint8_t byte = 0;
  CHECK(transport.read_some({&byte, 1})->state == State::eof);
  // Without MSG_NOSIGNAL this would be the end of the test program.
  const auto written = transport.write_some({&byte, 1});
  REQUIRE_FALSE(written.has_value());
  CHECK(written.error().reason == Reason::SYSTEM_ERROR);
  CHECK(fact(written.error(), "errno") == "EPIPE");
  CHECK(fact(written.error(), "call") == "send");
  CHECK_FALSE(fact(written.error(), "text").empty());
  Transport bad(-1, Transport::Ownership::borrowed);
  CHECK(fact(bad.read_some({&byte, 1}).error(), "errno") == "EBADF");
}

TEST_CASE("only an owned transport closes its descriptor") {
  Pair pair;
  {
    Transport borrowed(pair.a.get(), Transport::Ownership::borrowed);
  }
  CHECK(::fcntl(pair.a.get(), F_GETFD) >= 0);
  const int fd = ::dup(pair.a.get());
  {
    Transport owned(fd, Transport::Ownership::owned);
  }
  CHECK(::fcntl(fd, F_GETFD) < 0);
  {
    Transport given_back(pair.a.get(), Transport::Ownership::owned);
    CHECK(given_back.give_back() == pair.a.get());
  }
  CHECK(::fcntl(pair.a.get(), F_GETFD) >= 0);
}

TEST_CASE("a wait ends by readiness, by time and by the waker") {
  Pair pair;
  Waker waker;
  const int fd = pair.a.get();
  CHECK(*wait_for(fd, false, true, Deadline::infinite(), waker) == Readiness::ready);
  CHECK(*wait_for(fd, true, false, Deadline::never(), waker) == Readiness::timed_out);
  const auto begin = std::chrono::steady_clock::now();
  CHECK(*wait_for(fd, true, false, Deadline::from_timeout(25), waker) == Readiness::timed_out);
  CHECK(std::chrono::steady_clock::now() - begin >= Milliseconds(25));
  REQUIRE(::write(pair.b.get(), "x", 1) == 1);
  CHECK(*wait_for(fd, true, false, Deadline::infinite(), waker) == Readiness::ready);

  std::vector<std::thread> waiters;
  std::atomic<int> woken{0};
  for (int i = 0; i < 3; ++i) {
    waiters.emplace_back([&] {
      if (*wait_for(pair.b.get(), true, false, Deadline::infinite(), waker) == Readiness::woken) ++woken;
    });
  }
  std::this_thread::sleep_for(Milliseconds(10));
  waker.wake();
  for (auto& waiter : waiters) waiter.join();
  CHECK(woken == 3);
  CHECK(*wait_for(fd, true, false, Deadline::infinite(), waker) == Readiness::woken);
}

TEST_CASE("signals do not prolong a wait, nor end it") {
  struct sigaction action{};
  struct sigaction before{};
  action.sa_handler = [](int) {};
  REQUIRE(::sigaction(SIGUSR1, &action, &before) == 0);
  Pair pair;
  Waker waker;
  std::atomic<bool> done{false};
  const pthread_t waiting = ::pthread_self();
  std::thread disturber([&] {
    while (!done) {
      ::pthread_kill(waiting, SIGUSR1);
      std::this_thread::sleep_for(Milliseconds(3));
    }
  });
  const auto begin = std::chrono::steady_clock::now();
  const auto why = wait_for(pair.a.get(), true, false, Deadline::from_timeout(60), waker);
  const auto lasted = std::chrono::steady_clock::now() - begin;
  done = true;
  disturber.join();
  ::sigaction(SIGUSR1, &before, nullptr);
  REQUIRE(why.has_value());
  CHECK(*why == Readiness::timed_out);
  CHECK(lasted >= Milliseconds(60));
  CHECK(lasted < Milliseconds(2000));
}

TEST_CASE("a child process counts as another generation, and does not wake its parent's threads") {
  Pair pair;
  Waker waker;
  const std::uint32_t generation = fork_generation();
  REQUIRE(waker.descriptor().has_value());
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const bool later = fork_generation() == generation + 1;
    waker.wake();
    const bool here = *wait_for(pair.a.get(), true, false, Deadline::infinite(), waker) == Readiness::woken;
    ::_exit(later && here ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(fork_generation() == generation);
  CHECK(*wait_for(pair.a.get(), true, false, Deadline::from_timeout(5), waker) == Readiness::timed_out);
}

TEST_CASE("addresses in text form, IPv4, IPv6 and none") {
  const auto v4 = numeric_endpoint("192.0.2.7", 443);
  REQUIRE(v4);
  CHECK(v4->family() == AF_INET);
  CHECK(v4->address().ip == "192.0.2.7");
  CHECK(v4->address().port == 443);
  CHECK(v4->text() == "192.0.2.7:443");
  const auto v6 = numeric_endpoint("2001:DB8:0::1", 8443);
  REQUIRE(v6);
  CHECK(v6->family() == AF_INET6);
  CHECK(v6->text() == "[2001:db8::1]:8443");
  CHECK_FALSE(numeric_endpoint("localhost", 1));
  CHECK_FALSE(numeric_endpoint("", 1));
  CHECK_FALSE(numeric_endpoint(std::string("127.0.0.1\0x", 11), 1));
  Pair pair;
  CHECK(peer_address(pair.a.get())->ip.empty());
  CHECK(fact(peer_address(-1).error(), "errno") == "EBADF");
}

TEST_CASE("socket options are set, read back, and refused by name") {
  const Descriptor fd(::socket(AF_INET, SOCK_STREAM, 0));
  SocketOptions options;
  options.nodelay = true;
  options.keepalive = true;
  options.reuseaddr = true;
  options.recbuf = 20000;
  options.sndbuf = 30000;
  REQUIRE(apply_socket_options(fd.get(), options).has_value());
  const auto read = read_socket_options(fd.get());
  REQUIRE(read.has_value());
  CHECK(read->nodelay == true);
  CHECK(read->keepalive == true);
  CHECK(read->reuseaddr == true);
  CHECK(*read->recbuf >= 20000);
  CHECK(*read->sndbuf >= 30000);
  const auto bad = apply_socket_options(-1, options);
  REQUIRE_FALSE(bad.has_value());
  CHECK(fact(bad.error(), "option") == "reuseaddr");
  Pair local;
  SocketOptions nodelay;
  nodelay.nodelay = true;
  CHECK(apply_socket_options(local.a.get(), nodelay).has_value());
}

TEST_CASE("errors have names") {
  CHECK(errno_name(ECONNREFUSED) == "ECONNREFUSED");
  CHECK(errno_name(ENOTCONN) == "ENOTCONN");
  CHECK(errno_name(12345) == "E12345");
}
