// Lists are compared as lists of names. One that the peer has not told is null: a server tells choices, never lists.
#include "capi/explain.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "capi/error.h"
#include "handshake/negotiate_12.h"
#include "x509/host_name.h"

namespace tlsock::capi {
namespace {

using Json = nlohmann::ordered_json;
using Names = std::vector<std::string>;

// Values without a name (GREASE, what others register) are told by their number: they explain as well as any.
template <class T>
std::string name_of(T value) {
  const std::string_view known = name(value);
  if (!known.empty()) return std::string(known);
  std::uint8_t number[2];
  store_be(number, static_cast<std::uint16_t>(value));
  return "0x" + to_hex(number);
}
std::string name_of(const std::string& value) { return value; }

template <class T>
Names names_of_all(const std::vector<T>& values) {
  Names names;
  for (const T& value : values) names.push_back(name_of(value));
  return names;
}

template <class T>
Json chosen(const std::optional<T>& value) {
  return value ? Json(name_of(*value)) : Json();
}

// choices_of is what a server tells of its lists.
Offers choices_of(const Negotiated& negotiated) {
  Offers choices;
  if (negotiated.version) choices.versions = {*negotiated.version};
  if (negotiated.cipher_suite) choices.cipher_suites = {*negotiated.cipher_suite};
  if (negotiated.group) choices.groups = {*negotiated.group};
  return choices;
}

class Explanation {
 public:
  explicit Explanation(const Connection& connection)
      : connection_(connection),
        negotiated_(connection.negotiated()),
        own_(connection.config()),
        peer_(negotiated_.peer_offers ? *negotiated_.peer_offers : choices_of(negotiated_)) {}

  std::string json() {
    const auto error = connection_.error();
    const bool connected = negotiated_.version && !error && std::string_view(connection_.state_name()) == "connection";
    object_["role"] = connection_.role() == Role::client ? "client" : "server";
    object_["state"] = connection_.state_name();
    object_["connected"] = connected;
    object_["hello_retry"] = negotiated_.hello_retry;
    compare("versions", own_.versions, &Offers::versions, chosen(negotiated_.version));
    compare("cipher_suites", own_suites(), &Offers::cipher_suites, chosen(negotiated_.cipher_suite));
    compare("groups", is_older() ? groups_12(own_) : own_.supported_groups, &Offers::groups, chosen(negotiated_.group));
    compare("signature_schemes", own_.signature_algs, &Offers::signature_schemes, scheme());
    signing();
    compare("alpn", own_.alpn, &Offers::alpn, negotiated_.alpn.empty() ? Json() : Json(negotiated_.alpn));
    server_names(error);
    if (error) {
      authorities(*error);
      client_certificate(*error);
      peers_verdict(*error);
    }
    object_["first_empty"] = first_empty_.empty() ? Json() : Json(first_empty_);
    if (error) {
      const Scene scene{connection_.role(), connection_.state_name()};
      object_["error"] = Json::parse(error_json(*error, &scene), nullptr, false);
    }
    return object_.dump(-1, ' ', false, Json::error_handler_t::replace);
  }

 private:
  template <class T>
  void compare(const char* what, const std::vector<T>& own, std::vector<T> Offers::* member, Json choice) {
    std::optional<Names> peer;
    const auto& told = peer_.*member;
    if (negotiated_.peer_offers || !told.empty()) peer = names_of_all(told);
    compare_names(what, names_of_all(own), peer, std::move(choice));
  }

  // ALPN is voluntary: two sides of which one has no list do not disagree (RFC 7301 §3.2).
  void compare_names(const char* what, const Names& own, const std::optional<Names>& peer, Json choice) {
    Json& part = object_[what];
    part["own"] = own;
    part["peer"] = peer ? Json(*peer) : Json();
    Json common = Json::array();
    if (peer)
      for (const std::string& each : own)
        if (std::find(peer->begin(), peer->end(), each) != peer->end()) common.push_back(each);
    const bool voluntary = what == std::string_view("alpn") && (own.empty() || !peer || peer->empty());
    if (peer && common.empty() && !voluntary) is_empty(what);
    part["common"] = peer ? std::move(common) : Json();
    part["chosen"] = std::move(choice);
  }

  bool is_older() const { return negotiated_.version && *negotiated_.version != Version::tls13; }

  // own_suites are those that could be chosen in the version.
  std::vector<CipherSuite> own_suites() const {
    if (!negotiated_.version) return own_.cipher_suites;
    std::vector<CipherSuite> usable;
    std::copy_if(own_.cipher_suites.begin(), own_.cipher_suites.end(), std::back_inserter(usable),
                 [&](CipherSuite suite) { return usable_in(*find_suite(suite), *negotiated_.version); });
    return usable;
  }

