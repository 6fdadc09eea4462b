// Options together: defaults, combinations, overlays, and how errors are told.
#include "config/options.h"

#include <cstdlib>
#include <filesystem>

#include "catch.hpp"
#include "crypto/suites.h"
#include "tests/config/support.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

using Wrong = OptionProblem::Reason;

// Folder is a directory of its own for a test that writes files.
struct Folder {
  std::filesystem::path path;

  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "tlsock-options-XXXXXX").string();
    path = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string copy(const std::string& from, const std::string& to) const {
    std::filesystem::copy_file(certificate_path(from), path / to, std::filesystem::copy_options::overwrite_existing);
    return (path / to).string();
  }
};

OptionsOutcome with_handles(Role role, const std::string& json, std::map<std::uint64_t, ConfigPtr> configs,
                            ConfigPtr base = nullptr) {
  const std::string text = filled(json);
  OptionsRequest request{};
  request.role = role;
  request.json = text;
  request.base = std::move(base);
  request.find_config = [&](std::uint64_t handle) { return configs.count(handle) ? configs[handle] : nullptr; };
  return parse_options(request);
}

Json problem_of(const OptionsOutcome& outcome) {
  REQUIRE(outcome.problems.size() == 1);
  return Json::parse(problem_json(outcome.problems.front()));
}

}  // namespace

// ---- defaults ----

