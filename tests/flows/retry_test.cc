// RFC 8446, figure 2: HelloRetryRequest, with and without a cookie.
#include "handshake/key_schedule.h"
#include "tests/catch.hpp"
#include "tests/support/pair.h"
#include "wire/messages.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

Config retrying_client() {
  Config config = client_config();
  config.key_share_groups = {NamedGroup::x25519};
  return config;
}

Config retrying_server() {
  Config config = server_config();
  config.supported_groups = {NamedGroup::secp384r1, NamedGroup::secp256r1};
  return config;
}

// rewrite_hello lets a test change the ClientHello number `wanted` on its way.
WireTap rewrite_hello(int wanted, std::function<void(ClientHello&)> change) {
  return [wanted, change, seen = 0](ByteString& bytes) mutable {
    // A ClientHello is the last record of what a client sends in one go: a change_cipher_spec may stand before it.
    std::size_t at = 0;
    while (at + 5 <= bytes.size() && bytes[at] != 22) at += 5 + load_be(Bytes(bytes).subspan(at + 3, 2));
    if (at + 5 > bytes.size() || bytes[at + 5] != 1 || ++seen != wanted) return;
    auto hello = decode<ClientHello>(Bytes(bytes).subspan(at + 9));
    REQUIRE(hello.has_value());
    change(*hello);
    ByteString message;
    REQUIRE(append_message(*hello, message).has_value());
    bytes.resize(at + 5);
    append(bytes, message);
    store_be(MutBytes(bytes).subspan(at + 3, 2), message.size());
  };
}

// rewrite_server_hello does the same for the first ServerHello, which is the retry request.
WireTap rewrite_server_hello(std::function<void(ServerHello&)> change) {
  return [change, done = false](ByteString& bytes) mutable {
    if (done || bytes.size() < 9 || bytes[5] != 2) return;
    done = true;
    const std::size_t length = load_be(Bytes(bytes).subspan(3, 2));
    auto hello = decode<ServerHello>(Bytes(bytes).subspan(9, length - 4));
    REQUIRE(hello.has_value());
    change(*hello);
    ByteString message;
    REQUIRE(append_message(*hello, message).has_value());
    ByteString result(bytes.begin(), bytes.begin() + 5);
    store_be(MutBytes(result).subspan(3, 2), message.size());
    append(result, message);
    append(result, Bytes(bytes).subspan(5 + length));
    bytes = result;
  };
}

}  // namespace

TEST_CASE("a server asks for another group, and gets it") {
  for (bool cookie : {true, false})
    for (bool compatible : {true, false})
      for (std::size_t piece : {0u, 1u}) {
        Config client = retrying_client(), server = retrying_server();
        client.middlebox_comp_mode = compatible;
        server.cookie = cookie;
        Pair pair(client, server);
        pair.piece = piece;
        REQUIRE(pair.run());
        CHECK(pair.client.negotiated().hello_retry);
        CHECK(pair.server.negotiated().hello_retry);
        CHECK(pair.client.negotiated().group == NamedGroup::secp384r1);
        CHECK(pair.send(pair.server, pair.client, as_bytes("data")) == copy(as_bytes("data")));
      }
}

TEST_CASE("a server prefers a share that is there to a round trip, but a hybrid to neither") {
  Config client = client_config(), server = server_config();
  client.supported_groups = {NamedGroup::x25519, NamedGroup::secp256r1, NamedGroup::x25519mlkem768};
  client.key_share_groups = {NamedGroup::x25519};
  server.supported_groups = {NamedGroup::secp256r1, NamedGroup::x25519};
  Pair classical(client, server);
  REQUIRE(classical.run());
  CHECK_FALSE(classical.client.negotiated().hello_retry);
  server.supported_groups = {NamedGroup::x25519mlkem768, NamedGroup::x25519};
  Pair hybrid(client, server);
  REQUIRE(hybrid.run());
  CHECK(hybrid.client.negotiated().hello_retry);
  CHECK(hybrid.client.negotiated().group == NamedGroup::x25519mlkem768);
}

