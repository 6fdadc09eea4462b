// The rows of the tables in reason.h.
#include "base/reason.h"

namespace tlsock {

const ReasonInfo& info(Reason reason) {
  static constexpr ReasonInfo rows[] = {
#define X(name, alert, section, text) {#name, Alert::alert, section, text},
      TLSOCK_REASONS(X)
#undef X
  };
  return rows[static_cast<std::size_t>(reason)];
}

const char* name(Alert alert) {
  switch (alert) {
#define X(name, code, text) \
  case Alert::name:         \
    return #name;
    TLSOCK_ALERTS(X)
#undef X
    case Alert::none:
      break;
  }
  return "unknown_alert";
}

const char* text(Alert alert) {
  switch (alert) {
#define X(name, code, text) \
  case Alert::name:         \
    return text;
    TLSOCK_ALERTS(X)
#undef X
    case Alert::none:
      break;
  }
  return "Unknown Alert";
}

}  // namespace tlsock
