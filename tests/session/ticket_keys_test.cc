#include "session/ticket_keys.h"

#include "tests/catch.hpp"

using namespace tlsock;

TEST_CASE("ticket keys change by the hour, and seeds can be rolled") {
  const auto seeds = [](std::initializer_list<std::uint8_t> firsts) {
    std::vector<SecretBytes> all;
    for (auto first : firsts) all.emplace_back(ByteString(32, first));
    return all;
  };
  constexpr UnixTime now = 1'800'000'000;
  TicketKeys keys(TicketUse::tls12, seeds({1}), 7200);
  const auto state = as_bytes("state");
  const auto ticket = *keys.seal(state, now, system_rng());
  const auto opens = [&](TicketKeys& some, UnixTime time) {
    const auto opened = some.open(ticket, time);
    return opened && equal(*opened, state);
  };
  CHECK(opens(keys, now));
  CHECK(opens(keys, now + 7200));
  CHECK(opens(keys, now - 3600));  // a machine whose clock is behind
  CHECK_FALSE(opens(keys, now + 4 * 3600));
  TicketKeys same(TicketUse::tls12, seeds({1}), 7200), rolled(TicketUse::tls12, seeds({2, 1}), 7200),
      other(TicketUse::tls12, seeds({2}), 7200);
  CHECK(opens(same, now));
  CHECK(opens(rolled, now));
  CHECK_FALSE(opens(other, now));
  for (std::size_t i = 0; i < ticket.size(); ++i) {
    ByteString damaged = ticket;
    damaged[i] ^= 1;
    CHECK_FALSE(keys.open(damaged, now));
    CHECK_FALSE(keys.open(Bytes(ticket).first(i), now));
  }
}
