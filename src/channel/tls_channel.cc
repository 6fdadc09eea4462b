// Joining of handshake messages, alerts, and the nuisances that are tolerated a few times.
#include "channel/tls_channel.h"

#include <algorithm>

namespace tlsock {
namespace {

// An honest peer sends none or one of these in a row; none of them may keep us busy for nothing.
constexpr unsigned max_empty_records = 32;
constexpr unsigned max_warnings = 4;
constexpr unsigned max_change_cipher_specs = 32;
// As much early data as others allow by default, in the protected form.
constexpr std::size_t max_skipped_early_data = 16 * 1024;

constexpr std::uint8_t change_cipher_spec_body[] = {1};

std::size_t message_length(Bytes header) { return static_cast<std::size_t>(load_be(header.subspan(1, 3))); }

}  // namespace

Result<Inbound> TlsChannel::peek(MutBytes destination) {
  if (closed_) return Inbound::close_notify;
  while (!message_found_) {
    if (record_open_ && type_ == ContentType::application_data) return Inbound::application_data;
    if (record_open_ && type_ == ContentType::change_cipher_spec) return Inbound::change_cipher_spec;
    if (find_message()) break;
    const Bytes header = joined_.empty() ? content_ : Bytes(joined_);
    if (header.size() >= handshake_header_size && message_length(header) > max_message_)
      return Error(Reason::EXCESSIVE_MESSAGE_SIZE);
    if (record_open_) {  // what is left of a handshake record waits for its other half
      append(joined_, content_);
      drop_record();
    }
    if (!TRY(open_record(destination))) return closed_ ? Inbound::close_notify : Inbound::need_input;
  }
  return Inbound::handshake;
}

// find_message looks for a whole message in the open record, or in what was joined from several.
bool TlsChannel::find_message() {
  if (!record_open_ && joined_.empty()) return false;
  if (!joined_.empty() && record_open_) {
    append(joined_, content_);
    drop_record();
  }
  const Bytes bytes = joined_.empty() ? content_ : Bytes(joined_);
  if (bytes.size() < handshake_header_size) return false;
  const std::size_t length = message_length(bytes);
  if (length > max_message_ || bytes.size() - handshake_header_size < length) return false;
  const Bytes raw = bytes.first(handshake_header_size + length);
  message_ = {HandshakeType{raw[0]}, raw.subspan(handshake_header_size), raw};
  return message_found_ = true;
}

void TlsChannel::consume_message() {
  const std::size_t size = message_.raw.size();
  message_found_ = false;
  if (!joined_.empty()) {
    joined_.erase(joined_.begin(), joined_.begin() + static_cast<std::ptrdiff_t>(size));
    return;
  }
  content_ = content_.subspan(size);
  if (content_.empty()) drop_record();
}

void TlsChannel::consume_data(std::size_t size) {
  content_ = content_.subspan(size);
  if (content_.empty()) drop_record();
}

// open_record opens the next record and deals with all that is neither handshake nor data; false: no whole record.
Result<bool> TlsChannel::open_record(MutBytes destination) {
  for (;;) {
    const auto opened = TRY(reader_.open(joined_.empty() ? destination : MutBytes{}));
    if (!opened) return false;
    record_open_ = true;
    type_ = opened->type;
    content_ = opened->content;
    in_destination_ = opened->in_destination;
    records_received_.add(1);
    // RFC 8446 §5.1: no other record may stand between the fragments of a handshake message.
    if (!joined_.empty() && type_ != ContentType::handshake && type_ != ContentType::alert &&
        type_ != ContentType::change_cipher_spec)
      return Error(Reason::INTERLEAVED_HANDSHAKE);
    switch (type_) {
      case ContentType::handshake:
        // RFC 8446 §5.1: zero-length fragments of handshake messages must not be sent.
        if (content_.empty()) return Error(Reason::EMPTY_FRAGMENT);
        empty_records_ = 0;
        return true;
      case ContentType::application_data:
        if (!content_.empty()) {
          empty_records_ = 0;
          return true;
        }
        TRY(count_empty());
        break;
      case ContentType::alert:
        TRY(take_alert());
        break;
      case ContentType::change_cipher_spec:
        if (TRY(take_change_cipher_spec(opened->was_protected))) return true;
        break;
      default:
        return Error(Reason::UNEXPECTED_RECORD, "unknown content type");
    }
    drop_record();
    if (closed_) return false;
  }
}

Status TlsChannel::count_empty() {
  if (++empty_records_ > max_empty_records) return Error(Reason::TOO_MANY_EMPTY_FRAGMENTS);
  return {};
}

Status TlsChannel::take_alert() {
  if (content_.empty()) return Error(Reason::EMPTY_FRAGMENT);
  if (content_.size() != 2) return Error(Reason::BAD_ALERT);
  const Alert alert{content_[1]};
  if (alert == Alert::close_notify) {
    closed_ = true;
    return {};
  }
  user_canceled_ |= alert == Alert::user_canceled;
  // RFC 8446 §6.1, §6.2: user_canceled is a warning, and a close_notify follows; whatever the level says, all others are
  // errors. RFC 5246 §7.2.2: warnings were once for either side to judge.
  const bool is_warning = alert == Alert::user_canceled || (warnings_tolerated_ && content_[0] == 1);
  if (!is_warning) return Error(Reason::PEER_ALERT).with_alert(alert);
  if (++warnings_ > max_warnings) return Error(Reason::TOO_MANY_WARNING_ALERTS);
  return {};
}

// take_change_cipher_spec tells whether it is handed on.
Result<bool> TlsChannel::take_change_cipher_spec(bool was_protected) {
  // RFC 8446 §5, RFC 5246 §7.1: one byte of value 1.
  const bool is_right = content_.size() == 1 && content_[0] == 1;
  const bool is_delivered = change_cipher_specs_ == ChangeCipherSpecs::delivered;
  // RFC 8446 §5: TLS 1.3's are never protected.
  if (!is_right || change_cipher_specs_ == ChangeCipherSpecs::refused || (was_protected && !is_delivered))
    return Error(Reason::BAD_CHANGE_CIPHER_SPEC);
  if (is_delivered) {
    if (!joined_.empty()) return Error(Reason::EXCESS_HANDSHAKE_DATA, "change_cipher_spec");
    return true;
  }
  if (++dropped_change_cipher_specs_ > max_change_cipher_specs) return Error(Reason::TOO_MANY_CHANGE_CIPHER_SPECS);
  return false;
}

void TlsChannel::drop_record() {
  reader_.drop();
  record_open_ = false;
  content_ = {};
  in_destination_ = false;
}

Status TlsChannel::check_boundary() const {
  if (record_open_ || !joined_.empty()) return Error(Reason::EXCESS_HANDSHAKE_DATA);
  return {};
}

void TlsChannel::skip_early_data() { reader_.skip_early_data(max_skipped_early_data); }

Status TlsChannel::install_read(RecordProtection protection) {
  TRY(check_boundary());
  reader_.install(std::move(protection));
  return {};
}

Status TlsChannel::end_flight() {
  for (Bytes rest = flight_; !rest.empty();) {
    const Bytes fragment = rest.first(std::min(rest.size(), writer_.max_fragment()));
    TRY(seal(ContentType::handshake, fragment));
    rest = rest.subspan(fragment.size());
  }
  flight_ = ByteString();  // an idle connection keeps no memory for it
  return {};
}

Status TlsChannel::seal(ContentType type, Bytes content) {
  // The first of two records makes the next one's IV one that nobody could foresee (the attack called BEAST).
  if (type == ContentType::application_data && content.size() > 1 && writer_.splits_data()) {
    TRY(writer_.seal(type, content.first(1)));
    records_sent_.add(1);
    content = content.subspan(1);
  }
  TRY(writer_.seal(type, content));
  records_sent_.add(1);
  return {};
}

Status TlsChannel::send_alert(Alert alert) {
  // RFC 8446 §6: close_notify and user_canceled are warnings, the others fatal.
  const bool warning = alert == Alert::close_notify || alert == Alert::user_canceled;
  return seal_alert(warning ? AlertLevel::warning : AlertLevel::fatal, alert);
}

Status TlsChannel::seal_alert(AlertLevel level, Alert alert) {
  TRY(end_flight());
  const std::uint8_t body[] = {static_cast<std::uint8_t>(level), static_cast<std::uint8_t>(alert)};
  return seal(ContentType::alert, body);
}

void TlsChannel::send_change_cipher_spec() { writer_.seal_plain(ContentType::change_cipher_spec, change_cipher_spec_body); }

Status TlsChannel::change_cipher_spec() {
  TRY(end_flight());
  return seal(ContentType::change_cipher_spec, change_cipher_spec_body);
}

Status TlsChannel::install_write(RecordProtection protection) {
  TRY(end_flight());
  writer_.install(std::move(protection));
  return {};
}

}  // namespace tlsock
