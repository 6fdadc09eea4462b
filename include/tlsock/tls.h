/* tlsock: TLS sockets in the manner of Erlang/OTP's ssl application. The C API: all that C programs and the language
 * bindings see of the library.
 *
 * C99; no struct has a layout; what will grow travels as JSON. Nothing is ever removed or changed in meaning; each
 * function says since which version it is there. An option's name and its values are Erlang's with atoms as strings:
 * {certfile, "cert.pem"} is "certfile": "cert.pem", {versions, ['tlsv1.3']} is "versions": ["tlsv1.3"]. tlsock(7) has
 * the table of all options.
 *
 * JSON in: UTF-8, at most 4 MiB and 16 deep; a name that is given twice is refused. Identifiers and randoms are
 * lower-case hexadecimal; DER, secrets and other binary values are base64; where an option takes bytes that may be text
 * (a password, an ALPN name), a string stands for its UTF-8 bytes, and {"base64": "…"} or {"hex": "…"} is taken as
 * well. NULL or "" in place of options is {}.
 *
 * Outputs: every function that has outputs sets them to 0 or NULL before all else, so that they are defined even after
 * an error. Strings that come out (char **) are UTF-8, end with NUL and belong to the caller, who gives them to
 * tls_free.
 *
 * Threads: all functions may be called from any thread. On one socket, one sender and one receiver run at once; a
 * second sender or receiver waits for its turn within its own time. tls_close may be called while others are inside.
 */
#ifndef TLSOCK_TLS_H
#define TLSOCK_TLS_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define TLS_API __attribute__((visibility("default")))
#else
#define TLS_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Handles -------------------------------------------------------------------------------------------------------
 * A handle names a listener, a socket or a config. 0 is never valid, and none exceeds 2^53 - 1, so that JSON readers of
 * every language keep it whole. A handle that was closed, or is of another kind than the call wants, is refused with
 * TLS_E_HANDLE; it never touches memory that has gone.
 */
typedef uint64_t tls_handle;

/* ---- Results -------------------------------------------------------------------------------------------------------
 * 0 is success. A positive value is a condition: an ordinary outcome that makes no error object. A negative value is an
 * error: tls_last_error() describes it. Take unknown positive values for conditions, unknown negative ones for fatal.
 */
typedef int tls_status;

#define TLS_OK 0

#define TLS_WANT_READ 1  /* a call that may not wait needs bytes from the peer */
#define TLS_WANT_WRITE 2 /* a call that may not wait has output that cannot leave yet */
#define TLS_WAIT 3       /* the connection waits for an answer: tls_wait_info */
#define TLS_CLOSED 4     /* the peer sent close_notify (sending still works), or the socket was closed here */
#define TLS_TIMED_OUT 5  /* the time given ran out; the connection is still good, unless it was handshaking */
#define TLS_EARLY_DATA 6 /* a server's handshake has early data to be read */

#define TLS_E_ARGUMENT (-1)     /* NULL where a pointer is needed, bad UTF-8, a timeout below -1 */
#define TLS_E_HANDLE (-2)       /* not a live handle of the kind wanted */
#define TLS_E_OPTIONS (-3)      /* unknown name, wrong type or value, options that exclude each other */
#define TLS_E_STATE (-4)        /* the call does not fit the connection's state */
#define TLS_E_ALERT (-5)        /* a fatal alert was sent ("origin":"local") or received ("origin":"peer") */
#define TLS_E_TRUNCATED (-6)    /* the transport ended without close_notify */
#define TLS_E_SYSTEM (-7)       /* a system call failed: "errno" and "errno_name" in the error object */
#define TLS_E_KEY (-8)          /* an engine or token failed */
#define TLS_E_SIZE (-9)         /* a datagram or packet that is too large */
#define TLS_E_NOMEM (-10)       /* no memory */
#define TLS_E_INTERNAL (-11)    /* a fault in the library */
#define TLS_E_UNSUPPORTED (-12) /* known, but not done by this version of the library or of the protocol */

/* Timeouts are milliseconds. TLS_INFINITY waits; 0 never waits: the call returns TLS_WANT_READ or TLS_WANT_WRITE where
 * it would have to; a positive one is one monotonic deadline for the whole call, signals or not. Below -1:
 * TLS_E_ARGUMENT.
 */
