// The memory transport: every byte is carried by the test.
#include "loopback.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

// Wire carries between two memory sockets, in pieces of `piece` bytes.
struct Wire {
  Wire() : Wire(client_config(), server_config()) {}
  Wire(Config client_options, Config server_options)
      : client(Socket::memory(share(std::move(client_options)), "localhost")),
        server(Socket::memory(share(std::move(server_options)), {})) {}

  // carry moves what `from` has to say; the result is what the last put said.
  std::string carry(Socket& from, Socket& to) {
    std::string says = "nothing";
    ByteString buffer(piece);
    for (;;) {
      std::size_t produced = 0;
      const auto got = from.get(buffer, produced);
      REQUIRE(got.has_value());
      for (std::size_t at = 0; at < produced;) {
        std::size_t consumed = 0;
        says = text_of(to.put(Bytes(buffer).subspan(at, produced - at), consumed));
        if (consumed == 0) return says;
        at += consumed;
      }
      if (*got == Condition::ok) return says;
    }
  }
  void shake_hands() {
    for (int i = 0; i < 10 && !(client->connected() && server->connected()); ++i) {
      (void)client->handshake(nullptr, Deadline::infinite());
      carry(*client, *server);
      carry(*server, *client);
    }
    REQUIRE(client->connected());
    REQUIRE(server->connected());
    CHECK(text_of(client->handshake(nullptr, Deadline::infinite())) == "ok");
    CHECK(text_of(server->handshake(nullptr, Deadline::infinite())) == "ok");
  }

  SocketPtr client, server;
  std::size_t piece = 4096;
};

}  // namespace

