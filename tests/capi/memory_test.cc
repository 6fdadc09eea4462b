// The memory transport through the C API: data, ends, errors, explanations, the log.
#include "tests/capi/memory_pair.h"
#include "tests/support/scripted.h"

using namespace capi_test;

namespace {

Pair connected_pair(const Json& client = client_options(), const Json& server = server_options()) {
  Pair pair(client, server);
  pair.run();
  INFO(pair.client_error.dump() << pair.server_error.dump());
  REQUIRE(pair.connected());
  return pair;
}

tls_status put_all(tls_handle socket, const std::vector<char>& bytes) {
  size_t consumed = 0;
  const tls_status status = tls_memory_put(socket, bytes.data(), bytes.size(), &consumed);
  CHECK(consumed == bytes.size());
  return status;
}

std::string received(tls_handle socket, size_t length = 0) {
  char buffer[4096];
  size_t size = 0;
  REQUIRE(tls_recv(socket, buffer, sizeof buffer, length, 0, &size, nullptr) == TLS_OK);
  return {buffer, size};
}

void sent(tls_handle socket, const std::string& text) {
  size_t size = 0;
  REQUIRE(tls_send(socket, text.data(), text.size(), 0, &size) == TLS_OK);
  REQUIRE(size == text.size());
}

Json explanation(tls_handle socket) {
  char* text = nullptr;
  REQUIRE(tls_explain(socket, &text) == TLS_OK);
  return taken(text);
}

}  // namespace

TEST_CASE("data go both ways, and never wait") {
  Pair pair = connected_pair();
  sent(pair.client, "hello");
  CHECK(put_all(pair.server, output_of(pair.client)) == TLS_OK);
  size_t ciphertext = 7, plaintext = 7;
  CHECK(tls_memory_pending(pair.server, &ciphertext, &plaintext) == TLS_OK);
  CHECK(plaintext == 5);
  char buffer[8];
  size_t size = 7;
  uint32_t flags = 0;
  CHECK(tls_recv(pair.server, buffer, sizeof buffer, 8, TLS_INFINITY, &size, &flags) == TLS_WANT_READ);
  CHECK(size == 0);
  CHECK(tls_recv(pair.server, buffer, sizeof buffer, 5, TLS_INFINITY, &size, &flags) == TLS_OK);
  CHECK(std::string(buffer, size) == "hello");
  CHECK(flags == TLS_RECV_END_OF_RECORD);
  CHECK(tls_recv(pair.server, buffer, sizeof buffer, 0, TLS_INFINITY, &size, &flags) == TLS_WANT_READ);
  sent(pair.server, "back");
  CHECK(put_all(pair.client, output_of(pair.server)) == TLS_OK);
  CHECK(received(pair.client) == "back");
}

TEST_CASE("step puts and gets in one call") {
  const Handle client = memory_socket("client", client_options());
  const Handle server = memory_socket("server", server_options());
  std::vector<char> to_server, to_client;
  tls_status of_client = TLS_WANT_READ, of_server = TLS_WANT_READ;
  const auto step = [](tls_handle socket, std::vector<char>& in, std::vector<char>& out) {
    char chunk[700];
    size_t consumed = 0, produced = 0;
    const tls_status status = tls_memory_step(socket, in.data(), in.size(), &consumed, chunk, sizeof chunk, &produced);
    in.erase(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(consumed));
    out.insert(out.end(), chunk, chunk + produced);
    return status;
  };
  for (int turns = 0; turns < 50 && (of_client != TLS_OK || of_server != TLS_OK); ++turns) {
    of_client = step(client, to_client, to_server);
    of_server = step(server, to_server, to_client);
  }
  CHECK(of_client == TLS_OK);
  CHECK(of_server == TLS_OK);
}

