// Keys out of DER: the forms that are read, what is refused, and that what they sign verifies.
#include <algorithm>
#include <atomic>
#include <thread>

#include "catch.hpp"
#include "crypto/der.h"
#include "crypto/signature.h"
#include "vectors.h"

using namespace tlsock;
using test::hex;

namespace {

using Kind = SignatureAlgorithm::Kind;

std::shared_ptr<const PrivateKey> private_key(const std::string& file) {
  auto key = PrivateKey::decode(test::read_pem(file));
  if (!key) throw std::runtime_error(file + ": " + key.error().detail);
  return *std::move(key);
}
std::shared_ptr<const PublicKey> public_key(const std::string& file) {
  auto key = PublicKey::from_spki(test::read_pem(file));
  if (!key) throw std::runtime_error(file + ": " + key.error().detail);
  return *std::move(key);
}

bool is_bad_private_key(Bytes der) {
  const auto key = PrivateKey::decode(der);
  return !key && key.error().reason == Reason::BAD_PRIVATE_KEY;
}

struct KeyPair {
  const char *private_file, *public_file;
  KeyType type;
  Curve curve;
  std::size_t bits;
};
const KeyPair pairs[] = {
    {"keys/rsa1024-pkcs1.pem", "keys/rsa1024-public.pem", KeyType::rsa, Curve::none, 1024},
    {"keys/rsa1025-pkcs1.pem", "keys/rsa1025-public.pem", KeyType::rsa, Curve::none, 1025},
    {"keys/rsa2048-pkcs1.pem", "keys/rsa2048-public.pem", KeyType::rsa, Curve::none, 2048},
    {"keys/rsa2048-pkcs8.pem", "keys/rsa2048-public.pem", KeyType::rsa, Curve::none, 2048},
    {"keys/rsa4096-pkcs1.pem", "keys/rsa4096-public.pem", KeyType::rsa, Curve::none, 4096},
    {"keys/rsapss-pkcs8.pem", "keys/rsapss-public.pem", KeyType::rsa_pss, Curve::none, 2048},
    {"keys/rsapss384-pkcs8.pem", "keys/rsapss384-public.pem", KeyType::rsa_pss, Curve::none, 2048},
    {"keys/p256-sec1.pem", "keys/p256-public.pem", KeyType::ec, Curve::secp256r1, 256},
    {"keys/p256-pkcs8.pem", "keys/p256-compressed.pem", KeyType::ec, Curve::secp256r1, 256},
    {"keys/p256-nopublic.pem", "keys/p256-public.pem", KeyType::ec, Curve::secp256r1, 256},
    {"keys/p256-nopublic-pkcs8.pem", "keys/p256-public.pem", KeyType::ec, Curve::secp256r1, 256},
    {"keys/p384-sec1.pem", "keys/p384-public.pem", KeyType::ec, Curve::secp384r1, 384},
    {"keys/p384-pkcs8.pem", "keys/p384-compressed.pem", KeyType::ec, Curve::secp384r1, 384},
    {"keys/p521-sec1.pem", "keys/p521-public.pem", KeyType::ec, Curve::secp521r1, 521},
    {"keys/p521-pkcs8.pem", "keys/p521-compressed.pem", KeyType::ec, Curve::secp521r1, 521},
    {"keys/bp256-sec1.pem", "keys/bp256-public.pem", KeyType::ec, Curve::brainpoolP256r1, 256},
    {"keys/bp256-pkcs8.pem", "keys/bp256-compressed.pem", KeyType::ec, Curve::brainpoolP256r1, 256},
    {"keys/bp384-pkcs8.pem", "keys/bp384-public.pem", KeyType::ec, Curve::brainpoolP384r1, 384},
    {"keys/bp512-pkcs8.pem", "keys/bp512-public.pem", KeyType::ec, Curve::brainpoolP512r1, 512},
    {"keys/ed25519-pkcs8.pem", "keys/ed25519-public.pem", KeyType::ed25519, Curve::none, 256},
    {"keys/ed448-pkcs8.pem", "keys/ed448-public.pem", KeyType::ed448, Curve::none, 456},
    {"mldsa-certs/ML-DSA-44-seed.priv", "mldsa-certs/ML-DSA-44.pub", KeyType::mldsa44, Curve::none, 8 * 1312},
    {"mldsa-certs/ML-DSA-44-expanded.priv", "mldsa-certs/ML-DSA-44.pub", KeyType::mldsa44, Curve::none, 8 * 1312},
    {"mldsa-certs/ML-DSA-44-both.priv", "mldsa-certs/ML-DSA-44.pub", KeyType::mldsa44, Curve::none, 8 * 1312},
    {"mldsa-certs/ML-DSA-65-seed.priv", "mldsa-certs/ML-DSA-65.pub", KeyType::mldsa65, Curve::none, 8 * 1952},
    {"mldsa-certs/ML-DSA-65-expanded.priv", "mldsa-certs/ML-DSA-65.pub", KeyType::mldsa65, Curve::none, 8 * 1952},
    {"mldsa-certs/ML-DSA-65-both.priv", "mldsa-certs/ML-DSA-65.pub", KeyType::mldsa65, Curve::none, 8 * 1952},
    {"mldsa-certs/ML-DSA-87-seed.priv", "mldsa-certs/ML-DSA-87.pub", KeyType::mldsa87, Curve::none, 8 * 2592},
    {"mldsa-certs/ML-DSA-87-expanded.priv", "mldsa-certs/ML-DSA-87.pub", KeyType::mldsa87, Curve::none, 8 * 2592},
    {"mldsa-certs/ML-DSA-87-both.priv", "mldsa-certs/ML-DSA-87.pub", KeyType::mldsa87, Curve::none, 8 * 2592},
};

}  // namespace

