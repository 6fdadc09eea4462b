// Transcript: the running hash of all handshake messages (RFC 8446 §4.4.1). Messages wait in a buffer until the suite, and
// with it the hash, is known.
#pragma once

#include <optional>

#include "crypto/hash.h"

namespace tlsock {

class Transcript {
 public:
  void add(Bytes message) {
    if (hash_) hash_->update(message);
    if (!hash_ || keeps_) append(pending_, message);
  }

  // start fixes the hash, once; later calls must name the same and do nothing.
  void start(HashAlgorithm algorithm);
  // keep_messages is for TLS 1.2 and before, where a CertificateVerify signs the messages themselves, with a hash of its
  // own (RFC 5246 §7.4.8): until forget_messages, messages() are all so far.
  void keep_messages() { keeps_ = true; }
  void forget_messages();
  Bytes messages() const { return pending_; }

  // restart replaces the first ClientHello by its hash, before a HelloRetryRequest is added (RFC 8446 §4.4.1).
  void restart();

  bool started() const { return hash_.has_value(); }
  // digest is the hash of all messages so far; the hash must have been started.
  Digest digest() const { return hash_->digest(); }

 private:
  std::optional<Hash> hash_;
  ByteString pending_;
  bool keeps_ = false;
};

}  // namespace tlsock
