// Bytes: numbers, hexadecimal, comparison, and the wipe.
#include "base/bytes.h"

#include <array>

#include "tests/catch.hpp"

using namespace tlsock;

TEST_CASE("numbers are big-endian, as wide as the memory that they are given") {
  constexpr std::uint64_t value = 0x0123456789abcdef;
  for (std::size_t width = 0; width <= 8; ++width) {
    CAPTURE(width);
    ByteString memory(width);
    store_be(memory, value);
    for (std::size_t i = 0; i < width; ++i) CHECK(memory[i] == static_cast<std::uint8_t>(value >> 8 * (width - 1 - i)));
    CHECK(load_be(memory) == (width == 8 ? value : value & ((std::uint64_t{1} << 8 * width) - 1)));
  }
  ByteString wide(10, 0xff);
  store_be(wide, value);
  CHECK(wide == ByteString{0, 0, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef});
}

TEST_CASE("hexadecimal: every byte there and back, and what is none") {
  ByteString all(256);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint8_t>(i);
  const std::string digits = to_hex(all);
  CHECK(digits.substr(0, 6) == "000102");
  CHECK(digits.substr(510) == "ff");
  CHECK(from_hex(digits) == all);
  CHECK(from_hex("00aBCdEf") == ByteString{0x00, 0xab, 0xcd, 0xef});
  CHECK(to_hex({}).empty());
  CHECK(from_hex("") == ByteString());
  for (const char* wrong : {"0", "012", "0g", "g0", "/0", ":0", "@0", "`0", " 0", "0x", "00 "}) {
    CAPTURE(wrong);
    CHECK_FALSE(from_hex(wrong));
  }
}

TEST_CASE("both comparisons agree on equal and on different strings") {
  const ByteString bytes(40, 0x5a);
  for (const auto compare : {equal, equal_constant_time}) {
    CHECK(compare(bytes, copy(bytes)));
    CHECK(compare({}, {}));
    CHECK_FALSE(compare(bytes, {}));
    CHECK_FALSE(compare(bytes, Bytes(bytes).first(39)));
    CHECK_FALSE(compare(Bytes(bytes).first(39), bytes));
    for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
      ByteString other = bytes;
      other[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
      CAPTURE(bit);
      CHECK_FALSE(compare(bytes, other));
    }
  }
}

TEST_CASE("text and bytes are views of each other") {
  const std::string text("a\0\xff", 3);
  const Bytes bytes = as_bytes(text);
  CHECK(copy(bytes) == ByteString{'a', 0, 0xff});
  CHECK(as_text(bytes) == text);
  CHECK(as_text(bytes).data() == text.data());
  ByteString joined = {1};
  append(joined, bytes);
  append(joined, {});
  CHECK(joined == ByteString{1, 'a', 0, 0xff});
}

TEST_CASE("wipe zeroes what it is given and nothing beside it") {
  std::array<std::uint8_t, 8> memory;
  memory.fill(7);
  wipe(MutBytes(memory).subspan(2, 3));
  CHECK(memory == std::array<std::uint8_t, 8>{7, 7, 0, 0, 0, 7, 7, 7});
  wipe(memory.data(), 0);
  wipe(nullptr, 0);
  CHECK(memory[0] == 7);
  wipe(memory.data(), memory.size());
  CHECK(memory == std::array<std::uint8_t, 8>{});
}
