// Key exchange: round trips of every group, published vectors, and shares that must be refused.
#include "crypto/key_exchange.h"

#include <algorithm>
#include <functional>

#include "catch.hpp"
#include "crypto/key_exchange_internal.h"
#include "vectors.h"

using namespace tlsock;
using test::hex;

namespace {

bool is_bad_share(const Error& error) {
  return error.reason == Reason::BAD_ECPOINT && error.alert == Alert::illegal_parameter;
}

const Group& group_of(NamedGroup name) { return *find_group(name); }

NamedGroup mlkem_of(const std::string& parameter_set) {
  if (parameter_set == "ML-KEM-512") return NamedGroup::mlkem512;
  return parameter_set == "ML-KEM-768" ? NamedGroup::mlkem768 : NamedGroup::mlkem1024;
}

}  // namespace

TEST_CASE("groups: order and defaults") {
  const auto supported = supported_groups();
  CHECK(supported.size() == 19);
  CHECK(supported.front() == NamedGroup::x25519mlkem768);
  const auto defaults = default_groups();
  CHECK(std::ranges::equal(
      defaults, std::initializer_list<NamedGroup>{NamedGroup::x25519mlkem768, NamedGroup::x25519, NamedGroup::secp256r1,
                                                  NamedGroup::secp384r1, NamedGroup::secp521r1, NamedGroup::x448,
                                                  NamedGroup::secp256r1mlkem768, NamedGroup::secp384r1mlkem1024}));
  const auto unknown = KeyExchange::generate(static_cast<NamedGroup>(0x1234));
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().reason == Reason::UNSUPPORTED_ALGORITHM);
  CHECK_FALSE(KeyExchange::respond(static_cast<NamedGroup>(0x1234), ByteString(32)));
}

TEST_CASE("key exchange: both sides come to the same secret, in shares of the registered size") {
  const struct {
    NamedGroup group;
    std::size_t client, server, secret;
  } sizes[] = {
      {NamedGroup::x25519, 32, 32, 32},
      {NamedGroup::x448, 56, 56, 56},
      {NamedGroup::secp256r1, 65, 65, 32},
      {NamedGroup::secp384r1, 97, 97, 48},
      {NamedGroup::secp521r1, 133, 133, 66},
      {NamedGroup::brainpoolP256r1tls13, 65, 65, 32},
      {NamedGroup::brainpoolP384r1tls13, 97, 97, 48},
      {NamedGroup::brainpoolP512r1tls13, 129, 129, 64},
      {NamedGroup::ffdhe2048, 256, 256, 256},
      {NamedGroup::ffdhe3072, 384, 384, 384},
      {NamedGroup::ffdhe4096, 512, 512, 512},
      {NamedGroup::ffdhe6144, 768, 768, 768},
      {NamedGroup::ffdhe8192, 1024, 1024, 1024},
      {NamedGroup::mlkem512, 800, 768, 32},
      {NamedGroup::mlkem768, 1184, 1088, 32},
      {NamedGroup::mlkem1024, 1568, 1568, 32},
      {NamedGroup::x25519mlkem768, 1216, 1120, 64},
      {NamedGroup::secp256r1mlkem768, 1249, 1153, 64},
      {NamedGroup::secp384r1mlkem1024, 1665, 1665, 80},
  };
  CHECK(std::size(sizes) == supported_groups().size());
  for (const auto& row : sizes) {
    CAPTURE(name(row.group));
    auto client = KeyExchange::generate(row.group);
    REQUIRE(client);
    CHECK((*client)->group() == row.group);
    CHECK((*client)->share().size() == row.client);
    auto server = KeyExchange::respond(row.group, (*client)->share());
    REQUIRE(server);
    CHECK(server->share.size() == row.server);
    auto secret = (*client)->agree(server->share);
    REQUIRE(secret);
    CHECK(secret->size() == row.secret);
    CHECK(equal(secret->bytes(), server->secret.bytes()));
    // Fresh keys each time.
    CHECK_FALSE(equal((*KeyExchange::generate(row.group))->share(), (*client)->share()));
  }
}

