// What surrounds each call of wolfCrypt: its settings, the thread's generator, and its return codes as errors.
#pragma once

#include <wolfssl/wolfcrypt/error-crypt.h>
#include <wolfssl/wolfcrypt/random.h>
#include <wolfssl/wolfcrypt/types.h>

#include <limits>
#include <memory>
#include <new>
#include <stdexcept>

#include "base/bytes.h"
#include "base/result.h"

namespace tlsock {

// ensure_crypto is init_crypto for code that cannot report an error: it throws.
void ensure_crypto();

// thread_rng is this thread's generator. It ends with the thread: do not keep it. CRYPTO_FAILURE if the machine's
// entropy source failed, or the thread is so far gone that its generator is.
Result<WC_RNG*> thread_rng();

// check turns a return code of wolfCrypt into a Status: negative ones are `reason`, but want of memory is thrown.
inline Status check(int code, Reason reason = Reason::CRYPTO_FAILURE, const char* detail = "",
                    std::source_location where = std::source_location::current()) {
  if (code >= 0) return {};
  if (code == MEMORY_E) throw std::bad_alloc();
  return Error(reason, detail, where).with("wolfcrypt", std::to_string(code));
}

// must is for calls that can fail only for want of memory or by a mistake of the caller's.
inline void must(int code) {
  if (code >= 0) return;
  if (code == MEMORY_E) throw std::bad_alloc();
  throw std::logic_error("wolfCrypt: " + std::to_string(code));
}

// size32 is a length as wolfCrypt takes it.
inline word32 size32(std::size_t size) {
  if (size > std::numeric_limits<word32>::max()) throw std::length_error("wolfCrypt takes 32-bit lengths");
  return static_cast<word32>(size);
}

// WolfObject owns a wolfCrypt object on the heap, since those of public-key algorithms take 5 to 17 KB each. Its
// memory is wiped after `free` has seen it.
template <class T, auto free_function>
class WolfObject {
 public:
  WolfObject() {
    ensure_crypto();
    object_ = std::make_unique<T>();
  }
  WolfObject(WolfObject&&) noexcept = default;
  WolfObject& operator=(WolfObject&& other) noexcept {
    if (this != &other) {
      reset();
      object_ = std::move(other.object_);
    }
    return *this;
  }
  ~WolfObject() { reset(); }

  T* get() { return object_.get(); }
  T* operator->() { return object_.get(); }

 private:
  void reset() noexcept {
    if (!object_) return;
    free_function(object_.get());
    wipe(object_.get(), sizeof(T));
  }

  std::unique_ptr<T> object_;
};

}  // namespace tlsock
