// The attacks, one after the other.
#include "attacks.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <utility>

namespace tlsock::test {
namespace {

using namespace std::chrono_literals;

constexpr int flood = 10'000;
constexpr timeval patience{20, 0};

ByteString record(ContentType type, const ByteString& content, std::size_t length) {
  ByteString bytes(record_header_size);
  write_record_header(bytes, type, length);
  append(bytes, content);
  return bytes;
}
ByteString record(ContentType type, const ByteString& content) { return record(type, content, content.size()); }

// send_many sends a record that `make` makes anew each time, until the server will have no more.
void send_many(Attacker& attacker, const std::function<ByteString()>& make) {
  for (int i = 0; i < flood; ++i)
    if (!attacker.wire.write(make())) return;
}

void sealed_flood(Attacker& attacker, ContentType type, const ByteString& content) {
  attacker.handshake();
  send_many(attacker, [&] { return attacker.seal(type, content); });
}

void garbage(Attacker& attacker) { attacker.wire.write(as_bytes("GET / HTTP/1.1\r\n\r\n")); }

void old_hello(Attacker& attacker) { attacker.wire.write(ByteString{0x80, 0x2e, 1, 0, 2, 0, 0x15, 0, 0}); }

void half_a_record(Attacker& attacker) { attacker.wire.write(Bytes(attacker.hello()).first(100)); }

void silence(Attacker&) {}

void long_record(Attacker& attacker) {
  attacker.wire.write(record(ContentType::handshake, ByteString(max_plaintext + 257), max_plaintext + 257));
}

void endless_message(Attacker& attacker) {
  const ByteString beginning{1, 0xff, 0xff, 0xff};
  attacker.wire.write(record(ContentType::handshake, beginning));
  send_many(attacker, [] { return record(ContentType::handshake, ByteString(10'000)); });
}

// slow_message stays within the length that a message may have, and is never whole.
void slow_message(Attacker& attacker) {
  attacker.wire.write(record(ContentType::handshake, ByteString{1, 0, 0xff, 0xff}));
  for (int i = 0; i < 200; ++i) {
    if (!attacker.wire.write(record(ContentType::handshake, ByteString(1)))) return;
    std::this_thread::sleep_for(20ms);
  }
}

void trickle(Attacker& attacker) {
  for (std::uint8_t byte : attacker.hello()) {
    if (!attacker.wire.write(Bytes(&byte, 1))) return;
    std::this_thread::sleep_for(1s);
  }
}

void compat_flood(Attacker& attacker) {
  attacker.wire.write(attacker.hello());
  send_many(attacker, [] { return record(ContentType::change_cipher_spec, {1}); });
}

void empty_records(Attacker& attacker) { sealed_flood(attacker, ContentType::application_data, {}); }

void empty_handshake_record(Attacker& attacker) { sealed_flood(attacker, ContentType::handshake, {}); }

void key_updates(Attacker& attacker) {
  attacker.handshake();
  send_many(attacker, [&] {
    ByteString update = attacker.seal(ContentType::handshake, {24, 0, 0, 1, 1});
    attacker.update_keys();
    return update;
  });
}

void tickets(Attacker& attacker) { sealed_flood(attacker, ContentType::handshake, {4, 0, 0, 1, 0}); }

void second_hello(Attacker& attacker) { sealed_flood(attacker, ContentType::handshake, {1, 0, 0, 0}); }

void long_sealed_record(Attacker& attacker) {
  attacker.handshake();
  attacker.wire.write(record(ContentType::application_data, ByteString(max_ciphertext + 1), max_ciphertext + 1));
}

void bad_mac(Attacker& attacker) {
  attacker.handshake();
  ByteString bytes = attacker.seal(ContentType::application_data, {1, 2, 3});
  bytes.back() ^= 1;
  attacker.wire.write(bytes);
}

// deaf sends and never reads: the echo has nowhere to go.
void deaf(Attacker& attacker) {
  attacker.handshake();
  send_many(attacker, [&] { return attacker.seal(ContentType::application_data, ByteString(16'000, 7)); });
}

void leaves_at_once(Attacker& attacker) { attacker.wire.close(); }

void leaves_in_its_hello(Attacker& attacker) {
  half_a_record(attacker);
  attacker.wire.close();
}

void leaves_after_its_hello(Attacker& attacker) {
  attacker.wire.write(attacker.hello());
  attacker.wire.close();
}

void leaves_after_the_flight(Attacker& attacker) {
  attacker.wire.write(attacker.hello());
  (void)attacker.wire.read();
  attacker.wire.close();
}

void leaves_without_a_word(Attacker& attacker) {
  attacker.handshake();
  attacker.wire.close();
}

void leaves_in_a_record(Attacker& attacker) {
  attacker.handshake();
  attacker.wire.write(Bytes(attacker.seal(ContentType::application_data, ByteString(1000))).first(500));
  attacker.wire.close();
}

}  // namespace

const std::vector<Attack>& attacks() {
  static const std::vector<Attack> all = {
      {"garbage", garbage, Alert::protocol_version},
      {"a hello of SSL 2", old_hello, Alert::protocol_version},
      {"half a record, then silence", half_a_record, Alert::user_canceled},
      {"silence", silence, Alert::user_canceled},
      {"a record that is too long", long_record, Alert::record_overflow},
      {"a message without end", endless_message, Alert::illegal_parameter},
      {"a message that never comes to its end", slow_message, Alert::user_canceled},
      {"a byte a second", trickle, Alert::user_canceled},
      {"change_cipher_specs without end", compat_flood, Alert::unexpected_message},
      {"empty records without end", empty_records, Alert::unexpected_message},
      {"empty handshake records", empty_handshake_record, Alert::unexpected_message},
      {"KeyUpdates without end", key_updates, Alert::unexpected_message},
      {"tickets from a client", tickets, Alert::unexpected_message},
      {"a second ClientHello", second_hello, Alert::unexpected_message},
      {"a protected record that is too long", long_sealed_record, Alert::record_overflow},
      {"a record that does not open", bad_mac, Alert::bad_record_mac},
      {"data without end, and no reading", deaf, Alert::none},
      {"leaves at once", leaves_at_once, Alert::none},
      {"leaves in its hello", leaves_in_its_hello, Alert::none},
      {"leaves after its hello", leaves_after_its_hello, Alert::none},
      {"leaves after the server's flight", leaves_after_the_flight, Alert::none},
      {"leaves without a close_notify", leaves_without_a_word, Alert::none},
      {"leaves in a record", leaves_in_a_record, Alert::none},
  };
  return all;
}

Wire::Wire(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("no connection");
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

Wire::~Wire() { close(); }

bool Wire::write(Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

ByteString Wire::read() {
  ByteString bytes(20'000);
  const ssize_t size = ::recv(fd_, bytes.data(), bytes.size(), 0);
  bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return bytes;
}

void Wire::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

Attacker::Attacker(std::uint16_t port) : wire(port), client_(share(client_config()), clock_, {"localhost"}) {}

ByteString Attacker::hello() {
  client_.step();
  return taken_output(client_);
}

void Attacker::handshake() {
  wire.write(hello());
  while (client_.step() == Connection::State::input) {
    const ByteString bytes = wire.read();
    if (bytes.empty()) throw std::runtime_error("the server went in the handshake");
    feed(client_, bytes);
  }
  wire.write(taken_output(client_));
  sealer_.emplace(peer_of(client_));
}

Alert Attacker::told() {
  for (;;) {
    if (client_.step() == Connection::State::connected) (void)read_all(client_);
    if (client_.error()) return client_.error()->alert;
    const ByteString bytes = wire.read();
    if (bytes.empty()) return Alert::none;
    feed(client_, bytes);
  }
}

}  // namespace tlsock::test
