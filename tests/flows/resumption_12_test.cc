// RFC 5246, figure 2: sessions that go on, by id and by RFC 5077's tickets, and all that forbids it.
#include <functional>

#include "handshake/resumption_12.h"
#include "session/memory_store.h"
#include "tests/catch.hpp"
#include "tests/support/pair.h"
#include "tests/support/test_ca.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

constexpr Version older[] = {Version::tls12, Version::tls11, Version::tls10};

Config with_sessions(Config config, Version version = Version::tls12) {
  config.versions = {version};
  config.cipher_suites = default_suites_of(config.versions);
  if (config.role == Role::client) config.client_sessions = std::make_shared<ClientSessions>();
  else config.session_store = std::make_shared<MemoryStore>(100);
  return config;
}

Config with_tickets(Config config) {
  config = with_sessions(std::move(config));
  if (config.role == Role::client) {
    config.session_tickets = SessionTickets::automatic;
  } else {
    config.session_tickets = SessionTickets::stateless;
    config.ticket_keys = *TicketKeys::with_random_seed(TicketUse::tls12, config.ticket_lifetime, system_rng());
  }
  return config;
}

CertificatePtr client_leaf(const Config& config) { return config.credentials.front().chain.front(); }

Credential client_credential() {
  return credential_of(TestCa::root().issue({.common_name = "client", .eku = {client_auth()}}));
}

// Both are two sides that may meet several times.
struct Both {
  Config client = with_sessions(client_config()), server = with_sessions(server_config());

  // meet gives whether the session went on; what is wrong is the test's failure.
  bool meet(const std::function<void(Pair&)>& before = {}, const std::string& host = "localhost") {
    Pair pair(client, server, host);
    if (before) before(pair);
    REQUIRE(pair.run());
    const bool resumed = pair.client.negotiated().session_resumed;
    CHECK(pair.server.negotiated().session_resumed == resumed);
    CHECK(pair.client.negotiated().session_id == pair.server.negotiated().session_id);
    CHECK(pair.send(pair.client, pair.server, as_bytes("ping")) == copy(as_bytes("ping")));
    CHECK(pair.send(pair.server, pair.client, as_bytes("pong")) == copy(as_bytes("pong")));
    last_id = pair.client.negotiated().session_id;
    last = pair.client.session();
    return resumed;
  }

  ByteString last_id;
  SessionPtr last;
};

}  // namespace

TEST_CASE("a second connection goes on from the session of the first") {
  for (auto version : older) {
    Both both{with_sessions(client_config(), version), with_sessions(server_config(), version), {}, {}};
    INFO(name(version));
    CHECK_FALSE(both.meet());
    const ByteString id = both.last_id;
    CHECK(id.size() == 32);
    CHECK(both.meet());
    CHECK(both.last_id == id);
    CHECK(both.meet([&](Pair& pair) { pair.clock.advance(Milliseconds(86'399'000)); }));
    CHECK_FALSE(both.meet([&](Pair& pair) { pair.clock.advance(Milliseconds(86'400'000)); }));
  }
}

TEST_CASE("what is known of the peer goes on with a session") {
  Both both;
  both.client.credentials = {client_credential()};
  both.server.verify_peer = both.server.fail_if_no_peer_cert = true;
  both.server.anchors = trust(TestCa::root());
  CHECK_FALSE(both.meet());
  Pair pair(both.client, both.server);
  REQUIRE(pair.run());
  CHECK(pair.server.negotiated().session_resumed);
  CHECK(pair.server.negotiated().verified);
  REQUIRE(pair.server.negotiated().peer_chain.size() == 1);
  CHECK(equal(pair.server.negotiated().peer_chain.front()->der(), client_leaf(both.client)->der()));
  CHECK(pair.client.negotiated().verified);
  CHECK_FALSE(pair.client.negotiated().peer_chain.empty());
}

