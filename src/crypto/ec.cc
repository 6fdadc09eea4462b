// The coordinates of points, and what two keys have in common.
#include <wolfssl/wolfcrypt/ecc.h>

#include <algorithm>
#include <array>
#include <string>

#include "crypto/ec_internal.h"
#include "crypto/wolf_internal.h"

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

Result<SecretBytes> agree_on_curve(ecc_key* own, Bytes peer_point, const char* detail) {
  // RFC 8446 §4.2.8.2, RFC 8422 §5.4.1: uncompressed points only.
  constexpr std::uint8_t uncompressed = 4;
  const auto size = static_cast<std::size_t>(own->dp->size);
  if (peer_point.size() != 1 + 2 * size || peer_point.front() != uncompressed ||
      !point_in_field(own->dp->id, peer_point))
    return Error(Reason::BAD_ECPOINT, detail);
  WolfObject<ecc_key, wc_ecc_free> peer;
  must(wc_ecc_init_ex(peer.get(), nullptr, INVALID_DEVID));
  // "Untrusted" checks that the point is on the curve, and not at infinity.
  TRY(check(wc_ecc_import_x963_ex2(peer_point.data(), size32(peer_point.size()), peer.get(), own->dp->id, 1),
            Reason::BAD_ECPOINT, detail));
  TRY(check(wc_ecc_set_rng(own, TRY(thread_rng()))));
  SecretBytes secret(size);
  word32 secret_size = size32(size);
  TRY(check(wc_ecc_shared_secret(own, peer.get(), secret.bytes().data(), &secret_size), Reason::BAD_ECPOINT, detail));
  // RFC 8446 §7.4.2, RFC 8422 §5.10: the x-coordinate with its leading zeros.
  if (secret_size != size) return Error(Reason::CRYPTO_FAILURE, detail);
  return secret;
}

}  // namespace tlsock
