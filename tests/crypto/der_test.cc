// der.h: what is DER and what is only BER, and that errors stick.
#include "crypto/der.h"

#include "catch.hpp"
#include "vectors.h"

using namespace tlsock;
using test::hex;

namespace {

// reads runs `read` on a reader of its own and tells whether it took all, without error.
template <class Read>
bool reads(const std::string& digits, Read read) {
  const ByteString bytes = hex(digits);
  DerReader reader{Bytes(bytes)};
  read(reader);
  return reader.finish();
}
bool is_element(const std::string& digits) {
  return reads(digits, [](DerReader& r) { r.raw_element(); });
}
bool is_integer(const std::string& digits) {
  return reads(digits, [](DerReader& r) { r.integer(); });
}
bool is_oid(const std::string& digits) {
  return reads(digits, [](DerReader& r) { r.oid(); });
}
bool is_bits(const std::string& digits) {
  return reads(digits, [](DerReader& r) { r.bit_string(); });
}
bool is_named_bits(const std::string& digits) {
  return reads(digits, [](DerReader& r) {
    unsigned unused = 0;
    r.bit_string(&unused);
  });
}
bool is_boolean(const std::string& digits) {
  return reads(digits, [](DerReader& r) { r.boolean(); });
}

}  // namespace

TEST_CASE("DER lengths are definite and minimal") {
  CHECK(is_element("0400"));
  CHECK(is_element("0401ff"));
  CHECK(is_element("30818001" + std::string(2 * 0x7f, '0')));
  CHECK(is_element("04820100" + std::string(2 * 0x100, '0')));
  CHECK_FALSE(is_element(""));
  CHECK_FALSE(is_element("04"));
  CHECK_FALSE(is_element("0401"));
  CHECK_FALSE(is_element("04020a"));
  CHECK_FALSE(is_element("0400ff"));
  CHECK_FALSE(is_element("30800000"));
  CHECK_FALSE(is_element("048101ff"));
  CHECK_FALSE(is_element("0481"));
  CHECK_FALSE(
      is_element("048200"
                 "80" +
                 std::string(2 * 0x80, '0')));
  CHECK_FALSE(is_element("04850000000001ff"));
  CHECK_FALSE(is_element("0484ffffffff"));
  CHECK_FALSE(is_element("04ff"));
}

TEST_CASE("DER tags are of one byte") {
  CHECK_FALSE(is_element("1f2000"));
  CHECK_FALSE(is_element("bf2000"));
  CHECK_FALSE(is_element("0000"));
  CHECK(is_element("a000"));
}

TEST_CASE("DER integers are minimal") {
  CHECK(is_integer("020100"));
  CHECK(is_integer("02017f"));
  CHECK(is_integer("02020080"));
  CHECK(is_integer("020180"));
  CHECK(is_integer("0202ff7f"));
  CHECK_FALSE(is_integer("0200"));
  CHECK_FALSE(is_integer("02020001"));
  CHECK_FALSE(is_integer("0202ff80"));
  CHECK_FALSE(is_integer("040100"));
}

TEST_CASE("DER unsigned integers") {
  const ByteString bytes = hex("0202008002010002020100020900ffffffffffffffff");
  DerReader reader{Bytes(bytes)};
  CHECK(to_hex(reader.unsigned_integer()) == "80");
  CHECK(reader.unsigned_integer().empty());
  CHECK(reader.small_unsigned() == 256u);
  CHECK(reader.small_unsigned() == ~std::uint64_t{0});
  CHECK(reader.finish());
  CHECK_FALSE(reads("0201ff", [](DerReader& r) { r.unsigned_integer(); }));
  CHECK_FALSE(reads("0201ff", [](DerReader& r) { r.small_unsigned(); }));
  CHECK_FALSE(reads("0209010000000000000000", [](DerReader& r) { r.small_unsigned(); }));
}

TEST_CASE("DER object identifiers") {
  CHECK(is_oid("06032a0304"));
  CHECK(is_oid("060488378100"));
  CHECK_FALSE(is_oid("0600"));
  CHECK_FALSE(is_oid("06022a80"));
  CHECK_FALSE(is_oid("06032a8001"));
  CHECK(oid_text(hex("2a864886f70d01010b")) == "1.2.840.113549.1.1.11");
  CHECK(oid_text(hex("883703")) == "2.999.3");
  CHECK(oid_text(hex("")) == "?");
  CHECK(oid_text(hex("2a80")) == "?");
}

TEST_CASE("DER bit strings") {
  CHECK(is_bits("0302007f"));
  CHECK(is_bits("030100"));
  CHECK_FALSE(is_bits("0300"));
  CHECK_FALSE(is_bits("03020780"));
  CHECK(is_named_bits("03020780"));
  CHECK_FALSE(is_named_bits("030207c0"));
  CHECK_FALSE(is_named_bits("03020800"));
  CHECK_FALSE(is_named_bits("030101"));
}

TEST_CASE("DER booleans and null") {
  CHECK(is_boolean("0101ff"));
  CHECK(is_boolean("010100"));
  CHECK_FALSE(is_boolean("010101"));
  CHECK_FALSE(is_boolean("0100"));
  CHECK(reads("0500", [](DerReader& r) { r.null(); }));
  CHECK_FALSE(reads("050100", [](DerReader& r) { r.null(); }));
}

TEST_CASE("DER optional and nested elements, and sticky errors") {
  const ByteString bytes = hex("300b8001aa0201050403010203");
  DerReader outer{Bytes(bytes)};
  DerReader inner = outer.nested(der::sequence);
  Bytes contents;
  CHECK_FALSE(inner.optional(der::context(1), contents));
  CHECK(inner.optional(der::context(0), contents));
  CHECK(to_hex(contents) == "aa");
  CHECK(inner.peek_tag() == der::integer);
  CHECK(inner.small_unsigned() == 5u);
  CHECK_FALSE(inner.finish());
  CHECK(inner.element(der::octet_string).size() == 3);
  CHECK(inner.finish());
  CHECK(outer.finish());

  DerReader wrong{Bytes(bytes)};
  DerReader set = wrong.nested(der::set);
  CHECK(set.failed());
  CHECK(wrong.failed());
  CHECK(wrong.raw_element().empty());
  CHECK(wrong.peek_tag() == 0);
  CHECK_FALSE(wrong.finish());
}

TEST_CASE("DER encoding") {
  CHECK(to_hex(der_unsigned(hex("000080"))) == "02020080");
  CHECK(to_hex(der_unsigned(hex(""))) == "020100");
  CHECK(to_hex(der_unsigned(hex("7f"))) == "02017f");
  CHECK(to_hex(der_element(der::sequence, {hex("0500"), hex("0101ff")})) == "300505000101ff");
  for (std::size_t size : {0u, 127u, 128u, 255u, 256u, 65535u, 65536u}) {
    const ByteString body(size, 7);
    const ByteString encoded = der_element(der::octet_string, {body});
    DerReader reader{Bytes(encoded)};
    CHECK(equal(reader.element(der::octet_string), body));
    CHECK(reader.finish());
  }
}
