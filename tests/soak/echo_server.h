// EchoServer: a listener of the public API and all its connections on one thread, by calls that never wait. What a
// server that is attacked would be.
#pragma once

#include <sys/epoll.h>

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/bytes.h"
#include "tlsock/tls.h"

namespace tlsock::test {

class EchoServer {
 public:
  // A connection that makes no progress for `patience` is closed.
  explicit EchoServer(std::chrono::milliseconds patience);
  ~EchoServer();

  std::uint16_t port() const { return port_; }
  std::size_t open() const { return open_; }
  std::size_t handshakes() const { return handshakes_; }
  // errors counts the reasons that connections ended by.
  std::map<std::string, int> errors() const;

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Session {
    tls_handle handle;
    int fd;
    bool connected = false;
    ByteString echo;           // still to be sent
    std::uint32_t events = 0;  // that epoll waits for
    Time last_progress;
  };

  void run();
  void accept_all();
  void advance(Session& session);
  // go_on is one step; it gives what the session waits for, or 0 if it is over.
  std::uint32_t go_on(Session& session);
  std::uint32_t waits_for(tls_status status);
  void watch(Session& session, std::uint32_t events);
  void end(int fd);
  void end_the_idle();

  const std::chrono::milliseconds patience_;
  tls_handle listener_ = 0;
  std::uint16_t port_ = 0;
  int epoll_;
  std::map<int, Session> sessions_;
  std::atomic<std::size_t> open_{0}, handshakes_{0};
  mutable std::mutex lock_;
  std::map<std::string, int> errors_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace tlsock::test