TEST_CASE("an end without close_notify is a truncation; one with it is not") {
  Pair pair = connected_pair();
  char buffer[8];
  size_t size = 0;
  SECTION("truncated") {
    CHECK(tls_memory_eof(pair.server) == TLS_OK);
    CHECK(tls_recv(pair.server, buffer, sizeof buffer, 0, 0, &size, nullptr) == TLS_E_TRUNCATED);
    CHECK(last_error()["status"] == "truncated");
  }
  SECTION("closed") {
    sent(pair.client, "last");
    CHECK(tls_shutdown(pair.client, "write", 0) >= 0);
    put_all(pair.server, output_of(pair.client));
    CHECK(tls_memory_eof(pair.server) == TLS_OK);
    CHECK(received(pair.server) == "last");
    CHECK(tls_recv(pair.server, buffer, sizeof buffer, 0, 0, &size, nullptr) == TLS_CLOSED);
    sent(pair.server, "x");
  }
  SECTION("in the handshake") {
    Pair fresh(client_options(), server_options());
    size_t consumed = 0;
    tls_memory_put(fresh.client, nullptr, 0, &consumed);
    CHECK(tls_memory_eof(fresh.client) == TLS_OK);
    CHECK(tls_handshake(fresh.client, nullptr, 0) == TLS_E_TRUNCATED);
  }
}

TEST_CASE("a spoilt record ends the connection, and get still gives the alert") {
  Pair pair = connected_pair();
  sent(pair.client, "hello");
  auto bytes = output_of(pair.client);
  bytes.back() ^= 1;
  size_t consumed = 0;
  CHECK(tls_memory_put(pair.server, bytes.data(), bytes.size(), &consumed) == TLS_E_ALERT);
  CHECK(last_error()["alert"] == "bad_record_mac");
  const auto alert = output_of(pair.server);
  CHECK_FALSE(alert.empty());
  CHECK(tls_memory_put(pair.client, alert.data(), alert.size(), &consumed) == TLS_E_ALERT);
  CHECK(last_error()["origin"] == "peer");
  CHECK(tls_send(pair.server, "x", 1, 0, &consumed) == TLS_E_ALERT);
}

TEST_CASE("key updates and exporters") {
  Pair pair = connected_pair();
  CHECK(tls_update_keys(pair.client, "read_write", 0) >= 0);
  put_all(pair.server, output_of(pair.client));
  put_all(pair.client, output_of(pair.server));
  sent(pair.server, "new");
  put_all(pair.client, output_of(pair.server));
  CHECK(received(pair.client) == "new");
  const char* const labels =
      R"({"labels":[{"label":"EXPORTER-a","length":16},{"label":"EXPORTER-a","context":{"hex":"00ff"},"length":32}],"consume":true})";
  char *of_client = nullptr, *of_server = nullptr;
  CHECK(tls_export_key_materials(pair.client, labels, &of_client) == TLS_OK);
  CHECK(tls_export_key_materials(pair.server, labels, &of_server) == TLS_OK);
  const Json materials = taken(of_client);
  CHECK(materials == taken(of_server));
  REQUIRE(materials.size() == 2);
  CHECK(materials[0].get<std::string>().size() == 24);
  CHECK(materials[0] != materials[1]);
  CHECK(tls_export_key_materials(pair.client, labels, &of_client) == TLS_E_STATE);
}

TEST_CASE("explain: what was chosen, and what was not in common") {
  SECTION("after success") {
    Pair pair = connected_pair();
    for (const tls_handle socket : {tls_handle(pair.client), tls_handle(pair.server)}) {
      const Json told = explanation(socket);
      CAPTURE(told.dump());
      CHECK(told["connected"] == true);
      CHECK(told["first_empty"].is_null());
      CHECK(told["versions"]["chosen"] == "tlsv1.3");
      CHECK(told["cipher_suites"]["chosen"].is_string());
      CHECK(told["groups"]["chosen"].is_string());
      CHECK(told["signature_schemes"]["chosen"].is_string());
    }
  }
}

