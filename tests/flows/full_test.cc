// RFC 8446, figure 1: the full handshake, and data both ways.
#include "tests/catch.hpp"
#include "tests/support/pair.h"

using namespace tlsock;
using namespace tlsock::test;

TEST_CASE("a client and a server connect") {
  Pair pair;
  INFO(reason_of(pair.client) << " / " << reason_of(pair.server));
  const bool connected = pair.run();
  INFO(reason_of(pair.client) << " / " << reason_of(pair.server));
  REQUIRE(connected);
  CHECK(pair.client.negotiated().group == NamedGroup::x25519mlkem768);
  CHECK(pair.server.negotiated().group == NamedGroup::x25519mlkem768);
  CHECK(pair.client.negotiated().cipher_suite == pair.server.negotiated().cipher_suite);
  CHECK(pair.client.negotiated().verified);
  CHECK(pair.server.negotiated().server_name == "localhost");
  CHECK_FALSE(pair.client.negotiated().hello_retry);
}

TEST_CASE("data goes both ways, of every size") {
  Pair pair;
  REQUIRE(pair.run());
  for (std::size_t size : {1u, 2u, 255u, 256u, 16383u, 16384u, 16385u, 100000u, 300000u}) {
    ByteString data(size);
    for (std::size_t i = 0; i < size; ++i) data[i] = static_cast<std::uint8_t>(i * 7 + size);
    CHECK(pair.send(pair.client, pair.server, data) == data);
    CHECK(pair.send(pair.server, pair.client, data) == data);
  }
}

TEST_CASE("delivery by any number of bytes changes nothing") {
  for (std::size_t piece : {1u, 3u, 100u, 1000u}) {
    Pair pair;
    pair.piece = piece;
    REQUIRE(pair.run());
    CHECK(pair.send(pair.client, pair.server, as_bytes("foo")) == copy(as_bytes("foo")));
  }
}

TEST_CASE("both sides export the same keying material") {
  Pair pair;
  REQUIRE_FALSE(pair.client.export_keying_material("label", {}, 32).has_value());
  REQUIRE(pair.run());
  const auto ours = pair.client.export_keying_material("EXPERIMENTAL-x", as_bytes("context"), 100);
  const auto theirs = pair.server.export_keying_material("EXPERIMENTAL-x", as_bytes("context"), 100);
  REQUIRE(ours.has_value());
  REQUIRE(theirs.has_value());
  CHECK(copy(*ours) == copy(*theirs));
  CHECK(copy(*ours) != copy(*pair.client.export_keying_material("EXPERIMENTAL-x", {}, 100)));
  CHECK_FALSE(pair.client.export_keying_material("EXPERIMENTAL-x", {}, 0).has_value());
  CHECK_FALSE(pair.client.export_keying_material("EXPERIMENTAL-x", {}, 1000000).has_value());
}
