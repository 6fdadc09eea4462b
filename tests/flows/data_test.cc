// After the handshake: KeyUpdate, closing, record limits, and what a peer may not do.
#include "tests/catch.hpp"
#include "tests/support/hostile.h"
#include "tests/support/pair.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

std::string read_reason(Connection& side) {
  ByteString buffer(20000);
  for (int i = 0; i < 100; ++i) {
    const auto result = side.read(buffer);
    if (!result) return info(result.error().reason).name;
    if (result->state == Connection::ReadResult::State::closed) return "closed";
    if (result->state == Connection::ReadResult::State::want_input) return "want_input";
  }
  return "data without end";
}

}  // namespace

TEST_CASE("KeyUpdate, asked and unasked, both ways") {
  Pair pair;
  REQUIRE(pair.run());
  for (bool both : {false, true})
    for (int round = 0; round < 3; ++round) {
      REQUIRE(pair.client.update_keys(both).has_value());
      CHECK(pair.send(pair.client, pair.server, as_bytes("one")) == copy(as_bytes("one")));
      CHECK(pair.send(pair.server, pair.client, as_bytes("two")) == copy(as_bytes("two")));
      REQUIRE(pair.server.update_keys(both).has_value());
      CHECK(pair.send(pair.server, pair.client, as_bytes("three")) == copy(as_bytes("three")));
      CHECK(pair.send(pair.client, pair.server, as_bytes("four")) == copy(as_bytes("four")));
    }
  CHECK(pair.client.counters().key_updates_sent.value() == 9);
  CHECK(pair.client.counters().key_updates_received.value() == 9);
}

TEST_CASE("keys are updated by volume") {
  Config client = client_config();
  client.key_update_at = 100'000;
  Pair pair(client, server_config());
  REQUIRE(pair.run());
  const ByteString data(1'000'000, 7);
  CHECK(pair.send(pair.client, pair.server, data) == data);
  CHECK(pair.server.counters().key_updates_received.value() >= 8);
  // Each asked for one in return, which goes out with the next that is sent.
  CHECK(pair.send(pair.server, pair.client, as_bytes("x")) == copy(as_bytes("x")));
  CHECK(pair.client.counters().key_updates_received.value() >= 1);
}

TEST_CASE("close_notify ends one direction alone") {
  Pair pair;
  REQUIRE(pair.run());
  REQUIRE(pair.client.write(as_bytes("last words")).has_value());
  pair.client.close();
  CHECK_FALSE(pair.client.write(as_bytes("more")).has_value());
  pair.carry(pair.client, pair.server, pair.client_to_server);
  ByteString buffer(100);
  auto result = pair.server.read(buffer);
  REQUIRE(result.has_value());
  CHECK(result->size == 10);
  CHECK(read_reason(pair.server) == "closed");
  CHECK(pair.server.close_notify_received());
  CHECK(pair.send(pair.server, pair.client, as_bytes("still here")) == copy(as_bytes("still here")));
  pair.server.close();
  pair.carry(pair.server, pair.client, pair.server_to_client);
  CHECK(read_reason(pair.client) == "closed");
}

TEST_CASE("an end without close_notify is a truncation, told after the data") {
  Pair pair;
  REQUIRE(pair.run());
  REQUIRE(pair.client.write(as_bytes("half")).has_value());
  pair.carry(pair.client, pair.server, pair.client_to_server);
  pair.server.received_eof();
  ByteString buffer(100);
  const auto result = pair.server.read(buffer);
  REQUIRE(result.has_value());
  CHECK(result->size == 4);
  CHECK(read_reason(pair.server) == "UNEXPECTED_EOF");
  CHECK(pair.server.pending_output().empty());
}

TEST_CASE("record limits are kept by both sides") {
  struct Limits {
    std::optional<std::uint16_t> fragment, client_record, server_record;
  };
  for (const auto& limits : {Limits{512, {}, {}}, Limits{4096, {}, {}}, Limits{{}, 64, {}}, Limits{{}, 1000, 2000},
                             Limits{{}, 16385, 100}, Limits{1024, 500, 700}}) {
    Config client = client_config(), server = server_config();
    client.max_fragment_length = limits.fragment;
    client.record_size_limit = limits.client_record;
    server.record_size_limit = limits.server_record;
    Pair pair(client, server);
    REQUIRE(pair.run());
    std::size_t largest_to_client = 0, largest_to_server = 0;
    const auto measure = [](std::size_t& largest) {
      return [&largest](ByteString& bytes) {
        for (std::size_t at = 0; at + 5 <= bytes.size();) {
          const std::size_t length = load_be(Bytes(bytes).subspan(at + 3, 2));
          largest = std::max(largest, length);
          at += 5 + length;
        }
      };
    };
    pair.server_to_client = measure(largest_to_client);
    pair.client_to_server = measure(largest_to_server);
    const ByteString data(40000, 1);
    CHECK(pair.send(pair.client, pair.server, data) == data);
    CHECK(pair.send(pair.server, pair.client, data) == data);
    // The tag is on top; record_size_limit counts the content type, max_fragment_length does not.
    const std::size_t to_client = limits.client_record ? *limits.client_record + 16u : *limits.fragment + 17u;
    CHECK(largest_to_client == to_client);
    const std::size_t to_server = limits.client_record ? limits.server_record.value_or(16385) + 16u : *limits.fragment + 17u;
    CHECK(largest_to_server == to_server);
  }
}

