// Many connections at a time, and many after each other.
#include <sys/resource.h>
#include <sys/socket.h>

#include <array>
#include <nlohmann/json.hpp>
#include <numeric>
#include <thread>
#include <vector>

#include "base/bytes.h"
#include "resources.h"
#include "tests/catch.hpp"
#include "tlsock/tls.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

using nlohmann::json;

const std::string certs = TLSOCK_TEST_DATA "/certs/";
constexpr int timeout = 20'000;

tls_handle config(const char* role, const json& options) {
  tls_handle handle = 0;
  if (tls_config_create(role, options.dump().c_str(), &handle) != TLS_OK) throw std::runtime_error(tls_last_error());
  return handle;
}

// Configs are parsed once, and shared by all connections.
struct Configs {
  tls_handle client = config("client", {{"cacertfile", certs + "ca.pem"}, {"server_name_indication", "localhost"}});
  tls_handle server = config("server", {{"certfile", certs + "server.pem"}, {"keyfile", certs + "server-key.pem"}});
  ~Configs() {
    tls_close(client);
    tls_close(server);
  }
  static std::string options(tls_handle handle) { return json{{"config", handle}}.dump(); }
};

// Ends are two sockets over a pair of descriptors. Both handshakes run on this thread, by turns.
struct Ends {
  explicit Ends(const Configs& configs) {
    int fds[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) throw std::runtime_error("socketpair");
    const std::string as_client = Configs::options(configs.client), as_server = Configs::options(configs.server);
    tls_status one = noted(tls_connect_fd(fds[0], nullptr, as_client.c_str(), 0, &client));
    tls_status other = noted(tls_handshake_fd(fds[1], as_server.c_str(), 0, &server));
    while ((one > 0 || other > 0) && one >= 0 && other >= 0) {
      one = noted(tls_handshake(client, nullptr, 0));
      other = noted(tls_handshake(server, nullptr, 0));
    }
    connected = one == TLS_OK && other == TLS_OK;
  }
  ~Ends() {
    tls_close(client);
    tls_close(server);
  }
  Ends(const Ends&) = delete;
  Ends& operator=(const Ends&) = delete;

  // talk sends a little both ways.
  bool talk() {
    char text[5];
    std::size_t count = 0;
    return tls_send(client, "hello", 5, timeout, &count) == TLS_OK &&
           tls_recv(server, text, 5, 5, timeout, &count, nullptr) == TLS_OK &&
           tls_send(server, text, 5, timeout, &count) == TLS_OK &&
           tls_recv(client, text, 5, 5, timeout, &count, nullptr) == TLS_OK && std::string(text, 5) == "hello";
  }

  // noted keeps what a failed call has to say, before the next one says something else.
  tls_status noted(tls_status status) {
    if (status < 0) errors += tls_last_error();
    return status;
  }

  tls_handle client = 0, server = 0;
  bool connected = false;
  std::string errors;
};

// pairs_that_fit raises the limit of descriptors as far as this process may, and gives how many pairs fit, up to
// `wanted`.
std::size_t pairs_that_fit(std::size_t wanted) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return std::min<std::size_t>(wanted, (limit.rlim_cur - 100) / 2);
}

}  // namespace

TEST_CASE("thousands of idle connections cost little, and still work") {
  const Configs configs;
  const std::size_t count = pairs_that_fit(5000 / TLSOCK_SOAK_DIVISOR);
  Ends warm(configs);
  const Resources before = Resources::now();
  std::vector<std::unique_ptr<Ends>> all;
  for (std::size_t i = 0; i < count; ++i) {
    all.push_back(std::make_unique<Ends>(configs));
    REQUIRE(all.back()->connected);
  }
  const std::size_t each = (Resources::now().heap - before.heap) / (2 * count);
  for (auto& ends : all) REQUIRE(ends->talk());
  all.clear();
  const Resources after = Resources::now();
  WARN(count << " connections, " << each << " bytes of heap for each end");
  CHECK(after.descriptors == before.descriptors);
  CHECK(after.heap < before.heap + (1 << 20));
}

TEST_CASE("a hundred thousand handshakes leave nothing behind") {
  const Configs configs;
  constexpr int rounds = 100'000 / TLSOCK_SOAK_DIVISOR, threads = 2;
  const auto shake_hands = [&](int times) {
    for (int i = 0; i < times; ++i) {
      Ends ends(configs);
      if (!ends.connected) throw std::runtime_error("not connected: " + ends.errors);
      if (i % 100 == 0 && !ends.talk()) throw std::runtime_error(std::string("no talk: ") + tls_last_error());
    }
  };
  // on_all_threads gives what went wrong on any of them.
  const auto on_all_threads = [&](int times) {
    std::vector<std::thread> all;
    std::array<std::string, threads> failures;
    for (auto& failure : failures)
      all.emplace_back([&] {
        try {
          shake_hands(times / threads);
        } catch (const std::exception& error) {
          failure = error.what();
        }
      });
    for (auto& thread : all) thread.join();
    return std::accumulate(failures.begin(), failures.end(), std::string());
  };
  REQUIRE(on_all_threads(rounds / 10) == "");
  const Resources before = Resources::now();
  REQUIRE(on_all_threads(rounds) == "");
  const Resources after = Resources::now();
  CHECK(after.descriptors == before.descriptors);
  CHECK(after.heap < before.heap + (256 << 10));
}
