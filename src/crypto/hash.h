// Hash, Hmac: digests over wolfCrypt. They fail only for want of memory, which is std::bad_alloc.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>

#include "base/bytes.h"
#include "base/secret.h"

namespace tlsock {

// md5_sha1 is both, one behind the other: the hash of TLS before 1.2 (RFC 4346 §7.4.9).
enum class HashAlgorithm : std::uint8_t { none, md5, sha1, sha224, sha256, sha384, sha512, shake256, md5_sha1 };

constexpr std::size_t digest_size(HashAlgorithm algorithm) {
  switch (algorithm) {
    case HashAlgorithm::md5: return 16;
    case HashAlgorithm::sha1: return 20;
    case HashAlgorithm::md5_sha1: return 36;
    case HashAlgorithm::sha224: return 28;
    case HashAlgorithm::sha256: return 32;
    case HashAlgorithm::sha384: return 48;
    case HashAlgorithm::sha512: case HashAlgorithm::shake256: return 64;
    case HashAlgorithm::none: break;
  }
  return 0;
}

// name is "sha256" and its like, as options and suite maps spell it.
const char* name(HashAlgorithm algorithm);

// Digest is a hash value, held inline.
struct Digest {
  std::array<std::uint8_t, 64> data{};
  std::size_t size = 0;

  Bytes bytes() const { return Bytes(data).first(size); }
  operator Bytes() const { return bytes(); }
};

// Hash is a running hash. A copy is a fork that costs about 0.1 µs.
class Hash {
 public:
  explicit Hash(HashAlgorithm algorithm);
  Hash(const Hash& other);
  Hash& operator=(const Hash& other);
  ~Hash();

  void update(Bytes bytes);
  // digest is the hash of all bytes so far; the running hash goes on.
  Digest digest() const;
  HashAlgorithm algorithm() const { return algorithm_; }

  static Digest of(HashAlgorithm algorithm, std::initializer_list<Bytes> parts);

 private:
  static constexpr std::size_t state_size = 512;
  HashAlgorithm algorithm_;
  // No more than operator new gives: a coroutine's frame does not honour a larger alignment.
  alignas(std::max_align_t) std::array<std::uint8_t, state_size> state_;
};

// hmac is HMAC (RFC 2104) over the concatenation of `parts`. The result is secret until the caller says otherwise.
Secret hmac(HashAlgorithm algorithm, Bytes key, std::initializer_list<Bytes> parts);

}  // namespace tlsock
