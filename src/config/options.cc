// From JSON to a Config: the driver of the table.
#include "config/options.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "config/option_draft.h"
#include "config/option_problems.h"
#include "config/option_table.h"
#include "config/trust.h"
#include "config/variables.h"

namespace tlsock {
namespace {

using Wrong = OptionProblem::Reason;
using Kind = OptionRow::Kind;
using Needs = OptionRow::Needs;
using Weight = OptionRow::Weight;
using Problems = std::vector<OptionProblem>;

// What is resolved or used up by one call, and so is no part of what a Config remembers.
constexpr std::array<std::string_view, 2> for_one_call = {"config", "initial_data"};
bool is_for_one_call(std::string_view name) {
  return std::find(for_one_call.begin(), for_one_call.end(), name) != for_one_call.end();
}

// sni_hosts may not hold these.
constexpr std::array<std::string_view, 3> not_in_sni_hosts = {"sni_hosts", "sni_fun", "initial_data"};

// lacks_certificate tells whether check_config has something to say about a config that was checked when it was made.
bool lacks_certificate(const OptionsRequest& request, const Config& config) {
  return request.need_certificate && config.role == Role::server && config.credentials.empty();
}

std::string_view source_of(const Config& config) {
  return config.overlay_source ? as_text(*config.overlay_source) : "{}";
}

// Handles are numbers that every reader of JSON takes for integers.
constexpr std::uint64_t largest_handle = (std::uint64_t{1} << 53) - 1;

// sole_config gives the handle of {"config": handle}, as most sockets are made, without a parser's expense. Nothing for
// whatever looks different, be it right or wrong.
std::optional<std::uint64_t> sole_config(std::string_view json) {
  const auto take = [&json](std::string_view token) {
    while (json.starts_with(' ')) json.remove_prefix(1);
    const bool found = json.starts_with(token);
    if (found) json.remove_prefix(token.size());
    return found;
  };
  if (!take("{") || !take("\"config\"") || !take(":") || !take("") || json.starts_with('0')) return {};
  std::uint64_t handle = 0;
  const auto [end, fault] = std::from_chars(json.data(), json.data() + json.size(), handle);
  if (fault != std::errc()) return {};
  json.remove_prefix(static_cast<std::size_t>(end - json.data()));
  return take("}") && json.empty() && handle <= largest_handle ? std::optional(handle) : std::nullopt;
}

// ---- one row ----

// names_version tells whether the option versions stands among those given, with a version that `wanted` accepts.
template <class Wanted>
bool names_version(const Json& given, Wanted wanted) {
  const auto versions = given.find("versions");
  if (versions == given.end() || !versions->is_array()) return false;
  return std::any_of(versions->begin(), versions->end(), [&](const Json& entry) {
    const auto version = entry.is_string() ? parse<Version>(entry.get_ref<const std::string&>()) : std::nullopt;
    return version && wanted(*version);
  });
}

// check_version refuses options of a protocol that is not enabled.
bool check_version(const OptionRow& row, const OptionValue& value, Draft& draft) {
  const bool names_13 = names_version(draft.given, [](Version version) { return version == Version::tls13; });
  const bool names_older = names_version(draft.given, [](Version version) { return version != Version::tls13; });
  if (row.needs == Needs::tls13 && names_older && !names_13) {
    draft.refuse(Wrong::version, {row.name, "versions"}, value.name() + ": is of tlsv1.3, which versions leaves out");
    return false;
  }
  if (row.needs == Needs::pre13 && names_13 && !names_older) {
    draft.refuse(Wrong::version, {row.name, "versions"},
                 value.name() + ": is of tlsv1.2 and older, which versions leaves out");
    return false;
  }
  if (row.needs == Needs::dtls && draft.has("protocol") && draft.given["protocol"] == "tls") {
    draft.refuse(Wrong::incompatible, {row.name, "protocol"}, value.name() + ": is of DTLS");
    return false;
  }
  return true;
}

void take_option(const OptionRow& row, const Json& json, Draft& draft) {
  const OptionValue value(row.name, json, draft.problems);
  if (!row.is_for(draft.config.role)) {
    const auto who = draft.config.role == Role::client ? "server_only: is an option of servers"
                                                       : "client_only: is an option of clients";
    return value.refuse(Wrong::role, who);
  }
  if (row.kind == Kind::later) {
    const Json same = Json::parse(row.same);
    const bool is_same = std::find(same.begin(), same.end(), json) != same.end();
    if (!is_same && check_version(row, value, draft))
      value.refuse(Wrong::unsupported, "is not supported by this release");
    if (!is_same) return;
  } else if (!check_version(row, value, draft)) {
    return;
  }
  if (row.set) row.set(value, draft);
}

void refuse_unknown(const Json& given, Problems& problems) {
  for (const auto& [name, value] : given.items()) {
    if (find_option(name)) continue;
    std::vector<std::string_view> known;
    for (const auto& row : option_rows()) known.push_back(row.name);
    problems.push_back(
        {Wrong::unknown, {{name, ""}}, shortened(name) + ": no such option" + did_you_mean(name, known), {}});
  }
}

// ---- a whole set of options ----

class Parser {
 public:
  // `previous` is the Config whose files are read again, if that is what it is about.
  Parser(const OptionsRequest& request, const Config* previous, const Json& given, OptionsOutcome& outcome)
      : request_(request),
        previous_(previous),
        given_(given),
        outcome_(outcome),
        problems_(outcome.problems),
        base_(request.base) {}

