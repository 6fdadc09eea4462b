// Rng: where randomness comes from. The system's is wolfCrypt's DRBG, one for each thread, reseeded after a fork.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

namespace tlsock {

class Rng {
 public:
  virtual ~Rng() = default;
  // fill fails only if the machine's entropy source does.
  virtual Status fill(MutBytes to) = 0;
};

// system_rng is shared by all threads; it locks nothing, since each thread has a generator of its own behind it.
Rng& system_rng();

// init_crypto makes wolfCrypt ready, once for the process and before any other call into crypto/: it masks CPU features
// that the operating system does not save (cpu_gate.h). Safe to call from any thread, any number of times.
Status init_crypto();

}  // namespace tlsock
