// Socket: a Connection on a transport (TCP, or memory that the application carries), with threads, time and turns.
//
// No function throws anything but bad_alloc. Every function may be called by any thread at any time. Conditions (ok,
// want_read, wait, closed …) are values, errors are Errors. While a socket is handshaking, one thread drives it and
// others wait for their turn; connected, one may send while another receives. No lock is held over a system call or
// over the application's functions; records leave in the order in which they were sealed because only the holder of the
// write turn writes.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "connection/connection.h"
#include "socket/connector.h"
#include "socket/deadline.h"
#include "socket/transport.h"
#include "socket/turns.h"

namespace tlsock {

class Socket {
 public:
  // ---- making one; none of these waits ----

  // connect begins a TCP connection to a host (a name or an IP address) as the config says; handshake() goes on with
  // it: name lookup, connecting (RFC 8305), TLS. WRONG_STATE with detail "port" for port 0. handshake_timeout counts
  // from here.
  static Result<std::shared_ptr<Socket>> connect(ConfigPtr config, std::string host, std::uint16_t port);

  // upgrade makes TLS of a connected stream socket, in the role of the config. The descriptor stays the caller's, and
  // is never closed here, until adopt() is called: the C layer does so when handshake() gave ok, wait or a want. `host`
  // is whom a client means; empty stands for the peer's IP address. `initial_data` was read by the caller already.
  // SYSTEM_ERROR if `fd` is not a connected stream socket.
  static Result<std::shared_ptr<Socket>> upgrade(ConfigPtr config, int fd, std::string host, Bytes initial_data);
  void adopt();

  // memory makes one that has no descriptor: put, get and step carry its bytes. No call on it ever waits, whatever its
  // deadline: handshake, recv and send give a want instead.
  static std::shared_ptr<Socket> memory(ConfigPtr config, std::string host);

  // accepted is for Listener: a connection before its handshake. `options` are what its descriptor already has.
  static std::shared_ptr<Socket> accepted(ConfigPtr config, Descriptor descriptor, SocketOptions options);

  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  // ---- handshake ----

  // set_answerer sets what runs when the handshake has a question: on the thread that drives it, with no lock held. It
  // calls answer() before it returns, or it declines by not doing so, and then the driving call returns `wait`. It may
  // call any function of this socket but those that drive the handshake, which give it WRONG_STATE. Set it before the
  // handshake starts; it must hold no reference that owns the socket.
  void set_answerer(std::function<void()> answerer);

  // handshake starts the handshake or goes on with it. `config` replaces the socket's own before the start (the options
  // of tls_handshake, already merged); null keeps it, and it is WRONG_STATE later. It gives
  //   ok          connected (also if it was already, and config is null)
  //   wait        question() is open
  //   want_read, want_write   only if the deadline is never, or with the memory transport. While a connection is still
  //               being made it is want_read on the descriptor that fileno() tells now; ask again after each want.
  //   timed_out   the deadline or the config's handshake_timeout passed, and the connection has ended
  //   closed      close() was called meanwhile
  // or the error that ended the connection. Later calls give that error again.
  Result<Condition> handshake(ConfigPtr config, const Deadline& deadline);

  // continue_with answers an open hello question and goes on as handshake(). WRONG_STATE if no such question is open.
  Result<Condition> continue_with(Answer answer, const Deadline& deadline);

  // cancel ends a handshake that has begun, by user_canceled, sent if it fits without waiting. WRONG_STATE before the
  // handshake and when connected. A thread that drives it gets the error USER_CANCELED.
  Status cancel();

  // question is a copy of what the handshake asks now, or nothing.
  std::optional<Question> question() const;
  // answer answers the question `id`; the handshake goes on when it is driven. STALE_ANSWER for any other id.
  Status answer(std::uint64_t id, Answer answer);
  // wait_fileno is a descriptor, the socket's own, that is readable whenever no question is open.
  Result<int> wait_fileno();

  // ---- data ----

  // send seals and writes. `sent` is how many bytes were sealed, also when the result is a condition or an error: these
  // go out before all that is sent later. ok: all was handed to the transport (memory: was sealed). want_write,
  // timed_out: not yet; go on with the rest, or with no data at all to write what is sealed. closed: the socket was
  // closed here, or shut down for writing. The option send_timeout bounds the deadline. WRONG_STATE before the
  // handshake's end.
  Result<Condition> send(Bytes data, const Deadline& deadline, std::size_t& sent);

