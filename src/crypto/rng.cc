// The thread's generators, and the start of wolfCrypt.
#include "crypto/rng.h"

#include <wolfssl/wolfcrypt/wc_port.h>

#include <algorithm>

#include "crypto/cpu_gate.h"
#include "crypto/first_use.h"
#include "crypto/wolf_internal.h"

namespace tlsock {
namespace {

// ThreadRng reseeds by itself in a child process: wolfCrypt compares getpid() at each call (HAVE_GETPID).
struct ThreadRng {
  WC_RNG rng;
  int code;

  ThreadRng() : code(wc_InitRng(&rng)) {}
  ~ThreadRng() {
    if (code == 0) wc_FreeRng(&rng);
    gone = true;
  }
  // Destructors of other thread-local objects may still ask when the generator is gone.
  static thread_local bool gone;
};
thread_local bool ThreadRng::gone = false;

class SystemRng final : public Rng {
 public:
  Status fill(MutBytes to) override {
    WC_RNG* rng = TRY(thread_rng());
    // NIST SP 800-90A bounds what one request gives.
    constexpr std::size_t most = RNG_MAX_BLOCK_LEN;
    while (!to.empty()) {
      const MutBytes part = to.first(std::min(to.size(), most));
      TRY(check(wc_RNG_GenerateBlock(rng, part.data(), size32(part.size()))));
      to = to.subspan(part.size());
    }
    return {};
  }
};

int start_wolfcrypt() {
  apply_cpu_gate();
  const int code = wolfCrypt_Init();
  return code == 0 ? use_each_algorithm() : code;
}

int start_once() {
  static const int code = start_wolfcrypt();
  return code;
}

}  // namespace

Status init_crypto() { return check(start_once()); }

void ensure_crypto() {
  if (start_once() != 0) throw std::runtime_error("wolfCrypt does not start");
}

Result<WC_RNG*> thread_rng() {
  TRY(check(start_once()));
  if (ThreadRng::gone) return Error(Reason::CRYPTO_FAILURE, "the thread's random generator is gone");
  static thread_local ThreadRng instance;
  TRY(check(instance.code, Reason::CRYPTO_FAILURE, "random generator"));
  return &instance.rng;
}

Rng& system_rng() {
  static SystemRng rng;
  return rng;
}

}  // namespace tlsock
