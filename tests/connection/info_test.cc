// Connection information: the items of TLS 1.3, and what happens to the others.
#include "connection/info.h"

#include "catch.hpp"
#include "config/json_text.h"
#include "crypto/encoding.h"
#include "tests/support/pair.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

// Known is a connection's state without a connection.
struct Known {
  Config config;
  Negotiated negotiated;
  Connection::Counters counters;

  Known() {
    negotiated.version = Version::tls13;
    negotiated.cipher_suite = CipherSuite::aes_256_gcm_sha384;
    negotiated.group = NamedGroup::x25519mlkem768;
    negotiated.peer_signature_scheme = SignatureScheme::ecdsa_secp256r1_sha256;
    negotiated.own_signature_scheme = SignatureScheme::ed25519;
    negotiated.alpn = "h2";
    negotiated.server_name = "a.example";
    negotiated.session_id = {0xab, 0x01};
    negotiated.client_random.fill(0x11);
    negotiated.server_random.fill(0x22);
    negotiated.max_fragment_length = std::uint16_t{1024};
    negotiated.verified = true;
    negotiated.hello_retry = true;
    config.effective_options = R"({"certfile":"x.pem","password":"***"})";
    counters.bytes_received.add(7);
    counters.bytes_sent.add(9);
    counters.key_updates_sent.add(2);
  }

  Json info(const std::string& items = "") const {
    std::string unknown;
    const auto text = info_json(InfoSource{config, negotiated, counters}, items, unknown);
    CHECK(unknown.empty());
    return Json::parse(text);
  }
  std::string unknown_in(const std::string& items) const {
    std::string unknown;
    CHECK(info_json(InfoSource{config, negotiated, counters}, items, unknown).empty());
    return unknown;
  }
};

}  // namespace

TEST_CASE("all items that have a value, but for options and secrets") {
  CHECK(Known().info() == Json::parse(R"({
    "protocol":"tlsv1.3","session_id":"ab01","session_resumption":false,
    "selected_cipher_suite":{"key_exchange":"any","cipher":"aes_256_gcm","mac":"aead","prf":"sha384"},
    "selected_group":"x25519mlkem768","sni_hostname":"a.example","max_fragment_length":1024,"alpn":"h2",
    "signature_scheme":"ecdsa_secp256r1_sha256","own_signature_scheme":"ed25519","verified":true,"hello_retry":true,
    "early_data":"not_sent","key_updates":{"sent":2,"received":0},"bytes_in":7,"bytes_out":9})"));
}

TEST_CASE("items that are given only when they are named") {
  const auto info = Known().info(R"(["options","client_random","server_random","protocol"])");
  CHECK(info["options"] == Json::parse(R"({"certfile":"x.pem","password":"***"})"));
  CHECK(info["client_random"] == std::string(64, '1'));
  CHECK(info["server_random"] == std::string(64, '2'));
  CHECK(info["protocol"] == "tlsv1.3");
  CHECK(info.size() == 4);
}

TEST_CASE("known items without a value are absent, unknown ones are told") {
  const Known known;
  CHECK(known.info(R"(["master_secret","keylog","session_data","srp_username","ecc","ticket_age","dtls"])").empty());
  CHECK(known.info("[]").empty());
  CHECK(known.unknown_in(R"(["protocol","protocoll"])") == "protocoll");
  CHECK(known.unknown_in("[7]") == "7");
  CHECK_FALSE(known.unknown_in("{}").empty());
  CHECK_FALSE(known.unknown_in("[").empty());
  CHECK_FALSE(known.unknown_in("\"protocol\"").empty());
}

TEST_CASE("before the handshake there is next to nothing to tell") {
  Known known;
  known.negotiated = Negotiated();
  const auto info = known.info();
  CHECK(info.size() == 3);
  CHECK(info.contains("bytes_in"));
  CHECK(info.contains("key_updates"));
}

TEST_CASE("what a peer sent is told even if it is not UTF-8") {
  Known known;
  known.negotiated.alpn = "\xff\x01";
  known.negotiated.server_name = "a\xc0";
  const auto info = known.info();
  CHECK(info["alpn"] == Json{{"hex", "ff01"}});
  CHECK(info["sni_hostname"] == Json{{"hex", "61c0"}});
}

TEST_CASE("the peer's certificates") {
  Known known;
  CHECK(peercert_json(known.negotiated).empty());
  CHECK_FALSE(known.info().contains("peer_cert_sha256"));
  known.negotiated.peer_chain = credential("chain").chain;
  const auto& leaf = *known.negotiated.peer_chain.front();
  CHECK(known.info()["peer_cert_sha256"] == to_hex(Hash::of(HashAlgorithm::sha256, {leaf.der()})));
  const auto json = Json::parse(peercert_json(known.negotiated));
  CHECK(json["leaf"] == base64_encode(leaf.der()));
  REQUIRE(json["chain"].size() == 2);
  CHECK(json["chain"][0] == json["leaf"]);
}

TEST_CASE("a real connection tells the same on both sides") {
  Pair pair;
  REQUIRE(pair.run());
  std::string unknown;
  const auto client = Json::parse(info_json(pair.client, "", unknown));
  const auto server = Json::parse(info_json(pair.server, "", unknown));
  for (const char* item : {"protocol", "session_id", "selected_cipher_suite", "selected_group", "sni_hostname"}) {
    INFO(item);
    REQUIRE(client.contains(item));
    CHECK(client[item] == server[item]);
  }
  CHECK(client["peer_cert_sha256"].get<std::string>().size() == 64);
  CHECK(client["verified"] == true);
  CHECK(client["signature_scheme"] == server["own_signature_scheme"]);
  CHECK_FALSE(peercert_json(pair.client).empty());
  CHECK(peercert_json(pair.server).empty());
}
