// Connection: bytes in, bytes out, and in between TLS. No descriptor, no lock, no clock of its own, and it never blocks.
//
// Until step() says `connected` one thread at a time may use it. From then on it has two halves that two threads may use
// at once: the receiving half (receive_space, received, received_eof, read) and the sending half (write, update_keys,
// close, settle, pending_output, sent). What the receiving half wants sent (a KeyUpdate's answer, an alert) crosses over
// by owes_output() and settle(). Everything const may be called by any thread.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/buffer.h"
#include "base/counter.h"
#include "channel/tls_channel.h"
#include "config/config.h"
#include "handshake/handshake.h"
#include "handshake/negotiated.h"
#include "handshake/question.h"

namespace tlsock {

class Connection {
 public:
  // The clock must outlive the connection.
  Connection(ConfigPtr config, const Clock& clock, Destination destination = {}, Rng& rng = system_rng());
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Role role() const { return config_->role; }

  // ---- handshake ----
  enum class State : std::uint8_t {
    input,      // more bytes from the peer are needed
    question,   // question() waits for answer()
    connected,
    failed,     // error() says why; the alert, if one is due, is in pending_output()
  };
  // step goes as far as it can without blocking and says why it stopped.
  State step();
  // question is null unless step() said `question`.
  const Question* question() const;
  // answer answers the question `id`, once; step() then goes on. STALE_ANSWER for another id, and nothing happens.
  Status answer(std::uint64_t id, Answer answer);
  // fail ends the handshake from outside: cancel (USER_CANCELED), a timeout.
  void fail(Error error);
  // use replaces the config before the first step: the options of tls_handshake.
  // WRONG_STATE once the first step was made, or for a config of the other role.
  Status use(ConfigPtr config);

  // ---- receiving half ----
  // receive_space is room for at least `size` bytes from the peer; received says how many were put there.
  MutBytes receive_space(std::size_t size);
  void received(std::size_t size);
  // received_eof: the transport ended. Without a close_notify before it, reading ends with UNEXPECTED_EOF.
  void received_eof();
  // buffered_input is how many bytes from the peer are not yet opened; a caller that feeds without end looks at it.
  std::size_t buffered_input() const;

  struct ReadResult {
    enum class State : std::uint8_t { data, want_input, closed } state;
    std::size_t size = 0;
    bool end_of_record = false;
  };
  // read fills `out` with application data, as much as is there (several records). It processes post-handshake messages
  // on the way. An error is fatal: what has to be sent then crosses to the sending half. Data that came before an error
  // or a close_notify is given first.
  Result<ReadResult> read(MutBytes out);
  // buffered_data is how many bytes of opened application data read() would give without further input, as far as it is
  // known without opening a record.
  std::size_t buffered_data() const;

  // ---- sending half ----
  // write seals as much of `data` as the output buffer should hold (a bounded number of records) and says how much.
  // 0 only if pending_output() must be sent first.
  Result<std::size_t> write(Bytes data);
  // update_keys sends a KeyUpdate; with `both` the peer is asked for one, too (RFC 8446 §4.6.3).
  Status update_keys(bool both);
  // close sends close_notify, once; write() is then WRONG_STATE.
  void close();
  // settle seals what the receiving half owes.
  void settle();
  bool owes_output() const { return owes_output_.load(std::memory_order_acquire); }

  Bytes pending_output() const { return channel_.output(); }
  // sent drops what was handed to the transport.
  void sent(std::size_t size) { channel_.sent(size); }
  // take_output swaps the pending output with an empty buffer, so that it can be written without holding a lock.
  void take_output(Buffer& into) { channel_.take_output(into); }

  // ---- what is known (any thread; complete once connected or failed) ----
  const Config& config() const { return *config_; }
  ConfigPtr config_ptr() const { return config_; }
  const Negotiated& negotiated() const { return negotiated_; }
  // error is the failure that ended the connection, or null.
  std::optional<Error> error() const;
  // state_name is Erlang-like: "start", "wait_certificate", "connection" …; for errors and logs.
  const char* state_name() const { return state_name_.load(std::memory_order_relaxed); }
  bool close_notify_sent() const { return close_sent_; }
  bool close_notify_received() const { return close_received_.load(std::memory_order_acquire); }

  // session is what a later connection may go on from (RFC 5246 §7.3): session_data. Null in TLS 1.3.
  const SessionPtr& session() const { return session_; }

  // export_keying_material is RFC 8446 §7.5, and before TLS 1.3 RFC 5705 §4, where no context differs from an empty one.
  // WRONG_STATE before the handshake is done.
  Result<SecretBytes> export_keying_material(std::string_view label, std::optional<Bytes> context,
                                             std::size_t length) const;

  // Application data and KeyUpdates so far.
  struct Counters {
    Counter bytes_received, bytes_sent, key_updates_received, key_updates_sent;
  };
  const Counters& counters() const { return counters_; }
  std::uint64_t records_received() const { return channel_.records_received(); }
  std::uint64_t records_sent() const { return channel_.records_sent(); }

  // surplus is what the peer sent behind its close_notify: plain bytes of a downgraded stream.
  Bytes surplus() const { return channel_.surplus(); }

 private:
  friend class ConnectionProbe;  // tests/support: traffic secrets, for a peer that breaks the rules
  struct Handshake;

  void end_handshake();
  void set_error(Error error);
  Result<ReadResult> read_on(MutBytes out);
  Result<ReadResult> fail_reading(Error failure, ReadResult result);
  Status process(const HandshakeMessage& message);
  Status process_12(const HandshakeMessage& message);
  Status process_key_update(const HandshakeMessage& message);
  Status count_post_handshake(HandshakeType type);
  // traffic is what TLS 1.3 goes on with; null before it.
  ApplicationSecrets* traffic() { return std::get_if<ApplicationSecrets>(&secrets_); }
  // What may be owed to the peer by the receiving half; of each kind one at a time.
  enum class Debt : std::uint8_t { key_update, no_renegotiation };
  void owe(Debt debt);
  void owe_alert(Alert alert);
  void note_debts();
  Status send_key_update(KeyUpdateRequest request);

  ConfigPtr config_;
  const Clock& clock_;
  Rng& rng_;
  TlsChannel channel_;
  std::unique_ptr<Handshake> handshake_;  // until it is over; wiped with all its secrets
  Negotiated negotiated_;
  ConnectionSecrets secrets_;
  SessionPtr session_;
  std::atomic<const char*> state_name_{"start"};
  bool close_sent_ = false, output_failed_ = false;
  bool eof_ = false;
  unsigned post_handshake_messages_ = 0;  // since the last application data
  std::atomic<bool> close_received_{false};
  Counters counters_;

  // What crosses from the receiving half to the sending half.
  mutable std::mutex crossing_;
  std::optional<Error> error_;
  std::atomic<bool> failed_{false};  // whether there is an error_, without the lock
  bool key_update_owed_ = false, no_renegotiation_owed_ = false;
  std::optional<Alert> alert_owed_;
  std::atomic<bool> owes_output_{false};
};

}  // namespace tlsock
