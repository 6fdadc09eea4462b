// What programs rely on beyond the header: names of options, members of error objects and waits. golden.json is the
// contract; names are added to it, never taken away.
#include <fstream>
#include <set>

#include "capi/error.h"
#include "config/option_table.h"
#include "tests/capi/memory_pair.h"

using namespace capi_test;
using namespace tlsock;
using tlsock::Role;

namespace {

Json golden() {
  std::ifstream file(std::string(TLSOCK_TEST_DATA) + "/../capi/golden.json");
  REQUIRE(file);
  return Json::parse(file);
}

std::set<std::string> keys_of(const Json& object) {
  std::set<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.insert(key);
  return keys;
}

std::set<std::string> names_in(const Json& list) { return list.get<std::set<std::string>>(); }

}  // namespace

TEST_CASE("names of options") {
  std::set<std::string> names;
  for (const auto& row : option_rows()) names.insert(row.name);
  CHECK(names == names_in(golden()["options"]));
}

TEST_CASE("statuses") {
  const std::map<std::string, int> statuses = {
      {"TLS_OK", TLS_OK},
      {"TLS_WANT_READ", TLS_WANT_READ},
      {"TLS_WANT_WRITE", TLS_WANT_WRITE},
      {"TLS_WAIT", TLS_WAIT},
      {"TLS_CLOSED", TLS_CLOSED},
      {"TLS_TIMED_OUT", TLS_TIMED_OUT},
      {"TLS_EARLY_DATA", TLS_EARLY_DATA},
      {"TLS_E_ARGUMENT", TLS_E_ARGUMENT},
      {"TLS_E_HANDLE", TLS_E_HANDLE},
      {"TLS_E_OPTIONS", TLS_E_OPTIONS},
      {"TLS_E_STATE", TLS_E_STATE},
      {"TLS_E_ALERT", TLS_E_ALERT},
      {"TLS_E_TRUNCATED", TLS_E_TRUNCATED},
      {"TLS_E_SYSTEM", TLS_E_SYSTEM},
      {"TLS_E_KEY", TLS_E_KEY},
      {"TLS_E_SIZE", TLS_E_SIZE},
      {"TLS_E_NOMEM", TLS_E_NOMEM},
      {"TLS_E_INTERNAL", TLS_E_INTERNAL},
      {"TLS_E_UNSUPPORTED", TLS_E_UNSUPPORTED},
  };
  CHECK(Json(statuses) == golden()["statuses"]);
  std::vector<std::string> names;
  for (int status = TLS_E_ARGUMENT; status >= TLS_E_UNSUPPORTED; --status) names.push_back(capi::status_name(status));
  CHECK(Json(names) == golden()["status_names"]);
}

TEST_CASE("members of error objects") {
  const Json errors = golden()["errors"];
  const auto check = [&](const char* kind) {
    CAPTURE(kind);
    CHECK(last_error()["status"] == kind);
    CHECK(keys_of(last_error()) == names_in(errors[kind]));
  };
  const capi::Scene scene{Role::server, "start"};
  capi::fail(Error(Reason::DECODE_ERROR), &scene);
  check("tls_alert");
  capi::fail(Error(Reason::UNEXPECTED_EOF), &scene);
  check("truncated");
  capi::fail(
      Error(Reason::SYSTEM_ERROR, "bind").with("call", "bind").with("errno", "EADDRINUSE").with("text", "in use"));
  check("system");
  capi::fail(Error(Reason::WRONG_STATE), &scene);
  check("state");
  capi::fail_size("too much", 7);
  check("size");
  capi::fail_memory();
  check("nomem");
  capi::fail_internal();
  check("internal");
  tls_handle handle = 0;
  CHECK(tls_connect(nullptr, 1, nullptr, 0, &handle) == TLS_E_ARGUMENT);
  check("argument");
  CHECK(tls_close(0) == TLS_E_HANDLE);
  check("handle");
  CHECK(tls_listen(0, R"({"depth":1000})", &handle) == TLS_E_OPTIONS);
  check("options");
  CHECK(keys_of(last_error()["options"][0]) == names_in(golden()["option_members"]));
  CHECK(tls_listen(0, R"({"session_tickets":"stateful"})", &handle) == TLS_E_UNSUPPORTED);
  check("unsupported");
}

TEST_CASE("members of waits") {
  const Json waits = golden()["waits"];
  Pair pair(with(client_options(), {{"verify_fun", "wait"}, {"handshake", "hello"}}),
            with(server_options(), {{"sni_fun", "wait"}}));
  pair.run();
  REQUIRE(pair.server_status == TLS_WAIT);
  CHECK(keys_of(wait_of(pair.server)) == names_in(waits["sni"]));
  REQUIRE(answer(pair.server, "default") == TLS_OK);
  pair.server_status = TLS_WANT_READ;
  pair.run();
  REQUIRE(pair.client_status == TLS_WAIT);
  CHECK(keys_of(wait_of(pair.client)) == names_in(waits["hello"]));
  REQUIRE(answer(pair.client, "continue") == TLS_OK);
  pair.client_status = TLS_WANT_READ;
  pair.run();
  REQUIRE(pair.client_status == TLS_WAIT);
  const auto keys = keys_of(wait_of(pair.client));
  const auto always = names_in(waits["verify"]);
  CHECK(std::includes(keys.begin(), keys.end(), always.begin(), always.end()));
}
