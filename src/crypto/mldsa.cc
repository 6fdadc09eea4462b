// ML-DSA arithmetic from private to public key. It runs once for a key that comes without its seed, so it is plain
// rather than fast; its number theoretic transform is that of FIPS 204 §7.5.
#include <wolfssl/wolfcrypt/sha3.h>

#include <algorithm>
#include <array>

#include "crypto/mldsa_internal.h"
#include "crypto/wolf_internal.h"

namespace tlsock {
namespace {

constexpr std::uint32_t q = 8380417;
constexpr std::size_t n = 256;
constexpr unsigned d = 13;  // bits dropped from t
constexpr std::size_t rho_size = 32, key_seed_size = 32, tr_size = 64;
constexpr std::size_t t1_size = n * 10 / 8, t0_size = n * d / 8;

struct Parameters {
  std::size_t k, l;
  unsigned eta, eta_bits;
};
Parameters parameters_of(KeyType type) {
  switch (type) {
    case KeyType::mldsa44:
      return {4, 4, 2, 3};
    case KeyType::mldsa65:
      return {6, 5, 4, 4};
    default:
      return {8, 7, 2, 3};
  }
}

// Polynomial has coefficients from 0 to q-1.
using Polynomial = std::array<std::uint32_t, n>;
using Vector = std::vector<Polynomial>;

std::uint32_t multiply(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(a) * b % q);
}
constexpr std::uint32_t power(std::uint32_t base, unsigned exponent) {
  std::uint64_t result = 1;
  for (unsigned i = 0; i < exponent; ++i) result = result * base % q;
  return static_cast<std::uint32_t>(result);
}

// zetas[i] is 1753 to the power of i with its eight bits reversed (FIPS 204 appendix B).
constexpr auto zetas = [] {
  std::array<std::uint32_t, n> powers{}, table{};
  for (std::size_t i = 0; i < n; ++i)
    powers[i] = i == 0 ? 1 : static_cast<std::uint32_t>(std::uint64_t{powers[i - 1]} * 1753 % q);
  for (unsigned i = 0; i < n; ++i) {
    unsigned reversed = 0;
    for (unsigned bit = 0; bit < 8; ++bit) reversed |= (i >> bit & 1) << (7 - bit);
    table[i] = powers[reversed];
  }
  return table;
}();
// 256 · inverse_256 = 1 mod q, by Fermat on the root of unity: 256^-1 = -(q-1)/256.
constexpr std::uint32_t inverse_256 = q - (q - 1) / n;
static_assert(std::uint64_t{inverse_256} * n % q == 1 && power(1753, n) == q - 1);

void transform(Polynomial& w) {
  std::size_t m = 0;
  for (std::size_t length = n / 2; length >= 1; length /= 2) {
    for (std::size_t start = 0; start < n; start += 2 * length) {
      const std::uint32_t zeta = zetas[++m];
      for (std::size_t j = start; j < start + length; ++j) {
        const std::uint32_t t = multiply(zeta, w[j + length]);
        w[j + length] = (w[j] + q - t) % q;
        w[j] = (w[j] + t) % q;
      }
    }
  }
}

void transform_back(Polynomial& w) {
  std::size_t m = n;
  for (std::size_t length = 1; length < n; length *= 2) {
    for (std::size_t start = 0; start < n; start += 2 * length) {
      const std::uint32_t zeta = q - zetas[--m];
      for (std::size_t j = start; j < start + length; ++j) {
        const std::uint32_t t = w[j];
        w[j] = (t + w[j + length]) % q;
        w[j + length] = multiply(zeta, (t + q - w[j + length]) % q);
      }
    }
  }
  for (auto& coefficient : w) coefficient = multiply(coefficient, inverse_256);
}

// matrix_entry is RejNTTPoly (FIPS 204 §7.3) of rho, column and row.
Polynomial matrix_entry(Bytes rho, std::size_t row, std::size_t column) {
  const std::uint8_t place[] = {static_cast<std::uint8_t>(column), static_cast<std::uint8_t>(row)};
  wc_Shake shake;
  must(wc_InitShake128(&shake, nullptr, INVALID_DEVID));
  std::array<std::uint8_t, rho_size + sizeof place> seed;
  std::ranges::copy(place, std::ranges::copy(rho, seed.begin()).out);
  must(wc_Shake128_Absorb(&shake, seed.data(), size32(seed.size())));
  Polynomial a;
  for (std::size_t count = 0; count < n;) {
    std::array<std::uint8_t, WC_SHA3_128_BLOCK_SIZE> block;
    must(wc_Shake128_SqueezeBlocks(&shake, block.data(), 1));
    for (std::size_t i = 0; i + 3 <= block.size() && count < n; i += 3) {
      const std::uint32_t value = block[i] | block[i + 1] << 8 | (block[i + 2] & 0x7fu) << 16;
      if (value < q) a[count++] = value;
    }
  }
  wc_Shake128_Free(&shake);
  return a;
}

// unpack reads `bits` wide little-endian fields.
std::uint32_t unpack(Bytes packed, std::size_t index, unsigned bits) {
  std::uint32_t value = 0;
  for (unsigned i = 0; i < bits; ++i) {
    const std::size_t bit = index * bits + i;
    value |= static_cast<std::uint32_t>(packed[bit / 8] >> (bit % 8) & 1) << i;
  }
  return value;
}

void pack(MutBytes packed, std::size_t index, unsigned bits, std::uint32_t value) {
  for (unsigned i = 0; i < bits; ++i) {
    const std::size_t bit = index * bits + i;
    packed[bit / 8] = static_cast<std::uint8_t>(packed[bit / 8] | (value >> i & 1) << (bit % 8));
  }
}

// unpack_small reads the polynomials of s1 or s2, whose coefficients are stored as eta minus themselves.
Vector unpack_small(Bytes packed, std::size_t count, const Parameters& parameters) {
  const std::size_t size = n * parameters.eta_bits / 8;
  Vector vector(count);
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = 0; j < n; ++j)
      vector[i][j] = (q + parameters.eta - unpack(packed.subspan(i * size, size), j, parameters.eta_bits)) % q;
  return vector;
}

