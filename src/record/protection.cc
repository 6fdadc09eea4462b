// Counting of what is sealed and opened with one key.
#include "record/protection.h"

namespace tlsock {
namespace {

// A key is replaced a little before its limit, so that the KeyUpdate itself and records in flight still fit.
constexpr std::uint64_t update_margin = 1 << 12;

}  // namespace

Status RecordProtection::seal(ContentType type, Bytes content, MutBytes record) {
  // RFC 8446 §5.3, §5.5: neither may a sequence number wrap nor a key be used beyond its limit.
  if (exhausted()) return Error(Reason::TOO_MUCH_DATA_ON_KEY);
  TRY(cipher_->seal(sequence_, type, content, record));
  ++sequence_;
  bytes_ += content.size();
  return {};
}

Result<OpenedRecord> RecordProtection::open(const RecordHeader& header, Bytes header_bytes, Bytes body, MutBytes out) {
  if (sequence_ == ~std::uint64_t{0}) return Error(Reason::SEQUENCE_EXHAUSTED);
  auto opened = TRY(cipher_->open(sequence_, header, header_bytes, body, out));
  ++sequence_;
  return opened;
}

bool RecordProtection::wants_update(std::uint64_t bytes) const {
  return bytes_ >= bytes || sequence_ + update_margin >= limit_;
}

}  // namespace tlsock
