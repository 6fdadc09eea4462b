// Listeners and sockets: the exported functions of the header's chapter "Sockets", and its results.
#include <cstring>

#include "capi/arguments.h"
#include "capi/explain.h"
#include "capi/export_materials.h"
#include "capi/socket_options.h"
#include "connection/info.h"

using namespace tlsock;
using namespace tlsock::capi;

namespace {

// ---- making sockets ----

bool goes_on(tls_status status) {
  return status == TLS_OK || status == TLS_WAIT || status == TLS_WANT_READ || status == TLS_WANT_WRITE;
}

// start does the first handshake of a socket that the caller does not have yet: he gets it unless it is over.
tls_status start(Result<std::shared_ptr<Socket>> made, AnswererPtr answerer, int timeout_ms, tls_handle* out) {
  if (!made) return fail(made.error());
  const tls_handle handle = enlist(*made, std::move(answerer));
  if (!handle) return fail_memory();
  const Use<SocketHandle> socket(handle);
  const tls_status status =
      socket ? socket->finish(socket->socket->handshake(nullptr, Deadline::from_timeout(timeout_ms))) : TLS_CLOSED;
  if (!goes_on(status)) {
    close_handle(handle);
    return status;
  }
  (*made)->adopt();
  *out = handle;
  return status;
}

tls_status upgrade(Role role, int fd, const char* host, const char* options_json, int timeout_ms, tls_handle* socket) {
  TLSOCK_NEED(socket);
  *socket = 0;
  TLSOCK_CHECK(check_timeout(timeout_ms));
  if (fd < 0) return fail_argument("fd", "not a descriptor");
  if (host) TLSOCK_CHECK(check_host(host));
  Options options;
  TLSOCK_CHECK(read_options({.role = role, .json = options_json, .base = nullptr, .upgrade = true}, options));
  return start(Socket::upgrade(std::move(options.config), fd, std::string(view(host)), options.initial_data),
               std::move(options.answerer), timeout_ms, socket);
}

// ---- ending ----

bool parse_how(const char* text, Socket::How& how) {
  const std::string_view name = view(text);
  how = name == "read" ? Socket::How::read : name == "write" ? Socket::How::write : Socket::How::read_write;
  return name == "read" || name == "write" || name == "read_write";
}

tls_status deliver_downgrade(SocketHandle& socket, int* fd, void* surplus, std::size_t capacity,
                             std::size_t* surplus_length) {
  SocketHandle::Downgrade& result = *socket.downgrade;
  *surplus_length = result.surplus.size();
  if (result.surplus.size() > capacity)
    return fail_size("more surplus bytes than fit: call again with more room", result.surplus.size());
  if (!result.surplus.empty()) std::memcpy(surplus, result.surplus.data(), result.surplus.size());
  *fd = result.descriptor.release();
  socket.downgrade.reset();
  return TLS_OK;
}

tls_status downgrade(SocketHandle& socket, int timeout_ms, int* fd, void* surplus, std::size_t capacity,
                     std::size_t* surplus_length) {
  std::unique_lock lock(socket.downgrade_lock);
  if (!socket.downgrade) {
    lock.unlock();
    auto result = socket.socket->downgrade(Deadline::from_timeout(timeout_ms));
    if (!result) return socket.fail(result.error());
    if (result->condition != Condition::ok) return static_cast<tls_status>(result->condition);
    lock.lock();
    socket.downgrade.emplace(SocketHandle::Downgrade{Descriptor(result->fd), std::move(result->surplus)});
  }
  return deliver_downgrade(socket, fd, surplus, capacity, surplus_length);
}

std::string address_json(const Address& address) {
  return write_json({{"address", address.ip}, {"port", address.port}});
}

std::string statistics_json(const Statistics& s) {
  return write_json({{"recv_oct", s.recv_oct},
                     {"recv_cnt", s.recv_cnt},
                     {"recv_max", s.recv_max},
                     {"recv_avg", s.recv_avg},
                     {"send_oct", s.send_oct},
                     {"send_cnt", s.send_cnt},
                     {"send_max", s.send_max},
                     {"send_avg", s.send_avg},
                     {"send_pend", s.send_pend}});
}

}  // namespace

// ---- results ----

const char* tls_last_error(void) { return last_error(); }

