// Listener: a TCP port whose connections become Sockets. Any number of threads, and of processes after a fork, may
// accept.
#pragma once

#include <memory>

#include "socket/socket.h"

namespace tlsock {

class Listener {
 public:
  // listen binds and listens as config->socket says (default: any IPv4; `inet6`: any IPv6; `ip`: that address; backlog
  // as the system's maximum; reuseaddr as given, off by default). Port 0 takes a free one. SYSTEM_ERROR with facts.
  static Result<std::shared_ptr<Listener>> listen(ConfigPtr config, std::uint16_t port);
  ~Listener();

  // Accepted is a condition with a socket if it is `ok`: otherwise want_read (the deadline is never), timed_out, or
  // closed (close() was called).
  struct Accepted {
    Condition condition;
    std::shared_ptr<Socket> socket;  // before its handshake
  };
  // accept takes the next connection, within the deadline. Connections that died in the queue are passed over;
  // SYSTEM_ERROR (EMFILE …) leaves the listener good.
  Result<Accepted> accept(const Deadline& deadline);

  // close wakes the threads in accept, and never blocks. The port is free when the last of them is out and the listener
  // dies, unless other processes listen on it, too.
  void close();

  Result<Address> sockname() const;
  int fileno() const { return descriptor_.get(); }
  ConfigPtr config() const { return config_; }

  // set_options and options: as Socket's. What is set holds for connections accepted later.
  Status set_options(const SocketOptions& options);
  Result<SocketOptions> options() const;

 private:
  Listener(ConfigPtr config, Descriptor descriptor);
  SocketOptions for_accepted() const;

  ConfigPtr config_;
  Descriptor descriptor_;
  Waker waker_;
  // What set_options said for connections to come. No mutex: a child process would inherit it locked.
  static constexpr int unset = -2;
  std::atomic<int> send_timeout_ms_{unset}, exit_on_close_{unset};
};

}  // namespace tlsock
