// Arithmetic on secret numbers without branches. A mask is all ones or all zeroes.
#pragma once

#include <climits>
#include <cstddef>

namespace tlsock {

using Mask = std::size_t;

// hide keeps the compiler from finding out that a value is a mask, and from making a branch of it.
inline std::size_t hide(std::size_t value) {
  __asm__("" : "+r"(value));
  return value;
}

// mask_of_top spreads the most significant bit.
inline Mask mask_of_top(std::size_t value) { return hide(std::size_t{0} - (value >> (sizeof value * CHAR_BIT - 1))); }

inline Mask mask_zero(std::size_t value) { return mask_of_top(~value & (value - 1)); }
inline Mask mask_equal(std::size_t a, std::size_t b) { return mask_zero(a ^ b); }
inline Mask mask_less(std::size_t a, std::size_t b) { return mask_of_top(a ^ ((a ^ b) | ((a - b) ^ b))); }
inline Mask mask_not_less(std::size_t a, std::size_t b) { return ~mask_less(a, b); }

// select is `a` where the mask is set, else `b`.
inline std::size_t select(Mask mask, std::size_t a, std::size_t b) { return (hide(mask) & a) | (~hide(mask) & b); }

}  // namespace tlsock
