// Exporters (RFC 8446 §7.5) as tls_export_key_materials takes and gives them.
#pragma once

#include "capi/objects.h"

namespace tlsock::capi {

tls_status export_materials(SocketHandle& socket, const char* labels_json, char** materials_json);

}  // namespace tlsock::capi
