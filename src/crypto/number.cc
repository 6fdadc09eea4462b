// Number over wolfCrypt's multi-precision integers.
#include <wolfssl/wolfcrypt/wolfmath.h>

#include <algorithm>
#include <bit>

#include "base/constant_time.h"
#include "crypto/number_internal.h"
#include "crypto/wolf_internal.h"

namespace tlsock {
namespace {

static_assert(Number::max_bytes * 8 <= SP_INT_BITS);

// done is must() for codes of these functions, which have one of their own for want of memory.
void done(int code) {
  if (code == MP_MEM) throw std::bad_alloc();
  must(code);
}

}  // namespace

Bytes significant(Bytes magnitude) {
  while (!magnitude.empty() && magnitude[0] == 0) magnitude = magnitude.subspan(1);
  return magnitude;
}

std::size_t bit_size(Bytes magnitude) {
  magnitude = significant(magnitude);
  return magnitude.empty() ? 0 : 8 * magnitude.size() - static_cast<std::size_t>(std::countl_zero(magnitude[0]));
}

void Number::Wipe::operator()(sp_int* value) const noexcept {
  wipe(value, sizeof *value);
  delete value;
}

Number::Number(Bytes magnitude) {
  if (magnitude.size() > max_bytes) throw std::length_error("Number");
  ensure_crypto();
  // All words are zero: arithmetic in constant time reads beyond those in use.
  value_.reset(new sp_int());
  done(mp_init(get()));
  if (!magnitude.empty()) done(mp_read_unsigned_bin(get(), magnitude.data(), size32(magnitude.size())));
}

bool Number::is_zero() const { return mp_iszero(get()); }

std::strong_ordering Number::operator<=>(const Number& other) const { return mp_cmp(get(), other.get()) <=> 0; }

SecretBytes Number::bytes(std::size_t size) const {
  SecretBytes out(size);
  done(mp_to_unsigned_bin_len_ct(get(), out.bytes().data(), static_cast<int>(size32(size))));
  return out;
}

Number sum(const Number& a, const Number& b) {
  Number r;
  done(mp_add(a.get(), b.get(), r.get()));
  return r;
}

Number product(const Number& a, const Number& b) {
  Number r;
  done(mp_mul(a.get(), b.get(), r.get()));
  return r;
}

Number remainder(const Number& a, const Number& modulus) {
  Number r;
  done(mp_mod(a.get(), modulus.get(), r.get()));
  return r;
}

Number sum(const Number& a, const Number& b, const Number& modulus) {
  Number r;
  done(mp_addmod_ct(a.get(), b.get(), modulus.get(), r.get()));
  return r;
}

Number difference(const Number& a, const Number& b, const Number& modulus) {
  Number r;
  done(mp_submod_ct(a.get(), b.get(), modulus.get(), r.get()));
  return r;
}

Number product(const Number& a, const Number& b, const Number& modulus) {
  Number r;
  done(mp_mulmod(a.get(), b.get(), modulus.get(), r.get()));
  return r;
}

std::optional<Number> inverse(const Number& a, const Number& modulus) {
  Number r;
  const int code = mp_invmod(a.get(), modulus.get(), r.get());
  if (code == MP_VAL) return {};
  done(code);
  return r;
}

Number power(const Number& base, const Number& exponent, const Number& modulus) {
  Number r;
  // wolfCrypt's function for odd moduli is the one in constant time.
  if (mp_iseven(modulus.get())) throw std::logic_error("power: an even modulus");
  done(mp_exptmod_ex(base.get(), exponent.get(), static_cast<int>(exponent.get()->used), modulus.get(), r.get()));
  return r;
}

Number power_of_short(const Number& base, const Number& exponent, std::size_t bits, const Number& modulus) {
  // base^exponent = base^(2^bits + exponent) / base^(2^bits).
  Number top;
  done(mp_2expt(top.get(), static_cast<int>(bits)));
  const auto divisor = inverse(power(base, top, modulus), modulus);
  return product(power(base, sum(top, exponent), modulus), divisor.value(), modulus);
}

SecretBytes without_leading_zeros(SecretBytes padded) {
  const MutBytes bytes = padded.bytes();
  std::size_t zeros = 0;
  Mask leading = ~Mask{0};
  for (const auto byte : bytes) {
    leading &= mask_zero(byte);
    zeros += leading & 1;
  }
  for (std::size_t step = 1; step < bytes.size(); step *= 2) {
    const Mask moves = ~mask_zero(zeros & step);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const std::size_t after = i + step < bytes.size() ? bytes[i + step] : 0;
      bytes[i] = static_cast<std::uint8_t>(select(moves, after, bytes[i]));
    }
  }
  padded.truncate(bytes.size() - zeros);
  return padded;
}

}  // namespace tlsock
