// RecordReader and RecordWriter: records on a stream, their forms and their limits.
#include "record/tls_record.h"

#include "tests/record/records.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

void feed(RecordReader& reader, Bytes bytes) {
  std::ranges::copy(bytes, reader.space(bytes.size()).begin());
  reader.received(bytes.size());
}

// Outcome is what became of the record at the front: nothing yet, its content, or an error.
struct Outcome {
  std::optional<Reason> refused;
  Alert alert = Alert::none;
  bool whole = false;
  ContentType type{};
  ByteString content;
  bool was_protected = false;
};

Outcome refusal(const Error& error) {
  Outcome outcome;
  outcome.refused = error.reason;
  outcome.alert = error.alert;
  return outcome;
}

Outcome open(RecordReader& reader) {
  const auto opened = reader.open();
  if (!opened) return refusal(opened.error());
  if (!*opened) return {};
  const Outcome outcome{{}, Alert::none, true, (*opened)->type, copy((*opened)->content), (*opened)->was_protected};
  reader.drop();
  return outcome;
}

Outcome open(RecordReader& reader, Bytes record) {
  feed(reader, record);
  return open(reader);
}

RecordReader protected_reader(Keys keys = {}) {
  RecordReader reader;
  reader.install(protection(keys));
  return reader;
}

// waits tells that a reader of `reader`'s state would wait for the body behind a header.
bool waits(RecordReader reader, const ByteString& header) {
  const Outcome outcome = open(reader, header);
  return !outcome.refused && !outcome.whole;
}

Outcome first_of(RecordReader reader, const ByteString& record) { return open(reader, record); }

}  // namespace

TEST_CASE("records: what a writer seals, a reader opens, plain and with every AEAD") {
  for (const Keys& keys : all_keys) {
    for (const bool encrypted : {false, true}) {
      CAPTURE(static_cast<int>(keys.aead), encrypted);
      RecordWriter writer;
      RecordReader reader;
      if (encrypted) {
        writer.install(protection(keys));
        reader.install(protection(keys));
      }
      CHECK(writer.is_protected() == encrypted);
      for (const std::size_t size : {0u, 1u, 300u, 16384u}) {
        CAPTURE(size);
        REQUIRE(writer.seal(ContentType::handshake, counting(size)));
        const Outcome outcome = open(reader, copy(writer.output()));
        writer.sent(writer.output().size());
        REQUIRE(outcome.whole);
        CHECK(outcome.type == ContentType::handshake);
        CHECK(outcome.content == counting(size));
        CHECK(outcome.was_protected == encrypted);
      }
      CHECK(writer.output().empty());
      CHECK(reader.buffered() == 0);
    }
  }
}

TEST_CASE("records: a record that comes byte by byte is nothing until its last byte") {
  RecordProtection writer = protection();
  const ByteString record = seal(writer, ContentType::application_data, counting(20));
  RecordReader reader = protected_reader();
  for (std::size_t i = 0; i + 1 < record.size(); ++i) {
    CAPTURE(i);
    const Outcome outcome = open(reader, ByteString{record[i]});
    CHECK_FALSE(outcome.refused);
    CHECK_FALSE(outcome.whole);
    CHECK(reader.buffered() == i + 1);
  }
  CHECK(open(reader, ByteString{record.back()}).content == counting(20));
  CHECK(reader.buffered() == 0);
}

TEST_CASE("records: several that come together are opened one by one, and the rest stays") {
  RecordProtection writer = protection();
  ByteString stream;
  for (std::size_t i = 0; i < 5; ++i) append(stream, seal(writer, ContentType::application_data, counting(i)));
  const ByteString rest = {1, 2, 3};
  append(stream, rest);
  RecordReader reader = protected_reader();
  feed(reader, stream);
  for (std::size_t i = 0; i < 5; ++i) CHECK(open(reader).content == counting(i));
  CHECK_FALSE(open(reader).whole);
  CHECK(equal(reader.rest(), rest));
  reader.drop_rest();
  CHECK(reader.buffered() == 0);
}

TEST_CASE("records: content goes to the destination if that is large enough, else it stays in place") {
  // Content, type and padding have to fit.
  for (const std::size_t room : {0u, 99u, 100u, 109u, 110u, 200u}) {
    CAPTURE(room);
    RecordProtection writer = protection();
    RecordReader reader = protected_reader();
    ByteString destination(room, 0xee);
    feed(reader, seal_inner(writer, padded(ContentType::application_data, counting(100), 110)));
    const auto opened = reader.open(destination);
    REQUIRE(opened);
    REQUIRE(opened->has_value());
    CHECK(equal((*opened)->content, counting(100)));
    CHECK((*opened)->in_destination == (room >= 110));
    if (room >= 110)
      CHECK((*opened)->content.data() == destination.data());
    else
      CHECK(destination == ByteString(room, 0xee));
    if (room > 110) CHECK(destination[110] == 0xee);
  }
}

