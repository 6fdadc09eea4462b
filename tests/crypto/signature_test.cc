// Signatures: published vectors, signatures that OpenSSL made, and the rules of the schemes.
#include "crypto/signature.h"

#include <algorithm>

#include "catch.hpp"
#include "crypto/der.h"
#include "vectors.h"

using namespace tlsock;
using test::hex;

namespace {

using Kind = SignatureAlgorithm::Kind;

HashAlgorithm hash_of(const std::string& name) {
  if (name == "SHA-1") return HashAlgorithm::sha1;
  if (name == "SHA-224") return HashAlgorithm::sha224;
  if (name == "SHA-256") return HashAlgorithm::sha256;
  if (name == "SHA-384") return HashAlgorithm::sha384;
  if (name == "SHA-512") return HashAlgorithm::sha512;
  return HashAlgorithm::none;
}

std::shared_ptr<const PublicKey> public_key(const std::string& name) {
  return *PublicKey::from_spki(test::read_pem("keys/" + name));
}

// run_verification runs a Wycheproof file of signatures; `algorithm` tells how a group of them is made.
template <class AlgorithmOf>
void run_verification(const std::string& file, AlgorithmOf algorithm_of_group, std::size_t at_least) {
  const auto json = test::read_json("wycheproof/" + file);
  std::size_t count = 0;
  for (const auto& group : json["testGroups"]) {
    const std::optional<SignatureAlgorithm> algorithm = algorithm_of_group(group);
    if (!algorithm) continue;
    const auto key = PublicKey::from_spki(hex(group, "publicKeyDer"));
    REQUIRE(key);
    for (const auto& vector : group["tests"]) {
      CAPTURE(file, vector["tcId"].get<int>(), vector["comment"].get<std::string>());
      const auto status = (*key)->verify(*algorithm, hex(vector, "msg"), hex(vector, "sig"));
      ++count;
      if (vector["result"] == "acceptable") {
        // We are strict: RFC 8017 §A.2.4 has the NULL, FIPS 186-5 the hash.
        if (!status) CHECK(status.error().reason == Reason::BAD_SIGNATURE);
        continue;
      }
      CHECK(status.has_value() == (vector["result"] == "valid"));
      if (!status) CHECK(status.error().reason == Reason::BAD_SIGNATURE);
    }
  }
  CHECK(count >= at_least);
}

}  // namespace

TEST_CASE("ECDSA: Wycheproof") {
  for (const char* file : {"ecdsa_secp256r1_sha256_test.json", "ecdsa_secp384r1_sha384_test.json",
                           "ecdsa_secp521r1_sha512_test.json", "ecdsa_brainpoolP256r1_sha256_test.json"})
    run_verification(
        file, [](const auto& group) { return SignatureAlgorithm{Kind::ecdsa, hash_of(group["sha"])}; }, 400);
}

TEST_CASE("EdDSA: Wycheproof") {
  run_verification("ed25519_test.json", [](const auto&) { return SignatureAlgorithm{Kind::ed25519}; }, 80);
  run_verification("ed448_test.json", [](const auto&) { return SignatureAlgorithm{Kind::ed448}; }, 80);
}

TEST_CASE("RSA PKCS#1 v1.5: Wycheproof") {
  for (const char* file : {"rsa_signature_2048_sha256_test.json", "rsa_signature_2048_sha384_test.json",
                           "rsa_signature_2048_sha512_test.json", "rsa_signature_3072_sha256_test.json",
                           "rsa_signature_4096_sha512_test.json"})
    run_verification(
        file, [](const auto& group) { return SignatureAlgorithm{Kind::rsa_pkcs1, hash_of(group["sha"])}; }, 200);
}

TEST_CASE("RSA-PSS: Wycheproof") {
  const auto algorithm = [](const auto& group) {
    return SignatureAlgorithm{Kind::rsa_pss, hash_of(group["sha"]), group["sLen"].template get<std::size_t>()};
  };
  run_verification("rsa_pss_2048_sha256_mgf1_32_test.json", algorithm, 50);
  run_verification("rsa_pss_2048_sha256_mgf1_32_params_test.json", algorithm, 50);
  run_verification("rsa_pss_2048_sha384_mgf1_48_test.json", algorithm, 50);
  run_verification("rsa_pss_4096_sha512_mgf1_64_test.json", algorithm, 50);
  // Other hashes, and a mask of another hash, are beyond us.
  run_verification(
      "rsa_pss_misc_params_test.json",
      [&](const auto& group) -> std::optional<SignatureAlgorithm> {
        const auto one = algorithm(group);
        if (one.hash == HashAlgorithm::none || group["mgf"] != "MGF1" || group["mgfSha"] != group["sha"]) return {};
        return one;
      },
      30);
}