  bool can_sign(const KeyInfo& key, SignatureScheme scheme) const {
    return is_older() ? fits_12(key, scheme) : allowed_in_tls13(scheme) && fits(key, scheme);
  }

  Json scheme() const {
    const bool by_peer = negotiated_.peer_signature_scheme.has_value();
    return chosen(by_peer ? negotiated_.peer_signature_scheme : negotiated_.own_signature_scheme);
  }

  // signing compares what a server's own keys can sign with to what the client takes: allowed is not able.
  void signing() {
    if (connection_.role() != Role::server || !negotiated_.peer_offers) return;
    Names able;
    for (const SignatureScheme scheme : own_.signature_algs)
      for (const Credential& credential : own_.credentials)
        if (credential.key && can_sign(credential.key->info(), scheme)) {
          able.push_back(name_of(scheme));
          break;
        }
    compare_names("signing", able, names_of_all(peer_.signature_schemes),
                  chosen(negotiated_.own_signature_scheme));
  }

  // server_names puts the name that was meant beside the names of the certificate that came, or of our own if the peer
  // refused it.
  void server_names(const std::optional<Error>& error) {
    Json& part = object_["server_names"];
    const std::string& meant = negotiated_.host.empty() ? negotiated_.server_name : negotiated_.host;
    part["requested"] = meant.empty() ? Json() : Json(meant);
    const Certificate* leaf = leaf_in_question(error);
    part["certificate"] = leaf ? Json(tlsock::names_of(*leaf)) : Json();
    const bool client = connection_.role() == Role::client;
    const bool checked = !client || (own_.verify_peer && own_.host_check != HostCheck::none);
    if (!leaf || meant.empty() || !checked) return;
    const bool fit = matches_host(*leaf, meant, client ? own_.host_matching() : HostMatching::https);
    part["match"] = fit;
    if (!fit) is_empty("server_names");
  }

  const Certificate* leaf_in_question(const std::optional<Error>& error) const {
    if (connection_.role() == Role::client)
      return negotiated_.peer_chain.empty() ? nullptr : negotiated_.peer_chain.front().get();
    const auto& own = own_.credentials;
    const bool refused = error && error->reason == Reason::PEER_ALERT && error->alert == Alert::bad_certificate;
    return refused && !own.empty() ? own.front().chain.front().get() : nullptr;
  }

  // authorities tells whose signature leads nowhere: unknown_ca is said by the side that looked for an anchor.
  void authorities(const Error& error) {
    if (error.alert != Alert::unknown_ca) return;
    const bool ours = error.reason == Reason::PEER_ALERT;
    const auto& credentials = own_.credentials;
    const auto& anchors = own_.anchors;
    const CertificatePtr last = !ours && !negotiated_.peer_chain.empty() ? negotiated_.peer_chain.back()
                                : ours && !credentials.empty()           ? credentials.front().chain.back()
                                                                         : nullptr;
    object_["authorities"] = {{"issuer", last ? Json(name_text(last->issuer())) : Json()},
                              {"trusted", ours || !anchors ? Json() : Json(anchors->anchors().size())}};
    is_empty("authorities");
  }

  void client_certificate(const Error& error) {
    if (error.alert != Alert::certificate_required) return;
    object_["client_certificate"] = {{"requested", negotiated_.client_certificate_requested}, {"sent", false}};
    is_empty("client_certificate");
  }

  // peers_verdict: where the peer alone knows both lists, its alert may tell which were disjoint (RFC 8446 §6.2); one
  // that says no more than "failure" leaves several.
  void peers_verdict(const Error& error) {
    if (error.reason != Reason::PEER_ALERT) return;
    if (error.alert == Alert::protocol_version) is_empty("versions");
    if (error.alert == Alert::no_application_protocol) is_empty("alpn");
    if (error.alert == Alert::unrecognized_name) is_empty("server_names");
    if (error.alert == Alert::handshake_failure && first_empty_.empty())
      object_["possible"] = {"cipher_suites", "groups", "signing"};
  }

  void is_empty(const char* what) {
    if (first_empty_.empty()) first_empty_ = what;
  }

  const Connection& connection_;
  const Negotiated& negotiated_;
  const Config& own_;
  const Offers peer_;
  Json object_ = Json::object();
  std::string first_empty_;
};

}  // namespace

std::string explain(const Connection& connection) {
  const bool over = connection.negotiated().version || connection.error();
  return over ? Explanation(connection).json() : std::string();
}

}  // namespace tlsock::capi
