// The JSON of problems, and what keeps secrets out of it.
#include "config/option_problems.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "config/option_table.h"

namespace tlsock {
namespace {

constexpr const char* hidden = "***";
constexpr std::size_t longest_shown = 200;

// holds_pem tells a text that was given where a name or path belongs; it may be a private key.
bool holds_pem(std::string_view text) { return text.find("-----BEGIN") != std::string_view::npos; }

Json without_pem(const Json& value) {
  if (value.is_string()) return holds_pem(value.get_ref<const std::string&>()) ? Json(hidden) : value;
  if (!value.is_structured()) return value;
  Json copy = value;
  for (auto& part : copy) part = without_pem(part);
  return copy;
}

Json redacted_credentials(const Json& value) {
  if (!value.is_array()) return hidden;
  Json list = Json::array();
  for (const auto& entry : value) list.push_back(entry.is_object() ? redacted_options(entry) : Json(hidden));
  return list;
}

Json redacted_hosts(const Json& value) {
  if (!value.is_object()) return hidden;
  Json hosts = Json::object();
  for (const auto& [host, options] : value.items()) {
    hosts[host] = options.is_object() ? redacted_options(options) : Json(hidden);
  }
  return hosts;
}

Json problem_object(const OptionProblem& problem) {
  Json options = Json::array();
  for (const auto& option : problem.options) {
    Json named = {{"name", option.name}};
    if (!option.value.empty()) {
      Json value = Json::parse(option.value, nullptr, false);
      named["value"] = value.is_discarded() ? Json(option.value) : std::move(value);
    }
    options.push_back(std::move(named));
  }
  Json object = {{"status", problem.reason == OptionProblem::Reason::unsupported ? "unsupported" : "options"},
                 {"reason", name(problem.reason)},
                 {"options", std::move(options)},
                 {"message", problem.message}};
  for (const auto& fact : problem.facts) object["detail"][fact.name] = fact.value;
  return object;
}

// distance counts the letters that are added, left out, changed or swapped with a neighbour.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      const bool is_swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (is_swap) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

const char* name(OptionProblem::Reason reason) {
  static constexpr std::array names = {"unknown", "value",   "type",      "incompatible", "missing",
                                       "role",    "version", "duplicate", "unsupported"};
  return names[static_cast<std::size_t>(reason)];
}

std::string problem_json(const OptionProblem& problem) { return write_json(problem_object(problem)); }

std::string report_json(const OptionsOutcome& outcome) {
  Json problems = Json::array();
  for (const auto& problem : outcome.problems) problems.push_back(problem_object(problem));
  return write_json({{"valid", outcome.problems.empty()}, {"problems", std::move(problems)}});
}

Json redacted(std::string_view name, const Json& value) {
  if (name == "certs_keys") return redacted_credentials(value);
  if (name == "sni_hosts") return redacted_hosts(value);
  const OptionRow* row = find_option(name);
  if (!row || row->secret) return hidden;
  return without_pem(value);
}

Json redacted_options(const Json& options) {
  Json copy = Json::object();
  for (const auto& [name, value] : options.items()) copy[name] = redacted(name, value);
  return copy;
}

std::string shown(std::string_view name, const Json& value) {
  const OptionRow* row = find_option(name);
  if (!row || row->secret) return {};
  auto text = redacted(name, value).dump(-1, ' ', true, Json::error_handler_t::replace);
  if (text.size() <= longest_shown) return text;
  text.resize(longest_shown);
  return Json(text + "…").dump();
}

std::string shortened(std::string_view text) {
  constexpr std::size_t longest = 80;
  if (holds_pem(text)) return hidden;
  if (text.size() <= longest) return std::string(text);
  auto end = longest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "…";
}

std::string did_you_mean(std::string_view name, const std::vector<std::string_view>& candidates) {
  const std::size_t tolerated = std::min<std::size_t>(3, name.size() / 3);
  std::string_view nearest;
  std::size_t least = tolerated + 1;
  for (auto candidate : candidates) {
    const auto longer = std::max(name.size(), candidate.size()), shorter = std::min(name.size(), candidate.size());
    if (longer - shorter > tolerated) continue;
    const auto d = distance(name, candidate);
    if (d < least) {
      least = d;
      nearest = candidate;
    }
  }
  return nearest.empty() ? std::string() : " (did you mean \"" + std::string(nearest) + "\"?)";
}

OptionProblem fault_problem(const JsonFault& fault) {
  using Wrong = OptionProblem::Reason;
  if (fault.kind == JsonFault::Kind::duplicate) {
    return {Wrong::duplicate, {{fault.name, ""}}, "options: " + text(fault), {}};
  }
  return {Wrong::value, {}, "options: " + text(fault), {}};
}

}  // namespace tlsock
