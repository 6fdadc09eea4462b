// Arguments as C gives them: checked, and made into what the layers below take.
#pragma once

#include <cstdlib>
#include <string>
#include <string_view>

#include "capi/objects.h"
#include "config/json_text.h"

namespace tlsock::capi {

// NEED refuses a null pointer: TLS_E_ARGUMENT from the function around it.
#define TLSOCK_NEED(pointer) \
  if (!(pointer)) return ::tlsock::capi::fail_argument(#pointer, #pointer " is NULL")

// Each check_ gives TLS_OK, or has set the last error.
tls_status check_timeout(int timeout_ms);
tls_status check_text(const char* argument, const char* text);  // UTF-8; null is allowed
tls_status check_role(const char* text, Role& role);
tls_status check_host(const char* host);

#define TLSOCK_CHECK(check)                                                \
  do {                                                                     \
    if (const ::tls_status checked = (check); checked < 0) return checked; \
  } while (false)

// view is "" for null.
inline std::string_view view(const char* text) { return text ? std::string_view(text) : std::string_view(); }

// Options is what the JSON of a call says.
struct Options {
  ConfigPtr config;
  AnswererPtr answerer;     // of the config handle that they start from, or null
  ByteString initial_data;  // upgrades
};

struct OptionsSource {
  Role role = Role::client;
  const char* json = nullptr;
  ConfigPtr base;
  bool upgrade = false;
  bool need_certificate = true;
};

// read_options gives TLS_OK, or has set the last error.
tls_status read_options(const OptionsSource& source, Options& options);
// parse_only is read_options without judgement: for reports.
OptionsOutcome parse_only(const OptionsSource& source, Options& options);
// find_config resolves {"config": handle} for a role; null if there is none.
ConfigPtr find_config(std::uint64_t handle, Role role);

// read_document parses JSON that is not options: `argument` names it in errors.
tls_status read_document(const char* argument, const char* json, JsonDocument& document);

// check_items refuses what is not an array of names; null is allowed.
tls_status check_items(const char* argument, const char* json);

// give makes a C string that tls_free takes, and wipes the one that it had: it may be secret. It throws bad_alloc only.
tls_status give(std::string&& text, char** out);

}  // namespace tlsock::capi
