// RFC 5246, figure 1: full handshakes of TLS 1.2, 1.1 and 1.0, and the choice among all versions.
#include <algorithm>
#include <functional>

#include "crypto/srp.h"
#include "handshake/negotiate_12.h"
#include "tests/catch.hpp"
#include "tests/support/pair.h"
#include "tests/support/test_ca.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

Config of_version(Config config, Version version, CipherSuite suite) {
  config.versions = {version};
  config.cipher_suites = {suite};
  return config;
}

// certificate_for has a key of the kind that a suite wants.
Credential certificate_for(KeyExchangeAlgorithm kx) {
  using enum KeyExchangeAlgorithm;
  const bool is_rsa = kx == ecdhe_rsa || kx == dhe_rsa || kx == srp_rsa || is_key_transport(kx);
  const bool is_dsa = kx == dhe_dss || kx == srp_dss;
  const KeySpec key = is_rsa   ? KeySpec{KeyType::rsa, Curve::none}
                      : is_dsa ? KeySpec{KeyType::dsa, Curve::none}
                               : KeySpec{};
  return credential_of(TestCa::root().issue({.common_name = "server", .dns = {"localhost"}, .key = key,
                                             .key_usage = leaf_usage(kx), .eku = {server_auth()}}));
}

// with_dsa adds what only asks for DSA.
Config with_dsa(Config config) {
  config.signature_algs.push_back(SignatureScheme::dsa_sha256);
  return config;
}

Config client_for(const SuiteInfo& suite, Version version) {
  Config client = with_dsa(of_version(client_config(), version, suite.suite));
  client.anchors = trust(TestCa::root());
  client.ask_user_lookup = true;
  client.psk_identity = "alice";
  client.srp_user = "alice";
  client.srp_password = std::make_shared<const SecretBytes>(as_bytes("password123"));
  return client;
}

Config server_for(const SuiteInfo& suite, Version version) {
  Config server = with_dsa(of_version(server_config(), version, suite.suite));
  server.ask_user_lookup = true;
  server.psk_identity = "a hint";
  server.credentials.clear();
  if (!suite.is_anonymous()) server.credentials = {certificate_for(suite.key_exchange)};
  return server;
}

// users_answer knows alice alone.
bool users_answer(Connection& side, const Question& question) {
  const auto& asked = std::get<UserLookupQuestion>(question.body);
  Answer answer;
  answer.verdict = Answer::Verdict::unknown;
  const bool is_client = side.role() == Role::client;
  const std::string known = is_client && asked.kind == UserKind::psk ? "a hint" : "alice";
  if (asked.identity == known) {
    answer.verdict = Answer::Verdict::accept;
    const ByteString salt(16, 3);
    const Secret x = srp_x(as_bytes("alice"), as_bytes("password123"), salt);
    answer.user = std::make_shared<const UserSecret>(
        asked.kind == UserKind::psk ? UserSecret{UserKind::psk, SecretBytes(ByteString(20, 9)), {}, {}}
                                    : UserSecret{UserKind::srp, SecretBytes(x.bytes()), salt, "srp_2048"});
  }
  return bool(side.answer(question.id, answer));
}

constexpr Version older[] = {Version::tls12, Version::tls11, Version::tls10};

}  // namespace

TEST_CASE("TLS 1.2, 1.1, 1.0: every suite carries data both ways") {
  for (auto version : older) {
    for (const auto& suite : all_suites()) {
      if (!usable_in(suite, version)) continue;
      INFO(name(version) << " " << suite.rfc_name());
      Pair pair(client_for(suite, version), server_for(suite, version));
      pair.on_question = users_answer;
      REQUIRE(pair.run());
      CHECK(pair.client.negotiated().version == version);
      CHECK(pair.server.negotiated().cipher_suite == suite.suite);
      CHECK(pair.client.negotiated().verified == !suite.is_anonymous());
      for (const std::size_t size : {1u, 2u, 100u, 16384u, 50000u}) {
        const ByteString data(size, 0x5a);
        CHECK(pair.send(pair.client, pair.server, data) == data);
        CHECK(pair.send(pair.server, pair.client, data) == data);
      }
      pair.client.close();
      CHECK(pair.carry(pair.client, pair.server, pair.client_to_server));
      ByteString buffer(1);
      const auto end = pair.server.read(buffer);
      REQUIRE(end);
      CHECK(end->state == Connection::ReadResult::State::closed);
    }
  }
}