TEST_CASE("keys: each form is read, and knows its other half") {
  for (const auto& pair : pairs) {
    CAPTURE(pair.private_file, pair.public_file);
    const auto own = private_key(pair.private_file);
    const auto other = public_key(pair.public_file);
    for (const KeyInfo& info : {own->info(), other->info()}) {
      CHECK(info.type == pair.type);
      CHECK(info.curve == pair.curve);
      CHECK(info.bits == pair.bits);
    }
    CHECK(own->belongs_to(*other));
    for (const auto& stranger : pairs) {
      const auto stem = [](const char* file) { return std::string(file).substr(0, std::string(file).rfind('-')); };
      if (stem(stranger.public_file) == stem(pair.public_file)) continue;
      if (stranger.type != pair.type) continue;
      CAPTURE(stranger.public_file);
      CHECK_FALSE(own->belongs_to(*public_key(stranger.public_file)));
    }
  }
  CHECK_FALSE(private_key("keys/p256-pkcs8.pem")->belongs_to(*public_key("keys/ed25519-public.pem")));
  CHECK_FALSE(private_key("keys/p256-pkcs8.pem")->belongs_to(*public_key("keys/bp256-public.pem")));
  CHECK_FALSE(private_key("keys/rsa2048-pkcs8.pem")->belongs_to(*public_key("keys/rsapss-public.pem")));
}

TEST_CASE("keys: what they sign by any scheme that fits verifies, and nothing else does") {
  const ByteString message = test::read_bytes("keys/message.txt"), nothing;
  for (const auto& pair : pairs) {
    const auto own = private_key(pair.private_file);
    const auto other = public_key(pair.public_file);
    int schemes = 0;
    for (const auto scheme : supported_schemes()) {
      CAPTURE(pair.private_file, name(scheme));
      const SignatureAlgorithm algorithm = *algorithm_of(scheme);
      auto signature = own->sign(algorithm, message);
      if (!fits(own->info(), scheme)) {
        // PKCS#1, SHA-1 and other curves fit no TLS 1.3, but do sign; too small a modulus fails.
        if (signature) CHECK(other->verify(algorithm, message, *signature));
        if (!signature)
          CHECK((signature.error().reason == Reason::WRONG_SIGNATURE_TYPE ||
                 signature.error().reason == Reason::KEY_OPERATION_FAILED));
        continue;
      }
      ++schemes;
      REQUIRE(signature);
      CHECK(other->verify(scheme, message, *signature));
      CHECK_FALSE(other->verify(scheme, nothing, *signature));
      signature->at(signature->size() / 2) ^= 4;
      CHECK_FALSE(other->verify(scheme, message, *signature));
      auto of_nothing = own->sign(algorithm, nothing);
      REQUIRE(of_nothing);
      CHECK(other->verify(scheme, nothing, *of_nothing));
    }
    CHECK(schemes >= 1);
  }
}

