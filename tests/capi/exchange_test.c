/* A client and a server in two threads, through the library as C programs load it: listen, connect, data both ways,
 * keys updated and exported, waits answered by a function, upgrade and downgrade of live descriptors. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api.h"

#define CERTS TLSOCK_TEST_DATA "/certs/"
#define TIME 20000

static struct api api;

static const char server_options[] =
    "{\"certfile\":\"" CERTS "server.pem\",\"keyfile\":\"" CERTS "server-key.pem\",\"ip\":\"127.0.0.1\"}";
static const char client_options[] = "{\"cacertfile\":\"" CERTS "ca.pem\"}";
static const char exporter[] = "[{\"label\":\"EXPORTER-test\",\"context\":\"c\",\"length\":32}]";

static uint16_t port_of(tls_handle listener) {
  char* json = NULL;
  unsigned port = 0;
  EXPECT(api.tls_sockname(listener, &json), TLS_OK);
  const char* found = json ? strstr(json, "\"port\":") : NULL;
  if (found) port = (unsigned)strtoul(found + 7, NULL, 10);
  api.tls_free(json);
  return (uint16_t)port;
}

static void expect_received(tls_handle socket, const char* text) {
  char buffer[64];
  size_t received = 0;
  uint32_t flags = 0;
  EXPECT(api.tls_recv(socket, buffer, sizeof buffer, strlen(text), TIME, &received, &flags), TLS_OK);
  EXPECT(received, strlen(text));
  EXPECT(memcmp(buffer, text, strlen(text)), 0);
}

static void expect_sent(tls_handle socket, const char* text) {
  size_t sent = 0;
  EXPECT(api.tls_send(socket, text, strlen(text), TIME, &sent), TLS_OK);
  EXPECT(sent, strlen(text));
}

/* ---- a whole connection ---- */

struct server {
  tls_handle listener;
  char* exported;
};

static void* serve(void* argument) {
  struct server* server = argument;
  tls_handle socket = 0;
  char byte;
  size_t received;
  EXPECT(api.tls_transport_accept(server->listener, TIME, &socket), TLS_OK);
  EXPECT(api.tls_handshake(socket, "{\"alpn_preferred_protocols\":[\"b\",\"a\"]}", TIME), TLS_OK);
  EXPECT(api.tls_handshake(socket, NULL, TIME), TLS_OK);
  expect_received(socket, "ping");
  expect_sent(socket, "pong");
  EXPECT(api.tls_update_keys(socket, "read_write", TIME), TLS_OK);
  expect_sent(socket, "with new keys");
  EXPECT(api.tls_export_key_materials(socket, exporter, &server->exported), TLS_OK);
  EXPECT(api.tls_recv(socket, &byte, 1, 0, TIME, &received, NULL), TLS_CLOSED);
  expect_sent(socket, "still here");
  EXPECT(api.tls_close(socket), TLS_OK);
  return NULL;
}

static void talk(tls_handle socket, struct server* server) {
  char* json = NULL;
  char byte;
  size_t received;
  expect_sent(socket, "ping");
  expect_received(socket, "pong");
  expect_received(socket, "with new keys");
  EXPECT(api.tls_connection_info(socket, NULL, &json), TLS_OK);
  EXPECT(json && strstr(json, "tlsv1.3") != NULL, 1);
  api.tls_free(json);
  EXPECT(api.tls_peercert(socket, &json), TLS_OK);
  EXPECT(json && strstr(json, "\"leaf\"") != NULL, 1);
  api.tls_free(json);
  EXPECT(api.tls_explain(socket, &json), TLS_OK);
  EXPECT(json && strstr(json, "\"connected\":true") != NULL, 1);
  api.tls_free(json);
  EXPECT(api.tls_export_key_materials(socket, exporter, &json), TLS_OK);
  EXPECT(api.tls_shutdown(socket, "write", TIME), TLS_OK);
  expect_received(socket, "still here");
  EXPECT(server->exported && json && strcmp(json, server->exported) == 0, 1);
  api.tls_free(json);
  EXPECT(api.tls_recv(socket, &byte, 1, 0, TIME, &received, NULL), TLS_CLOSED);
}

static void whole_connection(void) {
  struct server server = {0, NULL};
  tls_handle socket = 0;
  pthread_t thread;
  EXPECT(api.tls_listen(0, server_options, &server.listener), TLS_OK);
  pthread_create(&thread, NULL, serve, &server);
  EXPECT(api.tls_connect("localhost", port_of(server.listener),
                         "{\"cacertfile\":\"" CERTS "ca.pem\",\"alpn_advertised_protocols\":[\"a\",\"b\"]}", TIME,
                         &socket),
         TLS_OK);
  talk(socket, &server);
  EXPECT(api.tls_close(socket), TLS_OK);
  pthread_join(thread, NULL);
  api.tls_free(server.exported);
  EXPECT(api.tls_close(server.listener), TLS_OK);
}

