// HostilePair: a real server, connected to a client of which the test has the keys, and may seal what it likes.
#pragma once

#include "crypto/kdf.h"
#include "handshake/key_schedule.h"
#include "tests/support/pair.h"
#include "wire/framing.h"

namespace tlsock::test {

// Peer seals records as a connected side would, of any type and content.
class Peer {
 public:
  Peer(const SuiteInfo& suite, Secret secret) : suite_(suite), secret_(std::move(secret)), aead_(suite.aead, key()) {}

  // record is one protected record; `padding` zeroes follow the content type.
  ByteString record(ContentType type, const ByteString& content, std::size_t padding = 0) {
    ByteString inner = content;
    inner.push_back(static_cast<std::uint8_t>(type));
    inner.resize(inner.size() + padding);
    ByteString record(record_header_size + inner.size() + aead_.tag_size());
    write_record_header(record, ContentType::application_data, record.size() - record_header_size);
    const Bytes header = Bytes(record).first(record_header_size);
    if (!aead_.seal(nonce(), header, inner, {}, MutBytes(record).subspan(record_header_size))) return {};
    ++sequence_;
    return record;
  }

  // update goes on with the next generation of keys.
  void update() {
    secret_ = next_traffic_secret(suite_.hash, secret_);
    aead_ = Aead(suite_.aead, key());
    sequence_ = 0;
  }

 private:
  Secret key() const {
    Secret key(info(suite_.aead).key_size);
    hkdf_expand_label(suite_.hash, secret_, "key", {}, key.bytes());
    return key;
  }
  ByteString nonce() const {
    Secret iv(aead_nonce_size);
    hkdf_expand_label(suite_.hash, secret_, "iv", {}, iv.bytes());
    ByteString nonce = copy(iv);
    for (std::size_t i = 0; i < 8; ++i) nonce[4 + i] ^= static_cast<std::uint8_t>(sequence_ >> (8 * (7 - i)));
    return nonce;
  }

  const SuiteInfo& suite_;
  Secret secret_;
  Aead aead_;
  std::uint64_t sequence_ = 0;
};

// peer_of takes the keys of a side that is connected.
Peer peer_of(const Connection& side);

class HostilePair {
 public:
  HostilePair() : HostilePair(client_config(), server_config()) {}
  HostilePair(Config client_options, Config server_options);

  Pair pair;
  Peer client;
  Connection& server = pair.server;

  void feed_server(Bytes bytes) {
    feed(server, bytes);
  }
};

}  // namespace tlsock::test