#define TLS_INFINITY (-1)

/* tls_last_error returns the thread's last error, a JSON object:
 *   {"status":"tls_alert","alert":"unknown_ca","alert_code":48,"origin":"local","role":"client",
 *    "state":"wait_certificate","reason":"CERTIFICATE_VERIFY_FAILED","detail":{…},"rfc":"RFC 8446 §4.4.2.4",
 *    "message":"TLS client: In state wait_certificate generated CLIENT ALERT: Fatal - Unknown CA"}
 *   {"status":"options","reason":"unknown|value|type|incompatible|missing|role|version|duplicate|unsupported",
 *    "options":[{"name":"certfile","value":"x.pem"}],"detail":{"file":"x.pem","errno":"ENOENT",…},"message":"…"}
 *   {"status":"system","errno":111,"errno_name":"ECONNREFUSED","message":"…"}
 * "status" is tls_alert, options, argument, handle, state, truncated, system, key, size, nomem, internal or
 * unsupported. Values of secret options are never in it. Before the first error it is "{}". The text belongs to the
 * library. It stands until the thread's next failing call: bindings of languages that move between threads read it
 * within the native call that failed. Follows Erlang's ssl:format_error/1. Since 1.0. */
TLS_API const char* tls_last_error(void);

/* tls_free wipes and frees a string that this library returned. NULL is allowed. Since 1.0. */
TLS_API void tls_free(void* string);

/* ---- Sockets -------------------------------------------------------------------------------------------------------
 * Every descriptor of the library is O_CLOEXEC; the flags of a descriptor of yours are left alone (it may be blocking
 * or not). Sends use MSG_NOSIGNAL: no SIGPIPE. No signal disposition is touched.
 *
 * After fork, listeners and configs work in the child. A connected socket belongs to the process that used it last
 * before the fork; in the other one send, recv and update_keys give TLS_E_STATE, and closing is silent, because two
 * processes that seal with one key would repeat a nonce. tls_setopts(h, "{\"owner\":\"here\"}", …) moves it.
 */

/* tls_listen opens a TCP listener: any IPv4 address, unless options "ip" or "inet6" say otherwise. Port 0 takes a free
 * port, told by tls_sockname. The options are a server's, for all sockets that are accepted; {"config": handle} starts
 * from a config. A listener without a certificate is refused (TLS_E_OPTIONS, reason "missing"), unless option handshake
 * "hello" or SNI options make sense of it.
 * Errors: TLS_E_ARGUMENT, TLS_E_OPTIONS, TLS_E_UNSUPPORTED, TLS_E_SYSTEM (EADDRINUSE …). *listener is the caller's:
 * tls_close. Closing it keeps the sockets that were accepted. Follows ssl:listen/2. Since 1.0. */
TLS_API tls_status tls_listen(uint16_t port, const char* options_json, tls_handle* listener);

/* tls_transport_accept takes the next TCP connection. No byte of TLS passes before tls_handshake. With timeout 0 it
 * returns TLS_WANT_READ if none is there. TLS_CLOSED if the listener is closed meanwhile.
 * Errors: TLS_E_ARGUMENT, TLS_E_HANDLE, TLS_E_SYSTEM. *socket is the caller's: tls_close. Follows
 * ssl:transport_accept/2. Since 1.0. */
TLS_API tls_status tls_transport_accept(tls_handle listener, int timeout_ms, tls_handle* socket);

/* tls_handshake does a socket's handshake, or goes on with one that stopped with a condition (options NULL then). The
 * options, if any, overlay the listener's, and are taken only before the first byte; later TLS_E_STATE. On a socket
 * whose handshake is done it returns TLS_OK. Conditions: TLS_WANT_READ, TLS_WANT_WRITE (timeout 0), TLS_WAIT,
 * TLS_TIMED_OUT (a positive time ran out: the connection has ended), TLS_CLOSED. Errors: TLS_E_ARGUMENT, TLS_E_HANDLE,
 * TLS_E_OPTIONS, TLS_E_STATE, TLS_E_ALERT, TLS_E_TRUNCATED, TLS_E_SYSTEM. The socket stays the caller's whatever
 * happens. Follows ssl:handshake/3 and RFC 8446 §2. Since 1.0. */
