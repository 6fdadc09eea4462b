// The coordinates of points.
#include <wolfssl/wolfcrypt/ecc.h>

#include <algorithm>
#include <array>
#include <string>

#include "crypto/ec_internal.h"

namespace tlsock {
namespace {

// Prime is the prime of a curve in as many bytes as a coordinate has.
struct Prime {
  std::array<std::uint8_t, MAX_ECC_BYTES> bytes{};
  std::size_t size = 0;
};

Prime read_prime(int curve_id) {
  const ecc_set_type* curve = wc_ecc_get_curve_params(wc_ecc_get_curve_idx(curve_id));
  std::string digits = curve->prime;
  if (digits.size() % 2 != 0) digits.insert(digits.begin(), '0');
  Prime prime;
  const auto bytes = from_hex(digits).value_or(ByteString());
  prime.size = static_cast<std::size_t>(curve->size);
  std::ranges::copy(bytes, MutBytes(prime.bytes).first(prime.size).last(bytes.size()).begin());
  return prime;
}

template <int curve_id>
const Prime& prime_of() {
  static const Prime prime = read_prime(curve_id);
  return prime;
}

const Prime* find_prime(int curve_id) {
  switch (curve_id) {
    case ECC_SECP256R1:
      return &prime_of<ECC_SECP256R1>();
    case ECC_SECP384R1:
      return &prime_of<ECC_SECP384R1>();
    case ECC_SECP521R1:
      return &prime_of<ECC_SECP521R1>();
    case ECC_BRAINPOOLP256R1:
      return &prime_of<ECC_BRAINPOOLP256R1>();
    case ECC_BRAINPOOLP384R1:
      return &prime_of<ECC_BRAINPOOLP384R1>();
    case ECC_BRAINPOOLP512R1:
      return &prime_of<ECC_BRAINPOOLP512R1>();
    default:
      return nullptr;
  }
}

}  // namespace

bool point_in_field(int curve_id, Bytes point) {
  const Prime* prime = find_prime(curve_id);
  if (!prime || point.size() <= 1 || (point.size() - 1) % prime->size != 0) return false;
  for (Bytes rest = point.subspan(1); !rest.empty(); rest = rest.subspan(prime->size)) {
    if (!std::ranges::lexicographical_compare(rest.first(prime->size), Bytes(prime->bytes).first(prime->size)))
      return false;
  }
  return true;
}

}  // namespace tlsock
