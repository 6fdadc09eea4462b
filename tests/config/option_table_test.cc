// One good and one bad use of each row of the options table.
#include "config/option_table.h"

#include <set>

#include "catch.hpp"
#include "tests/config/support.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

using Wrong = OptionProblem::Reason;

// Example shows one option: `good` is accepted, `bad` is refused for `reason`. Rows of a later release that have no
// value that is accepted yet have an empty `good`. `others` are members that the option needs beside it.
struct Example {
  const char* option;
  Role role;
  const char* good;
  const char* bad;
  Wrong reason = Wrong::value;
  const char* others = "";
};

constexpr auto cli = Role::client, srv = Role::server;

// clang-format off
const Example examples[] = {
    {"config", cli, "7", "8", Wrong::value, ""},
    {"initial_data", srv, R"("FgMB")", R"("%")", Wrong::value, ""},

    {"protocol", cli, R"("tls")", R"("quic")"},
    {"protocol", cli, "", R"("dtls")", Wrong::unsupported},
    {"versions", srv, R"(["tlsv1.3"])", R"(["sslv3"])"},
    {"versions", srv, "", "[]"},
    {"versions", srv, "", R"(["tlsv1.3","tlsv1.1"])", Wrong::incompatible},
    {"versions", srv, "", R"(["tlsv1.3","tlsv1.1"])", Wrong::incompatible},
    {"versions", srv, "", R"("tlsv1.3")", Wrong::type},
    {"versions", srv, "", R"([13])", Wrong::type},
    {"versions", cli, "", R"(["dtlsv1.2"])", Wrong::unsupported},
    {"ciphers", cli, R"(["TLS_AES_128_GCM_SHA256"])", R"(["TLS_AES_129_GCM_SHA256"])"},
    {"ciphers", cli, R"("TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256")", R"("TLS_AES_128_GCM_SHA256:")"},
    {"ciphers", cli, R"([{"key_exchange":"any","cipher":"aes_256_gcm","mac":"aead","prf":"sha384"}])",
                     R"([{"key_exchange":"any","cipher":"aes_257_gcm","mac":"aead","prf":"sha384"}])"},
    {"ciphers", cli, "", R"([{"key_exchange":"any","cipher":"aes_256_gcm"}])"},
    {"ciphers", cli, "", "[]"},
    {"ciphers", cli, "", "[7]", Wrong::type},
    {"ciphers", cli, "", "{}", Wrong::type},
    {"ciphers", cli, R"(["ECDHE-RSA-AES256-GCM-SHA384"])", R"(["ECDHE-RSA-RC4-SHA"])", Wrong::unsupported},
    {"ciphers", cli, R"(["TLS_AES_128_GCM_SHA256","TLS_RSA_WITH_AES_128_GCM_SHA256"])", R"(["TLS_RSA_WITH_RC4_128_SHA"])", Wrong::unsupported},
    {"ciphers", cli, "", R"(["ECDHE-RSA-AES256-GCM-SHA384"])", Wrong::incompatible, R"("versions":["tlsv1.3","tlsv1.2"])"},
    {"ciphers", cli, "", R"([{"key_exchange":"ecdhe_ecdsa","cipher":"aes_256_gcm","mac":"aead","prf":"sha384"}])", Wrong::incompatible, R"("versions":["tlsv1.3"])"},
    {"ciphers", cli, "", R"(["TLS_DH_anon_WITH_AES_128_GCM_SHA256"])", Wrong::incompatible, R"("verify":"verify_peer")"},
    {"ciphers", cli, R"(["TLS_DH_anon_WITH_AES_128_GCM_SHA256"])", R"(["TLS_PSK_WITH_AES_128_GCM_SHA256"])", Wrong::incompatible},
    {"signature_algs", cli, R"(["ecdsa_secp256r1_sha256","rsa_pss_rsae_sha256"])", R"(["ecdsa_p256_sha256"])"},
    {"signature_algs", cli, "", R"(["rsa_pkcs1_sha256"])"},
    {"signature_algs", cli, "", "[]"},
    {"signature_algs", cli, "", R"(["slh_dsa_sha2_256f"])", Wrong::unsupported},
    {"signature_algs", cli, "", R"([["sha256","rsa"]])", Wrong::unsupported},
    {"signature_algs_cert", cli, R"(["rsa_pkcs1_sha256"])", "[]"},
    {"signature_algs_cert", cli, "", R"(["rsa"])"},
    {"supported_groups", cli, R"(["x25519","secp256r1"])", R"(["curve25519"])"},
    {"supported_groups", cli, "", "[]"},
    {"supported_groups", cli, "", R"(["x25519"])", Wrong::version, R"("versions":["tlsv1.2"])"},
    {"psk_groups", cli, R"(["x25519"])", R"(["x25518"])"},
    {"psk_groups", cli, "[]", R"(["x448"])", Wrong::incompatible, R"("supported_groups":["x25519"])"},
    {"psk_groups", srv, "", R"(["x25519"])", Wrong::role},
    {"honor_cipher_order", srv, "true", "1", Wrong::type},
    {"honor_cipher_order", cli, "", "true", Wrong::role},
    {"max_fragment_length", cli, "1024", "1025"},
    {"max_fragment_length", cli, "4096", "8192"},
    {"record_size_limit", srv, "64", "63"},
    {"record_size_limit", cli, "16385", "16386"},
    {"middlebox_comp_mode", cli, "false", R"("false")", Wrong::type},
    {"cookie", srv, "false", "0", Wrong::type},
    {"cookie", cli, "", "true", Wrong::role},
    {"key_update_at", srv, "1000000", "0"},
    {"key_update_at", srv, "388736063997", "388736063998"},
    {"max_handshake_size", srv, "16777215", "16777216"},

    {"certs_keys", srv, R"([{"certfile":"<server.pem>","keyfile":"<server-key.pem>"}])", R"([{"certfile":"<no-such.pem>"}])"},
    {"certs_keys", srv, "", "{}", Wrong::type},
    {"certs_keys", srv, "", "[[]]", Wrong::type},
    {"certs_keys", srv, "", R"([{"certfle":"<server.pem>"}])", Wrong::unknown},
    {"certs_keys", srv, "", "[{}]", Wrong::missing},
    {"certs_keys", srv, "", "[]", Wrong::missing},
    {"cert", cli, R"("<<client.pem>>")", R"("<<client-key.pem>>")", Wrong::value, R"("keyfile":"<client-key.pem>")"},
    {"cert", cli, R"(["<<chain.pem>>","<<intermediate.pem>>"])", "[]", Wrong::value, R"("keyfile":"<chain-key.pem>")"},
    {"cert", cli, "", R"("<<client.pem>>")", Wrong::missing},
    {"certfile", cli, R"("<client.pem>")", R"("<no-such.pem>")", Wrong::value, R"("keyfile":"<client-key.pem>")"},
    {"certfile", cli, "", R"("<client-key.pem>")", Wrong::value, R"("keyfile":"<client-key.pem>")"},
    {"certfile", cli, "", "[]", Wrong::type},
    {"key", cli, R"("<<client-key.pem>>")", R"("AAAA")", Wrong::value, R"("certfile":"<client.pem>")"},
    {"key", cli, R"({"type":"PrivateKeyInfo","der":"<<client-key.pem>>"})", R"({"type":"RSAPrivateKey","der":"<<client-key.pem>>"})", Wrong::value, R"("certfile":"<client.pem>")"},
    {"key", cli, R"({"base64":"<<client-key.pem>>"})", R"({"type":"DSAPrivateKey","der":"AAAA"})", Wrong::value, R"("certfile":"<client.pem>")"},
    {"key", cli, "", R"({"algorithm":"rsa","engine":3,"key_id":"k"})", Wrong::unsupported},
    {"key", cli, "", R"({"algorithm":"rsa","sign_fun":"wait"})", Wrong::unsupported},
    {"key", cli, "", "5", Wrong::type},
    {"keyfile", cli, R"("<client-key.pem>")", R"("<no-such.pem>")", Wrong::value, R"("certfile":"<client.pem>")"},
    {"keyfile", cli, "", R"("<server-key.pem>")", Wrong::incompatible, R"("certfile":"<client.pem>")"},
    {"password", srv, R"("secret")", R"("hunter2")", Wrong::value, R"("certfile":"<server.pem>","keyfile":"<server-key-encrypted.pem>")"},
    {"password", srv, R"({"hex":"736563726574"})", "5", Wrong::type, R"("certfile":"<server.pem>","keyfile":"<server-key-encrypted.pem>")"},

    {"cacerts", cli, R"(["<<ca.pem>>",{"base64":"<<other-ca.pem>>"}])", R"(["AAAA"])"},
    {"cacerts", cli, "", R"("system-wide")"},
    {"cacerts", cli, "", "[]", Wrong::incompatible, R"("verify":"verify_peer")"},
    {"cacerts", cli, "", "5", Wrong::type},
    {"cacertfile", cli, R"("<ca.pem>")", R"("<no-such.pem>")"},
    {"verify", cli, R"("verify_none")", R"("verify_maybe")"},
    {"verify", srv, R"("verify_peer")", R"(true)", Wrong::type, R"("cacertfile":"<ca.pem>")"},
    {"verify", srv, "", R"("verify_peer")", Wrong::incompatible},
    {"fail_if_no_peer_cert", srv, "false", "0", Wrong::type},
    {"fail_if_no_peer_cert", srv, "", "true", Wrong::incompatible},
    {"fail_if_no_peer_cert", cli, "", "true", Wrong::role},
    {"verify_fun", cli, R"("wait")", R"("fun")"},
    {"partial_chain", cli, R"("wait")", R"("always")"},
    {"partial_chain", cli, R"(["<<intermediate.pem>>"])", R"(["intermediate"])"},
    {"depth", cli, "0", "1000"},
    {"depth", cli, "255", "-1"},
    {"depth", cli, "10", "1.5", Wrong::type},
    {"allow_any_ca_purpose", cli, "true", "null", Wrong::type},
    {"certificate_authorities", cli, "true", R"("true")", Wrong::type},
    {"customize_hostname_check", cli, R"("strict")", R"("lax")"},
    {"customize_hostname_check", cli, R"("wait")", "[]", Wrong::type},
    {"crl_check", cli, "false", "true", Wrong::unsupported},
    {"crl_cache", cli, "", R"({"module":"ssl_crl_cache"})", Wrong::unsupported},
    {"cert_policy_opts", cli, "{}", R"({"explicit_policy":true})", Wrong::unsupported},
    {"stapling", cli, R"("no_staple")", R"("staple")", Wrong::unsupported},

    {"server_name_indication", cli, R"("www.example.org.")", R"("www example.org")"},
    {"server_name_indication", cli, R"("disable")", R"("-")"},
    {"server_name_indication", cli, R"("::1")", "true", Wrong::type},
    {"server_name_indication", srv, "", R"("www.example.org")", Wrong::role},
    {"sni_hosts", srv, R"({"a.example":{"certfile":"<example.pem>","keyfile":"<example-key.pem>"}})", R"({"a.example":{"certfile":"<no-such.pem>"}})"},
    {"sni_hosts", srv, R"({"a.example":{"verify":"verify_none"}})", R"({"a.example":{"sni_hosts":{}}})", Wrong::incompatible},
    {"sni_hosts", srv, "", R"({"127.0.0.1":{}})"},
    {"sni_hosts", srv, "", R"({"a.example":[]})", Wrong::type},
    {"sni_hosts", srv, "", "[]", Wrong::type},
    {"sni_fun", srv, R"("wait")", R"("fun")"},
    {"sni_fun", srv, "", R"("wait")", Wrong::incompatible, R"("sni_hosts":{})"},
    {"alpn_advertised_protocols", cli, R"(["h2","http/1.1"])", R"([""])"},
    {"alpn_advertised_protocols", cli, R"([{"hex":"ff00"}])", R"("h2")", Wrong::type},
    {"alpn_preferred_protocols", srv, R"(["h2"])", R"([7])", Wrong::type},
    {"alpn_preferred_protocols", cli, "", R"(["h2"])", Wrong::role},
    {"client_preferred_next_protocols", cli, "", R"(["h2"])", Wrong::unsupported},
    {"next_protocols_advertised", srv, "", R"(["h2"])", Wrong::unsupported},

    {"reuse_sessions", cli, "false", "7", Wrong::type},
    {"reuse_sessions", cli, R"("save")", R"("keep")", Wrong::type},
    {"reuse_sessions", srv, "true", R"("save")", Wrong::type},
    {"reuse_sessions", srv, "", "true", Wrong::version, R"("versions":["tlsv1.3"])"},
    {"reuse_session", cli, R"("abcd")", R"("abc")"},
    {"reuse_session", cli, R"(["abcd","AAAA"])", R"(["abcd","%"])"},
    {"reuse_session", cli, "", R"(["abcd"])", Wrong::type},
    {"reuse_session", cli, "", "12", Wrong::type},
    {"reuse_session", srv, R"("wait")", R"("abcd")"},
    {"reuse_session", srv, "true", "false"},
    {"session_tickets", cli, R"("disabled")", R"("auto")", Wrong::unsupported},
    {"session_tickets", srv, R"("disabled")", R"("stateless")", Wrong::unsupported},
    {"session_tickets", cli, R"("auto")", R"("stateless")", Wrong::value, R"("versions":["tlsv1.2"])"},
    {"session_tickets", srv, R"("stateless")", R"("auto")", Wrong::value, R"("versions":["tlsv1.2"])"},
    {"use_ticket", cli, "", R"(["AAAA"])", Wrong::unsupported},
    {"early_data", srv, R"("disabled")", R"("enabled")", Wrong::unsupported},
    {"early_data", cli, "", R"("disabled")", Wrong::unsupported},
    {"early_data_delivery", srv, "", R"("immediate")", Wrong::unsupported},
    {"early_data_single_machine", srv, "false", "true", Wrong::unsupported},
    {"anti_replay", srv, "false", R"("10k")", Wrong::unsupported},
    {"stateless_tickets_seed", srv, R"("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")", R"("AAAA")", Wrong::value, R"("session_tickets":"stateless","versions":["tlsv1.2"])"},
    {"stateless_tickets_seed", srv, R"(["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="])", "[]", Wrong::value, R"("session_tickets":"stateless","versions":["tlsv1.2"])"},
    {"stateless_tickets_seed", srv, "", R"("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")", Wrong::incompatible},
    {"session_store", srv, "", "7", Wrong::unsupported},
    {"keep_secrets", cli, "false", "true", Wrong::unsupported},

    {"eccs", cli, R"(["secp256r1","x25519"])", R"(["x25519mlkem768"])"},
    {"eccs", srv, "", "[]"},
    {"eccs", cli, "", R"(["secp256r1"])", Wrong::version, R"("versions":["tlsv1.3"])"},
    {"user_lookup_fun", srv, R"("wait")", R"("fun")"},
    {"psk_identity", cli, R"("me")", R"("")"},
    {"srp_identity", cli, R"(["me","secret"])", R"(["","secret"])"},
    {"srp_identity", cli, "", R"("me")", Wrong::type},
    {"srp_identity", srv, "", R"(["me","secret"])", Wrong::role},
    {"client_renegotiation", srv, "false", "true", Wrong::unsupported},
    {"secure_renegotiate", cli, "true", "false", Wrong::unsupported},
    {"renegotiate_at", cli, "", "1000", Wrong::unsupported},
    {"fallback", cli, "true", "1", Wrong::type},
    {"honor_ecc_order", srv, "true", "1", Wrong::type},
    {"dh", srv, R"("<<../keys/dh-ffdhe3072.pem>>")", R"("AAAA")"},
    {"dhfile", srv, R"("<../keys/dh-ffdhe3072.pem>")", R"("<server.pem>")"},
    {"dhfile", srv, "", R"("/nonexistent")"},
    {"padding_check", cli, "true", "false", Wrong::unsupported},
    {"beast_mitigation", cli, R"("one_n_minus_one")", R"("zero_n")", Wrong::unsupported},

    {"use_srtp", cli, "", "{}", Wrong::unsupported},
    {"use_srtp", cli, "", "{}", Wrong::incompatible, R"("protocol":"tls")"},
    {"dtls_mtu", cli, "", "1400", Wrong::unsupported},
    {"dtls_retransmit_ms", cli, "", "1000", Wrong::unsupported},
    {"dtls_retransmit_max_ms", cli, "", "60000", Wrong::unsupported},
    {"connection_id", cli, "false", "true", Wrong::unsupported},

    {"handshake", srv, R"("hello")", R"("half")"},
    {"handshake_timeout", cli, R"("infinity")", R"("never")"},
    {"handshake_timeout", cli, "5000", "0"},
    {"log_level", cli, R"("none")", R"("verbose")"},
    {"log_level", cli, R"("info")", R"("debug")", Wrong::unsupported},
    {"log_level", cli, "", R"("all")", Wrong::unsupported},
    {"active", cli, "false", "true", Wrong::unsupported},
    {"mailbox", cli, "", "7", Wrong::unsupported},
    {"packet", cli, R"("raw")", "4", Wrong::unsupported},
    {"packet_size", cli, "0", "100", Wrong::unsupported},
    {"header", cli, "0", "2", Wrong::unsupported},
    {"mode", cli, R"("binary")", R"("list")", Wrong::unsupported},
    {"ktls", cli, "false", "true", Wrong::unsupported},
    {"erl_dist", cli, "false", "true", Wrong::unsupported},
    {"cb_info", cli, "", R"(["gen_tcp","tcp","tcp_closed","tcp_error"])", Wrong::unsupported},
    {"hibernate_after", cli, "5000", R"("soon")"},
    {"receiver_spawn_opts", cli, "[]", "{}", Wrong::type},
    {"sender_spawn_opts", cli, R"(["link"])", "1", Wrong::type},

    {"ip", srv, R"("127.0.0.1")", R"("localhost")"},
    {"ip", srv, "[127,0,0,1]", "[127,0,0,256]"},
    {"ip", srv, "[0,0,0,0,0,0,0,1]", "[1,2,3]", Wrong::type},
    {"ip", srv, "", R"("127.0.0.1")", Wrong::incompatible, R"("inet6":true)"},
    {"inet6", srv, "true", "6", Wrong::type},
    {"reuseaddr", srv, "true", R"("yes")", Wrong::type},
    {"backlog", srv, "5", "0"},
    {"nodelay", cli, "true", "1", Wrong::type},
    {"keepalive", cli, "true", "1", Wrong::type},
    {"exit_on_close", cli, "false", "1", Wrong::type},
    {"send_timeout", cli, "1000", "0"},
    {"send_timeout", cli, R"("infinity")", R"("long")"},
    {"sndbuf", cli, "65536", "0"},
    {"recbuf", cli, "65536", "3000000000"},
};
// clang-format on