TEST_CASE("DSA keys sign in TLS 1.2 alone") {
  const ByteString message = test::read_bytes("keys/message.txt"), nothing;
  const struct {
    const char *private_file, *public_file;
    std::size_t bits;
  } rows[] = {{"keys/dsa1024-160-pkcs8.pem", "keys/dsa1024-160-public.pem", 1024},
              {"keys/dsa2048-224-pkcs8.pem", "keys/dsa2048-224-public.pem", 2048},
              {"keys/dsa2048-256-pkcs8.pem", "keys/dsa2048-256-public.pem", 2048},
              {"keys/dsa2048-256-traditional.pem", "keys/dsa2048-256-public.pem", 2048}};
  for (const auto& row : rows) {
    CAPTURE(row.private_file);
    const auto own = private_key(row.private_file);
    const auto other = public_key(row.public_file);
    CHECK(own->info().type == KeyType::dsa);
    CHECK(own->info().bits == row.bits);
    CHECK(own->belongs_to(*other));
    int schemes = 0;
    for (const auto scheme : supported_schemes()) {
      CAPTURE(name(scheme));
      const SignatureAlgorithm algorithm = *algorithm_of(scheme);
      const auto signature = own->sign(algorithm, message);
      CHECK_FALSE(fits(own->info(), scheme));
      CHECK(signature.has_value() == fits_12(own->info(), scheme));
      if (!signature) {
        CHECK(signature.error().reason == Reason::WRONG_SIGNATURE_TYPE);
        continue;
      }
      ++schemes;
      CHECK(other->verify(algorithm, message, *signature));
      CHECK_FALSE(other->verify(algorithm, nothing, *signature));
      CHECK_FALSE(other->verify(scheme, message, *signature));
      // A fresh k each time.
      CHECK(*signature != *own->sign(algorithm, message));
    }
    CHECK(schemes == 5);
    for (const auto hash : {HashAlgorithm::md5, HashAlgorithm::md5_sha1, HashAlgorithm::shake256})
      CHECK_FALSE(own->sign({Kind::dsa, hash}, message));
    const ByteString der = test::read_pem(row.private_file);
    for (std::size_t size = 0; size < der.size(); ++size)
      if (!is_bad_private_key(Bytes(der).first(size))) FAIL(size << " bytes");
    ByteString longer = der;
    longer.push_back(0);
    CHECK(is_bad_private_key(longer));
  }
  CHECK_FALSE(private_key("keys/dsa2048-256-pkcs8.pem")->belongs_to(*public_key("keys/dsa2048-224-public.pem")));
}

TEST_CASE("DSA keys that are refused") {
  const ByteString traditional = test::read_pem("keys/dsa2048-256-traditional.pem");
  DerReader outer{Bytes(traditional)};
  DerReader fields = outer.nested(der::sequence);
  std::vector<ByteString> numbers;
  while (!fields.at_end()) numbers.push_back(copy(fields.raw_element()));
  REQUIRE(numbers.size() == 6);
  const auto with = [&](std::size_t index, const ByteString& value) {
    auto changed = numbers;
    changed[index] = value;
    ByteString body;
    for (const auto& number : changed) append(body, number);
    return der_element(der::sequence, {body});
  };
  CHECK(PrivateKey::decode(with(0, numbers[0])));
  const ByteString zero = der_unsigned({}), one = der_unsigned(ByteString{1});
  CHECK(is_bad_private_key(with(0, one)));
  // 0 < x < q, y is g^x, g is of order q, and p odd.
  CHECK(is_bad_private_key(with(5, zero)));
  CHECK(is_bad_private_key(with(5, one)));
  CHECK(is_bad_private_key(with(5, numbers[2])));
  CHECK(is_bad_private_key(with(4, numbers[3])));
  CHECK(is_bad_private_key(with(3, zero)));
  CHECK(is_bad_private_key(with(3, one)));
  CHECK(is_bad_private_key(with(3, der_unsigned(ByteString{2}))));
  CHECK(is_bad_private_key(with(2, one)));
  CHECK(is_bad_private_key(with(2, numbers[1])));
  ByteString even = numbers[1];
  even.back() &= 0xfe;
  CHECK(is_bad_private_key(with(1, even)));
  CHECK(is_bad_private_key(with(1, numbers[2])));
}

