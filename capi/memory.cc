// The memory transport: the exported functions of the header's chapter of that name.
#include "capi/arguments.h"

using namespace tlsock;
using namespace tlsock::capi;

namespace {

Bytes bytes_of(const void* data, std::size_t length) { return {static_cast<const std::uint8_t*>(data), length}; }
MutBytes room_of(void* data, std::size_t length) { return {static_cast<std::uint8_t*>(data), length}; }

// A client must know whom it means, unless nobody will look at the certificate, or the application does so itself.
bool lacks_host(const Config& config) {
  const bool checks =
      config.verify_peer && (config.host_check == HostCheck::https || config.host_check == HostCheck::strict);
  return config.role == Role::client && checks && !config.server_name;
}

}  // namespace

tls_status tls_memory_new(const char* role, const char* options_json, tls_handle* socket) {
  return guarded([&]() -> tls_status {
    TLSOCK_NEED(socket);
    *socket = 0;
    TLSOCK_NEED(role);
    OptionsSource source{.json = options_json, .base = nullptr};
    TLSOCK_CHECK(check_role(role, source.role));
    Options options;
    TLSOCK_CHECK(read_options(source, options));
    if (lacks_host(*options.config))
      return fail_option(OptionProblem::Reason::missing, "server_name_indication", {},
                         "a client on a memory transport needs a host, or \"customize_hostname_check\": \"none\"");
    std::string host = options.config->server_name.value_or(std::string());
    *socket = enlist(Socket::memory(std::move(options.config), std::move(host)), std::move(options.answerer));
    return *socket ? TLS_OK : fail_memory();
  });
}

tls_status tls_memory_put(tls_handle socket, const void* ciphertext, size_t length, size_t* consumed) {
  if (consumed) *consumed = 0;
  return on_socket(socket, [&](SocketHandle& handle) -> tls_status {
    TLSOCK_NEED(consumed);
    if (length) TLSOCK_NEED(ciphertext);
    return handle.finish(handle.socket->put(bytes_of(ciphertext, length), *consumed));
  });
}

tls_status tls_memory_get(tls_handle socket, void* buffer, size_t capacity, size_t* produced) {
  if (produced) *produced = 0;
  return on_socket(socket, [&](SocketHandle& handle) -> tls_status {
    TLSOCK_NEED(produced);
    if (capacity) TLSOCK_NEED(buffer);
    return handle.finish(handle.socket->get(room_of(buffer, capacity), *produced));
  });
}

tls_status tls_memory_step(tls_handle socket, const void* in, size_t in_length, size_t* consumed, void* out,
                           size_t out_capacity, size_t* produced) {
  if (consumed) *consumed = 0;
  if (produced) *produced = 0;
  return on_socket(socket, [&](SocketHandle& handle) -> tls_status {
    TLSOCK_NEED(consumed);
    TLSOCK_NEED(produced);
    if (in_length) TLSOCK_NEED(in);
    if (out_capacity) TLSOCK_NEED(out);
    return handle.finish(
        handle.socket->step(bytes_of(in, in_length), *consumed, room_of(out, out_capacity), *produced));
  });
}

tls_status tls_memory_eof(tls_handle socket) {
  return on_socket(socket, [](SocketHandle& handle) { return handle.finish(handle.socket->eof()); });
}

tls_status tls_memory_pending(tls_handle socket, size_t* ciphertext, size_t* plaintext) {
  if (ciphertext) *ciphertext = 0;
  if (plaintext) *plaintext = 0;
  return on_socket(socket, [&](SocketHandle& handle) -> tls_status {
    const auto pending = handle.socket->pending();
    if (!pending) return handle.fail(pending.error());
    if (ciphertext) *ciphertext = pending->ciphertext;
    if (plaintext) *plaintext = pending->plaintext;
    return TLS_OK;
  });
}

tls_status tls_memory_timeout(tls_handle socket, int* timeout_ms) {
  if (timeout_ms) *timeout_ms = -1;
  return on_socket(socket, [&](SocketHandle& handle) -> tls_status {
    TLSOCK_NEED(timeout_ms);
    return handle.socket->is_memory() ? TLS_OK : fail_state("not a memory socket");
  });
}

tls_status tls_memory_tick(tls_handle socket) {
  return on_socket(socket, [](SocketHandle& handle) {
    return handle.socket->is_memory() ? TLS_OK : fail_state("not a memory socket");
  });
}
