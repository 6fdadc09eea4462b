// Sockets: how they come to be, how they end, and what is told of them. Their traffic is in handshaking.cc, sending.cc,
// receiving.cc and memory.cc.
#include "socket/socket.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace tlsock {
namespace {

// Data of the peer that nobody will read are taken off the descriptor before it is closed, as far as they have come:
// closing over unread data sends a RST, which may overtake our alert or close_notify. The bound is for peers that never
// stop sending.
constexpr std::size_t drain_limit = 1024 * 1024;
// How long a call that may wait looks after a fatal alert of ours.
constexpr Milliseconds linger_time{100};

// Immortal: threads of the application may outlive static destructors.
const Clock& machine_clock() {
  static const SystemClock* clock = new SystemClock;
  return *clock;
}

// We write whole flights and records, so Nagle's algorithm has nothing to gather, and delays the record behind a
// flight.
SocketOptions with_defaults(SocketOptions options) {
  if (!options.nodelay) options.nodelay = true;
  return options;
}

Status check_stream(int fd) {
  int type = 0;
  socklen_t size = sizeof type;
  if (::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0) return system_error("getsockopt", errno);
  if (type != SOCK_STREAM) return system_error("getsockopt", EPROTOTYPE);
  return {};
}

}  // namespace

Socket::Socket(Kind kind, ConfigPtr config, Destination destination)
    : kind_(kind),
      role_(config->role),
      first_config_(config),
      connection_(config, machine_clock(), std::move(destination)) {
  options_.send_timeout_ms = config->socket.send_timeout_ms;
  options_.exit_on_close = config->socket.exit_on_close.value_or(true);
}

Result<std::shared_ptr<Socket>> Socket::connect(ConfigPtr config, std::string host, std::uint16_t port) {
  if (port == 0) return Error(Reason::WRONG_STATE, "port");
  const std::shared_ptr<Socket> socket(new Socket(Kind::tcp, config, {host, port}));
  socket->connector_ = std::make_unique<Connector>(std::move(host), port, with_defaults(config->socket));
  socket->owner_ = fork_generation();
  socket->state_ = State::handshaking;
  socket->start_handshake_clock();
  return socket;
}

Result<std::shared_ptr<Socket>> Socket::upgrade(ConfigPtr config, int fd, std::string host, Bytes initial_data) {
  TRY(check_stream(fd));
  const Address peer = TRY(peer_address(fd));
  TRY(apply_socket_options(fd, config->socket));
  if (host.empty() && config->role == Role::client) host = peer.ip;
  const std::shared_ptr<Socket> socket(new Socket(Kind::tcp, std::move(config), {std::move(host), peer.port}));
  socket->set_transport(fd, Transport::Ownership::borrowed);
  if (!initial_data.empty()) {
    const MutBytes space = socket->connection_.receive_space(initial_data.size());
    std::copy(initial_data.begin(), initial_data.end(), space.begin());
    socket->connection_.received(initial_data.size());
  }
  return socket;
}

std::shared_ptr<Socket> Socket::memory(ConfigPtr config, std::string host) {
  return std::shared_ptr<Socket>(new Socket(Kind::memory, std::move(config), {std::move(host), 0}));
}

std::shared_ptr<Socket> Socket::accepted(ConfigPtr config, Descriptor descriptor, SocketOptions options) {
  const std::shared_ptr<Socket> socket(new Socket(Kind::tcp, std::move(config), {}));
  socket->set_transport(descriptor.get(), Transport::Ownership::owned);
  (void)descriptor.release();
  if (options.send_timeout_ms) socket->options_.send_timeout_ms = options.send_timeout_ms;
  if (options.exit_on_close) socket->options_.exit_on_close = options.exit_on_close;
  return socket;
}

void Socket::adopt() {
  if (Transport* there = transport()) there->adopt();
}

void Socket::set_transport(int fd, Transport::Ownership ownership) {
  transport_owner_ = std::make_unique<Transport>(fd, ownership);
  transport_.store(transport_owner_.get(), std::memory_order_release);
  fileno_ = fd;
}

// ---- ends ----

Socket::~Socket() {
  farewell();
  const int event = wait_event_;
  if (event >= 0) ::close(event);
}

void Socket::close() {
  if (foreign()) {
    // The mutex inside may be one that a thread of the parent held when it forked.
    turns_.close_silently();
    return;
  }
  turns_.close();
  waker_.wake();
  signal_wait(true);
  farewell();
}

void Socket::farewell() noexcept {
  try {
    say_farewell();
  } catch (...) {
    // No memory for a goodbye: the peer will see a truncation.
  }
}

