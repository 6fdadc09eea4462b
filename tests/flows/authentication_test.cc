// Certificates of both sides: who shows what, who is believed, and which alert answers.
#include <algorithm>

#include "tests/catch.hpp"
#include "tests/support/pair.h"
#include "tests/support/test_ca.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

Config client_with(const Issued& issued) {
  Config config = client_config();
  config.credentials = {credential_of(issued)};
  return config;
}

Config asking_server() {
  Config config = server_config();
  config.verify_peer = true;
  config.fail_if_no_peer_cert = true;
  config.anchors = trust(TestCa::root());
  config.certificate_authorities = true;
  return config;
}

struct Failure {
  std::string reason;
  Alert alert;
  std::string fault;
};

Failure failure_of(const Connection& side) {
  const auto error = side.error();
  REQUIRE(error.has_value());
  Failure failure{info(error->reason).name, error->alert, ""};
  for (const auto& fact : error->facts)
    if (std::string(fact.name) == "error") failure.fault = fact.value;
  return failure;
}

// verified runs a handshake in which the client judges `issued`.
Failure judged(const Issued& issued, const std::string& host = "localhost", std::function<void(Config&)> change = {}) {
  Config client = client_config(), server = server_config();
  client.anchors = trust(TestCa::root());
  server.credentials = {credential_of(issued)};
  if (change) change(client);
  Pair pair(client, server, host);
  if (pair.run()) return {"", Alert::none, ""};
  CHECK(alert_of(pair.server) == alert_of(pair.client));
  return failure_of(pair.client);
}

}  // namespace

TEST_CASE("every kind of key signs for a server and for a client") {
  const std::vector<KeySpec> kinds = {
      {KeyType::ec, Curve::secp256r1},  {KeyType::ec, Curve::secp384r1}, {KeyType::ec, Curve::secp521r1},
      {KeyType::ed25519, Curve::none},  {KeyType::ed448, Curve::none},   {KeyType::rsa, Curve::none},
      {KeyType::rsa_pss, Curve::none},  {KeyType::mldsa44, Curve::none}, {KeyType::mldsa65, Curve::none},
      {KeyType::mldsa87, Curve::none},
  };
  for (const auto& kind : kinds) {
    const Issued server_side = TestCa::root().issue({.common_name = "server", .dns = {"localhost"}, .key = kind});
    const Issued client_side = TestCa::root().issue({.common_name = "client", .key = kind, .eku = {client_auth()}});
    Config client = client_with(client_side), server = asking_server();
    client.anchors = trust(TestCa::root());
    server.credentials = {credential_of(server_side)};
    Pair pair(client, server);
    INFO(name(kind.type) << " " << static_cast<int>(kind.curve));
    const bool connected = pair.run();
    INFO(reason_of(pair.client) << " " << reason_of(pair.server));
    REQUIRE(connected);
    CHECK(pair.client.negotiated().peer_signature_scheme == pair.server.negotiated().own_signature_scheme);
    CHECK(pair.server.negotiated().peer_signature_scheme == pair.client.negotiated().own_signature_scheme);
    CHECK(pair.server.negotiated().peer_chain.size() == 1);
    CHECK(pair.server.negotiated().verified);
  }
}

TEST_CASE("every suite and every group carries data") {
  for (const auto& suite : all_suites()) {
    if (!suite.is_tls13()) continue;
    Config client = client_config();
    client.cipher_suites = {suite.suite};
    Config server = server_config();
    server.cipher_suites = {suite.suite};
    Pair pair(client, server);
    INFO(suite.rfc_name());
    REQUIRE(pair.run());
    const ByteString data(50000, 0x5a);
    CHECK(pair.send(pair.client, pair.server, data) == data);
  }
  for (auto group : supported_groups()) {
    Config client = client_config(), server = server_config();
    client.supported_groups = client.key_share_groups = {group};
    server.supported_groups = {group};
    Pair pair(client, server);
    INFO(name(group));
    REQUIRE(pair.run());
    CHECK(pair.client.negotiated().group == group);
  }
}

