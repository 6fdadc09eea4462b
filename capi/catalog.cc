// What there is: versions, cipher suites, groups and schemes, as Erlang's ssl tells them; the exported functions of the
// header's last chapter.
#include <algorithm>
#include <array>
#include <functional>

#include "capi/arguments.h"
#include "crypto/key_exchange.h"
#include "crypto/signature.h"
#include "crypto/suites.h"
#include "handshake/negotiate_12.h"

using namespace tlsock;
using namespace tlsock::capi;

namespace {

using Problem = OptionProblem::Reason;

// ---- suites as JSON ----

constexpr std::array<std::string_view, 4> part_names = {"key_exchange", "cipher", "mac", "prf"};

std::string_view part_of(const SuiteInfo& suite, std::string_view name) {
  return name == "key_exchange" ? suite.key_exchange_name()
         : name == "cipher"     ? suite.cipher_name()
         : name == "mac"        ? suite.mac_name()
                                : suite.prf_name();
}

const SuiteInfo* find_suite_by_object(const Json& object) {
  if (object.size() != part_names.size()) return nullptr;
  for (const SuiteInfo& suite : all_suites()) {
    const bool equal = std::all_of(part_names.begin(), part_names.end(), [&](std::string_view part) {
      const auto value = object.find(std::string(part));
      return value != object.end() && value->is_string() &&
             value->get_ref<const std::string&>() == part_of(suite, part);
    });
    if (equal) return &suite;
  }
  return nullptr;
}

const SuiteInfo* suite_of(const Json& json) {
  if (json.is_string()) return find_suite_by_name(json.get_ref<const std::string&>());
  return json.is_object() ? find_suite_by_object(json) : nullptr;
}

// A suite of a list, in the form in which it was given.
struct Listed {
  const SuiteInfo* suite;
  Json form;
};

tls_status refuse_suite(const char* argument, const Json& json) {
  return fail_option(Problem::value, argument, write_json(json), "not a cipher suite that is supported");
}

tls_status read_list(const char* argument, const Json& root, std::vector<Listed>& list) {
  if (!root.is_array()) return fail_option(Problem::type, argument, {}, "not an array of cipher suites");
  for (const Json& item : root) {
    const SuiteInfo* suite = suite_of(item);
    if (!suite) return refuse_suite(argument, item);
    list.push_back({suite, item});
  }
  return TLS_OK;
}

tls_status read_list(const char* argument, const char* json, std::vector<Listed>& list) {
  JsonDocument document;
  TLSOCK_CHECK(read_document(argument, json, document));
  return read_list(argument, document.root, list);
}

tls_status give_list(const std::vector<Listed>& list, char** out) {
  Json array = Json::array();
  for (const Listed& each : list) array.push_back(each.form);
  return give(write_json(array), out);
}

bool contains(const std::vector<Listed>& list, const SuiteInfo* suite) {
  return std::any_of(list.begin(), list.end(), [&](const Listed& each) { return each.suite == suite; });
}

// ---- filters ----

bool holds(const Json& rule, std::string_view part) {
  if (rule.is_string()) return rule.get_ref<const std::string&>() == part;
  return std::any_of(rule.begin(), rule.end(), [&](const Json& each) { return holds(each, part); });
}

bool passes(const SuiteInfo& suite, const Json& filter) {
  for (const auto& [name, rule] : filter.items()) {
    const bool negated = rule.is_object();
    if (holds(negated ? rule["not"] : rule, part_of(suite, name)) == negated) return false;
  }
  return true;
}

bool is_names(const Json& json) {
  return json.is_string() ||
         (json.is_array() && std::all_of(json.begin(), json.end(), [](const Json& each) { return each.is_string(); }));
}

tls_status check_filter(const char* argument, const Json& filter) {
  if (!filter.is_object()) return fail_option(Problem::type, argument, {}, "not a filter object");
  for (const auto& [name, rule] : filter.items()) {
    if (std::find(part_names.begin(), part_names.end(), name) == part_names.end())
      return fail_option(Problem::unknown, name, {}, name + ": not a part of a cipher suite");
    const bool negated = rule.is_object() && rule.size() == 1 && rule.contains("not") && is_names(rule["not"]);
    if (!negated && !is_names(rule))
      return fail_option(Problem::value, name, write_json(rule),
                         name + R"(: neither a list of names nor {"not": list})");
  }
  return TLS_OK;
}

// chosen_from gives the suites to be moved: a list that is taken as it is, or those of `list` that pass a filter.
tls_status chosen_from(const std::vector<Listed>& list, const char* argument, const char* json,
                       std::vector<Listed>& chosen) {
  JsonDocument document;
  TLSOCK_CHECK(read_document(argument, json, document));
  if (!document.root.is_object()) return read_list(argument, document.root, chosen);
  TLSOCK_CHECK(check_filter(argument, document.root));
  for (const Listed& each : list)
    if (passes(*each.suite, document.root)) chosen.push_back(each);
  return TLS_OK;
}

enum class End { head, tail };

tls_status move_suites(const char* argument, const char* moved_json, const char* suites_json, End end, char** out) {
  std::vector<Listed> list, moved, rest, result;
  TLSOCK_CHECK(read_list("suites_json", suites_json, list));
  TLSOCK_CHECK(chosen_from(list, argument, moved_json, moved));
  for (const Listed& each : list)
    if (!contains(moved, each.suite)) rest.push_back(each);
  const auto& first = end == End::head ? moved : rest;
  const auto& second = end == End::head ? rest : moved;
  for (const auto* part : {&first, &second})
    for (const Listed& each : *part)
      if (!contains(result, each.suite)) result.push_back(each);
  return give_list(result, out);
}

// ---- versions ----

tls_status read_version(const char* text, Version& version) {
  const auto parsed = parse<Version>(view(text));
  if (!parsed) return fail_option(Problem::value, "version", write_json(view(text)), "not a version");
  if (*parsed > Version::tls13) return fail_unsupported(std::string(text) + ": not done by this version of the library");
  version = *parsed;
  return TLS_OK;
}

tls_status refuse_description(const char* description) {
  return fail_option(Problem::value, "description", write_json(view(description)), "not a description of a list");
}

constexpr std::string_view descriptions[] = {"default", "all", "anonymous", "exclusive", "exclusive_anonymous"};

// came_with tells the suites of a version that no older one can use. TLS 1.1 brought none.
bool came_with(const SuiteInfo& suite, Version version) {
  if (version == Version::tls12) return suite.needs_tls12();
  return version != Version::tls11;
}

std::vector<const SuiteInfo*> suites_by_description(std::string_view description, Version version) {
  std::vector<const SuiteInfo*> suites;
  if (description == "default") {
    for (const CipherSuite suite : default_suites_of(std::array{version})) suites.push_back(find_suite(suite));
    return suites;
  }
  const bool anonymous = description.ends_with("anonymous"), exclusive = description.starts_with("exclusive");
  for (const SuiteInfo& suite : all_suites())
    if (usable_in(suite, version) && suite.is_anonymous() == anonymous && (!exclusive || came_with(suite, version)))
      suites.push_back(&suite);
  return suites;
}

template <class T>
Json names_of(std::span<const T> values, bool (*belongs)(T) = [](T) { return true; }) {
  Json list = Json::array();
  for (const T value : values)
    if (belongs(value)) list.push_back(name(value));
  return list;
}

// What of a suite tls_suite_to_str and its like tell.
tls_status give_name(const char* suite_json, auto which, char** out) {
  JsonDocument document;
  TLSOCK_CHECK(read_document("suite_json", suite_json, document));
  const SuiteInfo* suite = suite_of(document.root);
  return suite ? give(std::invoke(which, *suite), out) : refuse_suite("suite_json", document.root);
}

}  // namespace

