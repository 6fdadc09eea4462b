// The client's hellos: ClientHello, HelloRetryRequest, and what a ServerHello may choose.
#include <algorithm>

#include "handshake/answered.h"
#include "handshake/handshake.h"
#include "handshake/negotiate_12.h"
#include "handshake/resumption_12.h"

namespace tlsock {
namespace {

Status add_key_shares(HandshakeContext& hs, const std::vector<NamedGroup>& groups, ClientHello& hello) {
  hs.key_shares().clear();
  hello.key_share.emplace();
  for (auto group : groups) {
    auto share = TRY(KeyExchange::generate(group));
    hello.key_share->push_back({group, copy(share->share())});
    hs.key_shares().push_back(std::move(share));
  }
  return {};
}

bool speaks(const Config& config, Version version) { return has(config.versions, version); }
bool speaks_before_13(const Config& config) {
  return std::ranges::any_of(config.versions, [](Version version) { return version != Version::tls13; });
}

// name_to_send is the host that is meant, unless it is an address (RFC 6066 §3) or the option says "disable".
std::string name_to_send(HandshakeContext& hs) {
  const Config& config = hs.config();
  const std::string host = normal_host(config.server_name ? *config.server_name : hs.negotiated().host);
  return config.send_server_name && is_dns_name(host) && !parse_ip(host) ? host : std::string();
}

// choose_session comes before the hello. A session that was given goes on under the name that it had, unless the options
// say another.
void choose_session(HandshakeContext& hs) {
  const Config& config = hs.config();
  Negotiated& negotiated = hs.negotiated();
  negotiated.server_name = name_to_send(hs);
  if (!speaks_before_13(config)) return;
  hs.session() = session_to_offer(hs);
  const bool names_nothing = config.send_server_name && !config.server_name;
  if (hs.session() && config.reuse_session && names_nothing) negotiated.server_name = hs.session()->server_name;
}

// add_13 is what TLS 1.3 has in its hello.
Status add_13(HandshakeContext& hs, ClientHello& hello) {
  const Config& config = hs.config();
  if (config.middlebox_comp_mode) {  // RFC 8446 §D.4
    hello.legacy_session_id.resize(32);
    TRY(hs.rng().fill(hello.legacy_session_id));
  }
  hello.supported_versions = config.versions;
  return add_key_shares(hs, config.key_share_groups, hello);
}

// groups_to_offer is one list for all versions (RFC 8422 §5.1.1).
std::vector<NamedGroup> groups_to_offer(const Config& config) {
  std::vector<NamedGroup> groups = speaks(config, Version::tls13) ? config.supported_groups : groups_12(config);
  if (!config.eccs) return groups;
  for (auto group : *config.eccs)
    if (!has(groups, group)) groups.push_back(group);
  return groups;
}

bool offers_srp(const Config& config) {
  return !config.srp_user.empty() && std::ranges::any_of(config.cipher_suites, [](CipherSuite suite) {
    const auto* info = find_suite(suite);
    return info && uses_srp(info->key_exchange);
  });
}

// add_12 is what only the versions before have.
void add_12(const Config& config, const SessionPtr& session, ClientHello& hello) {
  const bool has_cbc = std::ranges::any_of(config.cipher_suites, [](CipherSuite suite) {
    const auto* info = find_suite(suite);
    return info && info->is_cbc();
  });
  hello.ec_point_formats = ByteString{0};       // RFC 8422 §5.1.2: uncompressed
  hello.extended_master_secret.emplace();       // RFC 7627
  hello.renegotiation_info.emplace();           // RFC 5746 §3.4
  if (has_cbc) hello.encrypt_then_mac.emplace();  // RFC 7366
  if (offers_srp(config)) hello.srp = config.srp_user;  // RFC 5054 §2.8.1
  if (session) hello.legacy_session_id = session->id;
  if (config.session_tickets != SessionTickets::disabled) hello.session_ticket.emplace();  // RFC 5077 §3.2
  if (session && !session->ticket.empty()) hello.session_ticket = session->ticket;
}

Result<ClientHello> client_hello(HandshakeContext& hs) {
  const Config& config = hs.config();
  ClientHello hello;
  TRY(hs.rng().fill(hello.random));
  hello.legacy_version = std::min(Version::tls12, std::ranges::max(config.versions));
  hello.cipher_suites = config.cipher_suites;
  if (config.fallback) hello.cipher_suites.push_back(CipherSuite::fallback_scsv);  // RFC 7507 §4
  hello.supported_groups = groups_to_offer(config);
  // RFC 5246 §7.4.1.4.1: not for versions before TLS 1.2.
  if (hello.legacy_version == Version::tls12) {
    hello.signature_algorithms = config.signature_algs;
    hello.signature_algorithms_cert = config.signature_algs_cert;
  }
  if (const auto& name = hs.negotiated().server_name; !name.empty()) hello.server_name = {{0, name}};
  if (!config.alpn.empty()) {
    hello.alpn.emplace();
    for (const auto& protocol : config.alpn) hello.alpn->push_back({protocol});
  }
  if (config.max_fragment_length) hello.max_fragment_length = fragment_length_code(*config.max_fragment_length);
  hello.record_size_limit = config.record_size_limit;
  if (auto names = authority_names(config); !names.empty()) hello.certificate_authorities = std::move(names);
  if (speaks(config, Version::tls13)) TRY(add_13(hs, hello));
  if (speaks_before_13(config)) add_12(config, hs.session(), hello);
  return hello;
}

// offered tells whether our hello had an extension.
bool offered(const ClientHello& hello, Extension code) {
  switch (code) {
    case Extension::supported_versions:
    case Extension::key_share:
    case Extension::supported_groups:
    case Extension::cookie:  // RFC 8446 §4.2: the one that a HelloRetryRequest may bring unasked
      return true;
    default:
      return may_be_answered(hello, code);
  }
}

Status check_extensions(const ClientHello& hello, const std::vector<Extension>& seen,
                        std::initializer_list<Extension> allowed, const char* message) {
  for (auto code : seen) {
    // RFC 8446 §4.2: unsupported_extension for what was not offered, illegal_parameter for what stands in the wrong place.
    if (!offered(hello, code)) return Error(Reason::UNEXPECTED_EXTENSION, message);
    if (!has(allowed, code)) return Error(Reason::UNEXPECTED_EXTENSION_IN_MESSAGE, message);
  }
  return {};
}

// RFC 8446 §4.1.3: what a TLS 1.3 server puts at the end of its random when it agrees to less.
bool has_downgrade_sentinel(const Random& random) {
  const Bytes tail = Bytes(random).subspan(24);
  return equal(tail, as_bytes("DOWNGRD\x01")) || equal(tail, as_bytes(std::string_view("DOWNGRD\0", 8)));
}

Status check_version(const ServerHello& answer) {
  if (!answer.supported_versions) return Error(Reason::UNSUPPORTED_PROTOCOL);
  // RFC 8446 §4.2.1: illegal_parameter for a version that was not offered, or one before 1.3 in this place.
  if (answer.supported_versions != Version::tls13)
    return Error(Reason::UNSUPPORTED_PROTOCOL, "supported_versions").with_alert(Alert::illegal_parameter);
  if (answer.legacy_version != Version::tls12) return Error(Reason::WRONG_VERSION_ON_HELLO);
  return {};
}

// chosen_version is the version of a first answer: 1.3, or one before it that was offered.
Result<Version> chosen_version(const Config& config, const ServerHello& answer) {
  // RFC 8446 §4.2: nothing is answered that was not offered. What the extension says is for check_version.
  if (answer.supported_versions && !speaks(config, Version::tls13))
    return Error(Reason::UNEXPECTED_EXTENSION, "server_hello");
  if (answer.supported_versions) return Version::tls13;
  const Version newest = std::ranges::max(config.versions);
  // RFC 8446 §4.1.3: a client of TLS 1.3 must look at it, one of TLS 1.2 should.
  if (answer.legacy_version < std::min(newest, Version::tls12) || newest == Version::tls13)
    if (has_downgrade_sentinel(answer.random)) return Error(Reason::TLS13_DOWNGRADE);
  if (answer.legacy_version > Version::tls12 || !speaks(config, answer.legacy_version))
    return Error(Reason::UNSUPPORTED_PROTOCOL);
  return answer.legacy_version;
}

// check_answer makes the checks that a ServerHello and a HelloRetryRequest share (RFC 8446 §4.1.3, §4.1.4).
Status check_answer(const ClientHello& hello, const ServerHello& answer) {
  TRY(check_version(answer));
  if (answer.legacy_session_id_echo != hello.legacy_session_id) return Error(Reason::SERVER_ECHOED_INVALID_SESSION_ID);
  const SuiteInfo* suite = find_suite(answer.cipher_suite);
  if (!suite || !suite->is_tls13() || !has(hello.cipher_suites, answer.cipher_suite))
    return Error(Reason::WRONG_CIPHER_RETURNED);
  if (answer.legacy_compression_method != 0) return Error(Reason::UNSUPPORTED_COMPRESSION_ALGORITHM);
  return {};
}

Status check_retry(const ClientHello& hello, const ServerHello& retry) {
  TRY(check_answer(hello, retry));
  TRY(check_extensions(hello, retry.extensions_seen, {Extension::supported_versions, Extension::cookie, Extension::key_share},
                       "hello_retry_request"));
  // RFC 8446 §4.1.4: one that would not change the ClientHello is an error.
  if (!retry.selected_group && !retry.cookie) return Error(Reason::EMPTY_HELLO_RETRY_REQUEST);
  if (!retry.selected_group) return {};
  // RFC 8446 §4.2.8: a group that was offered, and without a share.
  if (!has(*hello.supported_groups, *retry.selected_group) || share_for(hello, *retry.selected_group))
    return Error(Reason::WRONG_CURVE);
  return {};
}

// second_hello is the first with what the HelloRetryRequest asks for (RFC 8446 §4.1.2).
Result<ClientHello> second_hello(HandshakeContext& hs, ClientHello hello, const ServerHello& retry) {
  TRY(check_retry(hello, retry));
  if (retry.selected_group) TRY(add_key_shares(hs, {*retry.selected_group}, hello));
  hello.cookie = retry.cookie;
  return hello;
}

Status check_server_hello(const ClientHello& hello, const ServerHello& answer) {
  if (answer.is_hello_retry_request()) return Error(Reason::SECOND_HELLO_RETRY_REQUEST);
  TRY(check_answer(hello, answer));
  // The cookie is never right here.
  if (has(answer.extensions_seen, Extension::cookie)) return Error(Reason::UNEXPECTED_EXTENSION, "server_hello");
  TRY(check_extensions(hello, answer.extensions_seen, {Extension::supported_versions, Extension::key_share}, "server_hello"));
  if (!answer.key_share) return Error(Reason::MISSING_KEY_SHARE);
  // RFC 8446 §4.2.8: a group for which a share was sent.
  if (!share_for(hello, answer.key_share->group)) return Error(Reason::WRONG_CURVE);
  return {};
}

// RFC 8446 §4.1.4: the ServerHello after a HelloRetryRequest keeps to its version and suite (and §4.2.8: to its group,
// for which alone there is a share then).
Status check_same_choice(const ServerHello& retry, const ServerHello& answer) {
  if (answer.is_hello_retry_request()) return Error(Reason::SECOND_HELLO_RETRY_REQUEST);
  // RFC 8446 §4.1.4: illegal_parameter if the version changes.
  if (answer.supported_versions != retry.supported_versions)
    return Error(Reason::UNSUPPORTED_PROTOCOL, "after a retry").with_alert(Alert::illegal_parameter);
  if (answer.cipher_suite != retry.cipher_suite) return Error(Reason::WRONG_CIPHER_RETURNED, "after a retry");
  return {};
}

void note(Negotiated& negotiated, const ClientHello& hello, const ServerHello& answer) {
  negotiated.version = Version::tls13;
  negotiated.cipher_suite = answer.cipher_suite;
  negotiated.group = answer.key_share->group;
  negotiated.client_random = hello.random;
  negotiated.server_random = answer.random;
  negotiated.session_id = hello.legacy_session_id;
}

}  // namespace

Flow connect(HandshakeContext& hs) {
  Negotiated& negotiated = hs.negotiated();
  ClientHello& hello = hs.client_hello();
  ServerHello& server_hello = hs.server_hello();
  hs.channel().first_record_version(0x0301);  // RFC 8446 §5.1
  hs.channel().expect(ChangeCipherSpecs::dropped);
  choose_session(hs);
  hello = co_await client_hello(hs);
  negotiated.client_random = hello.random;
  hs.emit(hello);

  const ConfigPtr config = hs.config_ptr();
  hs.channel().tolerate_warnings(speaks_before_13(*config));
  auto answer = co_await hs.read<ServerHello>();
  const Config& options = *config;
  auto version = co_await chosen_version(options, answer.body);
  if (version != Version::tls13) {
    server_hello = answer.body;
    negotiated.version = version;
    hs.channel().use_version(version);
    hs.channel().expect(ChangeCipherSpecs::delivered);
    hs.transcript().keep_messages();
    hs.key_shares().clear();
    hs.hand_over(connect_12(hs));
    co_return;
  }
  hs.channel().tolerate_warnings(false);
  hs.session().reset();
  if (answer.body.is_hello_retry_request()) {  // §4.1.4
    hs.check(hs.channel().check_boundary());
    const ServerHello retry = answer.body;
    const bool compatible = hs.config().middlebox_comp_mode;
    hello = co_await second_hello(hs, hello, retry);
    negotiated.hello_retry = true;
    if (compatible) hs.change_cipher_spec();
    hs.emit(hello);
    answer = co_await hs.read<ServerHello>();
    co_await check_same_choice(retry, answer.body);
  }
  server_hello = answer.body;
  co_await check_server_hello(hello, server_hello);  // §4.1.3
  note(negotiated, hello, server_hello);

  if (hs.config().ask_hello) {
    const QuestionBody question = HelloQuestion{{}, negotiated};
    auto decision = co_await hs.ask(question);
    co_await hs.adopt(decision, Reason::USER_CANCELED);
  }
  hs.hand_over(connect_13(hs));
}

}  // namespace tlsock