TEST_CASE("the second ClientHello may change no more than it must") {
  struct Case {
    const char* what;
    std::function<void(ClientHello&)> change;
    const char* reason;
    Alert alert;
  };
  const std::vector<Case> cases = {
      {"no cookie", [](ClientHello& h) { h.cookie.reset(); }, "WRONG_COOKIE", Alert::illegal_parameter},
      {"another cookie", [](ClientHello& h) { (*h.cookie)[5] ^= 1; }, "WRONG_COOKIE", Alert::illegal_parameter},
      {"another random", [](ClientHello& h) { h.random[0] ^= 1; }, "INVALID_SECOND_CLIENT_HELLO", Alert::illegal_parameter},
      {"another session id", [](ClientHello& h) { h.legacy_session_id[0] ^= 1; }, "INVALID_SECOND_CLIENT_HELLO", Alert::illegal_parameter},
      {"fewer suites", [](ClientHello& h) { h.cipher_suites.pop_back(); }, "INVALID_SECOND_CLIENT_HELLO", Alert::illegal_parameter},
      {"another name", [](ClientHello& h) { h.server_name->front().name = "other"; }, "INVALID_SECOND_CLIENT_HELLO", Alert::illegal_parameter},
      {"the old share", [](ClientHello& h) { h.key_share->front().group = NamedGroup::x25519; }, "WRONG_CURVE", Alert::illegal_parameter},
      {"no share", [](ClientHello& h) { h.key_share->clear(); }, "WRONG_CURVE", Alert::illegal_parameter},
      {"a bad point", [](ClientHello& h) { h.key_share->front().key_exchange[20] ^= 1; }, "BAD_ECPOINT", Alert::illegal_parameter},
  };
  for (const auto& each : cases) {
    INFO(each.what);
    Pair pair(retrying_client(), retrying_server());
    pair.client_to_server = rewrite_hello(2, each.change);
    CHECK_FALSE(pair.run());
    CHECK(reason_of(pair.server) == each.reason);
    CHECK(alert_of(pair.server) == each.alert);
    CHECK(alert_of(pair.client) == each.alert);
    CHECK(reason_of(pair.client) == "PEER_ALERT");
  }
}

TEST_CASE("a client refuses a retry request that makes no sense") {
  struct Case {
    const char* what;
    std::function<void(ServerHello&)> change;
    const char* reason;
    Alert alert;
  };
  const std::vector<Case> cases = {
      {"changes nothing", [](ServerHello& h) { h.selected_group.reset(); h.cookie.reset(); }, "EMPTY_HELLO_RETRY_REQUEST", Alert::illegal_parameter},
      {"a group with a share", [](ServerHello& h) { h.selected_group = NamedGroup::x25519; }, "WRONG_CURVE", Alert::illegal_parameter},
      {"a group not offered", [](ServerHello& h) { h.selected_group = NamedGroup::ffdhe2048; }, "WRONG_CURVE", Alert::illegal_parameter},
      {"a suite not offered", [](ServerHello& h) { h.cipher_suite = CipherSuite::aes_128_ccm_8_sha256; }, "WRONG_CIPHER_RETURNED", Alert::illegal_parameter},
      {"an unknown suite", [](ServerHello& h) { h.cipher_suite = CipherSuite{0xc02f}; }, "WRONG_CIPHER_RETURNED", Alert::illegal_parameter},
      {"another session id", [](ServerHello& h) { h.legacy_session_id_echo[0] ^= 1; }, "SERVER_ECHOED_INVALID_SESSION_ID", Alert::illegal_parameter},
      {"TLS 1.2", [](ServerHello& h) { h.supported_versions = Version::tls12; }, "UNSUPPORTED_PROTOCOL", Alert::illegal_parameter},
      {"no version", [](ServerHello& h) { h.supported_versions.reset(); }, "UNSUPPORTED_PROTOCOL", Alert::protocol_version},
  };
  for (const auto& each : cases) {
    INFO(each.what);
    Pair pair(retrying_client(), retrying_server());
    pair.server_to_client = rewrite_server_hello(each.change);
    CHECK_FALSE(pair.run());
    CHECK(reason_of(pair.client) == each.reason);
    CHECK(alert_of(pair.client) == each.alert);
    CHECK(alert_of(pair.server) == each.alert);
  }
}