TEST_CASE("a peer that breaks the rules of records gets the alert that the RFC names") {
  struct Case {
    const char* what;
    std::function<ByteString(Peer&)> send;
    const char* reason;
    Alert alert;
  };
  const ByteString big(16384, 0);
  const std::vector<Case> cases = {
      {"a bit turned", [](Peer& p) { auto r = p.record(ContentType::application_data, {1, 2, 3}); r[8] ^= 1; return r; }, "DECRYPTION_FAILED_OR_BAD_RECORD_MAC", Alert::bad_record_mac},
      {"a record that was seen before", [](Peer& p) { auto r = p.record(ContentType::application_data, {1}); auto twice = r; append(twice, r); return twice; }, "DECRYPTION_FAILED_OR_BAD_RECORD_MAC", Alert::bad_record_mac},
      {"a plain record", [](Peer&) { return ByteString{22, 3, 3, 0, 1, 0}; }, "INVALID_OUTER_RECORD_TYPE", Alert::unexpected_message},
      {"a plain alert", [](Peer&) { return ByteString{21, 3, 3, 0, 2, 2, 40}; }, "INVALID_OUTER_RECORD_TYPE", Alert::unexpected_message},
      {"change_cipher_spec", [](Peer&) { return ByteString{20, 3, 3, 0, 1, 1}; }, "BAD_CHANGE_CIPHER_SPEC", Alert::unexpected_message},
      {"an unknown type inside", [](Peer& p) { return p.record(ContentType{99}, {1}); }, "UNEXPECTED_RECORD", Alert::unexpected_message},
      {"an unknown type outside", [](Peer&) { return ByteString{77, 3, 3, 0, 1, 1}; }, "UNEXPECTED_RECORD", Alert::unexpected_message},
      {"no content type", [](Peer& p) { return p.record(ContentType{0}, {}); }, "UNEXPECTED_RECORD", Alert::unexpected_message},
      {"a length of 2^14+257", [](Peer&) { return ByteString{23, 3, 3, 0x41, 0x01}; }, "ENCRYPTED_LENGTH_TOO_LONG", Alert::record_overflow},
      {"a plaintext of 2^14+1", [&](Peer& p) { auto b = big; b.push_back(0); return p.record(ContentType::application_data, b); }, "DATA_LENGTH_TOO_LONG", Alert::record_overflow},
      {"a record shorter than its tag", [](Peer&) { return ByteString{23, 3, 3, 0, 3, 1, 2, 3}; }, "DECRYPTION_FAILED_OR_BAD_RECORD_MAC", Alert::bad_record_mac},
      {"an empty handshake record", [](Peer& p) { return p.record(ContentType::handshake, {}); }, "EMPTY_FRAGMENT", Alert::unexpected_message},
      {"an empty alert", [](Peer& p) { return p.record(ContentType::alert, {}); }, "EMPTY_FRAGMENT", Alert::unexpected_message},
      {"an alert of three bytes", [](Peer& p) { return p.record(ContentType::alert, {2, 40, 0}); }, "BAD_ALERT", Alert::decode_error},
      {"data within a handshake message", [](Peer& p) { auto r = p.record(ContentType::handshake, {24, 0}); append(r, p.record(ContentType::application_data, {1})); return r; }, "INTERLEAVED_HANDSHAKE", Alert::unexpected_message},
      {"empty records without end", [](Peer& p) { ByteString all; for (int i = 0; i < 10000; ++i) append(all, p.record(ContentType::application_data, {})); return all; }, "TOO_MANY_EMPTY_FRAGMENTS", Alert::unexpected_message},
      {"warnings without end", [](Peer& p) { ByteString all; for (int i = 0; i < 10000; ++i) append(all, p.record(ContentType::alert, {1, 90})); return all; }, "TOO_MANY_WARNING_ALERTS", Alert::unexpected_message},
      {"KeyUpdates without end", [](Peer& p) { ByteString all; for (int i = 0; i < 10000; ++i) { append(all, p.record(ContentType::handshake, {24, 0, 0, 1, 1})); p.update(); } return all; }, "TOO_MANY_KEY_UPDATES", Alert::unexpected_message},
      {"a KeyUpdate of 2", [](Peer& p) { return p.record(ContentType::handshake, {24, 0, 0, 1, 2}); }, "BAD_KEY_UPDATE", Alert::illegal_parameter},
      {"a KeyUpdate of two bytes", [](Peer& p) { return p.record(ContentType::handshake, {24, 0, 0, 2, 0, 0}); }, "TRAILING_DATA", Alert::decode_error},
      {"two messages at a key change", [](Peer& p) { return p.record(ContentType::handshake, {24, 0, 0, 1, 0, 24, 0, 0, 1, 0}); }, "EXCESS_HANDSHAKE_DATA", Alert::unexpected_message},
      {"a hello after the handshake", [](Peer& p) { return p.record(ContentType::handshake, {1, 0, 0, 1, 0}); }, "NO_RENEGOTIATION", Alert::unexpected_message},
      {"a Finished after the handshake", [](Peer& p) { return p.record(ContentType::handshake, {20, 0, 0, 1, 0}); }, "UNEXPECTED_MESSAGE", Alert::unexpected_message},
      {"an endless message", [](Peer& p) { return p.record(ContentType::handshake, {24, 0xff, 0xff, 0xff, 0}); }, "EXCESSIVE_MESSAGE_SIZE", Alert::illegal_parameter},
      {"a ticket for a server", [](Peer& p) { return p.record(ContentType::handshake, {4, 0, 0, 1, 0}); }, "UNEXPECTED_MESSAGE", Alert::unexpected_message},
      {"a fatal alert", [](Peer& p) { return p.record(ContentType::alert, {2, 40}); }, "PEER_ALERT", Alert::handshake_failure},
      {"a fatal alert that says warning", [](Peer& p) { return p.record(ContentType::alert, {1, 40}); }, "PEER_ALERT", Alert::handshake_failure},
  };
  for (const auto& each : cases) {
    INFO(each.what);
    HostilePair pair;
    pair.feed_server(each.send(pair.client));
    CHECK(read_reason(pair.server) == each.reason);
    CHECK(alert_of(pair.server) == each.alert);
    CHECK_FALSE(pair.server.write(as_bytes("x")).has_value());
    // The alert goes out once, sealed; after a fatal alert of the peer's nothing does.
    pair.server.settle();
    const bool answered = std::string(each.reason) != "PEER_ALERT";
    CHECK(pair.server.pending_output().size() == (answered ? 24u : 0u));
  }
}

