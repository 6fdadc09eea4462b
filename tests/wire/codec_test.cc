// Reader, Writer and what describes messages with them.
#include "wire/codec.h"

#include "tests/catch.hpp"
#include "tests/wire/roundtrip.h"
#include "wire/registry.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

enum class Open : std::uint16_t { known = 1 };

struct Numbers {
  static constexpr auto name = "numbers";
  std::uint8_t a = 0;
  std::uint16_t b = 0;
  std::uint32_t c = 0;
  Open d{};
  std::array<std::uint8_t, 3> e{};
  std::uint64_t f = 0;
  bool operator==(const Numbers&) const = default;
};
template <class W>
void wire(W& w, Field<W, Numbers> m) {
  w.number(m.a);
  w.number(m.b);
  w.number(m.c);
  w.number(m.d);
  w.fixed(m.e);
  w.number(m.f);
}

template <std::size_t L, class T = ByteString>
struct Opaque {
  static constexpr auto name = "opaque";
  T value;
};
template <std::size_t L, class T>
void wire(Reader& r, Opaque<L, T>& m) {
  opaque<L>(r, m.value);
}
template <std::size_t L, class T>
void wire(Writer& w, const Opaque<L, T>& m) {
  opaque<L>(w, m.value);
}

struct Bounded {
  static constexpr auto name = "bounded";
  ByteString value;
};
template <class W>
void wire(W& w, Field<W, Bounded> m) {
  opaque<1>(w, m.value, 2, 4);
}

// Nested is a vector of vectors of numbers.
struct Inner {
  std::vector<std::uint16_t> values;
  bool operator==(const Inner&) const = default;
};
template <class W>
void wire(W& w, Field<W, Inner> m) {
  list<1>(w, m.values, 0);
}
struct Nested {
  static constexpr auto name = "nested";
  std::vector<Inner> inners;
  std::uint8_t last = 0;
};
template <class W>
void wire(W& w, Field<W, Nested> m) {
  list<2>(w, m.inners);
  w.number(m.last);
}

struct Extended {
  static constexpr auto name = "extended";
  std::vector<Extension> seen;
  std::optional<std::uint16_t> limit;
  std::optional<std::vector<std::uint16_t>> groups;
};
template <class W>
void wire(W& w, Field<W, Extended> m) {
  extensions<Extension>(w, m.seen, [&](auto slot) {
    slot(Extension::record_size_limit, m.limit, [&](auto& v) { w.number(v); });
    slot(Extension::supported_groups, m.groups, [&](auto& v) { list<2>(w, v); });
  });
}

// block puts extensions into their block.
ByteString block(const ByteString& content) {
  ByteString bytes(2);
  store_be(bytes, content.size());
  append(bytes, content);
  return bytes;
}

template <std::size_t L>
void check_opaque(std::size_t size) {
  CAPTURE(L, size);
  const Opaque<L> message{ByteString(size, 7)};
  const ByteString bytes = encoded(message);
  REQUIRE(bytes.size() == L + size);
  CHECK(load_be(Bytes(bytes).first(L)) == size);
  CHECK(decoded<Opaque<L>>(bytes).value == message.value);
  CHECK(refusal<Opaque<L>>(Bytes(bytes).first(bytes.size() - 1)) == Reason::DECODE_ERROR);
}

}  // namespace

TEST_CASE("numbers and fixed bytes stand as they are, unknown values too") {
  const Numbers numbers{1, 0x0203, 0x04050607, Open{0x0809}, {10, 11, 12}, 0x0d0e0f1011121314};
  const ByteString bytes = encoded(numbers);
  CHECK(bytes == ByteString{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20});
  CHECK(decoded<Numbers>(bytes) == numbers);
  check_limits<Numbers>(bytes);
  const Numbers largest{0xff, 0xffff, 0xffffffff, Open{0xffff}, {255, 255, 255}, ~std::uint64_t{0}};
  CHECK(again(largest) == largest);
}

TEST_CASE("opaque vectors: every length field, empty and full") {
  for (const std::size_t size : {0u, 1u, 255u}) check_opaque<1>(size);
  for (const std::size_t size : {0u, 1u, 256u, 65535u}) check_opaque<2>(size);
  for (const std::size_t size : {0u, 1u, 65536u, 0xffffffu}) check_opaque<3>(size);
}

TEST_CASE("a value that is too long for its length field is not written") {
  CHECK(unencodable(Opaque<1>{ByteString(256)}));
  CHECK(unencodable(Opaque<2>{ByteString(65536)}));
  CHECK(unencodable(Opaque<3>{ByteString(0x1000000)}));
  CHECK(unencodable(Opaque<1, std::string>{std::string(256, 'a')}));
  ByteString bytes;
  const auto status = encode(Opaque<1>{ByteString(256)}, bytes);
  REQUIRE_FALSE(status);
  CHECK(std::string(status.error().detail) == "opaque");
  CHECK(status.error().alert == Alert::internal_error);
}

