/* Every function with NULL, with zero and with stale handles: the right status, outputs defined, and never a crash. */
#include "api.h"

static struct api api;

static const char certificate[] = "{\"certfile\":\"" TLSOCK_TEST_DATA
                                  "/certs/server.pem\",\"keyfile\":\"" TLSOCK_TEST_DATA "/certs/server-key.pem\"}";
static const char client_options[] = "{\"verify\":\"verify_none\",\"server_name_indication\":\"localhost\"}";

static int destroyed = 0;
static void destroy(void* context) { *(int*)context += 1; }
static int decline(void* context, tls_handle socket, const char* json) {
  (void)context, (void)socket, (void)json;
  return 0;
}

/* Functions of sockets with a handle that is none. */
static void try_bad_socket(tls_handle bad) {
  char buffer[16];
  char* text = buffer;
  size_t size = 7;
  int number = 7;
  uint32_t flags = 7;
  tls_handle made = 7;
  EXPECT(api.tls_transport_accept(bad, 0, &made), TLS_E_HANDLE);
  EXPECT(made, 0);
  EXPECT(api.tls_handshake(bad, NULL, 0), TLS_E_HANDLE);
  EXPECT(api.tls_handshake_continue(bad, NULL, 0), TLS_E_HANDLE);
  EXPECT(api.tls_handshake_cancel(bad), TLS_E_HANDLE);
  EXPECT(api.tls_downgrade(bad, 0, &number, buffer, sizeof buffer, &size), TLS_E_HANDLE);
  EXPECT(number, -1);
  EXPECT(size, 0);
  size = 7;
  EXPECT(api.tls_send(bad, "x", 1, 0, &size), TLS_E_HANDLE);
  EXPECT(size, 0);
  size = 7;
  EXPECT(api.tls_recv(bad, buffer, sizeof buffer, 0, 0, &size, &flags), TLS_E_HANDLE);
  EXPECT(size, 0);
  EXPECT(flags, 0);
  EXPECT(api.tls_shutdown(bad, "write", 0), TLS_E_HANDLE);
  EXPECT(api.tls_connection_info(bad, NULL, &text), TLS_E_HANDLE);
  EXPECT(text == NULL, 1);
  EXPECT(api.tls_explain(bad, &text), TLS_E_HANDLE);
  EXPECT(api.tls_setopts(bad, "{}"), TLS_E_HANDLE);
  EXPECT(api.tls_getopts(bad, NULL, &text), TLS_E_HANDLE);
  EXPECT(api.tls_getstat(bad, &text), TLS_E_HANDLE);
  EXPECT(api.tls_peername(bad, &text), TLS_E_HANDLE);
  EXPECT(api.tls_sockname(bad, &text), TLS_E_HANDLE);
  EXPECT(api.tls_peercert(bad, &text), TLS_E_HANDLE);
  number = 7;
  EXPECT(api.tls_fileno(bad, &number), TLS_E_HANDLE);
  EXPECT(number, -1);
  EXPECT(api.tls_update_keys(bad, "write", 0), TLS_E_HANDLE);
  EXPECT(api.tls_renegotiate(bad, 0), TLS_E_HANDLE);
  EXPECT(api.tls_export_key_materials(bad, "[]", &text), TLS_E_HANDLE);
  EXPECT(api.tls_config_reload(bad), TLS_E_HANDLE);
  EXPECT(api.tls_wait_info(bad, &text), TLS_E_HANDLE);
  EXPECT(api.tls_answer(bad, 1, "true"), TLS_E_HANDLE);
  EXPECT(api.tls_wait_fileno(bad, &number), TLS_E_HANDLE);
  destroyed = 0;
  EXPECT(api.tls_config_set_answer(bad, decline, &destroyed, destroy), TLS_E_HANDLE);
  EXPECT(destroyed, 1);
  EXPECT(api.tls_memory_put(bad, "x", 1, &size), TLS_E_HANDLE);
  EXPECT(api.tls_memory_get(bad, buffer, sizeof buffer, &size), TLS_E_HANDLE);
  EXPECT(api.tls_memory_step(bad, "x", 1, &size, buffer, sizeof buffer, &size), TLS_E_HANDLE);
  EXPECT(api.tls_memory_eof(bad), TLS_E_HANDLE);
  EXPECT(api.tls_memory_pending(bad, &size, &size), TLS_E_HANDLE);
  EXPECT(api.tls_memory_timeout(bad, &number), TLS_E_HANDLE);
  EXPECT(api.tls_memory_tick(bad), TLS_E_HANDLE);
  EXPECT(api.tls_close(bad), TLS_E_HANDLE);
}

