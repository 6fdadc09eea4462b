// Taking the keys of a connection's client.
#include "tests/support/hostile.h"

#include <stdexcept>

namespace tlsock {

// ConnectionProbe is what Connection lets tests look at.
class ConnectionProbe {
 public:
  static const ApplicationSecrets& secrets(const Connection& connection) { return std::get<ApplicationSecrets>(connection.secrets_); }
};

namespace test {
namespace {

Peer client_of(Pair& pair) {
  if (!pair.run()) throw std::runtime_error("no handshake: " + reason_of(pair.client) + reason_of(pair.server));
  return peer_of(pair.client);
}

}  // namespace

Peer peer_of(const Connection& side) {
  const auto& secrets = ConnectionProbe::secrets(side);
  return Peer(*secrets.suite, secrets.write_traffic.clone());
}

HostilePair::HostilePair(Config client_options, Config server_options)
    : pair(std::move(client_options), std::move(server_options)), client(client_of(pair)) {}

}  // namespace test
}  // namespace tlsock