TEST_CASE("a client's defaults") {
  const auto outcome = client(R"({"cacertfile":"<ca.pem>"})");
  REQUIRE(outcome.config);
  const Config& config = *outcome.config;
  CHECK(config.role == Role::client);
  CHECK(config.verify_peer);
  CHECK(config.versions == std::vector{Version::tls13, Version::tls12});
  CHECK(config.cipher_suites == default_suites_of(config.versions));
  CHECK(config.reuse_sessions == SessionReuse::by_default);
  CHECK(config.client_sessions == ClientSessions::process());
  CHECK(std::equal(config.supported_groups.begin(), config.supported_groups.end(), default_groups().begin(),
                   default_groups().end()));
  CHECK(config.key_share_groups == std::vector{NamedGroup::x25519mlkem768, NamedGroup::x25519});
  CHECK_FALSE(config.signature_algs_cert);
  CHECK(config.host_check == HostCheck::https);
  CHECK_FALSE(config.certificate_authorities);
  CHECK(config.depth == 10);
  CHECK(config.middlebox_comp_mode);
  CHECK(config.key_update_at == 388'736'063'997);
  CHECK(config.max_handshake_size == 262'144);
  CHECK_FALSE(config.handshake_timeout);
  CHECK(config.log_level == LogLevel::notice);
  CHECK(config.anchors->anchors().size() == 1);
}

TEST_CASE("a server's defaults") {
  const auto outcome = server(with_certificate(""));
  REQUIRE(outcome.config);
  CHECK_FALSE(outcome.config->verify_peer);
  CHECK_FALSE(outcome.config->fail_if_no_peer_cert);
  CHECK_FALSE(outcome.config->certificate_authorities);
  CHECK(outcome.config->cookie);
  CHECK_FALSE(outcome.config->anchors);
  CHECK(outcome.config->credentials.size() == 1);
}

TEST_CASE("a server that verifies wants a certificate and names its authorities") {
  const auto outcome = server(with_certificate(R"("verify":"verify_peer","cacertfile":"<ca.pem>")"));
  REQUIRE(outcome.config);
  CHECK(outcome.config->fail_if_no_peer_cert);
  CHECK(outcome.config->certificate_authorities);
  const auto lenient = server(with_certificate(
      R"("verify":"verify_peer","cacertfile":"<ca.pem>","fail_if_no_peer_cert":false,"certificate_authorities":false)"));
  REQUIRE(lenient.config);
  CHECK_FALSE(lenient.config->fail_if_no_peer_cert);
  CHECK_FALSE(lenient.config->certificate_authorities);
}

TEST_CASE("a client that verifies without naming anchors takes the system's, and tells if there are none") {
  setenv("SSL_CERT_FILE", certificate_path("ca.pem").c_str(), 1);
  setenv("SSL_CERT_DIR", "/nonexistent", 1);
  const auto outcome = client("{}");
  REQUIRE(outcome.config);
  CHECK(outcome.config->anchors->anchors().size() == 1);
  CHECK(client(R"({"cacerts":"system"})").config);

  setenv("SSL_CERT_FILE", "/nonexistent/ca.pem", 1);
  CHECK(has_problem(client("{}"), Wrong::value, "cacerts"));
  CHECK(client(R"({"verify":"verify_none"})").config);
  CHECK(client(R"({"cacertfile":"<ca.pem>"})").config);
  unsetenv("SSL_CERT_FILE");
  unsetenv("SSL_CERT_DIR");
}

// ---- how errors are told ----

TEST_CASE("an unknown name is refused, with the nearest known one and without its value") {
  const auto problem = problem_of(client(without_verifying(R"("certfil":"hunter2")")));
  CHECK(problem["status"] == "options");
  CHECK(problem["reason"] == "unknown");
  CHECK(problem["options"] == Json::parse(R"([{"name":"certfil"}])"));
  CHECK(problem["message"].get<std::string>().find("\"certfile\"") != std::string::npos);
  CHECK(has_problem(client(without_verifying(R"("owner":"here")")), Wrong::unknown, "owner"));
}

TEST_CASE("a value is told with the option's name") {
  const auto problem = problem_of(client(without_verifying(R"("depth":1000)")));
  CHECK(problem["reason"] == "value");
  CHECK(problem["options"] == Json::parse(R"([{"name":"depth","value":1000}])"));
}

TEST_CASE("a file that is not there is told with its name and errno") {
  const auto problem = problem_of(client(without_verifying(R"("certfile":"/nonexistent/x.pem")")));
  CHECK(problem["reason"] == "value");
  CHECK(problem["options"] == Json::parse(R"([{"name":"certfile","value":"/nonexistent/x.pem"}])"));
  CHECK(problem["detail"]["file"] == "/nonexistent/x.pem");
  CHECK(problem["detail"]["errno"] == "ENOENT");
  CHECK(problem["detail"]["reason"] == "BAD_FILE");
}

TEST_CASE("everything that is wrong is told at once") {
  const auto outcome = server(R"({"depth":1000,"no_such":1,"stapling":"staple","session_tickets":"stateless",
                                  "cacertfile":"/nonexistent","verify":"verify_peer","cookie":3})");
  CHECK(has_problem(outcome, Wrong::value, "depth"));
  CHECK(has_problem(outcome, Wrong::unknown, "no_such"));
  CHECK(has_problem(outcome, Wrong::role, "stapling"));
  CHECK(has_problem(outcome, Wrong::unsupported, "session_tickets"));
  CHECK(has_problem(outcome, Wrong::value, "cacertfile"));
  CHECK(has_problem(outcome, Wrong::type, "cookie"));
  CHECK(has_problem(outcome, Wrong::missing, "certs_keys"));
  const auto report = Json::parse(report_json(outcome));
  CHECK(report["valid"] == false);
  CHECK(report["problems"].size() == outcome.problems.size());
}

TEST_CASE("a report of good options") {
  CHECK(report_json(client(without_verifying(""))) == R"({"problems":[],"valid":true})");
}

TEST_CASE("each bad entry of a list is named") {
  const auto outcome = client(without_verifying(R"("ciphers":["TLS_AES_128_GCM_SHA256","FOO","BAR"])"));
  REQUIRE(outcome.problems.size() == 2);
  CHECK(outcome.problems[0].message.find("\"FOO\"") != std::string::npos);
  CHECK(outcome.problems[1].message.find("\"BAR\"") != std::string::npos);
}

TEST_CASE("texts that are no options object are refused") {
  for (const char* text :
       {"[]", "7", "\"x\"", "null", "{\"depth\":1,\"depth\":1}", "{\"depth\":", "{\"ip\":\"\xff\"}", "nonsense"}) {
    INFO(text);
    const auto outcome = client(text);
    CHECK_FALSE(outcome.config);
    CHECK(outcome.problems.size() == 1);
  }
  CHECK(client("{\"depth\":1,\"depth\":1}").problems.front().reason == Wrong::duplicate);
  CHECK(client("{\"depth\":1,\"depth\":1}").problems.front().options.front().name == "depth");
  CHECK(client("{\"keep_secrets\":" + std::string(16, '[') + std::string(16, ']') + "}").problems.size() == 1);
}

TEST_CASE("a damaged text gives problems or a config, and nothing worse") {
  const std::string text = R"({"depth":3,"verify":"verify_none","alpn_preferred_protocols":["h2",{"hex":"ff"}],
      "ciphers":[{"key_exchange":"any","cipher":"aes_256_gcm","mac":"aead","prf":"sha384"}],"ip":[127,0,0,1],
      "handshake":"hello","certs_keys":[],"sni_hosts":{"a.example":{"depth":1,"handshake_timeout":"infinity"}}})";
  const auto survives = [](const std::string& damaged) {
    const auto outcome = server(damaged);
    CHECK((outcome.config == nullptr) == !outcome.problems.empty());
    CHECK_FALSE(Json::parse(report_json(outcome), nullptr, false).is_discarded());
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    survives(text.substr(0, i));
    for (const char* other : {"", "\"", "{", "]", ",", "9", "\\", "\xff"})
      survives(text.substr(0, i) + other + text.substr(i + 1));
  }
}