TEST_CASE("the options of a client say when it goes on") {
  Both both;
  SECTION("never") {
    both.client.reuse_sessions = SessionReuse::never;
    CHECK_FALSE(both.meet());
    CHECK_FALSE(both.meet());
    CHECK(both.client.client_sessions->size() == 0);
  }
  SECTION("save keeps, and does not go on by itself") {
    both.client.reuse_sessions = SessionReuse::save;
    CHECK_FALSE(both.meet());
    const ByteString first = both.last_id;
    CHECK_FALSE(both.meet());
    CHECK(both.client.client_sessions->size() == 2);
    both.client.reuse_session_id = first;
    CHECK(both.meet());
    CHECK(both.last_id == first);
  }
  SECTION("an id that nobody knows asks for a full handshake") {
    CHECK_FALSE(both.meet());
    both.client.reuse_session_id = ByteString(32, 7);
    CHECK_FALSE(both.meet());
  }
  SECTION("a session that is given") {
    both.client.reuse_sessions = SessionReuse::never;
    both.client.send_server_name = false;
    CHECK_FALSE(both.meet());
    REQUIRE(both.last);
    both.client.reuse_session = both.last;
    both.client.reuse_session_id = both.last_id;
    both.client.send_server_name = true;
    CHECK(both.meet());  // under the name that it had: none
  }
  SECTION("a session that is given is for the host it was made with") {
    CHECK_FALSE(both.meet());
    both.client.reuse_session = both.last;
    both.client.reuse_session_id = both.last_id;
    CHECK_FALSE(both.meet({}, "127.0.0.1"));
    CHECK(both.meet());
  }
  SECTION("nobody was verified") {
    both.client.verify_peer = false;
    CHECK_FALSE(both.meet());
    CHECK(both.client.client_sessions->size() == 0);
    CHECK_FALSE(both.meet());
  }
  SECTION("a session of a peer that was not verified is not for a client that verifies") {
    both.client.verify_peer = false;
    CHECK_FALSE(both.meet());
    both.client.reuse_session = both.last;
    both.client.reuse_session_id = both.last_id;
    CHECK(both.meet());
    both.client.verify_peer = true;
    CHECK_FALSE(both.meet());
  }
  SECTION("another host, another certificate of ours, other rules") {
    CHECK_FALSE(both.meet());
    CHECK_FALSE(both.meet({}, "127.0.0.1"));
    Both other = both;
    other.client.credentials = {client_credential()};
    CHECK_FALSE(other.meet());
    other = both;
    other.client.trust.fill(1);
    CHECK_FALSE(other.meet());
    other = both;
    std::erase(other.client.cipher_suites, both.last->cipher_suite);
    CHECK_FALSE(other.meet());
    CHECK(both.meet());
  }
}

TEST_CASE("the options of a server say when it goes on") {
  Both both;
  SECTION("never") {
    both.server.reuse_sessions = SessionReuse::never;
    CHECK_FALSE(both.meet());
    CHECK(both.last_id.empty());
    CHECK_FALSE(both.meet());
  }
  SECTION("the application decides") {
    CHECK_FALSE(both.meet());
    both.server.ask_reuse_session = true;
    for (const bool agreed : {false, true}) {
      unsigned asked = 0;
      Both now = both;
      CHECK(now.meet([&](Pair& pair) {
        pair.on_question = [&](Connection& side, const Question& question) {
          const auto& body = std::get<ReuseSessionQuestion>(question.body);
          CHECK(body.session->id.size() == 32);
          ++asked;
          Answer answer;
          answer.verdict = agreed ? Answer::Verdict::accept : Answer::Verdict::refuse;
          CHECK(side.answer(question.id, answer));
          return true;
        };
      }) == agreed);
      CHECK(asked == 1);
      if (!agreed) both = now;
    }
  }
  SECTION("what is no answer ends the handshake") {
    CHECK_FALSE(both.meet());
    both.server.ask_reuse_session = true;
    Pair pair(both.client, both.server);
    pair.on_question = [](Connection& side, const Question& question) {
      return bool(side.answer(question.id, Answer{}));
    };
    CHECK_FALSE(pair.run());
    CHECK(reason_of(pair.server) == "ANSWER_INVALID");
  }
  SECTION("another certificate, other rules, another suite") {
    CHECK_FALSE(both.meet());
    Both other = both;
    other.server.credentials = {credential("server-rsa")};
    CHECK_FALSE(other.meet());
    other = both;
    other.server.trust.fill(1);
    CHECK_FALSE(other.meet());
    other = both;
    std::erase(other.server.cipher_suites, both.last->cipher_suite);
    CHECK_FALSE(other.meet());
  }
  SECTION("a ticket to a host that asks for no certificate opens none that does") {
    CHECK_FALSE(both.meet());
    both.client.credentials = {client_credential()};
    both.client.reuse_session = both.last;
    both.client.reuse_session_id = both.last_id;
    both.server.verify_peer = both.server.fail_if_no_peer_cert = true;
    both.server.anchors = trust(TestCa::root());
    Pair pair(both.client, both.server);
    REQUIRE(pair.run());
    CHECK_FALSE(pair.server.negotiated().session_resumed);
    CHECK(pair.server.negotiated().verified);
  }
}

