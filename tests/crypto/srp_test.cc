// SRP: the vectors of RFC 5054, round trips in every group, and values that must be refused.
#include "crypto/srp.h"

#include <algorithm>

#include "catch.hpp"
#include "crypto/number_internal.h"
#include "crypto/srp_internal.h"
#include "vectors.h"

using namespace tlsock;
using test::hex;

namespace {

const SrpGroup& group_1024() { return *find_srp_group("srp_1024"); }

template <class T>
bool is_illegal(const Result<T>& result) {
  return !result && result.error().reason == Reason::BAD_SRP_PARAMETERS &&
         result.error().alert == Alert::illegal_parameter;
}

}  // namespace

TEST_CASE("SRP: the groups of RFC 5054 appendix A") {
  const struct {
    const char* name;
    std::size_t bits;
    std::uint8_t g;
    const char* sha256_of_N;
  } rows[] = {
      {"srp_1024", 1024, 2, "494b6a801b379f37c9ee25d5db7cd70ffcfe53d01b7c9e4470eaca46bda24b39"},
      {"srp_1536", 1536, 2, "72af4a20e501a893b7dc85f4efac51845ab21c102d1e73f7000ec662df7e2069"},
      {"srp_2048", 2048, 2, "91b71d6b40d439954568d412e883de5186f9381e25aef36e7a4607722f7e15ca"},
      {"srp_3072", 3072, 5, "48cf8b092fbce4359d9871abf74f98e25b6163379eaa15cd9087e800c6d1c55c"},
      {"srp_4096", 4096, 5, "4ee95187682bcb230ad26a95205f6920e84708f6251b3894329b09ec23919e33"},
      {"srp_6144", 6144, 5, "d1bfe6d0925ce7e4da262b62861514a7755e35831e429f343e7b864848657efd"},
      {"srp_8192", 8192, 19, "39ab4feab950a3128fb71accb9fc3965d857012e081998a85996e3ea8b3c3bcf"},
  };
  CHECK(srp_groups().size() == std::size(rows));
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const SrpGroup* group = find_srp_group(row.name);
    REQUIRE(group);
    CHECK(bit_size(group->N) == row.bits);
    CHECK(group->g == ByteString{row.g});
    CHECK(to_hex(Hash::of(HashAlgorithm::sha256, {group->N})) == row.sha256_of_N);
    ByteString padded = group->N;
    padded.insert(padded.begin(), 0);
    CHECK(find_srp_group(padded, group->g) == group);
    const auto accepted = accept_srp_group(group->N, group->g);
    REQUIRE(accepted);
    CHECK(*accepted == group);
    padded.back() ^= 2;
    for (const auto& refused : {accept_srp_group(padded, group->g), accept_srp_group(group->N, ByteString{3})}) {
      REQUIRE_FALSE(refused);
      CHECK(refused.error().reason == Reason::BAD_SRP_PARAMETERS);
      CHECK(refused.error().alert == Alert::insufficient_security);
    }
  }
  CHECK_FALSE(find_srp_group("srp_512"));
  CHECK_FALSE(accept_srp_group({}, {}));
}

TEST_CASE("SRP: the vectors of RFC 5054 appendix B") {
  const SrpGroup& group = group_1024();
  const ByteString s = hex("beb25379d1a8581eb5a727673a2441ee");
  const ByteString v =
      hex("7e273de8696ffc4f4e337d05b4b375beb0dde1569e8fa00a9886d8129bada1f1822223ca1a605b530e379ba4729fdc59f105b478"
          "7e5186f5c671085a1447b52a48cf1970b4fb6f8400bbf4cebfbb168152e08ab5ea53d15c1aff87b2b9da6e04e058ad51cc72bfc9"
          "033b564e26480d78e955a5e29e7ab245db2be315e2099afb");
  const ByteString a = hex("60975527035cf2ad1989806f0407210bc81edc04e2762a56afd529ddda2d4393");
  const ByteString b = hex("e487cb59d31ac550471e81f00f6928e01dda08e974a004f49e61f5d105284d20");
  const ByteString A =
      hex("61d5e490f6f1b79547b0704c436f523dd0e560f0c64115bb72557ec44352e8903211c04692272d8b2d1a5358a2cf1b6e0bfcf99f"
          "921530ec8e39356179eae45e42ba92aeaced825171e1e8b9af6d9c03e1327f44be087ef06530e69f66615261eef54073ca11cf58"
          "58f0edfdfe15efeab349ef5d76988a3672fac47b0769447b");
  const ByteString B =
      hex("bd0c61512c692c0cb6d041fa01bb152d4916a1e77af46ae105393011baf38964dc46a0670dd125b95a981652236f99d9b681cbf8"
          "7837ec996c6da04453728610d0c6ddb58b318885d7d82c7f8deb75ce7bd4fbaa37089e6f9c6059f388838e7a00030b331eb76840"
          "910440b1b27aaeaeeb4012b7d7665238a8e3fb004b117b58");
  const ByteString premaster =
      hex("b0dc82babcf30674ae450c0287745e7990a3381f63b387aaf271a10d233861e359b48220f7c4693c9ae12b0a6f67809f0876e2d0"
          "13800d6c41bb59b6d5979b5c00a172b4a2a5903a0bdcaf8a709585eb2afafa8f3499b200210dcc1f10eb33943cd67fc88a2f39a4"
          "be5bec4ec0a3212dc346d7e474b29ede8a469ffeca686e5a");
  const Secret x = srp_x(as_bytes("alice"), as_bytes("password123"), s);
  CHECK(to_hex(x) == "94b7555aabe9127cc58ccf4993db6cf84d16c124");
  CHECK(to_hex(srp_k(group)) == "7556aa045aef2cdd07abaf0f665c3e818913186f");
  CHECK(to_hex(srp_u(group, A, B)) == "ce38b9593487da98554ed47d70a7ae5f462ef019");
  CHECK(equal(srp_verifier(group, x), v));

  const auto server = srp_server_with(group, v, b);
  REQUIRE(server);
  CHECK(equal((*server)->B(), B));
  const auto client = srp_client_with(group, x, B, a);
  REQUIRE(client);
  CHECK(equal(client->A, A));
  CHECK(equal(client->premaster, premaster));
  const auto agreed = (*server)->agree(A);
  REQUIRE(agreed);
  CHECK(equal(*agreed, premaster));
}