TEST_CASE("a server that asks for a certificate") {
  Config server = asking_server();
  SECTION("gets one from a trusted CA") {
    Pair pair(client_with(TestCa::root().issue({.common_name = "client", .eku = {client_auth()}})), server);
    REQUIRE(pair.run());
    CHECK(pair.client.negotiated().client_certificate_requested);
  }
  SECTION("gets none, and insists") {
    Pair pair(client_config(), server);
    CHECK_FALSE(pair.run());
    CHECK(reason_of(pair.server) == "PEER_DID_NOT_RETURN_A_CERTIFICATE");
    CHECK(alert_of(pair.server) == Alert::certificate_required);
    // The client was connected already; it hears of it when it reads.
    CHECK(pair.client.step() == Connection::State::connected);
    ByteString buffer(100);
    CHECK_FALSE(pair.client.read(buffer).has_value());
    CHECK(alert_of(pair.client) == Alert::certificate_required);
  }
  SECTION("gets none, and does not mind") {
    server.fail_if_no_peer_cert = false;
    Pair pair(client_config(), server);
    REQUIRE(pair.run());
    CHECK(pair.server.negotiated().peer_chain.empty());
    CHECK_FALSE(pair.server.negotiated().verified);
  }
  SECTION("does not trust it") {
    const TestCa other({.common_name = "other", .key = {KeyType::ec, Curve::secp256r1, 2048, 7}});
    Pair pair(client_with(other.issue({.common_name = "client"})), server);
    CHECK_FALSE(pair.run());
    CHECK(failure_of(pair.server).alert == Alert::unknown_ca);
    CHECK(failure_of(pair.server).fault == "unknown_ca");
  }
  SECTION("refuses one that is for servers") {
    Pair pair(client_with(TestCa::root().issue({.common_name = "client", .eku = {server_auth()}})), server);
    CHECK_FALSE(pair.run());
    CHECK(failure_of(pair.server).fault == "invalid_ext_keyusage");
  }
}

TEST_CASE("a client judges its server") {
  const auto good = TestCa::root().issue({.common_name = "server", .dns = {"localhost"}, .ip = {"127.0.0.1"}});
  CHECK(judged(good).reason.empty());
  CHECK(judged(good, "127.0.0.1").reason.empty());
  CHECK(judged(good, "LOCALHOST.").reason.empty());

  auto failure = judged(good, "example.org");
  CHECK(failure.fault == "hostname_check_failed");
  CHECK(failure.alert == Alert::bad_certificate);
  CHECK(judged(good, "127.0.0.2").fault == "hostname_check_failed");
  CHECK(judged(good, "").fault == "hostname_check_failed");
  CHECK(judged(good, "example.org", [](Config& c) { c.host_check = HostCheck::none; }).reason.empty());
  CHECK(judged(good, "example.org", [](Config& c) { c.server_name = "localhost"; }).reason.empty());
  // "disable" drops the extension and not the check.
  CHECK(judged(good, "localhost", [](Config& c) { c.send_server_name = false; }).reason.empty());
  CHECK(judged(good, "example.org", [](Config& c) { c.send_server_name = false; }).fault == "hostname_check_failed");

  failure = judged(good, "localhost", [](Config& c) { c.anchors = std::make_shared<const TrustStore>(); });
  CHECK(failure.fault == "unknown_ca");
  CHECK(failure.alert == Alert::unknown_ca);
  failure = judged(TestCa::root().issue({.common_name = "old", .dns = {"localhost"}, .not_after = test_now - 1}));
  CHECK(failure.fault == "cert_expired");
  CHECK(failure.alert == Alert::certificate_expired);
  failure = judged(TestCa::root().issue({.common_name = "usage", .dns = {"localhost"}, .key_usage = key_agreement}));
  CHECK(failure.fault == "invalid_key_usage");
  // verify_none takes anything, and says so.
  CHECK(judged(good, "example.org", [](Config& c) { c.verify_peer = false; }).reason.empty());
  // Nobody looks at the path, but the key may still not sign (RFC 8446 §4.4.2.2).
  failure = judged(TestCa::root().issue({.common_name = "usage", .dns = {"localhost"}, .key_usage = key_agreement}),
                   "localhost", [](Config& c) { c.verify_peer = false; });
  CHECK(failure.reason == "KEY_USAGE_BIT_INCORRECT");
  CHECK(failure.alert == Alert::illegal_parameter);
}

