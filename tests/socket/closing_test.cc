// close: what it says to the peer, whom it wakes, and that it may race every other call.
#include <sys/socket.h>

#include <atomic>

#include "loopback.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

constexpr std::size_t mebibyte = 1024 * 1024;

}  // namespace

TEST_CASE("close wakes a receiver, a sender, those who wait for turns, and says close_notify") {
  Ends ends(small_buffers(client_config()), small_buffers(server_config()));
  const SocketPtr socket = ends.client;
  std::string says[5];
  std::atomic<int> inside{0};
  {
    const ByteString bulk = patterned(8 * mebibyte);
    const auto receive = [&](std::string& result) {
      std::array<std::uint8_t, 16> buffer;
      Socket::Received received;
      ++inside;
      result = text_of(socket->recv(buffer, 0, Deadline::infinite(), received));
    };
    const auto send = [&](std::string& result) {
      std::size_t sent = 0;
      ++inside;
      result = text_of(socket->send(bulk, Deadline::infinite(), sent));
    };
    Background a([&] { receive(says[0]); }), b([&] { receive(says[1]); });
    Background c([&] { send(says[2]); }), d([&] { send(says[3]); });
    while (inside < 4) pause(1);
    pause(30);
    const auto begin = std::chrono::steady_clock::now();
    socket->close();
    CHECK(since(begin) < Milliseconds(2000));
  }
  for (int i = 0; i < 4; ++i) CHECK(says[i] == "closed");
  std::size_t sent = 0;
  Socket::Received received;
  std::uint8_t byte = 0;
  CHECK(text_of(socket->send({}, soon(), sent)) == "closed");
  CHECK(text_of(socket->recv({&byte, 1}, 0, soon(), received)) == "closed");
  CHECK(text_of(socket->update_keys(true, soon())) == "closed");
  CHECK(text_of(socket->shutdown(Socket::How::write, soon())) == "closed");
}

TEST_CASE("close says close_notify, and unread data of the peer do not destroy it") {
  Ends ends;
  send_all(*ends.client, as_bytes("good"));
  send_all(*ends.server, as_bytes("never read"));
  send_all(*ends.client, as_bytes("bye"));
  pause(20);
  ends.client->close();
  ends.client.reset();
  pause(20);
  CHECK(receive_text(*ends.server, 7) == "goodbye");
  std::uint8_t byte = 0;
  Socket::Received received;
  CHECK(text_of(ends.server->recv({&byte, 1}, 0, soon(), received)) == "closed");
}

TEST_CASE("a socket that just dies says close_notify too") {
  Ends ends;
  ends.client.reset();
  std::uint8_t byte = 0;
  Socket::Received received;
  CHECK(text_of(ends.server->recv({&byte, 1}, 0, soon(), received)) == "closed");
}

TEST_CASE("the alert of a refusal reaches a peer that goes on sending") {
  for (int i = 0; i < 5; ++i) {
    Ends ends;
    // A record that does not decrypt, and more behind it that the server will never read.
    ByteString forged = {23, 3, 3, 0, 32};
    forged.resize(5 + 32);
    forged.resize(60'000);
    REQUIRE(::send(*ends.client->fileno(), forged.data(), forged.size(), MSG_NOSIGNAL) > 0);
    std::uint8_t byte = 0;
    Socket::Received received;
    CHECK(text_of(ends.server->recv({&byte, 1}, 0, Deadline::never(), received)) != "ok");
    std::string says = text_of(ends.server->recv({&byte, 1}, 0, soon(), received));
    CHECK(says != "closed");
    ends.server->close();
    ends.server.reset();
    CHECK(text_of(ends.client->recv({&byte, 1}, 0, soon(), received)) == "PEER_ALERT");
  }
}

TEST_CASE("close during the handshake ends it on both sides") {
  const Port port;
  const auto client = port.client();
  std::string says;
  Background driving([&] { says = text_of(client->handshake(nullptr, Deadline::infinite())); });
  const auto server = port.accept();
  pause(20);
  client->close();
  driving.join();
  CHECK(says == "closed");
  CHECK(text_of(server->handshake(nullptr, soon())) == "PEER_ALERT");
  CHECK(text_of(client->handshake(nullptr, soon())) == "closed");
}

TEST_CASE("close races every call") {
  const Port port;
  for (int round = 0; round < 12; ++round) {
    Ends ends;
    const SocketPtr socket = round % 2 ? ends.client : ends.server;
    const SocketPtr peer = round % 2 ? ends.server : ends.client;
    std::atomic<bool> stop{false};
    const auto until_closed = [&](const std::function<Result<Condition>()>& call) {
      while (!stop) {
        const auto result = call();
        if (!result || *result == Condition::closed) return;
      }
    };
    const ByteString bulk = patterned(100'000);
    {
      Background sending([&] {
        std::size_t sent = 0;
        until_closed([&] { return socket->send(bulk, in(50), sent); });
      });
      Background receiving([&] {
        ByteString buffer(50'000);
        Socket::Received received;
        until_closed([&] { return socket->recv(buffer, 0, in(50), received); });
      });
      Background updating([&] { until_closed([&] { return socket->update_keys(true, in(50)); }); });
      Background looking([&] {
        while (!stop) {
          (void)socket->statistics();
          (void)socket->peername();
          (void)socket->options();
          (void)socket->question();
          (void)socket->wait_fileno();
          (void)socket->handshake(nullptr, Deadline::never());
          socket->inspect([](const Connection& connection) { (void)connection.error(); });
          (void)socket->config();
        }
      });
      Background echo([&] {
        ByteString buffer(50'000);
        Socket::Received received;
        std::size_t sent = 0;
        until_closed([&] {
          auto got = peer->recv(buffer, 0, in(50), received);
          if (!got || *got != Condition::ok) return got;
          return peer->send(Bytes(buffer).first(received.size), in(50), sent);
        });
      });
      Background shutting([&] {
        pause(5);
        if (round % 3 == 0) (void)socket->shutdown(Socket::How::write, in(20));
        if (round % 4 == 1) (void)socket->downgrade(in(5));
      });
      pause(15 + round);
      socket->close();
      socket->close();
      pause(5);
      stop = true;
    }
    CHECK(text_of(socket->handshake(nullptr, soon())) == "closed");
  }
}

TEST_CASE("close races a handshake") {
  const Port port;
  for (int round = 0; round < 12; ++round) {
    Config config = client_config();
    config.ask_verify = round % 2 == 1;
    const auto client = port.client(config);
    Socket& socket = *client;
    client->set_answerer([&socket] {
      const auto open = socket.question();
      Answer yes;
      yes.verdict = Answer::Verdict::accept;
      if (open) (void)socket.answer(open->id, yes);
    });
    std::string client_says, server_says;
    SocketPtr server;
    {
      Background driving([&] { client_says = text_of(client->handshake(nullptr, soon())); });
      Background accepting([&] {
        auto accepted = port.listener->accept(in(500));
        if (accepted && accepted->socket) server = accepted->socket;
        if (server) server_says = text_of(server->handshake(nullptr, in(2000)));
      });
      pause(round);
      if (round % 3 == 2) (void)client->cancel();
      client->close();
    }
    const bool fine = client_says == "closed" || client_says == "ok" || client_says == "USER_CANCELED";
    CHECK(fine);
    // What is left in the queue belongs to nobody.
    while (port.listener->accept(Deadline::never())->socket) {
    }
  }
}
