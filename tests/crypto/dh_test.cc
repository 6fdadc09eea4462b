// Diffie-Hellman in named and unknown groups: both sides agree, and what must be refused is.
#include "crypto/dh.h"

#include <algorithm>

#include "catch.hpp"
#include "crypto/der.h"
#include "crypto/number_internal.h"
#include "crypto/srp.h"
#include "vectors.h"

using namespace tlsock;
using test::hex;

namespace {

DhParams modp2048() { return *parse_dh_params(test::read_pem("keys/dh-modp2048.pem")); }

bool is_bad_share(const Result<SharedSecret>& secret) {
  return !secret && secret.error().reason == Reason::BAD_ECPOINT && secret.error().alert == Alert::handshake_failure;
}

Alert refusal(const DhParams& params) {
  const auto status = check_dh_params(params);
  const auto key = DhKey::generate(params);
  REQUIRE_FALSE(status);
  REQUIRE_FALSE(key);
  CHECK(status.error().reason == Reason::BAD_DH_PARAMETERS);
  CHECK(key.error().reason == Reason::BAD_DH_PARAMETERS);
  return status.error().alert;
}

}  // namespace

TEST_CASE("DH: parameters are decoded exactly") {
  const ByteString der = test::read_pem("keys/dh-ffdhe3072.pem");
  const auto params = parse_dh_params(der);
  REQUIRE(params);
  CHECK(params->p.size() == 384);
  CHECK(params->g == ByteString{2});
  CHECK(named_group(*params) == NamedGroup::ffdhe3072);
  for (std::size_t size = 0; size < der.size(); ++size)
    if (parse_dh_params(Bytes(der).first(size))) FAIL(size << " bytes");
  ByteString longer = der;
  longer.push_back(0);
  const auto refused = parse_dh_params(longer);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().reason == Reason::BAD_DH_PARAMETERS);

  const ByteString p = der_unsigned(params->p), g = der_unsigned(params->g), length = der_unsigned(hex("0113"));
  const ByteString zero = der_unsigned({}), minus_one = hex("0201ff");
  CHECK(parse_dh_params(der_element(der::sequence, {p, g, length})));
  CHECK_FALSE(parse_dh_params(der_element(der::sequence, {p, g, length, length})));
  CHECK_FALSE(parse_dh_params(der_element(der::sequence, {p, g, minus_one})));
  CHECK_FALSE(parse_dh_params(der_element(der::sequence, {p})));
  CHECK_FALSE(parse_dh_params(der_element(der::sequence, {zero, g})));
  CHECK_FALSE(parse_dh_params(der_element(der::sequence, {p, zero})));
  CHECK_FALSE(parse_dh_params(der_element(der::sequence, {minus_one, g})));
}

TEST_CASE("DH: the groups of RFC 7919 are known again") {
  for (const auto name : {NamedGroup::ffdhe2048, NamedGroup::ffdhe3072, NamedGroup::ffdhe4096, NamedGroup::ffdhe6144,
                          NamedGroup::ffdhe8192}) {
    CAPTURE(tlsock::name(name));
    DhParams params = dh_params(name);
    CHECK(named_group(params) == name);
    CHECK(check_dh_params(params));
    params.p.insert(params.p.begin(), 0);
    params.g.insert(params.g.begin(), 2, 0);
    CHECK(named_group(params) == name);
    params.g.back() = 5;
    CHECK_FALSE(named_group(params));
  }
  CHECK_FALSE(named_group(modp2048()));
  CHECK_THROWS_AS(dh_params(NamedGroup::x25519), std::logic_error);
}

TEST_CASE("DH: weak or senseless parameters are refused") {
  const DhParams good = modp2048();
  CHECK(check_dh_params(good));
  const SrpGroup& small = *find_srp_group("srp_1536");
  CHECK(refusal({small.N, small.g}) == Alert::insufficient_security);
  CHECK(refusal({}) == Alert::insufficient_security);
  DhParams changed = good;
  changed.p.front() = 0x7f;
  CHECK(refusal(changed) == Alert::insufficient_security);
  ByteString padded(64);
  append(padded, small.N);
  CHECK(refusal({padded, small.g}) == Alert::insufficient_security);
  changed = good;
  changed.p.back() ^= 1;
  CHECK(refusal(changed) == Alert::illegal_parameter);
  changed = good;
  changed.p.resize(1025, 1);
  CHECK(refusal(changed) == Alert::illegal_parameter);

  ByteString before_p = good.p;
  before_p.back() ^= 1;
  for (const ByteString& g : {ByteString{}, ByteString{0}, ByteString{1}, before_p, good.p, ByteString(300, 1)})
    CHECK(refusal({good.p, g}) == Alert::illegal_parameter);
  before_p.back() -= 1;
  CHECK(check_dh_params({good.p, before_p}));
}

