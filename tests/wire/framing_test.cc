// The headers of records and of handshake messages.
#include "wire/framing.h"

#include "tests/catch.hpp"
#include "wire/messages.h"

using namespace tlsock;

TEST_CASE("record headers: type, version, length") {
  ByteString header(record_header_size + 1, 0xee);
  write_record_header(header, ContentType::handshake, 0x4000);
  CHECK(header == ByteString{22, 3, 3, 0x40, 0x00, 0xee});
  write_record_header(header, ContentType::application_data, max_ciphertext, 0x0301);
  CHECK(header == ByteString{23, 3, 1, 0x41, 0x00, 0xee});

  const RecordHeader parsed = parse_record_header(ByteString{0xfe, 0x12, 0x34, 0xff, 0xfe});
  CHECK(parsed.type == ContentType{0xfe});
  CHECK(parsed.version == 0x1234);
  CHECK(parsed.length == 0xfffe);
}

// RFC 8446 §5.1, §5.2.
TEST_CASE("the limits of records") {
  CHECK(max_plaintext == 16384);
  CHECK(max_ciphertext == 16640);
}

TEST_CASE("a handshake message has its type and a length of 24 bits before it, and follows what is there") {
  ByteString flight = {9};
  Finished finished;
  finished.verify_data = ByteString(0x010203, 7);
  REQUIRE(append_message(finished, flight));
  REQUIRE(append_message(KeyUpdate{KeyUpdateRequest::update_requested}, flight));
  CHECK(copy(Bytes(flight).first(6)) == ByteString{9, 20, 1, 2, 3, 7});
  CHECK(copy(Bytes(flight).last(6)) == ByteString{7, 24, 0, 0, 1, 1});
  CHECK(flight.size() == 1 + 4 + 0x010203 + 5);
}

TEST_CASE("a handshake message that is too long is not written") {
  ByteString flight;
  Finished finished;
  finished.verify_data = ByteString(0xffffff);
  CHECK(append_message(finished, flight));
  flight.clear();
  finished.verify_data.push_back(0);
  const auto status = append_message(finished, flight);
  REQUIRE_FALSE(status);
  CHECK(status.error().reason == Reason::ENCODE_ERROR);
  CHECK(std::string(status.error().detail) == "finished");
}