TEST_CASE("a long value is shortened in an error") {
  const auto outcome = client(without_verifying("\"ip\":\"" + std::string(5000, 'x') + "\""));
  CHECK(problem_json(outcome.problems.at(0)).size() < 1000);
}

// ---- combinations ----

TEST_CASE("verify_peer on a server names verify and the missing cacerts") {
  const auto problem = problem_of(server(with_certificate(R"("verify":"verify_peer")")));
  CHECK(problem["reason"] == "incompatible");
  CHECK(problem["options"] == Json::parse(R"([{"name":"verify","value":"verify_peer"},{"name":"cacerts"}])"));
}

TEST_CASE("versions have no gap, and their order is ours") {
  for (const char* list : {R"(["tlsv1.3","tlsv1"])", R"(["tlsv1.3","tlsv1.1"])", R"(["tlsv1.2","tlsv1"])"}) {
    INFO(list);
    const auto outcome = client(without_verifying(std::string(R"("versions":)") + list));
    REQUIRE(outcome.problems.size() == 1);
    CHECK(outcome.problems[0].reason == Wrong::incompatible);
    CHECK(outcome.problems[0].message.find("missing_version") != std::string::npos);
  }
  const auto outcome = client(without_verifying(R"("versions":["tlsv1.2","tlsv1.3"])"));
  REQUIRE(outcome.config);
  CHECK(outcome.config->versions == std::vector<Version>{Version::tls13, Version::tls12});
}

TEST_CASE("each version has suites, and none is kept that no version can choose") {
  const auto suites = [](const std::string& options) {
    const auto outcome = client(without_verifying(options));
    return outcome.config ? outcome.config->cipher_suites : std::vector<CipherSuite>();
  };
  for (auto suite : suites(R"("versions":["tlsv1.2"])")) CHECK(usable_in(*find_suite(suite), Version::tls12));
  for (auto suite : suites(R"("versions":["tlsv1.1","tlsv1"])")) CHECK(usable_in(*find_suite(suite), Version::tls10));
  CHECK(suites(R"("versions":["tlsv1.2"],"ciphers":"ECDHE-RSA-AES128-GCM-SHA256:TLS_AES_128_GCM_SHA256")") ==
        std::vector<CipherSuite>{CipherSuite::ecdhe_rsa_aes_128_gcm_sha256});
  const auto outcome = client(without_verifying(R"("versions":["tlsv1.3","tlsv1.2"],"ciphers":["TLS_AES_128_GCM_SHA256"])"));
  CHECK(has_problem(outcome, Wrong::incompatible, "ciphers"));
}

TEST_CASE("overridden options are no error, and are not even read") {
  CHECK(client(R"({"cacerts":["<<ca.pem>>"],"cacertfile":"/nonexistent"})").config);
  const auto outcome = server(R"({"certs_keys":[{"certfile":"<server.pem>","keyfile":"<server-key.pem>"}],
                                  "certfile":"/nonexistent","keyfile":"/nonexistent","password":"x"})");
  CHECK(outcome.config);
  CHECK(client(without_verifying(R"("cert":"<<client.pem>>","keyfile":"<client-key.pem>","certfile":"/nonexistent")"))
            .config);
}

TEST_CASE("signature_algs that fit none of our keys are refused") {
  const auto outcome = server(with_certificate(R"("signature_algs":["ed25519"])"));
  CHECK(has_problem(outcome, Wrong::incompatible, "signature_algs"));
  CHECK(find_problem(outcome.problems, Wrong::incompatible, "certfile"));
  CHECK(server(with_certificate(R"("signature_algs":["ed25519","ecdsa_secp256r1_sha256"])")).config);
}