TLS_API tls_status tls_handshake(tls_handle socket, const char* options_json, int timeout_ms);

/* tls_handshake_continue goes on after the pause that option handshake "hello" makes (a wait of kind "hello"), with
 * more or other options. It answers the wait and continues: conditions and errors as tls_handshake. TLS_E_STATE if
 * there is no such pause. Options that are refused (TLS_E_OPTIONS) leave the pause as it was. Follows
 * ssl:handshake_continue/3. Since 1.0. */
TLS_API tls_status tls_handshake_continue(tls_handle socket, const char* options_json, int timeout_ms);

/* tls_handshake_cancel ends a handshake with the alert user_canceled (RFC 8446 §6.1), sent if it fits without waiting.
 * TLS_E_STATE if none is under way. The handle still has to be closed. Follows ssl:handshake_cancel/1. Since 1.0. */
TLS_API tls_status tls_handshake_cancel(tls_handle socket);

/* tls_connect connects by TCP and does the client's handshake. `host` is a DNS name (ASCII; internationalised names as
 * A-labels) or an IP address in text form. All addresses of a name are tried, both families side by side (RFC 8305).
 * The certificate is checked against the host (RFC 9525); option server_name_indication replaces the name, "disable"
 * sends none but still checks the host, and only "customize_hostname_check": "none" drops the check. Options are a
 * client's; verify_peer is the default, against the system's trust store unless cacerts or cacertfile say otherwise. On
 * TLS_OK, TLS_WAIT, TLS_WANT_READ and TLS_WANT_WRITE *socket is set and the caller's; one that stopped with a condition
 * goes on by tls_handshake(socket, NULL, timeout). On TLS_TIMED_OUT and on errors *socket is 0.
 * Errors: TLS_E_ARGUMENT, TLS_E_OPTIONS, TLS_E_SYSTEM (ECONNREFUSED …; a name without an address has
 * "reason":"NAME_NOT_FOUND" and no errno), TLS_E_ALERT, TLS_E_TRUNCATED. Follows ssl:connect/4. Since 1.0. */
TLS_API tls_status tls_connect(const char* host, uint16_t port, const char* options_json, int timeout_ms,
                               tls_handle* socket);

/* tls_handshake_fd upgrades a connected stream socket to TLS, server side. Bytes of the peer's that were read already
 * are handed over by option "initial_data". On TLS_OK, TLS_WAIT, TLS_WANT_READ and TLS_WANT_WRITE the library owns `fd`
 * and *socket is set. On TLS_TIMED_OUT and on errors `fd` stays the caller's and *socket is 0; the stream is spoilt
 * then, unless the error is TLS_E_ARGUMENT, TLS_E_OPTIONS or TLS_E_UNSUPPORTED. Follows ssl:handshake/3 on a gen_tcp
 * socket. Since 1.0. */
TLS_API tls_status tls_handshake_fd(int fd, const char* options_json, int timeout_ms, tls_handle* socket);

/* tls_connect_fd upgrades a connected stream socket to TLS, client side. With `host` NULL the certificate is checked
 * against the peer's IP address. Ownership of `fd` as with tls_handshake_fd. Follows ssl:connect/3. Since 1.0. */
TLS_API tls_status tls_connect_fd(int fd, const char* host, const char* options_json, int timeout_ms,
                                  tls_handle* socket);

/* tls_downgrade ends TLS and gives the stream back: it sends close_notify and waits for the peer's (RFC 8446 §6.1).
 * `surplus` (`capacity` bytes; may be NULL with 0) takes what the peer sent behind its close_notify; if it does not
 * fit: TLS_E_SIZE, *surplus_length tells how much is needed, and the call may be repeated. On TLS_OK *fd is the
 * caller's, and the handle is good for tls_close alone. Application data that has not been read is an error:
 * TLS_E_STATE. TLS_WANT_READ, TLS_WANT_WRITE and TLS_TIMED_OUT leave the socket; the call may be repeated. Memory
 * sockets: TLS_E_STATE. Follows ssl:close/2 with {Pid, Timeout}. Since 1.0. */
