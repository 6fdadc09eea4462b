// RecordProtection: the keys of one direction and epoch, with their sequence number and limits.
#pragma once

#include "record/record_cipher.h"

namespace tlsock {

class RecordProtection {
 public:
  explicit RecordProtection(RecordCipherPtr cipher) : cipher_(std::move(cipher)), limit_(cipher_->record_limit()) {}
  // TLS 1.3: keys and IV are derived from a traffic secret.
  RecordProtection(AeadAlgorithm aead, HashAlgorithm hash, Bytes traffic_secret)
      : RecordProtection(tls13_cipher(aead, Prk(hash, traffic_secret))) {}

  bool hides_type() const { return cipher_->hides_type(); }
  bool splits_data() const { return cipher_->splits_data(); }

  // sealed_size is a whole record's, header included; seal writes exactly that.
  std::size_t sealed_size(std::size_t content_size) const {
    return record_header_size + cipher_->sealed_size(content_size);
  }
  Status seal(ContentType type, Bytes content, MutBytes record);

  std::size_t prefix_size() const { return cipher_->prefix_size(); }
  // opened_size is the room that open needs; nothing for a body that no record has.
  std::optional<std::size_t> opened_size(std::size_t body_size) const { return cipher_->opened_size(body_size); }
  // open decrypts a record's body into `out`, which is body.subspan(prefix_size()), as far as needed, or lies apart.
  Result<OpenedRecord> open(const RecordHeader& header, Bytes header_bytes, Bytes body, MutBytes out);

  // wants_update tells that the key has been used for as much as it should (RFC 8446 §5.5): `bytes` is the caller's own
  // limit. exhausted tells that it must not be used any more.
  bool wants_update(std::uint64_t bytes) const;
  bool exhausted() const { return sequence_ >= limit_; }

  std::uint64_t sequence() const { return sequence_; }

 private:
  friend struct RecordProtectionProbe;  // tests/record: nobody waits for 2^64 records

  RecordCipherPtr cipher_;
  std::uint64_t sequence_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t limit_;
};

}  // namespace tlsock
