// Sending and receiving: amounts, deadlines, turns, ends, and bulk both ways under storms of key updates.
#include <sys/socket.h>

#include <atomic>
#include <vector>

#include "loopback.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

constexpr std::size_t mebibyte = 1024 * 1024;

// fill_up sends until nothing more goes, and says how much was sealed.
std::size_t fill_up(Socket& socket) {
  const ByteString chunk = patterned(64 * 1024);
  std::size_t total = 0;
  for (;;) {
    std::size_t sent = 0;
    // The pattern of the whole stream, piece by piece.
    const ByteString piece = patterned(chunk.size(), total);
    const auto result = socket.send(piece, Deadline::never(), sent);
    REQUIRE(result.has_value());
    total += sent;
    if (*result == Condition::want_write) return total;
    REQUIRE(*result == Condition::ok);
  }
}

void check_stream(Socket& from, std::size_t size) {
  const ByteString got = receive(from, size);
  CHECK(equal(got, patterned(size)));
}

}  // namespace

TEST_CASE("recv gives what is there, or exactly so much") {
  Ends ends;
  std::array<std::uint8_t, 64> buffer;
  Socket::Received received;
  CHECK(text_of(ends.server->recv(buffer, 0, Deadline::never(), received)) == "want_read");
  send_all(*ends.client, as_bytes("hello "));
  CHECK(text_of(ends.server->recv(buffer, 0, soon(), received)) == "ok");
  CHECK(received.size == 6);
  CHECK(received.end_of_record);

  // Two records make ten bytes; of the second some are left.
  send_all(*ends.client, as_bytes("12345"));
  send_all(*ends.client, as_bytes("67890abc"));
  CHECK(receive_text(*ends.server, 10) == "1234567890");
  CHECK(text_of(ends.server->recv(MutBytes(buffer).first(2), 0, soon(), received)) == "ok");
  CHECK(received.size == 2);
  CHECK_FALSE(received.end_of_record);
  CHECK(receive_text(*ends.server, 1) == "c");
  CHECK(text_of(ends.server->recv({}, 0, soon(), received)) == "ok");
  CHECK(received.size == 0);
}

TEST_CASE("on a time-out the bytes of an exact recv stay buffered") {
  Ends ends;
  std::array<std::uint8_t, 64> buffer;
  Socket::Received received;
  send_all(*ends.client, as_bytes("half"));
  const auto begin = std::chrono::steady_clock::now();
  CHECK(text_of(ends.server->recv(buffer, 8, in(30), received)) == "timed_out");
  CHECK(since(begin) >= Milliseconds(30));
  CHECK(received.size == 0);
  CHECK(text_of(ends.server->recv(buffer, 8, Deadline::never(), received)) == "want_read");
  send_all(*ends.client, as_bytes("+rest"));
  CHECK(receive_text(*ends.server, 8) == "half+res");
  CHECK(receive_text(*ends.server, 1) == "t");
}

TEST_CASE("the end never hides data that came before") {
  Ends ends;
  std::array<std::uint8_t, 64> buffer;
  Socket::Received received;
  send_all(*ends.client, as_bytes("last words"));
  SECTION("close_notify") {
    ends.client->close();
    CHECK(text_of(ends.server->recv(buffer, 20, soon(), received)) == "closed");
    CHECK(received.size == 0);
    CHECK(receive_text(*ends.server, 4) == "last");
    CHECK(text_of(ends.server->recv(buffer, 0, soon(), received)) == "ok");
    CHECK(received.size == 6);
    CHECK(text_of(ends.server->recv(buffer, 0, soon(), received)) == "closed");
    CHECK(text_of(ends.server->recv(buffer, 0, soon(), received)) == "closed");
  }
  SECTION("truncation") {
    const int fd = *ends.client->fileno();
    ::shutdown(fd, SHUT_WR);
    CHECK(text_of(ends.server->recv(buffer, 20, soon(), received)) == "UNEXPECTED_EOF");
    CHECK(receive_text(*ends.server, 10) == "last words");
    CHECK(text_of(ends.server->recv(buffer, 0, soon(), received)) == "UNEXPECTED_EOF");
    CHECK(text_of(ends.server->recv(buffer, 0, Deadline::never(), received)) == "UNEXPECTED_EOF");
  }
  SECTION("what is no record") {
    REQUIRE(::send(*ends.client->fileno(), "HTTP/1.1 400", 12, MSG_NOSIGNAL) == 12);
    CHECK_FALSE(ends.server->recv(buffer, 20, soon(), received).has_value());
    CHECK(receive_text(*ends.server, 10) == "last words");
    CHECK_FALSE(ends.server->recv(buffer, 0, soon(), received).has_value());
    std::size_t sent = 0;
    CHECK_FALSE(ends.server->send(as_bytes("x"), soon(), sent).has_value());
    // Our alert has reached the peer.
    CHECK(text_of(ends.client->recv(buffer, 0, soon(), received)) == "PEER_ALERT");
  }
}

