// TlsChannel: alerts, change_cipher_spec, and what a peer may do a few times only.
#include "tests/channel/channels.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

constexpr auto data = ContentType::application_data;

ByteString alert(Alert description, std::uint8_t level = 2) { return {level, static_cast<std::uint8_t>(description)}; }

ByteString plain_ccs(const ByteString& body = {1}) { return plain_record(ContentType::change_cipher_spec, body); }

// tolerated counts how often something is borne, if not for ever.
template <class Send>
std::optional<int> tolerated(Send&& send) {
  for (int count = 0; count < 200; ++count)
    if (!send()) return count;
  return {};
}

}  // namespace

// RFC 8446 §6.1.
TEST_CASE("channel: close_notify ends what is received, whatever its level, and what follows is left alone") {
  for (const std::uint8_t level : {1, 2, 7}) {
    ProtectedReceiver receiver;
    ByteString stream = seal(receiver.peer, data, counting(3));
    append(stream, seal(receiver.peer, ContentType::alert, alert(Alert::close_notify, level)));
    const ByteString surplus = copy(as_bytes("plain text"));
    append(stream, surplus);
    REQUIRE(receiver.receive(stream));
    CHECK(receiver.events == std::vector<Event>{{Inbound::application_data, counting(3)}, {Inbound::close_notify, {}}});
    CHECK(copy(receiver.channel.surplus()) == surplus);
    CHECK_FALSE(receiver.channel.user_canceled());
    REQUIRE(receiver.receive(seal(receiver.peer, data, counting(4))));
    CHECK(receiver.events.back().kind == Inbound::close_notify);
  }
}

// RFC 8446 §6.2: the level is not looked at.
TEST_CASE("channel: every other alert is an error that tells which") {
  for (int code = 1; code < 255; ++code) {
    const Alert description{static_cast<std::uint8_t>(code)};
    if (description == Alert::user_canceled) continue;
    for (const std::uint8_t level : {0, 1, 2, 255}) {
      CAPTURE(code, static_cast<int>(level));
      ProtectedReceiver receiver;
      CHECK_FALSE(receiver.receive_sealed(ContentType::alert, alert(description, level)));
      CHECK(receiver.failed_with(Reason::PEER_ALERT, description));
    }
  }
  Receiver plain;
  CHECK_FALSE(plain.receive(plain_record(ContentType::alert, alert(Alert::protocol_version))));
  CHECK(plain.failed_with(Reason::PEER_ALERT, Alert::protocol_version));
}

TEST_CASE("channel: an error alert within a handshake message is told as what it is") {
  ProtectedReceiver receiver;
  REQUIRE(receiver.receive_sealed(ContentType::handshake, counting(3)));
  CHECK_FALSE(receiver.receive_sealed(ContentType::alert, alert(Alert::unknown_ca)));
  CHECK(receiver.failed_with(Reason::PEER_ALERT, Alert::unknown_ca));
}

// RFC 8446 §6.1.
TEST_CASE("channel: user_canceled is followed by close_notify, or by more of the like only a few times") {
  ProtectedReceiver receiver;
  REQUIRE(receiver.receive_sealed(ContentType::alert, alert(Alert::user_canceled, 1)));
  CHECK(receiver.events.empty());
  CHECK(receiver.channel.user_canceled());
  REQUIRE(receiver.receive_sealed(ContentType::alert, alert(Alert::close_notify, 1)));
  CHECK(receiver.events == std::vector<Event>{{Inbound::close_notify, {}}});

  ProtectedReceiver other;
  const auto count =
      tolerated([&] { return other.receive_sealed(ContentType::alert, alert(Alert::user_canceled, 1)); });
  REQUIRE(count);
  CHECK(*count >= 1);
  CHECK(*count < 10);
  CHECK(other.failed_with(Reason::TOO_MANY_WARNING_ALERTS, Alert::unexpected_message));
}

// RFC 8446 §5.1: an alert is neither empty nor cut nor together with others in a record.
TEST_CASE("channel: an alert of another size than two is refused") {
  for (const std::size_t size : {0u, 1u, 3u, 4u, 100u}) {
    CAPTURE(size);
    ProtectedReceiver receiver;
    CHECK_FALSE(receiver.receive_sealed(ContentType::alert, ByteString(size)));
    CHECK(receiver.failed_with(size ? Reason::BAD_ALERT : Reason::EMPTY_FRAGMENT));
  }
}

