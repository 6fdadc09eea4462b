// Aead against Wycheproof, and the promises of its interface.
#include "crypto/aead.h"

#include <cstring>

#include "catch.hpp"
#include "vectors.h"

using namespace tlsock;
using test::hex;

namespace {

constexpr AeadAlgorithm all[] = {AeadAlgorithm::aes_128_gcm,       AeadAlgorithm::aes_256_gcm,
                                 AeadAlgorithm::chacha20_poly1305, AeadAlgorithm::aes_128_ccm,
                                 AeadAlgorithm::aes_256_ccm,       AeadAlgorithm::aes_128_ccm_8,
                                 AeadAlgorithm::aes_256_ccm_8};

ByteString sealed_size(const Aead& aead, std::size_t size) { return ByteString(size + aead.tag_size()); }

// run_wycheproof seals with every way of splitting a vector's message that the interface knows, and opens.
void run_wycheproof(const std::string& file, std::initializer_list<AeadAlgorithm> algorithms) {
  const auto json = test::read_json("wycheproof/" + file);
  std::size_t count = 0;
  for (const auto& group : json["testGroups"]) {
    for (const auto algorithm : algorithms) {
      if (group["ivSize"] != 8 * aead_nonce_size || group["keySize"] != 8 * info(algorithm).key_size ||
          group["tagSize"] != 8 * info(algorithm).tag_size)
        continue;
      for (const auto& vector : group["tests"]) {
        CAPTURE(file, vector["tcId"].get<int>());
        const ByteString key = hex(vector, "key"), nonce = hex(vector, "iv"), aad = hex(vector, "aad"),
                         message = hex(vector, "msg");
        ByteString sealed = hex(vector, "ct");
        append(sealed, hex(vector, "tag"));
        Aead aead(algorithm, key);
        ByteString opened(sealed.size() - aead.tag_size());
        ++count;
        if (vector["result"] == "invalid") {
          const auto status = aead.open(nonce, aad, sealed, opened);
          REQUIRE_FALSE(status);
          CHECK(status.error().reason == Reason::DECRYPTION_FAILED_OR_BAD_RECORD_MAC);
          CHECK(opened == ByteString(opened.size()));
          continue;
        }
        REQUIRE(aead.open(nonce, aad, sealed, opened));
        CHECK(opened == message);
        for (std::size_t trailer : {std::size_t{0}, std::size_t{1}, message.size()}) {
          if (trailer > message.size()) continue;
          const Bytes plain = Bytes(message).first(message.size() - trailer);
          ByteString out = sealed_size(aead, message.size());
          REQUIRE(aead.seal(nonce, aad, plain, Bytes(message).last(trailer), out));
          CHECK(out == sealed);
        }
      }
    }
  }
  CHECK(count > 50);
}

}  // namespace

TEST_CASE("AES-GCM: Wycheproof") {
  run_wycheproof("aes_gcm_test.json", {AeadAlgorithm::aes_128_gcm, AeadAlgorithm::aes_256_gcm});
}
TEST_CASE("AES-CCM: Wycheproof") {
  run_wycheproof("aes_ccm_test.json", {AeadAlgorithm::aes_128_ccm, AeadAlgorithm::aes_256_ccm,
                                       AeadAlgorithm::aes_128_ccm_8, AeadAlgorithm::aes_256_ccm_8});
}
TEST_CASE("ChaCha20-Poly1305: Wycheproof") {
  run_wycheproof("chacha20_poly1305_test.json", {AeadAlgorithm::chacha20_poly1305});
}

