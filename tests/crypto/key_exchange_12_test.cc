// The keys of certificates in the key exchanges before TLS 1.3: RSA-encrypted premaster secrets, and static ECDH.
#include <algorithm>

#include "catch.hpp"
#include "crypto/der.h"
#include "crypto/key_exchange.h"
#include "crypto/number_internal.h"
#include "crypto/rsa_transport_internal.h"
#include "crypto/signature.h"
#include "vectors.h"

using namespace tlsock;
using test::hex;

namespace {

constexpr std::uint16_t version = 0x0303;

std::shared_ptr<const PrivateKey> private_key(const std::string& file) {
  return *PrivateKey::decode(test::read_pem("keys/" + file));
}
std::shared_ptr<const PublicKey> public_key(const std::string& file) {
  return *PublicKey::from_spki(test::read_pem("keys/" + file));
}

// RsaKeys are a private key, and what raw encryption needs of its public half.
struct RsaKeys {
  std::shared_ptr<const PrivateKey> own;
  std::shared_ptr<const PublicKey> other;
  ByteString n, e;

  explicit RsaKeys(const std::string& file) : own(private_key(file)) {
    const ByteString pem = test::read_pem("keys/" + file);
    DerReader outer{Bytes(pem)};
    DerReader fields = outer.nested(der::sequence);
    fields.integer();
    n = copy(fields.unsigned_integer());
    e = copy(fields.unsigned_integer());
    const ByteString bits = der_element(der::sequence, {der_unsigned(n), der_unsigned(e)});
    other = *PublicKey::from_spki(der_element(
        der::sequence, {hex("300d06092a864886f70d0101010500"), der_element(der::bit_string, {ByteString{0}, bits})}));
  }

  ByteString encrypt_raw(Bytes block) const { return copy(power(Number(block), Number(e), Number(n)).bytes(n.size())); }
};

ByteString premaster(std::size_t size = premaster_size) {
  ByteString bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(0x30 + i);
  bytes[0] = 3;
  bytes[1] = 3;
  return bytes;
}

// block is 00 02 PS 00 M.
ByteString block(std::size_t size, Bytes message) {
  ByteString bytes(size, 0x5a);
  bytes[0] = 0;
  bytes[1] = 2;
  bytes[size - message.size() - 1] = 0;
  std::ranges::copy(message, MutBytes(bytes).last(message.size()).begin());
  return bytes;
}

// FailingRng tells that the machine has no randomness.
struct FailingRng final : Rng {
  Status fill(MutBytes) override { return Error(Reason::CRYPTO_FAILURE); }
};

const char* const rsa_files[] = {"rsa1024-pkcs1.pem", "rsa1025-pkcs1.pem", "rsa2048-pkcs1.pem", "rsa3072-pkcs1.pem",
                                 "rsa4096-pkcs1.pem"};

}  // namespace

TEST_CASE("RSA: premaster secrets are encrypted and decrypted") {
  for (const char* file : rsa_files) {
    CAPTURE(file);
    const RsaKeys keys(file);
    CHECK(keys.own->belongs_to(*keys.other));
    const auto sealed = keys.other->encrypt_premaster(premaster(), system_rng());
    REQUIRE(sealed);
    CHECK(sealed->size() == keys.n.size());
    CHECK(*sealed != *keys.other->encrypt_premaster(premaster(), system_rng()));
    const auto opened = keys.own->decrypt_premaster(*sealed, version, system_rng());
    REQUIRE(opened);
    CHECK(equal(*opened, premaster()));
    const auto raw =
        keys.own->decrypt_premaster(keys.encrypt_raw(block(keys.n.size(), premaster())), version, system_rng());
    REQUIRE(raw);
    CHECK(equal(*raw, premaster()));
  }
}

TEST_CASE("RSA: whatever is wrong gives a random premaster, and no error") {
  for (const char* file : rsa_files) {
    const RsaKeys keys(file);
    const std::size_t size = keys.n.size();
    const auto is_random = [&](const char* what, const ByteString& ciphertext, std::uint16_t client_version = version) {
      CAPTURE(file, what);
      const auto first = keys.own->decrypt_premaster(ciphertext, client_version, system_rng());
      const auto second = keys.own->decrypt_premaster(ciphertext, client_version, system_rng());
      REQUIRE(first);
      REQUIRE(second);
      CHECK(first->size() == premaster_size);
      CHECK_FALSE(equal(*first, *second));
      CHECK_FALSE(equal(*first, premaster()));
    };
    const auto changed = [&](std::size_t at, std::uint8_t to) {
      ByteString bytes = block(size, premaster());
      bytes[at] = to;
      return keys.encrypt_raw(bytes);
    };
    is_random("01 02", changed(0, 1));
    is_random("00 01", changed(1, 1));
    is_random("00 00", changed(1, 0));
    is_random("a zero at the beginning of the padding", changed(2, 0));
    is_random("a zero in the padding", changed(size / 3, 0));
    is_random("a zero at the end of the padding", changed(size - premaster_size - 2, 0));
    is_random("no separator", changed(size - premaster_size - 1, 1));
    is_random("another version", changed(size - premaster_size, 2));
    is_random("another minor version", changed(size - premaster_size + 1, 2));
    is_random("47 bytes", keys.encrypt_raw(block(size, premaster(47))));
    is_random("49 bytes", keys.encrypt_raw(block(size, premaster(49))));
    is_random("no bytes", keys.encrypt_raw(block(size, {})));
    is_random("another version is offered", keys.encrypt_raw(block(size, premaster())), 0x0302);
    ByteString no_separator(size, 0x5a);
    no_separator[0] = 0;
    no_separator[1] = 2;
    is_random("no zero at all", keys.encrypt_raw(no_separator));

    ByteString good = keys.encrypt_raw(block(size, premaster())), last = keys.n, longer = good;
    last.back() -= 1;
    longer.push_back(0);
    is_random("a short ciphertext", copy(Bytes(good).first(size - 1)));
    is_random("a long ciphertext", longer);
    is_random("an empty ciphertext", {});
    is_random("0", ByteString(size));
    is_random("1", keys.encrypt_raw(ByteString{1}));
    is_random("n - 1", last);
    is_random("n", keys.n);
    is_random("beyond n", ByteString(size, 0xff));
    good.back() ^= 1;
    is_random("a changed ciphertext", good);
  }
}

