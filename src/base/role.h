// Role: which end of a connection one is.
#pragma once

#include <cstdint>

namespace tlsock {

enum class Role : std::uint8_t { client, server };
inline Role peer_of(Role role) { return role == Role::client ? Role::server : Role::client; }

}  // namespace tlsock
