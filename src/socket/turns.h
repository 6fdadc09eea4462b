// Turns: who may receive, send and write now. A turn is held for as long as it takes, over system calls too, so waiting
// for one has a deadline, is fair, and ends when the socket is closed. The mutex inside is never held for longer than
// it takes to hand a turn over.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

#include "socket/deadline.h"

namespace tlsock {

enum class Turn : std::uint8_t {
  receive,  // recv, and everything before the connection is there
  send,     // send: one call's data stay together
  write,    // the transport's writing side
};

class Turns {
 public:
  enum class Outcome : std::uint8_t { taken, would_wait, timed_out, closed };
  // take waits for its place in the queue; whoever came first is first.
  Outcome take(Turn turn, const Deadline& deadline);
  // try_take never waits, and works after close() too.
  bool try_take(Turn turn);
  void give(Turn turn);
  bool is_taken(Turn turn) const;
  // all_free is false also if somebody is about to take or give one.
  bool all_free() const;

  // close ends every wait for a turn, now and later.
  void close();
  bool closed() const { return closed_.load(std::memory_order_acquire); }
  // close_silently is close() for a child process: nobody waits in it, and the mutex may be locked for ever.
  void close_silently() { closed_.store(true, std::memory_order_release); }

 private:
  struct Waiter {
    std::condition_variable called;
    bool has_turn = false;
  };
  struct State {
    bool taken = false;
    std::vector<Waiter*> queue;
  };
  State& of(Turn turn) { return states_[static_cast<std::size_t>(turn)]; }
  const State& of(Turn turn) const { return states_[static_cast<std::size_t>(turn)]; }

  mutable std::mutex mutex_;
  std::array<State, 3> states_;
  std::atomic<bool> closed_{false};
};

// HeldTurn gives back, when it dies, the turn that it took or was given.
class HeldTurn {
 public:
  HeldTurn(Turns& turns, Turn turn, const Deadline& deadline)
      : turns_(turns), turn_(turn), outcome_(turns.take(turn, deadline)) {}
  HeldTurn(Turns& turns, Turn turn, std::try_to_lock_t)
      : turns_(turns),
        turn_(turn),
        outcome_(turns.try_take(turn) ? Turns::Outcome::taken : Turns::Outcome::would_wait) {}
  HeldTurn(Turns& turns, Turn turn, std::adopt_lock_t) : turns_(turns), turn_(turn), outcome_(Turns::Outcome::taken) {}
  HeldTurn(const HeldTurn&) = delete;
  HeldTurn& operator=(const HeldTurn&) = delete;
  ~HeldTurn() { give(); }

  bool held() const { return outcome_ == Turns::Outcome::taken && !given_; }
  Turns::Outcome outcome() const { return outcome_; }
  void give() {
    if (held()) turns_.give(turn_);
    given_ = true;
  }

 private:
  Turns& turns_;
  const Turn turn_;
  const Turns::Outcome outcome_;
  bool given_ = false;
};

}  // namespace tlsock
