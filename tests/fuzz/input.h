// Input: what a fuzzer made, taken piece by piece; at its end all numbers are 0 and all pieces empty.
#pragma once

#include <algorithm>

#include "base/bytes.h"

namespace tlsock::fuzz {

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}

  bool at_end() const { return rest_.empty(); }
  Bytes rest() const { return rest_; }
  Bytes take(std::size_t size) {
    const Bytes piece = rest_.first(std::min(size, rest_.size()));
    rest_ = rest_.subspan(piece.size());
    return piece;
  }
  unsigned byte() { return static_cast<unsigned>(load_be(take(1))); }
  unsigned word() { return static_cast<unsigned>(load_be(take(2))); }
  // piece is a string with a length of two bytes before it.
  Bytes piece() { return take(word()); }

 private:
  Bytes rest_;
};

}  // namespace tlsock::fuzz
