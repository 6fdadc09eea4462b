// TlsRecordLayer: records on a stream (RFC 8446 §5, RFC 5246 §6.2). The receiving side opens them where they lie or straight into the
// reader's buffer, the sending side seals them straight into the output. Both sides share nothing, and two threads may
// use one each.
#pragma once

#include <optional>

#include "base/buffer.h"
#include "record/protection.h"
#include "wire/framing.h"

namespace tlsock {

class RecordReader {
 public:
  // space and received put bytes of the peer in. They end all views that open() gave.
  MutBytes space(std::size_t size) { return input_.space(size); }
  void received(std::size_t size) { input_.commit(size); }
  std::size_t buffered() const { return input_.size(); }
  void release_if_empty() { input_.release_if_empty(); }

  // Opened is one record's content. It lies in the input, or at the front of `destination`.
  struct Opened {
    ContentType type;
    Bytes content;
    bool was_protected;
    bool in_destination = false;
  };
  // open opens the record at the front, if it is whole; else it is nothing. The content is decrypted into `destination`
  // if that is large enough for content, type and padding, else in place. drop() takes the record off.
  Result<std::optional<Opened>> open(MutBytes destination = {});
  void drop();

  // take_rest gives what follows the records opened so far, for a downgrade to plain text.
  Bytes rest() const { return input_.data(); }
  void drop_rest() { input_.clear(); }

  void install(RecordProtection protection);
  // limit_plaintext is what we told the peer (RFC 8449, RFC 6066 §4), without the content type that TLS 1.3 encrypts. It
  // is for protected records.
  void limit_plaintext(std::size_t size) { plaintext_limit_ = size; }
  // expect_version: from a ServerHello of TLS 1.2 or before on, each record has the version that was chosen.
  void expect_version(Version version) { version_ = static_cast<std::uint16_t>(version); }
  // skip_early_data drops up to `size` bytes of application data that does not open, until a record does.
  void skip_early_data(std::size_t size) { to_skip_ = size; }

 private:
  Status check_header(const RecordHeader& header) const;
  Result<std::optional<Opened>> open_whole(const RecordHeader& header, MutBytes destination);
  Result<OpenedRecord> open_protected(const RecordHeader& header, MutBytes input, MutBytes destination, bool& direct);
  Status skip(std::size_t size);
  bool may_be_plain(const RecordHeader& header) const;

  Buffer input_;
  std::size_t record_size_ = 0;  // of the record at the front, once it was opened
  std::optional<RecordProtection> protection_;
  std::size_t plaintext_limit_ = max_plaintext;
  std::optional<std::uint16_t> version_;
  bool first_ = true;
  bool plain_alert_allowed_ = false;
  std::optional<std::size_t> to_skip_;  // bytes of early data that may still come
};

class RecordWriter {
 public:
  // seal appends one record to the output; `content` is at most max_fragment() bytes.
  Status seal(ContentType type, Bytes content);
  // seal_plain appends an unprotected record whatever the keys: change_cipher_spec.
  void seal_plain(ContentType type, Bytes content);

  void install(RecordProtection protection) { protection_.emplace(std::move(protection)); }
  bool is_protected() const { return protection_.has_value(); }
  bool wants_update(std::uint64_t bytes) const { return protection_ && protection_->wants_update(bytes); }

  std::size_t max_fragment() const { return max_fragment_; }
  void limit_fragment(std::size_t size) { max_fragment_ = size; }
  // splits_data: application data is to leave a byte ahead (TLS 1.0, CBC).
  bool splits_data() const { return protection_ && protection_->splits_data(); }
  // first_version is for the very first record of a client alone (RFC 8446 §5.1).
  void first_version(std::uint16_t version) { first_version_ = version; }
  // use_version is for unprotected records of a version before TLS 1.2.
  void use_version(Version version) { version_ = static_cast<std::uint16_t>(version); }

  Bytes output() const { return output_.data(); }
  void sent(std::size_t size) {
    output_.consume(size);
    output_.release_if_empty();
  }
  void take_output(Buffer& into) { output_.swap(into); }

 private:
  Buffer output_;
  std::optional<RecordProtection> protection_;
  std::size_t max_fragment_ = max_plaintext;
  std::uint16_t version_ = 0x0303;
  std::optional<std::uint16_t> first_version_;
};

}  // namespace tlsock
