// Waits: how questions look, and that only the literal answers are answers.
#include "connection/wait_json.h"

#include "catch.hpp"
#include "config/json_text.h"
#include "crypto/encoding.h"
#include "tests/support/credentials.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

using Verdict = Answer::Verdict;

Json written(QuestionBody body) { return Json::parse(question_json({7, std::move(body)})); }

std::vector<CertificatePtr> chain() { return credential("chain").chain; }

ConfigPtr server_options() {
  const std::string certs = TLSOCK_TEST_DATA "/certs/";
  const std::string text = "{\"certfile\":\"" + certs + "server.pem\",\"keyfile\":\"" + certs + "server-key.pem\"}";
  OptionsRequest request{};
  request.role = Role::server;
  request.json = text;
  return parse_options(request).config;
}

struct Answered {
  Answer answer;
  std::vector<OptionProblem> problems;
};

Answered answered(QuestionBody body, const std::string& json) {
  static const ConfigPtr config = server_options();
  REQUIRE(config);
  Answered result;
  const auto find = [](std::uint64_t handle) { return handle == 7 ? config : nullptr; };
  result.answer = parse_answer({1, std::move(body)}, json, config, find, result.problems);
  return result;
}

Verdict verdict_on(QuestionBody body, const std::string& json) {
  return answered(std::move(body), json).answer.verdict;
}

}  // namespace

TEST_CASE("a question about a finding") {
  PathEvent event{};
  event.kind = PathEvent::Kind::bad_cert;
  event.certificate = chain().front();
  event.fault = PathFault::cert_expired;
  event.detail = "since 2024";
  const auto json = written(VerifyQuestion{event});
  CHECK(json["id"] == 7);
  CHECK(json["kind"] == "verify");
  CHECK(json["answered_by"] == "application");
  CHECK(json["event"] == "bad_cert");
  CHECK(json["reason"] == "cert_expired");
  CHECK(json["index"] == 0);
  CHECK(json["detail"] == "since 2024");
  CHECK(json["certificate"] == base64_encode(event.certificate->der()));
  CHECK(json["subject"].get<std::string>().find("localhost") != std::string::npos);
}

TEST_CASE("a question about an extension") {
  PathEvent event{};
  event.kind = PathEvent::Kind::extension;
  event.certificate = chain().front();
  REQUIRE_FALSE(event.certificate->extensions().empty());
  event.extension = &event.certificate->extensions().front();
  const auto json = written(VerifyQuestion{event});
  CHECK(json["event"] == "extension");
  CHECK(json["extension"]["oid"] == to_dotted(event.extension->oid));
  CHECK(json["extension"]["critical"] == event.extension->critical);
  CHECK(json["extension"]["value"] == base64_encode(event.extension->value));
  CHECK_FALSE(json.contains("reason"));
}

TEST_CASE("questions about names") {
  const auto sni = written(SniQuestion{"a.example"});
  CHECK(sni["kind"] == "sni");
  CHECK(sni["server_name"] == "a.example");
  CHECK(written(SniQuestion{"\xff"})["server_name"] == Json{{"hex", "ff"}});
  const auto host = written(HostnameQuestion{chain().front(), "b.example"});
  CHECK(host["kind"] == "hostname");
  CHECK(host["host"] == "b.example");
  CHECK(host["certificate"] == base64_encode(chain().front()->der()));
}

TEST_CASE("a question about a partial chain") {
  const auto json = written(PartialChainQuestion{chain()});
  CHECK(json["kind"] == "partial_chain");
  REQUIRE(json["chain"].size() == 2);
  CHECK(json["chain"][0] == base64_encode(chain().front()->der()));
}

TEST_CASE("a question about a ClientHello and a ServerHello") {
  Offers offers;
  offers.versions = {Version::tls13, static_cast<Version>(0x7a7a)};
  offers.cipher_suites = {CipherSuite::aes_128_gcm_sha256, static_cast<CipherSuite>(0xcaca)};
  offers.groups = {NamedGroup::x25519};
  offers.alpn = {"h2", "\xff"};
  offers.server_name = "a.example";
  const auto server = written(HelloQuestion{offers, {}});
  CHECK(server["kind"] == "hello");
  CHECK(server["hello"] ==
        Json::parse(R"({"versions":["tlsv1.3","0x7a7a"],"ciphers":["TLS_AES_128_GCM_SHA256","0xcaca"],
      "supported_groups":["x25519"],"alpn":["h2",{"hex":"ff"}],"sni":"a.example"})"));
  Negotiated negotiated;
  negotiated.version = Version::tls13;
  negotiated.cipher_suite = CipherSuite::aes_128_gcm_sha256;
  const auto client = written(HelloQuestion{{}, negotiated});
  CHECK(client["hello"] ==
        Json::parse(R"({"protocol":"tlsv1.3","selected_cipher_suite":"TLS_AES_128_GCM_SHA256","hello_retry":false})"));
}

