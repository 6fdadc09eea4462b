// The turns of a handshake, timed apart.
#include "tests/bench/handshakes.h"

#include "tests/bench/clock.h"

namespace tlsock::bench {
namespace {

constexpr int most_turns = 10;

// handshake opens both sides and makes their handshake, and adds to the time of each.
void handshake(Link& link, std::array<double, sides>& seconds) {
  bool client_done = false, server_done = false;
  Stopwatch stopwatch;
  link.open(client);
  for (int turn = 0; !client_done || !server_done; ++turn) {
    if (turn == most_turns) throw std::runtime_error("a handshake does not come to its end");
    if (!client_done) client_done = link.step(client);
    seconds[client] += stopwatch.lap();
    if (turn == 0) link.open(server);
    if (!server_done) server_done = link.step(server);
    seconds[server] += stopwatch.lap();
  }
}

void close(Link& link, std::array<double, sides>& seconds) {
  for (const Side side : {client, server}) {
    Stopwatch stopwatch;
    link.close(side);
    seconds[side] += stopwatch.lap();
  }
}

}  // namespace

void connect(Link& link) {
  std::array<double, sides> seconds{};
  handshake(link, seconds);
}

Task handshakes(Peer* peer) {
  if (!peer) return {};
  return [link = std::shared_ptr<Link>(peer->link())](double seconds) {
    Sample sample;
    while (sample.seconds[client] + sample.seconds[server] < seconds) {
      handshake(*link, sample.seconds);
      close(*link, sample.seconds);
      ++sample.amount;
    }
    return sample;
  };
}

}  // namespace tlsock::bench