/* A live socket of memory, and NULL or nonsense in every other place. */
static void try_bad_arguments(tls_handle socket) {
  char buffer[16];
  char* text = NULL;
  size_t size = 0;
  int number = 0;
  EXPECT(api.tls_handshake(socket, "{\xff}", 0), TLS_E_ARGUMENT);
  EXPECT(api.tls_handshake(socket, NULL, -2), TLS_E_ARGUMENT);
  EXPECT(api.tls_handshake(socket, "[]", 0), TLS_E_OPTIONS);
  EXPECT(api.tls_handshake(socket, "{\"no_such_option\":1}", 0), TLS_E_OPTIONS);
  EXPECT(api.tls_handshake_continue(socket, NULL, -2), TLS_E_ARGUMENT);
  EXPECT(api.tls_handshake_continue(socket, NULL, 0), TLS_E_STATE);
  EXPECT(api.tls_handshake_cancel(socket), TLS_E_STATE);
  EXPECT(api.tls_downgrade(socket, 0, NULL, NULL, 0, &size), TLS_E_ARGUMENT);
  EXPECT(api.tls_downgrade(socket, 0, &number, NULL, 0, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_downgrade(socket, 0, &number, NULL, 1, &size), TLS_E_ARGUMENT);
  EXPECT(api.tls_downgrade(socket, -2, &number, NULL, 0, &size), TLS_E_ARGUMENT);
  EXPECT(api.tls_downgrade(socket, 0, &number, NULL, 0, &size), TLS_E_STATE);
  EXPECT(api.tls_send(socket, NULL, 1, 0, &size), TLS_E_ARGUMENT);
  EXPECT(api.tls_send(socket, "x", 1, 0, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_send(socket, "x", 1, -2, &size), TLS_E_ARGUMENT);
  EXPECT(api.tls_send(socket, "x", 1, 0, &size), TLS_E_STATE);
  EXPECT(api.tls_recv(socket, NULL, 1, 0, 0, &size, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_recv(socket, buffer, 0, 0, 0, &size, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_recv(socket, buffer, 2, 3, 0, &size, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_recv(socket, buffer, 2, 2, -2, &size, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_recv(socket, buffer, 2, 2, 0, NULL, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_recv(socket, buffer, 2, 2, 0, &size, NULL), TLS_E_STATE);
  EXPECT(api.tls_shutdown(socket, NULL, 0), TLS_E_ARGUMENT);
  EXPECT(api.tls_shutdown(socket, "both", 0), TLS_E_ARGUMENT);
  EXPECT(api.tls_shutdown(socket, "write", -2), TLS_E_ARGUMENT);
  EXPECT(api.tls_shutdown(socket, "write", 0), TLS_E_STATE);
  EXPECT(api.tls_connection_info(socket, NULL, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_connection_info(socket, "\xff", &text), TLS_E_ARGUMENT);
  EXPECT(api.tls_connection_info(socket, "{}", &text), TLS_E_OPTIONS);
  EXPECT(api.tls_connection_info(socket, "[\"no_such_item\"]", &text), TLS_E_OPTIONS);
  EXPECT(api.tls_explain(socket, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_explain(socket, &text), TLS_E_STATE);
  EXPECT(api.tls_setopts(socket, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_setopts(socket, "{\"verify\":\"verify_none\"}"), TLS_E_OPTIONS);
  EXPECT(api.tls_setopts(socket, "{\"no_such_option\":1}"), TLS_E_OPTIONS);
  EXPECT(api.tls_setopts(socket, "{\"active\":true}"), TLS_E_UNSUPPORTED);
  EXPECT(api.tls_getopts(socket, NULL, NULL), TLS_E_ARGUMENT);
  /* "infinity" comes back as it was given, and a number as a number. */
  EXPECT(api.tls_setopts(socket, "{\"send_timeout\":\"infinity\"}"), TLS_OK);
  EXPECT(api.tls_getopts(socket, "[\"send_timeout\"]", &text), TLS_OK);
  EXPECT(text != NULL && strcmp(text, "{\"send_timeout\":\"infinity\"}") == 0, 1);
  api.tls_free(text);
  EXPECT(api.tls_setopts(socket, "{\"send_timeout\":250}"), TLS_OK);
  EXPECT(api.tls_getopts(socket, "[\"send_timeout\"]", &text), TLS_OK);
  EXPECT(text != NULL && strcmp(text, "{\"send_timeout\":250}") == 0, 1);
  api.tls_free(text);
  text = NULL;
  EXPECT(api.tls_getopts(socket, "[1]", &text), TLS_E_OPTIONS);
  EXPECT(api.tls_getopts(socket, "[\"no_such_option\"]", &text), TLS_E_OPTIONS);
  EXPECT(api.tls_getstat(socket, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_peername(socket, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_peername(socket, &text), TLS_E_STATE);
  EXPECT(api.tls_sockname(socket, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_sockname(socket, &text), TLS_E_STATE);
  EXPECT(api.tls_peercert(socket, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_peercert(socket, &text), TLS_E_STATE);
  EXPECT(api.tls_fileno(socket, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_fileno(socket, &number), TLS_E_STATE);
  EXPECT(api.tls_update_keys(socket, NULL, 0), TLS_E_ARGUMENT);
  EXPECT(api.tls_update_keys(socket, "read", 0), TLS_E_ARGUMENT);
  EXPECT(api.tls_update_keys(socket, "write", -2), TLS_E_ARGUMENT);
  EXPECT(api.tls_update_keys(socket, "write", 0), TLS_E_STATE);
  EXPECT(api.tls_renegotiate(socket, -2), TLS_E_ARGUMENT);
  EXPECT(api.tls_renegotiate(socket, 0), TLS_E_UNSUPPORTED);
  EXPECT(api.tls_export_key_materials(socket, NULL, &text), TLS_E_ARGUMENT);
  EXPECT(api.tls_export_key_materials(socket, "[]", NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_export_key_materials(socket, "7", &text), TLS_E_OPTIONS);
  EXPECT(api.tls_export_key_materials(socket, "[{\"label\":\"x\"}]", &text), TLS_E_OPTIONS);
  EXPECT(api.tls_export_key_materials(socket, "[{\"label\":\"x\",\"length\":0}]", &text), TLS_E_OPTIONS);
  EXPECT(api.tls_export_key_materials(socket, "[{\"label\":\"x\",\"length\":32,\"y\":1}]", &text), TLS_E_OPTIONS);
  EXPECT(api.tls_export_key_materials(socket, "[{\"label\":\"x\",\"length\":32}]", &text), TLS_E_STATE);
  EXPECT(api.tls_wait_info(socket, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_wait_info(socket, &text), TLS_E_STATE);
  EXPECT(api.tls_answer(socket, 1, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_answer(socket, 1, "\xff"), TLS_E_ARGUMENT);
  EXPECT(api.tls_answer(socket, 1, "true"), TLS_E_STATE);
  EXPECT(api.tls_wait_fileno(socket, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_memory_put(socket, NULL, 1, &size), TLS_E_ARGUMENT);
  EXPECT(api.tls_memory_put(socket, "x", 1, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_memory_get(socket, NULL, 1, &size), TLS_E_ARGUMENT);
  EXPECT(api.tls_memory_get(socket, buffer, 1, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_memory_step(socket, NULL, 1, &size, buffer, 1, &size), TLS_E_ARGUMENT);
  EXPECT(api.tls_memory_step(socket, NULL, 0, NULL, buffer, 1, &size), TLS_E_ARGUMENT);
  EXPECT(api.tls_memory_step(socket, NULL, 0, &size, NULL, 1, &size), TLS_E_ARGUMENT);
  EXPECT(api.tls_memory_step(socket, NULL, 0, &size, NULL, 0, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_memory_pending(socket, NULL, NULL), TLS_OK);
  EXPECT(api.tls_memory_timeout(socket, NULL), TLS_E_ARGUMENT);
  number = 7;
  EXPECT(api.tls_memory_timeout(socket, &number), TLS_OK);
  EXPECT(number, -1);
  EXPECT(api.tls_memory_tick(socket), TLS_OK);
}

static void try_makers(void) {
  tls_handle made = 7;
  char* text = NULL;
  EXPECT(api.tls_listen(0, certificate, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_listen(0, "{\xff}", &made), TLS_E_ARGUMENT);
  EXPECT(made, 0);
  EXPECT(api.tls_listen(0, NULL, &made), TLS_E_OPTIONS);
  EXPECT(api.tls_listen(0, "{", &made), TLS_E_OPTIONS);
  EXPECT(api.tls_listen(0, "{\"config\":1}", &made), TLS_E_OPTIONS);
  made = 7;
  EXPECT(api.tls_connect(NULL, 1, NULL, 0, &made), TLS_E_ARGUMENT);
  EXPECT(made, 0);
  EXPECT(api.tls_connect("localhost", 1, NULL, 0, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_connect("localhost", 0, NULL, 0, &made), TLS_E_ARGUMENT);
  EXPECT(api.tls_connect("localhost", 1, NULL, -2, &made), TLS_E_ARGUMENT);
  EXPECT(api.tls_connect("", 1, NULL, 0, &made), TLS_E_ARGUMENT);
  EXPECT(api.tls_connect("b\xc3\xbc"
                         "cher.example",
                         1, NULL, 0, &made),
         TLS_E_ARGUMENT);
  EXPECT(api.tls_connect("a b", 1, NULL, 0, &made), TLS_E_ARGUMENT);
  EXPECT(api.tls_connect("localhost", 1, "{\"versions\":[]}", 0, &made), TLS_E_OPTIONS);
  EXPECT(api.tls_connect("localhost", 1, "{\"versions\":[\"dtlsv1.2\"]}", 0, &made), TLS_E_UNSUPPORTED);
  EXPECT(api.tls_handshake_fd(-1, certificate, 0, &made), TLS_E_ARGUMENT);
  EXPECT(api.tls_handshake_fd(0, certificate, 0, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_handshake_fd(0, certificate, -2, &made), TLS_E_ARGUMENT);
  EXPECT(api.tls_handshake_fd(9999, certificate, 0, &made), TLS_E_SYSTEM);
  EXPECT(api.tls_connect_fd(-1, NULL, NULL, 0, &made), TLS_E_ARGUMENT);
  EXPECT(api.tls_connect_fd(0, "a b", NULL, 0, &made), TLS_E_ARGUMENT);
  EXPECT(api.tls_connect_fd(9999, NULL, client_options, 0, &made), TLS_E_SYSTEM);
  EXPECT(api.tls_memory_new(NULL, NULL, &made), TLS_E_ARGUMENT);
  EXPECT(api.tls_memory_new("peer", NULL, &made), TLS_E_ARGUMENT);
  EXPECT(api.tls_memory_new("server", certificate, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_memory_new("server", NULL, &made), TLS_E_OPTIONS);
  EXPECT(api.tls_memory_new("client", "{\"cacertfile\":\"" TLSOCK_TEST_DATA "/certs/ca.pem\"}", &made), TLS_E_OPTIONS);
  EXPECT(api.tls_config_create(NULL, NULL, &made), TLS_E_ARGUMENT);
  EXPECT(api.tls_config_create("peer", NULL, &made), TLS_E_ARGUMENT);
  EXPECT(api.tls_config_create("client", NULL, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_config_create("server", "{\"certfile\":\"/nowhere.pem\"}", &made), TLS_E_OPTIONS);
  EXPECT(api.tls_validate_options(NULL, NULL, &text), TLS_E_ARGUMENT);
  EXPECT(api.tls_validate_options("client", NULL, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_validate_options("peer", NULL, &text), TLS_E_ARGUMENT);
  EXPECT(api.tls_validate_options("client", "{\xff}", &text), TLS_E_ARGUMENT);
  EXPECT(api.tls_set_defaults(NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_set_defaults("{\"no_such_variable\":1}"), TLS_E_OPTIONS);
  EXPECT(api.tls_set_defaults("{\"session_cb\":\"mine\"}"), TLS_E_UNSUPPORTED);
  EXPECT(api.tls_set_defaults("{\"session_lifetime\":0}"), TLS_E_OPTIONS);
  EXPECT(api.tls_set_defaults("{\"session_lifetime\":60,\"no_such_variable\":1}"), TLS_E_OPTIONS);
  EXPECT(api.tls_set_defaults("{\"protocol_version\":[\"tlsv1.3\",\"tlsv1.1\"]}"), TLS_E_OPTIONS);
  EXPECT(api.tls_set_defaults("{\"protocol_version\":[\"dtlsv1.2\"]}"), TLS_E_UNSUPPORTED);
  EXPECT(api.tls_set_defaults("{\"protocol_version\":[\"tlsv1.2\",\"tlsv1.3\"],\"session_lifetime\":86400}"), TLS_OK);
  EXPECT(api.tls_clear_pem_cache(), TLS_OK);
}

static void try_catalog(void) {
  char* text = NULL;
  EXPECT(api.tls_versions(NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_cipher_suites(NULL, "tlsv1.3", NULL, &text), TLS_E_ARGUMENT);
  EXPECT(api.tls_cipher_suites("all", NULL, NULL, &text), TLS_E_ARGUMENT);
  EXPECT(api.tls_cipher_suites("all", "tlsv1.3", NULL, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_cipher_suites("some", "tlsv1.3", NULL, &text), TLS_E_OPTIONS);
  EXPECT(api.tls_cipher_suites("all", "tlsv9", NULL, &text), TLS_E_OPTIONS);
  EXPECT(api.tls_cipher_suites("all", "dtlsv1.2", NULL, &text), TLS_E_UNSUPPORTED);
  EXPECT(api.tls_cipher_suites("all", "tlsv1.3", "gnutls", &text), TLS_E_OPTIONS);
  EXPECT(api.tls_filter_cipher_suites(NULL, NULL, &text), TLS_E_ARGUMENT);
  EXPECT(api.tls_filter_cipher_suites("[]", NULL, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_filter_cipher_suites("{}", NULL, &text), TLS_E_OPTIONS);
  EXPECT(api.tls_filter_cipher_suites("[]", "{\"colour\":\"red\"}", &text), TLS_E_OPTIONS);
  EXPECT(api.tls_prepend_cipher_suites(NULL, "[]", &text), TLS_E_ARGUMENT);
  EXPECT(api.tls_prepend_cipher_suites("[]", NULL, &text), TLS_E_ARGUMENT);
  EXPECT(api.tls_prepend_cipher_suites("[]", "[]", NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_prepend_cipher_suites("[\"NONE\"]", "[]", &text), TLS_E_OPTIONS);
  EXPECT(api.tls_append_cipher_suites(NULL, "[]", &text), TLS_E_ARGUMENT);
  EXPECT(api.tls_append_cipher_suites("7", "[]", &text), TLS_E_OPTIONS);
  EXPECT(api.tls_append_cipher_suites("[]", "[]", NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_suite_to_str(NULL, &text), TLS_E_ARGUMENT);
  EXPECT(api.tls_suite_to_str("{}", NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_suite_to_str("{}", &text), TLS_E_OPTIONS);
  EXPECT(api.tls_suite_to_openssl_str(NULL, &text), TLS_E_ARGUMENT);
  EXPECT(api.tls_suite_to_openssl_str("{}", &text), TLS_E_OPTIONS);
  EXPECT(api.tls_str_to_suite(NULL, &text), TLS_E_ARGUMENT);
  EXPECT(api.tls_str_to_suite("\xff", &text), TLS_E_ARGUMENT);
  EXPECT(api.tls_str_to_suite("TLS_NULL", &text), TLS_E_OPTIONS);
  EXPECT(api.tls_groups(NULL, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_groups("some", &text), TLS_E_OPTIONS);
  EXPECT(api.tls_eccs(NULL, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_eccs("sslv3", &text), TLS_E_OPTIONS);
  EXPECT(api.tls_eccs("dtlsv1.2", &text), TLS_E_UNSUPPORTED);
  EXPECT(api.tls_eccs("tlsv1.3", &text), TLS_E_OPTIONS);
  EXPECT(api.tls_signature_algs(NULL, "tlsv1.3", &text), TLS_E_ARGUMENT);
  EXPECT(api.tls_signature_algs("all", NULL, &text), TLS_E_ARGUMENT);
  EXPECT(api.tls_signature_algs("all", "tlsv1.3", NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_signature_algs("some", "tlsv1.3", &text), TLS_E_OPTIONS);
  EXPECT(api.tls_signature_algs("all", "tlsv1.1", &text), TLS_E_OPTIONS);
  EXPECT(text == NULL, 1);
}

static void try_wrong_kinds(void) {
  tls_handle config = 0, listener = 0, socket = 0;
  char* text = NULL;
  size_t size = 0;
  EXPECT(api.tls_config_create("server", certificate, &config), TLS_OK);
  EXPECT(api.tls_listen(0, certificate, &listener), TLS_OK);
  EXPECT(api.tls_memory_new("server", certificate, &socket), TLS_OK);
  EXPECT(config > 0 && config <= 9007199254740991u, 1);
  EXPECT(api.tls_send(listener, "x", 1, 0, &size), TLS_E_HANDLE);
  EXPECT(api.tls_handshake(config, NULL, 0), TLS_E_HANDLE);
  EXPECT(api.tls_transport_accept(socket, 0, &socket), TLS_E_HANDLE);
  EXPECT(api.tls_config_reload(listener), TLS_E_HANDLE);
  EXPECT(api.tls_config_reload(config), TLS_OK);
  EXPECT(api.tls_sockname(config, &text), TLS_E_HANDLE);
  EXPECT(api.tls_sockname(listener, &text), TLS_OK);
  api.tls_free(text);
  EXPECT(api.tls_sockname(listener, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_transport_accept(listener, 0, NULL), TLS_E_ARGUMENT);
  EXPECT(api.tls_transport_accept(listener, -2, &socket), TLS_E_ARGUMENT);
  EXPECT(api.tls_transport_accept(listener, 0, &socket), TLS_WANT_READ);
  EXPECT(socket, 0);
  EXPECT(api.tls_transport_accept(listener, 10, &socket), TLS_TIMED_OUT);
  EXPECT(api.tls_close(listener), TLS_OK);
  EXPECT(api.tls_close(listener), TLS_E_HANDLE);
  EXPECT(api.tls_close(config), TLS_OK);
  try_bad_socket(config);
}

int main(int argc, char** argv) {
  tls_handle socket = 0;
  if (argc != 2) return 2;
  api = load_api(argv[1]);
  EXPECT(strcmp(api.tls_last_error(), "{}"), 0);
  api.tls_free(NULL);
  try_bad_socket(0);
  try_bad_socket(1);
  try_bad_socket((tls_handle)1 << 24);
  try_bad_socket(~(tls_handle)0);
  try_makers();
  try_catalog();
  EXPECT(api.tls_memory_new("client", client_options, &socket), TLS_OK);
  try_bad_arguments(socket);
  EXPECT(api.tls_close(socket), TLS_OK);
  try_bad_socket(socket);
  try_wrong_kinds();
  destroyed = 0;
  EXPECT(api.tls_set_log(NULL, &destroyed, destroy), TLS_OK);
  EXPECT(destroyed, 1);
  return failures ? 1 : 0;
}
