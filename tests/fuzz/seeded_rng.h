// The generator of the fuzz targets: wolfCrypt's own is replaced at link time (--wrap), so that an input always does
// the same. Never part of the library.
#pragma once

#include <cstdint>

namespace tlsock::fuzz {

// seed_rng starts a stream anew; it is called at the start of each input.
void seed_rng(std::uint64_t seed);

}  // namespace tlsock::fuzz
