// DerReader, der_element: strict DER (X.690 §10): minimal lengths, single-byte tags, and the types that keys and
// certificates are made of. Views only: a reader never copies and never outlives the bytes it reads.
#pragma once

#include <initializer_list>
#include <optional>

#include "base/bytes.h"

namespace tlsock {

// Tags as they stand in the encoding: class, constructed bit and number in one byte.
namespace der {

inline constexpr std::uint8_t boolean = 0x01, integer = 0x02, bit_string = 0x03, octet_string = 0x04, null = 0x05,
                              oid = 0x06, enumerated = 0x0a, utf8_string = 0x0c, numeric_string = 0x12,
                              printable_string = 0x13, teletex_string = 0x14, ia5_string = 0x16, utc_time = 0x17,
                              generalized_time = 0x18, visible_string = 0x1a, universal_string = 0x1c,
                              bmp_string = 0x1e, sequence = 0x30, set = 0x31;

// context is [number] IMPLICIT of a primitive type; constructed_context is [number] EXPLICIT, or IMPLICIT of a
// SEQUENCE or SET.
constexpr std::uint8_t context(unsigned number) { return static_cast<std::uint8_t>(0x80 | number); }
constexpr std::uint8_t constructed_context(unsigned number) { return static_cast<std::uint8_t>(0xa0 | number); }

}  // namespace der

// DerReader walks the elements of one encoding from front to back. Its error is sticky: after the first fault each call
// gives nothing (an empty view, 0, false), and finish() is false. So a decoder reads on, and asks once at the end; but
// whatever it must not act on if absent it asks before. A nested reader has its own error: finish() each of them.
//
//   DerReader outer(bytes);
//   DerReader key = outer.nested(der::sequence);
//   Bytes modulus = key.unsigned_integer(), exponent = key.unsigned_integer();
//   if (!key.finish() || !outer.finish()) return Error(Reason::BAD_PRIVATE_KEY);
class DerReader {
 public:
  DerReader() = default;
  explicit DerReader(Bytes bytes) : rest_(bytes) {}

  bool at_end() const { return rest_.empty(); }
  // rest is what has not been read yet.
  Bytes rest() const { return rest_; }
  // peek_tag is the tag of the next element; 0 at the end.
  std::uint8_t peek_tag() const { return rest_.empty() ? std::uint8_t{0} : rest_.front(); }

  // element gives the contents of the next element, which must have this tag.
  Bytes element(std::uint8_t tag);
  // raw_element gives the next element whole, tag and length included, whatever its tag is.
  Bytes raw_element();
  // optional reads the next element if it has this tag, and tells whether it did.
  bool optional(std::uint8_t tag, Bytes& contents);
  bool optional(std::uint8_t tag, DerReader& contents);
  // nested is a reader over the contents of the next element, which must have this tag; failed itself if it has not.
  DerReader nested(std::uint8_t tag);

  // integer gives the contents of a minimally encoded INTEGER: two's complement, at least one byte.
  Bytes integer() { return integer(der::integer); }
  // unsigned_integer gives the magnitude of an INTEGER without leading zeros (empty for 0); negative is an error.
  Bytes unsigned_integer();
  // small_unsigned is an INTEGER from 0 to 2^64-1; everything else is an error.
  std::optional<std::uint64_t> small_unsigned() { return small_unsigned(der::integer); }
  // The same for ENUMERATED and for an implicit tag.
  Bytes integer(std::uint8_t tag);
  std::optional<std::uint64_t> small_unsigned(std::uint8_t tag);

  // oid gives the contents of a well-formed OBJECT IDENTIFIER, to be compared by equal().
  Bytes oid();
  // bit_string gives the bits of a BIT STRING in whole bytes. Without `unused_bits` there may be none unused; with it
  // their number is stored there, and they must be zero (X.690 §11.2.1).
  Bytes bit_string(unsigned* unused_bits = nullptr) { return bit_string(der::bit_string, unused_bits); }
  Bytes bit_string(std::uint8_t tag, unsigned* unused_bits);
  bool boolean() { return boolean(der::boolean); }
  bool boolean(std::uint8_t tag);
  // null reads a NULL.
  void null();

  void fail() {
    failed_ = true;
    rest_ = {};
  }
  bool failed() const { return failed_; }
  // finish tells that there was no error and nothing is left.
  bool finish() const { return !failed_ && rest_.empty(); }

 private:
  struct Header {
    std::uint8_t tag;
    std::size_t header_size, size;
  };
  std::optional<Header> header() const;

  Bytes rest_;
  bool failed_ = false;
};

// der_element encodes one element, with the concatenation of `parts` as its contents.
ByteString der_element(std::uint8_t tag, std::initializer_list<Bytes> parts);
// der_unsigned encodes a big-endian magnitude, with or without leading zeros, as an INTEGER.
ByteString der_unsigned(Bytes magnitude);

// oid_text is the dotted form of an OID's contents, for people; "?" if they are malformed.
std::string oid_text(Bytes oid);

}  // namespace tlsock