void tls_free(void* string) {
  if (!string) return;
  wipe(string, std::strlen(static_cast<const char*>(string)));
  std::free(string);
}

// ---- listeners ----

tls_status tls_listen(uint16_t port, const char* options_json, tls_handle* listener) {
  return guarded([&]() -> tls_status {
    TLSOCK_NEED(listener);
    *listener = 0;
    Options options;
    TLSOCK_CHECK(read_options({.role = Role::server, .json = options_json, .base = nullptr}, options));
    auto made = Listener::listen(std::move(options.config), port);
    if (!made) return fail(made.error());
    *listener = insert(std::make_unique<ListenerHandle>(*std::move(made), std::move(options.answerer)));
    return *listener ? TLS_OK : fail_memory();
  });
}

tls_status tls_transport_accept(tls_handle listener, int timeout_ms, tls_handle* socket) {
  if (socket) *socket = 0;
  return on<ListenerHandle>(listener, [&](ListenerHandle& handle) -> tls_status {
    TLSOCK_NEED(socket);
    TLSOCK_CHECK(check_timeout(timeout_ms));
    auto accepted = handle.listener->accept(Deadline::from_timeout(timeout_ms));
    if (!accepted) return fail(accepted.error());
    if (accepted->condition != Condition::ok) return static_cast<tls_status>(accepted->condition);
    *socket = enlist(std::move(accepted->socket), handle.answerer);
    return *socket ? TLS_OK : fail_memory();
  });
}

// ---- handshakes ----

tls_status tls_handshake(tls_handle socket, const char* options_json, int timeout_ms) {
  return on_socket(socket, [&](SocketHandle& handle) -> tls_status {
    TLSOCK_CHECK(check_timeout(timeout_ms));
    const Deadline deadline = Deadline::from_timeout(timeout_ms);
    if (!options_json) return handle.finish(handle.socket->handshake(nullptr, deadline));
    Options options;
    const OptionsSource source{.role = handle.socket->role(), .json = options_json, .base = handle.socket->config()};
    TLSOCK_CHECK(read_options(source, options));
    if (options.answerer) handle.use_answerer(std::move(options.answerer));
    return handle.finish(handle.socket->handshake(std::move(options.config), deadline));
  });
}

tls_status tls_handshake_continue(tls_handle socket, const char* options_json, int timeout_ms) {
  return on_socket(socket, [&](SocketHandle& handle) -> tls_status {
    TLSOCK_CHECK(check_timeout(timeout_ms));
    const auto question = handle.socket->question();
    if (!question || !std::holds_alternative<HelloQuestion>(question->body))
      return fail_state("the handshake is not paused after the hello");
    Options options;
    const OptionsSource source{.role = handle.socket->role(), .json = options_json, .base = handle.socket->config()};
    TLSOCK_CHECK(read_options(source, options));
    if (options.answerer) handle.use_answerer(std::move(options.answerer));
    Answer answer;
    answer.verdict = Answer::Verdict::accept;
    answer.config = std::move(options.config);
    return handle.finish(handle.socket->continue_with(std::move(answer), Deadline::from_timeout(timeout_ms)));
  });
}

tls_status tls_handshake_cancel(tls_handle socket) {
  return on_socket(socket, [](SocketHandle& handle) { return handle.finish(handle.socket->cancel()); });
}

tls_status tls_connect(const char* host, uint16_t port, const char* options_json, int timeout_ms, tls_handle* socket) {
  return guarded([&]() -> tls_status {
    TLSOCK_NEED(socket);
    *socket = 0;
    TLSOCK_NEED(host);
    TLSOCK_CHECK(check_timeout(timeout_ms));
    TLSOCK_CHECK(check_host(host));
    if (port == 0) return fail_argument("port", "0 is no port to connect to");
    Options options;
    TLSOCK_CHECK(read_options({.role = Role::client, .json = options_json, .base = nullptr}, options));
    return start(Socket::connect(std::move(options.config), host, port), std::move(options.answerer), timeout_ms,
                 socket);
  });
}

tls_status tls_handshake_fd(int fd, const char* options_json, int timeout_ms, tls_handle* socket) {
  return guarded([&] { return upgrade(Role::server, fd, nullptr, options_json, timeout_ms, socket); });
}