/* ---- a refused certificate: the error on both sides ---- */

static void* serve_refused(void* argument) {
  const tls_handle listener = *(tls_handle*)argument;
  tls_handle socket = 0;
  char byte;
  size_t received;
  EXPECT(api.tls_transport_accept(listener, TIME, &socket), TLS_OK);
  tls_status status = api.tls_handshake(socket, NULL, TIME);
  if (status == TLS_OK) status = api.tls_recv(socket, &byte, 1, 0, TIME, &received, NULL);
  EXPECT(status, TLS_E_ALERT);
  EXPECT(strstr(api.tls_last_error(), "\"origin\":\"peer\"") != NULL, 1);
  EXPECT(strstr(api.tls_last_error(), "received CLIENT ALERT: Fatal - Unknown CA") != NULL, 1);
  EXPECT(api.tls_close(socket), TLS_OK);
  return NULL;
}

static void refused_certificate(void) {
  tls_handle listener = 0, socket = 7;
  pthread_t thread;
  EXPECT(api.tls_listen(0, server_options, &listener), TLS_OK);
  pthread_create(&thread, NULL, serve_refused, &listener);
  EXPECT(api.tls_connect("127.0.0.1", port_of(listener), "{\"cacertfile\":\"" CERTS "other-ca.pem\"}", TIME, &socket),
         TLS_E_ALERT);
  EXPECT(socket, 0);
  EXPECT(strstr(api.tls_last_error(), "\"alert\":\"unknown_ca\"") != NULL, 1);
  EXPECT(strstr(api.tls_last_error(), "\"origin\":\"local\"") != NULL, 1);
  pthread_join(thread, NULL);
  EXPECT(api.tls_close(listener), TLS_OK);
}

/* ---- an answering function ---- */

static int answers = 0;

static int answer_verify(void* context, tls_handle socket, const char* wait_json) {
  const char* id = strstr(wait_json, "\"id\":");
  (void)context;
  ++answers;
  EXPECT(id != NULL, 1);
  EXPECT(api.tls_handshake(socket, NULL, 0), TLS_E_STATE);
  if (id) EXPECT(api.tls_answer(socket, strtoull(id + 5, NULL, 10), "\"valid\""), TLS_OK);
  return 0;
}

static int destroyed = 0;
static void destroy(void* context) { *(int*)context += 1; }

static void* serve_once(void* argument) {
  const tls_handle listener = *(tls_handle*)argument;
  tls_handle socket = 0;
  EXPECT(api.tls_transport_accept(listener, TIME, &socket), TLS_OK);
  EXPECT(api.tls_handshake(socket, NULL, TIME), TLS_OK);
  expect_received(socket, "x");
  EXPECT(api.tls_close(socket), TLS_OK);
  return NULL;
}

static void answering_function(void) {
  tls_handle listener = 0, socket = 0, config = 0;
  char options[64];
  pthread_t thread;
  EXPECT(api.tls_listen(0, server_options, &listener), TLS_OK);
  pthread_create(&thread, NULL, serve_once, &listener);
  EXPECT(api.tls_config_create("client", "{\"cacertfile\":\"" CERTS "other-ca.pem\",\"verify_fun\":\"wait\"}", &config),
         TLS_OK);
  EXPECT(api.tls_config_set_answer(config, answer_verify, &destroyed, destroy), TLS_OK);
  snprintf(options, sizeof options, "{\"config\":%llu}", (unsigned long long)config);
  EXPECT(api.tls_connect("localhost", port_of(listener), options, TIME, &socket), TLS_OK);
  EXPECT(answers > 0, 1);
  expect_sent(socket, "x");
  EXPECT(api.tls_close(config), TLS_OK);
  EXPECT(destroyed, 0);
  pthread_join(thread, NULL);
  EXPECT(api.tls_close(socket), TLS_OK);
  EXPECT(destroyed, 1);
  EXPECT(api.tls_close(listener), TLS_OK);
}

/* ---- upgrade and downgrade ---- */

static void connect_pair(int fds[2]) {
  struct sockaddr_in address;
  socklen_t size = sizeof address;
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT(bind(listener, (struct sockaddr*)&address, sizeof address), 0);
  EXPECT(listen(listener, 1), 0);
  EXPECT(getsockname(listener, (struct sockaddr*)&address, &size), 0);
  fds[0] = socket(AF_INET, SOCK_STREAM, 0);
  EXPECT(connect(fds[0], (struct sockaddr*)&address, sizeof address), 0);
  fds[1] = accept(listener, NULL, NULL);
  close(listener);
}

