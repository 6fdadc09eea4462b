// Receiving: from the transport into the Connection, from there to the caller, straight into his buffer.
#include <algorithm>
#include <array>

#include "socket/socket.h"

namespace tlsock {
namespace {

// The least room for a read. It fits a block of Buffer's behind an unfinished record, so that bulk never makes it grow.
constexpr std::size_t least_read = 32 * 1024;

}  // namespace

Result<Condition> Socket::recv(MutBytes into, std::size_t exact, const Deadline& deadline, Received& received) {
  received = {};
  if (closed()) return Condition::closed;
  TRY(usable());
  const HeldTurn turn(turns_, Turn::receive, is_memory() ? Deadline::infinite() : deadline);
  if (!turn.held()) return turn_condition(turn.outcome(), Condition::want_read);
  if (read_shut_) return Condition::closed;
  if (exact > into.size()) return Error(Reason::WRONG_STATE, "length");
  const MutBytes wanted = exact ? into.first(exact) : into;
  if (wanted.empty()) return Condition::ok;
  auto condition = gather(wanted, exact > 0, deadline, received);
  if (!condition || *condition != Condition::ok) {
    gathered_.add(wanted.first(received.size));
    gathered_end_ = received.end_of_record;
    received = {};
  }
  note_plaintext();
  if (!condition) linger(condition.error(), deadline);
  return condition;
}

// gather fills `into`, all of it or with what is there. What it has so far is in `received` also if it fails.
Result<Condition> Socket::gather(MutBytes into, bool all, const Deadline& deadline, Received& received) {
  received.size = std::min(gathered_.size(), into.size());
  std::copy_n(gathered_.data().begin(), received.size, into.begin());
  gathered_.consume(received.size);
  gathered_.release_if_empty();
  received.end_of_record = gathered_.empty() && received.size > 0 && gathered_end_;
  while (received.size < into.size()) {
    auto read = connection_.read(into.subspan(received.size));
    send_what_is_owed();
    const bool content = !all && received.size > 0;
    if (!read) return content ? Result<Condition>(Condition::ok) : Result<Condition>(std::move(read).error());
    if (read->state == Connection::ReadResult::State::data) {
      received.size += read->size;
      received.end_of_record = read->end_of_record;
      if (!all) return Condition::ok;
      continue;
    }
    if (content) return Condition::ok;
    if (read->state == Connection::ReadResult::State::closed) return Condition::closed;
    const Condition fed = TRY(feed(deadline));
    if (read_shut_ || closed()) return Condition::closed;
    if (fed != Condition::ok) return fed;
  }
  return Condition::ok;
}

Result<Condition> Socket::feed(const Deadline& deadline) {
  Transport* there = transport();
  if (!there) return or_want_write(Condition::want_read);
  if (read_failure_) return *read_failure_;
  for (;;) {
    auto io = there->read_some(connection_.receive_space(least_read));
    connection_.received(io ? io->size : 0);
    if (!io) {
      read_failure_ = std::move(io).error();
      return *read_failure_;
    }
    if (io->state == Transport::Io::State::bytes) return Condition::ok;
    if (io->state == Transport::Io::State::eof) {
      connection_.received_eof();
      return Condition::ok;
    }
    // An idle connection holds no receive buffer: reading nothing lets go of an empty one.
    TRY(connection_.read({}));
    if (!deadline.may_wait()) return Condition::want_read;
    // If a call has left output behind and nobody is writing it, it goes out when there is room, and recv waits on.
    const bool leftover = unsent_ > 0 && !turns_.is_taken(Turn::write);
    const Readiness why = TRY(wait_for(there->fd(), true, leftover, deadline, waker_));
    if (why == Readiness::timed_out) return Condition::timed_out;
    if (why == Readiness::woken) return Condition::closed;
    if (leftover) (void)flush(Deadline::never(), IfTaken::leave);
    if (read_shut_) return Condition::closed;
  }
}

void Socket::touch() {
  if (state_ != State::connected || foreign() || closed()) return;
  const HeldTurn turn(turns_, Turn::receive, std::try_to_lock);
  if (turn.held()) process_what_came();
}

// process_what_came stops at application data, so it never buffers more than a read or two.
void Socket::process_what_came() {
  constexpr int most_reads = 16;
  for (int i = 0; i < most_reads; ++i) {
    const auto read = connection_.read({});
    send_what_is_owed();
    if (!read || read->state != Connection::ReadResult::State::want_input) break;
    const auto fed = feed(Deadline::never());
    if (!fed || *fed != Condition::ok) break;
  }
  note_plaintext();
}

// send_what_is_owed never waits: what the transport does not take stays for whoever comes next.
void Socket::send_what_is_owed() {
  const bool leftover = unsent_ > 0 && !turns_.is_taken(Turn::write);
  if (!connection_.owes_output() && !leftover) return;
  if (transport()) {
    (void)flush(Deadline::never(), IfTaken::leave);
    return;
  }
  const std::lock_guard lock(lock_);
  connection_.settle();
}

Result<Condition> Socket::await_close_notify(const Deadline& deadline) {
  for (;;) {
    std::array<std::uint8_t, 4096> unread;
    const auto read = TRY(connection_.read(unread));
    if (read.state == Connection::ReadResult::State::closed) return Condition::ok;
    if (read.state == Connection::ReadResult::State::data) {
      gathered_.add(Bytes(unread).first(read.size));
      gathered_end_ = read.end_of_record;
      note_plaintext();
      return Error(Reason::WRONG_STATE, "unread application data");
    }
    const Condition fed = TRY(feed(deadline));
    if (fed != Condition::ok) return fed;
  }
}

void Socket::note_plaintext() { plaintext_ = gathered_.size() + connection_.buffered_data(); }

}  // namespace tlsock
