// Every block in which the message may end is hashed, and the state behind the right one is kept.
#include <wolfssl/wolfcrypt/sha.h>
#include <wolfssl/wolfcrypt/sha256.h>
#include <wolfssl/wolfcrypt/sha512.h>

#include <algorithm>

#include "base/constant_time.h"
#include "crypto/secret_length_hmac_internal.h"
#include "crypto/wolf_internal.h"

namespace tlsock {
namespace {

// Compression is a hash of wolfCrypt as a sequence of whole blocks, whose state can be looked at between them.
template <class State, std::size_t block, auto init, auto update, auto free>
class Compression {
 public:
  static constexpr std::size_t block_size = block, length_size = block / 8;

  Compression() { must(init(&state_, nullptr, INVALID_DEVID)); }
  Compression(const Compression&) = delete;
  Compression& operator=(const Compression&) = delete;
  ~Compression() {
    free(&state_);
    wipe(&state_, sizeof state_);
  }

  void add(Bytes whole_blocks) {
    if (!whole_blocks.empty()) must(update(&state_, whole_blocks.data(), size32(whole_blocks.size())));
  }

  // chain is the chaining value as the digest would show it.
  void chain(MutBytes to) const {
    constexpr std::size_t word = sizeof state_.digest[0];
    for (std::size_t i = 0; i < to.size() / word; ++i) store_be(to.subspan(i * word, word), state_.digest[i]);
  }

 private:
  State state_;
};

using Sha1 = Compression<wc_Sha, WC_SHA_BLOCK_SIZE, wc_InitSha_ex, wc_ShaUpdate, wc_ShaFree>;
using Sha256 = Compression<wc_Sha256, WC_SHA256_BLOCK_SIZE, wc_InitSha256_ex, wc_Sha256Update, wc_Sha256Free>;
using Sha384 = Compression<wc_Sha384, WC_SHA384_BLOCK_SIZE, wc_InitSha384_ex, wc_Sha384Update, wc_Sha384Free>;

// Block is the buffer of one block, wiped when it dies.
template <std::size_t size>
struct Block {
  std::array<std::uint8_t, size> data{};
  ~Block() { wipe(data.data(), data.size()); }
};

// padded_key is RFC 2104's K xor ipad or opad.
template <std::size_t size>
Block<size> padded_key(Bytes key, std::uint8_t pad) {
  if (key.size() > size) throw std::length_error("secret_length_hmac: key");
  Block<size> block;
  std::ranges::copy(key, block.data.begin());
  for (auto& byte : block.data) byte ^= pad;
  return block;
}

// inner_hash is the hash of K xor ipad, header and data.first(size).
template <class Hash>
Secret inner_hash(Bytes key, Bytes header, Bytes data, std::size_t min_size, std::size_t size,
                  std::size_t digest_size) {
  constexpr std::size_t block_size = Hash::block_size;
  const auto at = [&](std::size_t i) { return i < header.size() ? header[i] : data[i - header.size()]; };
  const std::size_t last_size = header.size() + data.size(), secret_size = header.size() + size;
  // blocks_of tells how many blocks a message takes with FIPS 180-4 §5.1's padding: a bit, zeroes, the length.
  const auto blocks_of = [](std::size_t bytes) { return (bytes + 1 + Hash::length_size + block_size - 1) / block_size; };
  const std::size_t known_blocks = (header.size() + min_size) / block_size;
  const std::size_t last_block = blocks_of(last_size), secret_block = blocks_of(secret_size);

  Hash hash;
  hash.add(padded_key<block_size>(key, 0x36).data);
  Block<block_size> block;
  std::size_t i = 0;
  for (; i < known_blocks * block_size && i < header.size(); i += block_size) {
    for (std::size_t j = 0; j < block_size; ++j) block.data[j] = at(i + j);
    hash.add(block.data);
  }
  hash.add(data.subspan(known_blocks ? i - header.size() : 0, known_blocks * block_size - i));

  std::array<std::uint8_t, 8> length;
  store_be(length, 8 * (block_size + secret_size));
  Secret result(digest_size), chain(digest_size);
  for (std::size_t n = known_blocks; n < last_block; ++n) {
    const Mask is_last = mask_equal(n + 1, secret_block);
    for (std::size_t j = 0; j < block_size; ++j) {
      const std::size_t position = n * block_size + j;
      const std::size_t byte = position < last_size ? at(position) : 0;
      std::size_t value = byte & mask_less(position, secret_size);
      value |= 0x80 & mask_equal(position, secret_size);
      if (j >= block_size - length.size()) value |= length[j - (block_size - length.size())] & is_last;
      block.data[j] = static_cast<std::uint8_t>(value);
    }
    hash.add(block.data);
    hash.chain(chain.bytes());
    for (std::size_t k = 0; k < digest_size; ++k)
      result.bytes()[k] |= static_cast<std::uint8_t>(chain.bytes()[k] & is_last);
  }
  return result;
}

template <class Compress>
Secret hmac_of(HashAlgorithm hash, Bytes key, Bytes header, Bytes data, std::size_t min_size, std::size_t size) {
  const Secret inner = inner_hash<Compress>(key, header, data, min_size, size, digest_size(hash));
  const auto outer_key = padded_key<Compress::block_size>(key, 0x5c);
  Digest digest = Hash::of(hash, {outer_key.data, inner});
  Secret result(digest.bytes());
  wipe(digest.data);
  return result;
}

}  // namespace

Secret secret_length_hmac(HashAlgorithm hash, Bytes key, Bytes header, Bytes data, std::size_t min_size,
                          std::size_t size) {
  ensure_crypto();
  switch (hash) {
    case HashAlgorithm::sha1:
      return hmac_of<Sha1>(hash, key, header, data, min_size, size);
    case HashAlgorithm::sha256:
      return hmac_of<Sha256>(hash, key, header, data, min_size, size);
    case HashAlgorithm::sha384:
      return hmac_of<Sha384>(hash, key, header, data, min_size, size);
    default:
      throw std::logic_error("secret_length_hmac: hash");
  }
}

}  // namespace tlsock
