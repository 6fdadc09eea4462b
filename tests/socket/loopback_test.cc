// The loopback's own code, and that it works: a handshake over TCP in both roles.
#include "loopback.h"

#include <netinet/in.h>

namespace tlsock::test {

std::string text_of(const Result<Condition>& result) {
  if (!result) return info(result.error().reason).name;
  static constexpr const char* names[] = {"ok", "want_read", "want_write", "wait", "closed", "timed_out", "early_data"};
  return names[static_cast<int>(*result)];
}

Port::Port(Config server) {
  if (!server.socket.ip) server.socket.ip = "127.0.0.1";
  auto made = Listener::listen(share(std::move(server)), 0);
  REQUIRE(made.has_value());
  listener = *made;
  number = listener->sockname()->port;
}

SocketPtr Port::client(Config config) const {
  if (!config.server_name) config.server_name = "localhost";
  auto socket = Socket::connect(share(std::move(config)), "127.0.0.1", number);
  REQUIRE(socket.has_value());
  return *socket;
}

SocketPtr Port::accept() const {
  auto accepted = listener->accept(soon());
  REQUIRE(accepted.has_value());
  REQUIRE(accepted->condition == Condition::ok);
  return accepted->socket;
}

Ends::Ends(Config client_options, Config server_options) {
  const Port port(std::move(server_options));
  client = port.client(std::move(client_options));
  std::string server_says;
  Background accepting([&] {
    auto accepted = port.listener->accept(soon());
    if (!accepted || !accepted->socket) return;
    server = accepted->socket;
    server_says = text_of(server->handshake(nullptr, soon()));
  });
  const std::string client_says = text_of(client->handshake(nullptr, soon()));
  accepting.join();
  REQUIRE(client_says == "ok");
  REQUIRE(server_says == "ok");
}

Raw::Raw() {
  const Port port;
  a.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const Endpoint to = *numeric_endpoint("127.0.0.1", port.number);
  REQUIRE(::connect(a.get(), to.get(), to.size) == 0);
  Waker waker;
  REQUIRE(*wait_for(port.listener->fileno(), true, false, soon(), waker) == Readiness::ready);
  b.reset(::accept4(port.listener->fileno(), nullptr, nullptr, SOCK_CLOEXEC));
  REQUIRE(b.get() >= 0);
}

std::uint8_t pattern(std::size_t at) { return static_cast<std::uint8_t>(at * 31 + (at >> 8) * 7 + (at >> 16)); }

ByteString patterned(std::size_t size, std::size_t offset) {
  ByteString bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = pattern(offset + i);
  return bytes;
}

ByteString receive(Socket& from, std::size_t size) {
  ByteString bytes(size);
  Socket::Received received;
  REQUIRE(text_of(from.recv(bytes, size, soon(), received)) == "ok");
  REQUIRE(received.size == size);
  return bytes;
}

std::string receive_text(Socket& from, std::size_t size) {
  ByteString bytes(size);
  Socket::Received received;
  const std::string says = text_of(from.recv(bytes, size, soon(), received));
  return says == "ok" ? std::string(as_text(bytes)) : "(" + says + ")";
}

void send_all(Socket& to, Bytes data) {
  std::size_t sent = 0;
  REQUIRE(text_of(to.send(data, soon(), sent)) == "ok");
  REQUIRE(sent == data.size());
}

Config small_buffers(Config config) {
  config.socket.sndbuf = 8192;
  config.socket.recbuf = 8192;
  return config;
}

}  // namespace tlsock::test

using namespace tlsock;
using namespace tlsock::test;

TEST_CASE("two sockets shake hands over TCP and talk both ways") {
  Ends ends;
  CHECK(ends.client->connected());
  CHECK(ends.server->connected());
  CHECK(ends.client->role() == Role::client);
  CHECK(ends.server->role() == Role::server);
  CHECK(text_of(ends.client->handshake(nullptr, Deadline::never())) == "ok");
  send_all(*ends.client, as_bytes("ping"));
  CHECK(receive_text(*ends.server, 4) == "ping");
  send_all(*ends.server, as_bytes("pong!"));
  CHECK(receive_text(*ends.client, 5) == "pong!");
  ends.client->inspect([](const Connection& connection) {
    CHECK(connection.negotiated().version == Version::tls13);
    CHECK(connection.negotiated().host == "127.0.0.1");
  });
  CHECK(ends.client->peername()->ip == "127.0.0.1");
  CHECK(ends.client->peername()->port == ends.server->sockname()->port);
  CHECK(ends.client->sockname()->port == ends.server->peername()->port);
  const Statistics client = ends.client->statistics(), server = ends.server->statistics();
  CHECK(client.send_oct == server.recv_oct);
  CHECK(client.recv_oct == server.send_oct);
  CHECK(client.send_cnt > 0);
  CHECK(client.send_max >= client.send_avg);
  CHECK(client.send_pend == 0);
}

TEST_CASE("listeners: addresses, ports taken, time, close") {
  const Port port;
  CHECK(port.listener->sockname()->ip == "127.0.0.1");
  Config taken = server_config();
  taken.socket.ip = "127.0.0.1";
  const auto second = Listener::listen(share(taken), port.number);
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().reason == Reason::SYSTEM_ERROR);
  Config nowhere = server_config();
  nowhere.socket.ip = "nowhere";
  CHECK_FALSE(Listener::listen(share(nowhere), 0).has_value());
  CHECK(port.listener->accept(Deadline::never())->condition == Condition::want_read);
  CHECK(port.listener->accept(in(20))->condition == Condition::timed_out);
  Condition woken = Condition::ok;
  Background acceptor([&] { woken = port.listener->accept(Deadline::infinite())->condition; });
  pause(20);
  port.listener->close();
  acceptor.join();
  CHECK(woken == Condition::closed);
  CHECK(port.listener->accept(Deadline::infinite())->condition == Condition::closed);
}

TEST_CASE("a listener's options reach what it accepts") {
  Config config = server_config();
  config.socket.keepalive = true;
  config.socket.nodelay = false;
  config.socket.send_timeout_ms = 1234;
  const Port port(config);
  SocketOptions later;
  later.exit_on_close = false;
  REQUIRE(port.listener->set_options(later).has_value());
  const auto client = port.client();
  Background connecting([&] { (void)client->handshake(nullptr, soon()); });
  const auto server = port.accept();
  const auto options = server->options();
  REQUIRE(options.has_value());
  CHECK(options->keepalive == true);
  CHECK(options->nodelay == false);
  CHECK(options->send_timeout_ms == 1234);
  CHECK(options->exit_on_close == false);
  SocketOptions bad;
  bad.backlog = 5;
  CHECK(server->set_options(bad).error().reason == Reason::WRONG_STATE);
  CHECK(text_of(server->handshake(nullptr, soon())) == "ok");
  CHECK(text_of(Result<Condition>(Condition::ok)) == "ok");
}