TEST_CASE("a sender whose peer has gone is told the alert that it left") {
  Ends ends;
  ByteString forged = {23, 3, 3, 0, 32};
  forged.resize(5 + 32);
  REQUIRE(::send(*ends.client->fileno(), forged.data(), forged.size(), MSG_NOSIGNAL) > 0);
  std::uint8_t byte;
  Socket::Received received;
  CHECK_FALSE(ends.server->recv({&byte, 1}, 0, Deadline::never(), received).has_value());
  CHECK_FALSE(ends.server->recv({&byte, 1}, 0, Deadline::never(), received).has_value());
  ends.server->close();
  ends.server.reset();
  std::string says = "ok";
  for (int i = 0; i < 100 && says == "ok"; ++i, pause(1)) {
    std::size_t sent = 0;
    says = text_of(ends.client->send(as_bytes("anybody there?"), soon(), sent));
  }
  CHECK(says == "PEER_ALERT");
}

TEST_CASE("touch processes what has come, and loses no data") {
  Ends ends;
  CHECK(text_of(ends.client->update_keys(true, soon())) == "ok");
  const auto updates = [&] {
    std::uint64_t count = 0;
    ends.server->inspect(
        [&](const Connection& connection) { count = connection.counters().key_updates_received.value(); });
    return count;
  };
  for (int i = 0; i < 1000 && updates() == 0; ++i, pause(1)) ends.server->touch();
  CHECK(updates() == 1);
  send_all(*ends.client, as_bytes("data"));
  pause(10);
  ends.server->touch();
  ends.server->touch();
  CHECK(receive_text(*ends.server, 4) == "data");
  ends.client->touch();
  send_all(*ends.server, as_bytes("new keys"));
  CHECK(receive_text(*ends.client, 8) == "new keys");
}

TEST_CASE("send seals, waits for room within its deadline, and loses nothing") {
  Ends ends(small_buffers(client_config()), small_buffers(server_config()));
  std::size_t total = fill_up(*ends.client), sent = 0;
  CHECK(total > 0);
  CHECK(ends.client->statistics().send_pend > 0);
  const auto begin = std::chrono::steady_clock::now();
  CHECK(text_of(ends.client->send(patterned(10, total), in(30), sent)) == "timed_out");
  CHECK(since(begin) >= Milliseconds(30));
  CHECK(sent == 0);
  CHECK(text_of(ends.client->send({}, Deadline::never(), sent)) == "want_write");

  // As soon as the peer reads, all goes on where it stopped.
  const ByteString rest = patterned(4 * mebibyte, total);
  Background sender([&] {
    std::size_t part = 0;
    if (text_of(ends.client->send(rest, soon(), part)) == "ok") sent = part;
  });
  check_stream(*ends.server, total + rest.size());
  sender.join();
  CHECK(sent == rest.size());
  CHECK(text_of(ends.client->send({}, Deadline::never(), sent)) == "ok");
}

TEST_CASE("a send that times out in its middle says how much is on its way") {
  Ends ends(small_buffers(client_config()), small_buffers(server_config()));
  const ByteString all = patterned(8 * mebibyte);
  std::size_t sent = 0;
  CHECK(text_of(ends.client->send(all, in(50), sent)) == "timed_out");
  CHECK(sent > 0);
  CHECK(sent < all.size());
  std::string says;
  Background rest([&] {
    std::size_t more = 0;
    says = text_of(ends.client->send(Bytes(all).subspan(sent), soon(), more));
  });
  check_stream(*ends.server, all.size());
  rest.join();
  CHECK(says == "ok");
}