TEST_CASE("explain: each way in which two honest sides do not agree") {
  struct Disagreement {
    const char* first_empty;
    Json client, server;
    const char* by_client;  // what the client can name; null where the server's alert leaves several
  };
  const Json asking = with(server_options(), {{"verify", "verify_peer"}, {"cacertfile", cert_file("ca")}});
  const std::vector<Disagreement> all = {
      {"cipher_suites", with(client_options(), {{"ciphers", {"TLS_AES_128_GCM_SHA256"}}}),
       with(server_options(), {{"ciphers", {"TLS_AES_256_GCM_SHA384"}}}), nullptr},
      {"groups", with(client_options(), {{"supported_groups", {"x25519"}}}),
       with(server_options(), {{"supported_groups", {"secp256r1"}}}), nullptr},
      {"signature_schemes", with(client_options(), {{"signature_algs", {"ed25519"}}}),
       with(server_options(), {{"signature_algs", {"ecdsa_secp256r1_sha256"}}}), nullptr},
      {"signing", with(client_options(), {{"signature_algs", {"ed25519"}}}), server_options(), nullptr},
      {"alpn", with(client_options(), {{"alpn_advertised_protocols", {"a"}}}),
       with(server_options(), {{"alpn_preferred_protocols", {"b"}}}), "alpn"},
      {"server_names", client_options("elsewhere.test"), server_options(), "server_names"},
      {"authorities", with(client_options(), {{"cacertfile", cert_file("other-ca")}}), server_options(),
       "authorities"},
      {"authorities", with(client_options(), server_options("client")),
       with(asking, {{"cacertfile", cert_file("other-ca")}}), "authorities"},
      {"client_certificate", client_options(), with(asking, {{"fail_if_no_peer_cert", true}}), "client_certificate"},
  };
  for (const auto& each : all) {
    Pair pair(each.client, each.server);
    pair.run();
    // A client learns of what a server thinks of its certificate when it is connected already.
    char buffer[1];
    size_t size = 0;
    (void)tls_recv(pair.client, buffer, 1, 0, 0, &size, nullptr);
    const Json server = explanation(pair.server), client = explanation(pair.client);
    INFO(each.first_empty << "\n" << server.dump() << "\n" << client.dump());
    CHECK(server["connected"] == false);
    CHECK(client["connected"] == false);
    CHECK(server["first_empty"] == each.first_empty);
    if (each.by_client) {
      CHECK(client["first_empty"] == each.by_client);
    } else {
      CHECK(client["first_empty"].is_null());
      CHECK(client["possible"] == Json({"cipher_suites", "groups", "signing"}));
    }
  }
}

TEST_CASE("explain: a client of another version") {
  tlsock::test::ScriptedClient client;
  client.hello.supported_versions = {{tlsock::Version::tls12}};
  client.say(client.hello);
  REQUIRE(client.channel.end_flight().has_value());
  const auto hello = client.channel.output();
  const Handle server = memory_socket("server", with(server_options(), {{"versions", {"tlsv1.3"}}}));
  CHECK(put_all(server, {hello.begin(), hello.end()}) == TLS_E_ALERT);
  const Json told = explanation(server);
  CHECK(told["first_empty"] == "versions");
  CHECK(told["versions"]["own"] == Json({"tlsv1.3"}));
  CHECK(told["versions"]["peer"] == Json({"tlsv1.2"}));
  // Whoever has the version and none of its suites is told that.
  const Handle both = memory_socket("server", server_options());
  CHECK(put_all(both, {hello.begin(), hello.end()}) == TLS_E_ALERT);
  CHECK(explanation(both)["first_empty"] == "cipher_suites");
}

TEST_CASE("explain: both sides' offers stand side by side") {
  Pair pair(with(client_options(), {{"supported_groups", {"x25519"}}}),
            with(server_options(), {{"supported_groups", {"secp256r1"}}}));
  pair.run();
  const Json told = explanation(pair.server);
  CHECK(told["groups"]["own"] == Json({"secp256r1"}));
  CHECK(told["groups"]["peer"] == Json({"x25519"}));
  CHECK(told["groups"]["common"] == Json::array());
  CHECK(told["error"]["reason"] == "NO_SHARED_GROUP");
  const Json heard = explanation(pair.client);
  CHECK(heard["groups"]["own"] == Json({"x25519"}));
  CHECK(heard["groups"]["peer"].is_null());
  CHECK(heard["error"]["origin"] == "peer");

  Pair names(client_options("elsewhere.test"), server_options());
  names.run();
  CHECK(explanation(names.client)["server_names"]["requested"] == "elsewhere.test");
}

TEST_CASE("a client needs to know whom it means") {
  tls_handle handle = 7;
  const Json nameless = {{"cacertfile", cert_file("ca")}};
  CHECK(tls_memory_new("client", nameless.dump().c_str(), &handle) == TLS_E_OPTIONS);
  CHECK(handle == 0);
  CHECK(last_error()["reason"] == "missing");
  CHECK(last_error()["options"][0]["name"] == "server_name_indication");
  memory_socket("client", with(nameless, {{"customize_hostname_check", "none"}}));
  memory_socket("client", {{"verify", "verify_none"}});
}