TEST_CASE("ML-DSA: Wycheproof") {
  const struct {
    const char* file;
    Kind kind;
    KeyType type;
    int last;
  } files[] = {{"mldsa_44_sign_seed_test.json", Kind::mldsa44, KeyType::mldsa44, 0x11},
               {"mldsa_44_sign_noseed_test.json", Kind::mldsa44, KeyType::mldsa44, 0x11},
               {"mldsa_65_sign_seed_test.json", Kind::mldsa65, KeyType::mldsa65, 0x12}};
  for (const auto& [file, kind, type, last] : files) {
    const auto json = test::read_json(std::string("wycheproof/") + file);
    std::size_t verified = 0;
    const ByteString oid =
        der_element(der::oid, {hex("6086480165030403"), ByteString{static_cast<std::uint8_t>(last)}});
    const ByteString identifier = der_element(der::sequence, {oid});
    for (const auto& group : json["testGroups"]) {
      // The private key, wrapped as PKCS#8, gives the public key.
      ByteString choice;
      if (group.contains("privateSeed")) choice = der_element(der::context(0), {hex(group, "privateSeed")});
      if (group.contains("privateKey")) choice = der_element(der::octet_string, {hex(group, "privateKey")});
      const ByteString pkcs8 =
          der_element(der::sequence, {der_unsigned({}), identifier, der_element(der::octet_string, {choice})});
      auto private_key = PrivateKey::decode(pkcs8);
      const bool has_public = group.contains("publicKey") && group["publicKey"].is_string() &&
                              !group["publicKey"].template get<std::string>().empty();
      CAPTURE(file, group["tests"][0]["tcId"].get<int>());
      if (!has_public || group["tests"][0]["flags"][0] == "InvalidPrivateKey") {
        CHECK_FALSE(private_key);
        continue;
      }
      const ByteString bits = der_element(der::bit_string, {ByteString{0}, hex(group, "publicKey")});
      auto key = PublicKey::from_spki(der_element(der::sequence, {identifier, bits}));
      REQUIRE(key);
      CHECK((*key)->info().type == type);
      REQUIRE(private_key);
      CHECK((*private_key)->belongs_to(**key));
      for (const auto& vector : group["tests"]) {
        CAPTURE(vector["tcId"].get<int>());
        // TLS has no context; what has only mu does not concern us.
        if (!vector.contains("msg") || (vector.contains("ctx") && !vector["ctx"].get<std::string>().empty()) ||
            vector["result"] != "valid")
          continue;
        CHECK((*key)->verify(SignatureAlgorithm{kind}, hex(vector, "msg"), hex(vector, "sig")));
        ++verified;
      }
    }
    CHECK(verified > 15);
  }
}

TEST_CASE("signatures that OpenSSL made") {
  const ByteString message = test::read_bytes("keys/message.txt");
  const auto good = [&](const std::string& key, const SignatureAlgorithm& algorithm, const std::string& file) {
    CAPTURE(key, file);
    const auto public_half = public_key(key);
    ByteString signature = test::read_bytes("keys/" + file);
    CHECK(public_half->verify(algorithm, message, signature));
    CHECK_FALSE(public_half->verify(algorithm, Bytes(message).first(message.size() - 1), signature));
    for (std::size_t size : {std::size_t{0}, signature.size() - 1})
      CHECK_FALSE(public_half->verify(algorithm, message, Bytes(signature).first(size)));
    signature.push_back(0);
    CHECK_FALSE(public_half->verify(algorithm, message, signature));
    signature.pop_back();
    signature.back() ^= 1;
    CHECK_FALSE(public_half->verify(algorithm, message, signature));
  };
  const struct {
    const char* name;
    HashAlgorithm hash;
  } hashes[] = {{"sha1", HashAlgorithm::sha1},
                {"sha256", HashAlgorithm::sha256},
                {"sha384", HashAlgorithm::sha384},
                {"sha512", HashAlgorithm::sha512}};
  for (const auto& [text, hash] : hashes) {
    const std::string suffix = std::string("-") + text + ".sig";
    // Digests longer than the group's order are cut.
    for (const std::string curve : {"p256", "p384", "p521", "bp256", "bp384", "bp512"})
      good(curve + "-public.pem", {Kind::ecdsa, hash}, curve + suffix);
    good("rsa2048-public.pem", {Kind::rsa_pkcs1, hash}, "rsa2048-pkcs1" + suffix);
    good("rsa2048-public.pem", {Kind::rsa_pss, hash, digest_size(hash)}, "rsa2048-pss" + suffix);
    if (hash == HashAlgorithm::sha384) continue;
    for (const std::string size : {"dsa1024-160", "dsa2048-224", "dsa2048-256"})
      good(size + "-public.pem", {Kind::dsa, hash}, size + suffix);
  }
  good("rsa1025-public.pem", {Kind::rsa_pss, HashAlgorithm::sha256, 32}, "rsa1025-pss-sha256.sig");
  good("rsapss384-public.pem", {Kind::rsa_pss, HashAlgorithm::sha384, 48}, "rsapss384-pss-sha384.sig");
  good("ed25519-public.pem", {Kind::ed25519}, "ed25519.sig");
  good("ed448-public.pem", {Kind::ed448}, "ed448.sig");
}

