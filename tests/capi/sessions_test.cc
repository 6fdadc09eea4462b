// Erlang's guide to ssl, "Session Reuse Pre TLS-1.3", step by step over TCP; and the waits that belong to TLS 1.2.
#include <atomic>
#include <thread>

#include "tests/capi/memory_pair.h"

using namespace capi_test;

namespace {

constexpr int time_ms = 20000;

Json info_of(tls_handle socket, const Json& items) {
  char* text = nullptr;
  REQUIRE(tls_connection_info(socket, items.dump().c_str(), &text) == TLS_OK);
  return taken(text);
}

// Server accepts one client after the other, and answers a question about a session by `policy`.
class Server {
 public:
  explicit Server(const Json& options) {
    tls_handle listener = 0;
    REQUIRE(tls_listen(0, options.dump().c_str(), &listener) == TLS_OK);
    listener_ = Handle(listener);
    char* text = nullptr;
    REQUIRE(tls_sockname(listener, &text) == TLS_OK);
    port = taken(text)["port"].get<std::uint16_t>();
    thread_ = std::thread([this] { serve(); });
  }
  ~Server() {
    tls_close(listener_.release());
    thread_.join();
  }

  std::uint16_t port = 0;
  std::atomic<bool> agrees{true};
  std::atomic<int> questions{0};

 private:
  void serve() {
    const tls_handle listener = listener_;
    for (tls_handle accepted = 0; tls_transport_accept(listener, -1, &accepted) == TLS_OK;) {
      const Handle client(accepted);
      tls_status status = tls_handshake(client, nullptr, time_ms);
      for (; status == TLS_WAIT; status = tls_handshake(client, nullptr, time_ms)) {
        ++questions;
        answer(client, agrees.load());
      }
      char byte;
      size_t received;
      if (status == TLS_OK) tls_recv(client, &byte, 1, 0, time_ms, &received, nullptr);
    }
  }

  Handle listener_;
  std::thread thread_;
};

struct Session {
  std::string id;
  bool resumed;
  Json data;
};

// connected is what the guide does with each of C1, C2 …: connect, ask for the session, close.
Session connected(const Server& server, const Json& more = Json::object()) {
  Json options = {{"cacertfile", cert_file("ca")}, {"versions", {"tlsv1.2"}}};
  options.update(more);
  tls_handle socket = 0;
  REQUIRE(tls_connect("localhost", server.port, options.dump().c_str(), time_ms, &socket) == TLS_OK);
  const Handle client(socket);
  const Json info = info_of(client, {"session_id", "session_resumption", "session_data", "protocol"});
  CHECK(info["protocol"] == "tlsv1.2");
  return {info.value("session_id", ""), info["session_resumption"], info.value("session_data", Json())};
}

}  // namespace

TEST_CASE("the guide: session reuse before TLS 1.3") {
  const Server server(server_options());

  // Step 1: automatic, of a session that was verified.
  const Session c1 = connected(server), c2 = connected(server);
  CHECK_FALSE(c1.resumed);
  CHECK(c2.resumed);
  CHECK(c1.id == c2.id);

  // Step 2: a session of its own is saved before the connection is there, and found by its id.
  const Session c3 = connected(server, {{"reuse_sessions", "save"}});
  CHECK_FALSE(c3.resumed);
  CHECK(c3.id != c1.id);
  const Session c4 = connected(server, {{"reuse_session", c3.id}}), c5 = connected(server, {{"reuse_session", c3.id}});
  CHECK(c4.resumed);
  CHECK(c5.resumed);
  CHECK(c4.id == c3.id);
  CHECK(c5.id == c3.id);

  // Step 3: one that is kept nowhere is carried by hand, with its data, under the name that it had.
  const Session c9 = connected(server, {{"reuse_sessions", false}, {"server_name_indication", "disable"}});
  CHECK_FALSE(c9.resumed);
  const Session c10 = connected(server, {{"reuse_session", {c9.id, c9.data}}});
  CHECK(c10.resumed);
  CHECK(c10.id == c9.id);

  // Step 4: by the id alone it is not to be found, which is no error.
  const Session e = connected(server, {{"reuse_session", c9.id}});
  CHECK_FALSE(e.resumed);
  CHECK(e.id != c9.id);
}

TEST_CASE("the guide: who verifies nobody has no session to go on from") {
  const Server server(server_options());
  const Json unverified = {{"verify", "verify_none"}};
  const Session first = connected(server, unverified), second = connected(server, unverified);
  CHECK_FALSE(second.resumed);
  CHECK(first.id != second.id);
}

