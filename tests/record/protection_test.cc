// RecordProtection: keys, nonces and limits of one direction.
#include "record/protection.h"

#include "tests/record/records.h"
#include "tests/wire/traces.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

// open gives what a record holds, content type and padding included, or the reason why it does not open.
struct Outcome {
  std::optional<Reason> refused;
  ByteString inner;
};
Result<OpenedRecord> open_into(RecordProtection& keys, Bytes record, MutBytes inner) {
  return keys.open(parse_record_header(record), record.first(record_header_size), record.subspan(record_header_size),
                   inner);
}
Outcome open(RecordProtection& keys, const ByteString& record) {
  ByteString inner(keys.opened_size(record.size() - record_header_size).value());
  const auto opened = open_into(keys, record, inner);
  if (!opened) return {opened.error().reason, {}};
  CHECK(opened->content.data() == inner.data());
  CHECK(opened->size + 1 == inner.size());
  CHECK(inner.at(opened->content.size()) == static_cast<std::uint8_t>(opened->type));
  return {{}, inner};
}

bool opens(RecordProtection& keys, const ByteString& record) { return !open(keys, record).refused; }

}  // namespace

namespace tlsock {
struct RecordProtectionProbe {
  static void skip_to(RecordProtection& keys, std::uint64_t sequence) { keys.sequence_ = sequence; }
};
}  // namespace tlsock

TEST_CASE("protection: what is sealed opens, type and all, with every AEAD") {
  for (const Keys& keys : all_keys) {
    RecordProtection writer = protection(keys), reader = protection(keys);
    std::uint64_t records = 0;
    for (const std::size_t size : {0u, 1u, 15u, 16u, 17u, 1000u, 16384u}) {
      for (const auto type : {ContentType::handshake, ContentType::application_data, ContentType::alert}) {
        CAPTURE(static_cast<int>(keys.aead), size, static_cast<int>(type));
        const ByteString record = seal(writer, type, counting(size));
        // RFC 8446 §5.2: type application_data, version 0x0303, and the length of what is encrypted.
        CHECK(equal(Bytes(record).first(record_header_size),
                    header_only(ContentType::application_data, size + 1 + info(keys.aead).tag_size)));
        CHECK(open(reader, record).inner == padded(type, counting(size), size + 1));
        ++records;
        CHECK(writer.sequence() == records);
        CHECK(reader.sequence() == records);
      }
    }
  }
}

TEST_CASE("protection: records open in place") {
  for (const Keys& keys : all_keys) {
    RecordProtection writer = protection(keys), reader = protection(keys);
    ByteString record = seal(writer, ContentType::handshake, counting(100));
    const MutBytes body = MutBytes(record).subspan(record_header_size);
    REQUIRE(open_into(reader, record, body.first(101)));
    CHECK(equal(body.first(101), padded(ContentType::handshake, counting(100), 101)));
  }
}

// RFC 8446 §5.3.
TEST_CASE("protection: equal contents make different records, and each opens in its turn only") {
  for (const Keys& keys : all_keys) {
    CAPTURE(static_cast<int>(keys.aead));
    RecordProtection writer = protection(keys);
    std::vector<ByteString> records;
    for (int i = 0; i < 300; ++i) records.push_back(seal(writer, ContentType::application_data, counting(5)));
    CHECK(records[0] != records[1]);

    RecordProtection reader = protection(keys);
    CHECK_FALSE(opens(reader, records[1]));
    CHECK(opens(reader, records[0]));
    CHECK_FALSE(opens(reader, records[0]));
    CHECK_FALSE(opens(reader, records[2]));
    std::size_t opened = 0;
    for (std::size_t i = 1; i < records.size(); ++i) opened += opens(reader, records[i]);
    CHECK(opened == records.size() - 1);
  }
}

