// TlsChannel: records on one side, whole handshake messages and application data on the other. It joins fragments,
// counts what a peer may do too often, drops the change_cipher_spec of middlebox mode, and knows nothing of the handshake.
// Its receiving and its sending functions share nothing, so that two threads may use one half each.
#pragma once

#include "base/counter.h"
#include "record/tls_record.h"

namespace tlsock {

// Inbound is what lies at the front of what the peer has sent.
enum class Inbound : std::uint8_t { need_input, handshake, application_data, close_notify };

class TlsChannel {
 public:
  // ---- receiving ----
  MutBytes receive_space(std::size_t size) { return reader_.space(size); }
  void received(std::size_t size) { reader_.received(size); }
  std::size_t buffered_input() const { return reader_.buffered(); }
  // release_if_idle gives the receive buffer back while nothing is in it.
  void release_if_idle() { reader_.release_if_empty(); }

  // peek looks at what comes next, opening a record if need be: application data that fits goes into `destination`.
  // A fatal alert is the error PEER_ALERT; after close_notify nothing more is looked at.
  Result<Inbound> peek(MutBytes destination = {});
  // message and consume_message are for Inbound::handshake.
  const HandshakeMessage& message() const { return message_; }
  void consume_message();
  // data is what of an application_data record is left. It may lie in the destination that peek was given, else
  // consume_data follows what the caller has copied.
  Bytes data() const { return content_; }
  bool data_in_destination() const { return in_destination_; }
  void consume_data(std::size_t size);

  // check_boundary fails if the peer has begun a message behind the last in the same record (RFC 8446 §5.1).
  Status check_boundary() const;
  // install_read fails if a message straddles the key change (RFC 8446 §5.1).
  Status install_read(RecordProtection protection);
  // skip_early_data is for a server that takes none of what a client may have sent already (RFC 8446 §4.2.10).
  void skip_early_data();
  // allow_change_cipher_spec: from the first ClientHello to the peer's Finished (RFC 8446 §5).
  void allow_change_cipher_spec(bool allowed) { ccs_allowed_ = allowed; }
  void limit_message(std::size_t size) { max_message_ = size; }
  void limit_plaintext(std::size_t inner_size) { reader_.limit_plaintext(inner_size); }
  // user_canceled: the peer's close_notify came after a user_canceled (RFC 8446 §6.1).
  bool user_canceled() const { return warnings_ > 0; }
  // surplus is what came behind the peer's close_notify, for a downgrade.
  Bytes surplus() const { return reader_.rest(); }
  std::uint64_t records_received() const { return records_received_.value(); }

  // ---- sending ----
  // flight is where the next handshake message is appended; end_flight makes records of it.
  ByteString& flight() { return flight_; }
  Status end_flight();
  Status seal(ContentType type, Bytes content);
  // send_alert fails only where the keys are used up; the connection is then beyond alerts.
  Status send_alert(Alert alert);
  void send_change_cipher_spec();
  Status install_write(RecordProtection protection);
  bool wants_key_update(std::uint64_t bytes) const { return writer_.wants_update(bytes); }
  std::size_t max_fragment() const { return writer_.max_fragment(); }
  void limit_fragment(std::size_t size) { writer_.limit_fragment(size); }
  void first_record_version(std::uint16_t version) { writer_.first_version(version); }
  Bytes output() const { return writer_.output(); }
  void sent(std::size_t size) { writer_.sent(size); }
  void take_output(Buffer& into) { writer_.take_output(into); }
  std::uint64_t records_sent() const { return records_sent_.value(); }

 private:
  bool find_message();
  Result<bool> open_record(MutBytes destination);
  Status take_alert();
  Status take_change_cipher_spec(bool was_protected);
  Status count_empty();
  void drop_record();

  RecordReader reader_;
  bool record_open_ = false;
  ContentType type_ = ContentType::invalid;  // of the open record
  Bytes content_;                            // what of it is left
  bool in_destination_ = false;
  ByteString joined_;                        // a message that came in several records
  HandshakeMessage message_{};
  bool message_found_ = false;
  bool closed_ = false;
  bool ccs_allowed_ = false;
  std::size_t max_message_ = 64 * 1024;
  unsigned empty_records_ = 0, warnings_ = 0, change_cipher_specs_ = 0;
  Counter records_received_;

  RecordWriter writer_;
  ByteString flight_;
  Counter records_sent_;
};

}  // namespace tlsock
