// Errors at the boundary: which status an Error is, what its JSON says, and the thread's last error.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/reason.h"
#include "config/options.h"
#include "tlsock/tls.h"

namespace tlsock::capi {

// Scene is where an error happened, for its text.
struct Scene {
  Role role;
  std::string state;  // of the connection: "wait_certificate"
};

// status_of is the one place that sorts reasons into the statuses of the C API.
tls_status status_of(const Error& error);
// status_name is the "status" of an error object: "tls_alert", "options" …
const char* status_name(tls_status status);

// error_json is the error object; `scene` may be null for errors that happened outside a connection.
std::string error_json(const Error& error, const Scene* scene);
// message_of is the line for people in it, in Erlang's words.
std::string message_of(const Error& error, const Scene* scene);

// The fail functions set the thread's last error and give the status to return.
tls_status fail(const Error& error, const Scene* scene = nullptr);
tls_status fail(const std::vector<OptionProblem>& problems);
tls_status fail_argument(const char* argument, std::string_view message);
tls_status fail_handle(tls_handle handle, const char* wanted);
tls_status fail_state(std::string_view message);
tls_status fail_size(std::string_view message, std::size_t needed);
tls_status fail_unsupported(std::string_view message);
// fail_option is fail for one option or item of this layer's own.
tls_status fail_option(OptionProblem::Reason reason, std::string name, std::string value, std::string message);
// The two that cannot allocate.
tls_status fail_memory() noexcept;
tls_status fail_internal() noexcept;

// last_error is never null. set_last_error may throw bad_alloc only.
const char* last_error() noexcept;
void set_last_error(std::string json);

}  // namespace tlsock::capi
