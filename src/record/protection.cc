// Sealing and opening records with one key.
#include "record/protection.h"

#include "wire/framing.h"

namespace tlsock {
namespace {

// A key is replaced a little before its limit, so that the KeyUpdate itself and records in flight still fit.
constexpr std::uint64_t update_margin = 1 << 12;

}  // namespace

RecordProtection::RecordProtection(AeadAlgorithm aead, HashAlgorithm hash, Bytes traffic_secret)
    : RecordProtection(aead, Prk(hash, traffic_secret)) {}

RecordProtection::RecordProtection(AeadAlgorithm aead, Prk traffic_secret)
    : aead_(make_aead(aead, traffic_secret)), iv_(aead_nonce_size), limit_(info(aead).confidentiality_limit) {
  traffic_secret.expand_label("iv", {}, iv_.bytes());
}

Aead RecordProtection::make_aead(AeadAlgorithm aead, Prk& traffic_secret) {
  Secret key(info(aead).key_size);
  traffic_secret.expand_label("key", {}, key.bytes());
  return Aead(aead, key);
}

// RFC 8446 §5.3: the sequence number, padded to the left, xor the IV.
std::array<std::uint8_t, aead_nonce_size> RecordProtection::nonce() const {
  std::array<std::uint8_t, aead_nonce_size> nonce{};
  store_be(MutBytes(nonce).subspan(aead_nonce_size - 8), sequence_);
  for (std::size_t i = 0; i < aead_nonce_size; ++i) nonce[i] ^= iv_.bytes()[i];
  return nonce;
}

Status RecordProtection::seal(ContentType type, Bytes content, MutBytes record) {
  // RFC 8446 §5.3, §5.5: neither may a sequence number wrap nor a key be used beyond its limit.
  if (exhausted()) return Error(Reason::TOO_MUCH_DATA_ON_KEY);
  const MutBytes header = record.first(record_header_size);
  const MutBytes body = record.subspan(record_header_size);
  write_record_header(header, ContentType::application_data, body.size());
  const std::uint8_t inner_type = static_cast<std::uint8_t>(type);
  TRY(aead_.seal(nonce(), header, content, Bytes(&inner_type, 1), body));
  ++sequence_;
  bytes_ += content.size();
  return {};
}

Status RecordProtection::open(Bytes header, Bytes body, MutBytes inner) {
  if (sequence_ == ~std::uint64_t{0}) return Error(Reason::SEQUENCE_EXHAUSTED);
  TRY(aead_.open(nonce(), header, body, inner));
  ++sequence_;
  return {};
}

bool RecordProtection::wants_update(std::uint64_t bytes) const {
  return bytes_ >= bytes || sequence_ + update_margin >= limit_;
}

}  // namespace tlsock
