// tls_close racing every other call, over TCP and over memory: a status for each, no crash, no hang.
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <thread>

#include "tests/capi/memory_pair.h"

using namespace capi_test;

namespace {

using Call = std::function<tls_status(tls_handle)>;

constexpr int time_ms = 20000;

tls_status with_text(tls_status (*function)(tls_handle, char**), tls_handle socket) {
  char* text = nullptr;
  const tls_status status = function(socket, &text);
  tls_free(text);
  return status;
}

// The calls that a program may make on a socket at any moment. The blocking ones wait without end: closing must wake
// them.
std::vector<Call> calls(int timeout_ms) {
  return {
      [=](tls_handle s) {
        char buffer[256];
        size_t size = 0;
        return tls_recv(s, buffer, sizeof buffer, 0, timeout_ms, &size, nullptr);
      },
      [=](tls_handle s) {
        char data[2048] = {};
        size_t size = 0;
        return tls_send(s, data, sizeof data, timeout_ms, &size);
      },
      [=](tls_handle s) { return tls_update_keys(s, "read_write", timeout_ms); },
      [=](tls_handle s) { return tls_handshake(s, nullptr, timeout_ms); },
      [](tls_handle s) {
        char* text = nullptr;
        const tls_status status = tls_connection_info(s, nullptr, &text);
        tls_free(text);
        return status;
      },
      [](tls_handle s) { return with_text(tls_explain, s); },
      [](tls_handle s) { return with_text(tls_getstat, s); },
      [](tls_handle s) { return with_text(tls_peercert, s); },
      [](tls_handle s) { return with_text(tls_peername, s); },
      [](tls_handle s) { return with_text(tls_wait_info, s); },
      [](tls_handle s) { return tls_setopts(s, R"({"nodelay":true})"); },
      [](tls_handle s) { return tls_answer(s, 1, "\"valid\""); },
      [](tls_handle s) {
        int fd = -1;
        return tls_fileno(s, &fd);
      },
      [](tls_handle s) {
        int fd = -1;
        return tls_wait_fileno(s, &fd);
      },
      [](tls_handle s) {
        char* text = nullptr;
        const tls_status status = tls_export_key_materials(s, R"([{"label":"x","length":8}])", &text);
        tls_free(text);
        return status;
      },
  };
}

// race lets a thread for each call run on the socket, closes it, and expects all of them to end by a stale handle.
void race(tls_handle socket, const std::vector<Call>& all) {
  std::atomic<int> running{0};
  std::vector<std::thread> threads;
  for (const Call& call : all)
    threads.emplace_back([&running, &call, socket] {
      ++running;
      while (call(socket) != TLS_E_HANDLE) std::this_thread::yield();
    });
  while (running < static_cast<int>(all.size())) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  CHECK(tls_close(socket) == TLS_OK);
  for (auto& thread : threads) thread.join();
  CHECK(tls_close(socket) == TLS_E_HANDLE);
}

struct TcpPair {
  tls_handle listener = 0, client = 0, server = 0;

  TcpPair() {
    const Json options = with(server_options(), {{"ip", "127.0.0.1"}});
    REQUIRE(tls_listen(0, options.dump().c_str(), &listener) == TLS_OK);
    char* name = nullptr;
    REQUIRE(tls_sockname(listener, &name) == TLS_OK);
    const auto port = taken(name)["port"].get<std::uint16_t>();
    std::thread accepting([&] {
      if (tls_transport_accept(listener, time_ms, &server) == TLS_OK) tls_handshake(server, nullptr, time_ms);
    });
    const tls_status status = tls_connect("localhost", port, client_options().dump().c_str(), time_ms, &client);
    accepting.join();
    INFO(tls_last_error());
    REQUIRE(status == TLS_OK);
    REQUIRE(server != 0);
  }
};

}  // namespace

TEST_CASE("closing a connected socket while others are inside") {
  for (int round = 0; round < 5; ++round) {
    TcpPair pair;
    race(pair.client, calls(TLS_INFINITY));
    race(pair.server, calls(TLS_INFINITY));
    CHECK(tls_close(pair.listener) == TLS_OK);
  }
}

TEST_CASE("closing a memory socket while others are inside") {
  for (int round = 0; round < 20; ++round) {
    Pair pair(client_options(), server_options());
    if (round % 2) pair.run();
    auto all = calls(0);
    all.push_back([](tls_handle s) {
      char buffer[512];
      size_t size = 0;
      return tls_memory_get(s, buffer, sizeof buffer, &size);
    });
    all.push_back([](tls_handle s) {
      size_t size = 0;
      return tls_memory_put(s, nullptr, 0, &size);
    });
    all.push_back([](tls_handle s) { return tls_memory_pending(s, nullptr, nullptr); });
    race(pair.client.release(), all);
  }
}

TEST_CASE("closing wakes who waits") {
  TcpPair pair;
  std::atomic<tls_status> of_recv{99}, of_accept{99}, of_handshake{99};
  int silent[2];
  REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, silent) == 0);
  tls_handle waiting = 0;
  const Json options = with(client_options(), {{"customize_hostname_check", "none"}});
  REQUIRE(tls_connect_fd(silent[0], "localhost", options.dump().c_str(), 0, &waiting) == TLS_WANT_READ);
  std::thread receiving([&] {
    char buffer[8];
    size_t size = 0;
    of_recv = tls_recv(pair.client, buffer, sizeof buffer, 0, TLS_INFINITY, &size, nullptr);
  });
  std::thread accepting([&] {
    tls_handle none = 0;
    of_accept = tls_transport_accept(pair.listener, TLS_INFINITY, &none);
  });
  std::thread handshaking([&] { of_handshake = tls_handshake(waiting, nullptr, TLS_INFINITY); });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  CHECK(tls_close(pair.client) == TLS_OK);
  CHECK(tls_close(pair.listener) == TLS_OK);
  CHECK(tls_close(waiting) == TLS_OK);
  receiving.join();
  accepting.join();
  handshaking.join();
  CHECK(of_recv == TLS_CLOSED);
  CHECK(of_accept == TLS_CLOSED);
  CHECK(of_handshake == TLS_CLOSED);
  CHECK(tls_close(pair.server) == TLS_OK);
  ::close(silent[1]);
}