TEST_CASE("key exchange: shares of a wrong length are refused") {
  for (const auto group : supported_groups()) {
    CAPTURE(name(group));
    // The larger ones are slow, and the same code.
    if (group == NamedGroup::ffdhe6144 || group == NamedGroup::ffdhe8192) continue;
    auto client = KeyExchange::generate(group);
    REQUIRE(client);
    auto server = KeyExchange::respond(group, (*client)->share());
    REQUIRE(server);
    const auto check = [&](const ByteString& good, const std::function<Status(Bytes)>& use) {
      // All lengths of the small shares, some of the large.
      for (std::size_t size = 0; size < good.size(); size += 1 + good.size() / 70) {
        const auto status = use(Bytes(good).first(size));
        REQUIRE_FALSE(status);
        CHECK(is_bad_share(status.error()));
      }
      ByteString longer = good;
      longer.push_back(0);
      for (const Bytes bytes : {Bytes(good).first(good.size() - 1), Bytes(longer)}) {
        const auto status = use(bytes);
        REQUIRE_FALSE(status);
        CHECK(is_bad_share(status.error()));
      }
    };
    check(copy((*client)->share()), [&](Bytes share) -> Status {
      TRY(KeyExchange::respond(group, share));
      return {};
    });
    check(server->share, [&](Bytes share) -> Status {
      TRY((*client)->agree(share));
      return {};
    });
  }
}

TEST_CASE("ECDH: Wycheproof") {
  const struct {
    NamedGroup group;
    const char* file;
  } files[] = {{NamedGroup::secp256r1, "ecdh_secp256r1_ecpoint_test.json"},
               {NamedGroup::secp384r1, "ecdh_secp384r1_ecpoint_test.json"},
               {NamedGroup::secp521r1, "ecdh_secp521r1_ecpoint_test.json"}};
  for (const auto& [name, file] : files) {
    const Group& group = group_of(name);
    const auto json = test::read_json(std::string("wycheproof/") + file);
    for (const auto& vector : json["testGroups"][0]["tests"]) {
      CAPTURE(file, vector["tcId"].get<int>(), vector["comment"].get<std::string>());
      ByteString private_key = hex(vector, "private");
      while (private_key.size() > group.secret) private_key.erase(private_key.begin());
      auto key = import_ecdh(group, private_key);
      REQUIRE(key);
      const ByteString share = hex(vector, "public");
      auto secret = (*key)->agree(share);
      // RFC 8446 §4.2.8.2 has no compressed points; all else that is right here is so in TLS.
      const bool valid =
          vector["result"] == "valid" || (vector["result"] == "acceptable" && share.size() == group.client_share);
      REQUIRE(secret.has_value() == valid);
      if (valid) CHECK(equal(secret->bytes(), hex(vector, "shared")));
      if (!valid) CHECK(is_bad_share(secret.error()));
    }
  }
}

TEST_CASE("ECDH: coordinates beyond the field are refused") {
  // y of (0, sqrt(b)) on P-256, with x written as 0 and as p.
  const std::string y = "66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4";
  const std::string zero(64, '0'), p = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
  CHECK(KeyExchange::respond(NamedGroup::secp256r1, hex("04" + zero + y)));
  CHECK_FALSE(KeyExchange::respond(NamedGroup::secp256r1, hex("04" + p + y)));
  CHECK_FALSE(KeyExchange::respond(NamedGroup::secp256r1, hex("04" + zero + zero)));
  CHECK_FALSE(KeyExchange::respond(NamedGroup::secp256r1, hex("06" + zero + y)));
  for (const auto name :
       {NamedGroup::secp256r1, NamedGroup::secp384r1, NamedGroup::secp521r1, NamedGroup::brainpoolP256r1tls13,
        NamedGroup::brainpoolP384r1tls13, NamedGroup::brainpoolP512r1tls13}) {
    CAPTURE(tlsock::name(name));
    ByteString share = copy((*KeyExchange::generate(name))->share());
    share.back() ^= 1;
    const auto off_curve = KeyExchange::respond(name, share);
    REQUIRE_FALSE(off_curve);
    CHECK(is_bad_share(off_curve.error()));
    CHECK_FALSE(KeyExchange::respond(name, ByteString(share.size())));
  }
}

