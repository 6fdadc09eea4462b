// Happy Eyeballs: order, delay, failures, lookups that last, and who may end it.
#include "socket/connector.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#include <thread>

#include "catch.hpp"

using namespace tlsock;

namespace {

std::string fact(const Error& error, std::string_view name) {
  for (const Fact& each : error.facts) {
    if (each.name == name) return each.value;
  }
  return {};
}

// Port is a port of a loopback address that accepts, refuses, or lets connections hang since its queue is full.
class Port {
 public:
  enum class Kind { accepts, refuses, hangs };
  Port(const char* ip, Kind kind) : listener_(::socket(family(ip), SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    Endpoint at = *numeric_endpoint(ip, 0);
    REQUIRE(::bind(listener_.get(), at.get(), at.size) == 0);
    address_ = *local_address(listener_.get());
    if (kind == Kind::refuses) return;
    REQUIRE(::listen(listener_.get(), kind == Kind::hangs ? 0 : 16) == 0);
    if (kind == Kind::hangs) fill();
  }
  Endpoint endpoint() const { return *numeric_endpoint(address_.ip, address_.port); }
  std::uint16_t port() const { return address_.port; }

 private:
  static int family(const char* ip) { return numeric_endpoint(ip, 0)->family(); }
  void fill() {
    for (int i = 0; i < 8; ++i) {
      fillers_.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      const Endpoint to = endpoint();
      (void)::connect(fillers_.back().get(), to.get(), to.size);
    }
    std::this_thread::sleep_for(Milliseconds(20));
  }
  Descriptor listener_;
  Address address_;
  std::vector<Descriptor> fillers_;
};

Resolver gives(std::vector<Endpoint> endpoints) {
  return [endpoints](const std::string&, std::uint16_t, int) { return endpoints; };
}

std::vector<std::string> texts(const std::vector<Endpoint>& endpoints) {
  std::vector<std::string> all;
  for (const Endpoint& each : endpoints) all.push_back(each.address().ip);
  return all;
}

std::vector<Endpoint> endpoints(const std::vector<const char*>& ips) {
  std::vector<Endpoint> all;
  for (const char* ip : ips) all.push_back(*numeric_endpoint(ip, 443));
  return all;
}

Milliseconds since(Instant begin) {
  return std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - begin);
}

}  // namespace

TEST_CASE("families alternate, and the preferred address stays first") {
  using Texts = std::vector<std::string>;
  CHECK(texts(interleave_families(endpoints({"::1", "::2", "::3", "1.1.1.1", "2.2.2.2"}))) ==
        Texts{"::1", "1.1.1.1", "::2", "2.2.2.2", "::3"});
  CHECK(texts(interleave_families(endpoints({"1.1.1.1", "::1", "::2"}))) == Texts{"1.1.1.1", "::1", "::2"});
  CHECK(texts(interleave_families(endpoints({"1.1.1.1", "2.2.2.2"}))) == Texts{"1.1.1.1", "2.2.2.2"});
  CHECK(interleave_families({}).empty());
}

