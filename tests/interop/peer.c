/* tlsock_peer: one end of a connection, over the public C API alone, for the interop tests.
 *
 *   tlsock_peer client HOST PORT OPTIONS STEP…
 *   tlsock_peer server OPTIONS STEP…
 *   tlsock_peer serve OPTIONS           many connections at once, until the end of standard input; failures are not told
 *
 * OPTIONS is JSON, or @FILE. A server listens on a free port of 127.0.0.1. After the handshake the steps are done, one
 * by one:
 *   ping:N          send the next N bytes of the payload and, at the same time, receive the same bytes back
 *   echo:N          send back the next N bytes that come
 *   send:N          send N bytes of the payload, from its start
 *   receive:N       receive what send:N of the other end sends
 *   say:TEXT        send a line of text
 *   hear:TEXT       receive one
 *   chunk:N         from here on, send at most N bytes by one call
 *   update:HOW      tls_update_keys, HOW is "write" or "read_write"
 *   export:N:LABEL  tell N bytes of exported keying material
 *   shutdown        close_notify; receiving goes on
 *   closed          expect the peer's close_notify, and nothing before it
 *   abort           leave without close_notify
 *
 * Standard output has one JSON object a line: {"listening": …}, {"info": …} after the handshake and again at the end,
 * {"export": …}. Standard error has one if something fails: {"call": …, "status": …, "error": …}; and nothing else.
 * Exit code: 0, 1 if a call failed, 2 if the payload was wrong, 3 for wrong arguments.
 */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlsock/tls.h"

enum {
  failed = 1,
  wrong_payload = 2,
  wrong_arguments = 3,
  line_length = 64,
  buffer_size = 1 << 16,
  timeout_ms = 60000
};

static tls_handle connection; /* 0 until there is one */

static void leave(int code) {
  fflush(stdout);
  if (connection) tls_close(connection);
  exit(code);
}

static void check(const char* call, tls_status status) {
  if (status == TLS_OK) return;
  fprintf(stderr, "{\"call\":\"%s\",\"status\":%d,\"error\":%s}\n", call, status,
          status < 0 ? tls_last_error() : "null");
  leave(failed);
}

static void tell(const char* name, char* json) {
  printf("{\"%s\":%s}\n", name, json);
  fflush(stdout);
  tls_free(json);
}

static void tell_info(void) {
  char* json = NULL;
  check("tls_connection_info", tls_connection_info(connection, NULL, &json));
  tell("info", json);
}

static char* read_options(const char* argument) {
  if (argument[0] != '@') return strdup(argument);
  FILE* file = fopen(argument + 1, "rb");
  if (!file) {
    perror(argument + 1);
    leave(wrong_arguments);
  }
  char* text = calloc(1, buffer_size);
  if (fread(text, 1, buffer_size - 1, file) == 0) fprintf(stderr, "%s is empty\n", argument + 1);
  fclose(file);
  return text;
}

