// Happy Eyeballs: look up, try address after address, a quarter of a second apart, and keep the first that connects.
#include "socket/connector.h"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <mutex>
#include <new>

namespace tlsock {

// Lookup is shared by the connector and the thread that looks up; whoever is last frees it.
struct Connector::Lookup {
  std::string host;
  std::uint16_t port;
  int family;
  Resolver resolver;
  Descriptor event;

  std::mutex mutex;
  std::optional<Result<std::vector<Endpoint>>> result;

  void run() {
    auto found = resolve();
    {
      const std::lock_guard lock(mutex);
      result = std::move(found);
    }
    const std::uint64_t one = 1;
    while (::write(event.get(), &one, sizeof one) < 0 && errno == EINTR) {
    }
  }
  Result<std::vector<Endpoint>> resolve() {
    try {
      return resolver(host, port, family);
    } catch (const std::bad_alloc&) {
      return Error(Reason::OUT_OF_MEMORY, "name lookup");
    } catch (...) {
      return Error(Reason::INTERNAL_ERROR, "name lookup");
    }
  }
  std::optional<Result<std::vector<Endpoint>>> take() {
    const std::lock_guard lock(mutex);
    return std::exchange(result, std::nullopt);
  }
};

Connector::Connector(std::string host, std::uint16_t port, SocketOptions options, Resolver resolver)
    : host_(std::move(host)), port_(port), options_(std::move(options)), resolver_(std::move(resolver)) {}

Connector::~Connector() = default;

Result<Condition> Connector::run(const Deadline& deadline, Waker& waker) {
  if (!epoll_) TRY(open());
  if (!resolved_ && !lookup_) TRY(look_up(deadline));
  for (;;) {
    TRY(step());
    if (connected_) return Condition::ok;
    if (waker.woken()) return Condition::closed;
    if (!deadline.may_wait()) return Condition::want_read;
    const Readiness why = TRY(wait_for(epoll_.get(), true, false, deadline, waker));
    if (why == Readiness::timed_out) return Condition::timed_out;
    if (why == Readiness::woken) return Condition::closed;
  }
}

Status Connector::step() {
  if (!resolved_) {
    auto result = lookup_->take();
    if (!result) return {};
    // The thread may hold the event open for a moment longer, and it would go on saying that there is something to do.
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, lookup_->event.get(), nullptr);
    lookup_.reset();
    TRY(found(std::move(*result)));
  }
  check_attempts();
  std::uint64_t expirations;
  if (::read(timer_.get(), &expirations, sizeof expirations) > 0) next_due_ = true;
  while (!connected_ && next_ < endpoints_.size() && (attempts_.empty() || next_due_)) start_next();
  if (connected_) {
    attempts_.clear();
    return {};
  }
  if (attempts_.empty()) return all_failed();
  return {};
}

Status Connector::open() {
  epoll_.reset(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll_) return system_error("epoll_create1", errno);
  timer_.reset(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  if (!timer_) return system_error("timerfd_create", errno);
  return watch(timer_.get(), EPOLLIN);
}

Status Connector::watch(int fd, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) return system_error("epoll_ctl", errno);
  return {};
}

// ---- addresses ----

int Connector::wanted_family() const {
  if (options_.inet6) return AF_INET6;
  if (!options_.ip) return AF_UNSPEC;
  const auto local = numeric_endpoint(*options_.ip, 0);
  return local ? local->family() : AF_UNSPEC;
}

Status Connector::look_up(const Deadline& deadline) {
  if (const auto endpoint = numeric_endpoint(host_, port_)) return found(std::vector{*endpoint});
  if (deadline.is_infinite()) return found(resolver_(host_, port_, wanted_family()));
  lookup_ = std::make_shared<Lookup>();
  lookup_->host = host_;
  lookup_->port = port_;
  lookup_->family = wanted_family();
  lookup_->resolver = resolver_;
  lookup_->event.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!lookup_->event) return system_error("eventfd", errno);
  TRY(watch(lookup_->event.get(), EPOLLIN));
  return start_lookup_thread();
}

Status Connector::start_lookup_thread() {
  pthread_attr_t attributes;
  if (const int error = ::pthread_attr_init(&attributes)) return system_error("pthread_attr_init", error);
  ::pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  const auto main = [](void* argument) -> void* {
    const std::unique_ptr<std::shared_ptr<Lookup>> lookup(static_cast<std::shared_ptr<Lookup>*>(argument));
    (*lookup)->run();
    return nullptr;
  };
  auto argument = std::make_unique<std::shared_ptr<Lookup>>(lookup_);
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t thread;
  const int error = ::pthread_create(&thread, &attributes, main, argument.get());
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ::pthread_attr_destroy(&attributes);
  if (error) return system_error("pthread_create", error);
  (void)argument.release();
  return {};
}