TEST_CASE("a key verifies only what its kind signs") {
  const ByteString message = test::read_bytes("keys/message.txt");
  const auto refused = [&](const std::string& key, const SignatureAlgorithm& algorithm, const std::string& file) {
    CAPTURE(key, file);
    const auto status = public_key(key)->verify(algorithm, message, test::read_bytes("keys/" + file));
    REQUIRE_FALSE(status);
    CHECK(status.error().reason == Reason::BAD_SIGNATURE);
  };
  refused("rsa2048-public.pem", {Kind::rsa_pss, HashAlgorithm::sha256, 32}, "rsa2048-pkcs1-sha256.sig");
  refused("rsa2048-public.pem", {Kind::rsa_pkcs1, HashAlgorithm::sha256}, "rsa2048-pss-sha256.sig");
  refused("rsa2048-public.pem", {Kind::rsa_pkcs1, HashAlgorithm::sha384}, "rsa2048-pkcs1-sha256.sig");
  refused("rsa2048-public.pem", {Kind::rsa_pss, HashAlgorithm::sha256, 20}, "rsa2048-pss-sha256.sig");
  refused("rsa2048-public.pem", {Kind::rsa_pkcs1, HashAlgorithm::md5}, "rsa2048-pkcs1-sha256.sig");
  refused("rsa2048-public.pem", {Kind::ecdsa, HashAlgorithm::sha256}, "p256-sha256.sig");
  refused("p256-public.pem", {Kind::rsa_pkcs1, HashAlgorithm::sha256}, "rsa2048-pkcs1-sha256.sig");
  refused("p256-public.pem", {Kind::dsa, HashAlgorithm::sha256}, "p256-sha256.sig");
  refused("p256-public.pem", {Kind::ecdsa, HashAlgorithm::md5}, "p256-sha256.sig");
  refused("p384-public.pem", {Kind::ecdsa, HashAlgorithm::sha256}, "p256-sha256.sig");
  refused("ed25519-public.pem", {Kind::ed448}, "ed25519.sig");
  refused("ed448-public.pem", {Kind::ed25519}, "ed25519.sig");
  // RFC 4055 §3.1: a key with parameters is bound to them, and no RSASSA-PSS key does PKCS#1 v1.5.
  refused("rsapss384-public.pem", {Kind::rsa_pss, HashAlgorithm::sha256, 48}, "rsapss384-pss-sha384.sig");
  refused("rsapss384-public.pem", {Kind::rsa_pkcs1, HashAlgorithm::sha384}, "rsapss384-pss-sha384.sig");
}

