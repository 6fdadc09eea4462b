// Listening and accepting.
#include "socket/listener.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace tlsock {
namespace {

Result<Endpoint> endpoint_to_bind(const SocketOptions& options, std::uint16_t port) {
  const std::string ip = options.ip.value_or(options.inet6 ? "::" : "0.0.0.0");
  const auto endpoint = numeric_endpoint(ip, port);
  if (!endpoint) return system_error("bind", EADDRNOTAVAIL).with("ip", ip);
  if (options.inet6 && endpoint->family() != AF_INET6) return system_error("bind", EAFNOSUPPORT).with("ip", ip);
  return *endpoint;
}

// of_the_connection_alone: accept(2) passes on what became of a connection before anybody took it.
bool of_the_connection_alone(int error) {
  switch (error) {
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
    case ENETDOWN:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case ENONET:
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case ENETUNREACH:
    case ETIMEDOUT:
      return true;
    default:
      return false;
  }
}

}  // namespace

Listener::Listener(ConfigPtr config, Descriptor descriptor)
    : config_(std::move(config)), descriptor_(std::move(descriptor)) {}

Listener::~Listener() = default;

Result<std::shared_ptr<Listener>> Listener::listen(ConfigPtr config, std::uint16_t port) {
  SocketOptions options = config->socket;
  const Endpoint endpoint = TRY(endpoint_to_bind(options, port));
  Descriptor descriptor(::socket(endpoint.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!descriptor) return system_error("socket", errno);
  if (!options.nodelay) options.nodelay = true;  // as in Socket::connect; accepted connections inherit it
  TRY(apply_socket_options(descriptor.get(), options));
  if (::bind(descriptor.get(), endpoint.get(), endpoint.size) != 0) {
    return system_error("bind", errno).with("address", endpoint.text());
  }
  if (::listen(descriptor.get(), options.backlog.value_or(SOMAXCONN)) != 0) return system_error("listen", errno);
  return std::shared_ptr<Listener>(new Listener(std::move(config), std::move(descriptor)));
}

Result<Listener::Accepted> Listener::accept(const Deadline& deadline) {
  for (;;) {
    if (waker_.woken()) return Accepted{Condition::closed, nullptr};
    Descriptor peer(::accept4(descriptor_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (peer) return Accepted{Condition::ok, Socket::accepted(config_, std::move(peer), for_accepted())};
    if (of_the_connection_alone(errno)) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return system_error("accept", errno);
    if (!deadline.may_wait()) return Accepted{Condition::want_read, nullptr};
    const Readiness why = TRY(wait_for(descriptor_.get(), true, false, deadline, waker_));
    if (why == Readiness::timed_out) return Accepted{Condition::timed_out, nullptr};
  }
}

void Listener::close() { waker_.wake(); }

Result<Address> Listener::sockname() const { return local_address(descriptor_.get()); }

Status Listener::set_options(const SocketOptions& options) {
  if (options.ip) return Error(Reason::WRONG_STATE, "ip");
  if (options.inet6) return Error(Reason::WRONG_STATE, "inet6");
  if (options.backlog && ::listen(descriptor_.get(), *options.backlog) != 0) return system_error("listen", errno);
  TRY(apply_socket_options(descriptor_.get(), options));
  if (options.send_timeout_ms) send_timeout_ms_ = *options.send_timeout_ms;
  if (options.exit_on_close) exit_on_close_ = *options.exit_on_close;
  return {};
}

SocketOptions Listener::for_accepted() const {
  SocketOptions options;
  if (const int timeout = send_timeout_ms_; timeout != unset) options.send_timeout_ms = timeout;
  if (const int exit = exit_on_close_; exit != unset) options.exit_on_close = exit != 0;
  return options;
}

Result<SocketOptions> Listener::options() const {
  SocketOptions options = TRY(read_socket_options(descriptor_.get()));
  const SocketOptions set = for_accepted();
  options.send_timeout_ms = set.send_timeout_ms ? set.send_timeout_ms : config_->socket.send_timeout_ms;
  options.exit_on_close = set.exit_on_close.value_or(config_->socket.exit_on_close.value_or(true));
  options.backlog = config_->socket.backlog;
  options.ip = config_->socket.ip;
  options.inet6 = config_->socket.inet6;
  return options;
}

}  // namespace tlsock
