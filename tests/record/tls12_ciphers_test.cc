// Records before TLS 1.3: headers that tell what is inside, nonces, and the record layer around them.
#include "records.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

ByteString key_of(std::size_t size, std::uint8_t start) {
  ByteString key(size);
  for (auto& byte : key) byte = start++;
  return key;
}

RecordProtection aead(AeadAlgorithm algorithm) {
  return RecordProtection(aead_cipher(algorithm, key_of(info(algorithm).key_size, 1), key_of(implicit_iv_size(algorithm), 9)));
}

RecordProtection cbc(Version version, CbcHmac::Direction direction) {
  const CbcHmac::Form form{CbcAlgorithm::aes_128_cbc, HashAlgorithm::sha1, version != Version::tls10, false};
  return RecordProtection(
      cbc_cipher(version, form, {key_of(20, 1), key_of(16, 2), key_of(16, 3)}, direction, system_rng()));
}

std::optional<RecordReader::Opened> open(RecordReader& reader, Bytes record, MutBytes destination = {}) {
  std::ranges::copy(record, reader.space(record.size()).begin());
  reader.received(record.size());
  auto opened = reader.open(destination);
  return opened ? *opened : std::nullopt;
}

}  // namespace

TEST_CASE("TLS 1.2 records: type and version stand in the header, and the reader opens them either way") {
  for (auto algorithm : {AeadAlgorithm::aes_128_gcm, AeadAlgorithm::aes_256_ccm_8, AeadAlgorithm::chacha20_poly1305}) {
    RecordProtection writer = aead(algorithm);
    RecordReader reader;
    reader.install(aead(algorithm));
    reader.expect_version(Version::tls12);
    for (const auto type : {ContentType::handshake, ContentType::alert, ContentType::application_data}) {
      for (const std::size_t size : {0u, 1u, 100u, 16384u}) {
        const ByteString record = seal(writer, type, counting(size));
        CHECK(record[0] == static_cast<std::uint8_t>(type));
        CHECK(load_be(Bytes(record).subspan(1, 2)) == 0x0303);
        ByteString destination(20000);
        const bool direct = size % 2 == 0;
        const auto opened = open(reader, record, direct ? MutBytes(destination) : MutBytes());
        REQUIRE(opened);
        CHECK(opened->type == type);
        CHECK(copy(opened->content) == counting(size));
        CHECK(opened->in_destination == direct);
        reader.drop();
      }
    }
  }
}

// RFC 5288 §3, RFC 7905 §2.
TEST_CASE("TLS 1.2 records: AES carries its sequence number as explicit nonce, ChaCha20 carries none") {
  RecordProtection gcm = aead(AeadAlgorithm::aes_128_gcm), chacha = aead(AeadAlgorithm::chacha20_poly1305);
  for (std::uint64_t n = 0; n < 3; ++n) {
    const ByteString record = seal(gcm, ContentType::application_data, counting(5));
    CHECK(record.size() == record_header_size + 8 + 5 + 16);
    CHECK(load_be(Bytes(record).subspan(record_header_size, 8)) == n);
    CHECK(seal(chacha, ContentType::application_data, counting(5)).size() == record_header_size + 5 + 16);
  }
}

TEST_CASE("TLS 1.2 records: another type, version, order or bit opens nothing") {
  const auto refused = [](auto&& change, Version expected = Version::tls12) {
    RecordProtection writer = aead(AeadAlgorithm::aes_128_gcm);
    ByteString record = seal(writer, ContentType::application_data, counting(20));
    change(record);
    RecordReader reader;
    reader.install(aead(AeadAlgorithm::aes_128_gcm));
    reader.expect_version(expected);
    std::ranges::copy(record, reader.space(record.size()).begin());
    reader.received(record.size());
    const auto opened = reader.open();
    return opened ? Reason::INTERNAL_ERROR : opened.error().reason;
  };
  const auto bad = Reason::DECRYPTION_FAILED_OR_BAD_RECORD_MAC;
  CHECK(refused([](ByteString&) {}) == Reason::INTERNAL_ERROR);
  CHECK(refused([](ByteString& r) { r[0] = 22; }) == bad);
  CHECK(refused([](ByteString& r) { r[2] = 2; }) == Reason::WRONG_VERSION_NUMBER);
  CHECK(refused([](ByteString& r) { r.back() ^= 1; }) == bad);
  CHECK(refused([](ByteString& r) { r[5] ^= 1; }) == bad);
  CHECK(refused([](ByteString& r) {
          r.resize(record_header_size + 10);
          store_be(MutBytes(r).subspan(3, 2), 10);
        }) == bad);
  CHECK(refused([](ByteString& r) { store_be(MutBytes(r).subspan(3, 2), 16384 + 2049); }) ==
        Reason::ENCRYPTED_LENGTH_TOO_LONG);
}

TEST_CASE("TLS 1.0 records chain their IVs, and later ones carry one") {
  for (auto version : {Version::tls10, Version::tls11, Version::tls12}) {
    RecordProtection writer = cbc(version, CbcHmac::Direction::seal);
    CHECK(writer.splits_data() == (version == Version::tls10));
    RecordReader reader;
    reader.install(cbc(version, CbcHmac::Direction::open));
    reader.expect_version(version);
    for (const std::size_t size : {1u, 16u, 1000u, 16384u}) {
      const ByteString record = seal(writer, ContentType::application_data, counting(size));
      CHECK(load_be(Bytes(record).subspan(1, 2)) == static_cast<std::uint16_t>(version));
      const auto opened = open(reader, record);
      REQUIRE(opened);
      CHECK(copy(opened->content) == counting(size));
      reader.drop();
    }
  }
}
