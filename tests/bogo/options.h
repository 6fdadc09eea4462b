// The flags as options of tlsock.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "tests/bogo/flags.h"

namespace tlsock::bogo {

// options_of is what tls_memory_new takes; credentials_json what a server adds once it knows the ClientHello.
nlohmann::json options_of(const Flags& flags);
std::string credentials_json(const Flags& flags);

// checks_certificates tells whether the peer's certificate is asked for, and looked at.
bool checks_certificates(const Flags& flags);

}  // namespace tlsock::bogo
