// RFC 8446, figure 1, without anything but cryptography.
#include "tests/bench/floor.h"

#include <array>
#include <optional>

namespace tlsock::bench {
namespace {

constexpr std::string_view hybrid = "x25519mlkem768";

// Messages without what varies: headers, randoms, session id, and the extensions that are usual.
constexpr std::size_t client_hello_size = 200, server_hello_size = 90, encrypted_extensions_size = 12;
constexpr std::size_t certificate_header_size = 13, certificate_verify_header_size = 8, handshake_header_size = 4;
constexpr std::size_t aead_tag_size = 16;
constexpr std::size_t signed_prefix_size = 98;  // §4.4.3: what stands before the transcript hash

using Digest = std::array<std::uint8_t, hash_size>;
using TrafficSecret = std::array<std::uint8_t, hash_size>;

// KeySchedule is one side's way through RFC 8446 §7.1.
class KeySchedule {
 public:
  explicit KeySchedule(Primitives& primitives) : primitives_(primitives), transcript_(primitives.hash()) {}

  void add(Bytes message) { transcript_->update(message); }
  Digest digest() {
    Digest digest;
    transcript_->digest(digest);
    return digest;
  }

  // handshake goes from nothing to the handshake traffic secrets and their keys.
  void handshake(Bytes shared_secret) {
    primitives_.hkdf_extract(zeros, zeros, secret_);
    next_stage(shared_secret);
    const Digest hellos = digest();
    client_handshake = derive("c hs traffic", hellos);
    server_handshake = derive("s hs traffic", hellos);
    make_keys(client_handshake);
    make_keys(server_handshake);
  }
  // application goes on to the secrets that a connection keeps; its keys are made when they are installed.
  void application() {
    next_stage(zeros);
    const Digest flight = digest();
    client_application = derive("c ap traffic", flight);
    server_application = derive("s ap traffic", flight);
    derive("exp master", flight);
  }
  void make_keys(const TrafficSecret& secret) {
    std::array<std::uint8_t, 16> key;
    std::array<std::uint8_t, aead_nonce_size> iv;
    primitives_.hkdf_expand_label(secret, "key", {}, key);
    primitives_.hkdf_expand_label(secret, "iv", {}, iv);
  }
  // finished is verify_data of §4.4.4.
  Digest finished(const TrafficSecret& secret) {
    Digest key, data;
    primitives_.hkdf_expand_label(secret, "finished", {}, key);
    primitives_.hmac(key, digest(), data);
    return data;
  }

  TrafficSecret client_handshake, server_handshake, client_application, server_application;

 private:
  static constexpr Digest zeros{};
  static constexpr Digest hash_of_nothing = {0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4,
                                             0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b,
                                             0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55};

  TrafficSecret derive(std::string_view label, const Digest& context) {
    TrafficSecret secret;
    primitives_.hkdf_expand_label(secret_, label, context, secret);
    return secret;
  }
  void next_stage(Bytes input) {
    const TrafficSecret salt = derive("derived", hash_of_nothing);
    primitives_.hkdf_extract(salt, input, secret_);
  }

  Primitives& primitives_;
  std::unique_ptr<RunningHash> transcript_;
  TrafficSecret secret_;
};

// ClientKeys are the ephemeral keys behind a client's share.
struct ClientKeys {
  std::unique_ptr<Ephemeral> mlkem, x25519;
};

AeadAlgorithm aead_of(const std::string& suite) {
  if (suite == "TLS_AES_128_GCM_SHA256") return AeadAlgorithm::aes_128_gcm;
  if (suite == "TLS_AES_256_GCM_SHA384") return AeadAlgorithm::aes_256_gcm;
  return AeadAlgorithm::chacha20_poly1305;
}

class FloorLink final : public Link {
 public:
  FloorLink(Primitives& primitives, const Setup& setup)
      : primitives_(primitives),
        setup_(setup),
        certificate_(certificate_header_size + setup.chain.leaf.size() + encrypted_extensions_size) {
    const auto algorithm = aead_of(setup.suite);
    aead_ = primitives.aead(algorithm, ByteString(info(algorithm).key_size, 1));
  }

  void open(Side side) override {
    schedules_[side].emplace(primitives_);
    if (side == client) client_turns_ = 0;
  }
  bool step(Side side) override {
    if (side == client) return client_turns_++ == 0 ? client_hello() : client_flight();
    return client_turns_ == 1 ? server_flight() : server_end();
  }
  void transfer(Bytes plain, MutBytes out) override {
    static constexpr std::uint8_t header[] = {23, 3, 3, 0, 0};
    sealed_.resize(plain.size() + aead_tag_size);
    store_be(MutBytes(nonce_).last(8), sequence_++);
    aead_->seal(nonce_, header, plain, sealed_);
    aead_->open(nonce_, header, sealed_, out);
  }
  std::string agreed(Side) override { return setup_.suite + " " + setup_.group; }
  void close(Side side) override { schedules_[side].reset(); }

