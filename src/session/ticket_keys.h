// TicketKeys: what seals the sessions that clients keep themselves (RFC 5077 §4). Keys come from a seed and the hour: they
// change without anybody's doing, and machines that share a seed open each other's tickets.
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "crypto/aead.h"
#include "crypto/rng.h"

namespace tlsock {

// TicketUse keeps tickets of one protocol from passing for those of another.
enum class TicketUse : std::uint8_t { tls12 };

class TicketKeys {
 public:
  static constexpr UnixTime rotation = 3600;

  // The first seed seals, all open. `lifetime` is how long a ticket has to be opened.
  TicketKeys(TicketUse use, std::vector<SecretBytes> seeds, std::uint32_t lifetime);
  // with_random_seed is for one process.
  static Result<std::shared_ptr<TicketKeys>> with_random_seed(TicketUse use, std::uint32_t lifetime, Rng& rng);

  Result<ByteString> seal(Bytes state, UnixTime now, Rng& rng);
  // open gives the state, or nothing.
  std::optional<SecretBytes> open(Bytes ticket, UnixTime now);

 private:
  static constexpr std::size_t name_size = 16;
  struct Epoch {
    std::size_t seed;  // which of prks_
    std::uint64_t number;
    std::array<std::uint8_t, name_size> name;
    Aead aead;
  };

  Epoch& epoch(std::size_t seed, std::uint64_t number);
  Epoch* epoch_of(Bytes name, UnixTime now);

  std::vector<Secret> prks_;
  const std::string label_;
  const std::uint64_t kept_;  // epochs before the current one whose tickets may live
  std::mutex mutex_;
  std::vector<Epoch> epochs_;  // those in use
};

}  // namespace tlsock