TEST_CASE("signature schemes: order, defaults and what they are made of") {
  CHECK(std::ranges::equal(
      default_schemes(),
      std::initializer_list<SignatureScheme>{
          SignatureScheme::mldsa87, SignatureScheme::mldsa65, SignatureScheme::mldsa44, SignatureScheme::ed25519,
          SignatureScheme::ed448, SignatureScheme::ecdsa_secp521r1_sha512, SignatureScheme::ecdsa_secp384r1_sha384,
          SignatureScheme::ecdsa_secp256r1_sha256, SignatureScheme::rsa_pss_pss_sha512,
          SignatureScheme::rsa_pss_pss_sha384, SignatureScheme::rsa_pss_pss_sha256,
          SignatureScheme::rsa_pss_rsae_sha512, SignatureScheme::rsa_pss_rsae_sha384,
          SignatureScheme::rsa_pss_rsae_sha256, SignatureScheme::rsa_pkcs1_sha512, SignatureScheme::rsa_pkcs1_sha384,
          SignatureScheme::rsa_pkcs1_sha256}));
  CHECK(supported_schemes().size() == 27);
  for (const auto scheme : supported_schemes()) {
    CAPTURE(name(scheme));
    CHECK(algorithm_of(scheme));
  }
  CHECK(algorithm_of(SignatureScheme::rsa_pss_rsae_sha384) ==
        SignatureAlgorithm{Kind::rsa_pss, HashAlgorithm::sha384, 48});
  CHECK(algorithm_of(static_cast<SignatureScheme>(0x0402)) == SignatureAlgorithm{Kind::dsa, HashAlgorithm::sha256});
  CHECK(algorithm_of(static_cast<SignatureScheme>(0x0202)) == SignatureAlgorithm{Kind::dsa, HashAlgorithm::sha1});
  CHECK_FALSE(algorithm_of(static_cast<SignatureScheme>(0x0101)));
  CHECK_FALSE(allowed_in_tls13(SignatureScheme::rsa_pkcs1_sha256));
  CHECK_FALSE(allowed_in_tls13(SignatureScheme::ecdsa_sha1));
  CHECK_FALSE(allowed_in_tls13(static_cast<SignatureScheme>(0x0402)));
  CHECK(allowed_in_tls13(SignatureScheme::ecdsa_brainpoolP256r1tls13_sha256));
}

TEST_CASE("signature schemes fit keys of one kind, one curve and enough bits") {
  const struct {
    const char* key;
    std::initializer_list<SignatureScheme> schemes;
  } rows[] = {
      {"p256-public.pem", {SignatureScheme::ecdsa_secp256r1_sha256}},
      {"p384-public.pem", {SignatureScheme::ecdsa_secp384r1_sha384}},
      {"p521-public.pem", {SignatureScheme::ecdsa_secp521r1_sha512}},
      {"bp256-public.pem", {SignatureScheme::ecdsa_brainpoolP256r1tls13_sha256}},
      {"bp384-public.pem", {SignatureScheme::ecdsa_brainpoolP384r1tls13_sha384}},
      {"bp512-public.pem", {SignatureScheme::ecdsa_brainpoolP512r1tls13_sha512}},
      {"ed25519-public.pem", {SignatureScheme::ed25519}},
      {"ed448-public.pem", {SignatureScheme::ed448}},
      {"rsa2048-public.pem",
       {SignatureScheme::rsa_pss_rsae_sha512, SignatureScheme::rsa_pss_rsae_sha384,
        SignatureScheme::rsa_pss_rsae_sha256}},
      // SHA-512 with its salt needs 1040 bits and one.
      {"rsa1024-public.pem", {SignatureScheme::rsa_pss_rsae_sha384, SignatureScheme::rsa_pss_rsae_sha256}},
      {"rsapss-public.pem",
       {SignatureScheme::rsa_pss_pss_sha512, SignatureScheme::rsa_pss_pss_sha384, SignatureScheme::rsa_pss_pss_sha256}},
      {"rsapss384-public.pem", {SignatureScheme::rsa_pss_pss_sha384}},
      {"dsa2048-256-public.pem", {}},
  };
  const ByteString message = test::read_bytes("keys/message.txt");
  for (const auto& [file, schemes] : rows) {
    const auto key = public_key(file);
    for (const auto scheme : supported_schemes()) {
      CAPTURE(file, name(scheme));
      const bool expected = std::ranges::find(schemes, scheme) != schemes.end();
      CHECK(fits(key->info(), scheme) == expected);
      const auto status = key->verify(scheme, message, message);
      REQUIRE_FALSE(status);
      CHECK(status.error().reason == (expected ? Reason::BAD_SIGNATURE : Reason::WRONG_SIGNATURE_TYPE));
    }
    CHECK_FALSE(fits(key->info(), static_cast<SignatureScheme>(0x0402)));
    CHECK(fits_12(key->info(), SignatureScheme::dsa_sha256) == (key->info().type == KeyType::dsa));
  }
}