TEST_CASE("who does not know the secret does not get in") {
  using enum CipherSuite;
  for (auto code : {psk_aes_128_gcm_sha256, ecdhe_psk_aes_128_cbc_sha256, dhe_psk_aes_128_gcm_sha256,
                    rsa_psk_aes_128_gcm_sha256, srp_sha_aes_128_cbc_sha, srp_sha_rsa_aes_128_cbc_sha}) {
    const SuiteInfo& suite = *find_suite(code);
    INFO(suite.rfc_name());
    const bool is_psk = uses_psk(suite.key_exchange);
    Config client = client_for(suite, Version::tls12), server = server_for(suite, Version::tls12);
    SECTION("a wrong secret") {
      Pair pair(client, server);
      pair.on_question = [&](Connection& side, const Question& question) {
        if (side.role() == Role::client) return users_answer(side, question);
        Answer answer;
        answer.verdict = Answer::Verdict::accept;
        const auto kind = std::get<UserLookupQuestion>(question.body).kind;
        answer.user = std::make_shared<const UserSecret>(
            UserSecret{kind, SecretBytes(ByteString(20, 8)), ByteString(16, 3), "srp_2048"});
        return bool(side.answer(question.id, answer));
      };
      CHECK_FALSE(pair.run());
      CHECK(alert_of(pair.server) == Alert::bad_record_mac);
    }
    SECTION("a user whom nobody knows") {
      client.psk_identity = client.srp_user = "mallory";
      Pair pair(client, server);
      pair.on_question = users_answer;
      CHECK_FALSE(pair.run());
      // A PSK's user is told so; SRP's is as one with a wrong password (RFC 5054 §2.5.1.3).
      CHECK(alert_of(pair.server) == (is_psk ? Alert::unknown_psk_identity : Alert::bad_record_mac));
    }
    SECTION("an answer that is none") {
      Pair pair(client, server);
      pair.on_question = [](Connection& side, const Question& question) {
        return bool(side.answer(question.id, Answer{}));
      };
      CHECK_FALSE(pair.run());
    }
  }
}

TEST_CASE("RFC 7919: groups for DHE") {
  const SuiteInfo& suite = *find_suite(CipherSuite::dhe_rsa_aes_128_gcm_sha256);
  Config client = client_for(suite, Version::tls12), server = server_for(suite, Version::tls12);
  const auto group_with = [&](std::vector<NamedGroup> groups) {
    client.supported_groups = std::move(groups);
    Pair pair(client, server);
    return pair.run() ? pair.client.negotiated().group : std::nullopt;
  };
  CHECK(group_with({NamedGroup::secp256r1}) == NamedGroup::ffdhe2048);
  CHECK(group_with({NamedGroup::ffdhe3072, NamedGroup::ffdhe2048}) == NamedGroup::ffdhe3072);
  CHECK_FALSE(group_with({static_cast<NamedGroup>(0x1ff)}));
  server.dh = std::make_shared<const DhParams>(dh_params(NamedGroup::ffdhe4096));
  CHECK(group_with({NamedGroup::secp256r1}) == NamedGroup::ffdhe4096);
}

TEST_CASE("TLS 1.2, 1.1, 1.0: both sides export the same") {
  for (auto version : older) {
    const auto suite = CipherSuite::ecdhe_ecdsa_aes_128_cbc_sha;
    Pair pair(of_version(client_config(), version, suite), of_version(server_config(), version, suite));
    REQUIRE(pair.run());
    const auto ours = pair.client.export_keying_material("EXPERIMENTAL-x", as_bytes("context"), 100);
    const auto theirs = pair.server.export_keying_material("EXPERIMENTAL-x", as_bytes("context"), 100);
    REQUIRE(ours);
    REQUIRE(theirs);
    CHECK(copy(*ours) == copy(*theirs));
    // RFC 5705 §4: no context is not an empty one.
    CHECK(copy(*pair.client.export_keying_material("EXPERIMENTAL-x", {}, 32)) !=
          copy(*pair.client.export_keying_material("EXPERIMENTAL-x", Bytes(), 32)));
    for (const char* own : {"master secret", "key expansion", "client finished", "server finished"})
      CHECK_FALSE(pair.client.export_keying_material(own, {}, 32));
  }
}

