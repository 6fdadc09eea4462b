// The C API with values as results, for SWIG: one interface file serves Python, Java and Go.
//
// An error is thrown as a Failure, which reads tls_last_error() in the very call that failed: the last error belongs to
// the thread, and goroutines and Java's virtual threads change threads between two calls. Conditions are results.
//
// Java has no multiple results, and Go would allocate for them. So a condition and what comes with it travel in one
// integer that is never negative: Opened, Counted, Received, Stepped. The language's part unpacks it.
//
// Callbacks (tls_set_log) are different in each language and stand in python.i, java.i and go.i. There is no
// tls_config_set_answer here: bindings answer waits between two calls.
#pragma once

#include <tlsock/tls.h>

#include <algorithm>
#include <stdexcept>

namespace tlsock_swig {

class Failure : public std::runtime_error {
 public:
  explicit Failure(int failed) : std::runtime_error(tls_last_error()), status(failed) {}
  const int status;
};

// check gives a condition back and throws an error.
inline int check(tls_status status) {
  if (status < 0) throw Failure(status);
  return status;
}

// Bits 56 to 62 hold the condition; 56 bits are left for the rest.
typedef long long Opened;    // a handle, which has 53 bits at most; 0 if there is none
typedef long long Counted;   // a number of bytes
typedef long long Received;  // bits 48 to 55: flags of tls_recv; below: a number of bytes
typedef long long Stepped;   // bits 28 to 55: the second number, of bytes that came out; below: the first, taken in

inline long long pack(tls_status condition, unsigned long long rest) {
  return static_cast<long long>(std::min(condition, 127)) << 56 | static_cast<long long>(rest);
}
// Longer inputs are taken in part, which every caller has to expect anyway.
inline size_t most(size_t size) { return std::min<size_t>(size, (1u << 28) - 1); }
inline long long pack_two(tls_status condition, size_t first, size_t second) {
  return pack(condition, static_cast<unsigned long long>(most(second)) << 28 | most(first));
}

// ---- Sockets ----

inline unsigned long long listen(unsigned short port, const char* options) {
  tls_handle listener = 0;
  check(tls_listen(port, options, &listener));
  return listener;
}
inline Opened transport_accept(unsigned long long listener, int timeout_ms) {
  tls_handle socket = 0;
  const int condition = check(tls_transport_accept(listener, timeout_ms, &socket));
  return pack(condition, socket);
}
inline int handshake(unsigned long long socket, const char* options, int timeout_ms) {
  return check(tls_handshake(socket, options, timeout_ms));
}
inline int handshake_continue(unsigned long long socket, const char* options, int timeout_ms) {
  return check(tls_handshake_continue(socket, options, timeout_ms));
}
inline void handshake_cancel(unsigned long long socket) { check(tls_handshake_cancel(socket)); }
inline Opened connect(const char* host, unsigned short port, const char* options, int timeout_ms) {
  tls_handle socket = 0;
  const int condition = check(tls_connect(host, port, options, timeout_ms, &socket));
  return pack(condition, socket);
}
inline Opened handshake_fd(int fd, const char* options, int timeout_ms) {
  tls_handle socket = 0;
  const int condition = check(tls_handshake_fd(fd, options, timeout_ms, &socket));
  return pack(condition, socket);
}
inline Opened connect_fd(int fd, const char* host, const char* options, int timeout_ms) {
  tls_handle socket = 0;
  const int condition = check(tls_connect_fd(fd, host, options, timeout_ms, &socket));
  return pack(condition, socket);
}
// downgrade gives the descriptor as the first number and the length of the surplus as the second.
inline Stepped downgrade(unsigned long long socket, int timeout_ms, void* OUT, size_t OUT_SIZE) {
  int fd = -1;
  size_t surplus = 0;
  const int condition = check(tls_downgrade(socket, timeout_ms, &fd, OUT, OUT_SIZE, &surplus));
  return pack_two(condition, fd < 0 ? 0 : static_cast<size_t>(fd), surplus);
}
inline Counted send(unsigned long long socket, const void* IN, size_t IN_SIZE, int timeout_ms) {
  size_t sent = 0;
  const int condition = check(tls_send(socket, IN, IN_SIZE, timeout_ms, &sent));
  return pack(condition, sent);
}
inline Received recv(unsigned long long socket, void* OUT, size_t OUT_SIZE, size_t length, int timeout_ms) {
  size_t received = 0;
  uint32_t flags = 0;
  const int condition = check(tls_recv(socket, OUT, OUT_SIZE, length, timeout_ms, &received, &flags));
  return pack(condition, static_cast<unsigned long long>(flags & 0xff) << 48 | received);
}
inline int shutdown(unsigned long long socket, const char* how, int timeout_ms) {
  return check(tls_shutdown(socket, how, timeout_ms));
}
inline void close(unsigned long long any) { check(tls_close(any)); }
inline char* connection_info(unsigned long long socket, const char* items) {
  char* json = nullptr;
  check(tls_connection_info(socket, items, &json));
  return json;
}
inline char* explain(unsigned long long socket) {
  char* json = nullptr;
  check(tls_explain(socket, &json));
  return json;
}
inline void setopts(unsigned long long socket, const char* options) { check(tls_setopts(socket, options)); }
inline char* getopts(unsigned long long socket, const char* names) {
  char* json = nullptr;
  check(tls_getopts(socket, names, &json));
  return json;
}
inline char* getstat(unsigned long long socket) {
  char* json = nullptr;
  check(tls_getstat(socket, &json));
  return json;
}
inline char* peername(unsigned long long socket) {
  char* json = nullptr;
  check(tls_peername(socket, &json));
  return json;
}
inline char* sockname(unsigned long long listener_or_socket) {
  char* json = nullptr;
  check(tls_sockname(listener_or_socket, &json));
  return json;
}
inline char* peercert(unsigned long long socket) {
  char* json = nullptr;
  check(tls_peercert(socket, &json));
  return json;
}
inline int fileno(unsigned long long socket) {
  int fd = -1;
  check(tls_fileno(socket, &fd));
  return fd;
}
inline int update_keys(unsigned long long socket, const char* direction, int timeout_ms) {
  return check(tls_update_keys(socket, direction, timeout_ms));
}
inline int renegotiate(unsigned long long socket, int timeout_ms) { return check(tls_renegotiate(socket, timeout_ms)); }
inline char* export_key_materials(unsigned long long socket, const char* labels) {
  char* json = nullptr;
  check(tls_export_key_materials(socket, labels, &json));
  return json;
}

// ---- Configs and waits ----

inline unsigned long long config_create(const char* role, const char* options) {
  tls_handle config = 0;
  check(tls_config_create(role, options, &config));
  return config;
}
inline void config_reload(unsigned long long config) { check(tls_config_reload(config)); }
inline char* validate_options(const char* role, const char* options) {
  char* json = nullptr;
  check(tls_validate_options(role, options, &json));
  return json;
}
inline void set_defaults(const char* variables) { check(tls_set_defaults(variables)); }
inline void clear_pem_cache() { check(tls_clear_pem_cache()); }
inline char* wait_info(unsigned long long socket) {
  char* json = nullptr;
  check(tls_wait_info(socket, &json));
  return json;
}
inline void answer(unsigned long long socket, unsigned long long id, const char* json) {
  check(tls_answer(socket, id, json));
}
inline int wait_fileno(unsigned long long socket) {
  int fd = -1;
  check(tls_wait_fileno(socket, &fd));
  return fd;
}

// ---- Memory transport ----

inline unsigned long long memory_new(const char* role, const char* options) {
  tls_handle socket = 0;
  check(tls_memory_new(role, options, &socket));
  return socket;
}
inline Counted memory_put(unsigned long long socket, const void* IN, size_t IN_SIZE) {
  size_t consumed = 0;
  const int condition = check(tls_memory_put(socket, IN, IN_SIZE, &consumed));
  return pack(condition, consumed);
}
inline Counted memory_get(unsigned long long socket, void* OUT, size_t OUT_SIZE) {
  size_t produced = 0;
  const int condition = check(tls_memory_get(socket, OUT, OUT_SIZE, &produced));
  return pack(condition, produced);
}
inline Stepped memory_step(unsigned long long socket, const void* IN, size_t IN_SIZE, void* OUT,
                           size_t OUT_SIZE) {
  size_t consumed = 0, produced = 0;
  const int condition = check(tls_memory_step(socket, IN, most(IN_SIZE), &consumed, OUT, most(OUT_SIZE), &produced));
  return pack_two(condition, consumed, produced);
}
inline void memory_eof(unsigned long long socket) { check(tls_memory_eof(socket)); }
// memory_pending gives bytes for the peer as the first number, bytes for the application as the second.
inline Stepped memory_pending(unsigned long long socket) {
  size_t ciphertext = 0, plaintext = 0;
  const int condition = check(tls_memory_pending(socket, &ciphertext, &plaintext));
  return pack_two(condition, ciphertext, plaintext);
}
inline int memory_timeout(unsigned long long socket) {
  int timeout_ms = -1;
  check(tls_memory_timeout(socket, &timeout_ms));
  return timeout_ms;
}
inline int memory_tick(unsigned long long socket) { return check(tls_memory_tick(socket)); }

// ---- Cipher suites and versions ----

inline char* versions() {
  char* json = nullptr;
  check(tls_versions(&json));
  return json;
}
inline char* cipher_suites(const char* description, const char* version, const char* format) {
  char* json = nullptr;
  check(tls_cipher_suites(description, version, format, &json));
  return json;
}
inline char* filter_cipher_suites(const char* suites, const char* filters) {
  char* json = nullptr;
  check(tls_filter_cipher_suites(suites, filters, &json));
  return json;
}
inline char* prepend_cipher_suites(const char* preferred, const char* suites) {
  char* json = nullptr;
  check(tls_prepend_cipher_suites(preferred, suites, &json));
  return json;
}
inline char* append_cipher_suites(const char* deferred, const char* suites) {
  char* json = nullptr;
  check(tls_append_cipher_suites(deferred, suites, &json));
  return json;
}
inline char* suite_to_str(const char* suite) {
  char* name = nullptr;
  check(tls_suite_to_str(suite, &name));
  return name;
}
inline char* suite_to_openssl_str(const char* suite) {
  char* name = nullptr;
  check(tls_suite_to_openssl_str(suite, &name));
  return name;
}
inline char* str_to_suite(const char* name) {
  char* json = nullptr;
  check(tls_str_to_suite(name, &json));
  return json;
}
inline char* groups(const char* description) {
  char* json = nullptr;
  check(tls_groups(description, &json));
  return json;
}
inline char* eccs(const char* version) {
  char* json = nullptr;
  check(tls_eccs(version, &json));
  return json;
}
inline char* signature_algs(const char* description, const char* version) {
  char* json = nullptr;
  check(tls_signature_algs(description, version, &json));
  return json;
}

}  // namespace tlsock_swig
