// Threads that come to the algorithms first, all at once: a program of its own, for in another they would not be the
// first. It is ThreadSanitizer that has something to say here.
#include "crypto/first_use.h"

#include <barrier>
#include <thread>
#include <vector>

#include "catch.hpp"
#include "crypto/aead.h"
#include "crypto/hash.h"
#include "crypto/key_exchange.h"
#include "crypto/rng.h"

using namespace tlsock;

namespace {

bool exchanges(NamedGroup group) {
  auto client = KeyExchange::generate(group);
  if (!client) return false;
  const auto server = KeyExchange::respond(group, (*client)->share());
  if (!server) return false;
  const auto secret = (*client)->agree(server->share);
  return secret && equal(secret->bytes(), server->secret.bytes());
}

bool seals(AeadAlgorithm algorithm) {
  const ByteString key(info(algorithm).key_size), nonce(aead_nonce_size), plain(100);
  ByteString sealed(plain.size() + info(algorithm).tag_size);
  return bool{Aead(algorithm, key).seal(nonce, {}, plain, {}, sealed)};
}

bool uses_all() {
  ByteString random(32);
  bool good{system_rng().fill(random)};
  for (const auto group : {NamedGroup::x25519mlkem768, NamedGroup::x25519, NamedGroup::secp256r1, NamedGroup::x448})
    good &= exchanges(group);
  for (const auto algorithm :
       {AeadAlgorithm::aes_128_gcm, AeadAlgorithm::chacha20_poly1305, AeadAlgorithm::aes_128_ccm})
    good &= seals(algorithm);
  for (const auto hash : {HashAlgorithm::sha1, HashAlgorithm::sha256, HashAlgorithm::sha384, HashAlgorithm::shake256})
    good &= Hash::of(hash, {random}).size == digest_size(hash);
  return good;
}

}  // namespace

TEST_CASE("threads may come first together") {
  std::barrier together(4);
  std::vector<char> good(4);
  std::vector<std::thread> threads;
  for (auto& mine : good) {
    threads.emplace_back([&] {
      together.arrive_and_wait();
      mine = uses_all();
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(good == std::vector<char>(good.size(), true));
}

TEST_CASE("each algorithm can be used") { CHECK(use_each_algorithm() == 0); }