 private:
  bool client_hello() {
    keys_ = {setup_.group == hybrid ? primitives_.mlkem768() : nullptr, primitives_.x25519()};
    client_share_.clear();
    if (keys_.mlkem) append(client_share_, keys_.mlkem->share());
    append(client_share_, keys_.x25519->share());
    client_hello_.resize(client_hello_size);
    append(client_hello_, client_share_);
    schedules_[client]->add(client_hello_);
    return false;
  }

  bool server_flight() {
    KeySchedule& schedule = *schedules_[server];
    schedule.add(client_hello_);
    const ByteString secret = respond();
    schedule.add(server_hello_);
    schedule.handshake(secret);
    schedule.add(certificate_);
    signature_ = primitives_.sign(signed_digest(schedule.digest()));
    schedule.add(certificate_verify());
    server_finished_ = schedule.finished(schedule.server_handshake);
    schedule.add(message(server_finished_));
    schedule.application();
    schedule.make_keys(schedule.server_application);
    return false;
  }

  bool client_flight() {
    KeySchedule& schedule = *schedules_[client];
    schedule.add(server_hello_);
    schedule.handshake(agree());
    schedule.add(certificate_);
    verify_certificate();
    primitives_.verify_leaf(signed_digest(schedule.digest()), signature_);
    schedule.add(certificate_verify());
    check(schedule.finished(schedule.server_handshake), server_finished_);
    schedule.add(message(server_finished_));
    schedule.application();
    schedule.make_keys(schedule.server_application);
    client_finished_ = schedule.finished(schedule.client_handshake);
    schedule.make_keys(schedule.client_application);
    return true;
  }

  bool server_end() {
    KeySchedule& schedule = *schedules_[server];
    check(schedule.finished(schedule.client_handshake), client_finished_);
    schedule.make_keys(schedule.client_application);
    return true;
  }

  // respond makes the server's share, and gives the secret. In the hybrid ML-KEM is first in both.
  ByteString respond() {
    server_hello_.assign(server_hello_size, 0);
    ByteString secret;
    Bytes client_share = client_share_;
    if (setup_.group == hybrid) {
      ByteString ciphertext(mlkem_ciphertext_size);
      secret.resize(mlkem_secret_size);
      primitives_.encapsulate(client_share.first(mlkem_key_size), ciphertext, secret);
      append(server_hello_, ciphertext);
      client_share = client_share.subspan(mlkem_key_size);
    }
    const auto own = primitives_.x25519();
    secret.resize(secret.size() + x25519_size);
    own->agree(client_share, MutBytes(secret).last(x25519_size));
    append(server_hello_, own->share());
    return secret;
  }

  ByteString agree() {
    const Bytes share = Bytes(server_hello_).subspan(server_hello_size);
    ByteString secret((keys_.mlkem ? mlkem_secret_size : 0) + x25519_size);
    if (keys_.mlkem) keys_.mlkem->agree(share.first(mlkem_ciphertext_size), MutBytes(secret).first(mlkem_secret_size));
    keys_.x25519->agree(share.last(x25519_size), MutBytes(secret).last(x25519_size));
    keys_ = {};
    return secret;
  }

  void verify_certificate() {
    primitives_.import_leaf();
    primitives_.verify_ca(hash_of(setup_.chain.leaf_tbs), setup_.chain.leaf_signature);
  }

  Digest signed_digest(const Digest& transcript) {
    ByteString content(signed_prefix_size, 0x20);
    append(content, transcript);
    return hash_of(content);
  }

  Digest hash_of(Bytes bytes) {
    Digest digest;
    const auto hash = primitives_.hash();
    hash->update(bytes);
    hash->digest(digest);
    return digest;
  }

  ByteString certificate_verify() const {
    ByteString bytes(certificate_verify_header_size);
    append(bytes, signature_);
    return bytes;
  }
  static ByteString message(const Digest& finished) {
    ByteString bytes(handshake_header_size);
    append(bytes, finished);
    return bytes;
  }

  static void check(const Digest& expected, const Digest& found) {
    if (expected != found) throw std::runtime_error("the floor's sides do not agree");
  }

  Primitives& primitives_;
  const Setup setup_;
  const ByteString certificate_;  // with EncryptedExtensions
  std::array<std::optional<KeySchedule>, sides> schedules_;
  int client_turns_ = 0;
  ClientKeys keys_;
  ByteString client_share_, client_hello_, server_hello_, signature_;
  Digest server_finished_, client_finished_;
  std::unique_ptr<RawAead> aead_;
  ByteString sealed_;
  std::array<std::uint8_t, aead_nonce_size> nonce_{};
  std::uint64_t sequence_ = 0;
};

class FloorPeer final : public Peer {
 public:
  FloorPeer(std::unique_ptr<Primitives> primitives, const Setup& setup)
      : primitives_(std::move(primitives)), setup_(setup) {}
  std::unique_ptr<Link> link() override { return std::make_unique<FloorLink>(*primitives_, setup_); }

 private:
  const std::unique_ptr<Primitives> primitives_;
  const Setup setup_;
};

}  // namespace

std::unique_ptr<Peer> floor_peer(std::unique_ptr<Primitives> primitives, const Setup& setup) {
  if (!primitives || (setup.group == hybrid && !primitives->mlkem768())) return nullptr;
  return std::make_unique<FloorPeer>(std::move(primitives), setup);
}

}  // namespace tlsock::bench
