// Variables: what tls_set_defaults sets for the process, by the names of Erlang's application variables.
#pragma once

#include <cstdint>
#include <vector>

#include "wire/registry.h"

namespace tlsock {

struct Variables {
  std::vector<Version> protocol_version = {Version::tls13, Version::tls12};
  std::uint32_t session_lifetime = 24 * 3600;  // seconds
  std::uint32_t session_cache_client_max = 1000, session_cache_server_max = 1000;
  std::uint32_t server_session_ticket_lifetime = 7200;  // seconds
};

// variables are those of now; configs that were made before keep what they had.
Variables variables();
void set_variables(const Variables& variables);

}  // namespace tlsock
