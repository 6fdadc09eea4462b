// The options that tls_setopts takes on a live socket.
#include <algorithm>
#include <array>

#include "config/option_draft.h"
#include "config/option_problems.h"
#include "config/option_table.h"

namespace tlsock {
namespace {

using Wrong = OptionProblem::Reason;

// Options of the table that may be changed once there is a socket; the rest is fixed when it is made.
constexpr std::array<std::string_view, 12> changeable = {"reuseaddr",    "nodelay", "keepalive",   "exit_on_close",
                                                         "send_timeout", "sndbuf",  "recbuf",      "active",
                                                         "mode",         "packet",  "packet_size", "header"};

void take_owner(const OptionValue& value, SocketOptionsOutcome& outcome) {
  if (read_choice(value, {"here"})) outcome.own_here = true;
}

void take(const OptionRow& row, const OptionValue& value, Draft& draft) {
  if (row.kind == OptionRow::Kind::later) {
    const Json same = Json::parse(row.same);
    if (std::find(same.begin(), same.end(), value.json()) == same.end()) {
      value.refuse(Wrong::unsupported, "is not supported by this release");
    }
  } else {
    row.set(value, draft);
  }
}

void take_named(const std::string& name, const Json& json, Draft& draft, SocketOptionsOutcome& outcome) {
  const OptionValue value(name, json, outcome.problems);
  if (name == "owner") return take_owner(value, outcome);
  const OptionRow* row = find_option(name);
  if (!row) {
    std::vector<std::string_view> known(changeable.begin(), changeable.end());
    known.push_back("owner");
    return value.refuse(Wrong::unknown, "no such option" + did_you_mean(name, known));
  }
  const bool is_changeable = std::find(changeable.begin(), changeable.end(), name) != changeable.end();
  if (is_changeable) return take(*row, value, draft);
  const bool is_later = row->kind == OptionRow::Kind::later;
  value.refuse(is_later ? Wrong::unsupported : Wrong::incompatible,
               is_later ? "is not supported by this release" : "cannot be changed on a socket that is there");
}

}  // namespace

SocketOptionsOutcome parse_socket_options(std::string_view json) {
  SocketOptionsOutcome outcome;
  JsonDocument given;
  if (const auto fault = read_json(json, given)) {
    outcome.problems.push_back(fault_problem(*fault));
    return outcome;
  }
  if (!given.root.is_object()) {
    outcome.problems.push_back({Wrong::type, {}, "options: take a JSON object", {}});
    return outcome;
  }
  const OptionsRequest request{.role = Role::client, .json = json, .base = {}, .find_config = {}};
  Draft draft{.request = request,
              .given = given.root,
              .problems = outcome.problems,
              .config = {},
              .credential = {},
              .certs_keys = {},
              .cacerts = {},
              .cacertfile = {},
              .ticket_seeds = {},
              .dh = {},
              .dhfile = {},
              .initial_data = {}};
  for (const auto& [name, value] : given.root.items()) take_named(name, value, draft, outcome);
  outcome.options = draft.config.socket;
  return outcome;
}

}  // namespace tlsock
