// Two sockets of memory and the wire between them, for tests of the C API.
#pragma once

#include <tlsock/tls.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/catch.hpp"

namespace capi_test {

using Json = nlohmann::json;

inline std::string cert_file(const std::string& name) {
  return std::string(TLSOCK_TEST_DATA) + "/certs/" + name + ".pem";
}

inline Json server_options(const std::string& name = "server") {
  return {{"certfile", cert_file(name)}, {"keyfile", cert_file(name + "-key")}};
}
inline Json client_options(const std::string& host = "localhost") {
  return {{"cacertfile", cert_file("ca")}, {"server_name_indication", host}};
}
inline Json with(Json options, const Json& more) {
  options.update(more);
  return options;
}

// Handle closes what it names.
class Handle {
 public:
  Handle() = default;
  explicit Handle(tls_handle handle) : handle_(handle) {}
  Handle(Handle&& other) noexcept : handle_(std::exchange(other.handle_, 0)) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Handle() {
    if (handle_) tls_close(handle_);
  }
  operator tls_handle() const { return handle_; }
  tls_handle release() { return std::exchange(handle_, 0); }

 private:
  tls_handle handle_ = 0;
};

inline Handle memory_socket(const char* role, const Json& options) {
  tls_handle handle = 0;
  const tls_status status = tls_memory_new(role, options.dump().c_str(), &handle);
  INFO(tls_last_error());
  REQUIRE(status == TLS_OK);
  return Handle(handle);
}

inline Handle make_config(const char* role, const Json& options) {
  tls_handle handle = 0;
  const tls_status status = tls_config_create(role, options.dump().c_str(), &handle);
  INFO(tls_last_error());
  REQUIRE(status == TLS_OK);
  return Handle(handle);
}

inline Json last_error() { return Json::parse(tls_last_error()); }

// taken parses a text of the library's and frees it.
inline Json taken(char* text) {
  REQUIRE(text != nullptr);
  const Json json = Json::parse(text);
  tls_free(text);
  return json;
}

inline Json wait_of(tls_handle socket) {
  char* text = nullptr;
  REQUIRE(tls_wait_info(socket, &text) == TLS_OK);
  return taken(text);
}

inline tls_status answer(tls_handle socket, const Json& value) {
  return tls_answer(socket, wait_of(socket)["id"].get<std::uint64_t>(), value.dump().c_str());
}

inline std::vector<char> output_of(tls_handle socket) {
  std::vector<char> all;
  for (;;) {
    char chunk[4096];
    size_t size = 0;
    const tls_status status = tls_memory_get(socket, chunk, sizeof chunk, &size);
    if (status < 0) return all;
    all.insert(all.end(), chunk, chunk + size);
    if (status == TLS_OK) return all;
  }
}

struct Pair {
  Handle client, server;
  tls_status client_status = TLS_WANT_READ, server_status = TLS_WANT_READ;
  Json client_error, server_error;

  Pair(const Json& for_client, const Json& for_server)
      : client(memory_socket("client", for_client)), server(memory_socket("server", for_server)) {}

  // run carries bytes until both sides are done, failed or wait for an answer.
  void run() {
    for (int turns = 0; turns < 50; ++turns) {
      const bool from_client = carry(client, client_status, client_error, server, server_status, server_error);
      const bool from_server = carry(server, server_status, server_error, client, client_status, client_error);
      if (!from_client && !from_server) break;
    }
  }

  bool connected() const { return client_status == TLS_OK && server_status == TLS_OK; }

 private:
  static void go_on(tls_handle socket, const std::vector<char>& input, tls_status& status, Json& error) {
    size_t consumed = 0;
    status = tls_memory_put(socket, input.data(), input.size(), &consumed);
    if (status < 0 && error.is_null()) error = last_error();
    if (status == TLS_WANT_READ || status == TLS_WANT_WRITE) {
      const tls_status handshake = tls_handshake(socket, nullptr, 0);
      if (handshake == TLS_OK) status = TLS_OK;
    }
  }

  static bool carry(tls_handle from, tls_status& from_status, Json& from_error, tls_handle to, tls_status& to_status,
                    Json& to_error) {
    if (from_status != TLS_WAIT) go_on(from, {}, from_status, from_error);
    const auto bytes = output_of(from);
    if (bytes.empty()) return false;
    go_on(to, bytes, to_status, to_error);
    return true;
  }
};

}  // namespace capi_test
