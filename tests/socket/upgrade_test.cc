// Upgrades of live descriptors, downgrades, and processes that fork.
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loopback.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

struct Upgraded {
  Upgraded() {
    client = *Socket::upgrade(share(client_config()), raw.a.get(), "localhost", {});
    server = *Socket::upgrade(share(server_config()), raw.b.get(), {}, {});
    std::string server_says;
    Background accepting([&] { server_says = text_of(server->handshake(nullptr, soon())); });
    const std::string client_says = text_of(client->handshake(nullptr, soon()));
    accepting.join();
    REQUIRE(client_says == "ok");
    REQUIRE(server_says == "ok");
    client->adopt();
    server->adopt();
    (void)raw.a.release();
    (void)raw.b.release();
  }
  Raw raw;
  SocketPtr client, server;
};

std::string read_plain(int fd, std::size_t size) {
  std::string text(size, '\0');
  std::size_t at = 0;
  while (at < size) {
    const ssize_t count = ::read(fd, text.data() + at, size - at);
    if (count <= 0) break;
    at += static_cast<std::size_t>(count);
  }
  text.resize(at);
  return text;
}

// in_child runs a check in a forked process, and gives what it said.
bool in_child(const std::function<bool()>& check) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) ::_exit(check() ? 0 : 1);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return status == 0;
}

}  // namespace

