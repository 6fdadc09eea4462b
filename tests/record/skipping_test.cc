// RFC 8446 §4.2.10: a server that takes no early data skips what it cannot open, up to a limit.
#include "record/tls_record.h"
#include "tests/record/records.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

constexpr std::size_t limit = 1000;
constexpr std::uint8_t early = 9;  // a generation of keys that the reader does not have

struct Skipping {
  explicit Skipping(bool encrypted) {
    if (encrypted) reader.install(protection());
    reader.skip_early_data(limit);
  }
  // next feeds a record and gives what comes of all that was fed: a type, `invalid` for nothing yet, or an error.
  Result<ContentType> next(const ByteString& record) {
    std::ranges::copy(record, reader.space(record.size()).begin());
    reader.received(record.size());
    const auto opened = TRY(reader.open());
    if (!opened) return ContentType::invalid;
    reader.drop();
    return opened->type;
  }
  Reason refused(const ByteString& record) {
    const auto outcome = next(record);
    REQUIRE_FALSE(outcome.has_value());
    return outcome.error().reason;
  }

  RecordReader reader;
  RecordProtection own = protection(), others = protection({}, early);
  ByteString data(std::size_t size) { return seal(others, ContentType::application_data, counting(size)); }
};

const ByteString shortest = {23, 3, 3, 0, 1, 0};
const ByteString hello = plain_record(ContentType::handshake, ByteString{1, 0, 0, 0});
const ByteString compatible = plain_record(ContentType::change_cipher_spec, ByteString{1});

}  // namespace

TEST_CASE("early data of other keys is skipped until a record opens") {
  Skipping side(true);
  CHECK(*side.next(shortest) == ContentType::invalid);
  CHECK(*side.next(side.data(300)) == ContentType::invalid);
  CHECK(*side.next(compatible) == ContentType::change_cipher_spec);
  CHECK(*side.next(side.data(300)) == ContentType::invalid);
  CHECK(*side.next(seal(side.own, ContentType::handshake, counting(10))) == ContentType::handshake);
  CHECK(side.refused(side.data(1)) == Reason::DECRYPTION_FAILED_OR_BAD_RECORD_MAC);
}

TEST_CASE("early data is skipped until the second ClientHello") {
  Skipping side(false);
  CHECK(*side.next(side.data(300)) == ContentType::invalid);
  CHECK(*side.next(compatible) == ContentType::change_cipher_spec);
  CHECK(*side.next(side.data(300)) == ContentType::invalid);
  CHECK(*side.next(hello) == ContentType::handshake);
  CHECK(side.refused(side.data(1)) == Reason::UNEXPECTED_RECORD);
}

TEST_CASE("early data without end is refused") {
  for (const bool encrypted : {true, false}) {
    Skipping side(encrypted);
    for (int i = 0; i < 3; ++i) CHECK(*side.next(side.data(300)) == ContentType::invalid);
    CHECK(side.refused(side.data(300)) == Reason::UNEXPECTED_RECORD);
  }
}
