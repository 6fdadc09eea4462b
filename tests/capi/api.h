/* The library as a program sees it that loads it at run time: a table of all exported functions. */
#ifndef TLSOCK_TESTS_CAPI_API_H
#define TLSOCK_TESTS_CAPI_API_H

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tlsock/tls.h>

#define TLS_FUNCTIONS(X)       \
  X(tls_last_error)            \
  X(tls_free)                  \
  X(tls_listen)                \
  X(tls_transport_accept)      \
  X(tls_handshake)             \
  X(tls_handshake_continue)    \
  X(tls_handshake_cancel)      \
  X(tls_connect)               \
  X(tls_handshake_fd)          \
  X(tls_connect_fd)            \
  X(tls_downgrade)             \
  X(tls_send)                  \
  X(tls_recv)                  \
  X(tls_shutdown)              \
  X(tls_close)                 \
  X(tls_connection_info)       \
  X(tls_explain)               \
  X(tls_setopts)               \
  X(tls_getopts)               \
  X(tls_getstat)               \
  X(tls_peername)              \
  X(tls_sockname)              \
  X(tls_peercert)              \
  X(tls_fileno)                \
  X(tls_update_keys)           \
  X(tls_renegotiate)           \
  X(tls_export_key_materials)  \
  X(tls_config_create)         \
  X(tls_config_reload)         \
  X(tls_validate_options)      \
  X(tls_set_defaults)          \
  X(tls_clear_pem_cache)       \
  X(tls_wait_info)             \
  X(tls_answer)                \
  X(tls_wait_fileno)           \
  X(tls_config_set_answer)     \
  X(tls_set_log)               \
  X(tls_memory_new)            \
  X(tls_memory_put)            \
  X(tls_memory_get)            \
  X(tls_memory_step)           \
  X(tls_memory_eof)            \
  X(tls_memory_pending)        \
  X(tls_memory_timeout)        \
  X(tls_memory_tick)           \
  X(tls_versions)              \
  X(tls_cipher_suites)         \
  X(tls_filter_cipher_suites)  \
  X(tls_prepend_cipher_suites) \
  X(tls_append_cipher_suites)  \
  X(tls_suite_to_str)          \
  X(tls_suite_to_openssl_str)  \
  X(tls_str_to_suite)          \
  X(tls_groups)                \
  X(tls_eccs)                  \
  X(tls_signature_algs)

struct api {
#define X(name) __typeof__(name)* name;
  TLS_FUNCTIONS(X)
#undef X
};

/* load_api ends the program if the library or one of its functions is missing. */
static struct api load_api(const char* path) {
  struct api api;
  void* library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    fprintf(stderr, "%s\n", dlerror());
    exit(1);
  }
#define X(name)                                  \
  {                                              \
    void* symbol = dlsym(library, #name);        \
    if (!symbol) {                               \
      fprintf(stderr, "%s is missing\n", #name); \
      exit(1);                                   \
    }                                            \
    memcpy(&api.name, &symbol, sizeof symbol);   \
  }
  TLS_FUNCTIONS(X)
#undef X
  return api;
}

static int failures = 0;

/* EXPECT compares two statuses or numbers. */
#define EXPECT(expression, wanted)                                                                                  \
  do {                                                                                                              \
    const long long expect_got = (long long)(expression), expect_wanted = (long long)(wanted);                      \
    if (expect_got != expect_wanted) {                                                                              \
      fprintf(stderr, "%s:%d: %s is %lld, not %lld; last error: %s\n", __FILE__, __LINE__, #expression, expect_got, \
              expect_wanted, api.tls_last_error());                                                                 \
      ++failures;                                                                                                   \
    }                                                                                                               \
  } while (0)

#endif