bool is_given(const std::string& members, const char* option) {
  return members.find("\"" + std::string(option) + "\":") != std::string::npos;
}

// text_for makes options that are good but for the example's value.
std::string text_for(const Example& example, const std::string& value) {
  std::string members = "\"" + std::string(example.option) + "\":" + value;
  if (*example.others) members += "," + std::string(example.others);
  const bool has_own = is_given(members, "certs_keys") || is_given(members, "cert") || is_given(members, "certfile");
  if (example.role == srv) return has_own ? "{" + members + "}" : with_certificate(members);
  const bool trusts = is_given(members, "verify") || is_given(members, "cacerts") || is_given(members, "cacertfile");
  return trusts ? "{" + members + "}" : without_verifying(members);
}

OptionsOutcome outcome_of(const Example& example, const std::string& value) {
  const std::string text = filled(text_for(example, value));
  OptionsRequest request{};
  request.role = example.role;
  request.json = text;
  request.upgrade = true;
  request.find_config = [](std::uint64_t handle) {
    return handle == 7 ? client(R"({"verify":"verify_none"})").config : nullptr;
  };
  return parse_options(request);
}

}  // namespace

TEST_CASE("the good use of each option is accepted") {
  for (const auto& example : examples) {
    if (!*example.good) continue;
    const auto outcome = outcome_of(example, example.good);
    INFO(text_for(example, example.good) << " " << report_json(outcome));
    CHECK(outcome.config);
    CHECK(outcome.problems.empty());
  }
}

