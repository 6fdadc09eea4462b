// Waits: each kind asked and answered over the memory transport, in both roles.
#include <poll.h>

#include <functional>

#include "tests/capi/memory_pair.h"

using namespace capi_test;

namespace {

using Answering = std::function<Json(const Json& wait)>;

// run_answering answers every wait of both sides, and gives the waits that there were.
std::vector<Json> run_answering(Pair& pair, const Answering& answering) {
  std::vector<Json> waits;
  for (int turns = 0; turns < 50; ++turns) {
    pair.run();
    const bool client = pair.client_status == TLS_WAIT, server = pair.server_status == TLS_WAIT;
    if (!client && !server) break;
    const tls_handle socket = client ? pair.client : pair.server;
    waits.push_back(wait_of(socket));
    REQUIRE(answer(socket, answering(waits.back())) == TLS_OK);
    (client ? pair.client_status : pair.server_status) = TLS_WANT_READ;
  }
  return waits;
}

std::string read_text(const std::string& path) {
  std::string text;
  FILE* file = std::fopen(path.c_str(), "r");
  REQUIRE(file != nullptr);
  char chunk[4096];
  for (size_t size; (size = std::fread(chunk, 1, sizeof chunk, file)) > 0;) text.append(chunk, size);
  std::fclose(file);
  return text;
}

// The base64 within the `n`th block of a PEM file.
std::string der_base64(const std::string& name, int n) {
  const std::string text = read_text(cert_file(name));
  std::size_t begin = 0;
  for (int i = 0; i <= n; ++i) begin = text.find("-----BEGIN CERTIFICATE-----", begin) + 27;
  std::string base64 = text.substr(begin, text.find("-----END", begin) - begin);
  std::erase(base64, '\n');
  return base64;
}

Json all_valid(const Json&) { return "valid"; }

const Json asking = {{"verify_fun", "wait"}};

bool is_readable(int fd) {
  pollfd entry{fd, POLLIN, 0};
  return poll(&entry, 1, 0) == 1;
}

}  // namespace

TEST_CASE("verify: every event is asked about, and valid accepts a certificate of nobody's") {
  Pair pair(with(client_options(), {{"cacertfile", cert_file("other-ca")}, {"verify_fun", "wait"}}), server_options());
  const auto waits = run_answering(pair, all_valid);
  CHECK(pair.connected());
  REQUIRE_FALSE(waits.empty());
  for (const Json& wait : waits) {
    CHECK(wait["kind"] == "verify");
    CHECK(wait["answered_by"] == "application");
    CHECK(wait["id"].is_number_unsigned());
    CHECK(wait["event"].is_string());
    CHECK(wait["certificate"].is_string());
  }
  const bool told = std::any_of(waits.begin(), waits.end(),
                                [](const Json& wait) { return wait.value("reason", "") == "unknown_ca"; });
  CHECK(told);
}

TEST_CASE("verify: an accepted fault leaves the other checks in force") {
  Pair pair(with(client_options("elsewhere.test"), {{"cacertfile", cert_file("other-ca")}, {"verify_fun", "wait"}}),
            server_options());
  run_answering(pair, [](const Json& wait) -> Json {
    if (wait.value("reason", "") == "unknown_ca") return "valid";
    return wait["event"] == "bad_cert" ? Json{{"fail", wait["reason"]}} : Json("unknown");
  });
  CHECK(pair.client_status == TLS_E_ALERT);
  CHECK(pair.client_error["alert"] == "bad_certificate");
  CHECK(pair.client_error.dump().find("hostname_check_failed") != std::string::npos);
}

TEST_CASE("verify: fail refuses with the reason given") {
  Pair pair(with(client_options(), asking), server_options());
  run_answering(pair, [](const Json&) -> Json { return {{"fail", "not on Sundays"}}; });
  CHECK(pair.client_status == TLS_E_ALERT);
  CHECK(pair.client_error["origin"] == "local");
  CHECK(pair.client_error.dump().find("not on Sundays") != std::string::npos);
  CHECK(pair.server_error["origin"] == "peer");
}

TEST_CASE("verify: a server asks about the client's certificate") {
  Json client = client_options();
  client["certfile"] = cert_file("client");
  client["keyfile"] = cert_file("client-key");
  Pair pair(client, with(server_options(),
                         {{"verify", "verify_peer"}, {"cacertfile", cert_file("ca")}, {"verify_fun", "wait"}}));
  const auto waits =
      run_answering(pair, [](const Json& wait) -> Json { return wait["event"] == "extension" ? "unknown" : "valid"; });
  CHECK(pair.connected());
  REQUIRE_FALSE(waits.empty());
  CHECK(waits.back()["event"] == "valid_peer");
}

TEST_CASE("answers that are none fail the handshake") {
  const Json nonsense =
      GENERATE(Json(nullptr), Json::object(), Json::array(), Json(true), Json("VALID"), Json(1), Json{{"valid", true}});
  CAPTURE(nonsense.dump());
  Pair pair(with(client_options(), asking), server_options());
  run_answering(pair, [&](const Json&) { return nonsense; });
  CHECK(pair.client_status == TLS_E_ALERT);
  CHECK(pair.client_error["alert"] == "internal_error");
  CHECK(pair.client_error["reason"] == "ANSWER_INVALID");
}