  void run() {
    refuse_unknown(given_, problems_);
    resolve_config();
    take_initial_data();
    if (base_ && adds_nothing() && !lacks_certificate(request_, *base_)) return take_base();
    if (base_ && has_only(Weight::field)) return lay_over_fields();
    parse_all();
  }

 private:
  Draft draft(const Json& given) {
    return {.request = request_,
            .given = given,
            .problems = problems_,
            .config = {},
            .credential = {},
            .certs_keys = {},
            .cacerts = {},
            .cacertfile = {},
            .ticket_seeds = {},
            .dh = {},
            .dhfile = {},
            .initial_data = {}};
  }

  void resolve_config() {
    const auto handle = given_.find("config");
    if (handle == given_.end()) return;
    const OptionValue value("config", *handle, problems_);
    const auto number = read_integer(value, 1, largest_handle);
    if (!number) return;
    auto config = request_.find_config ? request_.find_config(*number) : nullptr;
    if (!config) return value.refuse_value("no live config of this role has this handle");
    if (config->role != request_.role) return value.refuse(Wrong::role, "is a config of the other role");
    base_ = std::move(config);
  }

  void take_initial_data() {
    const auto json = given_.find("initial_data");
    if (json == given_.end()) return;
    Draft one_call = draft(given_);
    take_option(*find_option("initial_data"), *json, one_call);
    outcome_.initial_data = std::move(one_call.initial_data);
  }

  // adds_nothing: {"config": handle} and no more, as most sockets are made; the base was checked when it was made.
  bool adds_nothing() const {
    return std::all_of(given_.items().begin(), given_.items().end(),
                       [](const auto& item) { return is_for_one_call(item.key()); });
  }

  void take_base() {
    if (problems_.empty()) outcome_.config = base_;
  }

  // has_only tells whether no option given costs more than `most`.
  bool has_only(Weight most) const {
    const auto least_weight = base_->sni_hosts.empty() ? most : Weight::transport;
    return std::all_of(given_.items().begin(), given_.items().end(), [&](const auto& item) {
      const OptionRow* row = find_option(item.key());
      return !row || row->weight >= least_weight;
    });
  }

  void lay_over_fields() {
    Draft overlay = draft(given_);
    overlay.config = *base_;
    bool changes = false;
    for (const auto& row : option_rows()) {
      const auto json = given_.find(row.name);
      if (json == given_.end() || is_for_one_call(row.name)) continue;
      take_option(row, *json, overlay);
      changes = true;
    }
    check_config(overlay);
    if (!problems_.empty()) return;
    if (!changes) {
      outcome_.config = base_;
      return;
    }
    const std::string shown = write_json(redacted_options(given_));
    overlay.config.effective_options = as_text(merge_objects(base_->effective_options, shown, for_one_call));
    finish(std::move(overlay.config), merge_objects(source_of(*base_), request_.json, for_one_call));
  }

  void parse_all() {
    SecretBytes source = merge_objects(base_ ? source_of(*base_) : "{}", request_.json, for_one_call);
    JsonDocument all;
    // Each text that was merged had its size checked.
    if (auto fault = read_json(as_text(source), all, source.size())) return problems_.push_back(fault_problem(*fault));
    Draft whole = draft(all.root);
    start(whole.config);
    const Config* kept = base_ && keeps_certificates() ? base_.get() : nullptr;
    for (const auto& row : option_rows()) {
      const auto json = all.root.find(row.name);
      const bool is_kept = kept && row.weight == Weight::certificates;
      if (json != all.root.end() && !is_kept) take_option(row, *json, whole);
    }
    apply_rules(whole, kept, base_ ? base_.get() : previous_);
    build_hosts(whole, as_text(source));
    if (!problems_.empty()) return;
    whole.config.effective_options = write_json(redacted_options(all.root));
    finish(std::move(whole.config), std::move(source));
  }

  void start(Config& config) const {
    config.role = request_.role;
    config.versions = variables().protocol_version;
    config.verify_peer = request_.role == Role::client;
    config.supported_groups.assign(default_groups().begin(), default_groups().end());
    config.signature_algs.assign(default_schemes().begin(), default_schemes().end());
  }

  // keeps_certificates: nothing given changes what is loaded. The default of cacerts depends on verify.
  bool keeps_certificates() const {
    return !given_.contains("verify") &&
           std::all_of(given_.items().begin(), given_.items().end(), [](const auto& item) {
             const OptionRow* row = find_option(item.key());
             return !row || row->weight != Weight::certificates;
           });
  }