TEST_CASE("DH: both sides come to the same secret") {
  const SrpGroup& srp = *find_srp_group("srp_3072");
  DhParams padded = modp2048();
  padded.p.insert(padded.p.begin(), 0);
  for (const DhParams& params : {dh_params(NamedGroup::ffdhe2048), dh_params(NamedGroup::ffdhe8192), modp2048(), padded,
                                 DhParams{srp.N, srp.g}}) {
    const auto client = DhKey::generate(params), server = DhKey::generate(params);
    REQUIRE(client);
    REQUIRE(server);
    CHECK((*client)->params().p == params.p);
    CHECK((*client)->share().size() == significant(params.p).size());
    CHECK_FALSE(equal((*client)->share(), (*server)->share()));
    const auto secret = (*client)->agree((*server)->share());
    REQUIRE(secret);
    CHECK(secret->bytes().front() != 0);
    CHECK(equal(*secret, *(*server)->agree((*client)->share())));
  }
}

TEST_CASE("FFDHE: TLS 1.2's key agrees with TLS 1.3's, but for leading zeros") {
  for (const auto name : {NamedGroup::ffdhe2048, NamedGroup::ffdhe3072, NamedGroup::ffdhe4096, NamedGroup::ffdhe6144}) {
    CAPTURE(tlsock::name(name));
    const auto old_key = DhKey::generate(dh_params(name));
    const auto new_key = KeyExchange::generate(name);
    REQUIRE(old_key);
    REQUIRE(new_key);
    const auto stripped = (*old_key)->agree((*new_key)->share());
    const auto padded = (*new_key)->agree((*old_key)->share());
    REQUIRE(stripped);
    REQUIRE(padded);
    CHECK(equal(*stripped, significant(*padded)));
  }
}

TEST_CASE("FFDHE: secrets lose their leading zeros, and shares may") {
  const auto key = DhKey::generate(dh_params(NamedGroup::ffdhe2048));
  REQUIRE(key);
  bool short_share = false, short_secret = false;
  for (int i = 0; i < 3000 && !(short_share && short_secret); ++i) {
    const auto peer = KeyExchange::generate(NamedGroup::ffdhe2048);
    REQUIRE(peer);
    const Bytes share = significant((*peer)->share());
    short_share = short_share || share.size() < 256;
    const auto secret = (*key)->agree(share);
    REQUIRE(secret);
    REQUIRE(secret->bytes().front() != 0);
    if (secret->size() == 256 && share.size() == 256) continue;
    CHECK(equal(*secret, significant(*(*peer)->agree((*key)->share()))));
    short_secret = short_secret || secret->size() < 256;
  }
  CHECK(short_share);
  CHECK(short_secret);
}

TEST_CASE("DH: shares out of range are refused") {
  const DhParams params = modp2048();
  const auto key = DhKey::generate(params);
  REQUIRE(key);
  ByteString p = params.p, before_p = p, padded = p, good = p;
  before_p.back() -= 1;
  padded.insert(padded.begin(), 0);
  good.back() -= 2;
  const ByteString large(257, 1), one{0, 0, 1};
  for (const ByteString& bad : {ByteString{}, ByteString{0}, ByteString(256), one, before_p, p, padded, large})
    CHECK(is_bad_share((*key)->agree(bad)));
  CHECK((*key)->agree(good));
  CHECK((*key)->agree(ByteString{2}));
  CHECK((*key)->agree(ByteString{0, 2}));
}

TEST_CASE("DH: a secret of 0, which only a group that is none has, is refused") {
  // Modulo a square its root is 0, to any power but the first.
  DhParams params = modp2048();
  const SrpGroup& root = *find_srp_group("srp_1024");
  params.p = copy(product(Number(root.N), Number(root.N)).bytes(256));
  const auto key = DhKey::generate(params);
  REQUIRE(key);
  CHECK(is_bad_share((*key)->agree(root.N)));
}
