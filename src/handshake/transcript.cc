// The two moments at which a transcript is more than a hash.
#include "handshake/transcript.h"

#include "wire/registry.h"

namespace tlsock {

void Transcript::start(HashAlgorithm algorithm) {
  if (hash_) return;
  hash_.emplace(algorithm);
  hash_->update(pending_);
  if (!keeps_) pending_ = ByteString();
}

void Transcript::forget_messages() {
  keeps_ = false;
  if (hash_) pending_ = ByteString();
}

void Transcript::restart() {
  const Digest first_hello = digest();
  const std::uint8_t header[] = {static_cast<std::uint8_t>(HandshakeType::message_hash), 0, 0,
                                 static_cast<std::uint8_t>(first_hello.size)};
  hash_.emplace(hash_->algorithm());
  hash_->update(header);
  hash_->update(first_hello);
}

}  // namespace tlsock