TEST_CASE("keys: every truncation and trailing byte is refused") {
  for (const auto& pair : pairs) {
    CAPTURE(pair.private_file, pair.public_file);
    const ByteString own = test::read_pem(pair.private_file), other = test::read_pem(pair.public_file);
    const std::size_t own_step = own.size() > 2000 ? 61 : 1;
    for (std::size_t size = 0; size < own.size(); size += own_step) {
      if (!is_bad_private_key(Bytes(own).first(size))) FAIL("a private key of " << size << " bytes");
    }
    for (std::size_t size = 0; size < other.size(); size += other.size() > 1000 ? 31 : 1) {
      const auto key = PublicKey::from_spki(Bytes(other).first(size));
      if (key || key.error().reason != Reason::BAD_CERTIFICATE) FAIL("a public key of " << size << " bytes");
    }
    ByteString longer = own;
    longer.push_back(0);
    CHECK(is_bad_private_key(longer));
    longer = other;
    longer.push_back(0);
    CHECK_FALSE(PublicKey::from_spki(longer));
  }
}

TEST_CASE("keys: changed bytes never crash, and never give another key's half") {
  for (const char* file : {"keys/p256-sec1.pem", "keys/p256-pkcs8.pem", "keys/rsa1024-pkcs1.pem",
                           "keys/ed25519-pkcs8.pem", "keys/rsapss384-pkcs8.pem", "keys/dsa1024-160-pkcs8.pem"}) {
    CAPTURE(file);
    const ByteString good = test::read_pem(file);
    for (std::size_t i = 0; i < good.size(); ++i) {
      for (const int change : {0x01, 0x80, 0xff}) {
        ByteString bad = good;
        bad[i] = static_cast<std::uint8_t>(bad[i] ^ change);
        const auto key = PrivateKey::decode(bad);
        if (!key && key.error().reason != Reason::BAD_PRIVATE_KEY) FAIL("byte " << i);
      }
    }
  }
}

