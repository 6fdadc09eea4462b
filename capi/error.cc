// The thread's last error is memory that pthread_key frees, not a C++ thread_local: destructors of other libraries may
// call us while a thread ends, after thread_local objects have died.
#include "capi/error.h"

#include <pthread.h>

#include <cctype>
#include <cstdlib>
#include <cstring>
#include <new>
#include <nlohmann/json.hpp>

#include "socket/transport.h"

namespace tlsock::capi {
namespace {

using OrderedJson = nlohmann::ordered_json;

std::string dump(const OrderedJson& value) { return value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace); }

// ---- last error ----

constexpr char no_error[] = "{}";
constexpr char memory_error[] = R"({"status":"nomem","message":"no memory"})";
constexpr char internal_error[] = R"({"status":"internal","message":"a fault in the library"})";

thread_local const char* current = no_error;

void free_at_thread_end(void* text) {
  current = no_error;
  std::free(text);
}

pthread_key_t owner_key() {
  static const pthread_key_t key = [] {
    pthread_key_t made;
    if (pthread_key_create(&made, free_at_thread_end) != 0) throw std::bad_alloc();
    return made;
  }();
  return key;
}

tls_status set_static_error(const char* text, tls_status status) noexcept {
  current = text;
  return status;
}

// ---- pieces of an error object ----

// errno as a number: facts hold its name, since numbers differ between machines and names do not.
int errno_number(const std::string& name) {
  constexpr int highest = 133;  // of Linux
  for (int number = 1; number <= highest; ++number)
    if (errno_name(number) == name) return number;
  return 0;
}

std::string fact(const Error& error, std::string_view name) {
  for (const Fact& each : error.facts)
    if (name == each.name) return each.value;
  return {};
}

// For errors of system calls, the call and errno stand elsewhere.
OrderedJson detail_object(const Error& error) {
  const bool system = error.reason == Reason::SYSTEM_ERROR;
  OrderedJson detail = OrderedJson::object();
  if (*error.detail && !system) detail["field"] = error.detail;
  for (const Fact& each : error.facts)
    if (!system || std::string_view(each.name) != "errno") detail[each.name] = each.value;
  return detail;
}

const char* upper(Role role) { return role == Role::client ? "CLIENT" : "SERVER"; }
const char* lower(Role role) { return role == Role::client ? "client" : "server"; }

std::string explanation(const Error& error) {
  std::string text = info(error.reason).text;
  if (*error.detail) text.append(": ").append(error.detail);
  const char* separator = " (";
  for (const Fact& each : error.facts) {
    text.append(separator).append(each.name).append(" ").append(each.value);
    separator = ", ";
  }
  if (!error.facts.empty()) text += ")";
  return text;
}

std::string alert_message(const Error& error, const Scene& scene) {
  const bool from_peer = error.reason == Reason::PEER_ALERT;
  std::string message = std::string("TLS ") + lower(scene.role) + ": In state " + scene.state;
  message.append(from_peer ? " received " : " generated ");
  message.append(upper(from_peer ? peer_of(scene.role) : scene.role))
      .append(" ALERT: Fatal - ")
      .append(text(error.alert));
  if (!from_peer) message.append(": ").append(explanation(error));
  return message;
}

OrderedJson options_object(const OptionProblem& problem) {
  const bool unsupported = problem.reason == OptionProblem::Reason::unsupported;
  OrderedJson object{{"status", status_name(unsupported ? TLS_E_UNSUPPORTED : TLS_E_OPTIONS)}};
  const auto told = OrderedJson::parse(problem_json(problem), nullptr, false);
  for (const char* member : {"reason", "options", "detail", "message"})
    if (told.is_object() && told.contains(member)) object[member] = told[member];
  return object;
}

tls_status fail_with(tls_status status, OrderedJson&& object) {
  set_last_error(dump(object));
  return status;
}

OrderedJson plain(tls_status status, std::string_view message) {
  return {{"status", status_name(status)}, {"message", message}};
}

}  // namespace

tls_status status_of(const Error& error) {
  switch (error.reason) {
    case Reason::PEER_ALERT:
      return TLS_E_ALERT;
    case Reason::UNEXPECTED_EOF:
      return TLS_E_TRUNCATED;
    case Reason::WRONG_STATE:
    case Reason::STALE_ANSWER:
      return TLS_E_STATE;
    case Reason::SYSTEM_ERROR:
    case Reason::NAME_NOT_FOUND:
      return TLS_E_SYSTEM;
    case Reason::BAD_OPTIONS:
    case Reason::BAD_FILE:
    case Reason::BAD_PEM:
    case Reason::BAD_PRIVATE_KEY:
    case Reason::BAD_PASSWORD:
    case Reason::KEY_VALUES_MISMATCH:
      return TLS_E_OPTIONS;
    case Reason::KEY_OPERATION_FAILED:
      return TLS_E_KEY;
    case Reason::OUT_OF_MEMORY:
      return TLS_E_NOMEM;
    case Reason::INTERNAL_ERROR:
      return TLS_E_INTERNAL;
    default:
      return error.alert == Alert::none ? TLS_E_INTERNAL : TLS_E_ALERT;
  }
}