TEST_CASE("a server without certificate is refused unless one may come later") {
  CHECK(has_problem(server("{}"), Wrong::missing, "certs_keys"));
  CHECK(server(R"({"handshake":"hello"})").config);
  CHECK(server(R"({"sni_fun":"wait"})").config);
  CHECK(server(R"({"sni_hosts":{"a.example":{"certfile":"<example.pem>","keyfile":"<example-key.pem>"}}})").config);
  OptionsRequest request{};
  request.role = Role::server;
  request.need_certificate = false;
  CHECK(parse_options(request).config);
}

TEST_CASE("initial data belong to an upgrade, and to no config") {
  OptionsRequest request{};
  request.role = Role::client;
  request.json = R"({"verify":"verify_none","initial_data":"FgMB"})";
  CHECK(has_problem(parse_options(request), Wrong::incompatible, "initial_data"));
  request.upgrade = true;
  const auto outcome = parse_options(request);
  REQUIRE(outcome.config);
  CHECK(outcome.initial_data == ByteString{0x16, 0x03, 0x01});
  CHECK(outcome.config->effective_options == R"({"verify":"verify_none"})");
  CHECK(client(R"({"depth":3})", outcome.config).config);
}

// ---- values ----

TEST_CASE("lists keep their order, and what stands twice counts once") {
  const auto outcome = client(
      without_verifying(R"("ciphers":"TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256",
      "supported_groups":["secp384r1","x25519","secp384r1"],"signature_algs":["ed25519","ecdsa_secp256r1_sha256"])"));
  REQUIRE(outcome.config);
  CHECK(outcome.config->cipher_suites ==
        std::vector{CipherSuite::chacha20_poly1305_sha256, CipherSuite::aes_128_gcm_sha256});
  CHECK(outcome.config->supported_groups == std::vector{NamedGroup::secp384r1, NamedGroup::x25519});
  CHECK(outcome.config->key_share_groups == std::vector{NamedGroup::secp384r1});
  CHECK(outcome.config->signature_algs ==
        std::vector{SignatureScheme::ed25519, SignatureScheme::ecdsa_secp256r1_sha256});
}

TEST_CASE("a hybrid group in front gets its classical half a share too, if that is offered") {
  const auto shares = [](const std::string& groups) {
    const auto outcome = client(without_verifying("\"supported_groups\":" + groups));
    REQUIRE(outcome.config);
    return outcome.config->key_share_groups;
  };
  CHECK(shares(R"(["x25519mlkem768","secp256r1"])") == std::vector{NamedGroup::x25519mlkem768});
  CHECK(shares(R"(["secp256r1mlkem768","x25519","secp256r1"])") ==
        std::vector{NamedGroup::secp256r1mlkem768, NamedGroup::secp256r1});
  CHECK(client(without_verifying(R"("psk_groups":[])")).config->key_share_groups.empty());
}

TEST_CASE("server names are normalised, and addresses are never sent") {
  const auto named = client(without_verifying(R"("server_name_indication":"WWW.Example.ORG.")")).config;
  REQUIRE(named);
  CHECK(named->server_name == "www.example.org");
  CHECK(named->send_server_name);
  const auto address = client(without_verifying(R"("server_name_indication":"192.0.2.1")")).config;
  REQUIRE(address);
  CHECK(address->server_name == "192.0.2.1");
  CHECK_FALSE(address->send_server_name);
  const auto disabled = client(without_verifying(R"("server_name_indication":"disable")")).config;
  REQUIRE(disabled);
  CHECK_FALSE(disabled->server_name);
  CHECK_FALSE(disabled->send_server_name);
}

TEST_CASE("application protocols are bytes") {
  const auto outcome =
      client(without_verifying(R"("alpn_advertised_protocols":["h2",{"hex":"ff00"},{"base64":"aDM="}])"));
  REQUIRE(outcome.config);
  CHECK(outcome.config->alpn == std::vector<std::string>{"h2", std::string("\xff\x00", 2), "h3"});
  const auto longest = "\"alpn_advertised_protocols\":[\"" + std::string(255, 'a') + "\"]";
  CHECK(client(without_verifying(longest)).config);
  const auto too_long = client(without_verifying("\"alpn_advertised_protocols\":[\"" + std::string(256, 'a') + "\"]"));
  REQUIRE(has_problem(too_long, Wrong::value, "alpn_advertised_protocols"));
  CHECK(too_long.problems[0].message.find("invalid_protocol") != std::string::npos);
}

TEST_CASE("what the application wants to be asked") {
  const auto outcome = client(without_verifying(
      R"("verify_fun":"wait","partial_chain":"wait","customize_hostname_check":"wait","handshake":"hello")"));
  REQUIRE(outcome.config);
  CHECK(outcome.config->ask_verify);
  CHECK(outcome.config->ask_partial_chain);
  CHECK(outcome.config->ask_hello);
  CHECK(outcome.config->host_check == HostCheck::ask);
}

TEST_CASE("socket options reach the config") {
  const auto outcome = server(with_certificate(
      R"("ip":[127,0,0,1],"reuseaddr":true,"backlog":9,"nodelay":false,"sndbuf":70000,"send_timeout":250)"));
  REQUIRE(outcome.config);
  const SocketOptions& socket = outcome.config->socket;
  CHECK(socket.ip == "127.0.0.1");
  CHECK(socket.reuseaddr == true);
  CHECK(socket.nodelay == false);
  CHECK(socket.backlog == 9);
  CHECK(socket.sndbuf == 70000);
  CHECK(socket.send_timeout_ms == 250);
  CHECK_FALSE(socket.keepalive);
}

// ---- overlays ----

TEST_CASE("an overlay adds to its base and replaces what both have") {
  const auto base = server(with_certificate(R"("depth":3,"alpn_preferred_protocols":["h2"])")).config;
  REQUIRE(base);
  const auto outcome = server(R"({"depth":4,"supported_groups":["x25519"]})", base);
  REQUIRE(outcome.config);
  CHECK(outcome.config->depth == 4);
  CHECK(outcome.config->alpn == std::vector<std::string>{"h2"});
  CHECK(outcome.config->supported_groups == std::vector{NamedGroup::x25519});
  CHECK(outcome.config->credentials.size() == 1);
  CHECK(Json::parse(outcome.config->effective_options)["depth"] == 4);
  CHECK(Json::parse(outcome.config->effective_options)["certfile"] == certificate_path("server.pem"));
}

TEST_CASE("an overlay without options is its base") {
  const auto base = server(with_certificate("")).config;
  CHECK(server("{}", base).config == base);
  CHECK(server("", base).config == base);
}

TEST_CASE("an overlay that names no certificate parses none again") {
  Folder folder;
  folder.copy("server.pem", "cert.pem");
  folder.copy("server-key.pem", "key.pem");
  folder.copy("ca.pem", "ca.pem");
  const auto in = [&](const char* file) { return "\"" + (folder.path / file).string() + "\""; };
  const auto base = server("{\"certfile\":" + in("cert.pem") + ",\"keyfile\":" + in("key.pem") +
                           ",\"cacertfile\":" + in("ca.pem") + ",\"verify\":\"verify_peer\"}")
                        .config;
  REQUIRE(base);
  std::filesystem::remove(folder.path / "cert.pem");
  std::filesystem::remove(folder.path / "key.pem");
  std::filesystem::remove(folder.path / "ca.pem");
  for (const char* overlay :
       {R"({"alpn_preferred_protocols":["h2"]})", R"({"handshake_timeout":9})", R"({"nodelay":true})",
        R"({"supported_groups":["x25519"]})", R"({"fail_if_no_peer_cert":false})"}) {
    INFO(overlay);
    const auto outcome = server(overlay, base);
    REQUIRE(outcome.config);
    CHECK(outcome.config->credentials.front().key == base->credentials.front().key);
    CHECK(outcome.config->anchors == base->anchors);
  }
  CHECK(has_problem(server(R"({"verify":"verify_none"})", base), Wrong::value, "certfile"));
}

TEST_CASE("overlays of overlays remember everything") {
  auto config = client(R"({"cacertfile":"<ca.pem>","depth":3})").config;
  config = client(R"({"server_name_indication":"a.example"})", config).config;
  config = client(R"({"handshake_timeout":77})", config).config;
  config = client(R"({"server_name_indication":"b.example","ciphers":["TLS_AES_128_GCM_SHA256"]})", config).config;
  REQUIRE(config);
  CHECK(config->server_name == "b.example");
  CHECK(config->handshake_timeout == Milliseconds(77));
  CHECK(config->depth == 3);
  CHECK(config->cipher_suites.size() == 1);
  CHECK(config->anchors->anchors().size() == 1);
  CHECK(Json::parse(config->effective_options).size() == 5);
}

TEST_CASE("an overlay is checked together with its base") {
  const auto base = server(with_certificate("")).config;
  CHECK(has_problem(server(R"({"fail_if_no_peer_cert":true})", base), Wrong::incompatible, "fail_if_no_peer_cert"));
  CHECK(has_problem(server(R"({"verify":"verify_peer"})", base), Wrong::incompatible, "verify"));
  CHECK(has_problem(server(R"({"no_such":1})", base), Wrong::unknown, "no_such"));
  CHECK(has_problem(server(R"({"server_name_indication":"x"})", base), Wrong::role, "server_name_indication"));
  const auto verifying = server(R"({"verify":"verify_peer","cacertfile":"<ca.pem>"})", base).config;
  REQUIRE(verifying);
  CHECK(verifying->fail_if_no_peer_cert);
  CHECK_FALSE(server(R"({"verify":"verify_none"})", verifying).config->fail_if_no_peer_cert);
  const auto on_ipv4 = server(R"({"ip":"127.0.0.1"})", base).config;
  CHECK(has_problem(server(R"({"inet6":true})", on_ipv4), Wrong::incompatible, "inet6"));
}

TEST_CASE("a client that begins to verify gets its anchors") {
  const auto base = client(without_verifying("")).config;
  REQUIRE(base);
  CHECK_FALSE(base->anchors);
  const auto outcome = client(R"({"verify":"verify_peer","cacertfile":"<ca.pem>"})", base);
  REQUIRE(outcome.config);
  CHECK(outcome.config->anchors);
}

// ---- config handles ----

TEST_CASE("options start from a config that is named") {
  const auto config = client(R"({"cacertfile":"<ca.pem>","depth":3})").config;
  CHECK(with_handles(Role::client, R"({"config":5})", {{5, config}}).config == config);
  const auto outcome = with_handles(Role::client, R"({"config":5,"depth":4})", {{5, config}});
  REQUIRE(outcome.config);
  CHECK(outcome.config->depth == 4);
  CHECK(outcome.config->anchors == config->anchors);
  CHECK_FALSE(Json::parse(outcome.config->effective_options).contains("config"));
}

TEST_CASE("a config of the other role, or of no handle, is refused") {
  const auto config = client(without_verifying("")).config;
  CHECK(has_problem(with_handles(Role::server, R"({"config":5})", {{5, config}}), Wrong::role, "config"));
  CHECK(has_problem(with_handles(Role::client, R"({"config":6})", {{5, config}}), Wrong::value, "config"));
  CHECK(has_problem(with_handles(Role::client, R"({"config":0})", {{5, config}}), Wrong::value, "config"));
  CHECK(has_problem(with_handles(Role::client, R"({"config":"5"})", {{5, config}}), Wrong::type, "config"));
  CHECK(has_problem(client(R"({"config":5,"verify":"verify_none"})"), Wrong::value, "config"));
}

TEST_CASE("a config without certificate serves only where one is added") {
  OptionsRequest request{};
  request.role = Role::server;
  request.json = R"({"depth":3})";
  request.need_certificate = false;
  const auto config = parse_options(request).config;
  REQUIRE(config);
  CHECK(has_problem(with_handles(Role::server, R"({"config":5})", {{5, config}}), Wrong::missing, "certs_keys"));
  CHECK(with_handles(Role::server, with_certificate(R"("config":5)"), {{5, config}}).config);
}

// ---- sni_hosts ----

TEST_CASE("the options of a host lie over the listener's") {
  const auto outcome = server(with_certificate(R"("depth":3,"alpn_preferred_protocols":["h2"],
      "sni_hosts":{"A.Example.":{"certfile":"<example.pem>","keyfile":"<example-key.pem>","depth":5},"b.example":{"alpn_preferred_protocols":["h3"]}})"));
  REQUIRE(outcome.config);
  const auto& hosts = outcome.config->sni_hosts;
  REQUIRE(hosts.size() == 2);
  REQUIRE(hosts.count("a.example") == 1);
  CHECK(hosts.at("a.example")->depth == 5);
  CHECK(hosts.at("a.example")->alpn == std::vector<std::string>{"h2"});
  CHECK_FALSE(hosts.at("a.example")->credentials.front().key == outcome.config->credentials.front().key);
  CHECK(hosts.at("b.example")->depth == 3);
  CHECK(hosts.at("b.example")->alpn == std::vector<std::string>{"h3"});
  CHECK(hosts.at("b.example")->credentials.front().key == outcome.config->credentials.front().key);
  CHECK(hosts.at("b.example")->sni_hosts.empty());
}

TEST_CASE("what is wrong with a host's options names the option and the host") {
  const auto outcome =
      server(with_certificate(R"("depth":1000,"sni_hosts":{"a.example":{"depth":2000,"pasword":"hunter2"}})"));
  CHECK(outcome.problems.size() == 3);
  REQUIRE(has_problem(outcome, Wrong::unknown, "pasword"));
  const auto problem = Json::parse(problem_json(*find_problem(outcome.problems, Wrong::unknown, "pasword")));
  CHECK(problem["options"] == Json::parse(R"([{"name":"pasword"},{"name":"sni_hosts","value":"a.example"}])"));
  CHECK(problem["message"].get<std::string>().find("a.example") != std::string::npos);
  CHECK(report_json(outcome).find("hunter2") == std::string::npos);
}

TEST_CASE("a host that could never answer is refused") {
  CHECK(has_problem(server(R"({"sni_hosts":{"a.example":{}}})"), Wrong::missing, "sni_hosts"));
  CHECK(has_problem(server(with_certificate(R"("sni_hosts":{"a.example":{},"A.EXAMPLE":{}})")), Wrong::duplicate,
                    "sni_hosts"));
}

TEST_CASE("an overlay of a listener with hosts reaches the hosts") {
  const auto base = server(with_certificate(R"("sni_hosts":{"a.example":{"depth":5}})")).config;
  REQUIRE(base);
  const auto outcome = server(R"({"alpn_preferred_protocols":["h2"]})", base);
  REQUIRE(outcome.config);
  CHECK(outcome.config->sni_hosts.at("a.example")->alpn == std::vector<std::string>{"h2"});
  CHECK(outcome.config->sni_hosts.at("a.example")->depth == 5);
  const auto of_transport = server(R"({"nodelay":true})", base);
  REQUIRE(of_transport.config);
  CHECK(of_transport.config->sni_hosts.at("a.example") == base->sni_hosts.at("a.example"));
}

TEST_CASE("a host may be a config, which outlives its handle") {
  const auto config = server(R"({"certfile":"<example.pem>","keyfile":"<example-key.pem>"})").config;
  const auto base =
      with_handles(Role::server, with_certificate(R"("sni_hosts":{"a.example":{"config":5}})"), {{5, config}}).config;
  REQUIRE(base);
  CHECK(base->sni_hosts.at("a.example") == config);
  const auto outcome = server(R"({"depth":4,"supported_groups":["x25519"]})", base);
  REQUIRE(outcome.config);
  CHECK(outcome.config->sni_hosts.at("a.example") == config);
  const auto again = reload(*base);
  REQUIRE(again.config);
  CHECK(again.config->sni_hosts.at("a.example") == config);
  CHECK(has_problem(server(R"({"sni_hosts":{"a.example":{"config":5}}})", base), Wrong::value, "config"));
}

// ---- reload ----

TEST_CASE("a reload reads the files again, or tells the one that failed") {
  Folder folder;
  const auto cert = folder.copy("server.pem", "cert.pem"), key = folder.copy("server-key.pem", "key.pem");
  const auto config = server("{\"certfile\":\"" + cert + "\",\"keyfile\":\"" + key + "\",\"depth\":3}").config;
  REQUIRE(config);
  folder.copy("example.pem", "cert.pem");
  folder.copy("example-key.pem", "key.pem");
  const auto again = reload(*config);
  REQUIRE(again.config);
  CHECK(again.config->depth == 3);
  CHECK(again.config->credentials.front().chain.front()->subject_text() !=
        config->credentials.front().chain.front()->subject_text());

  std::filesystem::remove(key);
  const auto failed = reload(*config);
  CHECK(has_problem(failed, Wrong::value, "keyfile"));
}

TEST_CASE("a config without certificate reloads as well") {
  OptionsRequest request{};
  request.role = Role::server;
  request.need_certificate = false;
  const auto config = parse_options(request).config;
  REQUIRE(config);
  CHECK(reload(*config).config);
}