TEST_CASE("an answer counts once, and only for its own wait") {
  Pair pair(with(client_options(), asking), server_options());
  pair.run();
  REQUIRE(pair.client_status == TLS_WAIT);
  const auto id = wait_of(pair.client)["id"].get<std::uint64_t>();
  CHECK(tls_answer(pair.client, id + 1, "\"valid\"") == TLS_E_STATE);
  CHECK(last_error()["reason"] == "STALE_ANSWER");
  CHECK(tls_answer(pair.client, id, "\"valid\"") == TLS_OK);
  CHECK(tls_answer(pair.client, id, "\"valid\"") == TLS_E_STATE);
  CHECK(tls_handshake(pair.server, nullptr, 0) != TLS_WAIT);
}

TEST_CASE("the wait's descriptor is readable once there is an answer") {
  Pair pair(with(client_options(), asking), server_options());
  pair.run();
  REQUIRE(pair.client_status == TLS_WAIT);
  int fd = -1;
  REQUIRE(tls_wait_fileno(pair.client, &fd) == TLS_OK);
  CHECK_FALSE(is_readable(fd));
  REQUIRE(answer(pair.client, "valid") == TLS_OK);
  CHECK(is_readable(fd));
}

TEST_CASE("closing cancels a wait") {
  Pair pair(with(client_options(), asking), server_options());
  pair.run();
  REQUIRE(pair.client_status == TLS_WAIT);
  const tls_handle client = pair.client.release();
  CHECK(tls_close(client) == TLS_OK);
  CHECK(tls_answer(client, 1, "\"valid\"") == TLS_E_HANDLE);
}

TEST_CASE("sni: options for the name, the listener's own, or no such name") {
  const Json server = with(server_options(), {{"sni_fun", "wait"}});
  SECTION("options") {
    Pair pair(client_options("example.test"), server);
    const auto waits = run_answering(pair, [](const Json&) { return server_options("example"); });
    CHECK(pair.connected());
    REQUIRE(waits.size() == 1);
    CHECK(waits[0]["kind"] == "sni");
    CHECK(waits[0]["server_name"] == "example.test");
  }
  SECTION("a config") {
    const Handle config = make_config("server", server_options("example"));
    Pair pair(client_options("www.example.test"), server);
    run_answering(pair, [&](const Json&) -> Json { return {{"config", tls_handle(config)}}; });
    CHECK(pair.connected());
  }
  SECTION("default") {
    Pair pair(client_options(), server);
    run_answering(pair, [](const Json&) { return "default"; });
    CHECK(pair.connected());
  }
  SECTION("unrecognized") {
    Pair pair(client_options(), server);
    run_answering(pair, [](const Json&) { return "unrecognized"; });
    CHECK(pair.server_error["alert"] == "unrecognized_name");
    CHECK(pair.client_error["origin"] == "peer");
  }
  SECTION("wrong options are refused, and the wait stays") {
    Pair pair(client_options(), server);
    pair.run();
    REQUIRE(pair.server_status == TLS_WAIT);
    CHECK(answer(pair.server, {{"no_such_option", 1}}) == TLS_E_OPTIONS);
    CHECK(last_error()["options"][0]["name"] == "no_such_option");
    CHECK(answer(pair.server, "default") == TLS_OK);
  }
}

TEST_CASE("hostname: the application compares") {
  const Json client = with(client_options("elsewhere.test"), {{"customize_hostname_check", "wait"}});
  SECTION("true") {
    Pair pair(client, server_options());
    const auto waits = run_answering(pair, [](const Json&) { return true; });
    CHECK(pair.connected());
    REQUIRE(waits.size() == 1);
    CHECK(waits[0]["kind"] == "hostname");
    CHECK(waits[0]["host"] == "elsewhere.test");
    CHECK(waits[0]["certificate"] == der_base64("server", 0));
  }
  SECTION("false") {
    Pair pair(client, server_options());
    run_answering(pair, [](const Json&) { return false; });
    CHECK(pair.client_error["alert"] == "bad_certificate");
  }
}

TEST_CASE("partial_chain: an intermediate that is trusted is enough") {
  const Json server = {{"certfile", cert_file("chain")}, {"keyfile", cert_file("chain-key")}};
  const Json client = with(client_options(), {{"cacertfile", cert_file("other-ca")}, {"partial_chain", "wait"}});
  SECTION("trusted") {
    Pair pair(client, server);
    const auto waits =
        run_answering(pair, [](const Json&) -> Json { return {{"trusted_ca", der_base64("chain", 1)}}; });
    CHECK(pair.connected());
    REQUIRE_FALSE(waits.empty());
    CHECK(waits[0]["kind"] == "partial_chain");
    CHECK(waits[0]["chain"].size() >= 2);
  }
  SECTION("unknown") {
    Pair pair(client, server);
    run_answering(pair, [](const Json&) { return "unknown_ca"; });
    CHECK(pair.client_error["alert"] == "unknown_ca");
  }
  SECTION("a certificate that is not of the chain") {
    Pair pair(client, server);
    run_answering(pair, [](const Json&) -> Json { return {{"trusted_ca", der_base64("ca", 0)}}; });
    CHECK(pair.client_error["reason"] == "ANSWER_INVALID");
  }
}

