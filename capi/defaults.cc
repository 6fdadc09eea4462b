// Each variable that Erlang knows has a row; those of something that is not done yet are refused by name, not unknown.
#include "capi/defaults.h"

#include <algorithm>
#include <array>

#include "capi/arguments.h"
#include "config/option_values.h"

namespace tlsock::capi {
namespace {

using Check = void (*)(const OptionValue& value);

// The one version that is done is what configs begin with anyway: there is nothing to keep.
void check_versions(const OptionValue& value) {
  const auto versions = read_versions(value);
  if (!versions) return;
  if (versions->empty()) value.refuse_value("an empty list of versions");
  for (const Version version : *versions)
    if (version != Version::tls13)
      value.refuse(OptionProblem::Reason::unsupported,
                   std::string(name(version)) + ": not done by this version of the library");
}

void refuse_unsupported(const OptionValue& value) {
  value.refuse(OptionProblem::Reason::unsupported, "not done by this version of the library");
}

struct Variable {
  std::string_view name;
  Check check;
};

constexpr std::array variables = {
    Variable{"protocol_version", check_versions},
    Variable{"dtls_protocol_version", refuse_unsupported},
    Variable{"session_lifetime", refuse_unsupported},
    Variable{"session_cb", refuse_unsupported},
    Variable{"session_cb_init_args", refuse_unsupported},
    Variable{"client_session_cb", refuse_unsupported},
    Variable{"client_session_cb_init_args", refuse_unsupported},
    Variable{"server_session_cb", refuse_unsupported},
    Variable{"server_session_cb_init_args", refuse_unsupported},
    Variable{"session_cache_client_max", refuse_unsupported},
    Variable{"session_cache_server_max", refuse_unsupported},
    Variable{"server_session_tickets_amount", refuse_unsupported},
    Variable{"server_session_ticket_lifetime", refuse_unsupported},
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

void check_variable(const OptionValue& value) {
  const auto row =
      std::find_if(variables.begin(), variables.end(), [&](const Variable& each) { return each.name == value.name(); });
  if (row == variables.end()) return value.refuse(OptionProblem::Reason::unknown, "there is no such variable");
  row->check(value);
}

}  // namespace

tls_status set_defaults(const char* json) {
  JsonDocument document;
  TLSOCK_CHECK(read_document("json", json, document));
  if (!document.root.is_object()) return fail_option(OptionProblem::Reason::type, "json", {}, "not an object");
  std::vector<OptionProblem> problems;
  for (const auto& [name, value] : document.root.items()) check_variable(OptionValue(name, value, problems));
  return problems.empty() ? TLS_OK : fail(problems);
}

}  // namespace tlsock::capi