TEST_CASE("the guide: a server without sessions, and one that decides for each") {
  {
    const Server server(with(server_options(), {{"reuse_sessions", false}}));
    CHECK(connected(server).id.empty());
    CHECK_FALSE(connected(server).resumed);
  }
  Server server(with(server_options(), {{"reuse_session", "wait"}}));
  const Session first = connected(server);
  CHECK(server.questions == 0);
  server.agrees = false;
  const Session second = connected(server);
  CHECK(server.questions == 1);
  CHECK_FALSE(second.resumed);
  server.agrees = true;
  const Session third = connected(server);
  CHECK(server.questions == 2);
  CHECK(third.resumed);
  CHECK(third.id == second.id);
}

TEST_CASE("session_data that is no session's asks for a full handshake") {
  const Server server(server_options());
  const Session first = connected(server, {{"reuse_sessions", false}});
  for (const char* data : {"", "AAAA", "e30="})
    CHECK_FALSE(connected(server, {{"reuse_sessions", false}, {"reuse_session", {first.id, data}}}).resumed);
}

TEST_CASE("a listener that goes on from sessions tells what it is asked") {
  Server server(with(server_options(), {{"reuse_session", "wait"}, {"versions", {"tlsv1.3", "tlsv1.2"}}}));
  connected(server);
  CHECK(connected(server).resumed);
  CHECK(server.questions == 1);
}

namespace {

// users answers both sides of a pair for the one user that there is.
void users(Pair& pair, const Json& secret) {
  for (int turns = 0; turns < 20; ++turns) {
    pair.run();
    const bool client = pair.client_status == TLS_WAIT, server = pair.server_status == TLS_WAIT;
    if (!client && !server) return;
    const tls_handle socket = client ? pair.client : pair.server;
    const Json wait = wait_of(socket);
    CHECK(wait["kind"] == "user_lookup");
    CHECK(wait["user_kind"] == (secret.contains("psk") ? "psk" : "srp"));
    CHECK(wait["identity"] == (client ? Json("who?") : Json("alice")));
    REQUIRE(answer(socket, secret) == TLS_OK);
    (client ? pair.client_status : pair.server_status) = TLS_WANT_READ;
  }
}

}  // namespace

TEST_CASE("a PSK is asked for on both sides") {
  const Json suites = {{"versions", {"tlsv1.2"}}, {"ciphers", {"ECDHE-PSK-AES128-CBC-SHA256"}}};
  const Json client = {{"server_name_indication", "localhost"}, {"verify", "verify_none"},
                       {"psk_identity", "alice"}, {"user_lookup_fun", "wait"}};
  const Json server = {{"psk_identity", "who?"}, {"user_lookup_fun", "wait"}};
  Pair pair(with(client, suites), with(server, suites));
  users(pair, {{"psk", "c2VjcmV0IG9mIGFsaWNl"}});
  CHECK(pair.connected());
}

TEST_CASE("SRP asks the server, and tells the user's name") {
  const Json suites = {{"versions", {"tlsv1.2"}}, {"ciphers", {"SRP-AES-128-CBC-SHA"}}};
  const Json client = {{"server_name_indication", "localhost"}, {"verify", "verify_none"},
                       {"srp_identity", {"alice", "password123"}}};
  // x = SHA1(salt | SHA1("alice:password123")) of RFC 5054, appendix B.
  const Json alice = {{"srp_group", "srp_1024"}, {"salt", "vrJTedGoWB61pydnOiRB7g=="},
                      {"derived_key", "lLdVWqvpEnzFjM9Jk9ts+E0WwSQ="}};
  for (const Json& told : {alice, Json("unknown"), Json("nobody"), Json{{"psk", "AAAA"}}}) {
    Pair pair(with(client, suites), with({{"user_lookup_fun", "wait"}}, suites));
    pair.run();
    REQUIRE(pair.server_status == TLS_WAIT);
    CHECK(wait_of(pair.server)["user_kind"] == "srp");
    CHECK(wait_of(pair.server)["identity"] == "alice");
    answer(pair.server, told);
    pair.server_status = TLS_WANT_READ;
    pair.run();
    INFO(told);
    REQUIRE(pair.connected() == (told == alice));
    if (told == alice) CHECK(info_of(pair.server, {"srp_username"})["srp_username"] == "alice");
  }
}
