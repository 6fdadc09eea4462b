// SplitMix64 in the place of wolfCrypt's generator.
#include "seeded_rng.h"

#include <wolfssl/wolfcrypt/random.h>
#include <wolfssl/wolfcrypt/settings.h>

namespace tlsock::fuzz {
namespace {

std::uint64_t state = 0;

std::uint64_t next() {
  std::uint64_t z = state += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

void seed_rng(std::uint64_t seed) { state = seed; }

}  // namespace tlsock::fuzz

extern "C" int __wrap_wc_RNG_GenerateBlock(WC_RNG*, byte* output, word32 size) {
  for (word32 i = 0; i < size; ++i) output[i] = static_cast<byte>(tlsock::fuzz::next());
  return 0;
}

extern "C" int __wrap_wc_RNG_GenerateByte(WC_RNG* rng, byte* output) {
  return __wrap_wc_RNG_GenerateBlock(rng, output, 1);
}