TEST_CASE("answers about a finding") {
  const VerifyQuestion question{};
  CHECK(verdict_on(question, R"("valid")") == Verdict::accept);
  CHECK(verdict_on(question, R"("unknown")") == Verdict::unknown);
  const auto refused = answered(question, R"({"fail":"not mine"})").answer;
  CHECK(refused.verdict == Verdict::refuse);
  CHECK(refused.reason == "not mine");
}

TEST_CASE("answers about a host") {
  const HostnameQuestion question{};
  CHECK(verdict_on(question, "true") == Verdict::accept);
  CHECK(verdict_on(question, "false") == Verdict::refuse);
}

TEST_CASE("answers about a server name") {
  const SniQuestion question{"a.example"};
  CHECK(verdict_on(question, R"("unrecognized")") == Verdict::refuse);
  const auto standard = answered(question, R"("default")").answer;
  CHECK(standard.verdict == Verdict::accept);
  CHECK_FALSE(standard.config);
  const auto other = answered(question, R"({"alpn_preferred_protocols":["h2"]})").answer;
  CHECK(other.verdict == Verdict::accept);
  REQUIRE(other.config);
  CHECK(other.config->alpn == std::vector<std::string>{"h2"});
  CHECK(answered(question, R"({"config":7})").answer.config);
}

TEST_CASE("options in an answer are checked, and the fault is told") {
  const auto result = answered(SniQuestion{"a.example"}, R"({"depth":1000})");
  CHECK(result.answer.verdict == Verdict::invalid);
  REQUIRE(result.problems.size() == 1);
  CHECK(result.problems[0].options.front().name == "depth");
}

TEST_CASE("answers about a partial chain") {
  const PartialChainQuestion question{chain()};
  CHECK(verdict_on(question, R"("unknown_ca")") == Verdict::unknown);
  const auto trusted = answered(question, "{\"trusted_ca\":\"" + base64_encode(chain()[1]->der()) + "\"}").answer;
  CHECK(trusted.verdict == Verdict::accept);
  REQUIRE(trusted.trusted);
  CHECK(equal(trusted.trusted->der(), chain()[1]->der()));
  const auto stranger = credential("other-ca").chain.front();
  CHECK(verdict_on(question, "{\"trusted_ca\":\"" + base64_encode(stranger->der()) + "\"}") == Verdict::invalid);
}

TEST_CASE("answers about a hello") {
  CHECK(verdict_on(HelloQuestion{}, R"("continue")") == Verdict::accept);
  CHECK(verdict_on(HelloQuestion{}, R"("cancel")") == Verdict::refuse);
  const auto other = answered(HelloQuestion{}, R"({"depth":3})").answer;
  CHECK(other.verdict == Verdict::accept);
  REQUIRE(other.config);
  CHECK(other.config->depth == 3);
}

TEST_CASE("anything else is no answer") {
  const QuestionBody questions[] = {VerifyQuestion{}, SniQuestion{}, HostnameQuestion{}, PartialChainQuestion{},
                                    HelloQuestion{}};
  for (const auto& question : questions) {
    for (const char* json : {"", "null", "{}", "[]", "1", "0", "\"\"", "\"yes\"", "\"Valid\"", "\"true\"", "[true]",
                             "[\"valid\"]", "{\"valid\":true}", "valid", "{\"fail\":1}", "{\"fail\":\"x\",\"more\":1}",
                             "{\"trusted_ca\":7}", "{\"trusted_ca\":\"%\"}", "\"valid\" x"}) {
      INFO(question.index() << json);
      CHECK(verdict_on(question, json) == Verdict::invalid);
    }
  }
  CHECK(verdict_on(HostnameQuestion{}, R"("valid")") == Verdict::invalid);
  CHECK(verdict_on(VerifyQuestion{}, "true") == Verdict::invalid);
  CHECK(verdict_on(SniQuestion{}, R"("valid")") == Verdict::invalid);
  CHECK(verdict_on(HelloQuestion{}, R"("default")") == Verdict::invalid);
}
