// Number: natural numbers of up to 8192 bits and arithmetic modulo one of them, for what wolfCrypt has no whole
// function for: Diffie-Hellman in any group, SRP, DSA. They fail only for want of memory; a modulus that is too large
// or even is a fault of the caller's: std::logic_error.
#pragma once

#include <compare>
#include <cstddef>
#include <memory>
#include <optional>

#include "base/bytes.h"
#include "base/secret.h"

struct sp_int;

namespace tlsock {

// significant is a magnitude without its leading zeros, bit_size the number of its bits. Not for secrets.
Bytes significant(Bytes magnitude);
std::size_t bit_size(Bytes magnitude);

// Number is wiped when it dies.
class Number {
 public:
  static constexpr std::size_t max_bytes = 8192 / 8;

  // Big-endian, with or without leading zeros.
  explicit Number(Bytes magnitude = {});
  Number(Number&&) noexcept = default;
  Number& operator=(Number&&) noexcept = default;
  ~Number() = default;

  bool is_zero() const;
  std::strong_ordering operator<=>(const Number& other) const;
  bool operator==(const Number& other) const { return (*this <=> other) == 0; }

  // bytes are exactly `size` of them, padded with zeros in constant time.
  SecretBytes bytes(std::size_t size) const;

  sp_int* get() { return value_.get(); }
  const sp_int* get() const { return value_.get(); }

 private:
  struct Wipe {
    void operator()(sp_int* value) const noexcept;
  };
  std::unique_ptr<sp_int, Wipe> value_;
};

Number sum(const Number& a, const Number& b);
Number product(const Number& a, const Number& b);

Number remainder(const Number& a, const Number& modulus);

// The operands of sums and differences are less than the modulus.
Number sum(const Number& a, const Number& b, const Number& modulus);
Number difference(const Number& a, const Number& b, const Number& modulus);
Number product(const Number& a, const Number& b, const Number& modulus);
// inverse is nothing where there is none. Its duration depends on a.
std::optional<Number> inverse(const Number& a, const Number& modulus);
// power takes a time that depends on the exponent by the number of its bits alone: give secret ones their highest bit.
Number power(const Number& base, const Number& exponent, const Number& modulus);

// power_of_short is the same for a secret exponent of which not even the number of bits may show, beyond being less
// than 2^bits. The base has an inverse.
Number power_of_short(const Number& base, const Number& exponent, std::size_t bits, const Number& modulus);

// without_leading_zeros moves and cuts a big-endian secret; only the resulting length shows.
SecretBytes without_leading_zeros(SecretBytes padded);

}  // namespace tlsock
