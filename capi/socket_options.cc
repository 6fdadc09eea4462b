// What cannot be changed on a live socket is refused by name (parse_socket_options), before anything is changed.
#include "capi/socket_options.h"

#include "capi/arguments.h"

namespace tlsock::capi {
namespace {

template <class T>
void put(Json& object, const char* name, const std::optional<T>& value) {
  if (value) object[name] = *value;
}

Json all_options(const SocketOptions& options) {
  Json object = Json::object();
  put(object, "nodelay", options.nodelay);
  put(object, "keepalive", options.keepalive);
  put(object, "reuseaddr", options.reuseaddr);
  put(object, "sndbuf", options.sndbuf);
  put(object, "recbuf", options.recbuf);
  put(object, "exit_on_close", options.exit_on_close);
  // What this version has one value for.
  object["active"] = false;
  object["mode"] = "binary";
  object["packet"] = 0;
  object["packet_size"] = 0;
  object["header"] = 0;
  const int send_timeout = options.send_timeout_ms.value_or(-1);  // -1 is an "infinity" that was given
  object["send_timeout"] = send_timeout >= 0 ? Json(send_timeout) : Json("infinity");
  return object;
}

}  // namespace

tls_status set_socket_options(SocketHandle& socket, const char* options_json) {
  TLSOCK_CHECK(check_text("options_json", options_json));
  const SocketOptionsOutcome outcome = parse_socket_options(options_json);
  if (!outcome.problems.empty()) return fail(outcome.problems);
  if (outcome.own_here)
    if (const Status owned = socket.socket->own_here(); !owned) return socket.fail(owned.error());
  return socket.finish(socket.socket->set_options(outcome.options));
}

tls_status get_socket_options(SocketHandle& socket, const char* names_json, char** options_json) {
  TLSOCK_CHECK(check_items("names_json", names_json));
  const auto options = socket.socket->options();
  if (!options) return socket.fail(options.error());
  const Json all = all_options(*options);
  if (!names_json) return give(write_json(all), options_json);
  JsonDocument names;
  TLSOCK_CHECK(read_document("names_json", names_json, names));
  Json chosen = Json::object();
  for (const Json& item : names.root) {
    const auto& name = item.get_ref<const std::string&>();
    if (!all.contains(name))
      return fail_option(OptionProblem::Reason::unknown, name, {}, name + ": not an option of a stream");
    chosen[name] = all[name];
  }
  return give(write_json(chosen), options_json);
}

}  // namespace tlsock::capi
