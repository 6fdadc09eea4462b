// Errors leave through the objects here, so that each connection's alert is logged, and logged once.
#include "capi/objects.h"

#include <nlohmann/json.hpp>

#include "capi/shared.h"
#include "connection/wait_json.h"

namespace tlsock::capi {
namespace {

// Never destroyed: a destructor at exit would run the application's `destroy` after main.
LogSinkPtr& log_sink_place() {
  static auto* const place = new LogSinkPtr;
  return *place;
}

LogSinkPtr log_sink() {
  LogSinkPtr& place = log_sink_place();
  const std::lock_guard lock(shared_lock());
  return place;
}

bool admits_notices(LogLevel level) { return level >= LogLevel::notice; }

}  // namespace

void set_log_sink(LogSinkPtr sink) {
  LogSinkPtr& place = log_sink_place();
  const std::lock_guard lock(shared_lock());
  place.swap(sink);
}

// ---- configs ----

ConfigPtr ConfigHandle::config() const {
  const std::lock_guard lock(shared_lock());
  return config_;
}

void ConfigHandle::replace(ConfigPtr config) {
  const std::lock_guard lock(shared_lock());
  config_.swap(config);
}

AnswererPtr ConfigHandle::answerer() const {
  const std::lock_guard lock(shared_lock());
  return answerer_;
}

void ConfigHandle::set_answerer(AnswererPtr answerer) {
  const std::lock_guard lock(shared_lock());
  answerer_.swap(answerer);
}

// ---- sockets ----

SocketHandle::SocketHandle(std::shared_ptr<Socket> made, AnswererPtr answerer)
    : socket(std::move(made)), answerer_(std::move(answerer)) {
  socket->set_answerer([this] { answer_question(); });
}

void SocketHandle::use_answerer(AnswererPtr answerer) {
  const std::lock_guard lock(shared_lock());
  answerer_.swap(answerer);
}

// A failure to ask is a refusal to answer: the wait then goes to the caller.
void SocketHandle::answer_question() noexcept {
  try {
    std::unique_lock lock(shared_lock());
    const AnswererPtr answerer = answerer_;
    lock.unlock();
    if (!answerer) return;
    const auto question = socket->question();
    if (!question) return;
    const std::string json = question_json(*question);
    (*answerer)(handle_.load(std::memory_order_acquire), json.c_str());
  } catch (...) {
  }
}

tls_status SocketHandle::finish(const Result<Condition>& result) {
  return result ? static_cast<tls_status>(*result) : fail(result.error());
}

tls_status SocketHandle::finish(const Status& result) { return result ? TLS_OK : fail(result.error()); }

tls_status SocketHandle::fail(const Error& error) {
  // After a fork a thread of the parent may have left the connection locked: nothing is looked up in it.
  if (error.reason == Reason::WRONG_STATE && std::string_view(error.detail) == "owner") return capi::fail(error);
  const Scene where = scene();
  if (status_of(error) == TLS_E_ALERT && !logged_.exchange(true)) log(error, where);
  return capi::fail(error, &where);
}

Scene SocketHandle::scene() const {
  Scene scene{socket->role(), {}};
  socket->inspect([&](const Connection& connection) { scene.state = connection.state_name(); });
  return scene;
}

void SocketHandle::log(const Error& error, const Scene& scene) {
  if (!admits_notices(socket->config()->log_level)) return;
  const LogSinkPtr sink = log_sink();
  if (!sink) return;
  nlohmann::ordered_json object{{"level", "notice"},
                                {"message", message_of(error, &scene)},
                                {"role", scene.role == Role::client ? "client" : "server"},
                                {"socket", handle_.load(std::memory_order_acquire)}};
  object["error"] = nlohmann::ordered_json::parse(error_json(error, &scene), nullptr, false);
  (*sink)(object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace).c_str());
}

void SocketHandle::poison() noexcept {
  poisoned_.store(true, std::memory_order_relaxed);
  socket->close();
}

tls_handle enlist(std::shared_ptr<Socket> socket, AnswererPtr answerer) {
  const tls_handle handle = insert(std::make_unique<SocketHandle>(std::move(socket), std::move(answerer)));
  if (const Use<SocketHandle> made(handle); made) made->named(handle);
  return handle;
}

}  // namespace tlsock::capi