Status Connector::found(Result<std::vector<Endpoint>> endpoints) {
  std::vector<Endpoint> usable = TRY(std::move(endpoints));
  const int family = wanted_family();
  std::erase_if(usable, [&](const Endpoint& each) { return family != AF_UNSPEC && each.family() != family; });
  if (usable.empty()) {
    return Error(Reason::NAME_NOT_FOUND, "host").with("host", host_).with("text", "no address of the family asked for");
  }
  endpoints_ = interleave_families(std::move(usable));
  resolved_ = true;
  return {};
}

std::vector<Endpoint> interleave_families(std::vector<Endpoint> endpoints) {
  if (endpoints.empty()) return endpoints;
  std::vector<Endpoint> first, other, order;
  const int family = endpoints.front().family();
  for (const Endpoint& each : endpoints) (each.family() == family ? first : other).push_back(each);
  for (std::size_t i = 0; i < std::max(first.size(), other.size()); ++i) {
    if (i < first.size()) order.push_back(first[i]);
    if (i < other.size()) order.push_back(other[i]);
  }
  return order;
}

Result<std::vector<Endpoint>> system_resolver(const std::string& host, std::uint16_t port, int family) {
  addrinfo hints{};
  hints.ai_family = family;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (error == EAI_SYSTEM) return system_error("getaddrinfo", errno).with("host", host);
  if (error == EAI_MEMORY) return Error(Reason::OUT_OF_MEMORY, "getaddrinfo");
  if (error) return Error(Reason::NAME_NOT_FOUND, "host").with("host", host).with("text", ::gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(list, ::freeaddrinfo);
  std::vector<Endpoint> endpoints;
  for (const addrinfo* each = list; each; each = each->ai_next) {
    Endpoint endpoint;
    endpoint.size = each->ai_addrlen;
    std::memcpy(&endpoint.storage, each->ai_addr, each->ai_addrlen);
    endpoints.push_back(endpoint);
  }
  return endpoints;
}

// ---- attempts ----

void Connector::start_next() {
  const Endpoint endpoint = endpoints_[next_++];
  next_due_ = false;
  if (const Status begun = begin(endpoint); !begun) return attempt_failed(endpoint, begun.error());
  set_timer(next_ < endpoints_.size());
}

Status Connector::begin(const Endpoint& endpoint) {
  Descriptor descriptor(::socket(endpoint.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!descriptor) return system_error("socket", errno);
  TRY(apply_socket_options(descriptor.get(), options_));
  if (options_.ip) {
    const auto local = numeric_endpoint(*options_.ip, 0);
    if (!local) return system_error("bind", EADDRNOTAVAIL);
    if (::bind(descriptor.get(), local->get(), local->size) != 0) return system_error("bind", errno);
  }
  const bool done = ::connect(descriptor.get(), endpoint.get(), endpoint.size) == 0;
  if (!done && errno != EINPROGRESS && errno != EINTR) return system_error("connect", errno);
  if (done) return finish(descriptor);
  TRY(watch(descriptor.get(), EPOLLOUT));
  attempts_.push_back({std::move(descriptor), endpoint});
  return {};
}

void Connector::check_attempts() {
  for (std::size_t i = 0; i < attempts_.size() && !connected_;) {
    pollfd polled{attempts_[i].descriptor.get(), POLLOUT, 0};
    if (::poll(&polled, 1, 0) <= 0) {
      ++i;
      continue;
    }
    const Status finished = finish(attempts_[i].descriptor);
    if (!finished) attempt_failed(attempts_[i].endpoint, finished.error());
    attempts_.erase(attempts_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

// finish makes of a descriptor whose connect has ended the one connection, or says why it failed.
Status Connector::finish(Descriptor& descriptor) {
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(descriptor.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error) return system_error("connect", error);
  const Address local = TRY(local_address(descriptor.get()));
  const Address peer = TRY(peer_address(descriptor.get()));
  // Where nobody listens on a port of the ephemeral range, TCP can connect a socket to itself.
  if (local.ip == peer.ip && local.port == peer.port) return system_error("connect", ECONNREFUSED);
  // A descriptor that is handed out by a downgrade blocks, as any other does; we never rely on its flags.
  const int flags = ::fcntl(descriptor.get(), F_GETFL);
  if (flags < 0 || ::fcntl(descriptor.get(), F_SETFL, flags & ~O_NONBLOCK) != 0) return system_error("fcntl", errno);
  connected_ = std::move(descriptor);
  return {};
}

void Connector::attempt_failed(const Endpoint& endpoint, const Error& error) {
  next_due_ = true;
  std::string why = endpoint.text();
  for (const Fact& fact : error.facts) {
    if (std::string_view(fact.name) == "errno") why += " " + fact.value;
  }
  tried_.push_back({"tried", std::move(why)});
  if (!first_failure_) first_failure_ = error;
}

void Connector::set_timer(bool on) {
  itimerspec time{};
  if (on) time.it_value.tv_nsec = std::chrono::nanoseconds(connection_attempt_delay).count();
  ::timerfd_settime(timer_.get(), 0, &time, nullptr);
}

Error Connector::all_failed() const {
  Error error = *first_failure_;
  error.facts.push_back({"host", host_});
  error.facts.insert(error.facts.end(), tried_.begin(), tried_.end());
  return error;
}

}  // namespace tlsock
