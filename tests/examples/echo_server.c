/* tlsock-echo-server PORT CERT.pem KEY.pem [CLIENTS]: sends back what it gets; to an HTTP request it tells about the
 * connection. Port 0 takes a free one. It serves one client after the other, and ends after CLIENTS of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tlsock/tls.h>

enum { TIMEOUT_MS = 10000 };

static const char items[] = "[\"protocol\", \"selected_cipher_suite\", \"selected_group\", \"alpn\"]";

static int failed(const char* what) {
  fprintf(stderr, "%s: %s\n", what, tls_last_error());
  return 1;
}

static tls_status send_text(tls_handle client, const char* text) {
  size_t sent;
  return tls_send(client, text, strlen(text), TIMEOUT_MS, &sent);
}

/* The answer is all that is known of the connection. */
static void answer_http(tls_handle client) {
  char head[200], *info;
  if (tls_connection_info(client, NULL, &info) != TLS_OK) return;
  snprintf(head, sizeof head,
           "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
           strlen(info) + 1);
  send_text(client, head);
  send_text(client, info);
  send_text(client, "\n");
  tls_free(info);
}

static int serve(tls_handle client) {
  char data[16384], *info;
  size_t length;
  if (tls_handshake(client, NULL, TIMEOUT_MS) != TLS_OK) return failed("handshake");
  if (tls_connection_info(client, items, &info) != TLS_OK) return failed("connection_info");
  printf("server: connected: %s\n", info);
  fflush(stdout);
  tls_free(info);

  tls_status status = TLS_OK;
  while (status == TLS_OK) {
    status = tls_recv(client, data, sizeof data, 0, TIMEOUT_MS, &length, NULL);
    if (status != TLS_OK) break;
    if (length > 4 && memcmp(data, "GET ", 4) == 0) {
      answer_http(client);
      break;
    }
    status = tls_send(client, data, length, TIMEOUT_MS, &length);
  }
  /* TLS_CLOSED is how a connection ends well: the peer has said that it is done. */
  return status < 0 ? failed("echo") : 0;
}

static tls_status listen_on(const char* port, const char* certificate, const char* key, tls_handle* listener) {
  char options[1000];
  snprintf(options, sizeof options,
           "{\"certfile\": \"%s\", \"keyfile\": \"%s\", \"ip\": \"127.0.0.1\", \"reuseaddr\": true,"
           " \"alpn_preferred_protocols\": [\"http/1.1\", \"echo\"]}",
           certificate, key);
  return tls_listen((uint16_t)atoi(port), options, listener);
}

int main(int argc, char** argv) {
  tls_handle listener, client;
  char* address;
  if (argc < 4) {
    fprintf(stderr, "usage: %s PORT CERT.pem KEY.pem [CLIENTS]\n", argv[0]);
    return 2;
  }
  if (listen_on(argv[1], argv[2], argv[3], &listener) != TLS_OK) return failed("listen");
  if (tls_sockname(listener, &address) != TLS_OK) return failed("sockname");
  printf("server: listening: %s\n", address);
  fflush(stdout);
  tls_free(address);

  int bad = 0;
  for (int left = argc > 4 ? atoi(argv[4]) : -1; left != 0; --left) {
    if (tls_transport_accept(listener, TLS_INFINITY, &client) != TLS_OK) return failed("accept");
    bad |= serve(client);
    tls_close(client);
  }
  tls_close(listener);
  return bad;
}
