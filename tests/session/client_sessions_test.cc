#include "session/client_sessions.h"

#include "tests/catch.hpp"

using namespace tlsock;

TEST_CASE("unique sessions alone are kept") {
  ClientSessions sessions;
  const auto session = [](std::uint8_t id, CipherSuite suite) {
    Session made;
    made.id = ByteString(32, id);
    made.cipher_suite = suite;
    made.lifetime = 100;
    return std::make_shared<const Session>(std::move(made));
  };
  const auto any = [](const Session&) { return true; };
  const ClientSessions::Place here{1}, there{2};
  const auto one = CipherSuite::ecdhe_rsa_aes_128_gcm_sha256, two = CipherSuite::ecdhe_rsa_aes_256_gcm_sha384;
  using enum ClientSessions::Duplicates;
  sessions.add(here, session(1, one), refused, 10, 0);
  sessions.add(here, session(2, one), refused, 10, 0);
  CHECK(sessions.size() == 1);
  CHECK(sessions.choose(here, 1, any)->id == ByteString(32, 1));
  sessions.add(here, session(3, two), refused, 10, 0);
  CHECK(sessions.choose(here, 1, any)->id == ByteString(32, 3));
  sessions.add(there, session(4, one), refused, 10, 0);
  sessions.add(here, session(5, one), kept, 10, 0);
  CHECK(sessions.size() == 4);
  CHECK(sessions.choose(there, 1, any)->id == ByteString(32, 4));
  CHECK_FALSE(sessions.choose(there, 100, any));
  CHECK_FALSE(sessions.choose(here, 1, [](const Session& each) { return each.id.front() == 4; }));
  sessions.remove(ByteString(32, 4));
  CHECK_FALSE(sessions.choose(there, 1, any));
  sessions.add(here, session(6, two), kept, 3, 0);
  CHECK(sessions.size() == 3);
  CHECK_FALSE(sessions.choose(here, 1, [](const Session& each) { return each.id.front() == 1; }));
  sessions.add(here, session(7, two), kept, 3, 100);  // all others have ended
  CHECK(sessions.size() == 1);
}
