// TlsChannel: records on one side, whole handshake messages and application data on the other. It joins fragments,
// counts what a peer may do too often, drops or hands on a change_cipher_spec, and knows nothing of the handshake.
// Its receiving and its sending functions share nothing, so that two threads may use one half each.
#pragma once

#include "base/counter.h"
#include "record/tls_record.h"

namespace tlsock {

// Inbound is what lies at the front of what the peer has sent.
enum class Inbound : std::uint8_t { need_input, handshake, change_cipher_spec, application_data, close_notify };

// ChangeCipherSpecs is what becomes of them: until the hello and in TLS 1.3's open connection they are refused, in its
// handshake dropped (RFC 8446 §5), before TLS 1.3 they are messages of the handshake.
enum class ChangeCipherSpecs : std::uint8_t { refused, dropped, delivered };

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
  // message and consume_message are for Inbound::handshake; consume_change_cipher_spec is for Inbound::change_cipher_spec.
  const HandshakeMessage& message() const { return message_; }
  void consume_message();
  void consume_change_cipher_spec() { drop_record(); }
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
  void expect(ChangeCipherSpecs what) { change_cipher_specs_ = what; }
  // tolerate_warnings: before TLS 1.3 an alert of the level warning ends nothing (RFC 5246 §7.2).
  void tolerate_warnings(bool tolerated) { warnings_tolerated_ = tolerated; }
  // use_version is for a version before TLS 1.3: each record has it from now on.
  void use_version(Version version) {
    reader_.expect_version(version);
    writer_.use_version(version);
  }
  void limit_message(std::size_t size) { max_message_ = size; }
  void limit_plaintext(std::size_t size) { reader_.limit_plaintext(size); }
  // user_canceled: the peer's close_notify came after a user_canceled (RFC 8446 §6.1).
  bool user_canceled() const { return user_canceled_; }
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
  // send_change_cipher_spec is middlebox mode's, which is never protected; change_cipher_spec is protected as all else.
  void send_change_cipher_spec();
  Status change_cipher_spec();
  // send_warning is for no_renegotiation.
  Status send_warning(Alert alert) { return seal_alert(AlertLevel::warning, alert); }
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
  enum class AlertLevel : std::uint8_t { warning = 1, fatal = 2 };  // RFC 8446 §6
  Status seal_alert(AlertLevel level, Alert alert);
  bool find_message();
  Result<bool> open_record(MutBytes destination);
  Status take_alert();
  Result<bool> take_change_cipher_spec(bool was_protected);
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
  bool closed_ = false, user_canceled_ = false;
  ChangeCipherSpecs change_cipher_specs_ = ChangeCipherSpecs::refused;
  bool warnings_tolerated_ = false;
  std::size_t max_message_ = 64 * 1024;
  unsigned empty_records_ = 0, warnings_ = 0, dropped_change_cipher_specs_ = 0;
  Counter records_received_;

  RecordWriter writer_;
  ByteString flight_;
  Counter records_sent_;
};

}  // namespace tlsock