tls_status tls_versions(char** json) {
  return guarded([&]() -> tls_status {
    TLSOCK_NEED(json);
    *json = nullptr;
    const Json usual = {name(Version::tls13)};
    const Json done = {name(Version::tls13), name(Version::tls12), name(Version::tls11), name(Version::tls10)};
    const Json none = Json::array();
    return give(write_json({{"ssl_app", TLSOCK_VERSION},
                            {"supported", usual},
                            {"supported_dtls", none},
                            {"available", done},
                            {"available_dtls", none},
                            {"implemented", done},
                            {"implemented_dtls", none}}),
                json);
  });
}

tls_status tls_cipher_suites(const char* description, const char* version, const char* format, char** suites_json) {
  return guarded([&]() -> tls_status {
    TLSOCK_NEED(suites_json);
    *suites_json = nullptr;
    TLSOCK_NEED(description);
    TLSOCK_NEED(version);
    Version chosen{};
    TLSOCK_CHECK(read_version(version, chosen));
    const std::string_view form = view(format);
    if (format && form != "rfc" && form != "openssl")
      return fail_option(Problem::value, "format", write_json(form), R"(neither "rfc" nor "openssl")");
    if (std::ranges::find(descriptions, view(description)) == std::end(descriptions))
      return refuse_description(description);
    Json list = Json::array();
    for (const SuiteInfo* suite : suites_by_description(description, chosen))
      list.push_back(!format ? suite_json(*suite) : Json(form == "rfc" ? suite->rfc_name() : suite->openssl_name));
    return give(write_json(list), suites_json);
  });
}