void wipe_vector(Vector& vector) { wipe(vector.data(), vector.size() * sizeof(Polynomial)); }

std::array<std::uint8_t, tr_size> shake256_64(Bytes input) {
  std::array<std::uint8_t, tr_size> out;
  std::ranges::copy(Hash::of(HashAlgorithm::shake256, {input}).bytes(), out.begin());
  return out;
}

}  // namespace

std::optional<ByteString> mldsa_public_of(KeyType type, Bytes expanded) {
  const Parameters parameters = parameters_of(type);
  const std::size_t s_size = n * parameters.eta_bits / 8;
  const Bytes rho = expanded.first(rho_size);
  const Bytes tr = expanded.subspan(rho_size + key_seed_size, tr_size);
  const Bytes s1_packed = expanded.subspan(rho_size + key_seed_size + tr_size, parameters.l * s_size);
  const Bytes s2_packed =
      expanded.subspan(rho_size + key_seed_size + tr_size + s1_packed.size(), parameters.k * s_size);
  const Bytes t0 = expanded.last(parameters.k * t0_size);

  Vector s1 = unpack_small(s1_packed, parameters.l, parameters);
  Vector s2 = unpack_small(s2_packed, parameters.k, parameters);
  for (auto& polynomial : s1) transform(polynomial);

  ByteString public_key(rho_size + parameters.k * t1_size);
  SecretBytes own_t0(t0.size());
  std::ranges::copy(rho, public_key.begin());
  for (std::size_t i = 0; i < parameters.k; ++i) {
    Polynomial t{};
    for (std::size_t j = 0; j < parameters.l; ++j) {
      const Polynomial a = matrix_entry(rho, i, j);
      for (std::size_t c = 0; c < n; ++c) t[c] = (t[c] + multiply(a[c], s1[j][c])) % q;
    }
    transform_back(t);
    const MutBytes t1_to = MutBytes(public_key).subspan(rho_size + i * t1_size, t1_size);
    const MutBytes t0_to = own_t0.bytes().subspan(i * t0_size, t0_size);
    for (std::size_t c = 0; c < n; ++c) {
      // Power2Round: t = t1·2^13 + t0 with -2^12 < t0 <= 2^12; stored is 2^12 - t0.
      const std::uint32_t value = (t[c] + s2[i][c]) % q;
      const std::uint32_t high = (value + (1u << (d - 1)) - 1) >> d;
      pack(t1_to, c, 10, high);
      pack(t0_to, c, d, (1u << (d - 1)) + (high << d) - value);
    }
    wipe(t.data(), sizeof t);
  }
  wipe_vector(s1);
  wipe_vector(s2);
  if (!equal_constant_time(own_t0, t0) || !equal_constant_time(shake256_64(public_key), tr)) return {};
  return public_key;
}

}  // namespace tlsock