  struct Received {
    std::size_t size = 0;
    bool end_of_record = false;  // the last byte was the last one of a record
  };
  // recv gives what is there, at least one byte, or with `exact` > 0 (at most into.size()) exactly that many. If a
  // condition or an error comes before there are enough, size is 0 and the bytes stay for the next recv.
  // closed: the peer sent close_notify and all before it was given, or the socket was closed or shut down here.
  Result<Condition> recv(MutBytes into, std::size_t exact, const Deadline& deadline, Received& received);

  // touch processes what has come already: KeyUpdates, alerts, tickets, up to the first application data. It never
  // waits, does nothing if somebody is receiving, and what it finds wrong is told by the next recv.
  void touch();

  // update_keys sends a KeyUpdate; with `both`, the peer is asked for one too.
  Result<Condition> update_keys(bool both, const Deadline& deadline);

  // ---- ending ----

  enum class How : std::uint8_t { read, write, read_write };
  // shutdown: `write` sends close_notify, then FIN (want_write, timed_out: call again); `read` makes every recv
  // `closed`.
  Result<Condition> shutdown(How how, const Deadline& deadline);

  // close wakes every thread inside (it gets `closed`) and never blocks. close_notify is sent if it fits without
  // waiting. The descriptor is closed when the socket dies. In a process that does not own the connection nothing is
  // sent.
  void close();

  struct Downgraded {
    Condition condition = Condition::ok;  // or want_read, want_write, timed_out, closed: nothing else is set then
    int fd = -1;                          // the caller's from now on
    ByteString surplus;                   // bytes of the peer behind its close_notify that were read already
  };
  // downgrade sends close_notify, waits for the peer's, and gives the descriptor back; the socket is closed then.
  // Nothing is lost if it stops with a condition: call it again. WRONG_STATE if application data comes that nobody has
  // received (recv gives it), or for a memory socket; UNEXPECTED_EOF if the peer just went.
  Result<Downgraded> downgrade(const Deadline& deadline);

  // ---- memory transport; WRONG_STATE for others ----

  // put feeds bytes and runs the machine. `consumed` may be less than all: then recv first. The condition:
  // ok (the handshake is done, or plaintext is there), want_read, want_write (output waits for get), wait, closed, or
  // the error that ended the connection, whose alert get still gives.
  Result<Condition> put(Bytes from_peer, std::size_t& consumed);
  // get takes output. ok: that was all; want_write: there is more.
  Result<Condition> get(MutBytes to_peer, std::size_t& produced);
  // step is put and get in one; want_write only if more output is there than fitted. The output is given with an error
  // too.
  Result<Condition> step(Bytes from_peer, std::size_t& consumed, MutBytes to_peer, std::size_t& produced);
  // eof: the carrier ended. Without close_notify before it, recv then gives UNEXPECTED_EOF.
  Status eof();
  struct Pending {
    std::size_t ciphertext = 0;  // output for get
    std::size_t plaintext = 0;   // what recv would give, as far as it is known already
  };
  Result<Pending> pending() const;

  // ---- the transport's options and facts; WRONG_STATE for memory where there is no descriptor ----

  // set_options sets what is given. WRONG_STATE, with the name as detail, for what a live socket cannot change.
  Status set_options(const SocketOptions& options);
  Result<SocketOptions> options() const;
  // own_here makes this process the owner after a fork. WRONG_STATE if a thread was inside when it was forked.
  Status own_here();
  Result<Address> peername() const;
  Result<Address> sockname() const;
  Statistics statistics() const;
  Result<int> fileno() const;

  // ---- what is known ----

  bool is_memory() const { return kind_ == Kind::memory; }
  bool connected() const { return state_.load(std::memory_order_acquire) == State::connected; }
  Role role() const { return role_; }
  // config is the one in use.
  ConfigPtr config() const;
  // inspect calls `look` with the connection, kept still: for connection information, exporters, error texts. `look`
  // must not call the socket. In a process forked while another thread was handshaking it is not called.
  void inspect(const std::function<void(const Connection&)>& look) const;

 private:
  enum class Kind : std::uint8_t { tcp, memory };
  enum class State : std::uint8_t {
    fresh,        // nothing of TLS has happened, and no process owns it
    handshaking,  // the TCP connection or the TLS handshake is being made
    connected,    // for good: errors after the handshake live in the Connection
    failed,       // before it was connected; failure_ says why
  };
  Socket(Kind kind, ConfigPtr config, Destination destination);