TEST_CASE("a config is started from, and reloaded") {
  const Handle config = make_config("server", server_options());
  Pair pair(client_options(), {{"config", tls_handle(config)}});
  CHECK(tls_config_reload(config) == TLS_OK);
  pair.run();
  CHECK(pair.connected());
  tls_handle handle = 0;
  const std::string options = Json{{"config", tls_handle(config)}}.dump();
  CHECK(tls_memory_new("client", options.c_str(), &handle) == TLS_E_OPTIONS);
  CHECK(tls_memory_new("server", R"({"config":12345})", &handle) == TLS_E_OPTIONS);
}

TEST_CASE("secrets are echoed nowhere") {
  Json options = server_options();
  options["keyfile"] = cert_file("server-key-encrypted");
  SECTION("in an error") {
    options["password"] = "planted-secret";
    tls_handle handle = 0;
    CHECK(tls_memory_new("server", options.dump().c_str(), &handle) == TLS_E_OPTIONS);
    CHECK(std::string(tls_last_error()).find("planted-secret") == std::string::npos);
  }
  SECTION("in the effective options") {
    options["password"] = "secret";
    const Handle server = memory_socket("server", options);
    char* text = nullptr;
    REQUIRE(tls_connection_info(server, R"(["options"])", &text) == TLS_OK);
    const Json told = taken(text)["options"];
    CHECK(told["certfile"] == options["certfile"]);
    CHECK(told.value("password", "") != "secret");
  }
}

TEST_CASE("a config without a certificate may be made, but not listened with") {
  const Handle config = make_config("server", {{"alpn_preferred_protocols", {"a"}}});
  const std::string options = Json{{"config", tls_handle(config)}}.dump();
  tls_handle listener = 0;
  CHECK(tls_listen(0, options.c_str(), &listener) == TLS_E_OPTIONS);
  CHECK(last_error()["reason"] == "missing");
  Pair pair(client_options(), with(server_options(), {{"config", tls_handle(config)}}));
  pair.run();
  CHECK(pair.connected());
}

TEST_CASE("statistics count what was carried") {
  Pair pair = connected_pair();
  char* text = nullptr;
  REQUIRE(tls_getstat(pair.client, &text) == TLS_OK);
  const Json stat = taken(text);
  for (const char* name :
       {"recv_oct", "recv_cnt", "recv_max", "recv_avg", "send_oct", "send_cnt", "send_max", "send_avg", "send_pend"})
    CHECK(stat[name].is_number_unsigned());
  CHECK(stat["recv_oct"] > 100);
  CHECK(stat["send_pend"] == 0);
}

// ---- the log ----

namespace {

struct Log {
  std::vector<Json> lines;
  int destroyed = 0;
};
void write_log(void* context, const char* json) {
  static_cast<Log*>(context)->lines.push_back(Json::parse(json));
  char* none = nullptr;
  tls_versions(nullptr);  // a failing call within must not become the caller's last error
  tls_free(none);
}
void count_destroyed(void* context) { ++static_cast<Log*>(context)->destroyed; }

}  // namespace

TEST_CASE("alerts are logged once for a connection, as its log_level says") {
  Log log;
  REQUIRE(tls_set_log(write_log, &log, count_destroyed) == TLS_OK);
  Pair pair(with(client_options(), {{"cacertfile", cert_file("other-ca")}}),
            with(server_options(), {{"log_level", "error"}}));
  pair.run();
  CHECK(pair.client_error["alert"] == "unknown_ca");
  CHECK(pair.server_error["origin"] == "peer");
  CHECK(tls_handshake(pair.client, nullptr, 0) == TLS_E_ALERT);
  REQUIRE(log.lines.size() == 1);
  CHECK(log.lines[0]["level"] == "notice");
  CHECK(log.lines[0]["role"] == "client");
  CHECK(log.lines[0]["socket"] == tls_handle(pair.client));
  CHECK(log.lines[0]["error"]["alert"] == "unknown_ca");
  CHECK(log.lines[0]["message"] == log.lines[0]["error"]["message"]);
  REQUIRE(tls_set_log(nullptr, nullptr, nullptr) == TLS_OK);
  CHECK(log.destroyed == 1);
}