TLS_API tls_status tls_downgrade(tls_handle socket, int timeout_ms, int* fd, void* surplus, size_t capacity,
                                 size_t* surplus_length);

/* tls_send sends application data. *sent tells how much was sealed into records that will go out whatever happens next;
 * go on from there after a condition. `length` 0 flushes what an earlier call sealed.
 * Conditions: TLS_WANT_WRITE (timeout 0), TLS_TIMED_OUT, TLS_CLOSED (closed here, or shut down for writing). Errors:
 * TLS_E_ARGUMENT, TLS_E_HANDLE, TLS_E_STATE (before the handshake is done; after a fork in the wrong process),
 * TLS_E_ALERT, TLS_E_SYSTEM (EPIPE, ECONNRESET). Follows ssl:send/2 and RFC 8446 §5. Since 1.0. */
TLS_API tls_status tls_send(tls_handle socket, const void* data, size_t length, int timeout_ms, size_t* sent);

/* Flags of tls_recv. */
#define TLS_RECV_EARLY 1u         /* these bytes are early data: they may be a replay */
#define TLS_RECV_END_OF_RECORD 2u /* the last byte given ends a record */
#define TLS_RECV_TRUNCATED 4u     /* datagrams: the rest of this one is kept for the next call */

/* tls_recv receives application data into `buffer` of `capacity` bytes. `length` 0 gives what is there, at least one
 * byte; another `length` (at most `capacity`) gives exactly so many: on a condition they stay buffered and *received is
 * 0. `flags` may be NULL. Conditions: TLS_WANT_READ (timeout 0), TLS_TIMED_OUT, TLS_CLOSED, never before all data that
 * came earlier was given. Errors: TLS_E_ARGUMENT, TLS_E_HANDLE, TLS_E_STATE, TLS_E_ALERT, TLS_E_TRUNCATED (the stream
 * ended without close_notify: what was received may be cut), TLS_E_SYSTEM. Follows ssl:recv/3. Since 1.0. */
TLS_API tls_status tls_recv(tls_handle socket, void* buffer, size_t capacity, size_t length, int timeout_ms,
                            size_t* received, uint32_t* flags);

/* tls_shutdown closes one direction or both; `how` is "read", "write" or "read_write". "write" sends close_notify and
 * half-closes the stream: the peer reads the end, and receiving goes on here (RFC 8446 §6.1).
 * Conditions: TLS_WANT_WRITE, TLS_TIMED_OUT. Errors: TLS_E_ARGUMENT, TLS_E_HANDLE, TLS_E_STATE, TLS_E_SYSTEM.
 * Follows ssl:shutdown/2. Since 1.0. */
TLS_API tls_status tls_shutdown(tls_handle socket, const char* how, int timeout_ms);

/* tls_close releases a handle of any kind. A socket sends close_notify if it fits without waiting. Threads inside calls
 * on the handle wake up and get TLS_CLOSED; what the handle names lives until the last of them has left. Never blocks.
 * TLS_E_HANDLE if the handle is closed already. Follows ssl:close/1. Since 1.0. */
TLS_API tls_status tls_close(tls_handle any);

/* tls_connection_info tells what is known of a connection, as a JSON object. `items_json` is an array of names,
 * ["protocol","selected_cipher_suite"]; NULL gives everything but the effective options (item "options") and secrets.
 * An unknown item is TLS_E_OPTIONS. During a handshake the object holds what is known so far.
 * Follows ssl:connection_information/2. Since 1.0. */
TLS_API tls_status tls_connection_info(tls_handle socket, const char* items_json, char** info_json);

/* tls_explain tells why a connection is as it is. After success: for each choice what was offered by both sides and
 * what was chosen. After a failure: own and the peer's offers side by side (null for a list that the peer did not
 * tell), and as "first_empty" the first of them that have nothing in common:
 *   {"connected":false,"versions":{"own":[…],"peer":[…],"common":[…],"chosen":…}, …,"first_empty":"groups","error":{…}}
 * "first_empty" is "versions", "cipher_suites", "groups", "signature_schemes", "signing" (what the server's keys can
 * do), "alpn", "server_names", "authorities" (no path to a trusted one), "client_certificate" (none where one is
 * required), or null. Where only the peer knows both lists, it is taken from its alert; one that leaves several adds
 * "possible":[…]. TLS_E_STATE before the handshake has ended. Since 1.0. */