TEST_CASE("memory: handshake and data, in pieces of any size") {
  Wire wire;
  wire.piece = GENERATE(1, 7, 4096, 100'000);
  wire.shake_hands();
  std::size_t sent = 0;
  CHECK(text_of(wire.client->send(as_bytes("over the wire"), Deadline::infinite(), sent)) == "ok");
  CHECK(sent == 13);
  CHECK(wire.client->pending()->ciphertext > 13);
  CHECK(wire.carry(*wire.client, *wire.server) == "ok");
  CHECK(wire.client->pending()->ciphertext == 0);
  CHECK(wire.server->pending()->plaintext == 13);
  CHECK(receive_text(*wire.server, 5) == "over ");
  CHECK(wire.server->pending()->plaintext == 8);
  std::array<std::uint8_t, 64> text;
  Socket::Received received;
  CHECK(text_of(wire.server->recv(MutBytes(text).first(4), 0, Deadline::infinite(), received)) == "ok");
  CHECK_FALSE(received.end_of_record);
  CHECK(text_of(wire.server->recv(text, 0, Deadline::infinite(), received)) == "ok");
  CHECK(received.size == 4);
  CHECK(received.end_of_record);
  CHECK(wire.server->pending()->plaintext == 0);
  std::uint8_t byte;
  CHECK(text_of(wire.server->recv({&byte, 1}, 0, Deadline::infinite(), received)) == "want_read");
  const Statistics statistics = wire.server->statistics();
  CHECK(statistics.recv_oct == wire.client->statistics().send_oct);
}

TEST_CASE("memory: what each call says on the way") {
  Wire wire;
  CHECK(wire.client->is_memory());
  std::size_t consumed = 0, produced = 0;
  CHECK(text_of(wire.client->handshake(nullptr, Deadline::infinite())) == "want_write");
  CHECK(text_of(wire.server->put({}, consumed)) == "want_read");
  ByteString hello(64 * 1024);
  CHECK(text_of(wire.client->get(MutBytes(hello).first(10), produced)) == "want_write");
  CHECK(produced == 10);
  std::size_t rest = 0;
  CHECK(text_of(wire.client->get(MutBytes(hello).subspan(10), rest)) == "ok");
  hello.resize(10 + rest);
  CHECK(text_of(wire.client->handshake(nullptr, Deadline::infinite())) == "want_read");

  // step: all in one, with too little room, then with enough.
  ByteString flight(64 * 1024);
  CHECK(text_of(wire.server->step(hello, consumed, MutBytes(flight).first(100), produced)) == "want_write");
  CHECK(consumed == hello.size());
  CHECK(produced == 100);
  CHECK(text_of(wire.server->step({}, consumed, MutBytes(flight).subspan(100), rest)) == "want_read");
  flight.resize(100 + rest);
  ByteString finished(64 * 1024);
  CHECK(text_of(wire.client->step(flight, consumed, finished, produced)) == "ok");
  finished.resize(produced);

  // Data directly behind the client's Finished: the handshake is done, and plaintext is there.
  std::size_t sent = 0;
  CHECK(text_of(wire.client->send(as_bytes("early bird"), Deadline::infinite(), sent)) == "ok");
  ByteString data(4096);
  CHECK(text_of(wire.client->get(data, produced)) == "ok");
  append(finished, Bytes(data).first(produced));
  CHECK(text_of(wire.server->put(finished, consumed)) == "ok");
  CHECK(consumed == finished.size());
  CHECK(wire.server->pending()->plaintext == 10);
  CHECK(text_of(wire.server->put({}, consumed)) == "ok");
  CHECK(receive_text(*wire.server, 10) == "early bird");
  CHECK(text_of(wire.server->put({}, consumed)) == "want_read");
}

TEST_CASE("memory: records that are partly read stand new input") {
  Wire wire;
  wire.shake_hands();
  std::size_t sent = 0;
  ByteString expected;
  ByteString got;
  for (std::size_t i = 0; i < 300; ++i) {
    const ByteString piece = patterned(1 + i * 97 % 5000, expected.size());
    append(expected, piece);
    REQUIRE(text_of(wire.client->send(piece, Deadline::infinite(), sent)) == "ok");
    wire.carry(*wire.client, *wire.server);
    ByteString buffer(1 + i * 61 % 6000);
    Socket::Received received;
    if (text_of(wire.server->recv(buffer, 0, Deadline::never(), received)) == "ok") {
      append(got, Bytes(buffer).first(received.size));
    }
  }
  const ByteString rest = receive(*wire.server, expected.size() - got.size());
  append(got, rest);
  CHECK(equal(got, expected));
}

TEST_CASE("memory: a full receive buffer refuses more, until recv has made room") {
  Wire wire;
  wire.shake_hands();
  const ByteString all = patterned(1024 * 1024);
  ByteString ciphertext;
  for (std::size_t at = 0; at < all.size();) {
    std::size_t sent = 0, produced = 0;
    const std::string says = text_of(wire.client->send(Bytes(all).subspan(at), Deadline::infinite(), sent));
    const bool fine = says == "ok" || says == "want_write";
    REQUIRE(fine);
    at += sent;
    ByteString buffer(wire.client->pending()->ciphertext);
    REQUIRE(wire.client->get(buffer, produced).has_value());
    append(ciphertext, buffer);
  }
  ByteString got;
  ByteString buffer(50'000);
  std::size_t at = 0;
  bool refused = false;
  while (got.size() < all.size()) {
    std::size_t consumed = 0;
    CHECK(text_of(wire.server->put(Bytes(ciphertext).subspan(at), consumed)) == "ok");
    refused = refused || at + consumed < ciphertext.size();
    at += consumed;
    Socket::Received received;
    const auto result = wire.server->recv(buffer, 0, Deadline::infinite(), received);
    REQUIRE(text_of(result) == "ok");
    append(got, Bytes(buffer).first(received.size));
  }
  CHECK(refused);
  CHECK(equal(got, all));
}

TEST_CASE("memory: waits, and input that comes meanwhile") {
  Config config = client_config();
  config.ask_verify = true;
  Wire wire(config, server_config());
  wire.piece = 100'000;
  CHECK(text_of(wire.client->handshake(nullptr, Deadline::infinite())) == "want_write");
  CHECK(wire.carry(*wire.client, *wire.server) == "want_write");
  CHECK(wire.carry(*wire.server, *wire.client) == "wait");
  std::size_t consumed = 1;
  for (int i = 0; i < 20 && !wire.client->connected(); ++i) {
    REQUIRE(wire.client->question().has_value());
    Answer yes;
    yes.verdict = Answer::Verdict::accept;
    REQUIRE(wire.client->answer(wire.client->question()->id, yes).has_value());
    const std::string says = text_of(wire.client->put({}, consumed));
    const bool fine = says == "wait" || says == "ok";
    REQUIRE(fine);
  }
  CHECK(wire.client->connected());
  CHECK(wire.carry(*wire.client, *wire.server) == "ok");
}

TEST_CASE("memory: the answering function runs within put") {
  Config config = client_config();
  config.ask_verify = true;
  Wire wire(config, server_config());
  Socket& client = *wire.client;
  int asked = 0;
  client.set_answerer([&] {
    ++asked;
    std::size_t consumed = 0;
    CHECK(text_of(client.put({}, consumed)) == "WRONG_STATE");
    Answer yes;
    yes.verdict = Answer::Verdict::accept;
    CHECK(client.answer(client.question()->id, yes).has_value());
  });
  wire.shake_hands();
  CHECK(asked > 0);
}

TEST_CASE("memory: close_notify, truncation, and errors whose alert is still to be got") {
  Wire wire;
  wire.shake_hands();
  std::uint8_t byte;
  Socket::Received received;
  std::size_t consumed = 0, produced = 0;
  SECTION("close_notify") {
    CHECK(text_of(wire.client->shutdown(Socket::How::write, Deadline::infinite())) == "ok");
    CHECK(wire.carry(*wire.client, *wire.server) == "closed");
    CHECK(text_of(wire.server->recv({&byte, 1}, 0, Deadline::infinite(), received)) == "closed");
    CHECK(wire.server->eof().has_value());
    CHECK(text_of(wire.server->recv({&byte, 1}, 0, Deadline::infinite(), received)) == "closed");
  }
  SECTION("truncation") {
    CHECK(wire.server->eof().has_value());
    CHECK(text_of(wire.server->recv({&byte, 1}, 0, Deadline::infinite(), received)) == "UNEXPECTED_EOF");
  }
  SECTION("rubbish") {
    const ByteString rubbish(100, 0x41);
    CHECK_FALSE(wire.server->put(rubbish, consumed).has_value());
    CHECK(wire.server->pending()->ciphertext > 0);
    CHECK(wire.carry(*wire.server, *wire.client) == "PEER_ALERT");
    CHECK_FALSE(wire.server->put({}, consumed).has_value());
  }
  SECTION("rubbish by step, and the alert at once") {
    const ByteString rubbish(100, 0x41);
    ByteString alert(1000);
    CHECK_FALSE(wire.server->step(rubbish, consumed, alert, produced).has_value());
    CHECK(produced > 0);
  }
  SECTION("close") {
    wire.server->close();
    CHECK(text_of(wire.server->put({}, consumed)) == "closed");
    CHECK(text_of(wire.server->recv({&byte, 1}, 0, Deadline::infinite(), received)) == "closed");
  }
}

TEST_CASE("memory: a carrier that ends in the handshake") {
  Wire wire;
  CHECK(wire.server->eof().has_value());
  CHECK(text_of(wire.server->handshake(nullptr, Deadline::infinite())) == "UNEXPECTED_EOF");
}

TEST_CASE("memory and TCP keep to their own calls") {
  Wire wire;
  CHECK(wire.client->fileno().error().reason == Reason::WRONG_STATE);
  CHECK(wire.client->peername().error().reason == Reason::WRONG_STATE);
  wire.shake_hands();
  CHECK(wire.client->downgrade(soon()).error().reason == Reason::WRONG_STATE);
  SocketOptions nodelay;
  nodelay.nodelay = true;
  CHECK(wire.client->set_options(nodelay).error().reason == Reason::WRONG_STATE);
  Ends ends;
  std::size_t size = 0;
  CHECK(text_of(ends.client->put({}, size)) == "WRONG_STATE");
  CHECK(text_of(ends.client->get({}, size)) == "WRONG_STATE");
  CHECK(text_of(ends.client->step({}, size, {}, size)) == "WRONG_STATE");
  CHECK_FALSE(ends.client->eof().has_value());
  CHECK_FALSE(ends.client->pending().has_value());
}