TEST_CASE("ECDH: the secret keeps its leading zeros") {
  int found = 0;
  auto own = KeyExchange::generate(NamedGroup::secp256r1);
  REQUIRE(own);
  for (int i = 0; i < 3000 && found < 2; ++i) {
    auto response = KeyExchange::respond(NamedGroup::secp256r1, (*own)->share());
    REQUIRE(response);
    REQUIRE(response->secret.size() == 32);
    found += response->secret.bytes()[0] == 0;
    if (response->secret.bytes()[0] == 0) CHECK(equal((*own)->agree(response->share)->bytes(), response->secret));
  }
  CHECK(found > 0);
}

namespace {

// is_two tells the encodings of u = 2, a point of the twist that no honest peer sends: wolfCrypt 5.9.2's assembly gets
// it wrong, so that the two sides differ, and the handshake fails.
bool is_two(const ByteString& share) {
  const std::string digits = to_hex(share);
  const std::string small = "02" + std::string(60, '0'), large = "ef" + std::string(60, 'f');
  return digits == small + "00" || digits == small + "80" || digits == large + "7f" || digits == large + "ff";
}

}  // namespace

TEST_CASE("X25519 and X448: Wycheproof") {
  const struct {
    NamedGroup group;
    const char* file;
    Result<std::unique_ptr<KeyExchange>> (*import)(const Group&, Bytes);
  } files[] = {{NamedGroup::x25519, "x25519_test.json", import_x25519},
               {NamedGroup::x448, "x448_test.json", import_x448}};
  for (const auto& [name, file, load] : files) {
    const auto json = test::read_json(std::string("wycheproof/") + file);
    for (const auto& vector : json["testGroups"][0]["tests"]) {
      CAPTURE(file, vector["tcId"].get<int>(), vector["comment"].get<std::string>());
      auto key = load(group_of(name), hex(vector, "private"));
      REQUIRE(key);
      const ByteString share = hex(vector, "public"), shared = hex(vector, "shared");
      auto secret = (*key)->agree(share);
      if (name == NamedGroup::x25519 && is_two(share)) continue;
      // RFC 8446 §7.4.2: the all-zero secret is refused; so is a share of a wrong length.
      const bool zero = std::ranges::all_of(shared, [](auto byte) { return byte == 0; });
      if (zero || share.size() != group_of(name).client_share) {
        REQUIRE_FALSE(secret);
        CHECK(is_bad_share(secret.error()));
        continue;
      }
      REQUIRE(secret);
      CHECK(equal(secret->bytes(), shared));
    }
  }
}

TEST_CASE("FFDHE: values out of range are refused") {
  for (const auto name : {NamedGroup::ffdhe2048, NamedGroup::ffdhe4096}) {
    CAPTURE(tlsock::name(name));
    const std::size_t size = group_of(name).client_share;
    // RFC 7919 appendix A: every prime begins and ends with 64 ones, and is one more than a number ending in …fe.
    auto client = KeyExchange::generate(name);
    REQUIRE(client);
    ByteString zero(size), one(size), two(size), all_ones(size, 0xff);
    one.back() = 1;
    two.back() = 2;
    for (const auto& bad : {zero, one, all_ones}) {
      const auto status = (*client)->agree(bad);
      REQUIRE_FALSE(status);
      CHECK(is_bad_share(status.error()));
      CHECK_FALSE(KeyExchange::respond(name, bad));
    }
    CHECK((*client)->agree(two));
  }
  // p and p - 1 of ffdhe2048.
  ByteString p = hex(
      "ffffffffffffffffadf85458a2bb4a9aafdc5620273d3cf1d8b9c583ce2d3695a9e13641146433fbcc939dce249b3ef97d2fe363630c75d8"
      "f681b202aec4617ad3df1ed5d5fd65612433f51f5f066ed0856365553ded1af3b557135e7f57c935984f0c70e0e68b77e2a689daf3efe872"
      "1df158a136ade73530acca4f483a797abc0ab182b324fb61d108a94bb2c8e3fbb96adab760d7f4681d4f42a3de394df4ae56ede76372bb19"
      "0b07a7c8ee0a6d709e02fce1cdf7e2ecc03404cd28342f619172fe9ce98583ff8e4f1232eef28183c3fe3b1b4c6fad733bb5fcbc2ec22005"
      "c58ef1837d1683b2c6f34a26c1b2effa886b423861285c97ffffffffffffffff");
  REQUIRE(p.size() == 256);
  CHECK_FALSE(KeyExchange::respond(NamedGroup::ffdhe2048, p));
  p.back() = 0xfe;
  CHECK_FALSE(KeyExchange::respond(NamedGroup::ffdhe2048, p));
  p.back() = 0xfd;
  CHECK(KeyExchange::respond(NamedGroup::ffdhe2048, p));
}

