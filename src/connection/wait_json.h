// Waits as JSON: what tls_wait_info tells, and what tls_answer may say.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "config/options.h"
#include "handshake/question.h"

namespace tlsock {

// question_json is {"id":7,"kind":"verify","answered_by":"application", …}:
//   verify        "event": "extension" | "bad_cert" | "valid" | "valid_peer", "certificate": base64 DER, "subject",
//                 "index" (0 is the peer's own); with bad_cert "reason" and "message"; with extension "extension":
//                 {"oid", "critical", "value": base64 DER}
//   sni           "server_name"
//   hostname      "host", "certificate", "subject"
//   partial_chain "chain": [base64 DER …], the peer's own first
//   reuse_session "session_id", "peer_cert": base64 DER or null, "compression": 0, "cipher_suite"
//   user_lookup   "user_kind": "psk" | "srp", "identity": the user's name; for a client the server's hint, or null
//   hello         "hello": what the peer's hello says, the names as in options; for a client also what it chose
std::string question_json(const Question& question);

// parse_answer reads the answer to `question`. Anything but the literal answers of its kind gives verdict `invalid`.
// Options in an answer (sni, hello) are parsed as an overlay of `config`; what is wrong with them is in `problems`.
//   verify        "valid" | "unknown" | {"fail": "reason"}
//   hostname      true | false
//   sni           {options} | "default" (the listener's options) | "unrecognized"
//   partial_chain {"trusted_ca": base64 DER of one of the chain} | "unknown_ca"
//   reuse_session true | false
//   user_lookup   {"psk": base64} | {"srp_group": "srp_2048", "salt": base64, "derived_key": base64} | "unknown"
//   hello         {options} | "continue" (with the options there are) | "cancel"
// Options that are empty are no answer: {} is what a binding gives whose code went wrong.
Answer parse_answer(const Question& question, std::string_view json, const ConfigPtr& config,
                    const std::function<ConfigPtr(std::uint64_t)>& find_config, std::vector<OptionProblem>& problems);

}  // namespace tlsock