TEST_CASE("verify_fun hears of each certificate, and decides for one event alone") {
  const auto below = TestCa::root().intermediate({.common_name = "below"});
  const auto leaf = below.issue({.common_name = "server", .dns = {"localhost"}});
  Config client = client_config(), server = server_config();
  client.anchors = trust(TestCa::root());
  client.ask_verify = true;
  server.credentials = {{{leaf.parsed(), below.parsed()}, leaf.key}};
  std::vector<std::string> events;
  auto answer_with = [&](Answer::Verdict verdict, Answer::Verdict on_fault) {
    return [&events, verdict, on_fault](Connection& side, const Question& question) {
      const auto& event = std::get<VerifyQuestion>(question.body).event;
      const char* kinds[] = {"extension", "bad_cert", "valid", "valid_peer"};
      events.push_back(std::string(kinds[static_cast<int>(event.kind)]) + (event.fault ? std::string(" ") + name(*event.fault) : ""));
      Answer answer;
      answer.verdict = event.kind == PathEvent::Kind::bad_cert ? on_fault : verdict;
      answer.reason = "because";
      CHECK(side.answer(question.id, answer).has_value());
      return true;
    };
  };
  using Verdict = Answer::Verdict;
  SECTION("valid all along") {
    Pair pair(client, server);
    pair.on_question = answer_with(Verdict::accept, Verdict::refuse);
    REQUIRE(pair.run());
    CHECK(events == std::vector<std::string>{"valid", "valid_peer"});
  }
  SECTION("no opinion is the library's") {
    Pair pair(client, server);
    pair.on_question = answer_with(Verdict::unknown, Verdict::unknown);
    REQUIRE(pair.run());
  }
  SECTION("a refusal ends it") {
    Pair pair(client, server);
    pair.on_question = answer_with(Verdict::refuse, Verdict::refuse);
    CHECK_FALSE(pair.run());
    CHECK(failure_of(pair.client).fault == "because");
    CHECK(events.size() == 1);
  }
  SECTION("no answer is no acceptance") {
    Pair pair(client, server);
    pair.on_question = answer_with(Verdict::invalid, Verdict::invalid);
    CHECK_FALSE(pair.run());
    CHECK(reason_of(pair.client) == "ANSWER_INVALID");
    CHECK(alert_of(pair.server) == Alert::internal_error);
  }
  SECTION("accepting an unknown CA leaves the host name to be checked") {
    client.anchors = std::make_shared<const TrustStore>();
    Pair pair(client, server, "example.org");
    pair.on_question = answer_with(Verdict::accept, Verdict::accept);
    REQUIRE(pair.run());
    CHECK(std::count(events.begin(), events.end(), "bad_cert unknown_ca") == 1);
    CHECK(std::count(events.begin(), events.end(), "bad_cert hostname_check_failed") == 1);
  }
  SECTION("a stale answer does nothing") {
    Pair pair(client, server);
    std::uint64_t first = 0;
    pair.on_question = [&](Connection& side, const Question& question) {
      if (first) CHECK_FALSE(side.answer(first, {Verdict::accept, "", nullptr, nullptr}).has_value());
      CHECK_FALSE(side.answer(question.id + 1, {Verdict::accept, "", nullptr, nullptr}).has_value());
      first = question.id;
      CHECK(side.answer(question.id, {Verdict::accept, "", nullptr, nullptr}).has_value());
      CHECK_FALSE(side.answer(question.id, {Verdict::accept, "", nullptr, nullptr}).has_value());
      return true;
    };
    REQUIRE(pair.run());
  }
}

