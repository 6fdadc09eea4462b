// Options: the JSON of tls_listen, tls_connect and their like, checked and made into a Config. One table (options.cc)
// has a row for each option that there is; names that belong to a later version of the library are rows too.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"

namespace tlsock {

// OptionProblem is one thing wrong. Values of secret options never stand in it.
struct OptionProblem {
  enum class Reason : std::uint8_t {
    unknown,
    value,
    type,
    incompatible,
    missing,
    role,
    version,
    duplicate,
    unsupported
  };
  struct Named {
    std::string name;
    std::string value;  // JSON text; empty where the option is absent or secret
  };
  Reason reason;
  std::vector<Named> options;
  std::string message;
  std::vector<Fact> facts;  // "file", "errno", and the reason of a file that does not hold what it should
};
const char* name(OptionProblem::Reason reason);

struct OptionsOutcome {
  ConfigPtr config;                     // null if there are problems
  std::vector<OptionProblem> problems;  // all of them
  ByteString initial_data;              // option initial_data (base64) of an upgrade: for this call alone
};

// OptionsRequest says where options come from.
struct OptionsRequest {
  Role role;
  std::string_view json;  // empty counts as {}
  ConfigPtr base;         // what they are an overlay of; may be null; {"config": …} takes its place
  // find_config resolves {"config": handle}: a config of the same role, or null.
  std::function<ConfigPtr(std::uint64_t handle)> find_config;
  bool upgrade = false;  // initial_data is allowed
  // need_certificate: a server that could never answer a hello is refused (listen, upgrade, memory).
  bool need_certificate = true;
};

OptionsOutcome parse_options(const OptionsRequest& request);

// parse_socket_options parses what tls_setopts takes.
struct SocketOptionsOutcome {
  SocketOptions options;
  bool own_here = false;  // {"owner": "here"}
  std::vector<OptionProblem> problems;
};
SocketOptionsOutcome parse_socket_options(std::string_view json);

// reload reads all files of a config again: a new Config, or what is wrong.
OptionsOutcome reload(const Config& config);

// problem_json is {"status":"options","reason":…,"options":[…],"message":…,"detail":{…}} for one problem; the status of
// reason `unsupported` is "unsupported". Facts stand in the detail, which is absent where there are none.
std::string problem_json(const OptionProblem& problem);
// report_json is {"valid":false,"problems":[…]} for all.
std::string report_json(const OptionsOutcome& outcome);

}  // namespace tlsock
