// TlsChannel: handshake messages and data through records, however they are cut, and the change of keys.
#include "channel/tls_channel.h"

#include "tests/channel/channels.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

constexpr auto handshake = ContentType::handshake;
constexpr auto data = ContentType::application_data;

void install_write(TlsChannel& sender, std::uint8_t generation) {
  REQUIRE(sender.install_write(protection({}, generation)));
}

struct Stream {
  ByteString bytes;
  std::vector<Event> expected;
};

// make_stream has plain and protected messages, some in one record and one in two, two changes of keys, and data.
Stream make_stream() {
  TlsChannel sender;
  Stream stream;
  const auto send_message = [&](HandshakeType type, std::size_t size) {
    append(sender.flight(), message(type, size));
    stream.expected.push_back({Inbound::handshake, message(type, size)});
  };
  const auto send_data = [&](std::size_t size) {
    REQUIRE(sender.seal(data, counting(size)));
    if (size) stream.expected.push_back({Inbound::application_data, counting(size)});
  };
  send_message(HandshakeType::server_hello, 90);
  REQUIRE(sender.end_flight());
  sender.send_change_cipher_spec();
  install_write(sender, 1);
  send_message(HandshakeType::encrypted_extensions, 0);
  send_message(HandshakeType::certificate, 20000);
  send_message(HandshakeType::certificate_verify, 70);
  send_message(HandshakeType::finished, 32);
  install_write(sender, 2);
  for (const std::size_t size : {1000u, 0u, 16384u}) send_data(size);
  send_message(HandshakeType::key_update, 1);
  install_write(sender, 3);
  send_data(5);
  REQUIRE(sender.send_alert(Alert::close_notify));
  stream.expected.push_back({Inbound::close_notify, {}});
  stream.bytes = copy(sender.output());
  return stream;
}

// StreamReceiver changes its keys where make_stream does.
struct StreamReceiver : Receiver {
  StreamReceiver() {
    channel.expect(ChangeCipherSpecs::dropped);
    on_message = [this](HandshakeType type) {
      const std::uint8_t generation = type == HandshakeType::server_hello ? 1
                                      : type == HandshakeType::finished   ? 2
                                      : type == HandshakeType::key_update ? 3
                                                                          : 0;
      if (generation) REQUIRE(channel.install_read(protection({}, generation)));
    };
  }
};

ByteString joined(std::initializer_list<ByteString> parts) {
  ByteString whole;
  for (const auto& part : parts) append(whole, part);
  return whole;
}

const ByteString hello = message(HandshakeType::client_hello, 30), update = message(HandshakeType::key_update, 1);

}  // namespace

TEST_CASE("channel: a stream gives the same whole, byte by byte and in pieces of any size") {
  const Stream stream = make_stream();
  for (const std::size_t piece :
       {stream.bytes.size(), std::size_t{1}, std::size_t{2}, std::size_t{5}, std::size_t{7777}}) {
    CAPTURE(piece);
    StreamReceiver receiver;
    for (Bytes rest = stream.bytes; !rest.empty(); rest = rest.subspan(std::min(piece, rest.size())))
      REQUIRE(receiver.receive(rest.first(std::min(piece, rest.size()))));
    CHECK(receiver.events == stream.expected);
    CHECK(receiver.channel.buffered_input() == 0);
  }
}

TEST_CASE("channel: a stream that is cut anywhere gives what came before, and no error") {
  const Stream stream = make_stream();
  for (std::size_t size = 0; size < stream.bytes.size(); size += 101) {
    CAPTURE(size);
    StreamReceiver receiver;
    REQUIRE(receiver.receive(Bytes(stream.bytes).first(size)));
    REQUIRE(receiver.events.size() < stream.expected.size());
    CHECK(std::equal(receiver.events.begin(), receiver.events.end(), stream.expected.begin()));
  }
}

