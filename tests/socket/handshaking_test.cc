// Handshakes over TCP: time, questions, refusals, and calls that come at the wrong moment.
#include <poll.h>
#include <sys/socket.h>

#include "loopback.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

bool readable(int fd) {
  pollfd polled{fd, POLLIN, 0};
  return ::poll(&polled, 1, 0) == 1;
}

Config asking_client() {
  Config config = client_config();
  config.ask_verify = true;
  return config;
}

Answer accept_answer() {
  Answer answer;
  answer.verdict = Answer::Verdict::accept;
  return answer;
}

// Peer drives the server's side in the background, whatever comes of it.
struct Peer {
  explicit Peer(const Port& port)
      : work([this, &port] {
          auto accepted = port.listener->accept(soon());
          if (!accepted || !accepted->socket) return;
          socket = accepted->socket;
          says = text_of(socket->handshake(nullptr, soon()));
        }) {}
  void join() { work.join(); }
  SocketPtr socket;
  std::string says;
  Background work;
};

}  // namespace

TEST_CASE("calls that need a connection are refused before there is one") {
  const Port port;
  const auto client = port.client();
  std::size_t sent = 0;
  Socket::Received received;
  std::uint8_t byte = 0;
  CHECK(text_of(client->send(as_bytes("x"), soon(), sent)) == "WRONG_STATE");
  CHECK(text_of(client->recv({&byte, 1}, 0, soon(), received)) == "WRONG_STATE");
  CHECK(text_of(client->update_keys(true, soon())) == "WRONG_STATE");
  CHECK(text_of(client->shutdown(Socket::How::write, soon())) == "WRONG_STATE");
  CHECK_FALSE(client->downgrade(soon()).has_value());
  CHECK_FALSE(client->answer(1, {}).has_value());
  CHECK_FALSE(client->peername().has_value());
  CHECK_FALSE(client->question().has_value());
  CHECK(text_of(client->handshake(share(client_config()), soon())) == "WRONG_STATE");
  CHECK(Socket::connect(share(client_config()), "127.0.0.1", 0).error().reason == Reason::WRONG_STATE);
}

TEST_CASE("a refused connection is an error, and stays one") {
  std::uint16_t number;
  {
    const Port port;
    number = port.number;
  }
  const auto client = *Socket::connect(share(client_config()), "127.0.0.1", number);
  CHECK(text_of(client->handshake(nullptr, soon())) == "SYSTEM_ERROR");
  CHECK(text_of(client->handshake(nullptr, soon())) == "SYSTEM_ERROR");
  std::size_t sent = 0;
  CHECK(text_of(client->send(as_bytes("x"), soon(), sent)) == "SYSTEM_ERROR");
}

TEST_CASE("a client that trusts nobody tells the server so, and both keep their errors") {
  Config strict = client_config();
  strict.anchors = std::make_shared<TrustStore>();
  const Port port;
  Peer peer(port);
  const auto client = port.client(strict);
  CHECK(text_of(client->handshake(nullptr, soon())) == "CERTIFICATE_VERIFY_FAILED");
  peer.join();
  CHECK(peer.says == "PEER_ALERT");
  CHECK(text_of(client->handshake(nullptr, soon())) == "CERTIFICATE_VERIFY_FAILED");
  CHECK(text_of(peer.socket->handshake(nullptr, soon())) == "PEER_ALERT");
  client->inspect([](const Connection& connection) { CHECK(connection.error()->alert == Alert::unknown_ca); });
}

TEST_CASE("time: a silent peer ends the handshake, a call that may not wait does not") {
  const Port port;
  const auto client = port.client();
  auto result = client->handshake(nullptr, Deadline::never());
  for (int i = 0; i < 50 && !client->peername().has_value(); ++i, pause(2)) {
    CHECK(text_of(result) == "want_read");
    result = client->handshake(nullptr, Deadline::never());
  }
  CHECK(text_of(result) == "want_read");
  const auto begin = std::chrono::steady_clock::now();
  CHECK(text_of(client->handshake(nullptr, in(40))) == "timed_out");
  CHECK(since(begin) >= Milliseconds(40));
  CHECK(text_of(client->handshake(nullptr, in(40))) == "USER_CANCELED");
  const auto server = port.accept();
  CHECK(text_of(server->handshake(nullptr, soon())) == "PEER_ALERT");
}

