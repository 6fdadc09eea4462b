// The stream's options, as tls_setopts and tls_getopts take and give them.
#pragma once

#include "capi/objects.h"

namespace tlsock::capi {

tls_status set_socket_options(SocketHandle& socket, const char* options_json);
tls_status get_socket_options(SocketHandle& socket, const char* names_json, char** options_json);

}  // namespace tlsock::capi
