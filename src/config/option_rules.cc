// Defaults that depend on other options, and combinations that are refused.
#include <algorithm>

#include "config/option_draft.h"
#include "config/option_problems.h"
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
  const bool has_one = !config.credentials.empty() || was_tried;
  if (config.role != Role::server || !draft.request.need_certificate || may_get_one || has_one) return;
  draft.problems.push_back(
      {Wrong::missing,
       {{"certs_keys", ""}},
       "cert_and_key_required: a server needs a certificate and its key (certs_keys, or certfile and "
       "keyfile), unless sni_hosts, sni_fun or \"handshake\": \"hello\" brings one later",
       {}});
}

// ---- versions, suites, schemes ----

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
  for (auto version : config.versions) {
    const bool has_one = std::any_of(config.cipher_suites.begin(), config.cipher_suites.end(),
                                     [&](CipherSuite suite) { return usable_in(*find_suite(suite), version); });
    if (has_one) continue;
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

void apply_rules(Draft& draft, const Config* reuse) {
  check_verification(draft);
  check_suites(draft);
  check_schemes(draft);
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
}

}  // namespace tlsock
