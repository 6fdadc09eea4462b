// Descriptors: reading, writing and waiting for them; addresses and options of sockets.
#include "socket/transport.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace tlsock {
namespace {

std::atomic<std::uint32_t> forks{1};

extern "C" void tlsock_count_fork() { forks.fetch_add(1, std::memory_order_relaxed); }

void signal_event(int fd) {
  const std::uint64_t one = 1;
  while (::write(fd, &one, sizeof one) < 0 && errno == EINTR) {
  }
}

constexpr std::uint64_t packed(std::uint32_t generation, int fd) {
  return std::uint64_t{generation} << 32 | static_cast<std::uint32_t>(fd);
}
constexpr int descriptor_in(std::uint64_t event) { return static_cast<int>(event & 0xffffffff); }

Status set_option(int fd, int level, int option, int value, const char* name) {
  if (::setsockopt(fd, level, option, &value, sizeof value) == 0) return {};
  return system_error("setsockopt", errno).with("option", name);
}

Result<int> get_option(int fd, int level, int option, const char* name) {
  int value = 0;
  socklen_t size = sizeof value;
  if (::getsockopt(fd, level, option, &value, &size) == 0) return value;
  return system_error("getsockopt", errno).with("option", name);
}

// has_tcp_options is false for local sockets, which have no TCP_NODELAY.
bool has_tcp_options(int fd) {
  int protocol = 0;
  socklen_t size = sizeof protocol;
  return ::getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) == 0 && protocol == IPPROTO_TCP;
}

}  // namespace

std::uint32_t fork_generation() {
  static const bool counted = ::pthread_atfork(nullptr, nullptr, tlsock_count_fork) == 0;
  return counted ? forks.load(std::memory_order_relaxed) : static_cast<std::uint32_t>(::getpid());
}

