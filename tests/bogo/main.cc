// tlsock_bogo_shim: one end of each connection that BoringSSL's protocol test runner tests.
#include <cstdio>
#include <exception>

#include "tests/bogo/exchange.h"
#include "tests/bogo/failure.h"

namespace {

enum ExitCode { success = 0, failure = 1, unimplemented = 89 };

// What comes behind the line of dashes, such as a sanitizer's report, is an error whatever the test expects.
int fail(const char* text) {
  std::fprintf(stderr, "%s\n--- DONE ---\n", text);
  return failure;
}

}  // namespace

int main(int count, char** arguments) {
  using tlsock::bogo::Turn;
  const auto flags = tlsock::bogo::parse_flags(count - 1, arguments + 1, Turn::initial);
  const auto resumption = tlsock::bogo::parse_flags(count - 1, arguments + 1, Turn::resumption);
  if (!flags || !resumption) return unimplemented;
  if (flags->is_handshaker_supported) {
    std::puts("No");
    return success;
  }
  try {
    tlsock::bogo::exchange(*flags, *resumption);
    return success;
  } catch (const tlsock::bogo::Unimplemented&) {
    return unimplemented;
  } catch (const tlsock::bogo::Failure& error) {
    return fail(error.text.c_str());
  } catch (const std::exception& error) {
    return fail(error.what());
  }
}