TEST_CASE("handshake_timeout bounds a handshake over several calls, waits included") {
  Config config = client_config();
  config.handshake_timeout = Milliseconds(80);
  const Port port;
  SECTION("of a call that waits") {
    const auto client = port.client(config);
    const auto begin = std::chrono::steady_clock::now();
    CHECK(text_of(client->handshake(nullptr, Deadline::infinite())) == "timed_out");
    CHECK(since(begin) >= Milliseconds(70));
  }
  SECTION("of calls that do not") {
    const auto client = port.client(config);
    CHECK(text_of(client->handshake(nullptr, Deadline::never())) == "want_read");
    pause(90);
    CHECK(text_of(client->handshake(nullptr, Deadline::never())) == "timed_out");
    CHECK(text_of(client->handshake(nullptr, Deadline::never())) == "USER_CANCELED");
  }
  SECTION("of an answer that comes too late") {
    config.ask_verify = true;
    config.handshake_timeout = Milliseconds(1000);
    Peer peer(port);
    const auto client = port.client(config);
    REQUIRE(text_of(client->handshake(nullptr, soon())) == "wait");
    const auto id = client->question()->id;
    pause(1010);
    CHECK(client->answer(id, accept_answer()).error().reason == Reason::STALE_ANSWER);
    CHECK(text_of(client->handshake(nullptr, soon())) == "timed_out");
    peer.join();
    CHECK(peer.says == "PEER_ALERT");
  }
}

TEST_CASE("a wait: the call returns, anybody answers, the next call goes on") {
  const Port port;
  Peer peer(port);
  const auto client = port.client(asking_client());
  const int ready = *client->wait_fileno();
  CHECK(readable(ready));
  int questions = 0;
  for (;;) {
    const auto result = client->handshake(nullptr, soon());
    if (text_of(result) == "ok") break;
    REQUIRE(text_of(result) == "wait");
    ++questions;
    CHECK_FALSE(readable(ready));
    REQUIRE(client->question().has_value());
    const auto id = client->question()->id;
    CHECK(client->answer(id + 1, accept_answer()).error().reason == Reason::STALE_ANSWER);
    CHECK(text_of(client->handshake(nullptr, soon())) == "wait");
    CHECK(client->continue_with(accept_answer(), soon()).error().reason == Reason::WRONG_STATE);
    std::string answered;
    Background other([&] { answered = client->answer(id, accept_answer()) ? "yes" : "no"; });
    other.join();
    CHECK(answered == "yes");
    CHECK(readable(ready));
    CHECK_FALSE(client->question().has_value());
    CHECK(client->answer(id, accept_answer()).error().reason == Reason::STALE_ANSWER);
  }
  CHECK(questions > 0);
  peer.join();
  CHECK(peer.says == "ok");
}

TEST_CASE("the answering function answers, declines, or does what it must not") {
  const Port port;
  Peer peer(port);
  const auto client = port.client(asking_client());
  Socket& socket = *client;
  int asked = 0;
  SECTION("it answers") {
    client->set_answerer([&] {
      ++asked;
      CHECK(socket.answer(socket.question()->id, accept_answer()).has_value());
    });
    CHECK(text_of(client->handshake(nullptr, soon())) == "ok");
    CHECK(asked > 0);
    peer.join();
    CHECK(peer.says == "ok");
  }
  SECTION("it refuses") {
    client->set_answerer([&] {
      Answer no;
      no.verdict = Answer::Verdict::refuse;
      no.reason = "I do not like it";
      CHECK(socket.answer(socket.question()->id, no).has_value());
    });
    CHECK_FALSE(client->handshake(nullptr, soon()).has_value());
    peer.join();
    CHECK(peer.says == "PEER_ALERT");
  }
  SECTION("it declines, and may look at the socket, but not drive it") {
    client->set_answerer([&] {
      ++asked;
      CHECK(text_of(socket.handshake(nullptr, Deadline::infinite())) == "WRONG_STATE");
      CHECK(socket.peername().has_value());
      CHECK(socket.wait_fileno().has_value());
      socket.inspect([](const Connection& connection) { CHECK(connection.role() == Role::client); });
    });
    CHECK(text_of(client->handshake(nullptr, soon())) == "wait");
    CHECK(asked == 1);
    client->close();
    peer.join();
    CHECK(peer.says == "PEER_ALERT");
  }
  SECTION("it closes the socket") {
    client->set_answerer([&] { socket.close(); });
    CHECK(text_of(client->handshake(nullptr, soon())) == "closed");
    peer.join();
    CHECK(peer.says == "PEER_ALERT");
  }
  SECTION("it cancels") {
    client->set_answerer([&] { CHECK(socket.cancel().has_value()); });
    CHECK(text_of(client->handshake(nullptr, soon())) == "USER_CANCELED");
    peer.join();
    CHECK(peer.says == "PEER_ALERT");
  }
}