TLS_API tls_status tls_explain(tls_handle socket, char** explanation_json);

/* tls_setopts changes options of the stream: {"nodelay":true,"keepalive":true,"sndbuf":65536,"recbuf":65536,
 * "send_timeout":5000,"owner":"here"}. Options of TLS cannot be changed on a socket that exists: TLS_E_OPTIONS.
 * Follows ssl:setopts/2. Since 1.0. */
TLS_API tls_status tls_setopts(tls_handle socket, const char* options_json);

/* tls_getopts tells options of the stream: `names_json` is an array of names, NULL for all. Follows ssl:getopts/2.
 * Since 1.0. */
TLS_API tls_status tls_getopts(tls_handle socket, const char* names_json, char** options_json);

/* tls_getstat tells counters of the stream: {"recv_oct":…,"recv_cnt":…,"recv_max":…,"recv_avg":…,"send_oct":…,
 * "send_cnt":…,"send_max":…,"send_avg":…,"send_pend":…}; octets are those on the wire. Follows ssl:getstat/1.
 * Since 1.0. */
TLS_API tls_status tls_getstat(tls_handle socket, char** stat_json);

/* tls_peername tells the peer's address, {"address":"192.0.2.1","port":443}. Memory sockets and listeners: TLS_E_STATE.
 * Follows ssl:peername/1. Since 1.0. */
TLS_API tls_status tls_peername(tls_handle socket, char** json);

/* tls_sockname tells the local address of a listener or a socket in the same form. Follows ssl:sockname/1. Since 1.0.
 */
TLS_API tls_status tls_sockname(tls_handle listener_or_socket, char** json);

/* tls_peercert tells the peer's certificates as presented: {"leaf":"<base64 DER>","chain":["<base64 DER>", …]}; the
 * leaf is the first of the chain. TLS_E_STATE if the peer has shown none. Follows ssl:peercert/1. Since 1.0. */
TLS_API tls_status tls_peercert(tls_handle socket, char** json);

/* tls_fileno tells the descriptor of a listener (readable when there is something to accept) or of a socket, for poll
 * alone; it stays the library's. Memory sockets: TLS_E_STATE. Since 1.0. */
TLS_API tls_status tls_fileno(tls_handle listener_or_socket, int* fd);

/* tls_update_keys changes traffic keys (RFC 8446 §4.6.3): `direction` "write" the own, "read_write" asks the peer for
 * its as well. Conditions and errors as tls_send. Follows ssl:update_keys/2. Since 1.0. */
TLS_API tls_status tls_update_keys(tls_handle socket, const char* direction, int timeout_ms);

/* tls_renegotiate asks for a new handshake on the connection. TLS 1.3 has none (RFC 8446 §4.1.2): TLS_E_UNSUPPORTED.
 * Follows ssl:renegotiate/1. Since 1.0. */
TLS_API tls_status tls_renegotiate(tls_handle socket, int timeout_ms);

/* tls_export_key_materials derives secrets from the connection (RFC 5705, RFC 8446 §7.5). `labels_json` is
 *   [{"label":"EXPORTER-x","context":"text, or {\"base64\":…}","length":32}, …]
 * or {"labels":[…],"consume":true}: nothing can be exported a second time then. `context` may be absent or null.
 * *materials_json is an array of base64 strings in the same order; it is secret.
 * Errors: TLS_E_OPTIONS (its form), TLS_E_STATE (no connection yet; consumed).
 * Follows ssl:export_key_materials/5, with consume false by default. Since 1.0. */
TLS_API tls_status tls_export_key_materials(tls_handle socket, const char* labels_json, char** materials_json);