TEST_CASE("FFDHE: shares and secrets keep their leading zeros") {
  int share_zeros = 0, secret_zeros = 0;
  for (int i = 0; i < 2000 && (share_zeros == 0 || secret_zeros == 0); ++i) {
    auto client = KeyExchange::generate(NamedGroup::ffdhe2048);
    REQUIRE(client);
    const bool short_share = (*client)->share()[0] == 0;
    if (!short_share && secret_zeros > 0) continue;
    auto server = KeyExchange::respond(NamedGroup::ffdhe2048, (*client)->share());
    REQUIRE(server);
    const bool short_secret = server->secret.bytes()[0] == 0;
    if (short_share || short_secret) {
      REQUIRE(server->secret.size() == 256);
      CHECK(equal((*client)->agree(server->share)->bytes(), server->secret));
    }
    share_zeros += short_share;
    secret_zeros += short_secret;
  }
  CHECK(share_zeros > 0);
  CHECK(secret_zeros > 0);
}

TEST_CASE("ML-KEM: Wycheproof, decapsulation") {
  for (const char* file : {"mlkem_512_test.json", "mlkem_768_test.json"}) {
    const auto json = test::read_json(std::string("wycheproof/") + file);
    for (const auto& group : json["testGroups"]) {
      const Group& kem = group_of(mlkem_of(group["parameterSet"]));
      for (const auto& vector : group["tests"]) {
        CAPTURE(file, vector["tcId"].get<int>());
        const bool valid = vector["result"] == "valid";
        auto key = import_mlkem(kem, hex(vector, "seed"));
        if (!valid && !key) continue;
        REQUIRE(key);
        if (vector.contains("ek") && !vector["ek"].get<std::string>().empty() && valid)
          CHECK(equal((*key)->share(), hex(vector, "ek")));
        auto secret = (*key)->agree(hex(vector, "c"));
        REQUIRE(secret.has_value() == valid);
        if (valid) CHECK(equal(secret->bytes(), hex(vector, "K")));
        if (!valid) CHECK(is_bad_share(secret.error()));
      }
    }
  }
}

TEST_CASE("ML-KEM: Wycheproof, encapsulation") {
  for (const char* file : {"mlkem_512_encaps_test.json", "mlkem_768_encaps_test.json"}) {
    const auto json = test::read_json(std::string("wycheproof/") + file);
    int refused = 0;
    for (const auto& group : json["testGroups"]) {
      const Group& kem = group_of(mlkem_of(group["parameterSet"]));
      for (const auto& vector : group["tests"]) {
        CAPTURE(file, vector["tcId"].get<int>());
        const ByteString share = hex(vector, "ek");
        auto response = respond_mlkem_with(kem, share, hex(vector, "m"));
        REQUIRE(response.has_value() == (vector["result"] == "valid"));
        if (response) {
          CHECK(equal(response->share, hex(vector, "c")));
          CHECK(equal(response->secret.bytes(), hex(vector, "K")));
        } else {
          // Among them keys with coefficients that are not reduced modulo q (FIPS 203 §7.2).
          CHECK(is_bad_share(response.error()));
          CHECK_FALSE(KeyExchange::respond(kem.name, share));
          ++refused;
        }
      }
    }
    CHECK(refused > 100);
  }
}

