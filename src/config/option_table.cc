// The rows of the options table, and what each does with its value.
#include "config/option_table.h"

#include <algorithm>
#include <unordered_map>

#include "config/option_draft.h"

namespace tlsock {
namespace {

using Wrong = OptionProblem::Reason;
using Value = const OptionValue&;

// RFC 8446 §5.5: full-size records that may be sealed with one AES-GCM key, in bytes; Erlang's default.
constexpr std::uint64_t most_bytes_on_key = 388'736'063'997;

// ---- setters that many rows share ----

template <bool Config::* field>
void set_bool(Value value, Draft& draft) {
  if (const auto flag = read_bool(value)) draft.config.*field = *flag;
}

template <std::optional<bool> SocketOptions::* field>
void set_socket_bool(Value value, Draft& draft) {
  if (const auto flag = read_bool(value)) draft.config.socket.*field = *flag;
}

template <std::optional<int> SocketOptions::* field>
void set_socket_size(Value value, Draft& draft) {
  if (const auto size = read_integer(value, 1, INT32_MAX)) draft.config.socket.*field = static_cast<int>(*size);
}

// set_ask is for options whose only value is "wait": the application is asked.
template <bool Config::* field>
void set_ask(Value value, Draft& draft) {
  if (read_choice(value, {"wait"})) draft.config.*field = true;
}

void set_credential_part(Value value, Draft& draft) { read_credential_part(value, draft.credential); }

void check_list(Value value, Draft&) {
  if (!value.json().is_array()) value.refuse_type("takes a list");
}

void check_timeout(Value value, Draft&) { read_timeout(value, 0); }

// ---- protocol ----

void check_protocol(Value value, Draft&) {
  const auto protocol = read_choice(value, {"tls", "dtls"});
  if (protocol && *protocol == 1) value.refuse(Wrong::unsupported, "DTLS is not supported by this release");
}

void set_versions(Value value, Draft& draft) {
  const auto versions = read_versions(value);
  if (!versions) return;
  const auto has = [&](Version version) {
    return std::find(versions->begin(), versions->end(), version) != versions->end();
  };
  if (versions->empty()) return value.refuse_value("an empty list");
  if (has(Version::dtls13) || has(Version::dtls12) || has(Version::dtls10)) {
    return value.refuse(Wrong::unsupported, "DTLS is not supported by this release");
  }
  // Whoever allows a version is taken to allow what is better (RFC 8446 §4.2.1's list may have gaps; ours does not).
  static constexpr Version by_age[] = {Version::tls10, Version::tls11, Version::tls12, Version::tls13};
  const auto oldest = std::find_if(std::begin(by_age), std::end(by_age), has);
  const auto gap = std::find_if_not(oldest, std::end(by_age), has);
  const auto beyond = std::find_if(gap, std::end(by_age), has);
  if (beyond != std::end(by_age)) {
    value.refuse(Wrong::incompatible, "missing_version: " + std::string(name(*gap)) + " is missing between " +
                                          std::string(name(*beyond)) + " and an older one");
  }
  draft.config.versions = *versions;
  std::sort(draft.config.versions.rbegin(), draft.config.versions.rend());
}

void set_ciphers(Value value, Draft& draft) {
  auto suites = read_suites(value);
  if (!suites) return;
  if (suites->empty()) return value.refuse_value("an empty list");
  draft.config.cipher_suites = std::move(*suites);
}

void set_signature_algs(Value value, Draft& draft) {
  auto schemes = read_schemes(value);
  if (!schemes) return;
  draft.config.signature_algs = std::move(*schemes);
}

void set_signature_algs_cert(Value value, Draft& draft) {
  auto schemes = read_schemes(value);
  if (!schemes) return;
  if (schemes->empty()) return value.refuse_value("no_supported_signature_schemes: an empty list");
  draft.config.signature_algs_cert = std::move(*schemes);
}

void set_supported_groups(Value value, Draft& draft) {
  auto groups = read_groups(value);
  if (!groups) return;
  if (groups->empty()) return value.refuse_value("an empty list");
  draft.config.supported_groups = std::move(*groups);
}

// An empty list is RFC 8446 §4.2.8's way to let the server choose by a HelloRetryRequest.
void set_psk_groups(Value value, Draft& draft) {
  if (auto groups = read_groups(value)) draft.config.key_share_groups = std::move(*groups);
}

void set_max_fragment_length(Value value, Draft& draft) {
  const auto length = read_integer(value, 512, 4096);
  if (!length) return;
  const bool is_one = *length == 512 || *length == 1024 || *length == 2048 || *length == 4096;
  if (!is_one) return value.refuse_value("takes 512, 1024, 2048 or 4096");
  draft.config.max_fragment_length = static_cast<std::uint16_t>(*length);
}

// RFC 8449 §4: 64 at least, and 2^14 + 1 is TLS 1.3's own limit.
void set_record_size_limit(Value value, Draft& draft) {
  const auto limit = read_integer(value, 64, 16385);
  if (limit) draft.config.record_size_limit = static_cast<std::uint16_t>(*limit);
}

void set_key_update_at(Value value, Draft& draft) {
  if (const auto bytes = read_integer(value, 1, most_bytes_on_key)) draft.config.key_update_at = *bytes;
}

void set_max_handshake_size(Value value, Draft& draft) {
  if (const auto size = read_integer(value, 1, 0xffffff)) draft.config.max_handshake_size = *size;
}

// ---- certificates ----

void set_certs_keys(Value value, Draft& draft) { draft.certs_keys = read_certs_keys(value); }

void set_cacerts(Value value, Draft& draft) {
  if (value.json().is_string()) {
    draft.system_cacerts = value.json() == "system";
    if (!draft.system_cacerts) value.refuse_value("takes \"system\" or a list of certificates as base64 of their DER");
  } else {
    draft.cacerts = read_certificates(value);
  }
}

void set_cacertfile(Value value, Draft& draft) { draft.cacertfile = read_path(value); }

void set_verify(Value value, Draft& draft) {
  if (const auto choice = read_choice(value, {"verify_peer", "verify_none"})) draft.config.verify_peer = *choice == 0;
}

void set_partial_chain(Value value, Draft& draft) {
  if (value.json().is_string()) {
    if (read_choice(value, {"wait"})) draft.config.ask_partial_chain = true;
  } else if (auto certificates = read_certificates(value)) {
    draft.config.partial_anchors = std::move(*certificates);
  }
}

void set_depth(Value value, Draft& draft) {
  if (const auto depth = read_integer(value, 0, 255)) draft.config.depth = static_cast<unsigned>(*depth);
}

void set_hostname_check(Value value, Draft& draft) {
  static constexpr HostCheck checks[] = {HostCheck::https, HostCheck::strict, HostCheck::none, HostCheck::ask};
  if (const auto choice = read_choice(value, {"https", "strict", "none", "wait"}))
    draft.config.host_check = checks[*choice];
}

// ---- names ----

void set_server_name(Value value, Draft& draft) {
  draft.config.server_name.reset();
  draft.config.send_server_name = false;
  if (value.json() == "disable") return;
  draft.config.server_name = read_host(value);
  // RFC 6066 §3: literal addresses are not permitted in server_name.
  draft.config.send_server_name = draft.config.server_name && !parse_ip(*draft.config.server_name);
}

// What stands in the hosts' options is checked when all else is known; see options.cc.
void check_sni_hosts(Value value, Draft&) {
  if (!value.json().is_object()) return value.refuse_type("takes an object of host names and their options");
  for (const auto& [host, options] : value.json().items()) {
    const Json name = host;
    const auto place = OptionValue("sni_hosts", name, value.problems());
    if (parse_ip(host)) {
      place.refuse_value("\"" + host + "\" is an IP address, which no client may send as a server name");
    } else if (read_host(place) && !options.is_object()) {
      place.refuse_type("the options of \"" + host + "\" are no object");
    }
  }
}

void set_alpn(Value value, Draft& draft) {
  if (auto protocols = read_protocols(value)) draft.config.alpn = std::move(*protocols);
}

// ---- before TLS 1.3 ----

void set_eccs(Value value, Draft& draft) {
  auto groups = read_groups(value);
  if (!groups) return;
  if (groups->empty()) return value.refuse_value("an empty list");
  draft.config.eccs = std::move(*groups);
}

void set_dh(Value value, Draft& draft) {
  if (const auto der = read_bytes(value, Plain::base64)) draft.dh = copy(*der);
}

void set_dhfile(Value value, Draft& draft) { draft.dhfile = read_path(value); }

// RFC 4279 §5.2: identities are at most 2^16-1 bytes, of UTF-8 where people write them.
void set_psk_identity(Value value, Draft& draft) {
  const auto identity = read_bytes(value, Plain::text);
  if (!identity) return;
  if (identity->empty() || identity->size() > 0xffff) return value.refuse_value("takes 1 to 65535 bytes");
  draft.config.psk_identity = as_text(*identity);
}

void set_srp_identity(Value value, Draft& draft) {
  const Json& json = value.json();
  if (!json.is_array() || json.size() != 2) return value.refuse_type("takes a list of a user's name and password");
  const auto user = read_bytes(value.element(0, json[0]), Plain::text);
  auto password = read_bytes(value.element(1, json[1]), Plain::text);
  if (!user || !password) return;
  // RFC 5054 §2.8.1.
  if (user->empty() || user->size() > 255) return value.refuse_value("a user's name has 1 to 255 bytes");
  draft.config.srp_user = as_text(*user);
  draft.config.srp_password = std::make_shared<const SecretBytes>(std::move(*password));
}

// ---- sessions ----

void set_reuse_sessions(Value value, Draft& draft) {
  SessionReuse& reuse = draft.config.reuse_sessions;
  if (draft.config.role == Role::client && value.json() == "save") {
    reuse = SessionReuse::save;
  } else if (const auto flag = read_bool(value)) {
    reuse = *flag ? SessionReuse::always : SessionReuse::never;
  }
}

// read_session_id takes an id as connection_info tells it.
std::optional<ByteString> read_session_id(Value value) {
  const auto text = read_string(value);
  if (!text) return {};
  auto id = from_hex(*text);
  if (id && id->size() <= 32) return id;
  value.refuse_value("a session_id is at most 64 hexadecimal digits");
  return {};
}

// set_session_and_data: data that is no session of this library asks for a full handshake, as a session that is unknown.
void set_session_and_data(Value value, Draft& draft) {
  if (value.json().size() != 2) return value.refuse_type("takes a session_id, or a list of it and its session_data");
  auto id = read_session_id(value.element(0, value.json()[0]));
  const auto data = read_bytes(value.element(1, value.json()[1]), Plain::base64);
  if (!id || !data) return;
  draft.config.reuse_session_id = *std::move(id);
  auto session = decode_session(*data);
  if (session && session->role == Role::client && session->id == draft.config.reuse_session_id)
    draft.config.reuse_session = std::make_shared<const Session>(*std::move(session));
}

void set_reuse_session(Value value, Draft& draft) {
  if (draft.config.role == Role::server) {
    if (value.json() == true) draft.config.ask_reuse_session = false;
    else if (value.json() == "wait") draft.config.ask_reuse_session = true;
    else value.refuse_value("takes \"wait\", which asks for each session, or true");
  } else if (value.json().is_array()) {
    set_session_and_data(value, draft);
  } else if (auto id = read_session_id(value)) {
    draft.config.reuse_session_id = *std::move(id);
    draft.config.reuse_session.reset();
  }
}

void set_session_tickets(Value value, Draft& draft) {
  using enum SessionTickets;
  const bool is_client = draft.config.role == Role::client;
  static constexpr SessionTickets of_clients[] = {disabled, automatic, manual};
  static constexpr SessionTickets of_servers[] = {disabled, stateful, stateless, stateful_with_cert,
                                                  stateless_with_cert};
  if (is_client) {
    if (const auto choice = read_choice(value, {"disabled", "auto", "manual"}))
      draft.config.session_tickets = of_clients[*choice];
  } else if (const auto choice = read_choice(value, {"disabled", "stateful", "stateless", "stateful_with_cert",
                                                     "stateless_with_cert"})) {
    draft.config.session_tickets = of_servers[*choice];
  }
}

// A password as seed would let everybody search for it who has seen a ticket.
void add_seed(Value value, Draft& draft) {
  auto seed = read_bytes(value, Plain::base64);
  if (!seed) return;
  if (seed->size() < 32) return value.refuse_value("a seed has at least 32 random bytes");
  draft.ticket_seeds.push_back(*std::move(seed));
}

void set_ticket_seeds(Value value, Draft& draft) {
  draft.ticket_seeds.clear();
  if (!value.json().is_array()) return add_seed(value, draft);
  if (value.json().empty()) return value.refuse_value("an empty list");
  for (std::size_t i = 0; i < value.json().size(); ++i) add_seed(value.element(i, value.json()[i]), draft);
}

// ---- the application's side ----

void set_handshake(Value value, Draft& draft) {
  if (const auto choice = read_choice(value, {"full", "hello"})) draft.config.ask_hello = *choice == 1;
}

void set_handshake_timeout(Value value, Draft& draft) {
  if (const auto timeout = read_timeout(value, 1)) draft.config.handshake_timeout = timeout->time;
}

void set_log_level(Value value, Draft& draft) {
  const auto level = read_choice(
      value, {"none", "emergency", "alert", "critical", "error", "warning", "notice", "info", "debug", "all"});
  if (!level) return;
  draft.config.log_level = static_cast<LogLevel>(*level);
  if (draft.config.log_level >= LogLevel::debug) {
    value.refuse(Wrong::unsupported, "the trace of messages is not supported by this release");
  }
}

void set_address(Value value, Draft& draft) {
  if (auto address = read_address(value)) draft.config.socket.ip = std::move(*address);
}

void set_inet6(Value value, Draft& draft) {
  if (const auto flag = read_bool(value)) draft.config.socket.inet6 = *flag;
}

void set_send_timeout(Value value, Draft& draft) {
  const auto timeout = read_timeout(value, 1);
  if (!timeout) return;
  draft.config.socket.send_timeout_ms = timeout->time ? static_cast<int>(timeout->time->count()) : -1;
}

void set_initial_data(Value value, Draft& draft) {
  if (!draft.request.upgrade) {
    return value.refuse(Wrong::incompatible, "bytes that were read already belong to the upgrade of a live descriptor");
  }
  if (const auto bytes = read_bytes(value, Plain::base64)) draft.initial_data = copy(*bytes);
}

// A client's early_data are bytes to be sent, "disabled" as any others.
void check_early_data(Value value, Draft& draft) {
  if (draft.config.role == Role::client) value.refuse(Wrong::unsupported, "is not supported by this release");
}

// ---- the table ----

using Roles = OptionRow::Roles;
using Needs = OptionRow::Needs;
using Kind = OptionRow::Kind;
using Weight = OptionRow::Weight;
using Setter = void (*)(Value, Draft&);

constexpr OptionRow row(const char* name, Roles roles, Needs needs, Weight weight, Setter set) {
  return {name, roles, needs, Kind::implemented, weight, false, "", set};
}

constexpr OptionRow secret(OptionRow row) {
  row.secret = true;
  return row;
}

constexpr OptionRow later(const char* name, Roles roles, Needs needs, const char* same = "[]", Setter set = nullptr) {
  return {name, roles, needs, Kind::later, Weight::transport, false, same, set};
}

constexpr OptionRow ignored(const char* name, Setter check) {
  return {name, Roles::both, Needs::all, Kind::ignored, Weight::transport, false, "", check};
}

constexpr auto both = Roles::both, client = Roles::client, server = Roles::server;
constexpr auto any = Needs::all, tls13 = Needs::tls13, pre13 = Needs::pre13, dtls = Needs::dtls;
constexpr auto whole = Weight::whole, certificates = Weight::certificates, field = Weight::field,
               transport = Weight::transport;

// clang-format off
constexpr OptionRow rows[] = {
    // where options come from, and what is for one call alone
    row("config", both, any, transport, nullptr),
    row("initial_data", both, any, transport, set_initial_data),

    // protocol
    row("protocol", both, any, whole, check_protocol),
    row("versions", both, any, whole, set_versions),
    row("ciphers", both, any, whole, set_ciphers),
    row("signature_algs", both, any, whole, set_signature_algs),
    row("signature_algs_cert", both, any, whole, set_signature_algs_cert),
    row("supported_groups", both, tls13, whole, set_supported_groups),
    row("psk_groups", client, tls13, whole, set_psk_groups),
    row("honor_cipher_order", server, any, field, set_bool<&Config::honor_cipher_order>),
    row("max_fragment_length", client, any, field, set_max_fragment_length),
    row("record_size_limit", both, any, field, set_record_size_limit),
    row("middlebox_comp_mode", both, tls13, field, set_bool<&Config::middlebox_comp_mode>),
    row("cookie", server, tls13, field, set_bool<&Config::cookie>),
    row("key_update_at", both, tls13, field, set_key_update_at),
    row("max_handshake_size", both, any, field, set_max_handshake_size),

    // own certificates
    row("certs_keys", both, any, certificates, set_certs_keys),
    row("cert", both, any, certificates, set_credential_part),
    row("certfile", both, any, certificates, set_credential_part),
    secret(row("key", both, any, certificates, set_credential_part)),
    row("keyfile", both, any, certificates, set_credential_part),
    secret(row("password", both, any, certificates, set_credential_part)),

    // the peer's certificates
    row("cacerts", both, any, certificates, set_cacerts),
    row("cacertfile", both, any, certificates, set_cacertfile),
    row("verify", both, any, whole, set_verify),
    row("fail_if_no_peer_cert", server, any, whole, set_bool<&Config::fail_if_no_peer_cert>),
    row("verify_fun", both, any, field, set_ask<&Config::ask_verify>),
    row("partial_chain", both, any, whole, set_partial_chain),
    row("depth", both, any, field, set_depth),
    row("allow_any_ca_purpose", both, any, field, set_bool<&Config::allow_any_ca_purpose>),
    row("certificate_authorities", both, any, whole, set_bool<&Config::certificate_authorities>),
    row("customize_hostname_check", client, any, field, set_hostname_check),
    later("crl_check", both, any, "[false]"),
    later("crl_cache", both, any),
    later("cert_policy_opts", both, any, "[[],{}]"),
    later("stapling", client, any, R"(["no_staple"])"),

    // names
    row("server_name_indication", client, any, field, set_server_name),
    row("sni_hosts", server, any, whole, check_sni_hosts),
    row("sni_fun", server, any, whole, set_ask<&Config::ask_sni>),
    row("alpn_advertised_protocols", client, any, field, set_alpn),
    row("alpn_preferred_protocols", server, any, field, set_alpn),
    later("client_preferred_next_protocols", client, pre13),
    later("next_protocols_advertised", server, pre13),

    // sessions, tickets, early data
    row("reuse_sessions", both, pre13, field, set_reuse_sessions),
    secret(row("reuse_session", both, pre13, field, set_reuse_session)),
    row("session_tickets", both, any, whole, set_session_tickets),
    secret(later("use_ticket", client, tls13)),
    secret(later("early_data", both, tls13, R"(["disabled"])", check_early_data)),
    later("early_data_delivery", server, tls13),
    later("early_data_single_machine", server, tls13, "[false]"),
    later("anti_replay", server, tls13, "[false]"),
    secret(row("stateless_tickets_seed", server, any, whole, set_ticket_seeds)),
    later("session_store", both, any),
    later("keep_secrets", both, any, "[false]"),

    // TLS 1.2 and older
    row("eccs", both, pre13, whole, set_eccs),
    row("user_lookup_fun", both, pre13, whole, set_ask<&Config::ask_user_lookup>),
    row("psk_identity", both, pre13, whole, set_psk_identity),
    secret(row("srp_identity", client, pre13, whole, set_srp_identity)),
    later("client_renegotiation", server, pre13, "[false]"),
    later("secure_renegotiate", both, pre13, "[true]"),
    later("renegotiate_at", both, pre13),
    row("fallback", client, any, field, set_bool<&Config::fallback>),
    row("honor_ecc_order", server, pre13, field, set_bool<&Config::honor_ecc_order>),
    row("dh", server, pre13, whole, set_dh),
    row("dhfile", server, pre13, whole, set_dhfile),
    later("padding_check", both, pre13, "[true]"),
    later("beast_mitigation", both, pre13, R"(["one_n_minus_one"])"),

    // DTLS
    later("use_srtp", both, dtls),
    later("dtls_mtu", both, dtls),
    later("dtls_retransmit_ms", both, dtls),
    later("dtls_retransmit_max_ms", both, dtls),
    later("connection_id", both, dtls, "[false]"),

    // the application's side
    row("handshake", both, any, field, set_handshake),
    row("handshake_timeout", both, any, transport, set_handshake_timeout),
    row("log_level", both, any, field, set_log_level),
    later("active", both, any, "[false]"),
    later("mailbox", both, any),
    later("packet", both, any, R"([0,"raw"])"),
    later("packet_size", both, any, "[0]"),
    later("header", both, any, "[0]"),
    later("mode", both, any, R"(["binary"])"),
    later("ktls", both, any, "[false]"),
    later("erl_dist", both, any, "[false]"),
    later("cb_info", both, any),
    ignored("hibernate_after", check_timeout),
    ignored("receiver_spawn_opts", check_list),
    ignored("sender_spawn_opts", check_list),

    // the transport
    row("ip", both, any, transport, set_address),
    row("inet6", both, any, transport, set_inet6),
    row("reuseaddr", both, any, transport, set_socket_bool<&SocketOptions::reuseaddr>),
    row("backlog", server, any, transport, set_socket_size<&SocketOptions::backlog>),
    row("nodelay", both, any, transport, set_socket_bool<&SocketOptions::nodelay>),
    row("keepalive", both, any, transport, set_socket_bool<&SocketOptions::keepalive>),
    row("exit_on_close", both, any, transport, set_socket_bool<&SocketOptions::exit_on_close>),
    row("send_timeout", both, any, transport, set_send_timeout),
    row("sndbuf", both, any, transport, set_socket_size<&SocketOptions::sndbuf>),
    row("recbuf", both, any, transport, set_socket_size<&SocketOptions::recbuf>),
};
// clang-format on

}  // namespace

std::span<const OptionRow> option_rows() { return rows; }

const OptionRow* find_option(std::string_view name) {
  static const auto& by_name = *[] {
    auto* index = new std::unordered_map<std::string_view, const OptionRow*>;
    for (const auto& row : rows) index->emplace(row.name, &row);
    return index;
  }();
  const auto found = by_name.find(name);
  return found == by_name.end() ? nullptr : found->second;
}

}  // namespace tlsock
