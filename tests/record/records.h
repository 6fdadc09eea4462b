// Keys to seal with, and records that no honest sender would make.
#pragma once

#include <algorithm>

#include "record/tls_record.h"
#include "tests/catch.hpp"

namespace tlsock::test {

struct Keys {
  AeadAlgorithm aead = AeadAlgorithm::aes_128_gcm;
  HashAlgorithm hash = HashAlgorithm::sha256;
};

// The suites of TLS 1.3, RFC 8446 §B.4.
inline constexpr Keys all_keys[] = {{AeadAlgorithm::aes_128_gcm, HashAlgorithm::sha256},
                                    {AeadAlgorithm::aes_256_gcm, HashAlgorithm::sha384},
                                    {AeadAlgorithm::chacha20_poly1305, HashAlgorithm::sha256},
                                    {AeadAlgorithm::aes_128_ccm, HashAlgorithm::sha256},
                                    {AeadAlgorithm::aes_128_ccm_8, HashAlgorithm::sha256}};

// protection has keys that both sides get alike; each generation has others.
inline RecordProtection protection(Keys keys = {}, std::uint8_t generation = 1) {
  return RecordProtection(keys.aead, keys.hash, ByteString(digest_size(keys.hash), generation));
}

inline ByteString counting(std::size_t size) {
  ByteString bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 7 + i / 256);
  return bytes;
}

// seal is one protected record.
inline ByteString seal(RecordProtection& keys, ContentType type, Bytes content) {
  ByteString record(keys.sealed_size(content.size()));
  REQUIRE(keys.seal(type, content, record));
  return record;
}

// seal_inner is a record whose TLSInnerPlaintext is `inner`, whatever that means: its last byte stands for the type.
inline ByteString seal_inner(RecordProtection& keys, const ByteString& inner) {
  return seal(keys, ContentType{inner.back()}, Bytes(inner).first(inner.size() - 1));
}

// padded is a TLSInnerPlaintext of `size` bytes.
inline ByteString padded(ContentType type, Bytes content, std::size_t size) {
  ByteString inner = copy(content);
  inner.push_back(static_cast<std::uint8_t>(type));
  REQUIRE(inner.size() <= size);
  inner.resize(size);
  return inner;
}

inline ByteString plain_record(ContentType type, Bytes content, std::uint16_t version = 0x0303) {
  ByteString record(record_header_size);
  write_record_header(record, type, content.size(), version);
  append(record, content);
  return record;
}

inline ByteString header_only(ContentType type, std::size_t length) {
  ByteString header(record_header_size);
  write_record_header(header, type, length);
  return header;
}

}  // namespace tlsock::test
