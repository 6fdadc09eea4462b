// The way to a connection: TCP first, then the handshake, with its questions and its time.
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "socket/socket.h"

namespace tlsock {
namespace {

// How long a failed handshake may wait for room in the transport, for its alert.
constexpr Milliseconds alert_time{100};

}  // namespace

Result<Condition> Socket::handshake(ConfigPtr config, const Deadline& deadline) {
  if (asking_ == std::this_thread::get_id()) return Error(Reason::WRONG_STATE, "within the answering function");
  TRY(owned_here());
  const Deadline bounded = deadline.no_later_than(handshake_end());
  const HeldTurn turn(turns_, Turn::receive, is_memory() ? Deadline::infinite() : bounded);
  if (!turn.held()) return turn_condition(turn.outcome(), Condition::want_read);
  TRY(begin(std::move(config)));
  return drive(deadline);
}

Result<Condition> Socket::continue_with(Answer answer, const Deadline& deadline) {
  const auto open = question();
  if (!open || !std::holds_alternative<HelloQuestion>(open->body))
    return Error(Reason::WRONG_STATE, "no hello is open");
  TRY(this->answer(open->id, std::move(answer)));
  return handshake(nullptr, deadline);
}

Status Socket::begin(ConfigPtr config) {
  TRY(owned_here());
  if (state_ != State::fresh) {
    if (config) return Error(Reason::WRONG_STATE, "options").with("text", "the handshake has begun");
    return {};
  }
  if (config) {
    if (Transport* there = transport()) TRY(apply_socket_options(there->fd(), config->socket));
    const std::lock_guard lock(lock_);
    TRY(connection_.use(config));
    if (config->socket.send_timeout_ms) options_.send_timeout_ms = config->socket.send_timeout_ms;
    if (config->socket.exit_on_close) options_.exit_on_close = config->socket.exit_on_close;
  }
  owner_ = fork_generation();
  state_ = State::handshaking;
  start_handshake_clock();
  return {};
}

Result<Condition> Socket::drive(const Deadline& deadline) {
  if (state_ == State::connected) return Condition::ok;
  if (state_ == State::failed) return failure();
  const auto end = handshake_end();
  if (end && std::chrono::steady_clock::now() >= *end) return end_by_time();
  const Condition condition = TRY(advance(deadline.no_later_than(end)));
  return condition == Condition::timed_out ? end_by_time() : condition;
}

Result<Condition> Socket::advance(const Deadline& deadline) {
  if (connector_) {
    const Condition made = TRY(make_connection(deadline));
    if (made != Condition::ok) return made;
  }
  for (;;) {
    if (closed()) return Condition::closed;
    const Connection::State state = step();
    if (state == Connection::State::failed) return refused(deadline);
    auto flushed = flush(deadline, IfTaken::wait);
    if (!flushed) return write_failed(std::move(flushed).error());
    Condition condition = *flushed;
    if (condition == Condition::ok && state == Connection::State::input) condition = TRY(feed_handshake(deadline));
    if (condition == Condition::closed) condition = interrupted();
    if (condition != Condition::ok) return condition;
    if (state == Connection::State::connected) {
      become_connected();
      if (state_ != State::connected) return failure();
      send_what_is_owed();
      note_plaintext();
      return Condition::ok;
    }
    if (state == Connection::State::question && !ask()) return closed() ? Condition::closed : Condition::wait;
  }
}

Result<Condition> Socket::make_connection(const Deadline& deadline) {
  auto made = connector_->run(deadline, waker_);
  if (connector_->fileno() >= 0) fileno_ = connector_->fileno();
  if (!made) {
    end_handshake(std::move(made).error());
    return failure();
  }
  if (*made == Condition::closed) return state_ == State::failed ? Result<Condition>(failure()) : *made;
  if (*made != Condition::ok) return *made;
  Descriptor descriptor = connector_->take();
  set_transport(descriptor.get(), Transport::Ownership::owned);
  (void)descriptor.release();
  connector_.reset();
  return Condition::ok;
}

// step makes the Connection go on, and keeps what it found: a question, a failure.
Connection::State Socket::step() {
  const std::lock_guard lock(lock_);
  if (state_ == State::failed) return Connection::State::failed;
  const Connection::State state = connection_.step();
  if (state == Connection::State::failed) {
    failure_ = connection_.error();
    state_ = State::failed;
  }
  if (state == Connection::State::question) {
    open_question_ = connection_.question()->id;
    signal_wait(false);
  }
  return state;
}

// feed_handshake reads by way of the stack: other threads may look at the Connection meanwhile, or end it.
Result<Condition> Socket::feed_handshake(const Deadline& deadline) {
  Transport* there = transport();
  if (!there) return or_want_write(Condition::want_read);
  std::array<std::uint8_t, 16 * 1024> chunk;
  for (;;) {
    auto io = there->read_some(chunk);
    if (!io) {
      end_handshake(std::move(io).error());
      return failure();
    }
    if (io->state != Transport::Io::State::would_block) {
      const std::lock_guard lock(lock_);
      if (io->state == Transport::Io::State::eof)
        connection_.received_eof();
      else
        std::copy_n(chunk.begin(), io->size, connection_.receive_space(io->size).begin());
      if (io->size > 0) connection_.received(io->size);
      return Condition::ok;
    }
    if (!deadline.may_wait()) return Condition::want_read;
    const Readiness why = TRY(wait_for(there->fd(), true, false, deadline, waker_));
    if (why == Readiness::timed_out) return Condition::timed_out;
    if (why == Readiness::woken) return Condition::closed;
  }
}

// interrupted tells what the waker meant: a close, or a cancel, which the next step finds.
Condition Socket::interrupted() const { return closed() ? Condition::closed : Condition::ok; }

void Socket::become_connected() {
  std::shared_ptr<std::function<void()>> done_with;  // destroyed without the lock
  const std::lock_guard lock(lock_);
  if (state_ != State::handshaking) return;
  handshake_end_.reset();
  done_with.swap(answerer_);
  // Lets go of the handshake's receive buffer, unless something came behind the handshake.
  (void)connection_.read({});
  state_.store(State::connected, std::memory_order_release);
}

// ---- failing ----

// refused is after a step that failed: the alert goes out, if the transport takes it within a moment.
Result<Condition> Socket::refused(const Deadline& deadline) {
  signal_wait(true);
  const Error error = failure();
  (void)flush(deadline.no_later_than(std::chrono::steady_clock::now() + alert_time), IfTaken::wait);
  linger(error, deadline);
  if (closed()) return Condition::closed;
  return error;
}

// write_failed looks whether the peer said why it went: its alert tells more than a broken pipe.
Result<Condition> Socket::write_failed(Error error) {
  std::array<std::uint8_t, 16 * 1024> chunk;
  for (;;) {
    const auto io = transport()->read_some(chunk);
    if (!io || io->state != Transport::Io::State::bytes) break;
    {
      const std::lock_guard lock(lock_);
      std::copy_n(chunk.begin(), io->size, connection_.receive_space(io->size).begin());
      connection_.received(io->size);
    }
    if (step() == Connection::State::failed) break;
  }
  end_handshake(std::move(error));
  return failure();
}

// end_handshake ends it from outside; a failure that is there already stays.
void Socket::end_handshake(Error error) {
  const std::lock_guard lock(lock_);
  if (state_ != State::handshaking) return;
  connection_.fail(error);
  failure_ = std::move(error);
  open_question_.reset();
  state_ = State::failed;
  signal_wait(true);
}

Result<Condition> Socket::end_by_time() {
  end_handshake(Error(Reason::USER_CANCELED, "time").with("text", "the time of the handshake ran out"));
  (void)flush(Deadline::never(), IfTaken::leave);
  return Condition::timed_out;
}

Status Socket::cancel() {
  if (foreign() || state_ != State::handshaking) return Error(Reason::WRONG_STATE, "no handshake is under way");
  end_handshake(Error(Reason::USER_CANCELED, "tls_handshake_cancel"));
  waker_.wake();
  (void)flush(Deadline::never(), IfTaken::leave);
  return {};
}

void Socket::start_handshake_clock() {
  const std::lock_guard lock(lock_);
  const auto& limit = connection_.config().handshake_timeout;
  if (limit) handshake_end_ = std::chrono::steady_clock::now() + *limit;
}

std::optional<Instant> Socket::handshake_end() const {
  const std::lock_guard lock(lock_);
  return handshake_end_;
}

// ---- questions ----

void Socket::set_answerer(std::function<void()> answerer) {
  const std::lock_guard lock(lock_);
  answerer_ = answerer ? std::make_shared<std::function<void()>>(std::move(answerer)) : nullptr;
}

// ask runs the answering function; false if nobody has answered.
bool Socket::ask() {
  std::shared_ptr<std::function<void()>> answerer;
  {
    const std::lock_guard lock(lock_);
    if (!open_question_) return true;
    answerer = answerer_;
  }
  if (!answerer) return false;
  struct Asking {
    std::atomic<std::thread::id>& thread;
    explicit Asking(std::atomic<std::thread::id>& t) : thread(t) { thread = std::this_thread::get_id(); }
    ~Asking() { thread = std::thread::id(); }
  };
  {
    const Asking asking(asking_);
    (*answerer)();
  }
  const std::lock_guard lock(lock_);
  return !open_question_;
}

std::optional<Question> Socket::question() const {
  const auto lock = locked();
  if (!lock || !open_question_ || closed()) return std::nullopt;
  const Question* open = connection_.question();
  return open ? std::optional<Question>(*open) : std::nullopt;
}

Status Socket::answer(std::uint64_t id, Answer answer) {
  TRY(owned_here());
  const std::lock_guard lock(lock_);
  const bool late = handshake_end_ && std::chrono::steady_clock::now() >= *handshake_end_;
  if (!open_question_ || *open_question_ != id || late || closed()) return Error(Reason::STALE_ANSWER, "id");
  TRY(connection_.answer(id, std::move(answer)));
  open_question_.reset();
  signal_wait(true);
  return {};
}

Result<int> Socket::wait_fileno() {
  TRY(owned_here());
  const std::lock_guard lock(lock_);
  if (wait_event_ < 0) {
    const int fd = ::eventfd(open_question_ ? 0 : 1, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0) return system_error("eventfd", errno);
    wait_event_ = fd;
    if (closed()) signal_wait(true);
  }
  return wait_event_.load();
}

// signal_wait makes the descriptor of wait_fileno readable or not. A close() may come at any moment, and wins.
void Socket::signal_wait(bool answered) {
  const int fd = wait_event_;
  std::uint64_t count = 1;
  if (fd < 0) return;
  if (!answered) (void)!::read(fd, &count, sizeof count);
  count = 1;
  if (answered || closed()) (void)!::write(fd, &count, sizeof count);
}

}  // namespace tlsock