TEST_CASE("AEAD: all sizes, in place and apart, give the same") {
  for (const auto algorithm : all) {
    const ByteString key(info(algorithm).key_size, 5), nonce(aead_nonce_size, 6), aad(5, 7);
    Aead aead(algorithm, key);
    CHECK(aead.algorithm() == algorithm);
    for (std::size_t size : {0u, 1u, 15u, 16u, 17u, 63u, 64u, 255u, 1024u, 2047u, 2048u, 2049u, 16384u, 16640u}) {
      for (std::size_t trailer_size : {0u, 1u, 3u}) {
        CAPTURE(static_cast<int>(algorithm), size, trailer_size);
        ByteString plain(size), trailer(trailer_size, 23);
        for (std::size_t i = 0; i < size; ++i) plain[i] = static_cast<std::uint8_t>(i * 7);
        ByteString apart = sealed_size(aead, size + trailer_size), in_place = apart;
        REQUIRE(aead.seal(nonce, aad, plain, trailer, apart));
        if (size) std::memcpy(in_place.data(), plain.data(), size);
        REQUIRE(aead.seal(nonce, aad, Bytes(in_place).first(size), trailer, in_place));
        CHECK(apart == in_place);

        ByteString both = plain;
        append(both, trailer);
        ByteString opened(both.size());
        REQUIRE(aead.open(nonce, aad, apart, opened));
        CHECK(opened == both);
        REQUIRE(aead.open(nonce, aad, in_place, MutBytes(in_place).first(both.size())));
        CHECK(equal(Bytes(in_place).first(both.size()), both));
      }
    }
  }
}

TEST_CASE("AEAD: whatever is changed, it does not open, and nothing is left") {
  for (const auto algorithm : all) {
    CAPTURE(static_cast<int>(algorithm));
    const ByteString key(info(algorithm).key_size, 5), plain(40, 9);
    ByteString nonce(aead_nonce_size, 6), aad(13, 7);
    Aead aead(algorithm, key);
    ByteString sealed = sealed_size(aead, plain.size());
    REQUIRE(aead.seal(nonce, aad, plain, {}, sealed));
    ByteString opened(plain.size());
    const auto refused = [&](Bytes bytes) {
      std::ranges::fill(opened, std::uint8_t{0xee});
      const auto status = aead.open(nonce, aad, bytes, opened);
      return !status && status.error().reason == Reason::DECRYPTION_FAILED_OR_BAD_RECORD_MAC &&
             status.error().alert == Alert::bad_record_mac && opened == ByteString(opened.size());
    };
    REQUIRE_FALSE(refused(sealed));
    for (std::size_t i = 0; i < sealed.size(); ++i) {
      ByteString bad = sealed;
      bad[i] ^= 1;
      CHECK(refused(bad));
    }
    aad[3] ^= 1;
    CHECK(refused(sealed));
    aad[3] ^= 1;
    nonce[11] ^= 1;
    CHECK(refused(sealed));
    nonce[11] ^= 1;
    CHECK_FALSE(refused(sealed));
    // In place, too, nothing is left.
    ByteString bad = sealed;
    bad.back() ^= 1;
    CHECK_FALSE(aead.open(nonce, aad, bad, MutBytes(bad).first(plain.size())));
    CHECK(equal(Bytes(bad).first(plain.size()), ByteString(plain.size())));
    const auto shorter = aead.open(nonce, aad, Bytes(sealed).first(aead.tag_size() - 1), {});
    REQUIRE_FALSE(shorter);
    CHECK(shorter.error().reason == Reason::DECRYPTION_FAILED_OR_BAD_RECORD_MAC);
  }
}

TEST_CASE("AEAD: wrong sizes are refused, keys move") {
  const ByteString key(16, 1), nonce(aead_nonce_size, 2), plain(10, 3);
  CHECK_THROWS(Aead(AeadAlgorithm::aes_256_gcm, key));
  CHECK_THROWS(Aead(AeadAlgorithm::chacha20_poly1305, key));
  Aead aead(AeadAlgorithm::aes_128_gcm, key);
  ByteString small(25), right(26), other(26);
  CHECK_FALSE(aead.seal(nonce, {}, plain, {}, small));
  CHECK_FALSE(aead.seal(Bytes(nonce).first(11), {}, plain, {}, right));
  REQUIRE(aead.seal(nonce, {}, plain, {}, right));
  Aead moved(std::move(aead));
  REQUIRE(moved.seal(nonce, {}, plain, {}, other));
  CHECK(right == other);
  Aead assigned(AeadAlgorithm::chacha20_poly1305, ByteString(32));
  assigned = std::move(moved);
  CHECK(assigned.algorithm() == AeadAlgorithm::aes_128_gcm);
  REQUIRE(assigned.seal(nonce, {}, plain, {}, other));
  CHECK(right == other);
}
