// Configs, waits, the log and the process's defaults: the exported functions of the header's chapter "Configs and
// waits".
#include "capi/arguments.h"
#include "capi/defaults.h"
#include "connection/wait_json.h"
#include "crypto/rng.h"
#include "x509/pem.h"

using namespace tlsock;
using namespace tlsock::capi;

namespace {

// take_callback owns `context` from the first moment: `destroy` runs whatever happens.
template <class T, class Function>
std::shared_ptr<const T> take_callback(Function function, void* context, void (*destroy)(void*)) {
  try {
    auto callback = std::make_shared<const T>(function, context, destroy);
    return function ? callback : nullptr;
  } catch (...) {
    if (destroy) destroy(context);
    throw;
  }
}

std::optional<Question> question_of(SocketHandle& handle, std::uint64_t id) {
  auto question = handle.socket->question();
  return question && question->id == id ? question : std::nullopt;
}

}  // namespace

tls_status tls_config_create(const char* role, const char* options_json, tls_handle* config) {
  return guarded([&]() -> tls_status {
    TLSOCK_NEED(config);
    *config = 0;
    TLSOCK_NEED(role);
    // Whether a certificate is missing shows when a socket is made of it: more options may come then.
    OptionsSource source{.json = options_json, .base = nullptr, .need_certificate = false};
    TLSOCK_CHECK(check_role(role, source.role));
    Options options;
    TLSOCK_CHECK(read_options(source, options));
    *config = insert(std::make_unique<ConfigHandle>(std::move(options.config), std::move(options.answerer)));
    return *config ? TLS_OK : fail_memory();
  });
}

tls_status tls_config_reload(tls_handle config) {
  return on<ConfigHandle>(config, [](ConfigHandle& handle) -> tls_status {
    OptionsOutcome outcome = reload(*handle.config());
    if (!outcome.config) return fail(outcome.problems);
    handle.replace(std::move(outcome.config));
    return TLS_OK;
  });
}

tls_status tls_validate_options(const char* role, const char* options_json, char** report_json) {
  return guarded([&]() -> tls_status {
    TLSOCK_NEED(report_json);
    *report_json = nullptr;
    TLSOCK_NEED(role);
    TLSOCK_CHECK(check_text("options_json", options_json));
    OptionsSource source{.json = options_json, .base = nullptr, .upgrade = true};
    TLSOCK_CHECK(check_role(role, source.role));
    if (const auto ready = init_crypto(); !ready) return fail(ready.error());
    Options options;
    return give(tlsock::report_json(parse_only(source, options)), report_json);
  });
}

tls_status tls_set_defaults(const char* json) {
  return guarded([&]() -> tls_status {
    TLSOCK_NEED(json);
    return set_defaults(json);
  });
}

tls_status tls_clear_pem_cache(void) {
  return guarded([]() -> tls_status {
    clear_pem_cache();
    return TLS_OK;
  });
}

// ---- waits ----

tls_status tls_wait_info(tls_handle socket, char** wait_json) {
  if (wait_json) *wait_json = nullptr;
  return on_socket(socket, [&](SocketHandle& handle) -> tls_status {
    TLSOCK_NEED(wait_json);
    const auto question = handle.socket->question();
    return question ? give(question_json(*question), wait_json) : fail_state("the socket waits for no answer");
  });
}

tls_status tls_answer(tls_handle socket, uint64_t id, const char* answer_json) {
  return on_socket(socket, [&](SocketHandle& handle) -> tls_status {
    TLSOCK_NEED(answer_json);
    TLSOCK_CHECK(check_text("answer_json", answer_json));
    const auto question = question_of(handle, id);
    if (!question) return handle.fail(Error(Reason::STALE_ANSWER));
    std::vector<OptionProblem> problems;
    const Role role = handle.socket->role();
    auto answer = parse_answer(
        *question, answer_json, handle.socket->config(),
        [role](std::uint64_t config) { return find_config(config, role); }, problems);
    if (!problems.empty()) return fail(problems);
    return handle.finish(handle.socket->answer(id, std::move(answer)));
  });
}

tls_status tls_wait_fileno(tls_handle socket, int* fd) {
  if (fd) *fd = -1;
  return on_socket(socket, [&](SocketHandle& handle) -> tls_status {
    TLSOCK_NEED(fd);
    const auto descriptor = handle.socket->wait_fileno();
    if (!descriptor) return handle.fail(descriptor.error());
    *fd = *descriptor;
    return TLS_OK;
  });
}

tls_status tls_config_set_answer(tls_handle config, tls_answer_fn fn, void* context, void (*destroy)(void* context)) {
  return guarded([&]() -> tls_status {
    auto answerer = take_callback<Answerer>(fn, context, destroy);
    return on<ConfigHandle>(config, [&](ConfigHandle& handle) -> tls_status {
      handle.set_answerer(std::move(answerer));
      return TLS_OK;
    });
  });
}

tls_status tls_set_log(void (*fn)(void* context, const char* json), void* context, void (*destroy)(void* context)) {
  return guarded([&]() -> tls_status {
    set_log_sink(take_callback<LogSink>(fn, context, destroy));
    return TLS_OK;
  });
}
