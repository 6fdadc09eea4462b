// Hash and hmac against published values.
#include "crypto/hash.h"

#include "catch.hpp"
#include "vectors.h"

using namespace tlsock;
using test::hex;

TEST_CASE("hashes of abc") {
  const Bytes abc = as_bytes("abc");
  const auto of = [&](HashAlgorithm algorithm) { return to_hex(Hash::of(algorithm, {abc})); };
  CHECK(of(HashAlgorithm::md5) == "900150983cd24fb0d6963f7d28e17f72");
  CHECK(of(HashAlgorithm::sha1) == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(of(HashAlgorithm::sha224) == "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7");
  CHECK(of(HashAlgorithm::sha256) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(of(HashAlgorithm::sha384) ==
        "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
  CHECK(of(HashAlgorithm::sha512) ==
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
  CHECK(of(HashAlgorithm::shake256) ==
        "483366601360a8771c6863080cc4114d8db44530f8f1e1ee4f94ea37e78b5739"
        "d5a15bef186a5386c75744c0527e1faa9f8726e462a12a4feb06bd8801e751e4");
}

TEST_CASE("a running hash forks, and goes on") {
  for (auto algorithm : {HashAlgorithm::md5, HashAlgorithm::sha1, HashAlgorithm::sha224, HashAlgorithm::sha256,
                         HashAlgorithm::sha384, HashAlgorithm::sha512, HashAlgorithm::shake256}) {
    CAPTURE(name(algorithm));
    const ByteString text(1000, 'x');
    Hash hash(algorithm);
    hash.update({});
    hash.update(Bytes(text).first(333));
    const Digest middle = hash.digest();
    CHECK(equal(middle, Hash::of(algorithm, {Bytes(text).first(333)})));
    CHECK(middle.size == digest_size(algorithm));
    Hash fork(hash);
    fork.update(Bytes(text).subspan(333));
    CHECK(equal(fork.digest(), Hash::of(algorithm, {Bytes(text).first(500), Bytes(text).subspan(500)})));
    CHECK(equal(hash.digest(), middle));
    fork = hash;
    CHECK(equal(fork.digest(), middle));
    Hash other(HashAlgorithm::sha1);
    other = hash;
    CHECK(other.algorithm() == algorithm);
    CHECK(equal(other.digest(), middle));
  }
}

TEST_CASE("HMAC: Wycheproof") {
  const struct {
    HashAlgorithm algorithm;
    const char* file;
  } files[] = {{HashAlgorithm::sha1, "hmac_sha1_test.json"},
               {HashAlgorithm::sha256, "hmac_sha256_test.json"},
               {HashAlgorithm::sha384, "hmac_sha384_test.json"},
               {HashAlgorithm::sha512, "hmac_sha512_test.json"}};
  for (const auto& [algorithm, file] : files) {
    const auto json = test::read_json(std::string("wycheproof/") + file);
    for (const auto& group : json["testGroups"]) {
      for (const auto& vector : group["tests"]) {
        CAPTURE(file, vector["tcId"].get<int>());
        const ByteString key = hex(vector, "key"), message = hex(vector, "msg"), tag = hex(vector, "tag");
        const Secret ours = hmac(
            algorithm, key, {Bytes(message).first(message.size() / 2), Bytes(message).subspan(message.size() / 2)});
        CHECK(equal(ours.bytes().first(tag.size()), tag) == (vector["result"] == "valid"));
      }
    }
  }
}