// RFC 8446 §5.1.
TEST_CASE("channel: messages may be cut into records of any size, and share them") {
  const ByteString first = message(HandshakeType::certificate, 40), second = message(HandshakeType::finished, 0),
                   third = message(HandshakeType::finished, 9), all = joined({first, second, third});
  for (const bool encrypted : {false, true}) {
    for (std::size_t fragment = 1; fragment <= all.size() + 1; ++fragment) {
      CAPTURE(encrypted, fragment);
      TlsChannel sender;
      Receiver receiver;
      if (encrypted) {
        install_write(sender, 1);
        REQUIRE(receiver.channel.install_read(protection()));
      }
      sender.limit_fragment(fragment);
      append(sender.flight(), all);
      REQUIRE(sender.end_flight());
      CHECK(sender.records_sent() == (all.size() + fragment - 1) / fragment);
      REQUIRE(receiver.receive(sender.output()));
      CHECK(receiver.events ==
            std::vector<Event>{{Inbound::handshake, first}, {Inbound::handshake, second}, {Inbound::handshake, third}});
      CHECK(receiver.channel.records_received() == sender.records_sent());
    }
  }
}

// RFC 8446 §5.1: no other record may stand between the records of a message.
TEST_CASE("channel: data within a handshake message is refused") {
  for (std::size_t cut = 1; cut < hello.size(); ++cut) {
    for (const std::size_t size : {0u, 5u}) {
      CAPTURE(cut, size);
      ProtectedReceiver receiver;
      REQUIRE(receiver.receive_sealed(handshake, Bytes(hello).first(cut)));
      CHECK_FALSE(receiver.receive_sealed(data, counting(size)));
      CHECK(receiver.failed_with(Reason::INTERLEAVED_HANDSHAKE, Alert::unexpected_message));
      CHECK(receiver.events.empty());
    }
  }
}

TEST_CASE("channel: data between whole messages is given in its order") {
  ProtectedReceiver receiver;
  REQUIRE(receiver.receive_sealed(handshake, hello));
  REQUIRE(receiver.receive_sealed(data, counting(5)));
  REQUIRE(receiver.receive_sealed(handshake, update));
  CHECK(receiver.events == std::vector<Event>{{Inbound::handshake, hello},
                                              {Inbound::application_data, counting(5)},
                                              {Inbound::handshake, update}});
}

TEST_CASE("channel: a message that is too long is refused by its header") {
  const auto receive_header = [](std::size_t limit, std::size_t size, ByteString before, bool split) {
    Receiver receiver;
    if (limit) receiver.channel.limit_message(limit);
    append(before, Bytes(message(HandshakeType::certificate, size)).first(handshake_header_size));
    const Bytes bytes = before;
    if (split) {
      REQUIRE(receiver.receive(plain_record(handshake, bytes.first(bytes.size() - 1))));
      receiver.receive(plain_record(handshake, bytes.last(1)));
    } else {
      receiver.receive(plain_record(handshake, bytes));
    }
    if (!receiver.error) return false;
    CHECK(receiver.failed_with(Reason::EXCESSIVE_MESSAGE_SIZE, Alert::illegal_parameter));
    return true;
  };
  for (const bool split : {false, true}) {
    for (const ByteString& before : {ByteString(), hello}) {
      CAPTURE(split, before.size());
      CHECK_FALSE(receive_header(0, 65536, before, split));
      CHECK(receive_header(0, 65537, before, split));
      CHECK(receive_header(0, 0xffffff, before, split));
      CHECK_FALSE(receive_header(1000, 1000, before, split));
      CHECK(receive_header(1000, 1001, before, split));
    }
  }
}

TEST_CASE("channel: the longest message comes through") {
  TlsChannel sender;
  Receiver receiver;
  append(sender.flight(), message(HandshakeType::certificate, 65536));
  REQUIRE(sender.end_flight());
  REQUIRE(receiver.receive(sender.output()));
  CHECK(receiver.events == std::vector<Event>{{Inbound::handshake, message(HandshakeType::certificate, 65536)}});
}

// RFC 8446 §5.1: handshake messages must not span key changes.
TEST_CASE("channel: nothing of a handshake message may straddle a change of keys") {
  const auto install_behind_first = [](std::initializer_list<ByteString> records) {
    Receiver receiver;
    std::optional<Reason> refused;
    receiver.on_message = [&](HandshakeType type) {
      if (type != HandshakeType::client_hello) return;
      const auto status = receiver.channel.install_read(protection());
      if (!status) refused = status.error().reason;
    };
    receiver.receive(joined(records));
    return refused;
  };
  const ByteString half = copy(Bytes(hello).first(10)), other_half = copy(Bytes(hello).subspan(10));
  CHECK_FALSE(install_behind_first({plain_record(handshake, hello)}));
  CHECK_FALSE(install_behind_first({plain_record(handshake, half), plain_record(handshake, other_half)}));
  for (const ByteString& rest : {ByteString{24}, update, copy(Bytes(update).first(4))}) {
    CAPTURE(to_hex(rest));
    CHECK(install_behind_first({plain_record(handshake, joined({hello, rest}))}) == Reason::EXCESS_HANDSHAKE_DATA);
    CHECK(install_behind_first({plain_record(handshake, half), plain_record(handshake, joined({other_half, rest}))}) ==
          Reason::EXCESS_HANDSHAKE_DATA);
  }
  // A part that was looked at already.
  Receiver receiver;
  REQUIRE(receiver.receive(plain_record(handshake, half)));
  const auto status = receiver.channel.install_read(protection());
  REQUIRE_FALSE(status);
  CHECK(status.error().alert == Alert::unexpected_message);
}

