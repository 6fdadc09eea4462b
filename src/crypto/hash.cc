// Hash over wolfCrypt's hash objects, which lie in place, and HMAC.
#include "crypto/hash.h"

#include <wolfssl/wolfcrypt/md5.h>
#include <wolfssl/wolfcrypt/sha.h>
#include <wolfssl/wolfcrypt/sha256.h>
#include <wolfssl/wolfcrypt/sha3.h>
#include <wolfssl/wolfcrypt/sha512.h>

#include "crypto/hmac_internal.h"
#include "crypto/wolf_internal.h"

namespace tlsock {
namespace {

// HashTable is one hash of wolfCrypt with its type erased.
struct HashTable {
  std::size_t state_size, state_alignment;
  int (*init)(void* state);
  int (*update)(void* state, const byte* data, word32 size);
  int (*final)(void* state, byte* digest);
  int (*copy)(const void* from, void* to);
  void (*free)(void* state);
};

template <class T, auto init_function, auto update_function, auto final_function, auto copy_function,
          auto free_function>
constexpr HashTable table{
    sizeof(T),
    alignof(T),
    [](void* state) { return init_function(static_cast<T*>(state), nullptr, INVALID_DEVID); },
    [](void* state, const byte* data, word32 size) { return update_function(static_cast<T*>(state), data, size); },
    [](void* state, byte* digest) { return final_function(static_cast<T*>(state), digest); },
    [](const void* from, void* to) {
      return copy_function(static_cast<T*>(const_cast<void*>(from)), static_cast<T*>(to));
    },
    [](void* state) { free_function(static_cast<T*>(state)); },
};

// RFC 8419 §2.3: SHAKE256 as a hash has 512 bits.
int shake256_final(wc_Shake* state, byte* digest) {
  return wc_Shake256_Final(state, digest, digest_size(HashAlgorithm::shake256));
}

struct Md5Sha1 {
  wc_Md5 md5;
  wc_Sha sha1;
};
int init_md5_sha1(Md5Sha1* state, void* heap, int device) {
  const int code = wc_InitMd5_ex(&state->md5, heap, device);
  return code ? code : wc_InitSha_ex(&state->sha1, heap, device);
}
int update_md5_sha1(Md5Sha1* state, const byte* data, word32 size) {
  const int code = wc_Md5Update(&state->md5, data, size);
  return code ? code : wc_ShaUpdate(&state->sha1, data, size);
}
int final_md5_sha1(Md5Sha1* state, byte* digest) {
  const int code = wc_Md5Final(&state->md5, digest);
  return code ? code : wc_ShaFinal(&state->sha1, digest + WC_MD5_DIGEST_SIZE);
}
int copy_md5_sha1(Md5Sha1* from, Md5Sha1* to) {
  const int code = wc_Md5Copy(&from->md5, &to->md5);
  return code ? code : wc_ShaCopy(&from->sha1, &to->sha1);
}
void free_md5_sha1(Md5Sha1* state) {
  wc_Md5Free(&state->md5);
  wc_ShaFree(&state->sha1);
}

constexpr auto& md5 = table<wc_Md5, wc_InitMd5_ex, wc_Md5Update, wc_Md5Final, wc_Md5Copy, wc_Md5Free>;
constexpr auto& sha1 = table<wc_Sha, wc_InitSha_ex, wc_ShaUpdate, wc_ShaFinal, wc_ShaCopy, wc_ShaFree>;
constexpr auto& sha224 =
    table<wc_Sha224, wc_InitSha224_ex, wc_Sha224Update, wc_Sha224Final, wc_Sha224Copy, wc_Sha224Free>;
constexpr auto& sha256 =
    table<wc_Sha256, wc_InitSha256_ex, wc_Sha256Update, wc_Sha256Final, wc_Sha256Copy, wc_Sha256Free>;
constexpr auto& sha384 =
    table<wc_Sha384, wc_InitSha384_ex, wc_Sha384Update, wc_Sha384Final, wc_Sha384Copy, wc_Sha384Free>;
constexpr auto& sha512 =
    table<wc_Sha512, wc_InitSha512_ex, wc_Sha512Update, wc_Sha512Final, wc_Sha512Copy, wc_Sha512Free>;
constexpr auto& shake256 =
    table<wc_Shake, wc_InitShake256, wc_Shake256_Update, shake256_final, wc_Shake256_Copy, wc_Shake256_Free>;
constexpr auto& md5_sha1 =
    table<Md5Sha1, init_md5_sha1, update_md5_sha1, final_md5_sha1, copy_md5_sha1, free_md5_sha1>;

const HashTable& table_of(HashAlgorithm algorithm) {
  switch (algorithm) {
    case HashAlgorithm::md5:
      return md5;
    case HashAlgorithm::sha1:
      return sha1;
    case HashAlgorithm::sha224:
      return sha224;
    case HashAlgorithm::sha256:
      return sha256;
    case HashAlgorithm::sha384:
      return sha384;
    case HashAlgorithm::sha512:
      return sha512;
    case HashAlgorithm::shake256:
      return shake256;
    case HashAlgorithm::md5_sha1:
      return md5_sha1;
    case HashAlgorithm::none:
      break;
  }
  throw std::logic_error("Hash of HashAlgorithm::none");
}

}  // namespace

const char* name(HashAlgorithm algorithm) {
  switch (algorithm) {
    case HashAlgorithm::none:
      return "none";
    case HashAlgorithm::md5:
      return "md5";
    case HashAlgorithm::sha1:
      return "sha1";
    case HashAlgorithm::sha224:
      return "sha224";
    case HashAlgorithm::sha256:
      return "sha256";
    case HashAlgorithm::sha384:
      return "sha384";
    case HashAlgorithm::sha512:
      return "sha512";
    case HashAlgorithm::shake256:
      return "shake256";
    case HashAlgorithm::md5_sha1:
      return "md5_sha1";
  }
  return "unknown";
}

Hash::Hash(HashAlgorithm algorithm) : algorithm_(algorithm) {
  constexpr auto fits = [](const HashTable& hash) {
    return hash.state_size <= state_size && hash.state_alignment <= alignof(std::max_align_t);
  };
  static_assert(fits(md5) && fits(sha1) && fits(sha224) && fits(sha256) && fits(sha384) && fits(sha512) &&
                fits(shake256) && fits(md5_sha1));
  ensure_crypto();
  must(table_of(algorithm).init(state_.data()));
}

Hash::Hash(const Hash& other) : algorithm_(other.algorithm_) {
  must(table_of(algorithm_).copy(other.state_.data(), state_.data()));
}

Hash& Hash::operator=(const Hash& other) {
  if (this == &other) return *this;
  table_of(algorithm_).free(state_.data());
  algorithm_ = other.algorithm_;
  must(table_of(algorithm_).copy(other.state_.data(), state_.data()));
  return *this;
}

Hash::~Hash() { table_of(algorithm_).free(state_.data()); }

void Hash::update(Bytes bytes) {
  if (bytes.empty()) return;
  must(table_of(algorithm_).update(state_.data(), bytes.data(), size32(bytes.size())));
}

Digest Hash::digest() const {
  Hash fork(*this);
  Digest digest;
  digest.size = digest_size(algorithm_);
  must(table_of(algorithm_).final(fork.state_.data(), digest.data.data()));
  return digest;
}

Digest Hash::of(HashAlgorithm algorithm, std::initializer_list<Bytes> parts) {
  Hash hash(algorithm);
  for (auto part : parts) hash.update(part);
  Digest digest;
  digest.size = digest_size(algorithm);
  must(table_of(algorithm).final(hash.state_.data(), digest.data.data()));
  return digest;
}

int wolf_hash_type(HashAlgorithm algorithm) {
  switch (algorithm) {
    case HashAlgorithm::md5:
      return WC_HASH_TYPE_MD5;
    case HashAlgorithm::sha1:
      return WC_HASH_TYPE_SHA;
    case HashAlgorithm::sha224:
      return WC_HASH_TYPE_SHA224;
    case HashAlgorithm::sha256:
      return WC_HASH_TYPE_SHA256;
    case HashAlgorithm::sha384:
      return WC_HASH_TYPE_SHA384;
    case HashAlgorithm::sha512:
      return WC_HASH_TYPE_SHA512;
    case HashAlgorithm::shake256:
    case HashAlgorithm::md5_sha1:
    case HashAlgorithm::none:
      break;
  }
  throw std::logic_error("a hash that wolfCrypt has no type for");
}

KeyedHash::KeyedHash(HashAlgorithm algorithm, Bytes key) : size_(digest_size(algorithm)) {
  ensure_crypto();
  // A null key is an error even if it is empty, and an empty one is right: RFC 2104 pads it.
  static constexpr std::uint8_t no_key[1] = {};
  must(wc_HmacInit(&hmac_, nullptr, INVALID_DEVID));
  must(wc_HmacSetKey_ex(&hmac_, wolf_hash_type(algorithm), key.empty() ? no_key : key.data(), size32(key.size()), 1));
}

KeyedHash::~KeyedHash() {
  wc_HmacFree(&hmac_);
  // wc_HmacFree leaves the padded key.
  wipe(&hmac_, sizeof hmac_);
}

void KeyedHash::update(Bytes bytes) {
  if (!bytes.empty()) must(wc_HmacUpdate(&hmac_, bytes.data(), size32(bytes.size())));
}

void KeyedHash::finish(MutBytes to) { must(to.size() == size_ ? wc_HmacFinal(&hmac_, to.data()) : BUFFER_E); }

Secret hmac(HashAlgorithm algorithm, Bytes key, std::initializer_list<Bytes> parts) {
  KeyedHash keyed(algorithm, key);
  for (auto part : parts) keyed.update(part);
  Secret out(keyed.size());
  keyed.finish(out.bytes());
  return out;
}

}  // namespace tlsock