/* The payload is lines of 63 digits, so that no terminal program takes any of it for a command. */
static void fill_payload(char* out, size_t position, size_t length) {
  char line[line_length + 1] = "";
  size_t made = (size_t)-1;
  for (size_t i = 0; i < length; ++i, ++position) {
    const size_t number = position / line_length;
    if (number != made) {
      snprintf(line, sizeof line, "%063llu\n", (unsigned long long)(number + 1) * 0x9E3779B97F4A7C15ull);
      made = number;
    }
    out[i] = line[position % line_length];
  }
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

struct peer {
  size_t position; /* in the payload */
  size_t chunk;
};

static tls_status send_all(const struct peer* peer, const char* data, size_t length) {
  while (length > 0) {
    size_t sent = 0;
    const tls_status status = tls_send(connection, data, smaller(length, peer->chunk), timeout_ms, &sent);
    if (status != TLS_OK) return status;
    data += sent;
    length -= sent;
  }
  return TLS_OK;
}

struct sending {
  struct peer* peer;
  const char* data;
  size_t length;
  tls_status status;
  char error[4096]; /* tls_last_error is the thread's own */
};

static void* send_payload(void* argument) {
  struct sending* sending = argument;
  sending->status = send_all(sending->peer, sending->data, sending->length);
  if (sending->status < 0) snprintf(sending->error, sizeof sending->error, "%s", tls_last_error());
  return NULL;
}

static void receive_exactly(const char* expected, size_t length) {
  static char buffer[5000];
  for (size_t done = 0; done < length;) {
    size_t received = 0;
    const size_t wanted = smaller(length - done, sizeof buffer);
    check("tls_recv", tls_recv(connection, buffer, sizeof buffer, wanted, timeout_ms, &received, NULL));
    if (received != wanted || memcmp(buffer, expected + done, received) != 0) {
      fprintf(stderr, "{\"wrong_byte_after\":%zu}\n", done);
      leave(wrong_payload);
    }
    done += received;
  }
}

static void ping(struct peer* peer, size_t length) {
  char* data = malloc(length);
  fill_payload(data, peer->position, length);
  struct sending sending = {peer, data, length, TLS_OK, ""};
  pthread_t thread;
  if (pthread_create(&thread, NULL, send_payload, &sending) != 0) leave(failed);
  receive_exactly(data, length);
  pthread_join(thread, NULL);
  free(data);
  peer->position += length;
  if (sending.status == TLS_OK) return;
  fprintf(stderr, "{\"call\":\"tls_send\",\"status\":%d,\"error\":%s}\n", sending.status,
          sending.error[0] ? sending.error : "null");
  leave(failed);
}

static void send_or_receive(const struct peer* peer, size_t length, int is_sender) {
  char* data = malloc(length);
  fill_payload(data, 0, length);
  if (is_sender) {
    check("tls_send", send_all(peer, data, length));
  } else {
    receive_exactly(data, length);
  }
  free(data);
}

static void echo(const struct peer* peer, size_t length) {
  static char buffer[buffer_size];
  while (length > 0) {
    size_t received = 0;
    check("tls_recv", tls_recv(connection, buffer, smaller(sizeof buffer, length), 0, timeout_ms, &received, NULL));
    check("tls_send", send_all(peer, buffer, received));
    length -= received;
  }
}

static void expect_close(void) {
  char byte;
  size_t received = 0;
  const tls_status status = tls_recv(connection, &byte, 1, 0, timeout_ms, &received, NULL);
  if (status == TLS_CLOSED) return;
  check("tls_recv", status);
  fprintf(stderr, "{\"call\":\"tls_recv\",\"status\":0,\"error\":\"data where close_notify was expected\"}\n");
  leave(wrong_payload);
}

static void export_material(const char* argument) {
  char label[512];
  char* json = NULL;
  const char* colon = strchr(argument, ':');
  snprintf(label, sizeof label, "[{\"label\":\"%s\",\"length\":%d}]", colon ? colon + 1 : "", atoi(argument));
  check("tls_export_key_materials", tls_export_key_materials(connection, label, &json));
  tell("export", json);
}

static void do_step(struct peer* peer, const char* step) {
  const char* argument = strchr(step, ':');
  argument = argument ? argument + 1 : "";
  const size_t number = (size_t)strtoul(argument, NULL, 10);
  if (strncmp(step, "ping:", 5) == 0) {
    ping(peer, number);
  } else if (strncmp(step, "echo:", 5) == 0) {
    echo(peer, number);
  } else if (strncmp(step, "send:", 5) == 0 || strncmp(step, "receive:", 8) == 0) {
    send_or_receive(peer, number, step[0] == 's');
  } else if (strncmp(step, "say:", 4) == 0) {
    char line[256];
    const int length = snprintf(line, sizeof line, "%s\n", argument);
    check("tls_send", send_all(peer, line, (size_t)length));
  } else if (strncmp(step, "hear:", 5) == 0) {
    receive_exactly(argument, strlen(argument));
    receive_exactly("\n", 1);
  } else if (strncmp(step, "chunk:", 6) == 0) {
    peer->chunk = number;
  } else if (strncmp(step, "update:", 7) == 0) {
    check("tls_update_keys", tls_update_keys(connection, argument, timeout_ms));
  } else if (strncmp(step, "export:", 7) == 0) {
    export_material(argument);
  } else if (strcmp(step, "shutdown") == 0) {
    check("tls_shutdown", tls_shutdown(connection, "write", timeout_ms));
  } else if (strcmp(step, "closed") == 0) {
    expect_close();
  } else if (strcmp(step, "abort") == 0) {
    connection = 0;
    leave(0);
  } else {
    fprintf(stderr, "no such step: %s\n", step);
    leave(wrong_arguments);
  }
}

static tls_handle listen_with(const char* options) {
  tls_handle listener = 0;
  char* address = NULL;
  check("tls_listen", tls_listen(0, options, &listener));
  check("tls_sockname", tls_sockname(listener, &address));
  tell("listening", address);
  return listener;
}

static void* serve_one(void* argument) {
  const tls_handle accepted = *(tls_handle*)argument;
  free(argument);
  char buffer[1024];
  size_t received = 0;
  if (tls_handshake(accepted, NULL, timeout_ms) == TLS_OK) {
    while (tls_recv(accepted, buffer, sizeof buffer, 0, timeout_ms, &received, NULL) == TLS_OK) continue;
  }
  tls_close(accepted);
  return NULL;
}

static void* serve(void* argument) {
  const tls_handle listener = *(const tls_handle*)argument;
  tls_handle next = 0;
  while (tls_transport_accept(listener, -1, &next) == TLS_OK) {
    tls_handle* accepted = malloc(sizeof *accepted);
    pthread_t thread;
    *accepted = next;
    if (pthread_create(&thread, NULL, serve_one, accepted) != 0 || pthread_detach(thread) != 0) {
      leave(failed);
    }
  }
  return NULL;
}

static void serve_until_end_of_input(const char* options) {
  tls_handle listener = listen_with(options);
  pthread_t thread;
  if (pthread_create(&thread, NULL, serve, &listener) != 0) leave(failed);
  while (getchar() != EOF) continue;
  fflush(stdout);
  _Exit(0); /* the threads are in their calls still */
}

static void listen_and_accept(const char* options) {
  const tls_handle listener = listen_with(options);
  check("tls_transport_accept", tls_transport_accept(listener, timeout_ms, &connection));
  check("tls_close", tls_close(listener));
  check("tls_handshake", tls_handshake(connection, NULL, timeout_ms));
}

int main(int count, char** arguments) {
  const int is_client = count > 1 && strcmp(arguments[1], "client") == 0;
  const int is_server = count > 1 && strcmp(arguments[1], "server") == 0;
  const int is_served = count > 1 && strcmp(arguments[1], "serve") == 0;
  const int first = is_client ? 4 : 2; /* the options */
  if ((!is_client && !is_server && !is_served) || count <= first) {
    fprintf(stderr, "usage: tlsock_peer client HOST PORT OPTIONS STEP…, or tlsock_peer server|serve OPTIONS STEP…\n");
    return wrong_arguments;
  }
  char* options = read_options(arguments[first]);
  struct peer peer = {0, (size_t)-1};
  if (is_served) serve_until_end_of_input(options);
  if (is_client) {
    const uint16_t port = (uint16_t)atoi(arguments[3]);
    check("tls_connect", tls_connect(arguments[2], port, options, timeout_ms, &connection));
  } else {
    listen_and_accept(options);
  }
  free(options);
  tell_info();
  for (int i = first + 1; i < count; ++i) do_step(&peer, arguments[i]);
  tell_info();
  leave(0);
}
