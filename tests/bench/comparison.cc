// wolfCrypt's primitives beside OpenSSL's: a check of the floor itself.
#include <array>

#include "tests/bench/floor.h"
#include "tests/bench/handshakes.h"
#include "tests/bench/scenarios.h"

namespace tlsock::bench {
namespace {

// Primitive makes what is repeated, with what it needs prepared.
using Primitive = std::function<std::function<void()>(Primitives&)>;
using Table = std::vector<std::pair<std::string, Primitive>>;

ByteString digest_like() { return ByteString(hash_size, 0x5a); }

Table signing(const std::string& kind) {
  return {{kind + " sign", [](Primitives& of) { return [&of] { of.sign(digest_like()); }; }},
          {kind + " verify, CertificateVerify", [](Primitives& of) {
             return [&of, signature = of.sign(digest_like())] { of.verify_leaf(digest_like(), signature); };
           }}};
}

std::function<void()> bulk(Primitives& of, AeadAlgorithm algorithm) {
  struct State {
    std::unique_ptr<RawAead> aead;
    ByteString plain, sealed;
    std::array<std::uint8_t, aead_nonce_size> nonce{};
  };
  constexpr std::size_t size = 16 * 1024, tag_size = 16;
  const auto state = std::make_shared<State>(State{of.aead(algorithm, ByteString(info(algorithm).key_size, 1)),
                                                   ByteString(size), ByteString(size + tag_size)});
  return [state] {
    ++state->nonce[0];
    state->aead->seal(state->nonce, {}, state->plain, state->sealed);
    state->aead->open(state->nonce, {}, state->sealed, state->plain);
  };
}

// ML-KEM is measured by itself: OpenSSL 3.0 has none.
Table mlkem_primitives() {
  return {{"ML-KEM-768 generate", [](Primitives& of) { return [&of] { of.mlkem768(); }; }},
          {"ML-KEM-768 encapsulate",
           [](Primitives& of) {
             return [&of, key = copy(of.mlkem768()->share())] {
               std::array<std::uint8_t, mlkem_secret_size> secret;
               ByteString ciphertext(mlkem_ciphertext_size);
               of.encapsulate(key, ciphertext, secret);
             };
           }},
          {"ML-KEM-768 decapsulate", [](Primitives& of) {
             const auto own = std::shared_ptr<Ephemeral>(of.mlkem768());
             ByteString ciphertext(mlkem_ciphertext_size);
             std::array<std::uint8_t, mlkem_secret_size> secret;
             of.encapsulate(own->share(), ciphertext, secret);
             return [own, ciphertext] {
               std::array<std::uint8_t, mlkem_secret_size> decapsulated;
               own->agree(ciphertext, decapsulated);
             };
           }}};
}

Table other_primitives() {
  static ByteString buffer(1024, 1);
  return {
      {"x25519 generate", [](Primitives& of) { return [&of] { of.x25519(); }; }},
      {"x25519 generate and agree",
       [](Primitives& of) {
         return [&of, peer = copy(of.x25519()->share())] {
           std::array<std::uint8_t, x25519_size> secret;
           of.x25519()->agree(peer, secret);
         };
       }},
      {"HKDF-Expand-Label",
       [](Primitives& of) {
         return [&of] {
           std::array<std::uint8_t, hash_size> out;
           of.hkdf_expand_label(Bytes(buffer).first(hash_size), "c hs traffic", Bytes(buffer).first(hash_size), out);
         };
       }},
      {"AES-128-GCM, 16 KiB sealed and opened", [](Primitives& of) { return bulk(of, AeadAlgorithm::aes_128_gcm); }},
      {"AES-256-GCM, 16 KiB sealed and opened", [](Primitives& of) { return bulk(of, AeadAlgorithm::aes_256_gcm); }},
      {"ChaCha20-Poly1305, 16 KiB likewise", [](Primitives& of) { return bulk(of, AeadAlgorithm::chacha20_poly1305); }},
      {"SHA-256, 1 KiB and a fork", [](Primitives& of) {
         return [hash = std::shared_ptr<RunningHash>(of.hash())] {
           std::array<std::uint8_t, hash_size> out;
           hash->update(buffer);
           hash->digest(out);
         };
       }}};
}

// check_against_each_other throws unless each library takes what the other made.
void check_against_each_other(Primitives& a, Primitives& b) {
  a.verify_leaf(digest_like(), b.sign(digest_like()));
  b.verify_leaf(digest_like(), a.sign(digest_like()));
  const auto key_a = a.x25519(), key_b = b.x25519();
  std::array<std::uint8_t, x25519_size> secret_a, secret_b;
  key_a->agree(key_b->share(), secret_a);
  key_b->agree(key_a->share(), secret_b);
  std::array<std::uint8_t, hash_size> out_a, out_b;
  a.hkdf_expand_label(secret_a, "derived", digest_like(), out_a);
  b.hkdf_expand_label(secret_b, "derived", digest_like(), out_b);
  if (out_a != out_b) throw std::runtime_error("the primitives of wolfCrypt and OpenSSL do not agree");
}

Result compare(std::string name, Task wolfcrypt, Task others, const Options& options) {
  Columns<Task> tasks;
  tasks[lowest] = std::move(wolfcrypt);
  tasks[openssl] = std::move(others);
  return run_rounds(std::move(name), "1/s", tasks, options.seconds / 4, Apart::no, lowest);
}

void compare_primitives(KeyType type, const Table& table, const Options& options, std::vector<Result>& results) {
  const auto wolfcrypt = wolfcrypt_primitives(chain_of(type)), others = openssl_primitives(chain_of(type));
  if (others) check_against_each_other(*wolfcrypt, *others);
  for (const auto& [name, primitive] : table) {
    const Task of_others = others ? repeat(primitive(*others)) : Task();
    results.push_back(compare(name, repeat(primitive(*wolfcrypt)), of_others, options));
  }
}

void compare_sums(const char* name, KeyType type, const Options& options, std::vector<Result>& results) {
  const Setup setup{chain_of(type), "TLS_AES_128_GCM_SHA256", "x25519"};
  const auto wolfcrypt = floor_peer(wolfcrypt_primitives(setup.chain), setup);
  const auto others = floor_peer(openssl_primitives(setup.chain), setup);
  results.push_back(compare(name, handshakes(wolfcrypt.get()), handshakes(others.get()), options));
}

}  // namespace

std::vector<Result> measure_primitives(const Options& options) {
  std::vector<Result> results;
  compare_primitives(KeyType::ec, other_primitives(), options, results);
  const auto wolfcrypt = wolfcrypt_primitives(chain_of(KeyType::ec));
  for (const auto& [name, primitive] : mlkem_primitives())
    results.push_back(compare(name, repeat(primitive(*wolfcrypt)), {}, options));
  compare_primitives(KeyType::ec, signing("ECDSA P-256"), options, results);
  compare_primitives(KeyType::rsa, signing("RSA-2048"), options, results);
  compare_sums("sum of hs13_ecdsa", KeyType::ec, options, results);
  compare_sums("sum of hs13_rsa", KeyType::rsa, options, results);
  return results;
}

}  // namespace tlsock::bench