static void* serve_upgrade(void* argument) {
  const int fd = *(int*)argument;
  tls_handle socket = 0;
  int plain = -1;
  char surplus[4];
  size_t size = 0;
  EXPECT(api.tls_handshake_fd(fd, server_options, TIME, &socket), TLS_OK);
  expect_received(socket, "secret");
  EXPECT(api.tls_downgrade(socket, TIME, &plain, NULL, 0, &size), size ? TLS_E_SIZE : TLS_OK);
  if (size) EXPECT(api.tls_downgrade(socket, TIME, &plain, surplus, sizeof surplus, &size), TLS_OK);
  EXPECT(api.tls_close(socket), TLS_OK);
  EXPECT(plain, fd);
  if (!size) size = (size_t)recv(plain, surplus, sizeof surplus, MSG_WAITALL);
  EXPECT(size, 4);
  EXPECT(memcmp(surplus, "open", 4), 0);
  close(plain);
  return NULL;
}

static void upgrade_and_downgrade(void) {
  int fds[2], plain = -1;
  tls_handle socket = 0;
  size_t size = 0;
  pthread_t thread;
  connect_pair(fds);
  pthread_create(&thread, NULL, serve_upgrade, &fds[1]);
  EXPECT(api.tls_connect_fd(fds[0], NULL, client_options, TIME, &socket), TLS_OK);
  expect_sent(socket, "secret");
  EXPECT(api.tls_downgrade(socket, TIME, &plain, NULL, 0, &size), TLS_OK);
  EXPECT(plain, fds[0]);
  EXPECT(size, 0);
  EXPECT(api.tls_close(socket), TLS_OK);
  EXPECT(send(plain, "open", 4, MSG_NOSIGNAL), 4);
  pthread_join(thread, NULL);
  close(plain);
}

/* A descriptor stays the caller's when the upgrade does not succeed. */
static void failed_upgrade(void) {
  int fds[2];
  tls_handle socket = 7;
  connect_pair(fds);
  EXPECT(api.tls_connect_fd(fds[0], "localhost", client_options, 50, &socket), TLS_TIMED_OUT);
  EXPECT(socket, 0);
  EXPECT(close(fds[0]), 0);
  EXPECT(close(fds[1]), 0);
  connect_pair(fds);
  EXPECT(api.tls_connect_fd(fds[0], "localhost", client_options, 0, &socket), TLS_WANT_READ);
  EXPECT(socket != 0, 1);
  EXPECT(api.tls_close(socket), TLS_OK);
  EXPECT(close(fds[0]), -1);
  EXPECT(close(fds[1]), 0);
}

/* ---- after a fork ---- */

/* A connected socket is the parent's; the listener works in the child. */
static int in_child(tls_handle listener, tls_handle socket) {
  const int before = failures;
  tls_handle mine = 0;
  size_t size = 0;
  char byte;
  EXPECT(api.tls_send(socket, "x", 1, TIME, &size), TLS_E_STATE);
  EXPECT(api.tls_recv(socket, &byte, 1, 0, TIME, &size, NULL), TLS_E_STATE);
  EXPECT(api.tls_update_keys(socket, "write", TIME), TLS_E_STATE);
  EXPECT(api.tls_close(socket), TLS_OK);
  EXPECT(api.tls_transport_accept(listener, TIME, &mine), TLS_OK);
  EXPECT(api.tls_handshake(mine, NULL, TIME), TLS_OK);
  expect_sent(mine, "from the child");
  EXPECT(api.tls_recv(mine, &byte, 1, 0, TIME, &size, NULL), TLS_CLOSED);
  EXPECT(api.tls_close(mine), TLS_OK);
  return failures > before;
}

static void after_fork(void) {
  tls_handle listener = 0, socket = 0, second = 0;
  int status = -1;
  pthread_t thread;
  EXPECT(api.tls_listen(0, server_options, &listener), TLS_OK);
  pthread_create(&thread, NULL, serve_once, &listener);
  EXPECT(api.tls_connect("localhost", port_of(listener), client_options, TIME, &socket), TLS_OK);
  const pid_t child = fork();
  if (child == 0) _exit(in_child(listener, socket));
  EXPECT(child > 0, 1);
  EXPECT(api.tls_connect("localhost", port_of(listener), client_options, TIME, &second), TLS_OK);
  expect_received(second, "from the child");
  EXPECT(api.tls_close(second), TLS_OK);
  EXPECT(waitpid(child, &status, 0), child);
  EXPECT(status, 0);
  expect_sent(socket, "x");
  pthread_join(thread, NULL);
  EXPECT(api.tls_close(socket), TLS_OK);
  EXPECT(api.tls_close(listener), TLS_OK);
}

int main(int argc, char** argv) {
  tls_handle left_open = 0;
  if (argc != 2) return 2;
  api = load_api(argv[1]);
  whole_connection();
  refused_certificate();
  answering_function();
  upgrade_and_downgrade();
  failed_upgrade();
  after_fork();
  /* A process may end with handles open. */
  EXPECT(api.tls_listen(0, server_options, &left_open), TLS_OK);
  return failures ? 1 : 0;
}