  // handshaking.cc; all but ask are for the holder of the receive turn
  Status begin(ConfigPtr config);
  Result<Condition> drive(const Deadline& deadline);
  Result<Condition> advance(const Deadline& deadline);
  Result<Condition> make_connection(const Deadline& deadline);
  Result<Condition> feed_handshake(const Deadline& deadline);
  Connection::State step();
  bool ask();
  void become_connected();
  Result<Condition> refused(const Deadline& deadline);
  Result<Condition> write_failed(Error error);
  void end_handshake(Error error);
  Result<Condition> end_by_time();
  Condition interrupted() const;
  void start_handshake_clock();
  std::optional<Instant> handshake_end() const;
  void signal_wait(bool answered);

  // sending.cc
  enum class IfTaken : std::uint8_t { leave, wait };
  Result<Condition> flush(const Deadline& deadline, IfTaken if_taken);
  Result<Condition> write_out(HeldTurn& turn, const Deadline& deadline);
  Result<Condition> why_not_written(Error error);
  bool refill(HeldTurn& turn);
  Result<std::size_t> seal(Bytes data);
  Result<Condition> send_to_memory(Bytes data, std::size_t& sent);

  // receiving.cc; for the holder of the receive turn
  Result<Condition> gather(MutBytes into, bool all, const Deadline& deadline, Received& received);
  Result<Condition> feed(const Deadline& deadline);
  Result<Condition> await_close_notify(const Deadline& deadline);
  void process_what_came();
  void send_what_is_owed();
  void note_plaintext();

  // memory.cc; for the holder of the receive turn
  Result<Condition> run_memory(Bytes from_peer, std::size_t& consumed);
  Result<Condition> run_memory_connected(Bytes from_peer, std::size_t& consumed);
  Result<Connection::ReadResult::State> open_into_gathered(std::size_t size);
  std::size_t feed_memory(Bytes from_peer);
  Condition or_want_write(Condition condition) const;

  // socket.cc
  Status usable() const;
  bool foreign() const;
  Status owned_here() const;
  std::unique_lock<std::mutex> locked() const;
  bool closed() const { return turns_.closed(); }
  Error failure() const;
  void farewell() noexcept;
  void say_farewell();
  bool write_out_at_once();
  void linger(const Error& error, const Deadline& deadline);
  Transport* transport() const { return transport_.load(std::memory_order_acquire); }
  void set_transport(int fd, Transport::Ownership ownership);
  static Condition turn_condition(Turns::Outcome outcome, Condition want);

  const Kind kind_;
  const Role role_;
  const ConfigPtr first_config_;
  std::atomic<State> state_{State::fresh};
  std::atomic<std::uint32_t> owner_{0};  // fork generation; of no meaning while fresh
  mutable Turns turns_;
  Waker waker_;
  std::atomic<bool> said_farewell_{false};

  // lock_ guards the Connection until it is connected, and its sending half from then on; the receiving half goes with
  // the receive turn. It is held for computing only. The write turn is given and tried under it, so that no output is
  // left behind between its holder's last look and somebody else's try.
  mutable std::mutex lock_;
  Connection connection_;
  std::optional<Error> failure_;                     // lock_
  std::optional<Instant> handshake_end_;             // lock_
  std::optional<std::uint64_t> open_question_;       // lock_
  std::optional<bool> unsent_update_;                // lock_: a KeyUpdate ends the output; did it ask for one?
  std::shared_ptr<std::function<void()>> answerer_;  // lock_
  SocketOptions options_;                            // lock_: send_timeout, exit_on_close
  std::atomic<int> wait_event_{-1};                  // made once, under lock_

  std::unique_ptr<Connector> connector_;        // receive turn; until there is a transport
  std::unique_ptr<Transport> transport_owner_;  // set once, with transport_
  std::atomic<Transport*> transport_{nullptr};
  std::atomic<int> fileno_{-1};
  std::atomic<std::thread::id> asking_{};  // the thread that runs the answerer

  Buffer gathered_;                        // receive turn: plaintext that waits for a recv
  bool gathered_end_ = false;              // receive turn: its last byte was the last one of a record
  std::optional<Error> read_failure_;      // receive turn: the transport's reading side is gone
  bool lingered_ = false;                  // receive turn
  std::atomic<std::size_t> plaintext_{0};  // what recv would give, for other threads
  Buffer writing_;                         // write turn: sealed and on its way
  std::optional<Error> write_failure_;     // write turn: the transport's writing side is gone
  std::atomic<std::size_t> unsent_{0};     // size of writing_, for other threads
  std::atomic<bool> read_shut_{false}, write_shut_{false};
  Traffic memory_received_, memory_sent_;
};

}  // namespace tlsock
