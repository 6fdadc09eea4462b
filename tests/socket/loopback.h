// Loopback: sockets that are connected over 127.0.0.1, for tests.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "catch.hpp"
#include "socket/listener.h"
#include "socket/socket.h"
#include "tests/support/pair.h"

namespace tlsock::test {

using SocketPtr = std::shared_ptr<Socket>;

inline Deadline in(int milliseconds) { return Deadline::from_timeout(milliseconds); }
// soon is for what must not take long, on a busy machine either.
inline Deadline soon() { return in(20'000); }

inline Milliseconds since(Instant begin) {
  return std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - begin);
}

// text_of is "ok", "timed_out" … or the reason of an error, so that a failing check tells all.
std::string text_of(const Result<Condition>& result);

// Port is a listener with the configs of the tests; the end of the test closes it.
struct Port {
  explicit Port(Config server = server_config());
  SocketPtr client(Config config = client_config()) const;  // not yet connected
  SocketPtr accept() const;                                 // before its handshake
  std::shared_ptr<Listener> listener;
  std::uint16_t number = 0;
};

// Ends are two connected sockets.
struct Ends {
  Ends() : Ends(client_config(), server_config()) {}
  Ends(Config client_options, Config server_options);
  SocketPtr client, server;
};

// Raw is a connected pair of plain TCP descriptors.
struct Raw {
  Raw();
  Descriptor a, b;
};

// pattern fills bytes so that a lost, doubled or exchanged piece shows: byte i of a stream that began at `offset`.
std::uint8_t pattern(std::size_t at);
ByteString patterned(std::size_t size, std::size_t offset = 0);

// receive reads exactly so much, or fails the test. receive_text is for other threads than the test's, too: it gives
// what went wrong in place of the text.
ByteString receive(Socket& from, std::size_t size);
std::string receive_text(Socket& from, std::size_t size);
void send_all(Socket& to, Bytes data);

// small_buffers makes both directions of a connection fill up soon.
Config small_buffers(Config config);

// Background runs a function in a thread, and waits for it at its end.
class Background {
 public:
  explicit Background(std::function<void()> work) : thread_(std::move(work)) {}
  ~Background() { join(); }
  void join() {
    if (thread_.joinable()) thread_.join();
  }

 private:
  std::thread thread_;
};

inline void pause(int milliseconds) { std::this_thread::sleep_for(Milliseconds(milliseconds)); }

}  // namespace tlsock::test