TEST_CASE("padding, tickets and a split KeyUpdate are taken as they come") {
  HostilePair pair;
  pair.feed_server(pair.client.record(ContentType::application_data, {1, 2, 3}, 5000));
  CHECK(read_all(pair.server) == ByteString{1, 2, 3});
  pair.feed_server(pair.client.record(ContentType::handshake, {24, 0, 0}));
  pair.feed_server(pair.client.record(ContentType::handshake, {1, 0}));
  pair.client.update();
  pair.feed_server(pair.client.record(ContentType::application_data, {4}));
  CHECK(read_all(pair.server) == ByteString{4});
}

TEST_CASE("tickets without end, and without data between them, are refused") {
  constexpr std::size_t allowed = 32;
  // lifetime, age_add, nonce, ticket, extensions (RFC 8446 §4.6.1)
  const ByteString ticket = {4, 0, 0, 15, 0, 0, 0, 60, 1, 2, 3, 4, 1, 9, 0, 1, 7, 0, 0};
  Pair pair;
  REQUIRE(pair.run());
  Peer server = peer_of(pair.server);
  for (std::size_t i = 0; i < allowed; ++i) feed(pair.client, server.record(ContentType::handshake, ticket));
  CHECK(read_reason(pair.client) == "want_input");
  feed(pair.client, server.record(ContentType::handshake, ticket));
  CHECK(read_reason(pair.client) == "TOO_MANY_POST_HANDSHAKE_MESSAGES");
  CHECK(alert_of(pair.client) == Alert::unexpected_message);
}

TEST_CASE("a random generator that fails ends the handshake") {
  struct Failing final : Rng {
    Status fill(MutBytes) override { return Error(Reason::CRYPTO_FAILURE, "no entropy"); }
  } rng;
  FakeClock clock;
  Connection client(share(client_config()), clock, {"localhost"}, rng);
  CHECK(client.step() == Connection::State::failed);
  CHECK(reason_of(client) == "CRYPTO_FAILURE");
  CHECK(alert_of(client) == Alert::internal_error);
}
