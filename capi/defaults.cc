// Each variable that Erlang knows has a row; those of something that is not done yet are refused by name, not unknown.
#include "capi/defaults.h"

#include <algorithm>
#include <array>

#include "capi/arguments.h"
#include "config/option_values.h"
#include "config/variables.h"

namespace tlsock::capi {
namespace {

using Value = const OptionValue&;

// What is set is what configs begin with; as in Erlang, the list has no gap, and 1.3 with older ones has 1.2.
void set_versions(Value value, Variables& variables) {
  auto versions = read_versions(value);
  if (!versions) return;
  if (versions->empty()) return value.refuse_value("an empty list of versions");
  for (const Version version : *versions)
    if (version > Version::tls13 || version < Version::tls10)
      return value.refuse(OptionProblem::Reason::unsupported, std::string(name(version)) + ": is a version of DTLS");
  std::sort(versions->rbegin(), versions->rend());
  for (std::size_t i = 1; i < versions->size(); ++i)
    if (static_cast<unsigned>((*versions)[i - 1]) - static_cast<unsigned>((*versions)[i]) != 1)
      return value.refuse(OptionProblem::Reason::incompatible, "missing_version: the list has a gap");
  variables.protocol_version = *std::move(versions);
}

template <std::uint32_t Variables::* variable, std::uint32_t least, std::uint32_t most>
void set_number(Value value, Variables& variables) {
  if (const auto number = read_integer(value, least, most)) variables.*variable = static_cast<std::uint32_t>(*number);
}

void refuse_unsupported(Value value, Variables&) {
  value.refuse(OptionProblem::Reason::unsupported, "not done by this version of the library");
}

// RFC 5246 §F.1.4: a day at most; RFC 8446 §4.6.1: a ticket of a week.
constexpr std::uint32_t day = 24 * 3600, week = 7 * day, most_sessions = 10'000'000;

struct Variable {
  std::string_view name;
  void (*set)(Value, Variables&);
};

constexpr std::array rows = {
    Variable{"protocol_version", set_versions},
    Variable{"dtls_protocol_version", refuse_unsupported},
    Variable{"session_lifetime", set_number<&Variables::session_lifetime, 1, day>},
    Variable{"session_cb", refuse_unsupported},
    Variable{"session_cb_init_args", refuse_unsupported},
    Variable{"client_session_cb", refuse_unsupported},
    Variable{"client_session_cb_init_args", refuse_unsupported},
    Variable{"server_session_cb", refuse_unsupported},
    Variable{"server_session_cb_init_args", refuse_unsupported},
    Variable{"session_cache_client_max", set_number<&Variables::session_cache_client_max, 0, most_sessions>},
    Variable{"session_cache_server_max", set_number<&Variables::session_cache_server_max, 0, most_sessions>},
    Variable{"server_session_tickets_amount", refuse_unsupported},
    Variable{"server_session_ticket_lifetime", set_number<&Variables::server_session_ticket_lifetime, 1, week>},
    Variable{"server_session_ticket_store_size", refuse_unsupported},
    Variable{"server_session_ticket_max_early_data", refuse_unsupported},
    Variable{"client_session_ticket_lifetime", refuse_unsupported},
    Variable{"client_session_ticket_store_size", refuse_unsupported},
    Variable{"ssl_pem_cache_clean", refuse_unsupported},
    Variable{"bypass_pem_cache", refuse_unsupported},
    Variable{"alert_timeout", refuse_unsupported},
    Variable{"internal_active_n", refuse_unsupported},
    Variable{"crl_cache_max_size", refuse_unsupported},
};

void set_variable(Value value, Variables& draft) {
  const auto row =
      std::find_if(rows.begin(), rows.end(), [&](const Variable& each) { return each.name == value.name(); });
  if (row == rows.end()) return value.refuse(OptionProblem::Reason::unknown, "there is no such variable");
  row->set(value, draft);
}

}  // namespace

tls_status set_defaults(const char* json) {
  JsonDocument document;
  TLSOCK_CHECK(read_document("json", json, document));
  if (!document.root.is_object()) return fail_option(OptionProblem::Reason::type, "json", {}, "not an object");
  std::vector<OptionProblem> problems;
  Variables draft = variables();
  for (const auto& [name, value] : document.root.items()) set_variable(OptionValue(name, value, problems), draft);
  if (!problems.empty()) return fail(problems);
  set_variables(draft);
  return TLS_OK;
}

}  // namespace tlsock::capi