TEST_CASE("text is written and read like bytes") {
  const Opaque<1, std::string> text{std::string("a\0b", 3)};
  CHECK(encoded(text) == ByteString{3, 'a', 0, 'b'});
  CHECK(again(text).value == text.value);
}

TEST_CASE("bounds of a vector hold for reading and for writing") {
  for (std::size_t size = 0; size < 7; ++size) {
    CAPTURE(size);
    ByteString bytes = {static_cast<std::uint8_t>(size)};
    bytes.resize(1 + size);
    const bool fits = 2 <= size && size <= 4;
    CHECK(refusal<Bounded>(bytes) == (fits ? std::nullopt : std::optional(Reason::DECODE_ERROR)));
    CHECK(unencodable(Bounded{ByteString(size)}) == !fits);
  }
}

TEST_CASE("vectors in vectors end where their length fields say") {
  const Nested nested{{{{1, 2}}, {{}}, {{0xffff}}}, 9};
  const ByteString bytes = encoded(nested);
  CHECK(bytes == ByteString{0, 9, 4, 0, 1, 0, 2, 0, 2, 0xff, 0xff, 9});
  const Nested read = decoded<Nested>(bytes);
  CHECK(read.inners == nested.inners);
  CHECK(read.last == 9);
  check_limits<Nested>(bytes);

  // The inner vector may not reach into what follows the outer one, though there is enough of it.
  CHECK(refusal<Nested>(ByteString{0, 3, 4, 0, 1, 0, 2, 9}) == Reason::DECODE_ERROR);
  // Half a number.
  CHECK(refusal<Nested>(ByteString{0, 4, 3, 0, 1, 0, 9}) == Reason::DECODE_ERROR);
  // The outer vector is longer than what is there.
  CHECK(refusal<Nested>(ByteString{0xff, 0xff, 0, 9}) == Reason::DECODE_ERROR);
  // At least one element.
  CHECK(refusal<Nested>(ByteString{0, 0, 9}) == Reason::DECODE_ERROR);
  CHECK(unencodable(Nested{{}, 9}));
  CHECK(unencodable(Nested{{{std::vector<std::uint16_t>(128)}}, 9}));
  CHECK_FALSE(unencodable(Nested{{{std::vector<std::uint16_t>(127)}}, 9}));
}

TEST_CASE("a block must be used up") {
  const ByteString input = {2, 5, 6, 7};
  Reader reader(input);
  std::uint8_t first = 0, behind = 99;
  reader.block(1, [&] { reader.number(first); });
  CHECK(first == 5);
  reader.number(behind);
  CHECK(behind == 0);
  const auto status = reader.finish("message");
  REQUIRE_FALSE(status);
  CHECK(status.error().reason == Reason::TRAILING_DATA);
  CHECK(std::string(status.error().detail) == "message");
}

TEST_CASE("after a failure everything reads as nothing, and the first failure is told") {
  const ByteString input = {1, 2, 3, 4, 5, 6, 7, 8};
  Reader reader(input);
  std::uint16_t number = 0;
  reader.number(number);
  CHECK(number == 0x0102);
  CHECK_FALSE(reader.failed());
  reader.require(true);
  CHECK_FALSE(reader.failed());
  reader.require(false, Reason::WRONG_CURVE);
  CHECK(reader.failed());
  CHECK(reader.at_end());

  reader.number(number);
  CHECK(number == 0);
  ByteString bytes = {1};
  reader.bytes(bytes);
  CHECK(bytes.empty());
  std::vector<std::uint16_t> values;
  list<1>(reader, values);
  CHECK(values.empty());
  std::array<std::uint8_t, 2> fixed = {8, 9};
  reader.fixed(fixed);
  CHECK(fixed == std::array<std::uint8_t, 2>{8, 9});
  const auto status = reader.finish("message");
  REQUIRE_FALSE(status);
  CHECK(status.error().reason == Reason::WRONG_CURVE);
}

TEST_CASE("a failure within a block ends the blocks around it") {
  const ByteString input = {0, 4, 1, 9, 7, 7, 8};
  Reader reader(input);
  reader.block(2, [&] {
    reader.block(1, [&] { reader.require(false); });
    CHECK(reader.at_end());
  });
  CHECK(reader.at_end());
  CHECK(reader.finish("message").error().reason == Reason::DECODE_ERROR);
}