TEST_CASE("the bad use of each option is refused, and the error names the option") {
  for (const auto& example : examples) {
    const auto outcome = outcome_of(example, example.bad);
    INFO(text_for(example, example.bad) << " " << report_json(outcome));
    CHECK_FALSE(outcome.config);
    REQUIRE(find_problem(outcome.problems, example.reason, example.option));
    const auto& problem = *find_problem(outcome.problems, example.reason, example.option);
    CHECK(problem.message.find(example.option) != std::string::npos);
  }
}

TEST_CASE("the table has an example of each kind for every row, and no example is of another") {
  std::set<std::string> good, bad;
  for (const auto& example : examples) {
    INFO(example.option);
    CHECK(find_option(example.option));
    bad.insert(example.option);
    if (*example.good) good.insert(example.option);
  }
  for (const auto& row : option_rows()) {
    INFO(row.name);
    CHECK(bad.count(row.name) == 1);
    const bool has_good_use = row.kind != OptionRow::Kind::later || Json::parse(row.same).size() > 0;
    CHECK((good.count(row.name) == 1) == has_good_use);
  }
}

TEST_CASE("no row stands twice, and each is found by its name") {
  std::set<std::string> names;
  for (const auto& row : option_rows()) {
    INFO(row.name);
    CHECK(names.insert(row.name).second);
    CHECK(find_option(row.name) == &row);
  }
  CHECK_FALSE(find_option("no_such_option"));
  CHECK_FALSE(find_option(""));
}

TEST_CASE("an option of the other role is refused for its role, whatever its value") {
  for (const auto& row : option_rows()) {
    if (row.roles == OptionRow::Roles::both) continue;
    const Role other = row.roles == OptionRow::Roles::client ? srv : cli;
    const auto outcome = parse(other, "{\"" + std::string(row.name) + "\":false}");
    INFO(row.name << report_json(outcome));
    CHECK(has_problem(outcome, Wrong::role, row.name));
  }
}

TEST_CASE("options of a later release are unsupported, and never unknown") {
  for (const auto& row : option_rows()) {
    if (row.kind != OptionRow::Kind::later) continue;
    const Role role = row.roles == OptionRow::Roles::server ? srv : cli;
    const auto outcome = parse(role, "{\"" + std::string(row.name) + "\":\"some value\"}");
    INFO(row.name << report_json(outcome));
    REQUIRE(has_problem(outcome, Wrong::unsupported, row.name));
    const auto json = Json::parse(problem_json(*find_problem(outcome.problems, Wrong::unsupported, row.name)));
    CHECK(json["status"] == "unsupported");
    CHECK(json["reason"] == "unsupported");
  }
}
