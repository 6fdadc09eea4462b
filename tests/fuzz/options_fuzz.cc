// The options' JSON: it gives a config, or problems that name what is wrong, and never both.
#include "config/options.h"
#include "input.h"

using namespace tlsock;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const unsigned flags = input.byte();
  OptionsRequest request{};
  request.role = flags & 1 ? Role::server : Role::client;
  request.upgrade = flags & 2;
  request.need_certificate = flags & 4;
  request.json = as_text(input.rest());
  const OptionsOutcome outcome = parse_options(request);
  if ((outcome.config != nullptr) != outcome.problems.empty()) __builtin_trap();
  (void)parse_socket_options(request.json);
  return 0;
}