// say_farewell says what can be said without waiting. If a thread is inside and in the way it does nothing: that thread
// is about to leave, and the destructor tries again.
void Socket::say_farewell() {
  Transport* there = transport();
  if (!there || said_farewell_ || foreign() || state_ == State::fresh) return;
  HeldTurn turn(turns_, Turn::write, std::try_to_lock);
  if (!turn.held()) return;
  {
    const std::unique_lock lock(lock_, std::try_to_lock);
    if (!lock) return;
    if (state_ == State::handshaking)
      connection_.fail(Error(Reason::USER_CANCELED, "tls_close"));
    else if (state_ == State::connected && connection_.error())
      connection_.settle();
    else if (state_ == State::connected)
      connection_.close();
  }
  said_farewell_ = true;
  const bool all_written = write_out_at_once();
  turn.give();
  if (!all_written || !there->owned()) return;
  there->shutdown_write();
  std::array<std::uint8_t, 16 * 1024> unread;
  for (std::size_t drained = 0; drained < drain_limit;) {
    const auto io = there->read_some(unread);
    if (!io || io->state != Transport::Io::State::bytes) break;
    drained += io->size;
  }
}

// write_out_at_once writes what is under way and what is sealed; true if that was all of it.
bool Socket::write_out_at_once() {
  for (;;) {
    while (!writing_.empty()) {
      const auto io = transport()->write_some(writing_.data());
      if (!io || io->state != Transport::Io::State::bytes) return false;
      writing_.consume(io->size);
    }
    const std::lock_guard lock(lock_);
    connection_.take_output(writing_);
    if (writing_.empty()) return true;
  }
}

// linger gives the peer time to read a fatal alert of ours before a close resets the connection.
void Socket::linger(const Error& error, const Deadline& deadline) {
  Transport* there = transport();
  if (!there || lingered_ || !deadline.may_wait() || unsent_ > 0 || connection_.owes_output()) return;
  if (error.alert == Alert::none || error.reason == Reason::PEER_ALERT) return;
  lingered_ = true;
  there->shutdown_write();
  const Deadline end = deadline.no_later_than(std::chrono::steady_clock::now() + linger_time);
  std::array<std::uint8_t, 16 * 1024> unread;
  for (std::size_t drained = 0; drained < drain_limit;) {
    const auto io = there->read_some(unread);
    if (!io || io->state == Transport::Io::State::eof) return;
    drained += io->size;
    if (io->state == Transport::Io::State::bytes) continue;
    const auto why = wait_for(there->fd(), true, false, end, waker_);
    if (!why || *why != Readiness::ready) return;
  }
}

Result<Condition> Socket::shutdown(How how, const Deadline& deadline) {
  TRY(usable());
  if (closed()) return Condition::closed;
  Transport* there = transport();
  if (how != How::write) {
    read_shut_ = true;
    if (there) there->shutdown_read();
  }
  if (how == How::read) return Condition::ok;
  {
    const std::lock_guard lock(lock_);
    write_shut_ = true;
    if (!connection_.error()) connection_.close();
  }
  const Condition condition = TRY(flush(deadline, IfTaken::wait));
  if (condition == Condition::ok && there) there->shutdown_write();
  return condition;
}

Result<Socket::Downgraded> Socket::downgrade(const Deadline& deadline) {
  Transport* there = transport();
  if (!there) return Error(Reason::WRONG_STATE, "tls_downgrade");
  TRY(usable());
  const HeldTurn receive(turns_, Turn::receive, deadline);
  if (!receive.held()) return Downgraded{turn_condition(receive.outcome(), Condition::want_read), -1, {}};
  const HeldTurn send(turns_, Turn::send, deadline);
  if (!send.held()) return Downgraded{turn_condition(send.outcome(), Condition::want_write), -1, {}};
  if (!gathered_.empty()) return Error(Reason::WRONG_STATE, "unread application data");
  {
    const std::lock_guard lock(lock_);
    if (auto error = connection_.error()) return *std::move(error);
    write_shut_ = true;
    connection_.close();
  }
  Condition condition = TRY(flush(deadline, IfTaken::wait));
  if (condition == Condition::ok) condition = TRY(await_close_notify(deadline));
  if (condition != Condition::ok) return Downgraded{condition, -1, {}};
  said_farewell_ = true;
  turns_.close();
  waker_.wake();
  fileno_ = -1;
  return Downgraded{Condition::ok, there->give_back(), copy(connection_.surplus())};
}

// ---- after a fork ----

