// Explanations: what both sides offered, what was chosen, and what they did not have in common.
#pragma once

#include <string>

#include "connection/connection.h"

namespace tlsock::capi {

// explain is the JSON of tls_explain; empty while nothing is settled.
std::string explain(const Connection& connection);

}  // namespace tlsock::capi