TEST_CASE("the detail of a failure is the message's name unless a finer one was given") {
  Reader coarse({}), fine({});
  coarse.fail(Reason::DECODE_ERROR);
  fine.fail(Reason::DECODE_ERROR, "field");
  CHECK(std::string(coarse.finish("message").error().detail) == "message");
  CHECK(std::string(fine.finish("message").error().detail) == "field");
  CHECK(Reader(Bytes()).finish("message").has_value());
}

TEST_CASE("extensions: known ones are read, the others skipped, all are listed in their order") {
  const ByteString bytes = block({0x12, 0x34, 0, 3, 1,    2,    3,  // unknown
                                  0,    28,   0, 2, 0x40, 0x01,     // record_size_limit
                                  0xff, 0xff, 0, 0,                 // unknown, empty
                                  0,    10,   0, 4, 0,    2,    0, 29});
  const Extended message = decoded<Extended>(bytes);
  CHECK(message.limit == 0x4001);
  CHECK(message.groups == std::vector<std::uint16_t>{29});
  CHECK(message.seen == std::vector<Extension>{Extension{0x1234}, Extension::record_size_limit, Extension{0xffff},
                                               Extension::supported_groups});
  check_limits<Extended>(bytes);
}

TEST_CASE("extensions that are not set are not written") {
  CHECK(encoded(Extended{}) == ByteString{0, 0});
  CHECK(encoded(Extended{{}, 64, {}}) == ByteString{0, 6, 0, 28, 0, 2, 0, 64});
  const Extended both = again(Extended{{}, 64, {{1, 2}}});
  CHECK(both.limit == 64);
  CHECK(both.groups == std::vector<std::uint16_t>{1, 2});
  CHECK_FALSE(decoded<Extended>(ByteString{0, 0}).limit.has_value());
  // 32765 groups fill the extension, but not with the extension's own header the block.
  CHECK(unencodable(Extended{{}, {}, std::vector<std::uint16_t>(32765)}));
  CHECK_FALSE(unencodable(Extended{{}, {}, std::vector<std::uint16_t>(32764)}));
}

// RFC 8446 §4.2.
TEST_CASE("no extension may stand twice, known or not, next to each other or not") {
  const ByteString known = {0, 28, 0, 2, 0, 64}, unknown = {0x12, 0x34, 0, 0}, other = {0x12, 0x35, 0, 0};
  for (const ByteString& twice : {known, unknown}) {
    for (const bool apart : {false, true}) {
      CAPTURE(apart);
      ByteString content = twice;
      if (apart) append(content, other);
      append(content, twice);
      const auto message = decode<Extended>(block(content));
      REQUIRE_FALSE(message);
      CHECK(message.error().reason == Reason::DUPLICATE_EXTENSION);
      CHECK(message.error().alert == Alert::illegal_parameter);
    }
  }
}

TEST_CASE("however many extensions there are, the one that stands twice is found") {
  for (const unsigned count : {1u, 31u, 32u, 33u, 1000u}) {
    for (const unsigned twice : {0u, count / 2, count - 1}) {
      CAPTURE(count, twice);
      ByteString content;
      for (unsigned code = 0; code < count; ++code)
        append(content,
               ByteString{static_cast<std::uint8_t>(0x40 + code / 256), static_cast<std::uint8_t>(code), 0, 0});
      REQUIRE(decoded<Extended>(block(content)).seen.size() == count);
      append(content, copy(Bytes(content).subspan(4 * twice, 4)));
      CHECK(refusal<Extended>(block(content)) == Reason::DUPLICATE_EXTENSION);
    }
  }
}

TEST_CASE("what is wrong within a known extension is told as such; within others nothing can be wrong") {
  const ByteString wrong[] = {
      {0, 28, 0, 1, 64},              // too short
      {0, 28, 0, 3, 0, 64, 0},        // too long
      {0, 28, 0, 0},                  // empty
      {0, 10, 0, 4, 0, 3, 0, 29},     // the list is longer than the extension
      {0, 10, 0, 4, 0, 0, 0, 29},     // the list is empty
      {0, 10, 0, 5, 0, 2, 0, 29, 0},  // something follows the list
      {0, 10, 0, 5, 0, 3, 0, 29, 0},  // half a group
  };
  for (const ByteString& content : wrong) {
    CAPTURE(to_hex(content));
    const auto message = decode<Extended>(block(content));
    REQUIRE_FALSE(message);
    CHECK(message.error().reason == Reason::ERROR_PARSING_EXTENSION);
    CHECK(message.error().alert == Alert::decode_error);
  }
  CHECK(refusal<Extended>(block({0x12, 0x34, 0, 1})) == Reason::DECODE_ERROR);
  CHECK(refusal<Extended>(block({0x12, 0x34, 0})) == Reason::DECODE_ERROR);
  CHECK(refusal<Extended>(ByteString{0, 1}) == Reason::DECODE_ERROR);
}
