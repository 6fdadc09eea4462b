#include "session/ticket_keys.h"

#include <algorithm>

#include "crypto/kdf.h"

namespace tlsock {
namespace {

// A ticket is name(16) | nonce(12) | sealed state | tag, and the first two are authenticated with it.
constexpr std::size_t head_size = 16 + aead_nonce_size;
constexpr AeadAlgorithm algorithm = AeadAlgorithm::aes_256_gcm;

const char* label_of(TicketUse use) {
  switch (use) {
    case TicketUse::tls12:
      return "tlsock tls12 ticket v1";
  }
  return "";
}

std::uint64_t epoch_number(UnixTime now) { return static_cast<std::uint64_t>(std::max<UnixTime>(now, 0) / TicketKeys::rotation); }

}  // namespace

TicketKeys::TicketKeys(TicketUse use, std::vector<SecretBytes> seeds, std::uint32_t lifetime)
    : label_(label_of(use)), kept_((lifetime + rotation - 1) / rotation) {
  for (const auto& seed : seeds) prks_.push_back(hkdf_extract(HashAlgorithm::sha256, as_bytes("tlsock stek v1"), seed));
}

Result<std::shared_ptr<TicketKeys>> TicketKeys::with_random_seed(TicketUse use, std::uint32_t lifetime, Rng& rng) {
  std::vector<SecretBytes> seeds;
  TRY(rng.fill(seeds.emplace_back(32).bytes()));
  return std::make_shared<TicketKeys>(use, std::move(seeds), lifetime);
}

TicketKeys::Epoch& TicketKeys::epoch(std::size_t seed, std::uint64_t number) {
  const auto known = std::ranges::find_if(
      epochs_, [&](const Epoch& each) { return each.seed == seed && each.number == number; });
  if (known != epochs_.end()) return *known;
  ByteString info = copy(as_bytes(label_));
  info.resize(info.size() + 8);
  store_be(MutBytes(info).last(8), number);
  SecretBytes material(name_size + 32);
  hkdf_expand(HashAlgorithm::sha256, prks_[seed], info, material.bytes());
  Epoch made{seed, number, {}, Aead(algorithm, material.bytes().subspan(name_size))};
  std::ranges::copy(material.bytes().first(name_size), made.name.begin());
  return epochs_.emplace_back(std::move(made));
}

Result<ByteString> TicketKeys::seal(Bytes state, UnixTime now, Rng& rng) {
  const std::uint64_t current = epoch_number(now);
  ByteString ticket(head_size + state.size() + info(algorithm).tag_size);
  const MutBytes nonce = MutBytes(ticket).subspan(name_size, aead_nonce_size);
  TRY(rng.fill(nonce));
  const std::lock_guard lock(mutex_);
  std::erase_if(epochs_, [&](const Epoch& each) { return each.number + kept_ < current; });
  Epoch& key = epoch(0, current);
  std::ranges::copy(key.name, ticket.begin());
  TRY(key.aead.seal(nonce, Bytes(ticket).first(head_size), state, {}, MutBytes(ticket).subspan(head_size)));
  return ticket;
}

// epoch_of looks through what a living ticket can be of; a clock that goes ahead of ours may have sealed it.
TicketKeys::Epoch* TicketKeys::epoch_of(Bytes name, UnixTime now) {
  const std::uint64_t current = epoch_number(now), oldest = current - std::min(current, kept_);
  for (std::size_t seed = 0; seed < prks_.size(); ++seed) {
    for (std::uint64_t number = current + 1; number + 1 > oldest; --number) {
      Epoch& key = epoch(seed, number);
      if (equal(key.name, name)) return &key;
      if (number == 0) break;
    }
  }
  return nullptr;
}

std::optional<SecretBytes> TicketKeys::open(Bytes ticket, UnixTime now) {
  const std::size_t tag_size = info(algorithm).tag_size;
  if (ticket.size() < head_size + tag_size) return {};
  const std::lock_guard lock(mutex_);
  Epoch* key = epoch_of(ticket.first(name_size), now);
  if (!key) return {};
  const Bytes head = ticket.first(head_size), sealed = ticket.subspan(head_size);
  SecretBytes state(sealed.size() - tag_size);
  if (!key->aead.open(head.subspan(name_size), head, sealed, state.bytes())) return {};
  return state;
}

}  // namespace tlsock
