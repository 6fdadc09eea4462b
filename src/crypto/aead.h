// Aead: authenticated encryption, out of place and straight into its destination.
#pragma once

#include <memory>

#include "base/bytes.h"
#include "base/result.h"

namespace tlsock {

enum class AeadAlgorithm : std::uint8_t {
  aes_128_gcm,
  aes_256_gcm,
  chacha20_poly1305,
  aes_128_ccm,
  aes_256_ccm,
  aes_128_ccm_8,
  aes_256_ccm_8,
};

struct AeadInfo {
  std::size_t key_size, tag_size;
  // RFC 8446 §5.5, RFC 9147 §4.5.3: records that may be sealed with one key; and how many may fail to open.
  std::uint64_t confidentiality_limit, integrity_limit;
};
const AeadInfo& info(AeadAlgorithm algorithm);
inline constexpr std::size_t aead_nonce_size = 12;

// Aead is one key of one algorithm. It is used by one thread at a time, and wiped when it dies.
class Aead {
 public:
  // The key must be of the algorithm's size.
  Aead(AeadAlgorithm algorithm, Bytes key);
  Aead(Aead&&) noexcept;
  Aead& operator=(Aead&&) noexcept;
  ~Aead();

  AeadAlgorithm algorithm() const { return algorithm_; }
  std::size_t tag_size() const { return info(algorithm_).tag_size; }

  // seal encrypts `plain` followed by `trailer` (a few bytes, such as the content type of RFC 8446 §5.2) into `out`,
  // whose size is the sum of both and the tag. `plain` may lie in `out` at the same place, or apart from it.
  Status seal(Bytes nonce, Bytes aad, Bytes plain, Bytes trailer, MutBytes out);

  // open decrypts `sealed` (ciphertext and tag) into `out`, whose size is less by the tag. `out` may begin where `sealed`
  // does, or lie apart. A bad tag gives DECRYPTION_FAILED_OR_BAD_RECORD_MAC and zeroes in `out`.
  Status open(Bytes nonce, Bytes aad, Bytes sealed, MutBytes out);

 private:
  struct State;
  AeadAlgorithm algorithm_;
  std::unique_ptr<State> state_;
};

}  // namespace tlsock
