// Sockets of the operating system.
#include "tests/bogo/wire.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "tests/bogo/failure.h"

namespace tlsock::bogo {
namespace {

constexpr std::size_t buffer_size = 16 * 1024;

Failure system_failure(const char* call) { return {std::string(call) + ": " + std::strerror(errno)}; }

int connect_to(std::uint16_t port, bool ipv6) {
  const int fd = socket(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw system_failure("socket");
  const int yes = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  sockaddr_in v4 = {};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr_in6 v6 = {};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  v6.sin6_addr = in6addr_loopback;
  const auto* address = ipv6 ? reinterpret_cast<const sockaddr*>(&v6) : reinterpret_cast<const sockaddr*>(&v4);
  if (connect(fd, address, ipv6 ? sizeof v6 : sizeof v4) != 0) {
    const auto failure = system_failure("connect");
    close(fd);
    throw failure;
  }
  return fd;
}

}  // namespace

Wire::Wire(const Flags& flags) : fd_(connect_to(flags.port, flags.ipv6)), async_(flags.async) {
  std::uint8_t id[8];
  for (int i = 0; i < 8; ++i) id[i] = static_cast<std::uint8_t>(flags.shim_id >> (8 * i));
  send_all(id, sizeof id);
}

Wire::~Wire() {
  shutdown(fd_, SHUT_WR);
  while (receive()) received_.clear();
  close(fd_);
}

// What cannot be written is dropped: what the runner said before it went is still to be read, and says why.
void Wire::send_all(const std::uint8_t* data, std::size_t size) {
  while (can_write_ && size > 0) {
    const auto sent = send(fd_, data, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    can_write_ = sent >= 0;
    if (!can_write_) return;
    data += sent;
    size -= static_cast<std::size_t>(sent);
  }
}

bool Wire::receive() {
  received_.resize(buffer_size);
  given_ = 0;
  ssize_t size;
  do size = recv(fd_, received_.data(), received_.size(), 0);
  while (size < 0 && errno == EINTR);
  received_.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return size > 0;
}

void Wire::flush(tls_handle socket) {
  const std::size_t step = async_ ? 1 : buffer_size;
  std::vector<std::uint8_t> output;
  for (std::size_t size = 0;;) {
    output.resize(size + step);
    std::size_t produced = 0;
    const tls_status status = tls_memory_get(socket, output.data() + size, step, &produced);
    size += produced;
    if (status == TLS_WANT_WRITE) continue;
    send_all(output.data(), size);
    return;
  }
}

void Wire::let_out(tls_handle socket, std::size_t count) {
  std::vector<std::uint8_t> output(count);
  std::size_t produced = 0;
  tls_memory_get(socket, output.data(), count, &produced);
  send_all(output.data(), produced);
}

// What is wrong with the bytes is told by the next call that wants something of the connection.
void Wire::fill(tls_handle socket) {
  if (given_ == received_.size() && !receive()) {
    tls_memory_eof(socket);
    return;
  }
  const std::size_t size = async_ ? 1 : received_.size() - given_;
  std::size_t consumed = 0;
  tls_memory_put(socket, received_.data() + given_, size, &consumed);
  given_ += consumed;
}

}  // namespace tlsock::bogo
