// RecordProtection: the keys of one direction and epoch (RFC 8446 §5.2, §5.3, §7.3), with its sequence number and limits.
#pragma once

#include "base/result.h"
#include "base/secret.h"
#include "crypto/aead.h"
#include "crypto/kdf.h"
#include "wire/registry.h"

namespace tlsock {

class RecordProtection {
 public:
  // Keys and IV are derived from a traffic secret.
  RecordProtection(AeadAlgorithm aead, HashAlgorithm hash, Bytes traffic_secret);

  // What a record grows by: the content type and the tag.
  std::size_t overhead() const { return 1 + aead_.tag_size(); }

  // seal writes a whole record, header included, into `record`: record_header_size + content + overhead() bytes.
  Status seal(ContentType type, Bytes content, MutBytes record);

  // open decrypts the body of a record into `inner`, which has overhead() - 1 bytes less and may begin where `body` does.
  // It is content, type and padding (TLSInnerPlaintext).
  Status open(Bytes header, Bytes body, MutBytes inner);

  // wants_update tells that the key has been used for as much as it should (RFC 8446 §5.5): `bytes` is the caller's own
  // limit. exhausted tells that it must not be used any more.
  bool wants_update(std::uint64_t bytes) const;
  bool exhausted() const { return sequence_ >= limit_; }

  std::uint64_t sequence() const { return sequence_; }

 private:
  friend struct RecordProtectionProbe;  // tests/record: nobody waits for 2^64 records

  RecordProtection(AeadAlgorithm aead, Prk traffic_secret);
  static Aead make_aead(AeadAlgorithm aead, Prk& traffic_secret);
  std::array<std::uint8_t, aead_nonce_size> nonce() const;

  Aead aead_;
  Secret iv_;
  std::uint64_t sequence_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t limit_;
};

}  // namespace tlsock
