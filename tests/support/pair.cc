// The wire between two connections.
#include "tests/support/pair.h"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace tlsock::test {
namespace {

Config common_config(Role role) {
  Config config;
  config.role = role;
  config.cipher_suites.assign(default_suites().begin(), default_suites().end());
  config.supported_groups.assign(default_groups().begin(), default_groups().end());
  config.key_share_groups = {NamedGroup::x25519mlkem768, NamedGroup::x25519};
  config.signature_algs.assign(default_schemes().begin(), default_schemes().end());
  return config;
}

}  // namespace

Delivery delivery() {
  static const std::string_view chosen = [] {
    const char* const named = std::getenv("TLSOCK_TEST_DELIVERY");
    return std::string_view(named ? named : "whole");
  }();
  if (chosen == "whole") return Delivery::whole;
  if (chosen == "bytes") return Delivery::bytes;
  if (chosen == "pauses") return Delivery::pauses;
  throw std::invalid_argument("TLSOCK_TEST_DELIVERY: neither whole nor bytes nor pauses");
}

void feed(Connection& to, Bytes bytes) {
  std::ranges::copy(bytes, to.receive_space(bytes.size()).begin());
  to.received(bytes.size());
}

void feed_pieces(Connection& to, Bytes bytes, std::size_t size, const std::function<void()>& step) {
  for (; size && bytes.size() > size; bytes = bytes.subspan(size)) {
    feed(to, bytes.first(size));
    step();
  }
  feed(to, bytes);
}

ByteString taken_output(Connection& from) {
  ByteString bytes = copy(from.pending_output());
  from.sent(bytes.size());
  return bytes;
}

Config client_config() {
  Config config = common_config(Role::client);
  config.anchors = test_anchors();
  return config;
}

Config server_config() {
  Config config = common_config(Role::server);
  config.verify_peer = false;
  config.credentials = {test_credential()};
  return config;
}

Pair::Pair(Config client_options, Config server_options, std::string host)
    : client(share(std::move(client_options)), clock, {std::move(host)}),
      server(share(std::move(server_options)), clock) {}

Connection::State Pair::step(Connection& side) {
  for (;;) {
    auto state = side.step();
    if (delivery() == Delivery::pauses && state == Connection::State::input) state = side.step();
    if (state != Connection::State::question || pauses(side) || !on_question(side, *side.question())) return state;
  }
}

// pauses tells whether a question is to stay open this time: the first time that it is seen.
bool Pair::pauses(const Connection& side) {
  std::uint64_t& last = &side == &client ? paused_client_ : paused_server_;
  if (delivery() != Delivery::pauses || side.question()->id == last) return false;
  last = side.question()->id;
  return paused_ = true;
}

bool Pair::carry(Connection& from, Connection& to, const WireTap& tap) {
  from.settle();
  ByteString bytes = taken_output(from);
  if (bytes.empty()) return false;
  tap(bytes);
  feed_pieces(to, bytes, piece, [&] { step(to); });
  return true;
}

bool Pair::run() {
  for (bool moved = true; moved;) {
    step(client);
    moved = carry(client, server, client_to_server);
    step(server);
    moved = carry(server, client, server_to_client) || moved;
    moved = std::exchange(paused_, false) || moved;
  }
  return connected();
}

bool Pair::connected() {
  return client.step() == Connection::State::connected && server.step() == Connection::State::connected;
}

ByteString Pair::send(Connection& from, Connection& to, Bytes data) {
  ByteString result;
  while (!data.empty()) {
    const auto written = from.write(data);
    if (!written) return result;
    data = data.subspan(*written);
    carry(from, to, &from == &client ? client_to_server : server_to_client);
    append(result, read_all(to));
  }
  return result;
}

ByteString read_all(Connection& side) {
  ByteString all;
  ByteString buffer(20000);
  for (;;) {
    const auto result = side.read(buffer);
    if (!result || result->state != Connection::ReadResult::State::data) return all;
    append(all, Bytes(buffer).first(result->size));
  }
}

}  // namespace tlsock::test
