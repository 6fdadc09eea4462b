// Derivations of RFC 5246 §6.3, §7.4.9, §8.1, RFC 7627 and RFC 5705.
#include "handshake/key_schedule_12.h"

#include <algorithm>
#include <stdexcept>

#include "crypto/kdf.h"

namespace tlsock {
namespace {

constexpr VersionRules rules[] = {
    {Version::tls12, true, true, HashAlgorithm::none, HashAlgorithm::none, HashAlgorithm::none},
    {Version::tls11, false, true, HashAlgorithm::md5_sha1, HashAlgorithm::md5_sha1, HashAlgorithm::sha1},
    {Version::tls10, false, false, HashAlgorithm::md5_sha1, HashAlgorithm::md5_sha1, HashAlgorithm::sha1},
};

}  // namespace

const VersionRules& rules_of(Version version) {
  const auto found = std::ranges::find(rules, version, &VersionRules::version);
  if (found == std::end(rules)) throw std::logic_error("rules_of a version that has none");
  return *found;
}

Secret derive_master_secret(HashAlgorithm hash, Bytes pre_master_secret, const Random& client, const Random& server,
                            std::optional<Bytes> session_hash) {
  Secret master(master_secret_size);
  if (session_hash) prf(hash, pre_master_secret, "extended master secret", {*session_hash}, master.bytes());
  else prf(hash, pre_master_secret, "master secret", {client, server}, master.bytes());
  return master;
}

Secret verify_data_12(const Secrets12& secrets, Role side, Bytes transcript_hash) {
  Secret data(verify_data_size);
  const auto label = side == Role::client ? "client finished" : "server finished";
  prf(secrets.hash(), secrets.master_secret, label, {transcript_hash}, data.bytes());
  return data;
}

KeyBlock::KeyBlock(const Secrets12& secrets, bool encrypt_then_mac)
    : suite_(*secrets.suite), rules_(*secrets.rules), encrypt_then_mac_(encrypt_then_mac) {
  if (suite_.is_cbc()) {
    mac_key_size_ = digest_size(suite_.mac);
    key_size_ = info(suite_.cbc).key_size;
    iv_size_ = rules_.explicit_iv ? 0 : info(suite_.cbc).block_size;
  } else {
    mac_key_size_ = 0;
    key_size_ = info(suite_.aead).key_size;
    iv_size_ = implicit_iv_size(suite_.aead);
  }
  bytes_ = SecretBytes(2 * (mac_key_size_ + key_size_ + iv_size_));
  prf(secrets.hash(), secrets.master_secret, "key expansion", {secrets.server_random, secrets.client_random},
      bytes_.bytes());
}

RecordProtection KeyBlock::protect(Role writer, CbcHmac::Direction direction, Rng& rng) const {
  const std::size_t half = writer == Role::client ? 0 : 1;
  Bytes rest = bytes_;
  const auto take = [&](std::size_t size) {
    const Bytes taken = rest.subspan(half * size, size);
    rest = rest.subspan(2 * size);
    return taken;
  };
  const Bytes mac_key = take(mac_key_size_), key = take(key_size_), iv = take(iv_size_);
  if (!suite_.is_cbc()) return RecordProtection(aead_cipher(suite_.aead, key, iv));
  const CbcHmac::Form form{suite_.cbc, suite_.mac, rules_.explicit_iv, encrypt_then_mac_};
  return RecordProtection(cbc_cipher(rules_.version, form, {mac_key, key, iv}, direction, rng));
}

bool is_own_label_12(std::string_view label) {
  static constexpr std::string_view own[] = {"client finished", "server finished", "master secret", "key expansion",
                                             "extended master secret"};
  return std::ranges::find(own, label) != std::end(own);
}

void export_keying_material_12(const Secrets12& secrets, std::string_view label, std::optional<Bytes> context,
                               MutBytes out) {
  std::array<std::uint8_t, 2> length{};
  if (!context) return prf(secrets.hash(), secrets.master_secret, label, {secrets.client_random, secrets.server_random}, out);
  store_be(length, context->size());
  prf(secrets.hash(), secrets.master_secret, label, {secrets.client_random, secrets.server_random, length, *context}, out);
}

}  // namespace tlsock