TEST_CASE("TLS 1.2, 1.1, 1.0: a client's certificate") {
  for (auto version : older) {
    for (const KeySpec& key : {KeySpec{}, KeySpec{KeyType::rsa, Curve::none}}) {
      INFO(name(version) << " " << name(key.type));
      const auto suite = CipherSuite::ecdhe_ecdsa_aes_128_cbc_sha;
      Config client = of_version(client_config(), version, suite), server = of_version(server_config(), version, suite);
      client.credentials = {
          credential_of(TestCa::root().issue({.common_name = "client", .key = key, .eku = {client_auth()}}))};
      server.verify_peer = server.fail_if_no_peer_cert = true;
      server.anchors = trust(TestCa::root());
      Pair pair(client, server);
      REQUIRE(pair.run());
      CHECK(pair.server.negotiated().verified);
      CHECK(pair.server.negotiated().peer_chain.size() == 1);
      client.credentials.clear();
      Pair without(client, server);
      CHECK_FALSE(without.run());
      CHECK(reason_of(without.server) == "PEER_DID_NOT_RETURN_A_CERTIFICATE");
      // RFC 5246 §7.4.6: certificate_required is an alert of TLS 1.3.
      CHECK(alert_of(without.server) == Alert::handshake_failure);
    }
  }
}

TEST_CASE("the newest version that both sides have is chosen") {
  const std::vector<std::vector<Version>> lists = {
      {Version::tls13},
      {Version::tls13, Version::tls12},
      {Version::tls12},
      {Version::tls12, Version::tls11},
      {Version::tls12, Version::tls11, Version::tls10},
      {Version::tls11, Version::tls10},
      {Version::tls13, Version::tls12, Version::tls11, Version::tls10},
  };
  for (const auto& ours : lists) {
    for (const auto& theirs : lists) {
      Config client = client_config(), server = server_config();
      client.versions = ours;
      server.versions = theirs;
      client.cipher_suites = default_suites_of(ours);
      server.cipher_suites = default_suites_of(theirs);
      std::optional<Version> best;
      for (auto version : ours)
        if (std::ranges::count(theirs, version) && (!best || version > *best)) best = version;
      Pair pair(client, server);
      INFO(name(ours.front()) << " … " << name(ours.back()) << " with " << name(theirs.front()) << " … "
                              << name(theirs.back()));
      REQUIRE(pair.run() == best.has_value());
      if (best) {
        CHECK(pair.client.negotiated().version == best);
        continue;
      }
      // Before supported_versions a client cannot say what is too old for it: the server may find that by the suites.
      const bool may_be_older = theirs.front() < ours.front() && ours.front() != Version::tls13;
      CHECK(reason_of(pair.server) == (may_be_older ? "NO_SHARED_CIPHER" : "UNSUPPORTED_PROTOCOL"));
    }
  }
}

// RFC 8446 §4.1.3.
TEST_CASE("a downgrade is found out") {
  Config client = client_config(), server = server_config();
  client.versions = server.versions = {Version::tls13, Version::tls12};
  client.cipher_suites = server.cipher_suites = default_suites_of(client.versions);
  Pair pair(client, server);
  // Whoever stands between makes supported_versions an extension that nobody knows.
  pair.client_to_server = [](ByteString& bytes) {
    const ByteString extension = {0x00, 0x2b, 0x00, 0x05, 0x04, 0x03, 0x04, 0x03, 0x03};
    const auto at = std::ranges::search(bytes, extension).begin();
    if (at != bytes.end()) *at = 0xfa;
  };
  pair.piece = 0;
  if (delivery() == Delivery::bytes) return;
  CHECK_FALSE(pair.run());
  CHECK(reason_of(pair.client) == "TLS13_DOWNGRADE");
  CHECK(alert_of(pair.client) == Alert::illegal_parameter);
}