/* ---- Configs and waits ---------------------------------------------------------------------------------------------
 * A config is options that were parsed, with certificates read and keys imported, for any number of connections:
 * {"config": handle, …} in any options starts from it and adds to it.
 *
 * Where Erlang takes a fun, the option's value is "wait": the call that reaches the point returns TLS_WAIT, the
 * application answers by tls_answer from any thread, and the handshake goes on by tls_handshake(socket, NULL, timeout).
 * One wait at a time; closing and deadlines cancel it. An answer covers the one event that it names: all other checks
 * still run. Only the literal answers accept; anything else fails the handshake with internal_error and the reason
 * ANSWER_INVALID:
 *
 *   kind           option                              answers
 *   hello          "handshake": "hello"                {options} to go on with, "continue", "cancel"
 *   verify         "verify_fun": "wait"                "valid", {"fail": "reason"}, "unknown"
 *   sni            "sni_fun": "wait"                   {options} for this name, "default", "unrecognized"
 *   hostname       "customize_hostname_check": "wait"  true, false
 *   partial_chain  "partial_chain": "wait"             {"trusted_ca": "<base64 DER>"}, "unknown_ca"
 */

/* tls_config_create makes a config; `role` is "client" or "server". Errors: TLS_E_ARGUMENT, TLS_E_OPTIONS,
 * TLS_E_UNSUPPORTED. *config is the caller's: tls_close; what was made from it lives on. Since 1.0. */
TLS_API tls_status tls_config_create(const char* role, const char* options_json, tls_handle* config);

/* tls_config_reload reads all files of a config again, for connections that start from it later; all files or none: on
 * TLS_E_OPTIONS the error tells the one that failed, and the config is as before. Since 1.0. */
TLS_API tls_status tls_config_reload(tls_handle config);

/* tls_validate_options says all that is wrong with options, not the first thing alone:
 *   {"valid":false,"problems":[{"status":"options","reason":…,"options":[…],"message":…}, …]}
 * Returns TLS_OK with the report, whether they are valid or not; TLS_E_ARGUMENT for a bad role or bad UTF-8. Since 1.0.
 */
TLS_API tls_status tls_validate_options(const char* role, const char* options_json, char** report_json);

/* tls_set_defaults sets Erlang's application variables for the process, by their names:
 * {"protocol_version":["tlsv1.3"],"session_lifetime":3600}. They hold for configs that are made later. All of the object is taken or nothing.
 * Errors: TLS_E_OPTIONS (unknown name, bad value), TLS_E_UNSUPPORTED (a variable of something that this version does
 * not do). Since 1.0. */
TLS_API tls_status tls_set_defaults(const char* json);

/* tls_clear_pem_cache forgets the PEM files that were read. Follows ssl:clear_pem_cache/0. Since 1.0. */
TLS_API tls_status tls_clear_pem_cache(void);

/* tls_wait_info tells what the socket waits for, with what the kind needs:
 *   {"id":7,"kind":"verify","answered_by":"application","event":"bad_cert","reason":"unknown_ca","index":0,
 *    "certificate":"<base64 DER>","subject":"CN=…"}    events: extension, bad_cert, valid, valid_peer; index 0 is the
 *                                                     peer's own certificate
 *   {…,"kind":"sni","server_name":"…"}
 *   {…,"kind":"hostname","host":"…","certificate":"…","subject":"…"}
 *   {…,"kind":"partial_chain","chain":["<base64 DER>", …]}
 *   {…,"kind":"hello","hello":{"versions":[…],"ciphers":[…],"alpn":[…],"sni":"…", …}}
 * TLS_E_STATE if it waits for nothing. Since 1.0. */
TLS_API tls_status tls_wait_info(tls_handle socket, char** wait_json);

/* tls_answer answers the wait `id`, once. `answer_json` is one of the answers of its kind. Returns TLS_OK also for an
 * answer that is not one of the kind's: the handshake then fails. Errors: TLS_E_STATE (no wait of this id: nothing
 * happens), TLS_E_OPTIONS (options in the answer are wrong; the wait stays). Since 1.0. */
TLS_API tls_status tls_answer(tls_handle socket, uint64_t id, const char* answer_json);

/* tls_wait_fileno tells a descriptor that is readable once the socket's wait has its answer, for poll alone; it stays
 * the library's. Since 1.0. */
TLS_API tls_status tls_wait_fileno(tls_handle socket, int* fd);

