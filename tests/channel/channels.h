// What a channel gives out of what it is fed.
#pragma once

#include <functional>

#include "channel/tls_channel.h"
#include "tests/record/records.h"

namespace tlsock::test {

inline void feed(TlsChannel& channel, Bytes bytes) {
  std::ranges::copy(bytes, channel.receive_space(bytes.size()).begin());
  channel.received(bytes.size());
}

// message is a whole handshake message with a body of `size` bytes.
inline ByteString message(HandshakeType type, std::size_t size) {
  ByteString bytes(handshake_header_size);
  bytes[0] = static_cast<std::uint8_t>(type);
  store_be(MutBytes(bytes).subspan(1), size);
  append(bytes, counting(size));
  return bytes;
}

// Event is a handshake message with its header, a record's application data, or a close_notify.
struct Event {
  Inbound kind;
  ByteString bytes;
  bool operator==(const Event&) const = default;
};

// Receiver takes all that a channel gives.
struct Receiver {
  TlsChannel channel;
  std::vector<Event> events;
  std::optional<Error> error;
  std::function<void(HandshakeType)> on_message = [](HandshakeType) {};

  // receive feeds bytes and tells whether there was no error.
  bool receive(Bytes bytes) {
    feed(channel, bytes);
    while (!error && take_one()) continue;
    return !error;
  }
  bool failed_with(Reason reason, Alert alert) const {
    return error && error->reason == reason && error->alert == alert;
  }
  bool failed_with(Reason reason) const { return failed_with(reason, info(reason).alert); }

 private:
  bool take_one() {
    const auto inbound = channel.peek();
    if (!inbound) return error = inbound.error(), false;
    switch (*inbound) {
      case Inbound::need_input:
        return false;
      case Inbound::handshake: {
        const HandshakeMessage& message = channel.message();
        CHECK(message.raw.size() == handshake_header_size + message.body.size());
        CHECK(message.type == HandshakeType{message.raw[0]});
        CHECK(equal(message.raw.subspan(handshake_header_size), message.body));
        const HandshakeType type = message.type;
        events.push_back({*inbound, copy(message.raw)});
        channel.consume_message();
        on_message(type);
        return true;
      }
      case Inbound::change_cipher_spec:
        events.push_back({*inbound, {}});
        channel.consume_change_cipher_spec();
        return true;
      case Inbound::application_data:
        events.push_back({*inbound, copy(channel.data())});
        channel.consume_data(channel.data().size());
        return true;
      case Inbound::close_notify:
        events.push_back({*inbound, {}});
        return false;
    }
    return false;
  }
};

// ProtectedReceiver has keys, and seals for itself what the peer would.
struct ProtectedReceiver : Receiver {
  RecordProtection peer = protection();
  ProtectedReceiver() { REQUIRE(channel.install_read(protection())); }
  bool receive_sealed(ContentType type, Bytes content) { return receive(seal(peer, type, content)); }
};

}  // namespace tlsock::test
