/* tlsock-client HOST PORT CA.pem TEXT: connects, tells about the connection, sends TEXT as a line and prints the line
 * that comes back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tlsock/tls.h>

enum { TIMEOUT_MS = 10000 };

static const char items[] =
    "[\"protocol\", \"selected_cipher_suite\", \"selected_group\", \"alpn\", \"signature_scheme\", \"verified\"]";

static int failed(const char* what) {
  fprintf(stderr, "%s: %s\n", what, tls_last_error());
  return 1;
}

/* One byte at a time, so as not to read beyond the line. */
static tls_status read_line(tls_handle server, char* line, size_t size) {
  size_t length = 0, received;
  tls_status status = TLS_OK;
  while (length + 1 < size) {
    status = tls_recv(server, line + length, 1, 1, TIMEOUT_MS, &received, NULL);
    if (status != TLS_OK || line[length] == '\n') break;
    ++length;
  }
  line[length] = '\0';
  return status;
}

int main(int argc, char** argv) {
  char options[1000], line[1000], *info;
  tls_handle server;
  size_t sent;
  if (argc != 5) {
    fprintf(stderr, "usage: %s HOST PORT CA.pem TEXT\n", argv[0]);
    return 2;
  }
  snprintf(options, sizeof options, "{\"cacertfile\": \"%s\", \"alpn_advertised_protocols\": [\"echo\"]}", argv[3]);
  tls_status status = tls_connect(argv[1], (uint16_t)atoi(argv[2]), options, TIMEOUT_MS, &server);
  if (status != TLS_OK) return status == TLS_TIMED_OUT ? puts("client: timed out"), 1 : failed("connect");

  if (tls_connection_info(server, items, &info) != TLS_OK) return failed("connection_info");
  printf("client: connected: %s\n", info);
  tls_free(info);

  snprintf(line, sizeof line, "%s\n", argv[4]);
  status = tls_send(server, line, strlen(line), TIMEOUT_MS, &sent);
  if (status == TLS_OK) status = read_line(server, line, sizeof line);
  if (status < 0) return failed("talk");
  printf("client: got back: %s\n", line);
  tls_close(server);
  return status == TLS_OK ? 0 : 1;
}