TEST_CASE("records: no bit of a protected record may be turned") {
  for (const Keys& keys : all_keys) {
    RecordProtection writer = protection(keys);
    const ByteString record = seal(writer, ContentType::application_data, counting(7));
    for (std::size_t bit = 0; bit < 8 * record.size(); ++bit) {
      ByteString bad = record;
      bad[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
      CAPTURE(static_cast<int>(keys.aead), bit);
      const Outcome outcome = first_of(protected_reader(keys), bad);
      // A length that grew is waited for, and refused when the bytes have come.
      CHECK_FALSE(outcome.whole);
      if (!outcome.refused) CHECK(load_be(Bytes(bad).subspan(3, 2)) > load_be(Bytes(record).subspan(3, 2)));
      if (bit >= 8 * record_header_size) {
        CHECK(outcome.refused == Reason::DECRYPTION_FAILED_OR_BAD_RECORD_MAC);
        CHECK(outcome.alert == Alert::bad_record_mac);
      }
    }
  }
}

TEST_CASE("records: one that is lost, doubled or early is refused") {
  RecordProtection writer = protection();
  std::vector<ByteString> records;
  for (int i = 0; i < 3; ++i) records.push_back(seal(writer, ContentType::application_data, counting(4)));
  const auto second_refused = [&](std::size_t first, std::size_t second) {
    RecordReader reader = protected_reader();
    if (!open(reader, records[first]).whole) return false;
    return open(reader, records[second]).refused == Reason::DECRYPTION_FAILED_OR_BAD_RECORD_MAC;
  };
  CHECK(second_refused(0, 0));
  CHECK(second_refused(0, 2));
  CHECK_FALSE(second_refused(0, 1));
  CHECK(first_of(protected_reader(), records[1]).alert == Alert::bad_record_mac);
}

// RFC 8446 §5.4.
TEST_CASE("records: padding is taken off, also around content that ends in zeros") {
  const ByteString contents[] = {{}, {5}, {0}, {5, 0, 0}, {0, 0, 23, 0}};
  for (const ByteString& content : contents) {
    for (const std::size_t padding : {0u, 1u, 255u, 16000u}) {
      CAPTURE(to_hex(content), padding);
      RecordProtection writer = protection();
      const ByteString inner = padded(ContentType::handshake, content, content.size() + 1 + padding);
      const Outcome outcome = first_of(protected_reader(), seal_inner(writer, inner));
      REQUIRE(outcome.whole);
      CHECK(outcome.type == ContentType::handshake);
      CHECK(outcome.content == content);
    }
  }
}

// RFC 8446 §5.4: unexpected_message if there is no octet that is not zero.
TEST_CASE("records: nothing but zeros is refused") {
  for (const std::size_t size : {1u, 2u, 1000u, 16385u}) {
    CAPTURE(size);
    RecordProtection writer = protection();
    const Outcome outcome = first_of(protected_reader(), seal_inner(writer, ByteString(size)));
    CHECK(outcome.refused == Reason::UNEXPECTED_RECORD);
    CHECK(outcome.alert == Alert::unexpected_message);
  }
}

// RFC 8446 §5.2.
TEST_CASE("records: a protected one is at least a tag and a content type") {
  for (const Keys& keys : all_keys) {
    const std::size_t least = info(keys.aead).tag_size + 1;
    for (std::size_t size = 0; size < least; ++size) {
      CAPTURE(static_cast<int>(keys.aead), size);
      const ByteString record = plain_record(ContentType::application_data, ByteString(size));
      CHECK(first_of(protected_reader(keys), record).alert == Alert::bad_record_mac);
    }
  }
}

// RFC 8446 §5.2: 2^14 + 256 is refused by its header alone; 2^14 + 1 bytes of TLSInnerPlaintext are the most.
TEST_CASE("records: the length of protected ones") {
  CHECK(waits(protected_reader(), header_only(ContentType::application_data, 16384 + 256)));
  const Outcome longer = first_of(protected_reader(), header_only(ContentType::application_data, 16384 + 257));
  CHECK(longer.refused == Reason::ENCRYPTED_LENGTH_TOO_LONG);
  CHECK(longer.alert == Alert::record_overflow);

  for (const Keys& keys : all_keys) {
    CAPTURE(static_cast<int>(keys.aead));
    const auto with_inner = [&](const ByteString& inner) {
      RecordProtection writer = protection(keys);
      return first_of(protected_reader(keys), seal_inner(writer, inner));
    };
    const auto data = ContentType::application_data;
    CHECK(with_inner(padded(data, counting(16384), 16385)).content == counting(16384));
    CHECK(with_inner(padded(data, counting(1), 16385)).content == counting(1));
    const std::size_t largest = max_ciphertext - info(keys.aead).tag_size;
    for (const ByteString& inner : {padded(data, counting(16385), 16386), padded(data, counting(1), 16386),
                                    padded(data, counting(16384), largest)})
      CHECK(with_inner(inner).alert == Alert::record_overflow);
  }
}

// RFC 8446 §5.1.
TEST_CASE("records: the length of plain ones") {
  const ByteString full = plain_record(ContentType::handshake, counting(16384));
  CHECK(first_of({}, full).content == counting(16384));
  const Outcome longer = first_of({}, header_only(ContentType::handshake, 16385));
  CHECK(longer.refused == Reason::DATA_LENGTH_TOO_LONG);
  CHECK(longer.alert == Alert::record_overflow);
}

// RFC 8449 §4: the limit counts the content type and the padding, and holds for protected records.
TEST_CASE("records: a limit that the peer was told") {
  const auto outcome = [](const ByteString& content, std::size_t size) {
    RecordProtection writer = protection();
    RecordReader reader = protected_reader();
    reader.limit_plaintext(63);
    return open(reader, seal_inner(writer, padded(ContentType::application_data, content, size)));
  };
  CHECK(outcome(counting(63), 64).content == counting(63));
  CHECK(outcome(counting(1), 64).content == counting(1));
  CHECK(outcome(counting(64), 65).alert == Alert::record_overflow);
  CHECK(outcome(counting(1), 65).alert == Alert::record_overflow);
  RecordReader plain;
  plain.limit_plaintext(64);
  CHECK(open(plain, plain_record(ContentType::handshake, counting(100))).content == counting(100));
}

TEST_CASE("records: types that cannot come are refused before their body") {
  for (int code = 0; code < 256; ++code) {
    CAPTURE(code);
    const ContentType type{static_cast<std::uint8_t>(code)};
    const ByteString header = header_only(type, 100);
    CHECK(waits({}, header) == (20 <= code && code <= 22));
    CHECK(waits(protected_reader(), header) == (code == 23));
    CHECK(first_of(protected_reader(), header).alert == (code == 23 ? Alert::none : Alert::unexpected_message));
  }
}

// RFC 8446 §5: the record's version is ignored; but the first one tells whether this is TLS at all.
TEST_CASE("records: versions") {
  for (const std::uint16_t version : {0x0300, 0x0301, 0x0304, 0x03ff})
    CHECK(first_of({}, plain_record(ContentType::handshake, counting(3), version)).whole);
  for (const std::uint16_t version : {0x0000, 0x0002, 0x0403, 0xfefd}) {
    CAPTURE(version);
    const ByteString record = plain_record(ContentType::handshake, counting(3), version);
    CHECK(first_of({}, record).refused == Reason::WRONG_VERSION_NUMBER);
    CHECK(first_of({}, record).alert == Alert::protocol_version);
    RecordReader reader;
    REQUIRE(open(reader, plain_record(ContentType::handshake, counting(3))).whole);
    CHECK(open(reader, record).whole);
  }
}

TEST_CASE("records: other protocols are told from TLS by their first five bytes") {
  const auto refusal = [](std::string_view text) { return first_of({}, copy(as_bytes(text).first(5))).refused; };
  for (const char* text : {"GET / HTTP/1.0", "POST /", "HEAD /", "PUT /x", "HTTP/1.1 400"})
    CHECK(refusal(text) == Reason::HTTP_REQUEST);
  CHECK(refusal("CONNECT a:443") == Reason::HTTPS_PROXY_REQUEST);
  for (const char* text : {"SSH-2.0", "220 mail", "GETTY"}) CHECK(refusal(text) == Reason::WRONG_VERSION_NUMBER);
  CHECK(waits({}, ByteString{'G', 'E', 'T', ' '}));
}

// RFC 8446 §5, appendix D.4.
TEST_CASE("records: what may still come in the clear when there are keys") {
  const ByteString ccs = plain_record(ContentType::change_cipher_spec, ByteString{1}),
                   alert = plain_record(ContentType::alert, ByteString{2, 40});
  RecordProtection writer = protection();
  RecordReader reader = protected_reader();
  const Outcome early = open(reader, alert);
  CHECK(early.type == ContentType::alert);
  CHECK(early.content == ByteString{2, 40});
  CHECK_FALSE(early.was_protected);
  CHECK(open(reader, ccs).type == ContentType::change_cipher_spec);
  REQUIRE(open(reader, seal(writer, ContentType::handshake, counting(5))).whole);
  // The peer has shown its keys.
  CHECK(open(reader, ccs).whole);
  CHECK(open(reader, alert).refused == Reason::INVALID_OUTER_RECORD_TYPE);

  for (const std::size_t size : {0u, 1u, 3u}) {
    CAPTURE(size);
    CHECK(first_of(protected_reader(), plain_record(ContentType::alert, ByteString(size, 1))).refused ==
          Reason::INVALID_OUTER_RECORD_TYPE);
    const bool allowed =
        first_of(protected_reader(), plain_record(ContentType::change_cipher_spec, ByteString(size, 1))).whole;
    CHECK(allowed == (size == 1));
  }
  const Outcome handshake = first_of(protected_reader(), plain_record(ContentType::handshake, counting(5)));
  CHECK(handshake.refused == Reason::INVALID_OUTER_RECORD_TYPE);
  CHECK(handshake.alert == Alert::unexpected_message);
}

TEST_CASE("records: new keys on both sides, and the old ones open nothing more") {
  RecordWriter writer;
  RecordReader reader;
  const auto carry = [&] {
    REQUIRE(writer.seal(ContentType::application_data, counting(10)));
    const ByteString record = copy(writer.output());
    writer.sent(record.size());
    return record;
  };
  for (std::uint8_t generation = 1; generation < 5; ++generation) {
    CAPTURE(static_cast<int>(generation));
    writer.install(protection({}, generation));
    reader.install(protection({}, generation));
    CHECK(open(reader, carry()).content == counting(10));
    CHECK(open(reader, carry()).content == counting(10));
  }
  const ByteString old = carry();
  reader.install(protection({}, 5));
  CHECK(open(reader, old).refused == Reason::DECRYPTION_FAILED_OR_BAD_RECORD_MAC);
}

// RFC 8446 §5.1: 0x0301 for an initial ClientHello, 0x0303 for all others.
TEST_CASE("records: the version that is written") {
  RecordWriter writer;
  writer.first_version(0x0301);
  REQUIRE(writer.seal(ContentType::handshake, ByteString{1}));
  REQUIRE(writer.seal(ContentType::handshake, ByteString{2}));
  writer.seal_plain(ContentType::change_cipher_spec, ByteString{1});
  CHECK(copy(writer.output()) == ByteString{22, 3, 1, 0, 1, 1, 22, 3, 3, 0, 1, 2, 20, 3, 3, 0, 1, 1});
}

TEST_CASE("records: what is written waits in its order until it is sent or taken") {
  RecordWriter writer;
  CHECK(writer.max_fragment() == 16384);
  writer.limit_fragment(512);
  CHECK(writer.max_fragment() == 512);
  for (std::uint8_t i = 0; i < 3; ++i) REQUIRE(writer.seal(ContentType::handshake, ByteString{i}));
  writer.sent(7);
  CHECK(copy(writer.output()) == ByteString{3, 3, 0, 1, 1, 22, 3, 3, 0, 1, 2});
  Buffer taken;
  writer.take_output(taken);
  CHECK(copy(taken.data()) == ByteString{3, 3, 0, 1, 1, 22, 3, 3, 0, 1, 2});
  CHECK(writer.output().empty());
}

TEST_CASE("records: a plain change_cipher_spec between protected records disturbs no sequence number") {
  RecordWriter writer;
  RecordReader reader = protected_reader();
  writer.install(protection());
  REQUIRE(writer.seal(ContentType::handshake, counting(1)));
  writer.seal_plain(ContentType::change_cipher_spec, ByteString{1});
  REQUIRE(writer.seal(ContentType::handshake, counting(2)));
  feed(reader, writer.output());
  CHECK(open(reader).content == counting(1));
  CHECK(open(reader).type == ContentType::change_cipher_spec);
  CHECK(open(reader).content == counting(2));
}

TEST_CASE("records: only keys want an update") {
  RecordWriter writer;
  REQUIRE(writer.seal(ContentType::handshake, counting(100)));
  CHECK_FALSE(writer.wants_update(1));
  writer.install(protection());
  CHECK_FALSE(writer.wants_update(1));
  REQUIRE(writer.seal(ContentType::handshake, counting(100)));
  CHECK(writer.wants_update(100));
  CHECK_FALSE(writer.wants_update(101));
  writer.install(protection({}, 2));
  CHECK_FALSE(writer.wants_update(100));
}