TEST_CASE("a numeric address needs no lookup") {
  const Port port("127.0.0.1", Port::Kind::accepts);
  Connector connector("127.0.0.1", port.port(), {}, [](const std::string&, std::uint16_t, int) {
    return Result<std::vector<Endpoint>>(Error(Reason::INTERNAL_ERROR));
  });
  Waker waker;
  REQUIRE(*connector.run(Deadline::from_timeout(5000), waker) == Condition::ok);
  const Descriptor fd = connector.take();
  CHECK(peer_address(fd.get())->port == port.port());
  CHECK((::fcntl(fd.get(), F_GETFL) & O_NONBLOCK) == 0);
  CHECK((::fcntl(fd.get(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("a refused address makes the next one start at once") {
  const Port refuses("127.0.0.1", Port::Kind::refuses), accepts("127.0.0.1", Port::Kind::accepts);
  Connector connector("example.test", 443, {}, gives({refuses.endpoint(), accepts.endpoint()}));
  Waker waker;
  const auto begin = std::chrono::steady_clock::now();
  REQUIRE(*connector.run(Deadline::from_timeout(5000), waker) == Condition::ok);
  CHECK(since(begin) < Milliseconds(200));
  CHECK(peer_address(connector.take().get())->port == accepts.port());
}

TEST_CASE("an address that does not answer is given 250 ms of advance") {
  const Port hangs("127.0.0.1", Port::Kind::hangs), accepts("127.0.0.1", Port::Kind::accepts);
  Connector connector("example.test", 443, {}, gives({hangs.endpoint(), accepts.endpoint()}));
  Waker waker;
  const auto begin = std::chrono::steady_clock::now();
  REQUIRE(*connector.run(Deadline::infinite(), waker) == Condition::ok);
  CHECK(since(begin) >= Milliseconds(240));
  CHECK(since(begin) < Milliseconds(900));
  CHECK(peer_address(connector.take().get())->port == accepts.port());
}

TEST_CASE("if all fail, the error is the preferred address's, and tells of each") {
  const Port first("127.0.0.1", Port::Kind::refuses), second("127.0.0.1", Port::Kind::refuses);
  Connector connector("example.test", 443, {}, gives({first.endpoint(), second.endpoint()}));
  Waker waker;
  const auto result = connector.run(Deadline::from_timeout(5000), waker);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().reason == Reason::SYSTEM_ERROR);
  CHECK(fact(result.error(), "errno") == "ECONNREFUSED");
  CHECK(fact(result.error(), "call") == "connect");
  CHECK(fact(result.error(), "host") == "example.test");
  std::vector<std::string> tried;
  for (const Fact& each : result.error().facts) {
    if (std::string_view(each.name) == "tried") tried.push_back(each.value);
  }
  REQUIRE(tried.size() == 2);
  CHECK(tried[0] == "127.0.0.1:" + std::to_string(first.port()) + " ECONNREFUSED");
}

TEST_CASE("a lookup that lasts longer than the call is left behind, all signals blocked") {
  const Port accepts("127.0.0.1", Port::Kind::accepts);
  struct Shared {
    std::atomic<bool> go{false}, all_blocked{false}, called{false};
  };
  const auto shared = std::make_shared<Shared>();
  const Resolver slow = [shared, endpoint = accepts.endpoint()](const std::string&, std::uint16_t, int) {
    sigset_t mask;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    shared->all_blocked = ::sigismember(&mask, SIGINT) == 1 && ::sigismember(&mask, SIGUSR2) == 1;
    shared->called = true;
    while (!shared->go) std::this_thread::sleep_for(Milliseconds(1));
    return Result<std::vector<Endpoint>>(std::vector{endpoint});
  };
  Waker waker;
  SECTION("the connector goes first") {
    {
      Connector connector("slow.test", 443, {}, slow);
      const auto begin = std::chrono::steady_clock::now();
      CHECK(*connector.run(Deadline::from_timeout(40), waker) == Condition::timed_out);
      CHECK(since(begin) >= Milliseconds(40));
      while (!shared->called) std::this_thread::sleep_for(Milliseconds(1));
    }
    shared->go = true;
    while (shared.use_count() > 2) std::this_thread::sleep_for(Milliseconds(1));
  }
  SECTION("a later call goes on with it") {
    Connector connector("slow.test", 443, {}, slow);
    CHECK(*connector.run(Deadline::never(), waker) == Condition::want_read);
    pollfd polled{connector.fileno(), POLLIN, 0};
    CHECK(::poll(&polled, 1, 0) == 0);
    shared->go = true;
    CHECK(::poll(&polled, 1, 5000) == 1);
    CHECK(*connector.run(Deadline::from_timeout(5000), waker) == Condition::ok);
  }
  SECTION("the waker ends it") {
    Connector connector("slow.test", 443, {}, slow);
    std::thread other([&] {
      std::this_thread::sleep_for(Milliseconds(20));
      waker.wake();
    });
    CHECK(*connector.run(Deadline::from_timeout(5000), waker) == Condition::closed);
    other.join();
    shared->go = true;
  }
  CHECK(shared->all_blocked);
}

TEST_CASE("a call that may not wait is told by a descriptor when to go on") {
  const Port hangs("127.0.0.1", Port::Kind::hangs), accepts("127.0.0.1", Port::Kind::accepts);
  Connector connector("example.test", 443, {}, gives({hangs.endpoint(), accepts.endpoint()}));
  Waker waker;
  int turns = 0;
  for (;; ++turns) {
    const auto result = connector.run(Deadline::never(), waker);
    REQUIRE(result.has_value());
    if (*result == Condition::ok) break;
    REQUIRE(*result == Condition::want_read);
    pollfd polled{connector.fileno(), POLLIN, 0};
    REQUIRE(::poll(&polled, 1, 5000) == 1);
  }
  CHECK(turns >= 1);
  // The lookup, the delay, the second connection: three turns, and none for nothing.
  CHECK(turns < 10);
}

TEST_CASE("names that have no address, or none of the family wanted") {
  Waker waker;
  Connector none("nowhere.invalid", 443, {}, [](const std::string& host, std::uint16_t, int) {
    return Result<std::vector<Endpoint>>(Error(Reason::NAME_NOT_FOUND, "host").with("host", host));
  });
  CHECK(none.run(Deadline::from_timeout(2000), waker).error().reason == Reason::NAME_NOT_FOUND);
  SocketOptions options;
  options.inet6 = true;
  Connector v4("127.0.0.1", 443, options);
  const auto refused = v4.run(Deadline::infinite(), waker);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().reason == Reason::NAME_NOT_FOUND);
  CHECK(fact(refused.error(), "host") == "127.0.0.1");
  const auto localhost = system_resolver("localhost", 80, AF_INET);
  REQUIRE(localhost.has_value());
  CHECK(localhost->front().address().ip == "127.0.0.1");
  CHECK(localhost->front().address().port == 80);
}

TEST_CASE("the option ip is the address that we come from") {
  const Port accepts("127.0.0.1", Port::Kind::accepts);
  Waker waker;
  SocketOptions options;
  options.ip = "127.0.0.5";
  Connector connector("127.0.0.1", accepts.port(), options);
  REQUIRE(*connector.run(Deadline::from_timeout(2000), waker) == Condition::ok);
  CHECK(local_address(connector.take().get())->ip == "127.0.0.5");
  options.ip = "192.0.2.1";
  Connector impossible("127.0.0.1", accepts.port(), options);
  CHECK(fact(impossible.run(Deadline::from_timeout(2000), waker).error(), "errno") == "EADDRNOTAVAIL");
}
