// Bytes: views of memory, owned byte strings, big-endian numbers, hexadecimal, and the wipe that ends a secret.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tlsock {

using Bytes = std::span<const std::uint8_t>;
using MutBytes = std::span<std::uint8_t>;
using ByteString = std::vector<std::uint8_t>;

// equal_constant_time compares without telling by its duration where two strings differ. Lengths are public.
bool equal_constant_time(Bytes a, Bytes b) noexcept;

// equal compares public bytes.
bool equal(Bytes a, Bytes b) noexcept;

inline void append(ByteString& to, Bytes from) { to.insert(to.end(), from.begin(), from.end()); }
inline ByteString copy(Bytes from) { return {from.begin(), from.end()}; }

inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// store_be writes `value` into all of `to`, most significant byte first.
inline void store_be(MutBytes to, std::uint64_t value) {
  for (std::size_t i = to.size(); i-- > 0; value >>= 8) to[i] = static_cast<std::uint8_t>(value);
}

// load_be reads all of `from`, at most 8 bytes, most significant byte first.
inline std::uint64_t load_be(Bytes from) {
  std::uint64_t value = 0;
  for (auto byte : from) value = value << 8 | byte;
  return value;
}

// to_hex gives two lower-case digits for each byte.
std::string to_hex(Bytes bytes);

// from_hex takes digits of either case; nothing if one is missing or is none.
std::optional<ByteString> from_hex(std::string_view digits);

// wipe zeroes memory and cannot be optimised away. It never fails.
void wipe(void* memory, std::size_t size) noexcept;
inline void wipe(MutBytes memory) noexcept { wipe(memory.data(), memory.size()); }

}  // namespace tlsock
