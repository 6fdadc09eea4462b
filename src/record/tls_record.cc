// Opening and sealing of stream records.
#include "record/tls_record.h"

#include <algorithm>

namespace tlsock {
namespace {

bool begins(Bytes bytes, std::string_view text) {
  return bytes.size() >= text.size() && equal(bytes.first(text.size()), as_bytes(text));
}

// what_it_is looks at the first bytes of a peer that does not speak TLS.
Error what_it_is(Bytes input) {
  for (auto method : {"GET ", "POST", "HEAD", "PUT ", "HTTP"})
    if (begins(input, method)) return Error(Reason::HTTP_REQUEST);
  if (begins(input, "CONNE")) return Error(Reason::HTTPS_PROXY_REQUEST);
  return Error(Reason::WRONG_VERSION_NUMBER);
}

}  // namespace

Result<std::optional<RecordReader::Opened>> RecordReader::open(MutBytes destination) {
  for (;;) {
    record_size_ = 0;
    const Bytes input = input_.data();
    if (input.size() < record_header_size) return std::optional<Opened>();
    const RecordHeader header = parse_record_header(input);
    if (first_ && header.version >> 8 != 3) return what_it_is(input);
    TRY(check_header(header));
    if (input.size() < record_header_size + header.length) return std::optional<Opened>();
    first_ = false;
    record_size_ = record_header_size + header.length;
    auto opened = TRY(open_whole(header, destination));
    if (opened) return opened;
    drop();
  }
}

// open_whole gives nothing for a record that is skipped.
Result<std::optional<RecordReader::Opened>> RecordReader::open_whole(const RecordHeader& header, MutBytes destination) {
  const MutBytes input = input_.data();
  const MutBytes body = input.subspan(record_header_size, header.length);
  const bool is_plain = !protection_ || (protection_->hides_type() && header.type != ContentType::application_data);
  if (is_plain && header.type != ContentType::application_data) {
    if (header.type == ContentType::handshake) to_skip_.reset();
    return std::optional(Opened{header.type, body, false});
  }
  if (!protection_) {  // after a HelloRetryRequest
    TRY(skip(body.size()));
    return std::optional<Opened>();
  }
  bool direct = false;
  auto opened = open_protected(header, input, destination, direct);
  if (!opened && to_skip_) {
    TRY(skip(body.size()));
    return std::optional<Opened>();
  }
  const OpenedRecord record = TRY(std::move(opened));
  to_skip_.reset();
  plain_alert_allowed_ = false;
  // RFC 8446 §5.2: the full TLSInnerPlaintext is bounded, before its padding is removed.
  if (record.size > plaintext_limit_) return Error(Reason::DATA_LENGTH_TOO_LONG);
  return std::optional(Opened{record.type, record.content, true, direct});
}

// open_protected decrypts into the destination if all that is inside fits, else in place.
Result<OpenedRecord> RecordReader::open_protected(const RecordHeader& header, MutBytes input, MutBytes destination,
                                                  bool& direct) {
  const MutBytes body = input.subspan(record_header_size, header.length);
  const auto size = protection_->opened_size(body.size());
  if (!size) return Error(Reason::DECRYPTION_FAILED_OR_BAD_RECORD_MAC);
  direct = destination.size() >= *size;
  const MutBytes out = direct ? destination.first(*size) : body.subspan(protection_->prefix_size(), *size);
  return protection_->open(header, input.first(record_header_size), body, out);
}

// RFC 8446 §4.2.10: a server that takes no early data skips records that it cannot open, up to a limit.
Status RecordReader::skip(std::size_t size) {
  if (size > *to_skip_) return Error(Reason::UNEXPECTED_RECORD, "too much early data");
  *to_skip_ -= size;
  return {};
}

// check_header refuses what no record can be before its body is waited for.
Status RecordReader::check_header(const RecordHeader& header) const {
  switch (header.type) {
    case ContentType::change_cipher_spec:
    case ContentType::alert:
    case ContentType::handshake:
    case ContentType::application_data:
      break;
    default:
      return Error(Reason::UNEXPECTED_RECORD, "unknown content type");
  }
  // RFC 5246 §6.2.1: the version being employed.
  if (version_ && header.version != *version_) return Error(Reason::WRONG_VERSION_NUMBER);
  if (!protection_) {
    const bool is_data = header.type == ContentType::application_data;
    if (is_data && !to_skip_) return Error(Reason::UNEXPECTED_RECORD, "application data");
    if (header.length > (is_data ? max_ciphertext : max_plaintext)) return Error(Reason::DATA_LENGTH_TOO_LONG);
    return {};
  }
  if (protection_->hides_type() && header.type != ContentType::application_data) {
    if (!may_be_plain(header)) return Error(Reason::INVALID_OUTER_RECORD_TYPE);
    return {};
  }
  const std::size_t most = protection_->hides_type() ? max_ciphertext : max_ciphertext_12;
  if (header.length > most) return Error(Reason::ENCRYPTED_LENGTH_TOO_LONG);
  return {};
}

// may_be_plain: RFC 8446 §5, change_cipher_spec stays unprotected; and a peer that gave up on our first flight may
// have had no keys for its alert: until it has shown that it has, one is believed in the clear.
bool RecordReader::may_be_plain(const RecordHeader& header) const {
  if (header.type == ContentType::change_cipher_spec) return header.length == 1;
  return header.type == ContentType::alert && header.length == 2 && plain_alert_allowed_;
}

void RecordReader::drop() {
  input_.consume(record_size_);
  record_size_ = 0;
}

void RecordReader::install(RecordProtection protection) {
  plain_alert_allowed_ = !protection_;
  protection_.emplace(std::move(protection));
}

Status RecordWriter::seal(ContentType type, Bytes content) {
  if (!protection_) {
    seal_plain(type, content);
    return {};
  }
  const std::size_t size = protection_->sealed_size(content.size());
  TRY(protection_->seal(type, content, output_.space(size).first(size)));
  output_.commit(size);
  return {};
}

void RecordWriter::seal_plain(ContentType type, Bytes content) {
  const std::size_t size = record_header_size + content.size();
  const MutBytes record = output_.space(size).first(size);
  write_record_header(record, type, content.size(), first_version_.value_or(version_));
  first_version_.reset();
  std::ranges::copy(content, record.begin() + record_header_size);
  output_.commit(size);
}

}  // namespace tlsock