  void finish(Config config, SecretBytes source) {
    config.overlay_source = std::make_shared<const SecretBytes>(std::move(source));
    config.trust = trust_of(config);
    outcome_.config = std::make_shared<const Config>(std::move(config));
  }

  // ---- sni_hosts ----

  void build_hosts(Draft& whole, std::string_view source) {
    const auto hosts = whole.given.find("sni_hosts");
    if (hosts == whole.given.end() || !hosts->is_object() || request_.role != Role::server) return;
    const bool is_sound = problems_.empty();
    const ConfigPtr listener = is_sound ? without_hosts(whole.config, source) : nullptr;
    for (const auto& member : members_of(source)) {
      if (member.name != "sni_hosts") continue;
      for (const auto& host : members_of(member.value)) build_host(whole, host, listener);
    }
  }

  static ConfigPtr without_hosts(const Config& config, std::string_view source) {
    static constexpr std::array<std::string_view, 1> dropped = {"sni_hosts"};
    Config copy = config;
    copy.overlay_source = std::make_shared<const SecretBytes>(merge_objects(source, "{}", dropped));
    return std::make_shared<const Config>(std::move(copy));
  }

  void build_host(Draft& whole, const JsonMember& host, const ConfigPtr& listener) {
    const auto name = normal_host(host.name);
    const Json& options = whole.given["sni_hosts"][host.name];
    if (!options.is_object()) return;
    if (const ConfigPtr kept = kept_host(name, options)) {
      whole.config.sni_hosts[name] = kept;
      return;
    }
    Problems found = refused_in_hosts(options);
    if (found.empty()) found = add_host(whole, name, host.value, listener);
    for (auto& problem : found) {
      problem.options.push_back({"sni_hosts", Json(host.name).dump(-1, ' ', true, Json::error_handler_t::replace)});
      problem.message = "sni_hosts \"" + host.name + "\": " + problem.message;
      problems_.push_back(std::move(problem));
    }
  }

  static Problems refused_in_hosts(const Json& options) {
    Problems found;
    for (auto inner : not_in_sni_hosts) {
      const std::string option(inner);
      if (!options.contains(option)) continue;
      found.push_back({Wrong::incompatible, {{option, ""}}, option + ": does not belong into sni_hosts", {}});
    }
    return found;
  }

  Problems add_host(Draft& whole, const std::string& name, std::string_view options, const ConfigPtr& listener) {
    auto outcome = parse_options({Role::server, options, listener, request_.find_config, false, listener != nullptr});
    // Without a sound listener below, only what is wrong in itself can be told.
    const auto may_be_mended = [](const OptionProblem& problem) {
      return problem.reason == Wrong::incompatible || problem.reason == Wrong::missing;
    };
    if (!listener) std::erase_if(outcome.problems, may_be_mended);
    if (outcome.config && !whole.config.sni_hosts.emplace(name, outcome.config).second) {
      outcome.problems.push_back({Wrong::duplicate, {}, "the host stands there twice", {}});
    }
    return std::move(outcome.problems);
  }

  // kept_host: a host that is a config of its own stays as it is, though its handle may have been closed by now.
  ConfigPtr kept_host(const std::string& name, const Json& options) const {
    const Config* earlier = previous_;
    if (base_ && !given_.contains("sni_hosts")) earlier = base_.get();
    if (!earlier || !options.contains("config")) return nullptr;
    const auto found = earlier->sni_hosts.find(name);
    return found == earlier->sni_hosts.end() ? nullptr : found->second;
  }

  const OptionsRequest& request_;
  const Config* previous_;
  const Json& given_;
  OptionsOutcome& outcome_;
  Problems& problems_;
  ConfigPtr base_;
};

OptionsOutcome parse(const OptionsRequest& request, const Config* previous) {
  OptionsOutcome outcome;
  JsonDocument given;
  const std::size_t longest = previous ? request.json.size() : max_json_size;
  if (const auto fault = read_json(request.json, given, longest)) {
    outcome.problems.push_back(fault_problem(*fault));
  } else if (!given.root.is_object()) {
    outcome.problems.push_back({Wrong::type, {}, "options: take a JSON object", {}});
  } else {
    Parser(request, previous, given.root, outcome).run();
  }
  return outcome;
}

}  // namespace

OptionsOutcome parse_options(const OptionsRequest& request) {
  const auto handle = request.find_config ? sole_config(request.json) : std::nullopt;
  ConfigPtr config = handle ? request.find_config(*handle) : nullptr;
  const bool ready = config && config->role == request.role && !lacks_certificate(request, *config);
  if (ready) return {.config = std::move(config), .problems = {}, .initial_data = {}};
  return parse(request, nullptr);
}

OptionsOutcome reload(const Config& config) {
  const bool has_certificate = !config.credentials.empty();
  return parse({config.role, source_of(config), nullptr, nullptr, false, has_certificate}, &config);
}

}  // namespace tlsock
