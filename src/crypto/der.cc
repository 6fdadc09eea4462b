// The DER decoding and encoding of der.h.
#include "crypto/der.h"

namespace tlsock {
namespace {

// No object that we read is longer than what four length bytes can say.
constexpr std::size_t max_length_bytes = 4;

bool well_formed_oid(Bytes oid) {
  if (oid.empty() || (oid.back() & 0x80)) return false;
  bool first = true;
  for (auto byte : oid) {
    // X.690 §8.19.2: a subidentifier has no leading 0x80.
    if (first && byte == 0x80) return false;
    first = !(byte & 0x80);
  }
  return true;
}

}  // namespace

std::optional<DerReader::Header> DerReader::header() const {
  if (rest_.size() < 2) return {};
  const std::uint8_t tag = rest_[0];
  // Tag 0 is the end-of-contents of BER; numbers from 31 on take more bytes, and appear in nothing we read.
  if (tag == 0 || (tag & 0x1f) == 0x1f) return {};
  std::size_t size = rest_[1], header_size = 2;
  if (size >= 0x80) {
    const std::size_t count = size & 0x7f;
    // X.690 §10.1: definite lengths in the fewest bytes.
    if (count == 0 || count > max_length_bytes || rest_.size() < 2 + count || rest_[2] == 0) return {};
    size = load_be(rest_.subspan(2, count));
    if (size < 0x80) return {};
    header_size += count;
  }
  if (size > rest_.size() - header_size) return {};
  return Header{tag, header_size, size};
}

Bytes DerReader::element(std::uint8_t tag) {
  const auto next = header();
  if (!next || next->tag != tag) {
    fail();
    return {};
  }
  const Bytes contents = rest_.subspan(next->header_size, next->size);
  rest_ = rest_.subspan(next->header_size + next->size);
  return contents;
}

Bytes DerReader::raw_element() {
  const auto next = header();
  if (!next) {
    fail();
    return {};
  }
  const Bytes whole = rest_.first(next->header_size + next->size);
  rest_ = rest_.subspan(whole.size());
  return whole;
}

bool DerReader::optional(std::uint8_t tag, Bytes& contents) {
  if (at_end() || peek_tag() != tag) return false;
  contents = element(tag);
  return !failed_;
}

bool DerReader::optional(std::uint8_t tag, DerReader& contents) {
  if (at_end() || peek_tag() != tag) return false;
  contents = nested(tag);
  return !failed_;
}

DerReader DerReader::nested(std::uint8_t tag) {
  DerReader inner(element(tag));
  if (failed_) inner.fail();
  return inner;
}

Bytes DerReader::integer(std::uint8_t tag) {
  const Bytes contents = element(tag);
  // X.690 §8.3.2: the first nine bits are not all alike.
  const bool padded = contents.size() > 1 &&
                      ((contents[0] == 0x00 && !(contents[1] & 0x80)) || (contents[0] == 0xff && (contents[1] & 0x80)));
  if (!contents.empty() && !padded) return contents;
  fail();
  return {};
}

Bytes DerReader::unsigned_integer() {
  const Bytes contents = integer();
  if (contents.empty()) return {};
  if (contents[0] & 0x80) {
    fail();
    return {};
  }
  return contents[0] == 0 ? contents.subspan(1) : contents;
}

std::optional<std::uint64_t> DerReader::small_unsigned(std::uint8_t tag) {
  const Bytes contents = integer(tag);
  if (contents.empty()) return {};
  const Bytes magnitude = contents[0] == 0 ? contents.subspan(1) : contents;
  if ((contents[0] & 0x80) || magnitude.size() > sizeof(std::uint64_t)) {
    fail();
    return {};
  }
  return load_be(magnitude);
}

Bytes DerReader::oid() {
  const Bytes contents = element(der::oid);
  if (well_formed_oid(contents)) return contents;
  fail();
  return {};
}

Bytes DerReader::bit_string(std::uint8_t tag, unsigned* unused_bits) {
  const Bytes contents = element(tag);
  const unsigned unused = contents.empty() ? 8 : contents[0];
  const bool good = unused == 0 ||
                    (unused_bits && unused < 8 && contents.size() > 1 && (contents.back() & ((1u << unused) - 1)) == 0);
  if (unused_bits) *unused_bits = good ? unused : 0;
  if (good) return contents.subspan(1);
  fail();
  return {};
}

bool DerReader::boolean(std::uint8_t tag) {
  const Bytes contents = element(tag);
  // X.690 §11.1: TRUE is all ones.
  if (contents.size() == 1 && (contents[0] == 0x00 || contents[0] == 0xff)) return contents[0] == 0xff;
  fail();
  return false;
}

void DerReader::null() {
  if (!element(der::null).empty()) fail();
}

ByteString der_element(std::uint8_t tag, std::initializer_list<Bytes> parts) {
  std::size_t size = 0;
  for (auto part : parts) size += part.size();
  unsigned length_bytes = 0;
  if (size >= 0x80)
    while (length_bytes < sizeof size && size >> (8 * length_bytes)) ++length_bytes;
  ByteString out;
  out.reserve(2 + length_bytes + size);
  out.push_back(tag);
  out.push_back(static_cast<std::uint8_t>(length_bytes ? 0x80 | length_bytes : size));
  for (unsigned i = length_bytes; i-- > 0;) out.push_back(static_cast<std::uint8_t>(size >> (8 * i)));
  for (auto part : parts) append(out, part);
  return out;
}

ByteString der_unsigned(Bytes magnitude) {
  while (!magnitude.empty() && magnitude[0] == 0) magnitude = magnitude.subspan(1);
  static constexpr std::uint8_t zero[] = {0};
  const bool pad = magnitude.empty() || (magnitude[0] & 0x80);
  return der_element(der::integer, {pad ? Bytes(zero) : Bytes(), magnitude});
}

std::string oid_text(Bytes oid) {
  if (!well_formed_oid(oid)) return "?";
  std::string text;
  std::uint64_t value = 0;
  for (auto byte : oid) {
    // A longer arc is legal, and of no use to a reader.
    if (value >> 56) return "?";
    value = value << 7 | (byte & 0x7f);
    if (byte & 0x80) continue;
    if (text.empty()) {
      const std::uint64_t top = value < 80 ? value / 40 : 2;
      text = std::to_string(top) + '.' + std::to_string(value - 40 * top);
    } else {
      text += '.' + std::to_string(value);
    }
    value = 0;
  }
  return text;
}

}  // namespace tlsock