TEST_CASE("hello: a server looks at the hello and goes on with more options") {
  Pair pair(with(client_options(), {{"alpn_advertised_protocols", {"a", "b"}}}),
            with(server_options(), {{"handshake", "hello"}}));
  pair.run();
  REQUIRE(pair.server_status == TLS_WAIT);
  const Json wait = wait_of(pair.server);
  CHECK(wait["kind"] == "hello");
  CHECK(wait["hello"]["alpn"] == Json({"a", "b"}));
  CHECK(wait["hello"]["sni"] == "localhost");
  SECTION("bad options leave the pause") {
    CHECK(tls_handshake_continue(pair.server, R"({"no_such_option":1})", 0) == TLS_E_OPTIONS);
    CHECK(wait_of(pair.server)["id"] == wait["id"]);
    CHECK(tls_handshake_continue(pair.server, nullptr, 0) >= 0);
  }
  SECTION("continue") {
    pair.server_status = tls_handshake_continue(pair.server, R"({"alpn_preferred_protocols":["b"]})", 0);
    pair.run();
    CHECK(pair.connected());
    char* info = nullptr;
    REQUIRE(tls_connection_info(pair.client, R"(["alpn"])", &info) == TLS_OK);
    CHECK(taken(info)["alpn"] == "b");
    CHECK(tls_handshake_continue(pair.server, nullptr, 0) == TLS_E_STATE);
  }
  SECTION("answered like any wait") {
    CHECK(answer(pair.server, "continue") == TLS_OK);
    pair.server_status = TLS_WANT_READ;
    pair.run();
    CHECK(pair.connected());
  }
  SECTION("cancel") {
    CHECK(tls_handshake_cancel(pair.server) == TLS_OK);
    pair.server_status = TLS_WANT_READ;
    pair.run();
    CHECK(pair.client_error["alert"] == "user_canceled");
    CHECK(pair.client_error["origin"] == "peer");
  }
}

TEST_CASE("hello: a client pauses after the server's") {
  Pair pair(with(client_options(), {{"handshake", "hello"}}), server_options());
  pair.run();
  REQUIRE(pair.client_status == TLS_WAIT);
  CHECK(wait_of(pair.client)["hello"]["protocol"] == "tlsv1.3");
  pair.client_status = tls_handshake_continue(pair.client, nullptr, 0);
  pair.run();
  CHECK(pair.connected());
}

// ---- the answering function ----

namespace {

struct Answerer {
  int asked = 0, destroyed = 0;
  bool declines = false;
};

int answer_valid(void* context, tls_handle socket, const char* wait_json) {
  auto& self = *static_cast<Answerer*>(context);
  ++self.asked;
  if (self.declines) return 0;
  const Json wait = Json::parse(wait_json);
  return tls_answer(socket, wait["id"].get<std::uint64_t>(), "\"valid\"");
}

void count_destroyed(void* context) { ++static_cast<Answerer*>(context)->destroyed; }

}  // namespace

TEST_CASE("an answering function is inherited, and destroyed after its last user") {
  Answerer answerer;
  {
    Handle config = make_config("client", with(client_options(), asking));
    REQUIRE(tls_config_set_answer(config, answer_valid, &answerer, count_destroyed) == TLS_OK);
    Pair pair({{"config", tls_handle(config)}}, server_options());
    tls_close(config.release());
    CHECK(answerer.destroyed == 0);
    pair.run();
    CHECK(pair.connected());
    CHECK(answerer.asked > 0);
  }
  CHECK(answerer.destroyed == 1);
}

TEST_CASE("an answering function may decline") {
  Answerer answerer;
  answerer.declines = true;
  const Handle config = make_config("client", with(client_options(), asking));
  REQUIRE(tls_config_set_answer(config, answer_valid, &answerer, nullptr) == TLS_OK);
  Pair pair({{"config", tls_handle(config)}}, server_options());
  pair.run();
  CHECK(pair.client_status == TLS_WAIT);
  CHECK(answerer.asked > 0);
}

TEST_CASE("replacing an answering function destroys the one before") {
  Answerer first, second;
  const Handle config = make_config("client", with(client_options(), asking));
  REQUIRE(tls_config_set_answer(config, answer_valid, &first, count_destroyed) == TLS_OK);
  REQUIRE(tls_config_set_answer(config, answer_valid, &second, count_destroyed) == TLS_OK);
  CHECK(first.destroyed == 1);
  CHECK(second.destroyed == 0);
  REQUIRE(tls_config_set_answer(config, nullptr, &first, count_destroyed) == TLS_OK);
  CHECK(first.destroyed == 2);
  CHECK(second.destroyed == 1);
}