tls_status tls_connect_fd(int fd, const char* host, const char* options_json, int timeout_ms, tls_handle* socket) {
  return guarded([&] { return upgrade(Role::client, fd, host, options_json, timeout_ms, socket); });
}

// ---- data ----

tls_status tls_send(tls_handle socket, const void* data, size_t length, int timeout_ms, size_t* sent) {
  if (sent) *sent = 0;
  return on_socket(socket, [&](SocketHandle& handle) -> tls_status {
    TLSOCK_NEED(sent);
    if (length) TLSOCK_NEED(data);
    TLSOCK_CHECK(check_timeout(timeout_ms));
    const Bytes bytes(static_cast<const std::uint8_t*>(data), length);
    return handle.finish(handle.socket->send(bytes, Deadline::from_timeout(timeout_ms), *sent));
  });
}

tls_status tls_recv(tls_handle socket, void* buffer, size_t capacity, size_t length, int timeout_ms, size_t* received,
                    uint32_t* flags) {
  if (received) *received = 0;
  if (flags) *flags = 0;
  return on_socket(socket, [&](SocketHandle& handle) -> tls_status {
    TLSOCK_NEED(received);
    TLSOCK_NEED(buffer);
    TLSOCK_CHECK(check_timeout(timeout_ms));
    if (capacity == 0) return fail_argument("capacity", "a buffer without room");
    if (length > capacity) return fail_argument("length", "more than the buffer's capacity");
    const MutBytes room(static_cast<std::uint8_t*>(buffer), capacity);
    Socket::Received got;
    const tls_status status = handle.finish(handle.socket->recv(room, length, Deadline::from_timeout(timeout_ms), got));
    *received = got.size;
    if (flags && got.end_of_record) *flags |= TLS_RECV_END_OF_RECORD;
    return status;
  });
}

tls_status tls_update_keys(tls_handle socket, const char* direction, int timeout_ms) {
  return on_socket(socket, [&](SocketHandle& handle) -> tls_status {
    TLSOCK_NEED(direction);
    TLSOCK_CHECK(check_timeout(timeout_ms));
    const std::string_view name = direction;
    if (name != "write" && name != "read_write")
      return fail_argument("direction", R"(neither "write" nor "read_write")");
    return handle.finish(handle.socket->update_keys(name == "read_write", Deadline::from_timeout(timeout_ms)));
  });
}

tls_status tls_renegotiate(tls_handle socket, int timeout_ms) {
  return on_socket(socket, [&](SocketHandle&) -> tls_status {
    TLSOCK_CHECK(check_timeout(timeout_ms));
    return fail_unsupported("TLS 1.3 has no renegotiation (RFC 8446 §4.1.2)");
  });
}

// ---- ending ----

tls_status tls_shutdown(tls_handle socket, const char* how, int timeout_ms) {
  return on_socket(socket, [&](SocketHandle& handle) -> tls_status {
    TLSOCK_NEED(how);
    TLSOCK_CHECK(check_timeout(timeout_ms));
    Socket::How parsed;
    if (!parse_how(how, parsed)) return fail_argument("how", R"(not "read", "write" or "read_write")");
    return handle.finish(handle.socket->shutdown(parsed, Deadline::from_timeout(timeout_ms)));
  });
}

tls_status tls_downgrade(tls_handle socket, int timeout_ms, int* fd, void* surplus, size_t capacity,
                         size_t* surplus_length) {
  if (fd) *fd = -1;
  if (surplus_length) *surplus_length = 0;
  return on_socket(socket, [&](SocketHandle& handle) -> tls_status {
    TLSOCK_NEED(fd);
    TLSOCK_NEED(surplus_length);
    if (capacity) TLSOCK_NEED(surplus);
    TLSOCK_CHECK(check_timeout(timeout_ms));
    return downgrade(handle, timeout_ms, fd, surplus, capacity, surplus_length);
  });
}

tls_status tls_close(tls_handle any) {
  return guarded([&]() -> tls_status { return close_handle(any) ? TLS_OK : fail_handle(any, "object"); });
}

// ---- what is known ----

