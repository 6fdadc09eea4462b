// Numbers: against OpenSSL's Diffie-Hellman, and the laws of arithmetic.
#include <algorithm>

#include "catch.hpp"
#include "crypto/dh.h"
#include "crypto/number_internal.h"
#include "crypto/rng.h"
#include "vectors.h"

using namespace tlsock;
using test::hex;

namespace {

SecretBytes random_bytes(std::size_t size) {
  SecretBytes bytes(size);
  REQUIRE(system_rng().fill(bytes.bytes()));
  return bytes;
}

}  // namespace

TEST_CASE("numbers: OpenSSL's Diffie-Hellman in the 2048-bit group of RFC 3526") {
  const auto params = parse_dh_params(test::read_pem("keys/dh-modp2048.pem"));
  REQUIRE(params);
  const Number exponent(hex("01f19c01e94037c7b743dee8e5ef10f5b873a644f21be95024db530916"));
  const Number share(
      hex("dcd95f69ec0ae22114596190c7dd0cdae9b15f9a5455ae75cd7ac93b0534f5025210ef61cdc4d082bd806135a6181ee65dd4273e"
          "d2256e27405dcfa0f820da43e39134a717e1ee42f54ce7629c87d352f2821cb525abb89120aa419b76e789d3f23084b11c618ce3"
          "fd0fdac46725d5ceddd13d829e0cba45c17d5e4f5c54b4babdc714fac68672925ddaa54d2ecebf82dada3174ca7a224b88c6f04f"
          "304f58a83a94f9bb60bdfc1c7256716a14761cb8d783dc9797b0f672aaa1b2e07ddc97882b826ad136fea4f315a438148758ff05"
          "5f66d21dc2382f07ae43ae0362a939cd966edab3088a37127b88b6500a35d0909a357147c89d47136a96d8fe8d34e9e6"));
  const ByteString secret =
      hex("c1b9e60d27e5fd92b161047476cefbac36e6e2da1c3d40fcbfac9757592a22394e280aa47fc8753b57f0950c3b93529c3c2e27f3"
          "470c1a9f176e496a66255594b1c90c24bc6da4eceae1a0942d5749ac4e82fd6f2f35b968d81d9ec37f8ad370176347d8b2f24aaa"
          "ddb83b127d71b69145a365ffad84396a6820b95d221569f23e710e5c1e51bd7ffa7982bcd55217d5677eac772045a6dd68477890"
          "620532b857ad718c640d88c3716594c25bd5290c12d5d7b03aafd2e201551f5054018de940f6778355f89c1ffb02dcb00c9ad81f"
          "9c95d3d1a66936bcb96f72bf86f5e40b48e5ffdc85d809ab93ef47e35836c8aa3f85a5cb203089742ac4b0bd6092f358");
  const Number p(params->p);
  CHECK(equal(power(share, exponent, p).bytes(256), secret));
  CHECK(equal(power_of_short(share, exponent, 232, p).bytes(256), secret));
}

TEST_CASE("numbers: laws of arithmetic, for moduli of every size") {
  for (const std::size_t size : {20, 32, 128, 192, 256, 320, 384, 512, 768, 1024}) {
    CAPTURE(size);
    SecretBytes bytes = random_bytes(size);
    bytes.bytes().front() |= 0x80;
    bytes.bytes().back() |= 1;
    const Number m(bytes);
    const Number a = remainder(Number(random_bytes(size)), m), b = remainder(Number(random_bytes(size)), m);
    CHECK(a < m);
    CHECK(difference(sum(a, b, m), b, m) == a);
    CHECK(difference(a, b, m) == sum(a, difference(Number(), b, m), m));
    CHECK(product(a, sum(b, a, m), m) == sum(product(a, b, m), product(a, a, m), m));
    if (size <= 512) CHECK(remainder(product(a, b), m) == product(a, b, m));
    const Number x(random_bytes(20)), y(random_bytes(20));
    const Number both = power(a, sum(x, y), m);
    CHECK(both == product(power(a, x, m), power(a, y, m), m));
    CHECK(power(power(a, x, m), y, m) == power(a, product(x, y), m));
    if (const auto inverted = inverse(a, m)) {
      CHECK(product(a, *inverted, m) == Number(ByteString{1}));
      CHECK(power_of_short(a, Number(ByteString{5}), 160, m) == power(a, Number(ByteString{5}), m));
      CHECK(power_of_short(a, Number(), 160, m) == Number(ByteString{1}));
    }
  }
  CHECK_FALSE(inverse(Number(ByteString{6}), Number(ByteString{9})));
  CHECK_THROWS_AS(Number(ByteString(1025)), std::length_error);
  CHECK_THROWS_AS(power(Number(ByteString{2}), Number(ByteString{3}), Number(ByteString{8})), std::logic_error);
}

TEST_CASE("numbers: leading zeros") {
  CHECK(bit_size({}) == 0);
  CHECK(bit_size(hex("0000")) == 0);
  CHECK(bit_size(hex("0001")) == 1);
  CHECK(bit_size(hex("80ff")) == 16);
  CHECK(equal(significant(hex("000102")), hex("0102")));
  CHECK(equal(Number(hex("000102")).bytes(4), hex("00000102")));
  CHECK(equal(Number().bytes(3), hex("000000")));
  for (std::size_t size = 0; size < 20; ++size)
    for (std::size_t zeros = 0; zeros <= size; ++zeros) {
      CAPTURE(size, zeros);
      SecretBytes padded(size);
      for (std::size_t i = zeros; i < size; ++i) padded.bytes()[i] = static_cast<std::uint8_t>(i == zeros ? 1 : i % 3);
      const ByteString expected = copy(padded.bytes().subspan(zeros));
      CHECK(equal(without_leading_zeros(std::move(padded)), expected));
    }
}
