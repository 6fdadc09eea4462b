// The messages of RFC 8448's traces.
#pragma once

#include <stdexcept>

#include "tests/crypto/vectors.h"

namespace tlsock::test {

// The sections of RFC 8448: §3, §4, §5, §6, §7.
enum TraceSection { simple_1rtt, resumed_0rtt, hello_retry, client_authentication, compatibility };

// trace_field is the `index`-th field of that name in what a role does.
inline ByteString trace_field(TraceSection section, const std::string& role, const std::string& field,
                              std::size_t index = 0) {
  static const nlohmann::json sections = read_json("rfc8448.json")["sections"];
  for (const auto& step : sections.at(section)["steps"]) {
    if (step["role"] != role) continue;
    for (const auto& each : step["fields"])
      if (each["name"] == field && index-- == 0) return hex(each, "hex");
  }
  throw std::runtime_error("no such field in the trace: " + field);
}

// trace_body is a handshake message without its header.
inline ByteString trace_body(TraceSection section, const std::string& role, const std::string& message,
                             std::size_t index = 0) {
  const ByteString raw = trace_field(section, role, message, index);
  return copy(Bytes(raw).subspan(4));
}

}  // namespace tlsock::test