tls_status tls_connection_info(tls_handle socket, const char* items_json, char** info_json) {
  if (info_json) *info_json = nullptr;
  return on_socket(socket, [&](SocketHandle& handle) -> tls_status {
    TLSOCK_NEED(info_json);
    TLSOCK_CHECK(check_items("items_json", items_json));
    std::string json, unknown;
    handle.socket->inspect(
        [&](const Connection& connection) { json = tlsock::info_json(connection, view(items_json), unknown); });
    if (!unknown.empty())
      return fail_option(OptionProblem::Reason::unknown, unknown, {}, "there is no such item of information");
    return give(std::move(json), info_json);
  });
}

tls_status tls_explain(tls_handle socket, char** explanation_json) {
  if (explanation_json) *explanation_json = nullptr;
  return on_socket(socket, [&](SocketHandle& handle) -> tls_status {
    TLSOCK_NEED(explanation_json);
    std::string json;
    handle.socket->inspect([&](const Connection& connection) { json = explain(connection); });
    if (json.empty()) return fail_state("the handshake has not ended");
    return give(std::move(json), explanation_json);
  });
}

tls_status tls_peercert(tls_handle socket, char** json) {
  if (json) *json = nullptr;
  return on_socket(socket, [&](SocketHandle& handle) -> tls_status {
    TLSOCK_NEED(json);
    std::string text;
    handle.socket->inspect([&](const Connection& connection) { text = peercert_json(connection); });
    return text.empty() ? fail_state("the peer has shown no certificate") : give(std::move(text), json);
  });
}

tls_status tls_export_key_materials(tls_handle socket, const char* labels_json, char** materials_json) {
  if (materials_json) *materials_json = nullptr;
  return on_socket(socket, [&](SocketHandle& handle) -> tls_status {
    TLSOCK_NEED(labels_json);
    TLSOCK_NEED(materials_json);
    return export_materials(handle, labels_json, materials_json);
  });
}

// ---- the stream ----

tls_status tls_setopts(tls_handle socket, const char* options_json) {
  return on_socket(socket, [&](SocketHandle& handle) -> tls_status {
    TLSOCK_NEED(options_json);
    return set_socket_options(handle, options_json);
  });
}

tls_status tls_getopts(tls_handle socket, const char* names_json, char** options_json) {
  if (options_json) *options_json = nullptr;
  return on_socket(socket, [&](SocketHandle& handle) -> tls_status {
    TLSOCK_NEED(options_json);
    return get_socket_options(handle, names_json, options_json);
  });
}

tls_status tls_getstat(tls_handle socket, char** stat_json) {
  if (stat_json) *stat_json = nullptr;
  return on_socket(socket, [&](SocketHandle& handle) -> tls_status {
    TLSOCK_NEED(stat_json);
    return give(statistics_json(handle.socket->statistics()), stat_json);
  });
}

tls_status tls_peername(tls_handle socket, char** json) {
  if (json) *json = nullptr;
  return on_socket(socket, [&](SocketHandle& handle) -> tls_status {
    TLSOCK_NEED(json);
    const auto address = handle.socket->peername();
    return address ? give(address_json(*address), json) : handle.fail(address.error());
  });
}

tls_status tls_sockname(tls_handle listener_or_socket, char** json) {
  if (json) *json = nullptr;
  return guarded([&]() -> tls_status {
    if (const Use<ListenerHandle> listener(listener_or_socket); listener) {
      TLSOCK_NEED(json);
      const auto address = listener->listener->sockname();
      return address ? give(address_json(*address), json) : fail(address.error());
    }
    return on_socket(listener_or_socket, [&](SocketHandle& handle) -> tls_status {
      TLSOCK_NEED(json);
      const auto address = handle.socket->sockname();
      return address ? give(address_json(*address), json) : handle.fail(address.error());
    });
  });
}

tls_status tls_fileno(tls_handle listener_or_socket, int* fd) {
  if (fd) *fd = -1;
  return guarded([&]() -> tls_status {
    if (const Use<ListenerHandle> listener(listener_or_socket); listener) {
      TLSOCK_NEED(fd);
      *fd = listener->listener->fileno();
      return TLS_OK;
    }
    return on_socket(listener_or_socket, [&](SocketHandle& handle) -> tls_status {
      TLSOCK_NEED(fd);
      const auto descriptor = handle.socket->fileno();
      if (!descriptor) return handle.fail(descriptor.error());
      *fd = *descriptor;
      return TLS_OK;
    });
  });
}