TEST_CASE("public keys that are refused") {
  const auto reason = [](const std::string& file) {
    const auto key = PublicKey::from_spki(test::read_pem(file));
    return key ? Reason::INTERNAL_ERROR : key.error().reason;
  };
  CHECK(reason("keys/k256-public.pem") == Reason::UNKNOWN_CERTIFICATE_TYPE);
  CHECK(reason("keys/x25519-public.pem") == Reason::UNKNOWN_CERTIFICATE_TYPE);
  CHECK(reason("keys/p256-explicit-public.pem") == Reason::BAD_CERTIFICATE);

  ByteString off_curve = test::read_pem("keys/p256-public.pem");
  off_curve.back() ^= 1;
  CHECK_FALSE(PublicKey::from_spki(off_curve));

  const ByteString rsa = hex("300d06092a864886f70d0101010500");
  const auto rsa_key = [&](const ByteString& modulus, const ByteString& exponent) {
    const ByteString key = der_element(der::sequence, {der_unsigned(modulus), der_unsigned(exponent)});
    return PublicKey::from_spki(der_element(der::sequence, {rsa, der_element(der::bit_string, {ByteString{0}, key})}))
        .has_value();
  };
  const ByteString e = hex("010001");
  const auto modulus = [](std::size_t bytes, std::uint8_t last = 0x01) {
    ByteString n(bytes, 0xc5);
    n.back() = last;
    return n;
  };
  CHECK(rsa_key(modulus(128), e));
  CHECK(rsa_key(modulus(1024), e));
  CHECK(rsa_key(modulus(256), hex("03")));
  CHECK_FALSE(rsa_key(modulus(127), e));
  CHECK_FALSE(rsa_key(modulus(1025), e));
  CHECK_FALSE(rsa_key(modulus(256, 0x02), e));
  CHECK_FALSE(rsa_key(modulus(256), hex("01")));
  CHECK_FALSE(rsa_key(modulus(256), hex("00")));
  CHECK_FALSE(rsa_key(modulus(256), hex("010000")));
  CHECK_FALSE(rsa_key(modulus(256), hex("01000000000000000001")));

  // RFC 8410 §3: no parameters, not even NULL; RFC 3279 §2.3.1: RSA has it.
  ByteString ed25519 = test::read_pem("keys/ed25519-public.pem");
  const ByteString bits(ed25519.end() - 35, ed25519.end());
  CHECK(PublicKey::from_spki(der_element(der::sequence, {hex("300506032b6570"), bits})));
  CHECK_FALSE(PublicKey::from_spki(der_element(der::sequence, {hex("300706032b65700500"), bits})));
  const ByteString rsa_bits = der_element(
      der::bit_string, {ByteString{0}, der_element(der::sequence, {der_unsigned(modulus(256)), der_unsigned(e)})});
  CHECK_FALSE(PublicKey::from_spki(der_element(der::sequence, {hex("300b06092a864886f70d010101"), rsa_bits})));
}

TEST_CASE("private keys that are refused") {
  for (const char* file :
       {"keys/k256-pkcs8.pem", "keys/k256-sec1.pem", "keys/x25519-pkcs8.pem", "keys/p256-explicit.pem",
        "keys/p256-public.pem", "keys/p256-aes256.pem", "mldsa-certs/bad-ML-DSA-44-1.priv",
        "mldsa-certs/bad-ML-DSA-44-2.priv", "mldsa-certs/bad-ML-DSA-44-3.priv"}) {
    CAPTURE(file);
    CHECK(is_bad_private_key(test::read_pem(file)));
  }
  CHECK(is_bad_private_key({}));
  CHECK(is_bad_private_key(hex("3000")));
  CHECK(is_bad_private_key(hex("3003020100")));

  // A scalar of 0, of the order, and one that is not that of the public key beside it.
  const ByteString parameters = hex("a00a06082a8648ce3d030107");
  const auto sec1 = [&](const std::string& scalar, Bytes rest = {}) {
    return der_element(der::sequence, {hex("020101"), der_element(der::octet_string, {hex(scalar)}), parameters, rest});
  };
  const std::string order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
  CHECK(is_bad_private_key(sec1(std::string(64, '0'))));
  CHECK(is_bad_private_key(sec1(order)));
  CHECK(is_bad_private_key(sec1(std::string(64, 'f'))));
  CHECK(is_bad_private_key(sec1("")));
  CHECK(is_bad_private_key(sec1("00" + std::string(64, '1'))));
  CHECK(PrivateKey::decode(sec1(order.substr(0, 63) + "0")));
  CHECK(PrivateKey::decode(sec1("05")));
  ByteString other = test::read_pem("keys/p256-public.pem");
  const ByteString public_field = der_element(der::constructed_context(1), {Bytes(other).last(68)});
  CHECK(is_bad_private_key(sec1("05", public_field)));

  // RSA whose primes do not make its modulus.
  const ByteString rsa = test::read_pem("keys/rsa1024-pkcs1.pem");
  DerReader outer{Bytes(rsa)};
  DerReader fields = outer.nested(der::sequence);
  std::vector<ByteString> numbers;
  while (!fields.at_end()) numbers.push_back(copy(fields.raw_element()));
  REQUIRE(numbers.size() == 9);
  const auto rebuilt = [&] {
    ByteString body;
    for (const auto& number : numbers) append(body, number);
    return der_element(der::sequence, {body});
  };
  CHECK(PrivateKey::decode(rebuilt()));
  const ByteString p = numbers[4];
  numbers[4] = numbers[5];
  CHECK(is_bad_private_key(rebuilt()));
  numbers[4] = p;
  numbers[0] = der_unsigned(ByteString{1});
  CHECK(is_bad_private_key(rebuilt()));
}