TEST_CASE("the first ClientHello is checked as RFC 8446 asks") {
  struct Case {
    const char* what;
    std::function<void(ClientHello&)> change;
    const char* reason;
    Alert alert;
  };
  const std::vector<Case> cases = {
      {"no versions", [](ClientHello& h) { h.supported_versions.reset(); }, "UNSUPPORTED_PROTOCOL", Alert::protocol_version},
      {"TLS 1.2 alone", [](ClientHello& h) { h.supported_versions = {Version::tls12}; }, "UNSUPPORTED_PROTOCOL", Alert::protocol_version},
      {"compression", [](ClientHello& h) { h.legacy_compression_methods = {1, 0}; }, "INVALID_COMPRESSION_LIST", Alert::illegal_parameter},
      {"no groups", [](ClientHello& h) { h.supported_groups.reset(); }, "MISSING_EXTENSION", Alert::missing_extension},
      {"no shares", [](ClientHello& h) { h.key_share.reset(); }, "MISSING_KEY_SHARE", Alert::missing_extension},
      {"no schemes", [](ClientHello& h) { h.signature_algorithms.reset(); }, "MISSING_EXTENSION", Alert::missing_extension},
      {"no common suite", [](ClientHello& h) { h.cipher_suites = {CipherSuite{0x1399}}; }, "NO_SHARED_CIPHER", Alert::handshake_failure},
      {"no common group", [](ClientHello& h) { h.supported_groups = {NamedGroup{0x2a2a}}; h.key_share->clear(); }, "NO_SHARED_GROUP", Alert::handshake_failure},
      {"no common scheme", [](ClientHello& h) { h.signature_algorithms = {SignatureScheme::ed448}; }, "NO_COMMON_SIGNATURE_ALGORITHMS", Alert::handshake_failure},
      {"two shares of a group", [](ClientHello& h) { h.key_share->push_back(h.key_share->front()); }, "DUPLICATE_KEY_SHARE", Alert::illegal_parameter},
      {"a share of no group", [](ClientHello& h) { h.key_share->push_back({NamedGroup{0x3a3a}, {1}}); }, "INVALID_KEY_SHARES", Alert::illegal_parameter},
      {"two names", [](ClientHello& h) { h.server_name->push_back({0, "b"}); }, "INVALID_SERVER_NAME", Alert::illegal_parameter},
      {"a NUL in the name", [](ClientHello& h) { h.server_name->front().name = std::string("a\0b", 3); }, "INVALID_SERVER_NAME", Alert::illegal_parameter},
      {"fragment length 5", [](ClientHello& h) { h.max_fragment_length = std::uint8_t{5}; }, "BAD_MAX_FRAGMENT_LENGTH", Alert::illegal_parameter},
      {"record size 63", [](ClientHello& h) { h.record_size_limit = std::uint16_t{63}; }, "BAD_RECORD_SIZE_LIMIT", Alert::illegal_parameter},
      {"a short share", [](ClientHello& h) { h.key_share->front().key_exchange.pop_back(); }, "BAD_ECPOINT", Alert::illegal_parameter},
  };
  for (const auto& each : cases) {
    INFO(each.what);
    Pair pair;
    pair.client_to_server = rewrite_hello(1, each.change);
    CHECK_FALSE(pair.run());
    CHECK(reason_of(pair.server) == each.reason);
    CHECK(alert_of(pair.server) == each.alert);
    CHECK(alert_of(pair.client) == each.alert);
  }
}

TEST_CASE("GREASE and unknown values in a ClientHello disturb nobody") {
  Pair pair;
  // The transcripts differ after a rewrite, so that the server's Finished cannot be right; but it gets that far.
  pair.client_to_server = rewrite_hello(1, [](ClientHello& hello) {
    hello.cipher_suites.insert(hello.cipher_suites.begin(), CipherSuite{0x1a1a});
    hello.supported_groups->insert(hello.supported_groups->begin(), NamedGroup{0x2a2a});
    hello.key_share->insert(hello.key_share->begin(), {NamedGroup{0x2a2a}, {0}});
    hello.supported_versions->insert(hello.supported_versions->begin(), Version{0x3a3a});
    hello.signature_algorithms->insert(hello.signature_algorithms->begin(), SignatureScheme{0x4a4a});
  });
  CHECK_FALSE(pair.run());
  CHECK(reason_of(pair.server) == "DECRYPTION_FAILED_OR_BAD_RECORD_MAC");  // its alert, under other keys
  CHECK(reason_of(pair.client) == "DECRYPTION_FAILED_OR_BAD_RECORD_MAC");
}