TEST_CASE("another server name is another session") {
  Both both;
  both.client.server_name = "localhost";
  CHECK_FALSE(both.meet());
  both.client.reuse_session = both.last;
  both.client.reuse_session_id = both.last_id;
  both.client.server_name = "other.example";
  both.client.host_check = HostCheck::none;
  CHECK_FALSE(both.meet());
}

TEST_CASE("RFC 7627: a session and its extended master secret stay together") {
  // Without the extension in a hello the other side has none.
  const auto drop_extended = [](ByteString& bytes) {
    static const ByteString extension = {0x00, 0x17, 0x00, 0x00};
    const auto found = std::ranges::search(bytes, extension);
    if (!found.empty()) found[1] = 0xfa;  // an extension that nobody knows
  };
  Both both;
  CHECK_FALSE(both.meet());
  SECTION("the server aborts") {
    Pair pair(both.client, both.server);
    pair.client_to_server = drop_extended;
    CHECK_FALSE(pair.run());
    CHECK(reason_of(pair.server) == "RESUMED_EMS_SESSION_WITHOUT_EMS_EXTENSION");
    CHECK(alert_of(pair.server) == Alert::handshake_failure);
  }
  SECTION("a failure takes the session out of both caches") {
    CHECK(both.meet());
    Pair pair(both.client, both.server);
    REQUIRE(pair.run());
    CHECK(pair.client.negotiated().session_resumed);
    feed(pair.server, ByteString{0x17, 3, 3, 0, 32, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
                                 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32});
    ByteString buffer(1);
    CHECK_FALSE(pair.server.read(buffer));
    pair.server.settle();
    pair.carry(pair.server, pair.client, pair.server_to_client);
    CHECK_FALSE(pair.client.read(buffer));
    CHECK(both.client.client_sessions->size() == 0);
    CHECK_FALSE(both.meet());
  }
}

TEST_CASE("RFC 5077: tickets") {
  Both both{with_tickets(client_config()), with_tickets(server_config()), {}, {}};
  // The client's id is a hash of the ticket, the server's none.
  const auto meet = [&](bool resumed, Milliseconds later = Milliseconds(0)) {
    Pair pair(both.client, both.server);
    pair.clock.advance(later);
    REQUIRE(pair.run());
    CHECK(pair.client.negotiated().session_resumed == resumed);
    CHECK(pair.server.negotiated().session_resumed == resumed);
    CHECK(pair.send(pair.client, pair.server, as_bytes("ping")) == copy(as_bytes("ping")));
    return pair.client.negotiated().session_id;
  };
  const ByteString id = meet(false);
  CHECK(id.size() == 32);
  CHECK(meet(true) == id);
  CHECK(meet(true, Milliseconds(7'199'000)) == id);
  SECTION("a ticket ends") { CHECK(meet(false, Milliseconds(7'200'000)) != id); }
  SECTION("nobody else's tickets are opened") {
    both.server.ticket_keys = *TicketKeys::with_random_seed(TicketUse::tls12, 7200, system_rng());
    CHECK(meet(false) != id);
  }
  SECTION("a server without tickets") {
    both.server.session_tickets = SessionTickets::disabled;
    both.server.ticket_keys = nullptr;
    CHECK(meet(false) != id);
    meet(true);  // by id now
  }
  SECTION("a client whose certificate is asked for has a ticket where it may hold the certificate") {
    both.client.credentials = {client_credential()};
    both.server.verify_peer = both.server.fail_if_no_peer_cert = true;
    both.server.anchors = trust(TestCa::root());
    both.server.session_store = nullptr;
    meet(false);
    meet(false);
    both.server.session_tickets = SessionTickets::stateless_with_cert;
    meet(false);
    meet(true);
  }
}

TEST_CASE("session_data is read exactly or not at all") {
  Both both;
  CHECK_FALSE(both.meet());
  REQUIRE(both.last);
  const SecretBytes data = encode_session(*both.last);
  const auto session = decode_session(data);
  REQUIRE(session);
  CHECK(session->id == both.last->id);
  CHECK(session->host == "localhost");
  CHECK(session->peer_chain.size() == both.last->peer_chain.size());
  CHECK(equal(session->master_secret, both.last->master_secret));
  CHECK(session->created == both.last->created);
  ByteString bytes = copy(data);
  for (std::size_t size = 0; size < bytes.size(); ++size) CHECK_FALSE(decode_session(Bytes(bytes).first(size)));
  bytes.push_back(0);
  CHECK_FALSE(decode_session(bytes));
  bytes.pop_back();
  bytes.front() ^= 1;
  CHECK_FALSE(decode_session(bytes));
}