TEST_CASE("a faulty RSA key gives no signature away") {
  // A wrong coefficient: the product of the primes is right, but the signature is not.
  const ByteString rsa = test::read_pem("keys/rsa2048-pkcs1.pem");
  ByteString bad = rsa;
  bad[bad.size() - 3] ^= 1;
  auto key = PrivateKey::decode(bad);
  REQUIRE(key);
  for (const auto& algorithm : {SignatureAlgorithm{Kind::rsa_pss, HashAlgorithm::sha256, 32},
                                SignatureAlgorithm{Kind::rsa_pkcs1, HashAlgorithm::sha256}}) {
    const auto signature = (*key)->sign(algorithm, as_bytes("x"));
    REQUIRE_FALSE(signature);
    CHECK(signature.error().reason == Reason::KEY_OPERATION_FAILED);
  }
}

TEST_CASE("keys sign on many threads at once") {
  const ByteString message = test::read_bytes("keys/message.txt");
  const struct {
    const char *own, *other;
    SignatureScheme scheme;
  } rows[] = {
      {"keys/p256-pkcs8.pem", "keys/p256-public.pem", SignatureScheme::ecdsa_secp256r1_sha256},
      {"keys/rsa2048-pkcs8.pem", "keys/rsa2048-public.pem", SignatureScheme::rsa_pss_rsae_sha256},
      {"keys/ed25519-pkcs8.pem", "keys/ed25519-public.pem", SignatureScheme::ed25519},
      {"mldsa-certs/ML-DSA-44-seed.priv", "mldsa-certs/ML-DSA-44.pub", SignatureScheme::mldsa44},
  };
  for (const auto& row : rows) {
    CAPTURE(row.own);
    const auto own = private_key(row.own);
    const auto other = public_key(row.other);
    std::atomic<int> good = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 10; ++i) {
          const auto signature = own->sign(*algorithm_of(row.scheme), message);
          if (signature && other->verify(row.scheme, message, *signature)) ++good;
        }
      });
    for (auto& thread : threads) thread.join();
    CHECK(good == 40);
  }
}

TEST_CASE("encrypted PKCS#8, as OpenSSL writes it") {
  const ByteString plain = test::read_pem("keys/p256-pkcs8.pem");
  for (const char* file : {"p256-aes256.pem", "p256-aes128.pem", "p256-aes192.pem", "p256-sha512.pem", "p256-des3.pem",
                           "p256-scrypt.pem", "p256-pbe-sha1-3des.pem", "p256-pbe-md5-des.pem"}) {
    CAPTURE(file);
    const ByteString sealed = test::read_pem(std::string("keys/") + file);
    const auto opened = PrivateKey::decrypt(sealed, as_bytes("geheim"));
    REQUIRE(opened);
    CHECK(equal(opened->bytes(), plain));
    for (const char* wrong : {"", "Geheim", "geheim ", "x"}) {
      const auto refused = PrivateKey::decrypt(sealed, as_bytes(wrong));
      REQUIRE_FALSE(refused);
      CHECK(refused.error().reason == Reason::BAD_PASSWORD);
    }
    for (std::size_t size = 0; size < sealed.size(); ++size)
      if (PrivateKey::decrypt(Bytes(sealed).first(size), as_bytes("geheim"))) FAIL("opens with " << size << " bytes");
  }
  const auto slow = PrivateKey::decrypt(test::read_pem("keys/p256-iterations.pem"), as_bytes("geheim"));
  REQUIRE_FALSE(slow);
  CHECK(slow.error().reason == Reason::BAD_PRIVATE_KEY);
  CHECK_FALSE(PrivateKey::decrypt(plain, as_bytes("geheim")));
}
