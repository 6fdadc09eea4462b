// Erlang's application variables: the process's defaults.
#pragma once

#include "tlsock/tls.h"

namespace tlsock::capi {

// set_defaults takes all of a JSON object, or nothing and has set the last error.
tls_status set_defaults(const char* json);

}  // namespace tlsock::capi