TEST_CASE("a hello is answered with options, and the handshake goes on") {
  Config waiting = server_config();
  waiting.ask_hello = true;
  waiting.credentials.clear();
  const Port port(waiting);
  const auto client = port.client();
  std::string client_says;
  Background connecting([&] { client_says = text_of(client->handshake(nullptr, soon())); });
  const auto server = port.accept();
  REQUIRE(text_of(server->handshake(nullptr, soon())) == "wait");
  REQUIRE(std::holds_alternative<HelloQuestion>(server->question()->body));
  Answer go_on = accept_answer();
  go_on.config = share(server_config());
  CHECK(text_of(server->continue_with(go_on, soon())) == "ok");
  connecting.join();
  CHECK(client_says == "ok");
}

TEST_CASE("handshake with options replaces the listener's") {
  Config useless = server_config();
  useless.credentials = {credential("expired")};
  const Port port(useless);
  const auto client = port.client();
  std::string client_says;
  Background connecting([&] { client_says = text_of(client->handshake(nullptr, soon())); });
  const auto server = port.accept();
  CHECK(text_of(server->handshake(share(client_config()), soon())) == "WRONG_STATE");
  CHECK(text_of(server->handshake(share(server_config()), soon())) == "ok");
  CHECK(text_of(server->handshake(share(server_config()), soon())) == "WRONG_STATE");
  connecting.join();
  CHECK(client_says == "ok");
}

TEST_CASE("cancel ends a handshake that another thread drives") {
  const Port port;
  const auto client = port.client();
  std::string says;
  Background driving([&] { says = text_of(client->handshake(nullptr, Deadline::infinite())); });
  const auto server = port.accept();
  CHECK(server->cancel().error().reason == Reason::WRONG_STATE);
  pause(20);
  CHECK(client->cancel().has_value());
  driving.join();
  CHECK(says == "USER_CANCELED");
  CHECK(client->cancel().error().reason == Reason::WRONG_STATE);
  CHECK(text_of(server->handshake(nullptr, soon())) == "PEER_ALERT");
  client->inspect([](const Connection& connection) { CHECK(connection.error()->alert == Alert::user_canceled); });
}

TEST_CASE("a second driver waits for its turn, and finds the connection made") {
  const Port port;
  const auto client = port.client();
  std::string first, second, third;
  Background driving([&] { first = text_of(client->handshake(nullptr, soon())); });
  pause(20);
  third = text_of(client->handshake(nullptr, Deadline::never()));
  Background waiting([&] { second = text_of(client->handshake(nullptr, soon())); });
  pause(20);
  const auto server = port.accept();
  CHECK(text_of(server->handshake(nullptr, soon())) == "ok");
  driving.join();
  waiting.join();
  CHECK(first == "ok");
  CHECK(second == "ok");
  CHECK(third == "want_read");
}

TEST_CASE("a connection made by calls that never wait") {
  const Port port;
  const auto client = port.client();
  SocketPtr server;
  std::string client_says, server_says;
  const auto end = std::chrono::steady_clock::now() + Milliseconds(20'000);
  while ((client_says != "ok" || server_says != "ok") && std::chrono::steady_clock::now() < end) {
    if (client_says != "ok") client_says = text_of(client->handshake(nullptr, Deadline::never()));
    if (server && server_says != "ok") server_says = text_of(server->handshake(nullptr, Deadline::never()));
    if (!server) server = port.listener->accept(Deadline::never())->socket;
    const bool on = client_says == "ok" || client_says == "want_read" || client_says == "want_write";
    REQUIRE(on);
    CHECK(client->fileno().has_value());
  }
  CHECK(client_says == "ok");
  CHECK(server_says == "ok");
}

TEST_CASE("the peer's end in the middle of the handshake") {
  const Port port;
  const auto client = port.client();
  std::string says;
  Background driving([&] { says = text_of(client->handshake(nullptr, soon())); });
  port.accept().reset();
  driving.join();
  const bool gone = says == "UNEXPECTED_EOF" || says == "SYSTEM_ERROR";
  CHECK(gone);
}