/* tls_answer_fn answers waits in C. It runs on the thread that drives the handshake, with no lock of the library's
 * held: it may call anything, and answers by tls_answer(socket, id, …) before it returns. If it returns without having
 * done so, the caller of the handshake gets TLS_WAIT. `wait_json` is what tls_wait_info gives, for the time of the
 * call. Return 0; other values are for later. */
typedef int (*tls_answer_fn)(void* context, tls_handle socket, const char* wait_json);

/* tls_config_set_answer sets the function for sockets made from this config from now on; NULL takes it away. `destroy`,
 * unless NULL, is called once with `context`: after the function was replaced or the config closed, and no socket needs
 * it any more; also if this call fails. Since 1.0. */
TLS_API tls_status tls_config_set_answer(tls_handle config, tls_answer_fn fn, void* context,
                                         void (*destroy)(void* context));

/* tls_set_log sets where messages for people go; NULL takes it away. Nothing is ever printed. `json` is, for the time
 * of the call, {"level":"notice","message":"TLS client: In state … generated CLIENT ALERT: Fatal - Unknown
 * CA","role":…, "socket":…,"error":{…}}: alerts sent and received, at level notice, for connections whose option
 * log_level admits it. `fn` runs on the thread of the call that failed, with no lock of the library's held. `destroy`
 * as above. Since 1.0. */
TLS_API tls_status tls_set_log(void (*fn)(void* context, const char* json), void* context,
                               void (*destroy)(void* context));

/* ---- Memory transport ----------------------------------------------------------------------------------------------
 * The same connection with the application moving the bytes. All of the above works on such a socket, and never waits:
 * timeouts are taken for 0. What the connection has to send is got by tls_memory_get; what the peer sent is given to
 * tls_memory_put.
 */

/* tls_memory_new makes a socket without a transport; `role` is "client" or "server". A client needs a host, by option
 * server_name_indication, or "customize_hostname_check": "none", or verify "verify_none". Errors: TLS_E_ARGUMENT,
 * TLS_E_OPTIONS, TLS_E_UNSUPPORTED. *socket is the caller's: tls_close. Since 1.0. */
TLS_API tls_status tls_memory_new(const char* role, const char* options_json, tls_handle* socket);

/* tls_memory_put feeds bytes from the peer and runs the machine. *consumed tells how many were taken: fewer than
 * `length` when the receive buffer is full; read first then. With `length` 0 it runs the machine alone, as a client
 * does to begin. TLS_OK: the handshake is done, or plaintext is there; TLS_WANT_READ: more is needed; TLS_WANT_WRITE:
 * output is there that must reach the peer first; TLS_WAIT; TLS_CLOSED; or an error, after which tls_memory_get still
 * gives the alert. Since 1.0. */
TLS_API tls_status tls_memory_put(tls_handle socket, const void* ciphertext, size_t length, size_t* consumed);

/* tls_memory_get takes bytes for the peer, *produced of them. TLS_OK when that was all there is; TLS_WANT_WRITE when
 * more output is waiting than fitted. Since 1.0. */
TLS_API tls_status tls_memory_get(tls_handle socket, void* buffer, size_t capacity, size_t* produced);

/* tls_memory_step is put and get in one call: it feeds `in`, runs the machine, and fills `out`. The result is put's, or
 * TLS_WANT_WRITE if more output is waiting than fitted. Since 1.0. */
TLS_API tls_status tls_memory_step(tls_handle socket, const void* in, size_t in_length, size_t* consumed, void* out,
                                   size_t out_capacity, size_t* produced);

/* tls_memory_eof tells that the carrier ended. Without close_notify before it, tls_recv ends with TLS_E_TRUNCATED
 * (RFC 8446 §6.1), as does a handshake. Since 1.0. */
TLS_API tls_status tls_memory_eof(tls_handle socket);

/* tls_memory_pending tells how many bytes wait: for tls_memory_get, and for tls_recv as far as it is known. Either
 * pointer may be NULL. Since 1.0. */
TLS_API tls_status tls_memory_pending(tls_handle socket, size_t* ciphertext, size_t* plaintext);

/* tls_memory_timeout tells in how many milliseconds tls_memory_tick is to be called; -1: no timer runs, which is always
 * so with TLS. Since 1.0. */
TLS_API tls_status tls_memory_timeout(tls_handle socket, int* timeout_ms);