void Descriptor::reset(int fd) {
  // Linux frees the number even if close is interrupted; a second close could hit another thread's descriptor.
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

// The errors that calls on descriptors, files and names give.
std::string errno_name(int error_number) {
#define X(name) std::pair(name, #name)
  static constexpr std::pair<int, const char*> names[] = {
      X(EPERM),           X(ENOENT),       X(EINTR),        X(EIO),          X(EBADF),        X(EAGAIN),
      X(ENOMEM),          X(EACCES),       X(EFAULT),       X(EBUSY),        X(EEXIST),       X(ENODEV),
      X(ENOTDIR),         X(EISDIR),       X(EINVAL),       X(ENFILE),       X(EMFILE),       X(EFBIG),
      X(ENOSPC),          X(EROFS),        X(EPIPE),        X(ELOOP),        X(ENAMETOOLONG), X(EPROTO),
      X(ENOTSOCK),        X(EDESTADDRREQ), X(EMSGSIZE),     X(EPROTOTYPE),   X(ENOPROTOOPT),  X(EPROTONOSUPPORT),
      X(ESOCKTNOSUPPORT), X(EOPNOTSUPP),   X(EPFNOSUPPORT), X(EAFNOSUPPORT), X(EADDRINUSE),   X(EADDRNOTAVAIL),
      X(ENETDOWN),        X(ENETUNREACH),  X(ENETRESET),    X(ECONNABORTED), X(ECONNRESET),   X(ENOBUFS),
      X(EISCONN),         X(ENOTCONN),     X(ESHUTDOWN),    X(ETIMEDOUT),    X(ECONNREFUSED), X(EHOSTDOWN),
      X(EHOSTUNREACH),    X(EALREADY),     X(EINPROGRESS)};
#undef X
  for (const auto& [number, name] : names) {
    if (number == error_number) return name;
  }
  return "E" + std::to_string(error_number);
}

Error system_error(const char* call, int error_number) {
  return Error(Reason::SYSTEM_ERROR, call)
      .with("call", call)
      .with("errno", errno_name(error_number))
      .with("text", std::generic_category().message(error_number));
}

Waker::~Waker() {
  const std::uint64_t event = event_.load();
  if (event != none) ::close(descriptor_in(event));
}

void Waker::wake() {
  woken_.store(true);
  const std::uint64_t event = event_.load();
  if (event != none && event == packed(fork_generation(), descriptor_in(event))) signal_event(descriptor_in(event));
}

// The order matters: here the descriptor is published before woken_ is looked at, in wake() it is the other way round.
Result<int> Waker::descriptor() {
  const std::uint32_t generation = fork_generation();
  std::uint64_t event = event_.load();
  if (event != none && event == packed(generation, descriptor_in(event))) return descriptor_in(event);
  const int fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (fd < 0) return system_error("eventfd", errno);
  if (!event_.compare_exchange_strong(event, packed(generation, fd))) {
    ::close(fd);
    return descriptor_in(event);
  }
  if (event != none) ::close(descriptor_in(event));
  if (woken_.load()) signal_event(fd);
  return fd;
}

Result<Readiness> wait_for(int fd, bool readable, bool writable, const Deadline& deadline, Waker& waker) {
  const short events = static_cast<short>((readable ? POLLIN : 0) | (writable ? POLLOUT : 0));
  pollfd polled[2] = {{fd, events, 0}, {-1, POLLIN, 0}};
  if (deadline.may_wait()) polled[1].fd = TRY(waker.descriptor());
  for (;;) {
    if (waker.woken()) return Readiness::woken;
    const int count = ::poll(polled, 2, deadline.poll_timeout());
    if (count < 0 && errno != EINTR) return system_error("poll", errno);
    if (count > 0 && polled[1].revents) return Readiness::woken;
    if (count > 0 && (polled[0].revents & POLLNVAL)) return system_error("poll", EBADF);
    if (count > 0) return Readiness::ready;
    if (count == 0 && (!deadline.may_wait() || deadline.passed())) return Readiness::timed_out;
  }
}

std::optional<Endpoint> numeric_endpoint(const std::string& ip, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (ip.find('\0') != std::string::npos) return std::nullopt;
  if (::getaddrinfo(ip.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return std::nullopt;
  Endpoint endpoint;
  endpoint.size = found->ai_addrlen;
  std::memcpy(&endpoint.storage, found->ai_addr, found->ai_addrlen);
  ::freeaddrinfo(found);
  return endpoint;
}

Address Endpoint::address() const {
  char text[INET6_ADDRSTRLEN] = "";
  if (family() == AF_INET) {
    const auto* in = reinterpret_cast<const sockaddr_in*>(&storage);
    ::inet_ntop(AF_INET, &in->sin_addr, text, sizeof text);
    return {text, ntohs(in->sin_port)};
  }
  if (family() == AF_INET6) {
    const auto* in = reinterpret_cast<const sockaddr_in6*>(&storage);
    ::inet_ntop(AF_INET6, &in->sin6_addr, text, sizeof text);
    return {text, ntohs(in->sin6_port)};
  }
  const std::size_t header = offsetof(sockaddr_un, sun_path);
  if (family() != AF_UNIX || size <= header) return {};
  const char* path = reinterpret_cast<const sockaddr_un*>(&storage)->sun_path;
  return {std::string(path, ::strnlen(path, size - header)), 0};
}

std::string Endpoint::text() const {
  const Address a = address();
  const bool brackets = family() == AF_INET6;
  return (brackets ? "[" : "") + a.ip + (brackets ? "]:" : ":") + std::to_string(a.port);
}

namespace {

Result<Address> address_of(int fd, const char* call, int (*function)(int, sockaddr*, socklen_t*)) {
  Endpoint endpoint;
  endpoint.size = sizeof endpoint.storage;
  if (function(fd, endpoint.get(), &endpoint.size) != 0) return system_error(call, errno);
  return endpoint.address();
}

}  // namespace

Result<Address> local_address(int fd) { return address_of(fd, "getsockname", ::getsockname); }
Result<Address> peer_address(int fd) { return address_of(fd, "getpeername", ::getpeername); }

Status apply_socket_options(int fd, const SocketOptions& options) {
  if (options.reuseaddr) TRY(set_option(fd, SOL_SOCKET, SO_REUSEADDR, *options.reuseaddr, "reuseaddr"));
  if (options.keepalive) TRY(set_option(fd, SOL_SOCKET, SO_KEEPALIVE, *options.keepalive, "keepalive"));
  if (options.sndbuf) TRY(set_option(fd, SOL_SOCKET, SO_SNDBUF, *options.sndbuf, "sndbuf"));
  if (options.recbuf) TRY(set_option(fd, SOL_SOCKET, SO_RCVBUF, *options.recbuf, "recbuf"));
  if (options.nodelay && has_tcp_options(fd)) {
    TRY(set_option(fd, IPPROTO_TCP, TCP_NODELAY, *options.nodelay, "nodelay"));
  }
  return {};
}

Result<SocketOptions> read_socket_options(int fd) {
  SocketOptions options;
  options.reuseaddr = TRY(get_option(fd, SOL_SOCKET, SO_REUSEADDR, "reuseaddr")) != 0;
  options.keepalive = TRY(get_option(fd, SOL_SOCKET, SO_KEEPALIVE, "keepalive")) != 0;
  options.sndbuf = TRY(get_option(fd, SOL_SOCKET, SO_SNDBUF, "sndbuf"));
  options.recbuf = TRY(get_option(fd, SOL_SOCKET, SO_RCVBUF, "recbuf"));
  if (has_tcp_options(fd)) options.nodelay = TRY(get_option(fd, IPPROTO_TCP, TCP_NODELAY, "nodelay")) != 0;
  return options;
}

void Traffic::count(std::size_t size) {
  octets_.store(octets() + size, std::memory_order_relaxed);
  calls_.store(calls() + 1, std::memory_order_relaxed);
  if (size > most()) most_.store(size, std::memory_order_relaxed);
}

Transport::~Transport() {
  if (owned_) ::close(fd_);
}

Result<Transport::Io> Transport::read_some(MutBytes into) {
  for (;;) {
    const ssize_t count = ::recv(fd_, into.data(), into.size(), MSG_DONTWAIT);
    if (count > 0) {
      received_.count(static_cast<std::size_t>(count));
      return Io{Io::State::bytes, static_cast<std::size_t>(count)};
    }
    if (count == 0) return Io{into.empty() ? Io::State::would_block : Io::State::eof};
    if (errno == EAGAIN || errno == EWOULDBLOCK) return Io{Io::State::would_block};
    if (errno != EINTR) return system_error("recv", errno);
  }
}

Result<Transport::Io> Transport::write_some(Bytes from) {
  for (;;) {
    const ssize_t count = ::send(fd_, from.data(), from.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count >= 0) {
      sent_.count(static_cast<std::size_t>(count));
      return Io{Io::State::bytes, static_cast<std::size_t>(count)};
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) return Io{Io::State::would_block};
    if (errno != EINTR) return system_error("send", errno);
  }
}

void Transport::shutdown_write() {
  if (owned_) ::shutdown(fd_, SHUT_WR);
}

void Transport::shutdown_read() {
  if (owned_) ::shutdown(fd_, SHUT_RD);
}

}  // namespace tlsock
