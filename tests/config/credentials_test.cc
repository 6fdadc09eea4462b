// Certificates and keys: which go together, which are too weak, which is best.
#include "config/credentials.h"

#include "catch.hpp"
#include "tests/config/support.h"
#include "tests/config/useless_keys.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

using Wrong = OptionProblem::Reason;

std::string entry(const std::string& name) {
  return R"({"certfile":"<)" + name + R"(.pem>","keyfile":"<)" + name + R"(-key.pem>"})";
}

std::string given(const char* certificate, const char* key) {
  return std::string(R"({"cert":")") + certificate + R"(","key":")" + key + "\"}";
}

}  // namespace

TEST_CASE("the best credential comes first") {
  const auto outcome = server(R"({"certs_keys":[)" + entry("server-rsa") + "," + entry("server") + "," +
                              entry("server-ed25519") + "," + entry("example") + "]}");
  REQUIRE(outcome.config);
  const auto& credentials = outcome.config->credentials;
  REQUIRE(credentials.size() == 4);
  CHECK(credentials[0].key->info().type == KeyType::ed25519);
  CHECK(credentials[1].key->info().type == KeyType::ec);
  CHECK(credentials[1].chain.front()->subject_text().find("localhost") != std::string::npos);
  CHECK(credentials[2].key->info().type == KeyType::ec);
  CHECK(credentials[3].key->info().type == KeyType::rsa);
}

TEST_CASE("a certificate and a key in one file need no keyfile") {
  const std::string path = "both.pem";
  std::ofstream(path) << text_of(certificate_path("server-key.pem")) << text_of(certificate_path("server.pem"));
  CHECK(server("{\"certfile\":\"" + path + "\"}").config);
  std::remove(path.c_str());
}

TEST_CASE("a certificate without its key tells what is missing") {
  CHECK(has_problem(server(R"({"certfile":"<server.pem>"})"), Wrong::missing, "keyfile"));
  CHECK(has_problem(server(R"({"cert":"<<server.pem>>"})"), Wrong::missing, "key"));
  CHECK(has_problem(server(R"({"keyfile":"<server-key.pem>"})"), Wrong::missing, "certfile"));
  CHECK(has_problem(server(R"({"key":"<<server-key.pem>>"})"), Wrong::missing, "key"));
  CHECK(has_problem(server(R"({"password":"secret"})"), Wrong::missing, "password"));
  CHECK(has_problem(server(R"({"certs_keys":[{"certfile":"<server.pem>"}]})"), Wrong::missing, "certs_keys"));
}

TEST_CASE("a missing file is told once") {
  CHECK(server(R"({"certfile":"<no-such.pem>"})").problems.size() == 1);
  CHECK(server(R"({"certfile":"<no-such.pem>","keyfile":"<no-such.pem>"})").problems.size() == 2);
}

TEST_CASE("a key of another certificate is told with both options and the reason") {
  const auto outcome = server(R"({"certfile":"<server.pem>","keyfile":"<example-key.pem>"})");
  REQUIRE(has_problem(outcome, Wrong::incompatible, "keyfile"));
  const auto& problem = *find_problem(outcome.problems, Wrong::incompatible, "certfile");
  REQUIRE(problem.facts.size() == 1);
  CHECK(problem.facts[0].value == "KEY_VALUES_MISMATCH");
  CHECK(has_problem(server(R"({"cert":"<<server.pem>>","key":"<<server-rsa-key.pem>>"})"), Wrong::incompatible, "key"));
}

TEST_CASE("encrypted keys") {
  CHECK(server(R"({"certfile":"<server.pem>","keyfile":"<server-key-encrypted.pem>","password":"secret"})").config);
  CHECK(has_problem(server(R"({"certfile":"<server.pem>","keyfile":"<server-key-encrypted.pem>"})"), Wrong::missing,
                    "password"));
  CHECK(has_problem(server(R"({"certfile":"<server.pem>","keyfile":"<server-key-encrypted.pem>","password":"Secret"})"),
                    Wrong::value, "password"));
  CHECK(
      server(
          R"({"cert":"<<server.pem>>","key":{"type":"EncryptedPrivateKeyInfo","der":"<<server-key-encrypted.pem>>"},"password":{"base64":"c2VjcmV0"}})")
          .config);
}

TEST_CASE("a chain is sent as given") {
  const auto outcome = server(R"({"certfile":"<chain.pem>","keyfile":"<chain-key.pem>"})");
  REQUIRE(outcome.config);
  CHECK(outcome.config->credentials.front().chain.size() == 2);
}

TEST_CASE("a leaf alone gets its chain from cacerts, without the root") {
  const auto outcome =
      server(R"({"cert":"<<chain.pem>>","keyfile":"<chain-key.pem>","cacerts":["<<ca.pem>>","<<intermediate.pem>>"]})");
  REQUIRE(outcome.config);
  const auto& chain = outcome.config->credentials.front().chain;
  REQUIRE(chain.size() == 2);
  CHECK(chain[1]->subject_text().find("Intermediate") != std::string::npos);
}

TEST_CASE("keys that are too weak, or of which nobody has asked for, are refused by name") {
  const auto weak = server(given(rsa_1024_certificate, rsa_1024_key));
  REQUIRE(has_problem(weak, Wrong::value, "key"));
  CHECK(weak.problems[0].message.find("2048") != std::string::npos);
  CHECK(has_problem(server(given(dsa_certificate, dsa_key)), Wrong::incompatible, "signature_algs"));
}

TEST_CASE("one bad entry of certs_keys is told with its place") {
  const auto outcome = server(R"({"certs_keys":[)" + entry("server") +
                              R"(,{"certfile":"<no-such.pem>","keyfile":"<server-key.pem>"}]})");
  REQUIRE(has_problem(outcome, Wrong::value, "certs_keys"));
  CHECK(outcome.problems[0].options.front().name == "certfile");
  CHECK(outcome.problems[0].message.find("certs_keys[1].certfile") != std::string::npos);
}

TEST_CASE("PEM text in place of a path is refused") {
  CHECK(has_problem(server(R"({"certfile":"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"})"),
                    Wrong::value, "certfile"));
  CHECK(has_problem(server(R"({"certfile":""})"), Wrong::value, "certfile"));
  CHECK(has_problem(server("{\"certfile\":\"a\\u0000b\"}"), Wrong::value, "certfile"));
}

TEST_CASE("a key whose schemes are off by default needs them named") {
  CHECK(has_problem(server(given(brainpool_certificate, brainpool_key)), Wrong::incompatible, "signature_algs"));
  const auto outcome = server(R"({"signature_algs":["ecdsa_brainpoolP256r1tls13_sha256"],"cert":")" +
                              std::string(brainpool_certificate) + R"(","key":")" + brainpool_key + "\"}");
  CHECK(outcome.config);
}
