// Sending: sealing under the lock, writing under the write turn (SECURITY.md 19).
#include "socket/socket.h"

namespace tlsock {
namespace {

// What may lie sealed and unsent before a call that only adds a record has to wait, too.
constexpr std::size_t unsent_limit = 64 * 1024;

}  // namespace

Result<Condition> Socket::send(Bytes data, const Deadline& deadline, std::size_t& sent) {
  sent = 0;
  if (closed()) return Condition::closed;
  TRY(usable());
  if (is_memory()) return send_to_memory(data, sent);
  std::optional<Instant> end;
  {
    const std::lock_guard lock(lock_);
    if (const auto& limit = options_.send_timeout_ms; limit && *limit >= 0) {
      end = std::chrono::steady_clock::now() + Milliseconds(*limit);
    }
  }
  const Deadline bounded = deadline.no_later_than(end);
  const HeldTurn turn(turns_, Turn::send, bounded);
  if (!turn.held()) return turn_condition(turn.outcome(), Condition::want_write);
  // What a call before this one has left comes first, so that a caller who never waits cannot pile up records.
  Condition condition = unsent_ > 0 ? TRY(flush(bounded, IfTaken::wait)) : Condition::ok;
  while (condition == Condition::ok) {
    if (sent < data.size() || data.empty()) {
      auto sealed = seal(data.subspan(sent));
      if (!sealed)
        return write_shut_ ? Result<Condition>(Condition::closed) : Result<Condition>(std::move(sealed).error());
      sent += *sealed;
    }
    condition = TRY(flush(bounded, IfTaken::wait));
    if (sent == data.size()) break;
  }
  return condition;
}

Result<Condition> Socket::send_to_memory(Bytes data, std::size_t& sent) {
  const HeldTurn turn(turns_, Turn::send, Deadline::infinite());
  if (!turn.held()) return Condition::closed;
  while (sent < data.size()) {
    auto sealed = seal(data.subspan(sent));
    if (!sealed)
      return write_shut_ ? Result<Condition>(Condition::closed) : Result<Condition>(std::move(sealed).error());
    if (*sealed == 0) return Condition::want_write;
    sent += *sealed;
  }
  return Condition::ok;
}

Result<std::size_t> Socket::seal(Bytes data) {
  const std::lock_guard lock(lock_);
  if (auto error = connection_.error()) return *std::move(error);
  if (data.empty()) return std::size_t{0};
  unsent_update_.reset();
  return connection_.write(data);
}

Result<Condition> Socket::update_keys(bool both, const Deadline& deadline) {
  if (closed()) return Condition::closed;
  TRY(usable());
  if (write_shut_) return Condition::closed;
  for (;;) {
    {
      const std::lock_guard lock(lock_);
      if (auto error = connection_.error()) return *std::move(error);
      // A KeyUpdate that has not left yet serves for this one too: peers bear only so many without data between them.
      if (unsent_update_ && (*unsent_update_ || !both)) break;
      if (is_memory() || connection_.pending_output().size() < unsent_limit) {
        TRY(connection_.update_keys(both));
        unsent_update_ = both;
        break;
      }
    }
    const Condition condition = TRY(flush(deadline, IfTaken::wait));
    if (condition != Condition::ok) return condition;
  }
  return flush(deadline, IfTaken::leave);
}

// flush writes all that is sealed. If another thread has the write turn, that one will write it: `leave` is content
// with this, `wait` waits for the turn.
Result<Condition> Socket::flush(const Deadline& deadline, IfTaken if_taken) {
  if (!transport()) return Condition::ok;
  bool taken;
  {
    const std::lock_guard lock(lock_);
    taken = turns_.try_take(Turn::write);
  }
  if (!taken && if_taken == IfTaken::leave) return Condition::ok;
  if (!taken) {
    const auto outcome = turns_.take(Turn::write, deadline);
    if (outcome != Turns::Outcome::taken) return turn_condition(outcome, Condition::want_write);
  }
  HeldTurn turn(turns_, Turn::write, std::adopt_lock);
  return write_out(turn, deadline);
}

Result<Condition> Socket::write_out(HeldTurn& turn, const Deadline& deadline) {
  Transport* there = transport();
  if (write_failure_) return why_not_written(*write_failure_);
  while (!writing_.empty() || refill(turn)) {
    auto io = there->write_some(writing_.data());
    if (!io) {
      // Nothing will ever go out again; what is kept would only make a receiver wait for room.
      write_failure_ = std::move(io).error();
      writing_.clear();
      unsent_ = 0;
      return why_not_written(*write_failure_);
    }
    writing_.consume(io->size);
    unsent_ = writing_.size();
    if (io->state == Transport::Io::State::bytes) continue;
    if (!deadline.may_wait()) return Condition::want_write;
    const Readiness why = TRY(wait_for(there->fd(), false, true, deadline, waker_));
    if (why == Readiness::timed_out) return Condition::timed_out;
    if (why == Readiness::woken) return Condition::closed;
  }
  return Condition::ok;
}

// why_not_written: a transport that was shut after a close or a failure here fails for that reason; and if the peer
// sent an alert before it went, that says more than a broken pipe.
Result<Condition> Socket::why_not_written(Error error) {
  if (closed()) return Condition::closed;
  if (state_ == State::connected) {
    touch();
    if (auto fatal = connection_.error()) return *std::move(fatal);
  }
  return error;
}

// refill takes what was sealed meanwhile; if there is nothing, it gives the turn back under the same lock.
bool Socket::refill(HeldTurn& turn) {
  writing_.release_if_empty();
  const std::lock_guard lock(lock_);
  if (state_ == State::connected && connection_.owes_output()) connection_.settle();
  connection_.take_output(writing_);
  unsent_update_.reset();
  unsent_ = writing_.size();
  if (!writing_.empty()) return true;
  turn.give();
  return false;
}

}  // namespace tlsock