/* tls_memory_tick does what is due by the timer; nothing with TLS. Since 1.0. */
TLS_API tls_status tls_memory_tick(tls_handle socket);

/* ---- Cipher suites and versions ------------------------------------------------------------------------------------
 * A suite is {"key_exchange":"any","cipher":"aes_256_gcm","mac":"aead","prf":"sha384"}, or its RFC or OpenSSL name
 * where one is taken. All functions here give JSON, or a name, that belongs to the caller. Errors: TLS_E_ARGUMENT;
 * TLS_E_OPTIONS for a text that does not say what is wanted; TLS_E_UNSUPPORTED for a version that is known, but not
 * done.
 */

/* tls_versions tells {"ssl_app":"1.0.0","supported":[…],"supported_dtls":[],"available":[…],"available_dtls":[],
 * "implemented":[…],"implemented_dtls":[]}. Follows ssl:versions/0. Since 1.0. */
TLS_API tls_status tls_versions(char** json);

/* tls_cipher_suites lists suites; `description` is "default", "all", "anonymous" (those without a server's certificate,
 * which "all" leaves out), "exclusive" (those that no older version has) or "exclusive_anonymous"; `version` "tlsv1.3",
 * "tlsv1.2", "tlsv1.1" or "tlsv1"; `format` NULL for objects, "rfc" or "openssl" for names. Follows
 * ssl:cipher_suites/3. Since 1.0. */
TLS_API tls_status tls_cipher_suites(const char* description, const char* version, const char* format,
                                     char** suites_json);

/* tls_filter_cipher_suites keeps the suites of an array for which all parts of the filter hold:
 * {"key_exchange":{"not":["rsa"]},"cipher":["aes_128_gcm","aes_256_gcm"]}. NULL or {} keeps all that are supported.
 * Follows ssl:filter_cipher_suites/2. Since 1.0. */
TLS_API tls_status tls_filter_cipher_suites(const char* suites_json, const char* filters_json, char** out_json);

/* tls_prepend_cipher_suites moves suites to the head of a list: `preferred_json` is an array of suites, or a filter
 * that picks them from the list. Order is kept, duplicates go. Follows ssl:prepend_cipher_suites/2. Since 1.0. */
TLS_API tls_status tls_prepend_cipher_suites(const char* preferred_json, const char* suites_json, char** out_json);

/* tls_append_cipher_suites moves suites to the tail. Follows ssl:append_cipher_suites/2. Since 1.0. */
TLS_API tls_status tls_append_cipher_suites(const char* deferred_json, const char* suites_json, char** out_json);

/* tls_suite_to_str gives a suite's RFC name. Follows ssl:suite_to_str/1. Since 1.0. */
TLS_API tls_status tls_suite_to_str(const char* suite_json, char** name);

/* tls_suite_to_openssl_str gives a suite's OpenSSL name. Follows ssl:suite_to_openssl_str/1. Since 1.0. */
TLS_API tls_status tls_suite_to_openssl_str(const char* suite_json, char** name);

/* tls_str_to_suite gives the suite of an RFC or OpenSSL name. Follows ssl:str_to_suite/1. Since 1.0. */
TLS_API tls_status tls_str_to_suite(const char* name, char** suite_json);

/* tls_groups lists key exchange groups of TLS 1.3; `description` NULL or "all", or "default". Follows ssl:groups/1.
 * Since 1.0. */
TLS_API tls_status tls_groups(const char* description, char** json);

/* tls_eccs lists the curves of TLS 1.2 and before; `version` NULL or "tlsv1.2" … "tlsv1". "tlsv1.3" has groups instead:
 * TLS_E_OPTIONS. Follows ssl:eccs/1. Since 1.0. */
TLS_API tls_status tls_eccs(const char* version, char** json);

/* tls_signature_algs lists signature schemes; `description` "default", "all" or "exclusive", `version` "tlsv1.3" or
 * "tlsv1.2"; the versions before have none to choose: TLS_E_OPTIONS. Follows ssl:signature_algs/2. Since 1.0. */
TLS_API tls_status tls_signature_algs(const char* description, const char* version, char** json);

#ifdef __cplusplus
}
#endif

#endif /* TLSOCK_TLS_H */
