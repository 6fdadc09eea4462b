// The items of connection information: one table row each.
#include "connection/info.h"

#include <algorithm>

#include "config/json_text.h"
#include "crypto/encoding.h"

namespace tlsock {
namespace {

// A null item is one that has no value: it is left out.
using Source = const InfoSource&;

bool is_decided(Source source) { return source.negotiated.version.has_value(); }

template <class T>
Json name_of(const std::optional<T>& value) {
  return value ? json_name(*value) : Json();
}

Json protocol(Source source) { return name_of(source.negotiated.version); }

Json session_id(Source source) {
  if (!is_decided(source) || source.negotiated.session_id.empty()) return nullptr;
  return to_hex(source.negotiated.session_id);
}

Json session_resumption(Source source) {
  return is_decided(source) ? Json(source.negotiated.session_resumed) : Json();
}

Json session_data(Source source) {
  return source.session ? Json(base64_encode(encode_session(*source.session))) : Json();
}

Json selected_cipher_suite(Source source) {
  const auto& suite = source.negotiated.cipher_suite;
  const SuiteInfo* row = suite ? find_suite(*suite) : nullptr;
  if (!row) return nullptr;
  return suite_json(*row);
}

Json selected_group(Source source) { return name_of(source.negotiated.group); }

Json sni_hostname(Source source) {
  return source.negotiated.server_name.empty() ? Json() : json_bytes(as_bytes(source.negotiated.server_name));
}

Json srp_username(Source source) {
  const auto& suite = source.negotiated.cipher_suite;
  const SuiteInfo* row = suite ? find_suite(*suite) : nullptr;
  return row && uses_srp(row->key_exchange) ? json_bytes(as_bytes(source.negotiated.user)) : Json();
}

Json ecc(Source source) {
  const auto& negotiated = source.negotiated;
  if (!negotiated.group || negotiated.version == Version::tls13) return nullptr;
  return {{"named_curve", json_name(*negotiated.group)}};
}

Json max_fragment_length(Source source) {
  const auto& length = source.negotiated.max_fragment_length;
  return length ? Json(*length) : Json();
}

Json record_size_limit(Source source) {
  const auto& limit = source.negotiated.record_size_limit;
  return limit ? Json(*limit) : Json();
}

Json alpn(Source source) {
  return source.negotiated.alpn.empty() ? Json() : json_bytes(as_bytes(source.negotiated.alpn));
}

Json peer_cert_sha256(Source source) {
  const auto& chain = source.negotiated.peer_chain;
  if (chain.empty()) return nullptr;
  return to_hex(Hash::of(HashAlgorithm::sha256, {chain.front()->der()}));
}

Json signature_scheme(Source source) { return name_of(source.negotiated.peer_signature_scheme); }
Json own_signature_scheme(Source source) { return name_of(source.negotiated.own_signature_scheme); }
Json verified(Source source) { return is_decided(source) ? Json(source.negotiated.verified) : Json(); }
Json hello_retry(Source source) { return is_decided(source) ? Json(source.negotiated.hello_retry) : Json(); }
Json early_data(Source source) { return is_decided(source) ? Json("not_sent") : Json(); }

Json key_updates(Source source) {
  return {{"sent", source.counters.key_updates_sent.value()},
          {"received", source.counters.key_updates_received.value()}};
}

Json bytes_in(Source source) { return source.counters.bytes_received.value(); }
Json bytes_out(Source source) { return source.counters.bytes_sent.value(); }

Json client_random(Source source) {
  return is_decided(source) ? Json(to_hex(source.negotiated.client_random)) : Json();
}
Json server_random(Source source) {
  return is_decided(source) ? Json(to_hex(source.negotiated.server_random)) : Json();
}

Json options(Source source) {
  JsonDocument document;
  if (read_json(source.config.effective_options, document, source.config.effective_options.size()))
    return Json::object();
  return std::move(document.root);
}

// absent is for items that other versions, or later releases, have values for.
Json absent(Source) { return nullptr; }

struct Item {
  const char* name;
  bool only_when_named;  // secrets, and what is long
  Json (*value)(Source);
};

constexpr Item items[] = {
    {"protocol", false, protocol},
    {"session_id", false, session_id},
    {"session_resumption", false, session_resumption},
    {"selected_cipher_suite", false, selected_cipher_suite},
    {"selected_group", false, selected_group},
    {"sni_hostname", false, sni_hostname},
    {"max_fragment_length", false, max_fragment_length},
    {"record_size_limit", false, record_size_limit},
    {"alpn", false, alpn},
    {"peer_cert_sha256", false, peer_cert_sha256},
    {"signature_scheme", false, signature_scheme},
    {"own_signature_scheme", false, own_signature_scheme},
    {"verified", false, verified},
    {"hello_retry", false, hello_retry},
    {"early_data", false, early_data},
    {"key_updates", false, key_updates},
    {"bytes_in", false, bytes_in},
    {"bytes_out", false, bytes_out},
    {"ecc", false, ecc},
    {"srp_username", false, srp_username},
    {"ticket_age", false, absent},
    {"ech", false, absent},
    {"cert_type", false, absent},
    {"dtls", false, absent},
    {"client_random", true, client_random},
    {"server_random", true, server_random},
    {"options", true, options},
    {"session_data", true, session_data},
    {"master_secret", true, absent},
    {"keylog", true, absent},
};

void add(Json& info, const Item& item, Source source) {
  Json value = item.value(source);
  if (!value.is_null()) info[item.name] = std::move(value);
}

// add_named gives the name that is not known, if there is one.
std::optional<std::string> add_named(Json& info, const Json& names, Source source) {
  for (const auto& name : names) {
    if (!name.is_string()) return write_json(name);
    const auto item =
        std::find_if(std::begin(items), std::end(items), [&](const Item& each) { return name == each.name; });
    if (item == std::end(items)) return name.get<std::string>();
    add(info, *item, source);
  }
  return {};
}

}  // namespace

std::string info_json(const InfoSource& source, std::string_view items_json, std::string& unknown) {
  Json info = Json::object();
  if (items_json.empty()) {
    for (const auto& item : items) {
      if (!item.only_when_named) add(info, item, source);
    }
    return write_json(info);
  }
  JsonDocument names;
  const bool is_list = !read_json(items_json, names) && names.root.is_array();
  if (!is_list) {
    unknown = "(not a JSON array of names)";
    return {};
  }
  if (auto name = add_named(info, names.root, source)) {
    unknown = std::move(*name);
    return {};
  }
  return write_json(info);
}

std::string info_json(const Connection& connection, std::string_view items_json, std::string& unknown) {
  return info_json({connection.config(), connection.negotiated(), connection.counters(), connection.session()}, items_json, unknown);
}

std::string peercert_json(const Negotiated& negotiated) {
  if (negotiated.peer_chain.empty()) return {};
  Json chain = Json::array();
  for (const auto& certificate : negotiated.peer_chain) chain.push_back(base64_encode(certificate->der()));
  return write_json({{"leaf", chain.front()}, {"chain", chain}});
}

std::string peercert_json(const Connection& connection) { return peercert_json(connection.negotiated()); }

}  // namespace tlsock
