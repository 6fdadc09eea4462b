// HKDF against Wycheproof, and TLS 1.3's use of it against NIST's ACVP vectors.
#include "crypto/kdf.h"

#include "catch.hpp"
#include "vectors.h"

using namespace tlsock;
using test::hex;

TEST_CASE("HKDF: Wycheproof") {
  const struct {
    HashAlgorithm hash;
    const char* file;
  } files[] = {{HashAlgorithm::sha256, "hkdf_sha256_test.json"},
               {HashAlgorithm::sha384, "hkdf_sha384_test.json"},
               {HashAlgorithm::sha512, "hkdf_sha512_test.json"}};
  for (const auto& [hash, file] : files) {
    const auto json = test::read_json(std::string("wycheproof/") + file);
    for (const auto& group : json["testGroups"]) {
      for (const auto& vector : group["tests"]) {
        CAPTURE(file, vector["tcId"].get<int>());
        const ByteString ikm = hex(vector, "ikm"), salt = hex(vector, "salt"), info = hex(vector, "info");
        ByteString out(vector["size"].get<std::size_t>());
        if (vector["result"] == "invalid") {
          CHECK_THROWS(hkdf_expand(hash, hkdf_extract(hash, salt, ikm), info, out));
          continue;
        }
        hkdf_expand(hash, hkdf_extract(hash, salt, ikm), info, out);
        CHECK(to_hex(out) == vector["okm"].get<std::string>());
      }
    }
  }
}

namespace {

// KeySchedule is RFC 8446 §7.1 in the order of its figure.
struct KeySchedule {
  HashAlgorithm hash;
  Secret secret{};

  Digest empty() const { return Hash::of(hash, {}); }
  Secret derive(std::string_view label, Bytes transcript_hash) const {
    Secret out(digest_size(hash));
    hkdf_expand_label(hash, secret, label, transcript_hash, out.bytes());
    return out;
  }
  void next(Bytes input) { secret = hkdf_extract(hash, derive("derived", empty()), input); }
};

}  // namespace

TEST_CASE("TLS 1.3 key schedule: ACVP") {
  const auto prompt = test::read_json("acvp/TLS-v1.3-KDF-RFC8446/prompt.json");
  const auto expected = test::read_json("acvp/TLS-v1.3-KDF-RFC8446/expectedResults.json");
  for (std::size_t g = 0; g < prompt["testGroups"].size(); ++g) {
    const auto& group = prompt["testGroups"][g];
    const auto hash = group["hmacAlg"] == "SHA2-256" ? HashAlgorithm::sha256 : HashAlgorithm::sha384;
    for (std::size_t t = 0; t < group["tests"].size(); ++t) {
      const auto& vector = group["tests"][t];
      const auto& result = expected["testGroups"][g]["tests"][t];
      CAPTURE(vector["tcId"].get<int>());
      REQUIRE(vector["tcId"] == result["tcId"]);
      const auto part = [&](const char* field) { return vector.contains(field) ? hex(vector, field) : ByteString(); };
      const auto check = [&](const char* field, const Secret& ours) {
        CAPTURE(field);
        CHECK(equal(ours, hex(result, field)));
      };
      const ByteString client_hello = part("helloClientRandom"), server_hello = part("helloServerRandom"),
                       server_finished = part("finishedServerRandom"), client_finished = part("finishedClientRandom");
      Hash transcript(hash);
      KeySchedule schedule{hash};
      schedule.secret = hkdf_extract(hash, {}, part("psk"));
      transcript.update(client_hello);
      check("clientEarlyTrafficSecret", schedule.derive("c e traffic", transcript.digest()));
      check("earlyExporterMasterSecret", schedule.derive("e exp master", transcript.digest()));
      schedule.next(part("dhe"));
      transcript.update(server_hello);
      check("clientHandshakeTrafficSecret", schedule.derive("c hs traffic", transcript.digest()));
      check("serverHandshakeTrafficSecret", schedule.derive("s hs traffic", transcript.digest()));
      schedule.next({});
      transcript.update(server_finished);
      check("clientApplicationTrafficSecret", schedule.derive("c ap traffic", transcript.digest()));
      check("serverApplicationTrafficSecret", schedule.derive("s ap traffic", transcript.digest()));
      check("exporterMasterSecret", schedule.derive("exp master", transcript.digest()));
      transcript.update(client_finished);
      check("resumptionMasterSecret", schedule.derive("res master", transcript.digest()));
    }
  }
}