tls_status tls_filter_cipher_suites(const char* suites_json, const char* filters_json, char** out_json) {
  return guarded([&]() -> tls_status {
    TLSOCK_NEED(out_json);
    *out_json = nullptr;
    TLSOCK_NEED(suites_json);
    std::vector<Listed> list, kept;
    JsonDocument filter;
    TLSOCK_CHECK(read_list("suites_json", suites_json, list));
    TLSOCK_CHECK(read_document("filters_json", filters_json, filter));
    TLSOCK_CHECK(check_filter("filters_json", filter.root));
    for (const Listed& each : list)
      if (passes(*each.suite, filter.root)) kept.push_back(each);
    return give_list(kept, out_json);
  });
}

tls_status tls_prepend_cipher_suites(const char* preferred_json, const char* suites_json, char** out_json) {
  return guarded([&]() -> tls_status {
    TLSOCK_NEED(out_json);
    *out_json = nullptr;
    TLSOCK_NEED(preferred_json);
    TLSOCK_NEED(suites_json);
    return move_suites("preferred_json", preferred_json, suites_json, End::head, out_json);
  });
}

tls_status tls_append_cipher_suites(const char* deferred_json, const char* suites_json, char** out_json) {
  return guarded([&]() -> tls_status {
    TLSOCK_NEED(out_json);
    *out_json = nullptr;
    TLSOCK_NEED(deferred_json);
    TLSOCK_NEED(suites_json);
    return move_suites("deferred_json", deferred_json, suites_json, End::tail, out_json);
  });
}

tls_status tls_suite_to_str(const char* suite_json, char** name) {
  return guarded([&]() -> tls_status {
    TLSOCK_NEED(name);
    *name = nullptr;
    TLSOCK_NEED(suite_json);
    return give_name(suite_json, &SuiteInfo::rfc_name, name);
  });
}

tls_status tls_suite_to_openssl_str(const char* suite_json, char** name) {
  return guarded([&]() -> tls_status {
    TLSOCK_NEED(name);
    *name = nullptr;
    TLSOCK_NEED(suite_json);
    return give_name(suite_json, &SuiteInfo::openssl_name, name);
  });
}

tls_status tls_str_to_suite(const char* name, char** out_json) {
  return guarded([&]() -> tls_status {
    TLSOCK_NEED(out_json);
    *out_json = nullptr;
    TLSOCK_NEED(name);
    TLSOCK_CHECK(check_text("name", name));
    const SuiteInfo* suite = find_suite_by_name(name);
    return suite ? give(write_json(suite_json(*suite)), out_json) : refuse_suite("name", Json(name));
  });
}

tls_status tls_groups(const char* description, char** json) {
  return guarded([&]() -> tls_status {
    TLSOCK_NEED(json);
    *json = nullptr;
    const std::string_view which = description ? description : "all";
    if (which != "all" && which != "default") return refuse_description(description);
    return give(write_json(names_of(which == "all" ? supported_groups() : default_groups())), json);
  });
}

tls_status tls_eccs(const char* version, char** json) {
  return guarded([&]() -> tls_status {
    TLSOCK_NEED(json);
    *json = nullptr;
    Version chosen = Version::tls12;
    if (version) TLSOCK_CHECK(read_version(version, chosen));
    if (chosen == Version::tls13)
      return fail_option(Problem::version, "version", write_json(view(version)), "TLS 1.3 has groups: tls_groups");
    return give(write_json(names_of(supported_groups(), is_ecdhe_group)), json);
  });
}

tls_status tls_signature_algs(const char* description, const char* version, char** json) {
  return guarded([&]() -> tls_status {
    TLSOCK_NEED(json);
    *json = nullptr;
    TLSOCK_NEED(description);
    TLSOCK_NEED(version);
    Version chosen{};
    TLSOCK_CHECK(read_version(version, chosen));
    const std::string_view which = description;
    if (which != "default" && which != "all" && which != "exclusive") return refuse_description(description);
    if (chosen < Version::tls12)
      return fail_option(Problem::version, "version", write_json(view(version)), "has no signature schemes to choose");
    const auto schemes = which == "default" ? default_schemes() : supported_schemes();
    return give(write_json(chosen == Version::tls13 ? names_of(schemes) : names_of(schemes, allowed_in_tls12)), json);
  });
}
