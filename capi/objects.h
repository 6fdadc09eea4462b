// What handles name: sockets, listeners and configs, each with the answering function that it was given.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "capi/error.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "config/config.h"
#include "socket/listener.h"
#include "socket/socket.h"

namespace tlsock::capi {

// Callback is a function of the application's with its context; its `destroy` runs when the last user is gone.
template <class Function>
class Callback {
 public:
  using Destroy = void (*)(void*);
  Callback(Function function, void* context, Destroy destroy)
      : function_(function), context_(context), destroy_(destroy) {}
  Callback(const Callback&) = delete;
  Callback& operator=(const Callback&) = delete;
  ~Callback() {
    if (destroy_) destroy_(context_);
  }

  template <class... Arguments>
  auto operator()(Arguments... arguments) const {
    return function_(context_, arguments...);
  }

 private:
  Function function_;
  void* context_;
  Destroy destroy_;
};

using Answerer = Callback<tls_answer_fn>;
using AnswererPtr = std::shared_ptr<const Answerer>;
using LogSink = Callback<void (*)(void*, const char*)>;
using LogSinkPtr = std::shared_ptr<const LogSink>;

// set_log_sink replaces the process's log; null takes it away. The one before it dies outside every lock.
void set_log_sink(LogSinkPtr sink);

class ConfigHandle final : public Handled {
 public:
  static constexpr HandleKind kind = HandleKind::config;
  static constexpr const char* kind_name = "config";
  explicit ConfigHandle(ConfigPtr config, AnswererPtr answerer)
      : role_(config->role), config_(std::move(config)), answerer_(std::move(answerer)) {}

  Role role() const { return role_; }
  ConfigPtr config() const;
  void replace(ConfigPtr config);
  AnswererPtr answerer() const;
  void set_answerer(AnswererPtr answerer);

 private:
  const Role role_;
  ConfigPtr config_;
  AnswererPtr answerer_;
};

class ListenerHandle final : public Handled {
 public:
  static constexpr HandleKind kind = HandleKind::listener;
  static constexpr const char* kind_name = "listener";
  ListenerHandle(std::shared_ptr<Listener> made, AnswererPtr answerer)
      : listener(std::move(made)), answerer(std::move(answerer)) {}
  void closing() noexcept override { listener->close(); }

  const std::shared_ptr<Listener> listener;
  const AnswererPtr answerer;
};

class SocketHandle final : public Handled {
 public:
  static constexpr HandleKind kind = HandleKind::socket;
  static constexpr const char* kind_name = "socket";
  SocketHandle(std::shared_ptr<Socket> made, AnswererPtr answerer);
  void closing() noexcept override { socket->close(); }

  // named tells the socket its own handle, for the answering function and the log.
  void named(tls_handle handle) { handle_.store(handle, std::memory_order_release); }
  // use_answerer replaces the answering function: options of tls_handshake that start from another config.
  void use_answerer(AnswererPtr answerer);

  // finish makes a status of what a call on the socket gave; errors are logged, once for a connection.
  tls_status finish(const Result<Condition>& result);
  tls_status finish(const Status& result);
  tls_status fail(const Error& error);
  Scene scene() const;

  // poison ends a connection whose state is unknown after a fault of ours.
  void poison() noexcept;
  bool poisoned() const { return poisoned_.load(std::memory_order_relaxed); }

  // consume_exporter is false if that was done before.
  bool consume_exporter() { return !exporter_consumed_.exchange(true, std::memory_order_acq_rel); }
  bool exporter_consumed() const { return exporter_consumed_.load(std::memory_order_acquire); }

  // A downgrade whose surplus did not fit waits here for the next call.
  struct Downgrade {
    Descriptor descriptor;
    ByteString surplus;
  };
  std::mutex downgrade_lock;
  std::optional<Downgrade> downgrade;

  const std::shared_ptr<Socket> socket;

 private:
  void answer_question() noexcept;
  void log(const Error& error, const Scene& scene);

  std::atomic<tls_handle> handle_{0};
  AnswererPtr answerer_;
  std::atomic<bool> logged_{false}, poisoned_{false}, exporter_consumed_{false};
};

// enlist gives a socket its handle; 0 if there are too many.
tls_handle enlist(std::shared_ptr<Socket> socket, AnswererPtr answerer);

// on runs `body` with the object of a handle, within the boundary.
template <class T, class Body>
tls_status on(tls_handle handle, Body&& body) noexcept {
  return guarded([&]() -> tls_status {
    const Use<T> object(handle);
    if (!object) return fail_handle(handle, T::kind_name);
    if constexpr (std::is_same_v<T, SocketHandle>) {
      if (object->poisoned()) return fail_internal();
      try {
        return body(*object);
      } catch (const std::bad_alloc&) {
        throw;
      } catch (...) {
        object->poison();
        throw;
      }
    } else {
      return body(*object);
    }
  });
}

template <class Body>
tls_status on_socket(tls_handle handle, Body&& body) noexcept {
  return on<SocketHandle>(handle, std::forward<Body>(body));
}

}  // namespace tlsock::capi