namespace {

// rewritten decodes the one message of a record, changes it, and puts it back.
template <class T>
WireTap rewritten(std::function<void(T&)> change) {
  return [change](ByteString& bytes) {
    if (bytes.size() < 9 || bytes[5] != static_cast<std::uint8_t>(T::type)) return;
    const std::size_t size = load_be(Bytes(bytes).subspan(6, 3));
    auto message = decode<T>(Bytes(bytes).subspan(9, size));
    REQUIRE(message);
    change(*message);
    ByteString raw;
    REQUIRE(append_message(*message, raw));
    ByteString rest = copy(Bytes(bytes).subspan(9 + size));
    const std::size_t in_record = load_be(Bytes(bytes).subspan(3, 2)) - 4 - size;
    bytes.resize(5);
    store_be(MutBytes(bytes).subspan(3, 2), raw.size() + in_record);
    append(bytes, raw);
    append(bytes, rest);
  };
}

Config both_older(Config config) {
  config.versions = {Version::tls12, Version::tls11};
  config.cipher_suites = default_suites_of(config.versions);
  return config;
}

}  // namespace

TEST_CASE("TLS 1.2: hellos that are refused") {
  if (delivery() == Delivery::bytes) return;  // a tap needs whole records
  struct Row {
    const char* what;
    WireTap client_to_server, server_to_client;
    const char *client_reason, *server_reason;
    Alert alert;
  };
  const auto client = [](auto change) { return rewritten<ClientHello>(change); };
  const auto server = [](auto change) { return rewritten<ServerHello>(change); };
  const WireTap none = [](ByteString&) {};
  const Row table[] = {
      {"no renegotiation_info (RFC 5746 §4.1)", client([](ClientHello& h) { h.renegotiation_info.reset(); }), none,
       "UNSAFE_LEGACY_RENEGOTIATION_DISABLED", "PEER_ALERT", Alert::handshake_failure},
      {"a client's renegotiation_info that is not empty (RFC 5746 §3.6)",
       client([](ClientHello& h) { h.renegotiation_info = ByteString{1}; }), none, "PEER_ALERT",
       "RENEGOTIATION_MISMATCH", Alert::handshake_failure},
      {"a server's (RFC 5746 §3.4)", none, server([](ServerHello& h) { h.renegotiation_info = ByteString{1}; }),
       "RENEGOTIATION_MISMATCH", "PEER_ALERT", Alert::handshake_failure},
      {"a fallback (RFC 7507 §3)", client([](ClientHello& h) {
         h.legacy_version = Version::tls11;
         h.cipher_suites.push_back(CipherSuite::fallback_scsv);
       }),
       none, "PEER_ALERT", "INAPPROPRIATE_FALLBACK", Alert::inappropriate_fallback},
      {"a version that was not offered", none, server([](ServerHello& h) { h.legacy_version = Version::tls10; }),
       "UNSUPPORTED_PROTOCOL", "PEER_ALERT", Alert::protocol_version},
      {"a suite that was not offered", none,
       server([](ServerHello& h) { h.cipher_suite = CipherSuite::ecdhe_ecdsa_aes_128_ccm_8; }), "WRONG_CIPHER_RETURNED",
       "PEER_ALERT", Alert::illegal_parameter},
      {"a suite of TLS 1.3", none, server([](ServerHello& h) { h.cipher_suite = CipherSuite::aes_128_gcm_sha256; }),
       "WRONG_CIPHER_RETURNED", "PEER_ALERT", Alert::illegal_parameter},
      {"a suite that the certificate cannot sign for", none,
       server([](ServerHello& h) { h.cipher_suite = CipherSuite::ecdhe_rsa_aes_256_gcm_sha384; }),
       "WRONG_CERTIFICATE_TYPE", "PEER_ALERT", Alert::illegal_parameter},
      {"compression", none, server([](ServerHello& h) { h.legacy_compression_method = 1; }),
       "UNSUPPORTED_COMPRESSION_ALGORITHM", "PEER_ALERT", Alert::illegal_parameter},
      {"no null compression", client([](ClientHello& h) { h.legacy_compression_methods = {1}; }), none, "PEER_ALERT",
       "INVALID_COMPRESSION_LIST", Alert::illegal_parameter},
      {"an extension that was not offered", none,
       server([](ServerHello& h) { h.record_size_limit = 1000; }), "UNEXPECTED_EXTENSION", "PEER_ALERT",
       Alert::unsupported_extension},
      {"encrypt_then_mac with an AEAD (RFC 7366 §3)", none,
       server([](ServerHello& h) { h.encrypt_then_mac.emplace(); }), "UNEXPECTED_EXTENSION_IN_MESSAGE", "PEER_ALERT",
       Alert::illegal_parameter},
      {"no uncompressed points", client([](ClientHello& h) { h.ec_point_formats = ByteString{1}; }), none, "PEER_ALERT",
       "ERROR_PARSING_EXTENSION", Alert::illegal_parameter},
      {"no common group", client([](ClientHello& h) { h.supported_groups = {{NamedGroup::mlkem768}}; }), none,
       "PEER_ALERT", "NO_SHARED_GROUP", Alert::handshake_failure},
      {"no common scheme", client([](ClientHello& h) { h.signature_algorithms = {{SignatureScheme::ed448}}; }), none,
       "PEER_ALERT", "NO_COMMON_SIGNATURE_ALGORITHMS", Alert::handshake_failure},
      {"another hello, with a master secret that is bound to it (RFC 7627)",
       client([](ClientHello& h) { h.legacy_session_id = {1}; }), none, "PEER_ALERT",
       "DECRYPTION_FAILED_OR_BAD_RECORD_MAC", Alert::bad_record_mac},
      {"another hello, with one that is not", client([](ClientHello& h) { h.extended_master_secret.reset(); }), none,
       "PEER_ALERT", "DIGEST_CHECK_FAILED", Alert::decrypt_error},
  };
  for (const auto& row : table) {
    INFO(row.what);
    Pair pair(both_older(client_config()), both_older(server_config()));
    pair.client_to_server = row.client_to_server;
    pair.server_to_client = row.server_to_client;
    CHECK_FALSE(pair.run());
    CHECK(reason_of(pair.client) == row.client_reason);
    CHECK(reason_of(pair.server) == row.server_reason);
    CHECK(alert_of(pair.client) == row.alert);
    CHECK(alert_of(pair.server) == row.alert);
  }
}

