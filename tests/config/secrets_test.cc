// Secrets that were given are in no text that comes out.
#include "catch.hpp"
#include "config/option_problems.h"
#include "config/option_table.h"
#include "tests/config/support.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

// What is planted; the base64 of it is what a client might print of bytes.
const std::string planted = "s3cr3t-hunter2-planted";

std::string all_output(const OptionsOutcome& outcome) {
  std::string output = report_json(outcome);
  for (const auto& problem : outcome.problems) {
    output += problem_json(problem) + problem.message;
    for (const auto& option : problem.options) output += option.value;
    for (const auto& fact : problem.facts) output += fact.value;
  }
  if (outcome.config) {
    output += outcome.config->effective_options;
    for (const auto& [host, config] : outcome.config->sni_hosts) output += config->effective_options;
  }
  return output;
}

void check_silent(const std::string& options, const std::string& secret) {
  for (Role role : {Role::client, Role::server}) {
    const auto output = all_output(parse(role, options));
    INFO(options << "\n" << output);
    CHECK(output.find(secret) == std::string::npos);
  }
}

}  // namespace

TEST_CASE("the value of a secret option is never told, right or wrong") {
  const std::string values[] = {"\"" + planted + "\"", "[\"" + planted + "\"]",
                                "{\"" + planted + "\":\"" + planted + "\"}", "{\"base64\":\"" + planted + "\"}",
                                "[[\"x\",{\"y\":\"" + planted + "\"}]]"};
  for (const auto& row : option_rows()) {
    if (!row.secret) continue;
    for (const auto& value : values) check_silent("{\"" + std::string(row.name) + "\":" + value + "}", planted);
  }
}

TEST_CASE("the options that hold secrets are marked") {
  for (const char* name :
       {"key", "password", "stateless_tickets_seed", "srp_identity", "use_ticket", "reuse_session", "early_data"}) {
    INFO(name);
    REQUIRE(find_option(name));
    CHECK(find_option(name)->secret);
  }
}

TEST_CASE("secrets within other options are never told") {
  check_silent(R"({"certs_keys":[{"certfile":"/nonexistent","password":")" + planted + "\"}]}", planted);
  check_silent(R"({"certs_keys":[{"certfile":"<server.pem>","key":")" + planted + "\"}]}", planted);
  check_silent(R"({"certs_keys":[{"pasword":")" + planted + "\"}]}", planted);
  check_silent(R"({"certs_keys":[")" + planted + "\"]}", planted);
  check_silent(R"({"certs_keys":")" + planted + "\"}", planted);
  check_silent(R"({"certfile":"<server.pem>","keyfile":"<server-key.pem>","sni_hosts":{"a.example":{"password":")" +
                   planted + "\"}}}",
               planted);
  check_silent(R"({"sni_hosts":{"a.example":{"pasword":")" + planted + "\"}}}", planted);
  check_silent(R"({"sni_hosts":{"a.example":")" + planted + "\"}}", planted);
  check_silent(R"({"sni_hosts":{"a.example":{"sni_hosts":{"b.example":{"password":")" + planted + "\"}}}}}", planted);
}

TEST_CASE("the value of an unknown name may be a misspelt secret") {
  check_silent(R"({"pasword":")" + planted + "\"}", planted);
  check_silent(R"({"pasword":{"x":[")" + planted + "\"]}}", planted);
}

TEST_CASE("a spoilt text is not quoted") {
  check_silent(R"({"password":")" + planted, planted);
  check_silent(R"({"password":)" + planted + "}", planted);
  check_silent(R"({"password":")" + planted + "\" \"" + planted + "\"}", planted);
  check_silent("\"" + planted + "\"", planted);
}

TEST_CASE("PEM text where a path belongs is not told") {
  const std::string pem = "-----BEGIN PRIVATE KEY-----\\n" + planted + "\\n-----END PRIVATE KEY-----\\n";
  for (const char* option : {"certfile", "keyfile", "cacertfile", "ip", "server_name_indication", "verify"}) {
    check_silent("{\"" + std::string(option) + "\":\"" + pem + "\"}", planted);
  }
  check_silent(R"({"certs_keys":[{"certfile":"<server.pem>","keyfile":")" + pem + "\"}]}", planted);
  check_silent(R"({"cacerts":[")" + pem + "\"]}", planted);
  check_silent(R"({"cert":[")" + pem + "\"]}", planted);
}

TEST_CASE("good options are told with their secrets starred out") {
  const auto outcome =
      server(R"({"certfile":"<server.pem>","keyfile":"<server-key-encrypted.pem>","password":"secret"})");
  REQUIRE(outcome.config);
  const auto effective = Json::parse(outcome.config->effective_options);
  CHECK(effective["password"] == "***");
  CHECK(effective["keyfile"] == certificate_path("server-key-encrypted.pem"));
  CHECK(as_text(*outcome.config->overlay_source).find("\"secret\"") != std::string_view::npos);

  const auto key = base64_of("server-key.pem");
  const auto listed = server(R"({"certs_keys":[{"cert":"<<server.pem>>","key":"<<server-key.pem>>"}],
                                 "sni_hosts":{"a.example":{"cert":"<<server.pem>>","key":"<<server-key.pem>>"}}})");
  REQUIRE(listed.config);
  CHECK(all_output(listed).find(key) == std::string::npos);
  CHECK(all_output(listed).find(base64_of("server.pem")) != std::string::npos);
  CHECK(all_output(server(R"({"alpn_preferred_protocols":["h2"]})", listed.config)).find(key) == std::string::npos);
  CHECK(all_output(server(R"({"nodelay":true})", listed.config)).find(key) == std::string::npos);
}