// RFC 5246 §8.1, §6.3, and RFC 7627 §4 where there is a session hash.
TEST_CASE("PRF of TLS 1.2, 1.1 and 1.0: ACVP") {
  for (const char* set : {"acvp/TLS-v1.2-KDF-RFC7627/", "acvp/kdf-components-tls-1.0/"}) {
    const auto prompt = test::read_json(std::string(set) + "prompt.json");
    const auto expected = test::read_json(std::string(set) + "expectedResults.json");
    for (std::size_t g = 0; g < prompt["testGroups"].size(); ++g) {
      const auto& group = prompt["testGroups"][g];
      const bool is_old = group.contains("tlsVersion") && group["tlsVersion"] != "v1.2";
      const auto hash = is_old                             ? HashAlgorithm::md5_sha1
                        : group["hashAlg"] == "SHA2-256" ? HashAlgorithm::sha256
                        : group["hashAlg"] == "SHA2-384" ? HashAlgorithm::sha384
                                                         : HashAlgorithm::sha512;
      for (std::size_t t = 0; t < group["tests"].size(); ++t) {
        const auto& vector = group["tests"][t];
        const auto& result = expected["testGroups"][g]["tests"][t];
        CAPTURE(set, vector["tcId"].get<int>());
        REQUIRE(vector["tcId"] == result["tcId"]);
        Secret master(48);
        if (vector.contains("sessionHash"))
          prf(hash, hex(vector, "preMasterSecret"), "extended master secret", {hex(vector, "sessionHash")},
              master.bytes());
        else
          prf(hash, hex(vector, "preMasterSecret"), "master secret",
              {hex(vector, "clientHelloRandom"), hex(vector, "serverHelloRandom")}, master.bytes());
        CHECK(equal(master, hex(result, "masterSecret")));
        ByteString block(group["keyBlockLength"].get<std::size_t>() / 8);
        prf(hash, master, "key expansion", {hex(vector, "serverRandom"), hex(vector, "clientRandom")}, block);
        CHECK(block == hex(result, "keyBlock"));
      }
    }
  }
}

TEST_CASE("PRF: a secret of odd length gives its middle byte to both hashes") {
  // RFC 4346 §5, said anew: P_MD5 of the first half xor P_SHA-1 of the second.
  const ByteString secret = {1, 2, 3, 4, 5}, seed = {6, 7};
  ByteString both(16), md5(16), sha1(16);
  prf(HashAlgorithm::md5_sha1, secret, "x", {seed}, both);
  prf(HashAlgorithm::md5, Bytes(secret).first(3), "x", {seed}, md5);
  prf(HashAlgorithm::sha1, Bytes(secret).last(3), "x", {seed}, sha1);
  for (std::size_t i = 0; i < both.size(); ++i) CHECK(both[i] == (md5[i] ^ sha1[i]));
}

TEST_CASE("HKDF-Expand-Label: prefixes and bounds") {
  const ByteString secret(32, 1), context(32, 2);
  ByteString tls(16), dtls(16), by_hand(16);
  hkdf_expand_label(HashAlgorithm::sha256, secret, "key", context, tls);
  hkdf_expand_label(HashAlgorithm::sha256, secret, "key", context, dtls, LabelPrefix::dtls13);
  CHECK(tls != dtls);
  ByteString info =
      hex("0010"
          "09");
  append(info, as_bytes("dtls13key"));
  info.push_back(32);
  append(info, context);
  hkdf_expand(HashAlgorithm::sha256, secret, info, by_hand);
  CHECK(dtls == by_hand);

  const ByteString longest(255, 3), too_long(256, 3);
  CHECK_NOTHROW(hkdf_expand_label(HashAlgorithm::sha256, secret, std::string(249, 'x'), longest, tls));
  CHECK_THROWS(hkdf_expand_label(HashAlgorithm::sha256, secret, std::string(250, 'x'), {}, tls));
  CHECK_THROWS(hkdf_expand_label(HashAlgorithm::sha256, secret, "key", too_long, tls));
  ByteString much(255 * 32), too_much(255 * 32 + 1);
  CHECK_NOTHROW(hkdf_expand(HashAlgorithm::sha256, secret, {}, much));
  CHECK_THROWS(hkdf_expand(HashAlgorithm::sha256, secret, {}, too_much));
}
