// Texts are checked for UTF-8 here once, so that nothing below has to wonder.
#include "capi/arguments.h"

#include <cstring>

#include "crypto/rng.h"
#include "x509/host_name.h"

namespace tlsock::capi {
namespace {

// The length of the well-formed sequence at the front (RFC 3629 §4), or 0.
std::size_t utf8_sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };
  const auto in = [&](std::size_t i, unsigned low, unsigned high) { return byte(i) >= low && byte(i) <= high; };
  if (byte(0) < 0x80) return 1;
  if (in(0, 0xc2, 0xdf)) return tail(1) ? 2 : 0;
  if (in(0, 0xe0, 0xef)) {
    const bool second = byte(0) == 0xe0 ? in(1, 0xa0, 0xbf) : byte(0) == 0xed ? in(1, 0x80, 0x9f) : tail(1);
    return second && tail(2) ? 3 : 0;
  }
  if (in(0, 0xf0, 0xf4)) {
    const bool second = byte(0) == 0xf0 ? in(1, 0x90, 0xbf) : byte(0) == 0xf4 ? in(1, 0x80, 0x8f) : tail(1);
    return second && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = utf8_sequence(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

bool is_ascii(std::string_view text) {
  for (char c : text)
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  return true;
}

// A config may also stand within sni_hosts; the answering function is that of the outermost one. The text is known to
// be an object.
bool starts_from_config(const char* json) {
  if (view(json).empty()) return false;
  for (const JsonMember& member : members_of(json))
    if (member.name == "config") return true;
  return false;
}

}  // namespace

tls_status check_timeout(int timeout_ms) {
  return timeout_ms >= TLS_INFINITY ? TLS_OK : fail_argument("timeout_ms", "a timeout below -1");
}

tls_status check_text(const char* argument, const char* text) {
  return is_utf8(view(text)) ? TLS_OK : fail_argument(argument, "not UTF-8");
}

tls_status check_role(const char* text, Role& role) {
  const std::string_view name = view(text);
  if (name != "client" && name != "server") return fail_argument("role", R"(neither "client" nor "server")");
  role = name == "client" ? Role::client : Role::server;
  return TLS_OK;
}

tls_status check_host(const char* host) {
  const std::string_view text = view(host);
  if (!is_ascii(text)) return fail_argument("host", "not ASCII: internationalised names are given as A-labels (xn--…)");
  if (is_dns_name(text) || parse_ip(text.substr(0, text.find('%')))) return TLS_OK;
  return fail_argument("host", "neither a DNS name nor an IP address");
}

ConfigPtr find_config(std::uint64_t handle, Role role) {
  const Use<ConfigHandle> config(handle);
  return config && config->role() == role ? config->config() : nullptr;
}

OptionsOutcome parse_only(const OptionsSource& source, Options& options) {
  OptionsRequest request;
  request.role = source.role;
  request.json = view(source.json);
  request.base = source.base;
  request.upgrade = source.upgrade;
  request.need_certificate = source.need_certificate;
  request.find_config = [&](std::uint64_t handle) -> ConfigPtr {
    const Use<ConfigHandle> config(handle);
    if (!config || config->role() != source.role) return nullptr;
    if (!options.answerer) options.answerer = config->answerer();
    return config->config();
  };
  return parse_options(request);
}

tls_status read_options(const OptionsSource& source, Options& options) {
  TLSOCK_CHECK(check_text("options_json", source.json));
  if (const auto ready = init_crypto(); !ready) return fail(ready.error());
  OptionsOutcome outcome = parse_only(source, options);
  if (!outcome.config) return fail(outcome.problems);
  options.config = std::move(outcome.config);
  if (options.answerer && !starts_from_config(source.json)) options.answerer = nullptr;
  options.initial_data = std::move(outcome.initial_data);
  return TLS_OK;
}

tls_status read_document(const char* argument, const char* json, JsonDocument& document) {
  TLSOCK_CHECK(check_text(argument, json));
  const auto fault = read_json(view(json), document);
  if (!fault) return TLS_OK;
  const auto reason =
      fault->kind == JsonFault::Kind::duplicate ? OptionProblem::Reason::duplicate : OptionProblem::Reason::value;
  return fail_option(reason, argument, {}, text(*fault));
}

tls_status check_items(const char* argument, const char* json) {
  if (!json) return TLS_OK;
  JsonDocument document;
  TLSOCK_CHECK(read_document(argument, json, document));
  bool names = document.root.is_array();
  if (names)
    for (const Json& item : document.root) names = names && item.is_string();
  return names ? TLS_OK : fail_option(OptionProblem::Reason::type, argument, {}, "not an array of names");
}

tls_status give(std::string&& text, char** out) {
  char* const copy = static_cast<char*>(std::malloc(text.size() + 1));
  if (copy) std::memcpy(copy, text.c_str(), text.size() + 1);
  wipe(text.data(), text.size());
  if (!copy) throw std::bad_alloc();
  *out = copy;
  return TLS_OK;
}

}  // namespace tlsock::capi