TEST_CASE("RSA: every byte of the block counts") {
  const ByteString good = block(128, premaster()), random(premaster_size, 0xee);
  REQUIRE(equal(decode_premaster(good, version, random), premaster()));
  for (std::size_t i = 0; i < good.size(); ++i) {
    CAPTURE(i);
    const bool in_padding = i >= 2 && i < 128 - premaster_size - 1, in_secret = i >= 128 - premaster_size + 2;
    for (int bit = 0; bit < 8; ++bit) {
      ByteString bad = good;
      bad[i] = static_cast<std::uint8_t>(bad[i] ^ (1 << bit));
      const Secret result = decode_premaster(bad, version, random);
      if (in_padding)
        REQUIRE(equal(result, premaster()));
      else if (in_secret)
        REQUIRE(equal(result, Bytes(bad).last(premaster_size)));
      else
        REQUIRE(equal(result, random));
    }
    ByteString zero = good;
    zero[i] = 0;
    if (in_padding) CHECK(equal(decode_premaster(zero, version, random), random));
  }
}

TEST_CASE("RSA: padding has no zeros, and what does not fit is refused") {
  for (int i = 0; i < 50; ++i) {
    const auto encoded = encode_premaster(premaster(), 512, system_rng());
    REQUIRE(encoded);
    CHECK(std::ranges::count(encoded->bytes().first(512 - premaster_size), 0) == 2);
    CHECK(equal(decode_premaster(*encoded, version, ByteString(premaster_size)), premaster()));
  }
  CHECK(encode_premaster(premaster(), 59, system_rng()));
  CHECK_FALSE(encode_premaster(premaster(), 58, system_rng()));
  FailingRng no_rng;
  const RsaKeys keys("rsa2048-pkcs1.pem");
  CHECK_FALSE(keys.other->encrypt_premaster(premaster(), no_rng));
  CHECK_FALSE(keys.own->decrypt_premaster(ByteString(256), version, no_rng));
}

TEST_CASE("RSA: other keys encrypt and decrypt nothing") {
  for (const std::string name : {"p256", "rsapss", "ed25519"}) {
    CAPTURE(name);
    const auto sealed = public_key(name + "-public.pem")->encrypt_premaster(premaster(), system_rng());
    REQUIRE_FALSE(sealed);
    CHECK(sealed.error().reason == Reason::WRONG_CERTIFICATE_TYPE);
    const auto opened = private_key(name + "-pkcs8.pem")->decrypt_premaster(ByteString(256), version, system_rng());
    REQUIRE_FALSE(opened);
    CHECK(opened.error().reason == Reason::WRONG_CERTIFICATE_TYPE);
  }
}

TEST_CASE("static ECDH: the client's ephemeral key and the certificate's agree") {
  const struct {
    const char* name;
    NamedGroup group;
  } rows[] = {{"p256", NamedGroup::secp256r1}, {"p384", NamedGroup::secp384r1}, {"p521", NamedGroup::secp521r1}};
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto own = private_key(std::string(row.name) + "-pkcs8.pem");
    for (const char* form : {"-public.pem", "-compressed.pem"}) {
      const auto point = public_key(std::string(row.name) + form)->ec_point();
      REQUIRE(point);
      const auto client = KeyExchange::generate(row.group);
      REQUIRE(client);
      const auto theirs = (*client)->agree(*point);
      const auto ours = own->agree((*client)->share());
      REQUIRE(theirs);
      REQUIRE(ours);
      CHECK(equal(*theirs, *ours));
      ByteString off_curve = copy((*client)->share()),
                 compressed = copy(Bytes(off_curve).first(off_curve.size() / 2 + 1));
      off_curve.back() ^= 1;
      compressed.front() = 2;
      const ByteString infinity{0}, zero(point->size());
      for (const ByteString& bad :
           {off_curve, compressed, infinity, zero, ByteString{}, ByteString(point->size() + 1, 4)}) {
        const auto refused = own->agree(bad);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().reason == Reason::BAD_ECPOINT);
        CHECK(refused.error().alert == Alert::illegal_parameter);
      }
    }
  }
}

TEST_CASE("static ECDH: other keys agree with nobody") {
  const auto client = KeyExchange::generate(NamedGroup::secp256r1);
  for (const std::string name : {"bp256", "rsapss", "ed25519"}) {
    CAPTURE(name);
    const auto point = public_key(name + "-public.pem")->ec_point();
    REQUIRE_FALSE(point);
    CHECK(point.error().reason == Reason::WRONG_CERTIFICATE_TYPE);
    const auto secret = private_key(name + "-pkcs8.pem")->agree((*client)->share());
    REQUIRE_FALSE(secret);
    CHECK(secret.error().reason == Reason::WRONG_CERTIFICATE_TYPE);
  }
}
