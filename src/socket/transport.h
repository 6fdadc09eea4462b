// Transport: a stream descriptor, read, written and waited for without ever blocking outside wait(). Beside it what
// sockets need around descriptors: owners, the wakers of waiting threads, addresses, socket options.
#pragma once

#include <sys/socket.h>

#include <atomic>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "config/config.h"
#include "socket/deadline.h"

namespace tlsock {

// Condition is what a call that did not fail may say; the values are those of the C API.
enum class Condition : int {
  ok = 0,
  want_read = 1,
  want_write = 2,
  wait = 3,
  closed = 4,
  timed_out = 5,
  early_data = 6
};

// Descriptor owns a file descriptor, or none (-1).
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  ~Descriptor() { reset(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }
  void reset(int fd = -1);

 private:
  int fd_ = -1;
};

// system_error tells which call failed and why: facts "call", "errno" (its name, ECONNREFUSED) and "text".
Error system_error(const char* call, int error_number);
// errno_name is "ECONNREFUSED" for ECONNREFUSED.
std::string errno_name(int error_number);

// fork_generation is a number that a child process has higher by one than its parent. It costs a load.
std::uint32_t fork_generation();

// Waker wakes the threads that wait for a descriptor, those that come later too. It has a descriptor of its own only
// once somebody waits. A child process made by fork gets another one, so that it does not wake its parent's threads.
class Waker {
 public:
  Waker() = default;
  Waker(const Waker&) = delete;
  Waker& operator=(const Waker&) = delete;
  ~Waker();

  // wake is for good, may be called by any thread and never blocks.
  void wake();
  bool woken() const { return woken_.load(std::memory_order_acquire); }
  // descriptor becomes readable by wake(); SYSTEM_ERROR if none can be made.
  Result<int> descriptor();

 private:
  std::atomic<bool> woken_{false};
  std::atomic<std::uint64_t> event_{none};  // fork generation, descriptor
  static constexpr std::uint64_t none = ~std::uint64_t{0};
};

// Readiness is why a wait ended.
enum class Readiness : std::uint8_t { ready, timed_out, woken };

// wait_for waits until `fd` is readable or writable (either, if both are asked; an error or hang-up counts as ready),
// the deadline is there or the waker called. Signals do not end it.
Result<Readiness> wait_for(int fd, bool readable, bool writable, const Deadline& deadline, Waker& waker);

// Address is one end of a connection, as peername and sockname tell it.
struct Address {
  std::string ip;  // in text form, without brackets or scope; a path for local sockets, empty if it has none
  std::uint16_t port = 0;
};

// Endpoint is an address as the system takes it.
struct Endpoint {
  sockaddr_storage storage{};
  socklen_t size = 0;

  int family() const { return storage.ss_family; }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  Address address() const;
  // text is "192.0.2.1:443" or "[2001:db8::1]:443".
  std::string text() const;
};
// numeric_endpoint parses an IPv4 or IPv6 address (with "%scope" if need be); nothing if `ip` is none.
std::optional<Endpoint> numeric_endpoint(const std::string& ip, std::uint16_t port);

Result<Address> local_address(int fd);
Result<Address> peer_address(int fd);

// apply_socket_options sets nodelay, keepalive, sndbuf, recbuf and reuseaddr, where they are given; what is not of the
// descriptor (ip, inet6, backlog, exit_on_close, send_timeout) is left alone.
Status apply_socket_options(int fd, const SocketOptions& options);
// read_socket_options gives nodelay, keepalive, sndbuf, recbuf and reuseaddr as the system has them.
Result<SocketOptions> read_socket_options(int fd);

// Statistics are counted at the transport, as inet:getstat/1 does.
struct Statistics {
  std::uint64_t recv_oct = 0, recv_cnt = 0, recv_max = 0, recv_avg = 0;
  std::uint64_t send_oct = 0, send_cnt = 0, send_max = 0, send_avg = 0, send_pend = 0;
};

// Traffic counts octets and calls of one direction; any thread reads, one writes.
class Traffic {
 public:
  void count(std::size_t size);
  std::uint64_t octets() const { return octets_.load(std::memory_order_relaxed); }
  std::uint64_t calls() const { return calls_.load(std::memory_order_relaxed); }
  std::uint64_t most() const { return most_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> octets_{0}, calls_{0}, most_{0};
};

// Transport reads and writes a connected stream socket. One thread may read while another writes; the const
// functions are for any.
class Transport {
 public:
  enum class Ownership : std::uint8_t { borrowed, owned };
  Transport(int fd, Ownership ownership) : fd_(fd), owned_(ownership == Ownership::owned) {}
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  struct Io {
    enum class State : std::uint8_t { bytes, would_block, eof } state;
    std::size_t size = 0;
  };
  // read_some and write_some never wait, whatever the flags of the descriptor are, and raise no signal.
  Result<Io> read_some(MutBytes into);
  Result<Io> write_some(Bytes from);

  // shutdown_write sends FIN, shutdown_read ends the reading here; a descriptor that is only borrowed is left alone.
  void shutdown_write();
  void shutdown_read();

  int fd() const { return fd_; }
  bool owned() const { return owned_; }
  // adopt makes a borrowed descriptor ours, give_back makes an owned one the caller's.
  void adopt() { owned_ = true; }
  int give_back() {
    owned_ = false;
    return fd_;
  }

  const Traffic& received() const { return received_; }
  const Traffic& sent() const { return sent_; }

 private:
  const int fd_;
  std::atomic<bool> owned_;
  Traffic received_, sent_;
};

}  // namespace tlsock