TEST_CASE("SRP: both sides come to the same secret in every group, and to another by another password") {
  const ByteString salt = hex("00112233445566778899aabbccddeeff");
  for (const SrpGroup& group : srp_groups()) {
    CAPTURE(group.name);
    const Secret x = srp_x(as_bytes("user"), as_bytes("password"), salt);
    const auto server = SrpServer::from_x(group, x);
    REQUIRE(server);
    const auto client = SrpClient::respond(group, as_bytes("user"), as_bytes("password"), salt, (*server)->B());
    REQUIRE(client);
    const auto secret = (*server)->agree(client->A);
    REQUIRE(secret);
    CHECK(equal(*secret, client->premaster));
    CHECK(secret->bytes().front() != 0);
    // The larger ones are slow, and the same code.
    if (group.N.size() > 256) continue;
    const auto again = SrpServer::from_verifier(group, srp_verifier(group, x));
    REQUIRE(again);
    CHECK_FALSE(equal((*again)->B(), (*server)->B()));
    const auto wrong = SrpClient::respond(group, as_bytes("user"), as_bytes("Password"), salt, (*again)->B());
    REQUIRE(wrong);
    CHECK_FALSE(equal(*(*again)->agree(wrong->A), wrong->premaster));
  }
}

TEST_CASE("SRP: values of peers without leading zeros, and secrets that lose them") {
  const SrpGroup& group = group_1024();
  const Secret x = srp_x(as_bytes("user"), as_bytes("password"), {});
  bool short_A = false, short_B = false, short_secret = false;
  for (int i = 0; i < 5000 && !(short_A && short_B && short_secret); ++i) {
    const auto server = SrpServer::from_x(group, x);
    REQUIRE(server);
    const Bytes B = (*server)->B();
    const auto client = SrpClient::respond(group, x, B);
    REQUIRE(client);
    const Bytes A = client->A;
    REQUIRE((A.front() != 0 && B.front() != 0));
    const auto secret = (*server)->agree(A);
    REQUIRE(secret);
    if (!equal(*secret, client->premaster)) FAIL("the secrets differ");
    short_A = short_A || A.size() < 128;
    short_B = short_B || B.size() < 128;
    short_secret = short_secret || secret->size() < 128;
  }
  CHECK(short_A);
  CHECK(short_B);
  CHECK(short_secret);
}

TEST_CASE("SRP: public values that are 0, or not less than N, are refused") {
  const SrpGroup& group = group_1024();
  const Secret x = srp_x(as_bytes("user"), as_bytes("password"), {});
  const auto server = SrpServer::from_x(group, x);
  REQUIRE(server);
  ByteString twice = copy(sum(Number(group.N), Number(group.N)).bytes(129)), above = group.N, longer(129, 1);
  above.back() += 1;
  for (const ByteString& bad : {ByteString{}, ByteString{0}, ByteString(128), group.N, twice, above, longer}) {
    CHECK(is_illegal((*server)->agree(bad)));
    CHECK(is_illegal(SrpClient::respond(group, x, bad)));
    const auto by_verifier = SrpServer::from_verifier(group, bad);
    REQUIRE_FALSE(by_verifier);
    CHECK(by_verifier.error().alert == Alert::internal_error);
  }
  ByteString padded = copy((*server)->B());
  padded.insert(padded.begin(), 3, 0);
  CHECK(SrpClient::respond(group, x, padded));
  // B = k·g^x would make the secret 0.
  const Number v(srp_verifier(group, x));
  CHECK(is_illegal(SrpClient::respond(group, x, product(Number(srp_k(group)), v, Number(group.N)).bytes(128))));
}

TEST_CASE("SRP: a user who does not exist is always the same") {
  const ByteString seed(32, 7), other(32, 8);
  const auto fake = srp_fake_user(seed, as_bytes("nobody")), again = srp_fake_user(seed, as_bytes("nobody"));
  CHECK(fake.salt.size() == 20);
  CHECK(fake.x.size() == 20);
  CHECK(fake.salt == again.salt);
  CHECK(equal(fake.x, again.x));
  CHECK(SrpServer::from_x(group_1024(), fake.x));
  for (const auto& stranger :
       {srp_fake_user(seed, as_bytes("nobody else")), srp_fake_user(other, as_bytes("nobody"))}) {
    CHECK(stranger.salt != fake.salt);
    CHECK_FALSE(equal(stranger.x, fake.x));
  }
  const auto shorter = srp_fake_user(seed, as_bytes("nobody"), 16);
  CHECK(std::ranges::equal(shorter.salt, Bytes(fake.salt).first(16)));
  CHECK_THROWS_AS(srp_fake_user(ByteString(15), as_bytes("nobody")), std::length_error);
  CHECK_THROWS_AS(srp_fake_user(seed, as_bytes("nobody"), 65), std::length_error);
}
