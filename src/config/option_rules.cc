// Defaults that depend on other options, and combinations that are refused.
#include <algorithm>

#include "config/option_draft.h"
#include "config/option_problems.h"
#include "config/variables.h"
#include "crypto/rng.h"
#include "session/memory_store.h"
#include "x509/pem.h"

namespace tlsock {
namespace {

using Wrong = OptionProblem::Reason;

void refuse_error(Draft& draft, const char* option, const Error& error) {
  std::vector<Fact> facts = error.facts;
  facts.push_back({"reason", info(error.reason).name});
  std::string message = std::string(option) + ": " + info(error.reason).text;
  if (*error.detail) message += std::string(": ") + error.detail;
  for (const auto& fact : error.facts) message += std::string(", ") + fact.name + " " + shortened(fact.value);
  const std::string value = draft.has(option) ? shown(option, draft.given[option]) : "";
  draft.problems.push_back({Wrong::value, {{option, value}}, std::move(message), std::move(facts)});
}

// ---- verification ----

void check_verification(Draft& draft) {
  Config& config = draft.config;
  const bool is_server = config.role == Role::server;
  const bool has_cacerts = draft.has("cacerts"), has_cacertfile = draft.has("cacertfile");
  const bool is_empty = has_cacerts && draft.cacerts && draft.cacerts->empty();
  if (config.verify_peer && is_server && !has_cacerts && !has_cacertfile) {
    draft.refuse(Wrong::incompatible, {"verify", "cacerts"}, "verify_peer on a server needs cacerts or cacertfile");
  } else if (config.verify_peer && is_empty) {
    draft.refuse(Wrong::incompatible, {"verify", "cacerts"}, "verify_peer with an empty list of cacerts trusts nobody");
  }
  if (!is_server) return;
  if (!draft.has("fail_if_no_peer_cert")) {
    config.fail_if_no_peer_cert = config.verify_peer;
  } else if (config.fail_if_no_peer_cert && !config.verify_peer) {
    draft.refuse(Wrong::incompatible, {"verify", "fail_if_no_peer_cert"},
                 "fail_if_no_peer_cert needs \"verify\": \"verify_peer\"");
  }
  if (!draft.has("certificate_authorities")) config.certificate_authorities = config.verify_peer;
}

void load_anchors(Draft& draft) {
  Config& config = draft.config;
  const bool is_default =
      !draft.has("cacerts") && !draft.has("cacertfile") && config.role == Role::client && config.verify_peer;
  if (draft.system_cacerts || is_default) {
    auto store = TrustStore::system();
    if (!store) return refuse_error(draft, "cacerts", store.error());
    config.anchors = std::move(*store);
  } else if (draft.cacerts) {
    config.anchors = std::make_shared<const TrustStore>(*draft.cacerts);
  } else if (draft.cacertfile && !draft.has("cacerts")) {
    auto certificates = certificates_from_file(*draft.cacertfile);
    if (!certificates) return refuse_error(draft, "cacertfile", certificates.error());
    config.anchors = std::make_shared<const TrustStore>(std::move(*certificates));
  }
}

// ---- credentials ----

void load_credentials(Draft& draft) {
  auto& credentials = draft.config.credentials;
  const auto add = [&](const CredentialSource& source, CredentialPlace place) {
    if (auto credential = load_credential(source, place, draft.problems)) credentials.push_back(std::move(*credential));
  };
  if (draft.has("certs_keys")) {
    for (std::size_t i = 0; i < draft.certs_keys.size(); ++i) add(draft.certs_keys[i], {i});
  } else if (!draft.credential.is_empty()) {
    add(draft.credential, {});
  }
  order_credentials(credentials);
  if (!draft.config.anchors) return;
  for (auto& credential : credentials) {
    if (credential.chain.size() == 1)
      credential.chain = complete_chain(std::move(credential.chain), *draft.config.anchors);
  }
}

const char* credential_option(const Draft& draft) {
  for (const char* option : {"certs_keys", "cert", "certfile"}) {
    if (draft.has(option)) return option;
  }
  return "certs_keys";
}

void check_credentials_can_sign(Draft& draft) {
  const Config& config = draft.config;
  if (config.credentials.empty()) return;
  const bool one_can =
      std::any_of(config.credentials.begin(), config.credentials.end(), [&](const Credential& credential) {
        return can_sign(credential.chain.front()->public_key()->info(), config.signature_algs);
      });
  if (one_can) return;
  draft.refuse(Wrong::incompatible, {"signature_algs", credential_option(draft)},
               "no scheme of signature_algs fits a key that we have");
}

void check_has_certificate(Draft& draft) {
  const Config& config = draft.config;
  const bool may_get_one = config.ask_hello || config.ask_sni || !config.sni_hosts.empty() || draft.has("sni_hosts");
  const bool was_tried =
      !draft.credential.is_empty() || (draft.has("certs_keys") && !draft.given["certs_keys"].empty());
  const bool needs_none = std::any_of(config.cipher_suites.begin(), config.cipher_suites.end(),
                                      [](CipherSuite suite) { return find_suite(suite)->is_anonymous(); });
  const bool has_one = !config.credentials.empty() || was_tried || needs_none;
  if (config.role != Role::server || !draft.request.need_certificate || may_get_one || has_one) return;
  draft.problems.push_back(
      {Wrong::missing,
       {{"certs_keys", ""}},
       "cert_and_key_required: a server needs a certificate and its key (certs_keys, or certfile and "
       "keyfile), unless sni_hosts, sni_fun or \"handshake\": \"hello\" brings one later",
       {}});
}

// ---- versions, suites, schemes ----

// has_what_it_needs: PSK and SRP are for those who have users; nobody is verified where nobody has a certificate.
bool has_what_it_needs(const Config& config, KeyExchangeAlgorithm key_exchange) {
  const bool is_client = config.role == Role::client;
  if (uses_psk(key_exchange)) return config.ask_user_lookup && !(is_client && config.psk_identity.empty());
  if (uses_srp(key_exchange)) return is_client ? !config.srp_user.empty() : config.ask_user_lookup;
  return true;
}

void refuse_unverifiable(Draft& draft) {
  const auto is_open = [](CipherSuite suite) {
    const auto key_exchange = find_suite(suite)->key_exchange;
    return is_anonymous(key_exchange) && !uses_psk(key_exchange) && !uses_srp(key_exchange);
  };
  const Config& config = draft.config;
  if (config.role != Role::client || !config.verify_peer) return;
  const auto found = std::find_if(config.cipher_suites.begin(), config.cipher_suites.end(), is_open);
  if (found == config.cipher_suites.end()) return;
  draft.refuse(Wrong::incompatible, {"ciphers", "verify"},
               std::string("ciphers: ") + find_suite(*found)->rfc_name() +
                   " has no certificate that verify_peer could verify");
}

// check_suites keeps those that some version can choose, and refuses a version that is left without.
void check_suites(Draft& draft) {
  Config& config = draft.config;
  if (config.cipher_suites.empty()) {  // not given, or refused already
    config.cipher_suites = default_suites_of(config.versions);
    return;
  }
  const auto usable_by = [&](CipherSuite suite) {
    return std::any_of(config.versions.begin(), config.versions.end(),
                       [&](Version version) { return usable_in(*find_suite(suite), version); });
  };
  std::erase_if(config.cipher_suites,
                [&](CipherSuite suite) { return !has_what_it_needs(config, find_suite(suite)->key_exchange); });
  refuse_unverifiable(draft);
  // Versions that nobody has asked for go where the suites leave nothing of them.
  const auto has_suite = [&](Version version) {
    return std::any_of(config.cipher_suites.begin(), config.cipher_suites.end(),
                       [&](CipherSuite suite) { return usable_in(*find_suite(suite), version); });
  };
  if (!draft.has("versions") && std::any_of(config.versions.begin(), config.versions.end(), has_suite))
    std::erase_if(config.versions, [&](Version version) { return !has_suite(version); });
  for (auto version : config.versions) {
    if (has_suite(version)) continue;
    draft.refuse(Wrong::incompatible, {"ciphers", "versions"},
                 "ciphers: leaves no cipher suite for " + std::string(name(version)));
  }
  std::erase_if(config.cipher_suites, [&](CipherSuite suite) { return !usable_by(suite); });
}

void check_schemes(Draft& draft) {
  const Config& config = draft.config;
  const bool has_13 = std::count(config.versions.begin(), config.versions.end(), Version::tls13) > 0;
  if (!has_13 || std::any_of(config.signature_algs.begin(), config.signature_algs.end(), allowed_in_tls13)) return;
  draft.refuse(Wrong::value, {"signature_algs"},
               "signature_algs: no_supported_algorithms: none of them may sign in tlsv1.3");
}

// ---- groups ----

// classical_half is the group that a hybrid has inside, whose share costs little more.
std::optional<NamedGroup> classical_half(NamedGroup hybrid) {
  switch (hybrid) {
    case NamedGroup::x25519mlkem768:
      return NamedGroup::x25519;
    case NamedGroup::secp256r1mlkem768:
      return NamedGroup::secp256r1;
    case NamedGroup::secp384r1mlkem1024:
      return NamedGroup::secp384r1;
    default:
      return {};
  }
}

void choose_key_shares(Draft& draft) {
  Config& config = draft.config;
  const auto& groups = config.supported_groups;
  const auto is_supported = [&](NamedGroup group) {
    return std::find(groups.begin(), groups.end(), group) != groups.end();
  };
  if (config.role != Role::client || groups.empty()) return;
  if (!draft.has("psk_groups")) {
    config.key_share_groups = {groups.front()};
    const auto half = classical_half(groups.front());
    if (half && is_supported(*half)) config.key_share_groups.push_back(*half);
    return;
  }
  for (auto group : config.key_share_groups) {
    if (is_supported(group)) continue;
    draft.refuse(Wrong::incompatible, {"psk_groups", "supported_groups"},
                 "psk_groups: \"" + std::string(name(group)) + "\" is not among the supported_groups");
  }
}

void check_eccs(Draft& draft) {
  const auto& eccs = draft.config.eccs;
  if (!eccs) return;
  static constexpr NamedGroup usable[] = {NamedGroup::x25519, NamedGroup::x448, NamedGroup::secp256r1,
                                          NamedGroup::secp384r1, NamedGroup::secp521r1};
  for (auto group : *eccs) {
    if (std::find(std::begin(usable), std::end(usable), group) != std::end(usable)) continue;
    draft.refuse(Wrong::value, {"eccs"}, "eccs: \"" + std::string(name(group)) + "\" is no curve of tlsv1.2");
  }
}

// dh_params_from_file gives the DER of the first DHParameter, from PEM or DER.
Result<ByteString> dh_params_from_file(const std::string& path) {
  const SecretBytes content = TRY(read_file(path));
  if (!content.empty() && content.bytes()[0] == 0x30) return copy(content);  // SEQUENCE
  for (const auto& block : TRY(parse_pem(as_text(content))))
    if (block.label == "DH PARAMETERS") return copy(block.data);
  return Error(Reason::BAD_FILE, "no DH PARAMETERS");
}

// load_dh: `dh` goes before `dhfile`.
void load_dh(Draft& draft) {
  const char* const option = draft.dh ? "dh" : "dhfile";
  if (!draft.dh && draft.dhfile) {
    auto der = dh_params_from_file(*draft.dhfile);
    if (!der) return refuse_error(draft, option, der.error());
    draft.dh = *std::move(der);
  }
  if (!draft.dh) return;
  auto params = parse_dh_params(*draft.dh);
  if (!params) return refuse_error(draft, option, params.error());
  if (auto sound = check_dh_params(*params); !sound) return refuse_error(draft, option, sound.error());
  draft.config.dh = std::make_shared<const DhParams>(*std::move(params));
}

// ---- sessions ----

bool is_stateless(SessionTickets tickets) {
  return tickets == SessionTickets::stateless || tickets == SessionTickets::stateless_with_cert;
}

void check_tickets(Draft& draft) {
  const Config& config = draft.config;
  const bool has_13 = std::count(config.versions.begin(), config.versions.end(), Version::tls13) > 0;
  if (config.session_tickets != SessionTickets::disabled && has_13)
    draft.refuse(Wrong::unsupported, {"session_tickets", "versions"},
                 "session_tickets: those of tlsv1.3 are not supported by this release");
  if (!draft.ticket_seeds.empty() && !is_stateless(config.session_tickets))
    draft.refuse(Wrong::incompatible, {"stateless_tickets_seed", "session_tickets"},
                 "stateless_tickets_seed: is for \"session_tickets\": \"stateless\"");
}

// provide_sessions says where sessions are kept. A server's live on in what is made of its config.
void provide_sessions(Draft& draft, const Config* earlier) {
  Config& config = draft.config;
  const Variables settings = variables();
  config.session_lifetime = settings.session_lifetime;
  config.ticket_lifetime = std::min(settings.server_session_ticket_lifetime, settings.session_lifetime);
  config.max_client_sessions = settings.session_cache_client_max;
  if (config.role == Role::client) {
    config.client_sessions = ClientSessions::process();
    return;
  }
  config.session_store = earlier && earlier->session_store
                             ? earlier->session_store
                             : std::make_shared<MemoryStore>(settings.session_cache_server_max);
  if (!is_stateless(config.session_tickets)) return;
  if (!draft.ticket_seeds.empty()) {
    config.ticket_keys =
        std::make_shared<TicketKeys>(TicketUse::tls12, std::move(draft.ticket_seeds), config.ticket_lifetime);
  } else if (earlier && earlier->ticket_keys) {
    config.ticket_keys = earlier->ticket_keys;
  } else if (auto keys = TicketKeys::with_random_seed(TicketUse::tls12, config.ticket_lifetime, system_rng())) {
    config.ticket_keys = *std::move(keys);
  }
}

// ---- names, sockets ----

void check_sni(Draft& draft) {
  if (!draft.has("sni_hosts") || !draft.has("sni_fun")) return;
  draft.refuse(Wrong::incompatible, {"sni_fun", "sni_hosts"}, "sni_fun and sni_hosts exclude each other");
}

void check_address(Draft& draft) {
  const SocketOptions& socket = draft.config.socket;
  const bool is_ipv4 = socket.ip && parse_ip(*socket.ip).value_or(ByteString()).size() == 4;
  if (!socket.inet6 || !is_ipv4) return;
  draft.refuse(Wrong::incompatible, {"ip", "inet6"}, "ip: an IPv4 address does not go with inet6");
}

}  // namespace

void Draft::refuse(OptionProblem::Reason reason, std::initializer_list<const char*> names, std::string message) {
  std::vector<OptionProblem::Named> options;
  for (const char* name : names) options.push_back({name, has(name) ? shown(name, given[name]) : ""});
  problems.push_back({reason, std::move(options), std::move(message), {}});
}

void check_config(Draft& draft) {
  check_address(draft);
  check_has_certificate(draft);
}

void apply_rules(Draft& draft, const Config* reuse, const Config* earlier) {
  check_verification(draft);
  check_suites(draft);
  check_schemes(draft);
  check_tickets(draft);
  check_eccs(draft);
  load_dh(draft);
  check_sni(draft);
  choose_key_shares(draft);
  if (reuse) {
    draft.config.anchors = reuse->anchors;
    draft.config.credentials = reuse->credentials;
  } else {
    load_anchors(draft);
    load_credentials(draft);
  }
  check_credentials_can_sign(draft);
  check_config(draft);
  if (draft.problems.empty()) provide_sessions(draft, earlier);
}

}  // namespace tlsock