TEST_CASE("TLS 1.2: both sides may ask the application when the peer's hello has come") {
  Config client = both_older(client_config()), server = both_older(server_config());
  client.ask_hello = server.ask_hello = true;
  Pair pair(client, server);
  int client_asked = 0, server_asked = 0;
  pair.on_question = [&](Connection& side, const Question& question) {
    const auto& hello = std::get<HelloQuestion>(question.body);
    if (side.role() == Role::client) {
      ++client_asked;
      CHECK(hello.negotiated.version == Version::tls12);
      CHECK(hello.negotiated.cipher_suite.has_value());
    } else {
      ++server_asked;
      CHECK(hello.offers.versions == std::vector<Version>{Version::tls12});
    }
    Answer answer;
    answer.verdict = Answer::Verdict::accept;
    return side.answer(question.id, std::move(answer)).has_value();
  };
  REQUIRE(pair.run());
  CHECK(client_asked == 1);
  CHECK(server_asked == 1);
}

TEST_CASE("TLS 1.2: a record whose padding or MAC is touched ends the connection in the same way") {
  const auto suite = CipherSuite::ecdhe_ecdsa_aes_128_cbc_sha;
  for (std::size_t from_end : {1u, 2u, 20u, 40u, 60u}) {
    Pair pair(of_version(client_config(), Version::tls12, suite), of_version(server_config(), Version::tls12, suite));
    REQUIRE(pair.run());
    REQUIRE(pair.client.write(ByteString(40, 1)));
    pair.client_to_server = [&](ByteString& bytes) { bytes[bytes.size() - from_end] ^= 1; };
    pair.piece = 0;
    pair.carry(pair.client, pair.server, pair.client_to_server);
    ByteString buffer(100);
    CHECK_FALSE(pair.server.read(buffer));
    CHECK(reason_of(pair.server) == "DECRYPTION_FAILED_OR_BAD_RECORD_MAC");
    CHECK(alert_of(pair.server) == Alert::bad_record_mac);
  }
}
