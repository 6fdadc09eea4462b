// What an attacker or a bad line can do to a handshake: cut it, end it, or turn any bit.
#include "tests/catch.hpp"
#include "tests/support/pair.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

// full makes the longest handshake: retry, client authentication, names and protocols.
Pair make_full() {
  Config client = client_config(), server = server_config();
  client.key_share_groups = {NamedGroup::x25519};
  client.credentials = {credential("client")};
  client.alpn = server.alpn = {"h2"};
  server.supported_groups = {NamedGroup::secp256r1};
  server.verify_peer = server.fail_if_no_peer_cert = server.certificate_authorities = true;
  server.anchors = test_anchors();
  return Pair(client, server);
}

// recorded gives how many bytes each side sends in an undisturbed handshake.
std::pair<std::size_t, std::size_t> recorded() {
  Pair pair = make_full();
  std::size_t up = 0, down = 0;
  pair.client_to_server = [&](ByteString& bytes) { up += bytes.size(); };
  pair.server_to_client = [&](ByteString& bytes) { down += bytes.size(); };
  REQUIRE(pair.run());
  return {up, down};
}

// at_offset changes the byte number `offset` of a direction.
WireTap at_offset(std::size_t offset, std::function<void(ByteString&, std::size_t)> change) {
  return [offset, change, passed = std::size_t{0}](ByteString& bytes) mutable {
    if (passed <= offset && offset < passed + bytes.size()) {
      const std::size_t size = bytes.size();
      change(bytes, offset - passed);
      passed += size;
    } else {
      passed += bytes.size();
    }
  };
}

}  // namespace

TEST_CASE("a handshake with any bit turned never connects both sides to different transcripts", "[slow]") {
  const auto [up, down] = recorded();
  std::size_t survived = 0;
  for (int direction = 0; direction < 2; ++direction)
    for (std::size_t offset = 0; offset < (direction ? down : up); offset += 7) {
      Pair pair = make_full();
      const int bit = static_cast<int>(offset % 8);
      auto tap = at_offset(offset, [bit](ByteString& bytes, std::size_t at) { bytes[at] ^= static_cast<std::uint8_t>(1 << bit); });
      (direction ? pair.server_to_client : pair.client_to_server) = tap;
      if (!pair.run()) {
        // Either an error, or a length that grew and is waited for.
        continue;
      }
      ++survived;
      const auto ours = pair.client.export_keying_material("x", {}, 32), theirs = pair.server.export_keying_material("x", {}, 32);
      CHECK(copy(*ours) == copy(*theirs));
    }
  // The version field of a few records.
  CHECK(survived < 20);
}

TEST_CASE("a handshake that is cut anywhere ends in an error on the other side") {
  const auto [up, down] = recorded();
  for (int direction = 0; direction < 2; ++direction)
    for (std::size_t offset = 0; offset < (direction ? down : up); offset += 37) {
      Pair pair = make_full();
      bool cut = false;
      const WireTap tap = [&, passed = std::size_t{0}](ByteString& bytes) mutable {
        const std::size_t room = cut ? 0 : offset - passed;
        passed += bytes.size();
        if (bytes.size() > room) {
          bytes.resize(room);
          cut = true;
        }
      };
      (direction ? pair.server_to_client : pair.client_to_server) = tap;
      pair.run();
      if (!cut) {  // an ECDSA signature was a few bytes shorter this time
        CHECK(offset + 8 > (direction ? down : up));
        continue;
      }
      Connection& deaf = direction ? pair.client : pair.server;
      deaf.received_eof();
      if (deaf.step() == Connection::State::connected) continue;  // its last message was the one that got lost
      CHECK(deaf.step() == Connection::State::failed);
      CHECK(reason_of(deaf) == "UNEXPECTED_EOF");
    }
}

TEST_CASE("garbage is told from TLS at once") {
  struct Case {
    std::string bytes;
    const char* reason;
    Alert alert;
  };
  const std::vector<Case> cases = {
      {"GET / HTTP/1.1\r\n", "HTTP_REQUEST", Alert::protocol_version},
      {"CONNECT a:1 HTTP/1.1\r\n", "HTTPS_PROXY_REQUEST", Alert::protocol_version},
      {"SSH-2.0-OpenSSH", "WRONG_VERSION_NUMBER", Alert::protocol_version},
      {std::string("\x80\x2e\x01\x00\x02", 5), "WRONG_VERSION_NUMBER", Alert::protocol_version},
      {std::string("\x17\x03\x03\x00\x05hello", 10), "UNEXPECTED_RECORD", Alert::unexpected_message},
      {std::string("\x16\x03\x01\x40\x01", 5), "DATA_LENGTH_TOO_LONG", Alert::record_overflow},
      {std::string("\x14\x03\x03\x00\x01\x01", 6), "BAD_CHANGE_CIPHER_SPEC", Alert::unexpected_message},
      {std::string("\x16\x03\x01\x00\x04\x02\x00\x00\x00", 9), "UNEXPECTED_MESSAGE", Alert::unexpected_message},
      {std::string("\x16\x03\x01\x00\x04\x01\x00\x00\x00", 9), "DECODE_ERROR", Alert::decode_error},
      {std::string("\x16\x03\x01\x00\x04\x01\xff\xff\xff", 9), "EXCESSIVE_MESSAGE_SIZE", Alert::illegal_parameter},
      {std::string("\x15\x03\x01\x00\x02\x02\x28", 7), "PEER_ALERT", Alert::handshake_failure},
      {std::string("\x15\x03\x01\x00\x02\x01\x00", 7), "PEER_ALERT", Alert::close_notify},
  };
  for (const auto& each : cases) {
    Pair pair;
    feed(pair.server, as_bytes(each.bytes));
    CHECK(pair.server.step() == Connection::State::failed);
    CHECK(reason_of(pair.server) == each.reason);
    CHECK(alert_of(pair.server) == each.alert);
  }
}

TEST_CASE("a connection may be destroyed at any stage of its handshake") {
  for (int turns = 0; turns < 6; ++turns) {
    Pair pair = make_full();
    for (int turn = 0; turn < turns; ++turn) {
      pair.step(pair.client);
      pair.carry(pair.client, pair.server, pair.client_to_server);
      pair.step(pair.server);
      if (turn + 1 < turns) pair.carry(pair.server, pair.client, pair.server_to_client);
    }
  }
  SUCCEED();
}

TEST_CASE("a client that cannot use our flight may say so in the clear, once") {
  Pair pair;
  pair.step(pair.client);
  pair.carry(pair.client, pair.server, pair.client_to_server);
  pair.step(pair.server);
  const ByteString alert = {21, 3, 3, 0, 2, 2, 47};
  feed(pair.server, alert);
  CHECK(pair.server.step() == Connection::State::failed);
  CHECK(reason_of(pair.server) == "PEER_ALERT");
  CHECK(alert_of(pair.server) == Alert::illegal_parameter);
}