const char* status_name(tls_status status) {
  static constexpr const char* names[] = {"ok",        "argument",  "handle",     "options", "state",
                                          "tls_alert", "truncated", "system",     "key",     "size",
                                          "nomem",     "internal",  "unsupported"};
  return status <= 0 && status >= TLS_E_UNSUPPORTED ? names[-status] : "internal";
}

std::string message_of(const Error& error, const Scene* scene) {
  if (scene && status_of(error) == TLS_E_ALERT) return alert_message(error, *scene);
  if (error.reason == Reason::SYSTEM_ERROR) {
    const std::string call = fact(error, "call"), why = fact(error, "text");
    if (!why.empty()) return call + ": " + why;
  }
  return explanation(error);
}

std::string error_json(const Error& error, const Scene* scene) {
  const tls_status status = status_of(error);
  OrderedJson object{{"status", status_name(status)}};
  if (status == TLS_E_ALERT) {
    object["alert"] = name(error.alert);
    object["alert_code"] = static_cast<int>(error.alert);
    object["origin"] = error.reason == Reason::PEER_ALERT ? "peer" : "local";
  }
  if (error.reason == Reason::SYSTEM_ERROR) {
    const std::string name = fact(error, "errno");
    object["errno"] = errno_number(name);
    object["errno_name"] = name;
  }
  if (scene) {
    object["role"] = lower(scene->role);
    object["state"] = scene->state;
  }
  object["reason"] = info(error.reason).name;
  object["detail"] = detail_object(error);
  object["rfc"] = info(error.reason).section;
  object["message"] = message_of(error, scene);
  return dump(object);
}

tls_status fail(const Error& error, const Scene* scene) {
  set_last_error(error_json(error, scene));
  return status_of(error);
}

tls_status fail(const std::vector<OptionProblem>& problems) {
  if (problems.empty()) return fail_internal();
  const OptionProblem& first = problems.front();
  return fail_with(first.reason == OptionProblem::Reason::unsupported ? TLS_E_UNSUPPORTED : TLS_E_OPTIONS,
                   options_object(first));
}

tls_status fail_argument(const char* argument, std::string_view message) {
  return fail_with(TLS_E_ARGUMENT, {{"status", "argument"}, {"argument", argument}, {"message", message}});
}

tls_status fail_handle(tls_handle handle, const char* wanted) {
  return fail_with(TLS_E_HANDLE, {{"status", "handle"},
                                  {"handle", handle},
                                  {"wanted", wanted},
                                  {"message", std::string("not the handle of a live ") + wanted}});
}

tls_status fail_state(std::string_view message) { return fail_with(TLS_E_STATE, plain(TLS_E_STATE, message)); }

tls_status fail_size(std::string_view message, std::size_t needed) {
  auto object = plain(TLS_E_SIZE, message);
  object["needed"] = needed;
  return fail_with(TLS_E_SIZE, std::move(object));
}

tls_status fail_unsupported(std::string_view message) {
  return fail_with(TLS_E_UNSUPPORTED, plain(TLS_E_UNSUPPORTED, message));
}

tls_status fail_option(OptionProblem::Reason reason, std::string name, std::string value, std::string message) {
  OptionProblem problem;
  problem.reason = reason;
  problem.options.push_back({std::move(name), std::move(value)});
  problem.message = std::move(message);
  return fail({problem});
}

tls_status fail_memory() noexcept { return set_static_error(memory_error, TLS_E_NOMEM); }
tls_status fail_internal() noexcept { return set_static_error(internal_error, TLS_E_INTERNAL); }

const char* last_error() noexcept { return current; }

void set_last_error(std::string json) {
  const pthread_key_t key = owner_key();
  char* text = static_cast<char*>(std::malloc(json.size() + 1));
  if (!text) throw std::bad_alloc();
  std::memcpy(text, json.c_str(), json.size() + 1);
  void* before = pthread_getspecific(key);
  if (pthread_setspecific(key, text) != 0) {
    std::free(text);
    throw std::bad_alloc();
  }
  std::free(before);
  current = text;
}

}  // namespace tlsock::capi
