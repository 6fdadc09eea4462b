// PEM texts and what stands in them: certificates, and keys of all forms, with a password and without.
#include "input.h"
#include "x509/pem.h"

using namespace tlsock;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const bool password = input.byte() & 1;
  const Bytes text = input.rest();
  (void)parse_pem(as_text(text));
  (void)certificates_from(text);
  (void)private_key_from(text, password ? as_bytes("password") : Bytes{});
  return 0;
}