TEST_CASE("an upgrade needs a connected stream socket") {
  const Descriptor file(::open("/dev/null", O_RDWR | O_CLOEXEC));
  CHECK(Socket::upgrade(share(client_config()), file.get(), "localhost", {}).error().reason == Reason::SYSTEM_ERROR);
  const Descriptor datagrams(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  CHECK_FALSE(Socket::upgrade(share(client_config()), datagrams.get(), "localhost", {}).has_value());
  const Descriptor loose(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  CHECK_FALSE(Socket::upgrade(share(client_config()), loose.get(), "localhost", {}).has_value());
  CHECK_FALSE(Socket::upgrade(share(client_config()), -1, "localhost", {}).has_value());
}

TEST_CASE("both ends upgrade, and the descriptors keep their flags") {
  Upgraded both;
  CHECK((::fcntl(*both.client->fileno(), F_GETFL) & O_NONBLOCK) == 0);
  send_all(*both.client, as_bytes("up"));
  CHECK(receive_text(*both.server, 2) == "up");
  const int fd = *both.client->fileno();
  both.client.reset();
  CHECK_FALSE(is_open(fd));
}

TEST_CASE("local sockets can be upgraded") {
  int fds[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
  const auto client = *Socket::upgrade(share(client_config()), fds[0], "localhost", {});
  const auto server = *Socket::upgrade(share(server_config()), fds[1], {}, {});
  client->adopt();
  server->adopt();
  std::string says;
  Background accepting([&] { says = text_of(server->handshake(nullptr, soon())); });
  CHECK(text_of(client->handshake(nullptr, soon())) == "ok");
  accepting.join();
  CHECK(says == "ok");
  CHECK(client->peername()->ip.empty());
}

TEST_CASE("a failed upgrade leaves the descriptor open, and the caller's") {
  Raw raw;
  SECTION("the peer talks something else") {
    REQUIRE(::send(raw.b.get(), "220 hello\r\n", 11, 0) == 11);
    auto socket = *Socket::upgrade(share(client_config()), raw.a.get(), "localhost", {});
    CHECK_FALSE(socket->handshake(nullptr, soon()).has_value());
    socket->close();
    socket.reset();
  }
  SECTION("time runs out") {
    auto socket = *Socket::upgrade(share(client_config()), raw.a.get(), "localhost", {});
    CHECK(text_of(socket->handshake(nullptr, in(20))) == "timed_out");
    socket.reset();
  }
  SECTION("it never begins") { (void)Socket::upgrade(share(client_config()), raw.a.get(), "localhost", {}); }
  CHECK(is_open(raw.a.get()));
  CHECK(::send(raw.a.get(), "x", 1, MSG_NOSIGNAL) == 1);
}

TEST_CASE("initial_data is what the caller read already") {
  Raw raw;
  const auto client = *Socket::upgrade(share(client_config()), raw.a.get(), "localhost", {});
  CHECK(text_of(client->handshake(nullptr, Deadline::never())) == "want_read");
  std::array<std::uint8_t, 4096> hello;
  const ssize_t size = ::recv(raw.b.get(), hello.data(), hello.size(), 0);
  REQUIRE(size > 100);
  const auto server =
      *Socket::upgrade(share(server_config()), raw.b.get(), {}, Bytes(hello).first(static_cast<std::size_t>(size)));
  std::string says;
  Background accepting([&] { says = text_of(server->handshake(nullptr, soon())); });
  CHECK(text_of(client->handshake(nullptr, soon())) == "ok");
  accepting.join();
  CHECK(says == "ok");
}

TEST_CASE("a client without a name means the peer's address") {
  Raw raw;
  const auto client = *Socket::upgrade(share(client_config()), raw.a.get(), {}, {});
  CHECK(text_of(client->handshake(nullptr, Deadline::never())) == "want_read");
  const auto server = *Socket::upgrade(share(server_config()), raw.b.get(), {}, {});
  Background accepting([&] { (void)server->handshake(nullptr, soon()); });
  (void)client->handshake(nullptr, soon());
  accepting.join();
  client->inspect([](const Connection& connection) { CHECK(connection.negotiated().host == "127.0.0.1"); });
}

TEST_CASE("downgrade hands back descriptor and surplus") {
  Upgraded both;
  send_all(*both.client, as_bytes("secret"));
  CHECK(receive_text(*both.server, 6) == "secret");
  SECTION("both ends at once") {
    Socket::Downgraded client, server;
    Background other([&] {
      auto result = both.client->downgrade(soon());
      if (result) client = std::move(*result);
    });
    auto result = both.server->downgrade(soon());
    other.join();
    REQUIRE(result.has_value());
    server = std::move(*result);
    REQUIRE(client.condition == Condition::ok);
    REQUIRE(server.condition == Condition::ok);
    const Descriptor a(client.fd), b(server.fd);
    both.client.reset();
    both.server.reset();
    REQUIRE(is_open(a.get()));
    REQUIRE(::send(a.get(), "plain", 5, MSG_NOSIGNAL) == 5);
    CHECK(read_plain(b.get(), 5) == "plain");
    REQUIRE(::send(b.get(), "again", 5, MSG_NOSIGNAL) == 5);
    CHECK(read_plain(a.get(), 5) == "again");
  }
  SECTION("the peer's plain bytes came with its close_notify") {
    // The client says close_notify and goes on in plain text at once.
    const int fd = ::dup(*both.client->fileno());
    const Descriptor plain(fd);
    auto waiting = both.client->downgrade(Deadline::never());
    REQUIRE(waiting.has_value());
    CHECK(waiting->condition == Condition::want_read);
    REQUIRE(::send(fd, "RSET\r\n", 6, MSG_NOSIGNAL) == 6);
    pause(20);
    auto server = both.server->downgrade(soon());
    REQUIRE(server.has_value());
    REQUIRE(server->condition == Condition::ok);
    const Descriptor b(server->fd);
    CHECK(as_text(server->surplus) == "RSET\r\n");
    CHECK_FALSE(both.server->fileno().has_value());
    std::size_t sent = 0;
    CHECK(text_of(both.server->send(as_bytes("x"), soon(), sent)) == "closed");
    // The one that waited finishes.
    waiting = both.client->downgrade(soon());
    REQUIRE(waiting.has_value());
    CHECK(waiting->condition == Condition::ok);
    ::close(waiting->fd);
  }
  SECTION("unread data is not lost") {
    send_all(*both.client, as_bytes("wait!"));
    Background other([&] { (void)both.client->downgrade(soon()); });
    const auto refused = both.server->downgrade(soon());
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().reason == Reason::WRONG_STATE);
    CHECK(receive_text(*both.server, 5) == "wait!");
    auto again = both.server->downgrade(soon());
    REQUIRE(again.has_value());
    CHECK(again->condition == Condition::ok);
    const Descriptor b(again->fd);
    other.join();
  }
  SECTION("the peer just goes") {
    const Descriptor dead(::dup(*both.client->fileno()));
    ::shutdown(dead.get(), SHUT_RDWR);
    CHECK(both.server->downgrade(soon()).error().reason == Reason::UNEXPECTED_EOF);
  }
  SECTION("time runs out, and it may be called again") {
    auto late = both.server->downgrade(in(20));
    REQUIRE(late.has_value());
    CHECK(late->condition == Condition::timed_out);
    CHECK(late->fd == -1);
    std::uint8_t byte;
    Socket::Received received;
    CHECK(text_of(both.client->recv({&byte, 1}, 0, soon(), received)) == "closed");
    auto client = both.client->downgrade(soon());
    REQUIRE(client.has_value());
    CHECK(client->condition == Condition::ok);
    late = both.server->downgrade(soon());
    REQUIRE(late.has_value());
    CHECK(late->condition == Condition::ok);
    ::close(client->fd);
    ::close(late->fd);
  }
}

TEST_CASE("fork: a connected socket stays its process's, until the other takes it") {
  Ends ends;
  std::size_t sent = 0;
  CHECK(in_child([&] {
    std::uint8_t byte;
    Socket::Received received;
    bool refused = text_of(ends.client->send(as_bytes("x"), soon(), sent)) == "WRONG_STATE";
    refused = refused && text_of(ends.client->recv({&byte, 1}, 0, soon(), received)) == "WRONG_STATE";
    refused = refused && text_of(ends.client->update_keys(true, soon())) == "WRONG_STATE";
    refused = refused && !ends.client->downgrade(soon()).has_value();
    ends.client->close();
    ends.client.reset();
    return refused;
  }));
  // The child's close said nothing, and the connection lives.
  send_all(*ends.client, as_bytes("parent"));
  CHECK(receive_text(*ends.server, 6) == "parent");
  CHECK(in_child([&] {
    if (!ends.client->own_here()) return false;
    return text_of(ends.client->send(as_bytes("child"), soon(), sent)) == "ok";
  }));
  CHECK(receive_text(*ends.server, 5) == "child");
}

TEST_CASE("fork: a thread inside at the fork keeps the child out for good") {
  Ends ends;
  std::string got;
  Background receiver([&] { got = receive_text(*ends.client, 2); });
  pause(20);
  const bool kept_out = in_child([&] {
    const Status taken = ends.client->own_here();
    bool answers = ends.client->config() != nullptr && ends.client->options().has_value();
    answers = answers && ends.client->statistics().recv_oct > 0 && !ends.client->question();
    ends.client->inspect([](const Connection& connection) { (void)connection.negotiated(); });
    answers = answers && text_of(ends.client->handshake(nullptr, Deadline::infinite())) == "WRONG_STATE";
    ends.client->close();
    if (!answers) return false;
    return !taken && taken.error().reason == Reason::WRONG_STATE;
  });
  send_all(*ends.server, as_bytes("go"));
  receiver.join();
  CHECK(got == "go");
  CHECK(kept_out);
}

TEST_CASE("fork: listeners work in the child, and what is accepted may be served there") {
  const Port port;
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    auto accepted = port.listener->accept(soon());
    if (!accepted || !accepted->socket) ::_exit(1);
    const auto server = accepted->socket;
    if (text_of(server->handshake(nullptr, soon())) != "ok") ::_exit(2);
    std::size_t sent = 0;
    const bool done = text_of(server->send(as_bytes("from the child"), soon(), sent)) == "ok";
    server->close();
    port.listener->close();
    ::_exit(done ? 0 : 3);
  }
  const auto client = port.client();
  CHECK(text_of(client->handshake(nullptr, soon())) == "ok");
  CHECK(receive_text(*client, 14) == "from the child");
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  // The child has closed its listener; ours still accepts.
  Background connecting([&] { (void)port.client()->handshake(nullptr, in(50)); });
  CHECK(port.listener->accept(soon())->condition == Condition::ok);
}

TEST_CASE("fork: a connection accepted by the parent may be served by the child alone") {
  const Port port;
  const auto client = port.client();
  std::string says;
  Background driving([&] { says = text_of(client->handshake(nullptr, soon())); });
  auto server = port.accept();
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) ::_exit(text_of(server->handshake(nullptr, soon())) == "ok" ? 0 : 1);
  // The parent's close of a socket that never began is silent, too.
  server->close();
  server.reset();
  driving.join();
  CHECK(says == "ok");
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}