bool Socket::foreign() const { return state_ != State::fresh && owner_ != fork_generation(); }

Status Socket::owned_here() const {
  if (!foreign()) return {};
  return Error(Reason::WRONG_STATE, "owner").with("text", "it belongs to another process");
}

// locked is for what may be asked in any process. In one that does not own the socket the lock may have been taken, for
// ever, by a thread of the owner's at the moment of the fork; what was being changed then is not looked at by the
// callers.
std::unique_lock<std::mutex> Socket::locked() const {
  if (foreign()) return {lock_, std::try_to_lock};
  return std::unique_lock(lock_);
}

Status Socket::own_here() {
  if (!foreign()) return {};
  const std::unique_lock lock(lock_, std::try_to_lock);
  if (!lock || !turns_.all_free()) return Error(Reason::WRONG_STATE, "owner").with("text", "it was in use when forked");
  owner_ = fork_generation();
  return {};
}

// ---- options and facts ----

Status Socket::usable() const {
  switch (state_.load(std::memory_order_acquire)) {
    case State::connected:
      return owned_here();
    case State::failed:
      return failure();
    default:
      return Error(Reason::WRONG_STATE, "handshake").with("text", "the handshake is not done");
  }
}

Error Socket::failure() const {
  const auto lock = locked();
  return lock && failure_ ? *failure_ : Error(Reason::INTERNAL_ERROR, "failure");
}

Condition Socket::turn_condition(Turns::Outcome outcome, Condition want) {
  switch (outcome) {
    case Turns::Outcome::taken:
      return Condition::ok;
    case Turns::Outcome::would_wait:
      return want;
    case Turns::Outcome::timed_out:
      return Condition::timed_out;
    case Turns::Outcome::closed:
      break;
  }
  return Condition::closed;
}

Status Socket::set_options(const SocketOptions& options) {
  if (options.ip) return Error(Reason::WRONG_STATE, "ip");
  if (options.inet6) return Error(Reason::WRONG_STATE, "inet6");
  if (options.backlog) return Error(Reason::WRONG_STATE, "backlog");
  if (Transport* there = transport()) {
    TRY(apply_socket_options(there->fd(), options));
  } else if (options.reuseaddr || options.nodelay || options.keepalive || options.sndbuf || options.recbuf) {
    return Error(Reason::WRONG_STATE, "no descriptor");
  }
  const auto lock = locked();
  if (options.send_timeout_ms) options_.send_timeout_ms = options.send_timeout_ms;
  if (options.exit_on_close) options_.exit_on_close = options.exit_on_close;
  return {};
}

Result<SocketOptions> Socket::options() const {
  SocketOptions options;
  if (Transport* there = transport()) options = TRY(read_socket_options(there->fd()));
  const auto lock = locked();
  options.send_timeout_ms = options_.send_timeout_ms;
  options.exit_on_close = options_.exit_on_close;
  return options;
}

Result<Address> Socket::peername() const {
  if (Transport* there = transport(); there && fileno_ >= 0) return peer_address(there->fd());
  return Error(Reason::WRONG_STATE, "no descriptor");
}

Result<Address> Socket::sockname() const {
  if (Transport* there = transport(); there && fileno_ >= 0) return local_address(there->fd());
  return Error(Reason::WRONG_STATE, "no descriptor");
}

Result<int> Socket::fileno() const {
  const int fd = fileno_;
  if (fd < 0) return Error(Reason::WRONG_STATE, "no descriptor");
  return fd;
}

Statistics Socket::statistics() const {
  const Transport* there = transport();
  const Traffic& received = there ? there->received() : memory_received_;
  const Traffic& sent = there ? there->sent() : memory_sent_;
  Statistics all;
  all.recv_oct = received.octets();
  all.recv_cnt = received.calls();
  all.recv_max = received.most();
  all.recv_avg = all.recv_cnt ? all.recv_oct / all.recv_cnt : 0;
  all.send_oct = sent.octets();
  all.send_cnt = sent.calls();
  all.send_max = sent.most();
  all.send_avg = all.send_cnt ? all.send_oct / all.send_cnt : 0;
  const auto lock = locked();
  all.send_pend = unsent_ + (lock ? connection_.pending_output().size() : 0);
  return all;
}

ConfigPtr Socket::config() const {
  const auto lock = locked();
  return lock || connected() ? connection_.config_ptr() : first_config_;
}

void Socket::inspect(const std::function<void(const Connection&)>& look) const {
  const auto lock = locked();
  if (lock || connected()) look(connection_);
}

}  // namespace tlsock