TEST_CASE("channel: records that came before a change of keys do not open after it, and the other way round") {
  ProtectedReceiver receiver;
  RecordProtection next = protection({}, 2);
  const ByteString early = seal(next, data, counting(3)), late = seal(receiver.peer, data, counting(4));
  REQUIRE(receiver.channel.install_read(protection({}, 2)));
  CHECK_FALSE(receiver.receive(late));
  CHECK(receiver.failed_with(Reason::DECRYPTION_FAILED_OR_BAD_RECORD_MAC));
  ProtectedReceiver other;
  CHECK_FALSE(other.receive(early));
  CHECK(other.failed_with(Reason::DECRYPTION_FAILED_OR_BAD_RECORD_MAC));
}

TEST_CASE("channel: new keys to write with come behind the flight that is waiting") {
  TlsChannel sender;
  append(sender.flight(), hello);
  install_write(sender, 1);
  CHECK(sender.flight().empty());
  CHECK(copy(sender.output()) == plain_record(handshake, hello));
  append(sender.flight(), update);
  install_write(sender, 2);
  RecordProtection first = protection();
  CHECK(copy(sender.output()) == joined({plain_record(handshake, hello), seal(first, handshake, update)}));
}

TEST_CASE("channel: data is taken in any portions") {
  ProtectedReceiver receiver;
  TlsChannel& channel = receiver.channel;
  feed(channel, joined({seal(receiver.peer, data, counting(10)), seal(receiver.peer, data, counting(3))}));
  ByteString taken;
  for (const std::size_t portion : {1u, 4u, 5u}) {
    const auto inbound = channel.peek();
    REQUIRE(inbound);
    REQUIRE(*inbound == Inbound::application_data);
    append(taken, channel.data().first(portion));
    channel.consume_data(portion);
  }
  CHECK(taken == counting(10));
  const auto inbound = channel.peek();
  REQUIRE(inbound);
  REQUIRE(*inbound == Inbound::application_data);
  CHECK(copy(channel.data()) == counting(3));
}

TEST_CASE("channel: data goes to the destination if there is room for it") {
  for (const std::size_t room : {0u, 10u, 11u, 50u}) {
    CAPTURE(room);
    ProtectedReceiver receiver;
    TlsChannel& channel = receiver.channel;
    ByteString destination(room);
    feed(channel, joined({seal(receiver.peer, data, counting(10)), seal(receiver.peer, handshake, hello)}));
    const auto inbound = channel.peek(destination);
    REQUIRE(inbound);
    REQUIRE(*inbound == Inbound::application_data);
    CHECK(copy(channel.data()) == counting(10));
    CHECK(channel.data_in_destination() == (room >= 11));
    if (channel.data_in_destination()) CHECK(channel.data().data() == destination.data());
    channel.consume_data(10);
    const auto next = channel.peek(destination);
    REQUIRE(next);
    REQUIRE(*next == Inbound::handshake);
    CHECK(copy(channel.message().raw) == hello);
  }
}

TEST_CASE("channel: data before there are keys is refused") {
  Receiver receiver;
  CHECK_FALSE(receiver.receive(plain_record(data, counting(5))));
  CHECK(receiver.failed_with(Reason::UNEXPECTED_RECORD, Alert::unexpected_message));
}

TEST_CASE("channel: a limit on plaintext holds for what comes") {
  ProtectedReceiver receiver;
  receiver.channel.limit_plaintext(511);
  CHECK(receiver.receive_sealed(data, counting(511)));
  CHECK_FALSE(receiver.receive_sealed(data, counting(512)));
  CHECK(receiver.failed_with(Reason::DATA_LENGTH_TOO_LONG, Alert::record_overflow));
}