TEST_CASE("the application may judge the host name, the end of the chain, and the server name") {
  using Verdict = Answer::Verdict;
  const auto below = TestCa::root().intermediate({.common_name = "below"});
  const auto leaf = below.issue({.common_name = "server", .dns = {"localhost"}});
  Config client = client_config(), server = server_config();
  server.credentials = {{{leaf.parsed(), below.parsed()}, leaf.key}};
  client.anchors = trust(TestCa::root());
  Verdict verdict = Verdict::accept;
  CertificatePtr trusted;
  ConfigPtr chosen;
  const auto answer = [&](Connection& side, const Question& question) {
    CHECK(side.answer(question.id, {verdict, "", chosen, trusted}).has_value());
    return true;
  };
  SECTION("host name") {
    client.host_check = HostCheck::ask;
    for (auto each : {Verdict::accept, Verdict::refuse, Verdict::unknown}) {
      verdict = each;
      Pair pair(client, server, "anything.example");
      pair.on_question = answer;
      CHECK(pair.run() == (each == Verdict::accept));
    }
  }
  SECTION("partial chain") {
    client.anchors = nullptr;
    client.ask_partial_chain = true;
    trusted = below.parsed();
    Pair pair(client, server);
    pair.on_question = answer;
    CHECK(pair.run());
    trusted = TestCa::root().parsed();  // not one that the server has shown
    Pair foreign(client, server);
    foreign.on_question = answer;
    CHECK_FALSE(foreign.run());
    CHECK(reason_of(foreign.client) == "ANSWER_INVALID");
    verdict = Verdict::unknown;
    Pair none(client, server);
    none.on_question = answer;
    CHECK_FALSE(none.run());
    CHECK(failure_of(none.client).fault == "unknown_ca");
  }
  SECTION("server name") {
    server.ask_sni = true;
    Config other = server_config();
    other.alpn = {"chosen"};
    chosen = share(other);
    client.anchors = test_anchors();
    client.alpn = {"chosen"};
    Pair pair(client, server);
    pair.on_question = answer;
    REQUIRE(pair.run());
    CHECK(pair.client.negotiated().alpn == "chosen");
    verdict = Verdict::refuse;
    Pair refused(client, server);
    refused.on_question = answer;
    CHECK_FALSE(refused.run());
    CHECK(alert_of(refused.client) == Alert::unrecognized_name);
  }
  SECTION("hello, on both sides") {
    client.ask_hello = server.ask_hello = true;
    Pair pair(client, server);
    int asked = 0;
    pair.on_question = [&](Connection& side, const Question& question) {
      ++asked;
      const auto& hello = std::get<HelloQuestion>(question.body);
      // What a server hears of are offers; a client, a choice.
      const bool told = side.role() == Role::server ? !hello.offers.cipher_suites.empty()
                                                    : hello.negotiated.cipher_suite.has_value();
      CHECK(told);
      return side.answer(question.id, {Verdict::accept, "", nullptr, nullptr}).has_value();
    };
    REQUIRE(pair.run());
    CHECK(asked == 2);
    Pair cancelled(client, server);
    cancelled.on_question = [](Connection& side, const Question& question) {
      return side.answer(question.id, {Verdict::refuse, "", nullptr, nullptr}).has_value();
    };
    CHECK_FALSE(cancelled.run());
    CHECK(reason_of(cancelled.server) == "USER_CANCELED");
  }
}

TEST_CASE("application protocols and server names") {
  Config client = client_config(), server = server_config();
  SECTION("the server's order counts") {
    client.alpn = {"http/1.1", "h2"};
    server.alpn = {"h2", "http/1.1"};
    Pair pair(client, server);
    REQUIRE(pair.run());
    CHECK(pair.client.negotiated().alpn == "h2");
    CHECK(pair.server.negotiated().alpn == "h2");
  }
  SECTION("none in common") {
    client.alpn = {"a"};
    server.alpn = {"b"};
    Pair pair(client, server);
    CHECK_FALSE(pair.run());
    CHECK(alert_of(pair.client) == Alert::no_application_protocol);
  }
  SECTION("only one side cares") {
    client.alpn = {"a"};
    Pair pair(client, server);
    REQUIRE(pair.run());
    CHECK(pair.client.negotiated().alpn.empty());
  }
  SECTION("sni_hosts") {
    Config special = server_config();
    special.credentials = {credential("example")};
    server.sni_hosts["example.test"] = share(special);
    Pair pair(client, server, "example.test");
    REQUIRE(pair.run());
    Pair other(client, server, "localhost");
    REQUIRE(other.run());
    CHECK(pair.client.negotiated().peer_chain.front()->der().size() > 0);
    CHECK(pair.server.negotiated().server_name == "example.test");
  }
  SECTION("no name for an address") {
    Pair pair(client, server, "127.0.0.1");
    REQUIRE(pair.run());
    CHECK(pair.server.negotiated().server_name.empty());
  }
}
