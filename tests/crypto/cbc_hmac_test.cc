// CbcHmac: what is sealed opens, in all four forms; and nothing else does.
#include "crypto/cbc_hmac.h"

#include "crypto/secret_length_hmac_internal.h"
#include "tests/catch.hpp"

using namespace tlsock;

namespace {

ByteString counting(std::size_t size, std::uint8_t start = 0) {
  ByteString bytes(size);
  for (auto& byte : bytes) byte = start++;
  return bytes;
}

// Both ends of one direction.
struct Ends {
  explicit Ends(const CbcHmac::Form& form)
      : mac_key(counting(digest_size(form.mac), 1)),
        key(counting(info(form.cipher).key_size, 2)),
        iv(counting(info(form.cipher).block_size, 3)),
        sealer(form, {mac_key, key, iv}, CbcHmac::Direction::seal, system_rng()),
        opener(form, {mac_key, key, iv}, CbcHmac::Direction::open, system_rng()) {}

  ByteString seal(Bytes plain) {
    ByteString sealed(sealer.sealed_size(plain.size()));
    REQUIRE(sealer.seal(header, plain, sealed));
    return sealed;
  }
  std::optional<ByteString> open(Bytes sealed) {
    const auto size = opener.opened_size(sealed.size());
    if (!size) return {};
    ByteString out(*size, 0xee);
    const auto plain = opener.open(header, sealed, out);
    if (plain) return copy(Bytes(out).first(*plain));
    CHECK(plain.error().reason == Reason::DECRYPTION_FAILED_OR_BAD_RECORD_MAC);
    // Nothing was decrypted, or nothing is left of it.
    CHECK((out == ByteString(out.size()) || out == ByteString(out.size(), 0xee)));
    return {};
  }

  ByteString mac_key, key, iv, header = counting(11, 4);
  CbcHmac sealer, opener;
};

std::vector<CbcHmac::Form> all_forms() {
  std::vector<CbcHmac::Form> forms;
  for (auto cipher : {CbcAlgorithm::aes_128_cbc, CbcAlgorithm::aes_256_cbc, CbcAlgorithm::des_ede3_cbc})
    for (auto mac : {HashAlgorithm::sha1, HashAlgorithm::sha256, HashAlgorithm::sha384})
      for (bool explicit_iv : {false, true})
        for (bool encrypt_then_mac : {false, true}) forms.push_back({cipher, mac, explicit_iv, encrypt_then_mac});
  return forms;
}

}  // namespace

TEST_CASE("CBC: what is sealed opens, apart and in place, one record after the other") {
  for (const auto& form : all_forms()) {
    Ends ends(form);
    for (std::size_t size = 0; size < 100; ++size) {
      CAPTURE(static_cast<int>(form.cipher), static_cast<int>(form.mac), form.explicit_iv, form.encrypt_then_mac, size);
      CHECK(ends.open(ends.seal(counting(size))) == counting(size));
      ByteString sealed = ends.seal(counting(size));
      const MutBytes place =
          MutBytes(sealed).subspan(ends.opener.prefix_size(), *ends.opener.opened_size(sealed.size()));
      const auto plain = ends.opener.open(ends.header, sealed, place);
      REQUIRE(plain);
      CHECK(copy(Bytes(place).first(*plain)) == counting(size));
    }
    CHECK(ends.open(ends.seal(counting(16384))) == counting(16384));
  }
}

TEST_CASE("CBC: no bit may be turned, and no byte be missing") {
  for (const auto& form : all_forms()) {
    if (!form.explicit_iv) continue;  // there a lost record spoils the next
    Ends ends(form);
    const ByteString sealed = ends.seal(counting(37));
    for (std::size_t i = 0; i < sealed.size(); ++i) {
      CAPTURE(i, form.encrypt_then_mac);
      ByteString damaged = sealed;
      damaged[i] ^= 0x40;
      CHECK_FALSE(ends.open(damaged));
    }
    for (std::size_t size = 0; size < sealed.size(); ++size) CHECK_FALSE(ends.open(Bytes(sealed).first(size)));
    ends.header[0] ^= 1;
    CHECK_FALSE(ends.open(sealed));
  }
}

// RFC 5246 §6.2.3.2: a sender may pad up to 255 bytes; each of them has the length for its value.
TEST_CASE("CBC: every padding is taken, and no wrong one") {
  const CbcHmac::Form form{CbcAlgorithm::aes_128_cbc, HashAlgorithm::sha1, true, false};
  Ends ends(form);
  // A text with its own MAC and padding, sealed by a form that adds nothing but a whole block of padding behind, which is
  // cut off: CBC lets a record end at any block.
  const auto sealed_with = [&](Bytes plain, std::size_t padding, std::optional<std::size_t> wrong_at) {
    ByteString head = ends.header;
    head.resize(13);
    store_be(MutBytes(head).subspan(11), plain.size());
    ByteString text = copy(plain);
    const Secret mac = hmac(form.mac, ends.mac_key, {head, plain});
    append(text, mac);
    text.insert(text.end(), padding + 1, static_cast<std::uint8_t>(padding));
    if (wrong_at) text[text.size() - 1 - *wrong_at] ^= 1;
    REQUIRE(text.size() % 16 == 0);
    CbcHmac bare({CbcAlgorithm::aes_128_cbc, HashAlgorithm::sha1, true, true}, {ends.mac_key, ends.key, {}},
                 CbcHmac::Direction::seal, system_rng());
    ByteString sealed(bare.sealed_size(text.size()));
    REQUIRE(bare.seal(ends.header, text, sealed));
    sealed.resize(16 + text.size());
    return sealed;
  };
  for (std::size_t padding = 11; padding < 256; padding += 16) {
    const ByteString plain = counting(48 + 16 - (20 + padding + 1) % 16);
    CAPTURE(padding);
    CHECK(ends.open(sealed_with(plain, padding, {})) == plain);
    for (std::size_t at : {std::size_t{0}, std::size_t{1}, padding / 2, padding})
      CHECK_FALSE(ends.open(sealed_with(plain, padding, at)));
  }
  // A padding that would reach into the MAC, or beyond the record.
  CHECK_FALSE(ends.open(sealed_with(ByteString(), 11, 2)));
}

TEST_CASE("HMAC over a secret length is HMAC") {
  for (auto hash : {HashAlgorithm::sha1, HashAlgorithm::sha256, HashAlgorithm::sha384}) {
    const ByteString key = counting(digest_size(hash)), header = counting(13, 9), data = counting(700, 7);
    for (std::size_t total : {0u, 1u, 50u, 51u, 115u, 300u, 700u}) {
      const std::size_t min = total > 300 ? total - 300 : 0;
      for (std::size_t size = min; size <= total; ++size) {
        CAPTURE(name(hash), total, size);
        const Secret ours = secret_length_hmac(hash, key, header, Bytes(data).first(total), min, size);
        CHECK(equal(ours, hmac(hash, key, {header, Bytes(data).first(size)})));
      }
    }
  }
}
