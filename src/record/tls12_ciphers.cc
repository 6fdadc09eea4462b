// The records of TLS 1.2 and before: the header tells the content type, and is authenticated.
#include <algorithm>

#include "record/record_cipher.h"

namespace tlsock {
namespace {

// The first bytes of what is authenticated beside the content: RFC 5246 §6.2.3.1, §6.2.3.3.
class Prefix {
 public:
  Prefix(std::uint64_t sequence, ContentType type, std::uint16_t version) {
    store_be(MutBytes(data_).first(8), sequence);
    data_[8] = static_cast<std::uint8_t>(type);
    store_be(MutBytes(data_).subspan(9, 2), version);
  }
  Bytes bytes() const { return Bytes(data_).first(11); }
  Bytes with_length(std::size_t length) {
    store_be(MutBytes(data_).subspan(11), length);
    return data_;
  }

 private:
  std::array<std::uint8_t, 13> data_{};
};

class AeadCipher final : public RecordCipher {
 public:
  AeadCipher(AeadAlgorithm aead, Bytes key, Bytes iv) : aead_(aead, key), iv_(iv) {}

  std::uint64_t record_limit() const override { return info(aead_.algorithm()).confidentiality_limit; }

  std::size_t prefix_size() const override { return aead_nonce_size - iv_.size(); }
  std::size_t sealed_size(std::size_t content_size) const override {
    return prefix_size() + content_size + aead_.tag_size();
  }
  std::optional<std::size_t> opened_size(std::size_t body_size) const override {
    if (body_size < sealed_size(0)) return {};
    return body_size - sealed_size(0);
  }

  Status seal(std::uint64_t sequence, ContentType type, Bytes content, MutBytes record) override {
    const MutBytes body = record.subspan(record_header_size), explicit_nonce = body.first(prefix_size());
    write_record_header(record.first(record_header_size), type, body.size());
    // RFC 5288 §3: it must be different for each record; the sequence number is.
    if (!explicit_nonce.empty()) store_be(explicit_nonce, sequence);
    Prefix prefix(sequence, type, version);
    return aead_.seal(nonce(sequence, explicit_nonce), prefix.with_length(content.size()), content, {},
                      body.subspan(prefix_size()));
  }

  Result<OpenedRecord> open(std::uint64_t sequence, const RecordHeader& header, Bytes, Bytes body,
                            MutBytes out) override {
    Prefix prefix(sequence, header.type, header.version);
    TRY(aead_.open(nonce(sequence, body.first(prefix_size())), prefix.with_length(out.size()),
                   body.subspan(prefix_size()), out));
    return OpenedRecord{header.type, out, out.size()};
  }

 private:
  static constexpr std::uint16_t version = static_cast<std::uint16_t>(Version::tls12);

  std::array<std::uint8_t, aead_nonce_size> nonce(std::uint64_t sequence, Bytes explicit_nonce) const {
    std::array<std::uint8_t, aead_nonce_size> nonce{};
    if (explicit_nonce.empty()) {  // RFC 7905 §2
      store_be(MutBytes(nonce).subspan(aead_nonce_size - 8), sequence);
      for (std::size_t i = 0; i < aead_nonce_size; ++i) nonce[i] ^= iv_.bytes()[i];
    } else {
      std::ranges::copy(iv_.bytes(), nonce.begin());
      std::ranges::copy(explicit_nonce, MutBytes(nonce).subspan(iv_.size()).begin());
    }
    return nonce;
  }

  Aead aead_;
  Secret iv_;
};

// A block cipher with blocks of 64 bits gives its texts away once 2^32 of them were sealed with one key (RFC 9325 §4.1's
// Sweet32); 2^18 records of 2^11 blocks stay far below.
constexpr std::uint64_t small_block_limit = std::uint64_t{1} << 18;

class CbcCipher final : public RecordCipher {
 public:
  CbcCipher(Version version, const CbcHmac::Form& form, const CbcHmac::Keys& keys, CbcHmac::Direction direction,
            Rng& rng)
      : version_(static_cast<std::uint16_t>(version)),
        splits_data_(!form.explicit_iv),
        record_limit_(info(form.cipher).block_size < 16 ? small_block_limit : ~std::uint64_t{0}),
        cbc_(form, keys, direction, rng) {}

  bool splits_data() const override { return splits_data_; }
  std::uint64_t record_limit() const override { return record_limit_; }
  std::size_t prefix_size() const override { return cbc_.prefix_size(); }
  std::size_t sealed_size(std::size_t content_size) const override { return cbc_.sealed_size(content_size); }
  std::optional<std::size_t> opened_size(std::size_t body_size) const override { return cbc_.opened_size(body_size); }

  Status seal(std::uint64_t sequence, ContentType type, Bytes content, MutBytes record) override {
    const MutBytes body = record.subspan(record_header_size);
    write_record_header(record.first(record_header_size), type, body.size(), version_);
    return cbc_.seal(Prefix(sequence, type, version_).bytes(), content, body);
  }

  Result<OpenedRecord> open(std::uint64_t sequence, const RecordHeader& header, Bytes, Bytes body,
                            MutBytes out) override {
    const std::size_t size = TRY(cbc_.open(Prefix(sequence, header.type, header.version).bytes(), body, out));
    return OpenedRecord{header.type, out.first(size), size};
  }

 private:
  std::uint16_t version_;
  bool splits_data_;
  std::uint64_t record_limit_;
  CbcHmac cbc_;
};

}  // namespace

std::size_t implicit_iv_size(AeadAlgorithm aead) {
  return aead == AeadAlgorithm::chacha20_poly1305 ? aead_nonce_size : 4;
}

RecordCipherPtr aead_cipher(AeadAlgorithm aead, Bytes key, Bytes iv) {
  if (iv.size() != implicit_iv_size(aead)) throw std::length_error("aead_cipher: iv");
  return std::make_unique<AeadCipher>(aead, key, iv);
}

RecordCipherPtr cbc_cipher(Version version, const CbcHmac::Form& form, const CbcHmac::Keys& keys,
                           CbcHmac::Direction direction, Rng& rng) {
  return std::make_unique<CbcCipher>(version, form, keys, direction, rng);
}

}  // namespace tlsock