TEST_CASE("channel: alerts are sent with their level, behind the flight that is waiting") {
  for (int code = 0; code < 256; ++code) {
    CAPTURE(code);
    const Alert description{static_cast<std::uint8_t>(code)};
    const bool warning = description == Alert::close_notify || description == Alert::user_canceled;
    TlsChannel sender;
    REQUIRE(sender.send_alert(description));
    CHECK(copy(sender.output()) == plain_record(ContentType::alert, alert(description, warning ? 1 : 2)));
  }
  TlsChannel sender;
  append(sender.flight(), counting(9));
  REQUIRE(sender.send_alert(Alert::decode_error));
  ByteString expected = plain_record(ContentType::handshake, counting(9));
  append(expected, plain_record(ContentType::alert, alert(Alert::decode_error)));
  CHECK(copy(sender.output()) == expected);
}

// RFC 8446 §5, appendix D.4.
TEST_CASE("channel: change_cipher_spec is dropped while it is allowed, with keys or without") {
  for (const bool encrypted : {false, true}) {
    CAPTURE(encrypted);
    Receiver receiver;
    if (encrypted) REQUIRE(receiver.channel.install_read(protection()));
    receiver.channel.expect(ChangeCipherSpecs::dropped);
    CHECK(receiver.receive(plain_ccs()));
    CHECK(receiver.receive(plain_ccs()));
    CHECK(receiver.events.empty());
    receiver.channel.expect(ChangeCipherSpecs::refused);
    CHECK_FALSE(receiver.receive(plain_ccs()));
    CHECK(receiver.failed_with(Reason::BAD_CHANGE_CIPHER_SPEC, Alert::unexpected_message));
  }
}

TEST_CASE("channel: a change_cipher_spec of another form is refused, whether allowed or not") {
  for (const ByteString& body : {ByteString(), ByteString{0}, ByteString{2}, ByteString{1, 1}}) {
    for (const bool encrypted : {false, true}) {
      CAPTURE(to_hex(body), encrypted);
      Receiver receiver;
      if (encrypted) REQUIRE(receiver.channel.install_read(protection()));
      receiver.channel.expect(ChangeCipherSpecs::dropped);
      CHECK_FALSE(receiver.receive(plain_ccs(body)));
      CHECK(receiver.error->alert == Alert::unexpected_message);
    }
  }
  ProtectedReceiver receiver;
  receiver.channel.expect(ChangeCipherSpecs::dropped);
  CHECK_FALSE(receiver.receive_sealed(ContentType::change_cipher_spec, ByteString{1}));
  CHECK(receiver.failed_with(Reason::BAD_CHANGE_CIPHER_SPEC, Alert::unexpected_message));
}

TEST_CASE("channel: change_cipher_spec is not borne for ever") {
  Receiver receiver;
  receiver.channel.expect(ChangeCipherSpecs::dropped);
  const auto count = tolerated([&] { return receiver.receive(plain_ccs()); });
  REQUIRE(count);
  CHECK(*count >= 2);
  CHECK(*count < 100);
  CHECK(receiver.failed_with(Reason::TOO_MANY_CHANGE_CIPHER_SPECS, Alert::unexpected_message));
}

// RFC 8446 §5.1, §5.4.
TEST_CASE("channel: an empty handshake record is refused") {
  ProtectedReceiver receiver;
  CHECK_FALSE(receiver.receive_sealed(ContentType::handshake, {}));
  CHECK(receiver.failed_with(Reason::EMPTY_FRAGMENT, Alert::unexpected_message));
  Receiver plain;
  CHECK_FALSE(plain.receive(plain_record(ContentType::handshake, {})));
  CHECK(plain.failed_with(Reason::EMPTY_FRAGMENT, Alert::unexpected_message));
}

TEST_CASE("channel: empty data is borne between data, but not for ever") {
  ProtectedReceiver receiver;
  for (int i = 0; i < 200; ++i) {
    REQUIRE(receiver.receive_sealed(data, {}));
    REQUIRE(receiver.receive_sealed(data, counting(1)));
  }
  CHECK(receiver.events.size() == 200);
  // Padding makes it no fuller.
  const auto count = tolerated([&] { return receiver.receive(seal_inner(receiver.peer, padded(data, {}, 300))); });
  REQUIRE(count);
  CHECK(*count >= 2);
  CHECK(*count < 100);
  CHECK(receiver.events.size() == 200);
  CHECK(receiver.failed_with(Reason::TOO_MANY_EMPTY_FRAGMENTS, Alert::unexpected_message));
}

// RFC 8446 §5: unexpected_message.
TEST_CASE("channel: protected records of an unknown type are refused") {
  for (int code = 1; code < 256; ++code) {
    if (20 <= code && code <= 23) continue;
    CAPTURE(code);
    ProtectedReceiver receiver;
    CHECK_FALSE(receiver.receive_sealed(ContentType{static_cast<std::uint8_t>(code)}, counting(2)));
    CHECK(receiver.failed_with(Reason::UNEXPECTED_RECORD, Alert::unexpected_message));
  }
}
