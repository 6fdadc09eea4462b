// The encoding of RSA-encrypted premaster secrets, whose decoder must not be an oracle (Bleichenbacher).
#include <algorithm>
#include <stdexcept>

#include "base/constant_time.h"
#include "crypto/rsa_transport_internal.h"

namespace tlsock {
namespace {

// 00 02, eight bytes of padding at least, 00.
constexpr std::size_t overhead = 11;

}  // namespace

Result<SecretBytes> encode_premaster(Bytes premaster, std::size_t size, Rng& rng) {
  if (size < premaster.size() + overhead) return Error(Reason::ENCODE_ERROR, "EncryptedPreMasterSecret");
  SecretBytes encoded(size);
  encoded.bytes()[1] = 2;
  for (auto& byte : encoded.bytes().subspan(2, size - premaster.size() - 3))
    while (byte == 0) TRY(rng.fill(MutBytes(&byte, 1)));
  std::ranges::copy(premaster, encoded.bytes().last(premaster.size()).begin());
  return encoded;
}

Secret decode_premaster(Bytes encoded, std::uint16_t version, Bytes random) {
  if (encoded.size() < premaster_size + overhead || random.size() != premaster_size)
    throw std::length_error("decode_premaster");
  const Bytes padding = encoded.subspan(2, encoded.size() - premaster_size - 3);
  const Bytes premaster = encoded.last(premaster_size);
  // A separator where 48 bytes follow, and none before, is that the length is 48.
  Mask good = mask_zero(encoded[0]) & mask_equal(encoded[1], 2) & mask_zero(encoded[2 + padding.size()]);
  for (const auto byte : padding) good &= ~mask_zero(byte);
  good &= mask_equal(premaster[0], version >> 8) & mask_equal(premaster[1], version & 0xff);
  Secret result(premaster_size);
  for (std::size_t i = 0; i < premaster_size; ++i)
    result.bytes()[i] = static_cast<std::uint8_t>(select(good, premaster[i], random[i]));
  return result;
}

}  // namespace tlsock
