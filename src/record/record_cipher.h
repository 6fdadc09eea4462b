// RecordCipher: how the records of one direction and epoch are protected. One class for each form that TLS has had.
#pragma once

#include <memory>
#include <optional>

#include "crypto/aead.h"
#include "crypto/cbc_hmac.h"
#include "crypto/kdf.h"
#include "wire/framing.h"
#include "wire/registry.h"

namespace tlsock {

// OpenedRecord is what was inside of a record. `size` is what limits are about: content and, in TLS 1.3, padding.
struct OpenedRecord {
  ContentType type;
  Bytes content;
  std::size_t size;
};

class RecordCipher {
 public:
  virtual ~RecordCipher() = default;

  // hides_type: the header says application_data whatever the record holds (RFC 8446 §5.2).
  virtual bool hides_type() const { return false; }
  // splits_data: application data leaves in two records, since an IV can be foreseen (TLS 1.0, CBC).
  virtual bool splits_data() const { return false; }
  // record_limit is how many records may be sealed with the key.
  virtual std::uint64_t record_limit() const = 0;

  virtual std::size_t sealed_size(std::size_t content_size) const = 0;
  // seal writes a whole record of record_header_size + sealed_size() bytes.
  virtual Status seal(std::uint64_t sequence, ContentType type, Bytes content, MutBytes record) = 0;

  // prefix_size is where in a body the ciphertext begins.
  virtual std::size_t prefix_size() const = 0;
  // opened_size is the room that open needs; nothing for a body that no record has.
  virtual std::optional<std::size_t> opened_size(std::size_t body_size) const = 0;
  // open decrypts into `out`, which is where the ciphertext stands in the body, or lies apart.
  virtual Result<OpenedRecord> open(std::uint64_t sequence, const RecordHeader& header, Bytes header_bytes, Bytes body,
                                    MutBytes out) = 0;
};
using RecordCipherPtr = std::unique_ptr<RecordCipher>;

// RFC 8446 §5.2, §5.3, §7.3: key and IV are derived from a traffic secret.
RecordCipherPtr tls13_cipher(AeadAlgorithm aead, Prk traffic_secret);

// RFC 5246 §6.2.3.3 with RFC 5288 (GCM), 6655 (CCM): `iv` is the implicit part of the nonce; RFC 7905 (ChaCha20): all of it.
RecordCipherPtr aead_cipher(AeadAlgorithm aead, Bytes key, Bytes iv);
// implicit_iv_size is how much of the nonce is derived with the key.
std::size_t implicit_iv_size(AeadAlgorithm aead);

// RFC 5246 §6.2.3.2 and its forebears. The generator must outlive it.
RecordCipherPtr cbc_cipher(Version version, const CbcHmac::Form& form, const CbcHmac::Keys& keys,
                           CbcHmac::Direction direction, Rng& rng);

}  // namespace tlsock