TEST_CASE("send_timeout bounds a send that would wait without end") {
  Ends ends(small_buffers(client_config()), small_buffers(server_config()));
  SocketOptions options;
  options.send_timeout_ms = 30;
  REQUIRE(ends.client->set_options(options).has_value());
  CHECK(ends.client->options()->send_timeout_ms == 30);
  std::size_t sent = 0;
  CHECK(text_of(ends.client->send(patterned(8 * mebibyte), Deadline::infinite(), sent)) == "timed_out");
}

TEST_CASE("a receiver writes what a sender left behind, without ever waiting for it") {
  Ends ends(small_buffers(client_config()), small_buffers(server_config()));
  const std::size_t total = fill_up(*ends.client);
  std::array<std::uint8_t, 8> buffer;
  Socket::Received received;
  std::string says;
  // The client only receives from now on; still the server gets all.
  Background receiver([&] { says = text_of(ends.client->recv(buffer, 2, soon(), received)); });
  check_stream(*ends.server, total);
  send_all(*ends.server, as_bytes("ok"));
  receiver.join();
  CHECK(says == "ok");
}

TEST_CASE("a second sender waits for its turn, and its data stay together") {
  Ends ends(small_buffers(client_config()), small_buffers(server_config()));
  const ByteString first(mebibyte, 1), second(mebibyte, 2);
  std::string says_first, says_second, says_third;
  Background one([&] {
    std::size_t sent = 0;
    says_first = text_of(ends.client->send(first, soon(), sent));
  });
  pause(30);
  std::size_t sent = 0;
  CHECK(text_of(ends.client->send(second, in(20), sent)) == "timed_out");
  CHECK(sent == 0);
  CHECK(text_of(ends.client->send(second, Deadline::never(), sent)) == "want_write");
  Background two([&] {
    std::size_t part = 0;
    says_second = text_of(ends.client->send(second, soon(), part));
  });
  pause(20);
  const ByteString got = receive(*ends.server, 2 * mebibyte);
  CHECK(equal(Bytes(got).first(mebibyte), first));
  CHECK(equal(Bytes(got).subspan(mebibyte), second));
  one.join();
  two.join();
  CHECK(says_first == "ok");
  CHECK(says_second == "ok");
}

TEST_CASE("a second receiver waits for its turn") {
  Ends ends;
  std::string first, second;
  Background one([&] { first = receive_text(*ends.server, 3); });
  pause(20);
  std::array<std::uint8_t, 8> buffer;
  Socket::Received received;
  CHECK(text_of(ends.server->recv(buffer, 0, Deadline::never(), received)) == "want_read");
  CHECK(text_of(ends.server->recv(buffer, 0, in(20), received)) == "timed_out");
  Background two([&] { second = receive_text(*ends.server, 3); });
  pause(20);
  send_all(*ends.client, as_bytes("abcdef"));
  one.join();
  two.join();
  CHECK(first == "abc");
  CHECK(second == "def");
}

TEST_CASE("half close: after close_notify the other direction still works") {
  Ends ends;
  std::array<std::uint8_t, 16> buffer;
  Socket::Received received;
  std::size_t sent = 0;
  send_all(*ends.client, as_bytes("request"));
  CHECK(text_of(ends.client->shutdown(Socket::How::write, soon())) == "ok");
  CHECK(text_of(ends.client->send(as_bytes("more"), soon(), sent)) == "closed");
  CHECK(text_of(ends.client->update_keys(false, soon())) == "closed");
  CHECK(receive_text(*ends.server, 7) == "request");
  CHECK(text_of(ends.server->recv(buffer, 0, soon(), received)) == "closed");
  send_all(*ends.server, as_bytes("response"));
  CHECK(receive_text(*ends.client, 8) == "response");
  CHECK(text_of(ends.server->shutdown(Socket::How::read_write, soon())) == "ok");
  CHECK(text_of(ends.client->recv(buffer, 0, soon(), received)) == "closed");
}

TEST_CASE("shutdown of the reading side ends every recv, one that waits too") {
  Ends ends;
  std::array<std::uint8_t, 16> buffer;
  std::string says;
  Background receiver([&] {
    Socket::Received received;
    says = text_of(ends.client->recv(buffer, 0, Deadline::infinite(), received));
  });
  pause(20);
  CHECK(text_of(ends.client->shutdown(Socket::How::read, soon())) == "ok");
  receiver.join();
  CHECK(says == "closed");
  Socket::Received received;
  CHECK(text_of(ends.client->recv(buffer, 0, soon(), received)) == "closed");
  send_all(*ends.client, as_bytes("still"));
  CHECK(receive_text(*ends.server, 5) == "still");
}

