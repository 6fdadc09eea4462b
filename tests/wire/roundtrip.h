// What holds for every message: it comes back as it was, and neither less of it nor more is taken.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <optional>

#include "tests/catch.hpp"
#include "wire/codec.h"

namespace tlsock::test {

template <class T>
ByteString encoded(const T& message) {
  ByteString bytes;
  REQUIRE(encode(message, bytes));
  return bytes;
}

template <class T>
T decoded(Bytes bytes) {
  auto message = decode<T>(bytes);
  REQUIRE(message);
  return *std::move(message);
}

template <class T>
T again(const T& message) {
  return decoded<T>(encoded(message));
}

// refusal is why bytes are no T, or nothing if they are one.
template <class T>
std::optional<Reason> refusal(Bytes bytes) {
  const auto message = decode<T>(bytes);
  if (message) return {};
  return message.error().reason;
}

template <class T>
bool unencodable(const T& message) {
  ByteString bytes;
  const auto status = encode(message, bytes);
  return !status && status.error().reason == Reason::ENCODE_ERROR;
}

// check_limits cuts a message at every byte, and adds one. `whole_at` are sizes at which it may end, too.
template <class T>
void check_limits(const ByteString& bytes, std::initializer_list<std::size_t> whole_at = {}) {
  REQUIRE(decode<T>(bytes));
  ByteString longer = bytes;
  longer.push_back(0);
  CHECK(refusal<T>(longer) == Reason::TRAILING_DATA);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CAPTURE(size);
    // In memory of just its size, so that a sanitizer sees a read beyond it.
    const ByteString cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    const auto message = decode<T>(cut);
    REQUIRE(message.has_value() == (std::ranges::find(whole_at, size) != whole_at.end()));
    if (!message) CHECK(message.error().alert == Alert::decode_error);
  }
}

}  // namespace tlsock::test
