#include "config/trust.h"

#include <algorithm>

namespace tlsock {
namespace {

void append_sized(ByteString& to, Bytes bytes) {
  std::uint8_t size[4];
  store_be(size, bytes.size());
  append(to, size);
  append(to, bytes);
}

}  // namespace

Sha256 trust_of(const Config& config) {
  ByteString rules = {static_cast<std::uint8_t>(config.role),
                      config.verify_peer,
                      config.fail_if_no_peer_cert,
                      config.ask_verify,
                      config.ask_partial_chain,
                      static_cast<std::uint8_t>(config.depth),
                      config.allow_any_ca_purpose,
                      static_cast<std::uint8_t>(config.host_check)};
  // Whoever verifies nobody has no use for anchors.
  append_sized(rules, config.anchors && config.verify_peer ? Bytes(config.anchors->digest()) : Bytes());
  for (const auto& anchor : config.partial_anchors) append_sized(rules, anchor->der());
  rules.push_back(0xff);
  for (const auto& protocol : config.alpn) append_sized(rules, as_bytes(protocol));
  Sha256 digest;
  std::ranges::copy(Bytes(Hash::of(HashAlgorithm::sha256, {rules})), digest.begin());
  return digest;
}

}  // namespace tlsock
