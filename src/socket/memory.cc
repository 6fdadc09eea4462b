// The memory transport: the application carries the bytes.
#include <algorithm>

#include "socket/socket.h"

namespace tlsock {
namespace {

// How much of the peer's may lie unopened; more is refused until recv has made room. Several of the largest records.
constexpr std::size_t input_limit = 128 * 1024;
// How much plaintext put opens ahead of recv, to tell that there is some. The rest is opened into recv's own buffer.
constexpr std::size_t open_ahead = 17 * 1024;

}  // namespace

Result<Condition> Socket::put(Bytes from_peer, std::size_t& consumed) {
  consumed = 0;
  const Condition condition = TRY(run_memory(from_peer, consumed));
  return or_want_write(condition);
}

Result<Condition> Socket::get(MutBytes to_peer, std::size_t& produced) {
  produced = 0;
  if (!is_memory()) return Error(Reason::WRONG_STATE, "not a memory socket");
  TRY(owned_here());
  const std::lock_guard lock(lock_);
  if (state_ == State::connected && connection_.owes_output()) connection_.settle();
  const Bytes output = connection_.pending_output();
  produced = std::min(output.size(), to_peer.size());
  std::copy_n(output.begin(), produced, to_peer.begin());
  connection_.sent(produced);
  unsent_update_.reset();
  if (produced > 0) memory_sent_.count(produced);
  return connection_.pending_output().empty() ? Condition::ok : Condition::want_write;
}

Result<Condition> Socket::step(Bytes from_peer, std::size_t& consumed, MutBytes to_peer, std::size_t& produced) {
  consumed = produced = 0;
  auto condition = run_memory(from_peer, consumed);
  const auto got = get(to_peer, produced);
  if (!condition || !got) return condition;
  return or_want_write(*condition);
}

// or_want_write is want_write if the machine only wants input, but has output that waits.
Condition Socket::or_want_write(Condition condition) const {
  if (condition != Condition::want_read && condition != Condition::want_write) return condition;
  const std::lock_guard lock(lock_);
  return connection_.pending_output().empty() ? Condition::want_read : Condition::want_write;
}

// run_memory feeds only a machine that wants input: one that waits for an answer may hold views of what it was fed.
Result<Condition> Socket::run_memory(Bytes from_peer, std::size_t& consumed) {
  if (!is_memory()) return Error(Reason::WRONG_STATE, "not a memory socket");
  TRY(owned_here());
  if (asking_ == std::this_thread::get_id()) return Error(Reason::WRONG_STATE, "within the answering function");
  const HeldTurn turn(turns_, Turn::receive, Deadline::infinite());
  if (!turn.held()) return Condition::closed;
  TRY(begin(nullptr));
  if (state_ == State::connected) return run_memory_connected(from_peer, consumed);
  for (;;) {
    const Condition condition = TRY(drive(Deadline::never()));
    // What is wrong with data behind the handshake is told by the next call; this one tells that it is done.
    if (condition == Condition::ok) (void)run_memory_connected(from_peer, consumed);
    if (condition != Condition::want_read && condition != Condition::want_write) return condition;
    const std::lock_guard lock(lock_);
    const std::size_t fed = feed_memory(from_peer.subspan(consumed));
    if (fed == 0) return condition;
    consumed += fed;
  }
}

Result<Condition> Socket::run_memory_connected(Bytes from_peer, std::size_t& consumed) {
  // Room for new input moves the old, so nothing may be left of a record that is open.
  while (connection_.buffered_data() > 0) TRY(open_into_gathered(connection_.buffered_data()));
  consumed += feed_memory(from_peer.subspan(consumed));
  if (gathered_.empty()) {
    const auto state = TRY(open_into_gathered(open_ahead));
    if (state == Connection::ReadResult::State::closed) return Condition::closed;
    if (state == Connection::ReadResult::State::want_input) return Condition::want_read;
  }
  return Condition::ok;
}

Result<Connection::ReadResult::State> Socket::open_into_gathered(std::size_t size) {
  auto read = connection_.read(gathered_.space(size).first(size));
  if (read) gathered_.commit(read->size);
  if (read && read->size > 0) gathered_end_ = read->end_of_record;
  gathered_.release_if_empty();
  note_plaintext();
  send_what_is_owed();
  if (!read) return std::move(read).error();
  return read->state;
}

std::size_t Socket::feed_memory(Bytes from_peer) {
  const std::size_t buffered = connection_.buffered_input();
  const std::size_t size = std::min(from_peer.size(), input_limit - std::min(input_limit, buffered));
  if (size == 0) return 0;
  std::copy_n(from_peer.begin(), size, connection_.receive_space(size).begin());
  connection_.received(size);
  memory_received_.count(size);
  return size;
}

Status Socket::eof() {
  if (!is_memory()) return Error(Reason::WRONG_STATE, "not a memory socket");
  TRY(owned_here());
  const HeldTurn turn(turns_, Turn::receive, Deadline::infinite());
  if (!turn.held()) return {};
  TRY(begin(nullptr));
  const std::lock_guard lock(lock_);
  connection_.received_eof();
  return {};
}

Result<Socket::Pending> Socket::pending() const {
  if (!is_memory()) return Error(Reason::WRONG_STATE, "not a memory socket");
  TRY(owned_here());
  const std::lock_guard lock(lock_);
  return Pending{connection_.pending_output().size(), plaintext_};
}

}  // namespace tlsock