TEST_CASE("protection: no bit of a record may be turned") {
  for (const Keys& keys : all_keys) {
    RecordProtection writer = protection(keys), reader = protection(keys);
    const ByteString record = seal(writer, ContentType::handshake, counting(9));
    for (std::size_t bit = 0; bit < 8 * record.size(); ++bit) {
      ByteString bad = record;
      bad[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
      CAPTURE(static_cast<int>(keys.aead), bit);
      CHECK(open(reader, bad).refused == Reason::DECRYPTION_FAILED_OR_BAD_RECORD_MAC);
    }
    CHECK(reader.sequence() == 0);
    CHECK(opens(reader, record));
  }
}

TEST_CASE("protection: keys of another secret, hash or AEAD open nothing") {
  RecordProtection writer = protection();
  const ByteString record = seal(writer, ContentType::handshake, counting(9));
  RecordProtection other_secret = protection({}, 2), same = protection();
  RecordProtection other_hash(AeadAlgorithm::aes_128_gcm, HashAlgorithm::sha384, ByteString(32, 1)),
      other_aead(AeadAlgorithm::aes_128_ccm, HashAlgorithm::sha256, ByteString(32, 1));
  CHECK_FALSE(opens(other_secret, record));
  CHECK_FALSE(opens(other_hash, record));
  CHECK_FALSE(opens(other_aead, record));
  CHECK(opens(same, record));
}

TEST_CASE("protection: moved keys go on where they were") {
  RecordProtection writer = protection(), reader = protection();
  CHECK(opens(reader, seal(writer, ContentType::alert, counting(2))));
  RecordProtection moved(std::move(writer)), assigned = protection({AeadAlgorithm::chacha20_poly1305});
  assigned = std::move(moved);
  CHECK(assigned.sequence() == 1);
  CHECK(opens(reader, seal(assigned, ContentType::alert, counting(2))));
}

TEST_CASE("protection: an update is wanted after as many bytes of content as the caller allows") {
  RecordProtection writer = protection();
  CHECK_FALSE(writer.wants_update(1));
  seal(writer, ContentType::application_data, counting(999));
  CHECK_FALSE(writer.wants_update(1000));
  seal(writer, ContentType::application_data, counting(1));
  CHECK(writer.wants_update(1000));
  CHECK_FALSE(writer.wants_update(1001));
  CHECK_FALSE(writer.exhausted());
  CHECK_FALSE(protection().wants_update(1000));
}

// RFC 8446 §5.5, with the limit of RFC 9147 §4.5.3 for CCM.
TEST_CASE("protection: a key is to be replaced before its limit, and seals nothing beyond it", "[slow]") {
  RecordProtection writer = protection({AeadAlgorithm::aes_128_ccm});
  const std::uint64_t limit = info(AeadAlgorithm::aes_128_ccm).confidentiality_limit;
  REQUIRE(limit == 1 << 23);
  constexpr std::uint64_t never = ~std::uint64_t{0};
  ByteString record(writer.sealed_size(0));
  const auto seal_until = [&](auto&& reached) {
    bool sealed = true;
    while (sealed && !reached()) sealed = writer.seal(ContentType::application_data, {}, record).has_value();
    return sealed;
  };
  REQUIRE(seal_until([&] { return writer.wants_update(never); }));
  CHECK(writer.sequence() > limit / 2);
  CHECK(writer.sequence() < limit);
  CHECK_FALSE(writer.exhausted());
  REQUIRE(seal_until([&] { return writer.exhausted(); }));
  CHECK(writer.sequence() == limit);
  const auto status = writer.seal(ContentType::application_data, {}, record);
  REQUIRE_FALSE(status);
  CHECK(status.error().reason == Reason::TOO_MUCH_DATA_ON_KEY);
  CHECK(writer.sequence() == limit);
}

// RFC 8446 §5.3: sequence numbers do not wrap.
TEST_CASE("protection: there is no record after number 2^64 - 2") {
  constexpr std::uint64_t last = ~std::uint64_t{0} - 1;
  const Keys keys{AeadAlgorithm::chacha20_poly1305};
  RecordProtection writer = protection(keys), reader = protection(keys);
  RecordProtectionProbe::skip_to(writer, last);
  RecordProtectionProbe::skip_to(reader, last);
  CHECK(opens(reader, seal(writer, ContentType::application_data, counting(1))));
  CHECK(open(reader, ByteString(reader.sealed_size(0))).refused == Reason::SEQUENCE_EXHAUSTED);
  ByteString record(writer.sealed_size(0));
  CHECK_FALSE(writer.seal(ContentType::application_data, {}, record));
}

TEST_CASE("RFC 8448, section 3: the server's protected handshake and the client's data") {
  const auto check = [](const std::string& role, ContentType type, const ByteString& payload, const ByteString& record,
                        const ByteString& secret) {
    CAPTURE(role);
    RecordProtection writer(AeadAlgorithm::aes_128_gcm, HashAlgorithm::sha256, secret),
        reader(AeadAlgorithm::aes_128_gcm, HashAlgorithm::sha256, secret);
    CHECK(seal(writer, type, payload) == record);
    CHECK(open(reader, record).inner == padded(type, payload, payload.size() + 1));
  };
  const auto field = [](const char* role, const char* name, std::size_t index) {
    return trace_field(simple_1rtt, role, name, index);
  };
  // The secrets, as the PRK of: derive write traffic keys.
  const std::string server_secret = "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38",
                    client_secret = "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5";
  check("server", ContentType::handshake, field("server", "payload", 1), field("server", "complete record", 1),
        hex(server_secret));
  check("client", ContentType::application_data, field("client", "payload", 2), field("client", "complete record", 2),
        hex(client_secret));
}