TEST_CASE("ML-KEM: ACVP") {
  const auto prompt = test::read_json("acvp/ML-KEM-encapDecap-FIPS203/prompt.json");
  const auto expected = test::read_json("acvp/ML-KEM-encapDecap-FIPS203/expectedResults.json");
  for (std::size_t g = 0; g < prompt["testGroups"].size(); ++g) {
    const auto& group = prompt["testGroups"][g];
    const Group& kem = group_of(mlkem_of(group["parameterSet"]));
    for (std::size_t t = 0; t < group["tests"].size(); ++t) {
      const auto& vector = group["tests"][t];
      const auto& result = expected["testGroups"][g]["tests"][t];
      CAPTURE(vector["tcId"].get<int>());
      REQUIRE(vector["tcId"] == result["tcId"]);
      if (group["function"] == "encapsulation") {
        auto response = respond_mlkem_with(kem, hex(vector, "ek"), hex(vector, "m"));
        REQUIRE(response);
        CHECK(equal(response->share, hex(result, "c")));
        CHECK(equal(response->secret.bytes(), hex(result, "k")));
      } else if (group["function"] == "encapsulationKeyCheck") {
        CHECK(KeyExchange::respond(kem.name, hex(vector, "ek")).has_value() == result["testPassed"].get<bool>());
      }
    }
  }
  const auto keygen_prompt = test::read_json("acvp/ML-KEM-keyGen-FIPS203/prompt.json");
  const auto keygen_expected = test::read_json("acvp/ML-KEM-keyGen-FIPS203/expectedResults.json");
  for (std::size_t g = 0; g < keygen_prompt["testGroups"].size(); ++g) {
    const auto& group = keygen_prompt["testGroups"][g];
    const Group& kem = group_of(mlkem_of(group["parameterSet"]));
    for (std::size_t t = 0; t < group["tests"].size(); ++t) {
      ByteString seed = hex(group["tests"][t], "d");
      append(seed, hex(group["tests"][t], "z"));
      auto key = import_mlkem(kem, seed);
      REQUIRE(key);
      CHECK(equal((*key)->share(), hex(keygen_expected["testGroups"][g]["tests"][t], "ek")));
    }
  }
}

TEST_CASE("hybrids: order of the parts, and each part is checked") {
  const struct {
    NamedGroup hybrid, first, second;
  } rows[] = {{NamedGroup::x25519mlkem768, NamedGroup::mlkem768, NamedGroup::x25519},
              {NamedGroup::secp256r1mlkem768, NamedGroup::secp256r1, NamedGroup::mlkem768},
              {NamedGroup::secp384r1mlkem1024, NamedGroup::secp384r1, NamedGroup::mlkem1024}};
  for (const auto& row : rows) {
    CAPTURE(name(row.hybrid));
    // A client built from the parts understands the server of the hybrid.
    auto first = KeyExchange::generate(row.first), second = KeyExchange::generate(row.second);
    REQUIRE(first);
    REQUIRE(second);
    ByteString share = copy((*first)->share());
    append(share, (*second)->share());
    auto response = KeyExchange::respond(row.hybrid, share);
    REQUIRE(response);
    const std::size_t split = group_of(row.first).server_share;
    auto first_secret = (*first)->agree(Bytes(response->share).first(split));
    auto second_secret = (*second)->agree(Bytes(response->share).subspan(split));
    REQUIRE(first_secret);
    REQUIRE(second_secret);
    ByteString both = copy(first_secret->bytes());
    append(both, second_secret->bytes());
    CHECK(equal(response->secret.bytes(), both));

    const std::size_t ec_at = row.first == NamedGroup::mlkem768 ? (*first)->share().size() : 0;
    const std::size_t ec_size = ec_at ? 32 : (*first)->share().size();
    ByteString bad_ec = share;
    std::fill_n(bad_ec.begin() + static_cast<std::ptrdiff_t>(ec_at), ec_size, std::uint8_t{0});
    const auto refused_ec = KeyExchange::respond(row.hybrid, bad_ec);
    REQUIRE_FALSE(refused_ec);
    CHECK(is_bad_share(refused_ec.error()));

    // Twelve ones make a coefficient of 4095, which is more than q.
    const std::size_t kem_at = ec_at ? 0 : (*first)->share().size();
    ByteString bad_kem = share;
    bad_kem[kem_at] = bad_kem[kem_at + 1] = 0xff;
    const auto refused_kem = KeyExchange::respond(row.hybrid, bad_kem);
    REQUIRE_FALSE(refused_kem);
    CHECK(is_bad_share(refused_kem.error()));

    auto client = KeyExchange::generate(row.hybrid);
    REQUIRE(client);
    auto answer = KeyExchange::respond(row.hybrid, (*client)->share());
    REQUIRE(answer);
    const std::size_t answer_ec_at = ec_at ? group_of(row.first).server_share : 0;
    std::fill_n(answer->share.begin() + static_cast<std::ptrdiff_t>(answer_ec_at), ec_size, std::uint8_t{0});
    const auto refused_answer = (*client)->agree(answer->share);
    REQUIRE_FALSE(refused_answer);
    CHECK(is_bad_share(refused_answer.error()));
  }
}