TEST_CASE("update_keys changes keys in both directions") {
  Ends ends;
  CHECK(text_of(ends.client->update_keys(true, soon())) == "ok");
  send_all(*ends.client, as_bytes("after"));
  CHECK(receive_text(*ends.server, 5) == "after");
  send_all(*ends.server, as_bytes("answer"));
  CHECK(receive_text(*ends.client, 6) == "answer");
  CHECK(text_of(ends.server->update_keys(false, soon())) == "ok");
  send_all(*ends.server, as_bytes("again"));
  CHECK(receive_text(*ends.client, 5) == "again");
  ends.client->inspect([](const Connection& connection) {
    CHECK(connection.counters().key_updates_sent.value() == 1);
    CHECK(connection.counters().key_updates_received.value() == 2);
  });
}

TEST_CASE("key updates that cannot leave are one") {
  Ends ends(small_buffers(client_config()), small_buffers(server_config()));
  const std::size_t total = fill_up(*ends.client);
  for (int i = 0; i < 100; ++i) {
    const std::string says = text_of(ends.client->update_keys(i % 2 == 1, Deadline::never()));
    CHECK(says == "want_write");
  }
  ends.client->inspect(
      [](const Connection& connection) { CHECK(connection.counters().key_updates_sent.value() == 2); });
  std::string says;
  Background flushing([&] {
    std::size_t sent = 0;
    says = text_of(ends.client->send(as_bytes("new keys"), soon(), sent));
  });
  check_stream(*ends.server, total);
  CHECK(receive_text(*ends.server, 8) == "new keys");
  flushing.join();
  CHECK(says == "ok");
}

TEST_CASE("bulk both ways, two threads at each end, under storms of key updates") {
  Ends ends;
  constexpr std::size_t amount = 20 * mebibyte;
  std::atomic<int> senders_left{2};
  std::atomic<std::size_t> wrong{0}, updates{0}, pieces[2]{};
  std::string says[6];
  const auto send = [&](Socket& socket, std::string& result, int direction) {
    for (std::size_t at = 0; at < amount;) {
      const ByteString piece = patterned(std::min<std::size_t>(100'000, amount - at), at);
      std::size_t sent = 0;
      result = text_of(socket.send(piece, Deadline::infinite(), sent));
      if (result != "ok") break;
      at += sent;
      ++pieces[direction];
    }
    --senders_left;
  };
  const auto receive = [&](Socket& socket, std::string& result) {
    ByteString buffer(100'000);
    for (std::size_t at = 0; at < amount;) {
      Socket::Received received;
      const std::size_t exact = at % 3 == 0 ? std::min<std::size_t>(77'777, amount - at) : 0;
      result = text_of(socket.recv(buffer, exact, Deadline::infinite(), received));
      if (result != "ok") return;
      for (std::size_t i = 0; i < received.size; ++i) wrong += buffer[i] != pattern(at + i);
      at += received.size;
    }
  };
  // A peer that sends many KeyUpdates without data is refused, so each waits until data went both ways.
  const auto storm = [&](Socket& socket, std::string& result) {
    for (std::size_t before[2] = {}; senders_left == 2;) {
      if (pieces[0] == before[0] || pieces[1] == before[1]) {
        std::this_thread::yield();
        continue;
      }
      for (int i = 0; i < 2; ++i) before[i] = pieces[i];
      result = text_of(socket.update_keys(updates++ % 2 == 0, Deadline::infinite()));
      if (result != "ok") return;
    }
  };
  {
    Background a([&] { send(*ends.client, says[0], 0); }), b([&] { send(*ends.server, says[1], 1); });
    Background c([&] { receive(*ends.client, says[2]); }), d([&] { receive(*ends.server, says[3]); });
    Background e([&] { storm(*ends.client, says[4]); }), f([&] { storm(*ends.server, says[5]); });
  }
  for (const std::string& each : says) CHECK(each == "ok");
  CHECK(wrong == 0);
  CHECK(updates > 2);
}
