// The records of TLS 1.3: the content type is encrypted with the content.
#include "record/record_cipher.h"

namespace tlsock {
namespace {

class Tls13Cipher final : public RecordCipher {
 public:
  Tls13Cipher(AeadAlgorithm aead, Prk traffic_secret) : aead_(make_aead(aead, traffic_secret)), iv_(aead_nonce_size) {
    traffic_secret.expand_label("iv", {}, iv_.bytes());
  }

  bool hides_type() const override { return true; }
  std::uint64_t record_limit() const override { return info(aead_.algorithm()).confidentiality_limit; }
  std::size_t sealed_size(std::size_t content_size) const override { return content_size + 1 + aead_.tag_size(); }

  Status seal(std::uint64_t sequence, ContentType type, Bytes content, MutBytes record) override {
    const MutBytes header = record.first(record_header_size), body = record.subspan(record_header_size);
    write_record_header(header, ContentType::application_data, body.size());
    const std::uint8_t inner_type = static_cast<std::uint8_t>(type);
    return aead_.seal(nonce(sequence), header, content, Bytes(&inner_type, 1), body);
  }

  std::size_t prefix_size() const override { return 0; }

  std::optional<std::size_t> opened_size(std::size_t body_size) const override {
    // RFC 8446 §5.2: a tag and a content type at the least.
    if (body_size < aead_.tag_size() + 1) return {};
    return body_size - aead_.tag_size();
  }

  Result<OpenedRecord> open(std::uint64_t sequence, const RecordHeader&, Bytes header_bytes, Bytes body,
                            MutBytes inner) override {
    TRY(aead_.open(nonce(sequence), header_bytes, body, inner));
    // RFC 8446 §5.4: the content type is the last octet that is not zero; there must be one.
    std::size_t end = inner.size();
    while (end > 0 && inner[end - 1] == 0) --end;
    if (end == 0) return Error(Reason::UNEXPECTED_RECORD, "no content type");
    return OpenedRecord{ContentType{inner[end - 1]}, inner.first(end - 1), inner.size() - 1};
  }

 private:
  static Aead make_aead(AeadAlgorithm aead, Prk& traffic_secret) {
    Secret key(info(aead).key_size);
    traffic_secret.expand_label("key", {}, key.bytes());
    return Aead(aead, key);
  }

  // RFC 8446 §5.3: the sequence number, padded to the left, xor the IV.
  std::array<std::uint8_t, aead_nonce_size> nonce(std::uint64_t sequence) const {
    std::array<std::uint8_t, aead_nonce_size> nonce{};
    store_be(MutBytes(nonce).subspan(aead_nonce_size - 8), sequence);
    for (std::size_t i = 0; i < aead_nonce_size; ++i) nonce[i] ^= iv_.bytes()[i];
    return nonce;
  }

  Aead aead_;
  Secret iv_;
};

}  // namespace

RecordCipherPtr tls13_cipher(AeadAlgorithm aead, Prk traffic_secret) {
  return std::make_unique<Tls13Cipher>(aead, std::move(traffic_secret));
}

}  // namespace tlsock
