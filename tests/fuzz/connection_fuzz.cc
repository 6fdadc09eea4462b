// Both roles of a connection, fed with what lies on a wire, in pieces of any size, with reads and writes in between.
#include "input.h"
#include "seeded_rng.h"
#include "tests/support/pair.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

ConfigPtr config_of(unsigned flags) {
  const bool is_client = flags & 1;
  Config config = is_client ? client_config() : server_config();
  if (flags & 2) config.alpn = {"h2", "http/1.1"};
  if (flags & 4) config.record_size_limit = 64;
  if (flags & 8) config.cookie = true;
  if (flags & 16) config.supported_groups = config.key_share_groups = {NamedGroup::secp256r1, NamedGroup::x25519};
  if (flags & 32) config.middlebox_comp_mode = false;
  if (flags & 64 && !is_client) {
    config.verify_peer = config.certificate_authorities = true;
    config.anchors = test_anchors();
  }
  if (flags & 128) {
    config.versions = {Version::tls13, Version::tls12, Version::tls11, Version::tls10};
    if (flags & 2) config.versions.erase(config.versions.begin());
    config.cipher_suites = default_suites_of(config.versions);
  }
  return share(std::move(config));
}

void use(Connection& connection, Bytes bytes) {
  feed(connection, bytes);
  if (connection.step() == Connection::State::connected) {
    (void)read_all(connection);
    (void)connection.write(as_bytes("data"));
  }
  connection.settle();
  (void)taken_output(connection);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::seed_rng(1);
  fuzz::Input input(data, size);
  FakeClock clock;
  const unsigned flags = input.byte();
  Connection connection(config_of(flags), clock, {flags & 1 ? "localhost" : ""});
  use(connection, {});
  while (!input.at_end()) use(connection, input.piece());
  connection.received_eof();
  use(connection, {});
  return 0;
}
