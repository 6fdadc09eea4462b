// Path: building, judging, and the events that come of it.
#include "x509/path.h"

#include <algorithm>
#include <chrono>

#include "crypto/der.h"
#include "tests/catch.hpp"
#include "tests/support/test_ca.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

// Bench is a policy with its trust store.
struct Bench {
  TrustStore store;
  PathPolicy policy;

  explicit Bench(std::vector<CertificatePtr> anchors = {TestCa::root().parsed()}) : store(std::move(anchors)) {
    policy.anchors = &store;
    policy.now = test_now;
    policy.schemes = default_schemes();
  }
  Path judge(const std::vector<CertificatePtr>& presented) const { return tlsock::judge(presented, policy); }
};

// faults lists a path's faults as "index:name", in order.
std::vector<std::string> faults(const Path& path) {
  std::vector<std::string> out;
  for (const auto& event : path.events)
    if (event.kind == PathEvent::Kind::bad_cert) out.push_back(std::to_string(event.index) + ':' + name(*event.fault));
  return out;
}
using Faults = std::vector<std::string>;

Faults judged(const std::vector<CertificatePtr>& presented, const Bench& bench = Bench()) {
  return faults(bench.judge(presented));
}

TestCa below(const TestCa& ca, unsigned number, Request request = {}) {
  request.common_name = "CA " + std::to_string(number);
  request.key.number = number;
  return ca.intermediate(request);
}
Issued leaf_of(const TestCa& ca, Request request = {}) {
  if (request.common_name.empty()) request.common_name = "leaf";
  request.key.number = 99;
  return ca.issue(request);
}

RawExtension unknown_extension(bool critical) { return {*from_hex("2a0304"), critical, {5, 0}}; }

}  // namespace

TEST_CASE("the table of faults") {
  CHECK(std::string(name(PathFault::cert_expired)) == "cert_expired");
  CHECK(alert_for(PathFault::cert_expired) == Alert::certificate_expired);
  CHECK(alert_for(PathFault::unknown_ca) == Alert::unknown_ca);
  CHECK(alert_for(PathFault::unsupported_signature) == Alert::unsupported_certificate);
  CHECK(alert_for(PathFault::certificate_revoked) == Alert::certificate_revoked);
  CHECK(std::string(text(PathFault::too_complex)).find("bounded") != std::string::npos);
}

TEST_CASE("a good path, and its events") {
  const TestCa a = below(TestCa::root(), 1), b = below(a, 2, {.extra = {unknown_extension(false)}});
  const auto leaf = leaf_of(b, {.extra = {unknown_extension(false), {*from_hex("2a0305"), false, {}}}}).parsed();
  const Path path = Bench().judge({leaf, b.parsed(), a.parsed()});
  CHECK(path.anchored);
  CHECK(path.first_fault() == nullptr);
  REQUIRE(path.chain.size() == 4);
  CHECK(equal(path.chain[3]->der(), TestCa::root().certificate()));
  using Kind = PathEvent::Kind;
  std::vector<std::pair<Kind, std::size_t>> events;
  for (const auto& event : path.events) {
    events.emplace_back(event.kind, event.index);
    CHECK(event.certificate == path.chain[event.index]);
    CHECK((event.extension != nullptr) == (event.kind == Kind::extension));
  }
  CHECK(events == std::vector<std::pair<Kind, std::size_t>>{{Kind::valid, 2},
                                                            {Kind::extension, 1},
                                                            {Kind::valid, 1},
                                                            {Kind::extension, 0},
                                                            {Kind::extension, 0},
                                                            {Kind::valid_peer, 0}});
}

TEST_CASE("certificates may be unordered, doubled, surplus or already anchors") {
  const TestCa a = below(TestCa::root(), 1), b = below(a, 2),
               stranger({.common_name = "stranger", .key = {.number = 50}});
  const auto leaf = leaf_of(b).parsed();
  const auto root = TestCa::root().parsed();
  CHECK(judged({leaf, a.parsed(), b.parsed()}).empty());
  CHECK(judged({leaf, stranger.parsed(), a.parsed(), leaf, b.parsed(), b.parsed(), root}).empty());
  CHECK(judged({leaf, b.parsed(), a.parsed()}, Bench({a.parsed()})).empty());
  CHECK(judged({leaf}, Bench({b.parsed()})).empty());
  CHECK(Bench({b.parsed()}).judge({leaf, b.parsed(), a.parsed(), root}).chain.size() == 2);
}

TEST_CASE("no anchor") {
  const TestCa a = below(TestCa::root(), 1), b = below(a, 2), self({.common_name = "self", .key = {.number = 50}});
  const auto leaf = leaf_of(b).parsed();
  CHECK(judged({leaf}) == Faults{"0:unknown_ca"});
  CHECK(judged({leaf, b.parsed()}) == Faults{"1:unknown_ca"});
  CHECK(judged({leaf, a.parsed()}) == Faults{"0:unknown_ca"});
  CHECK(judged({leaf, b.parsed(), a.parsed()}, Bench(std::vector<CertificatePtr>{self.parsed()})) == Faults{"2:unknown_ca"});
  CHECK(judged({leaf, b.parsed(), a.parsed(), TestCa::root().parsed()}, Bench(std::vector<CertificatePtr>{self.parsed()})) ==
        Faults{"3:unknown_ca"});
  CHECK(judged({leaf}, Bench(std::vector<CertificatePtr>())) == Faults{"0:unknown_ca"});
  PathPolicy nothing;
  nothing.schemes = default_schemes();
  nothing.now = test_now;
  CHECK(faults(judge({leaf}, nothing)) == Faults{"0:unknown_ca"});
  // The other certificates are judged all the same.
  const Path path = Bench(std::vector<CertificatePtr>()).judge({leaf_of(b, {.not_after = test_now - 1}).parsed(), b.parsed()});
  CHECK_FALSE(path.anchored);
  CHECK(faults(path) == Faults{"1:unknown_ca", "0:cert_expired"});
}

TEST_CASE("self-signed leaves") {
  const Issued self = TestCa({.common_name = "self", .key_usage = digital_signature | key_cert_sign}).issued();
  CHECK(judged({self.parsed()}) == Faults{"0:selfsigned_peer"});
  CHECK(judged({self.parsed(), TestCa::root().parsed()}) == Faults{"0:selfsigned_peer"});
  const Path path = Bench(std::vector<CertificatePtr>{self.parsed()}).judge({self.parsed()});
  CHECK(path.first_fault() == nullptr);
  CHECK(path.anchored);
  CHECK(path.chain.size() == 1);
  REQUIRE(path.events.size() == 1);
  CHECK(path.events[0].kind == PathEvent::Kind::valid_peer);
  // Self-issued, but by another key: a CA of that name is missing.
  const TestCa ca({.common_name = "leaf", .key = {.number = 60}});
  CHECK(judged({leaf_of(ca).parsed()}) == Faults{"0:unknown_ca"});
}

TEST_CASE("a leaf that is an anchor is still judged") {
  const auto trusted = [](Request request) {
    const auto leaf = leaf_of(TestCa::root(), request).parsed();
    return judged({leaf}, Bench({leaf}));
  };
  CHECK(trusted({}).empty());
  CHECK(trusted({.not_after = test_now - 1}) == Faults{"0:cert_expired"});
  CHECK(trusted({.key_usage = key_agreement}) == Faults{"0:invalid_key_usage"});
  CHECK(trusted({.eku = {client_auth()}}) == Faults{"0:invalid_ext_keyusage"});
  CHECK(trusted({.extra = {unknown_extension(true)}}) == Faults{"0:unknown_critical_extension"});
  // Its signature is nobody's concern.
  CHECK(trusted({.signed_with = SignatureAlgorithm{SignatureAlgorithm::Kind::ecdsa, HashAlgorithm::sha1}}).empty());
}

TEST_CASE("dates, to the second") {
  const TestCa a = below(TestCa::root(), 1, {.not_before = test_now - 1000, .not_after = test_now + 1000});
  const auto leaf = leaf_of(a, {.not_before = test_now - 100, .not_after = test_now + 100}).parsed();
  Bench bench;
  const auto at = [&](UnixTime offset) {
    bench.policy.now = test_now + offset;
    return judged({leaf, a.parsed()}, bench);
  };
  CHECK(at(-100).empty());
  CHECK(at(100).empty());
  CHECK(at(-101) == Faults{"0:cert_expired"});
  CHECK(at(101) == Faults{"0:cert_expired"});
  CHECK(at(1001) == Faults{"1:cert_expired", "0:cert_expired"});
  const TestCa old({.common_name = "old root", .key = {.number = 70}, .not_after = test_now - 1});
  const Path path = Bench({old.parsed()}).judge({leaf_of(old).parsed()});
  CHECK(faults(path) == Faults{"1:root_cert_expired"});
  CHECK(path.anchored);
  CHECK(path.events[0].detail.starts_with("not valid after 20"));
}

TEST_CASE("signatures") {
  const TestCa a = below(TestCa::root(), 1);
  ByteString spoilt = leaf_of(a).certificate;
  spoilt[spoilt.size() - 1] ^= 1;
  const auto leaf = *Certificate::parse(spoilt);
  CHECK(judged({leaf, a.parsed()}) == Faults{"0:invalid_signature"});
  ByteString spoilt_ca = a.certificate();
  spoilt_ca[spoilt_ca.size() - 1] ^= 1;
  CHECK(judged({leaf_of(a).parsed(), *Certificate::parse(spoilt_ca)}) == Faults{"1:invalid_signature"});
  // Another CA of the same name, with another key identifier, is no issuer at all …
  const TestCa namesake = TestCa::root().intermediate({.common_name = "CA 1", .key = {.number = 71}});
  CHECK(judged({leaf_of(a).parsed(), namesake.parsed()}) == Faults{"0:unknown_ca"});
  // … and without identifiers it cannot be told from one.
  const TestCa bare = TestCa::root().intermediate({.common_name = "CA 1", .key = {.number = 71}, .key_ids = false});
  CHECK(judged({leaf_of(a).parsed(), bare.parsed()}) == Faults{"0:invalid_signature"});
  CHECK(judged({leaf_of(a).parsed(), bare.parsed(), namesake.parsed(), a.parsed()}).empty());
}

TEST_CASE("signature algorithms that a path may use") {
  using Kind = SignatureAlgorithm::Kind;
  const KeySpec rsa{KeyType::rsa};
  const TestCa ca({.common_name = "rsa", .key = rsa});
  const auto with = [&](SignatureAlgorithm algorithm, std::vector<SignatureScheme> schemes) {
    Bench bench({ca.parsed()});
    bench.policy.schemes = schemes;
    return judged({leaf_of(ca, {.signed_with = algorithm}).parsed()}, bench);
  };
  const Faults refused{"0:unsupported_signature"};
  CHECK(with({Kind::rsa_pkcs1, HashAlgorithm::sha256}, {SignatureScheme::rsa_pkcs1_sha256}).empty());
  CHECK(with({Kind::rsa_pkcs1, HashAlgorithm::sha384}, {SignatureScheme::rsa_pkcs1_sha256}) == refused);
  CHECK(with({Kind::rsa_pkcs1, HashAlgorithm::sha1}, {SignatureScheme::rsa_pkcs1_sha256}) == refused);
  CHECK(with({Kind::rsa_pkcs1, HashAlgorithm::sha1}, {SignatureScheme::rsa_pkcs1_sha1}).empty());
  CHECK(with({Kind::rsa_pss, HashAlgorithm::sha256, 32}, {SignatureScheme::rsa_pss_rsae_sha256}).empty());
  CHECK(with({Kind::rsa_pss, HashAlgorithm::sha256, 32}, {SignatureScheme::rsa_pss_pss_sha256}).empty());
  CHECK(with({Kind::rsa_pss, HashAlgorithm::sha256, 20}, {SignatureScheme::rsa_pss_rsae_sha256}).empty());
  CHECK(with({Kind::rsa_pss, HashAlgorithm::sha256, 32}, {SignatureScheme::rsa_pkcs1_sha256}) == refused);
  CHECK(with({Kind::rsa_pkcs1, HashAlgorithm::sha256}, {}) == refused);
  const auto ecdsa = [](HashAlgorithm hash, SignatureScheme scheme) {
    const std::vector schemes{scheme};
    Bench bench;
    bench.policy.schemes = schemes;
    return judged({leaf_of(TestCa::root(), {.signed_with = SignatureAlgorithm{Kind::ecdsa, hash}}).parsed()}, bench);
  };
  CHECK(ecdsa(HashAlgorithm::sha384, SignatureScheme::ecdsa_secp384r1_sha384).empty());
  CHECK(ecdsa(HashAlgorithm::sha384, SignatureScheme::ecdsa_secp256r1_sha256) == refused);
  CHECK(ecdsa(HashAlgorithm::sha1, SignatureScheme::ecdsa_secp256r1_sha256) == refused);
  // A bad signature by an algorithm that is not accepted is both.
  ByteString spoilt =
      leaf_of(ca, {.signed_with = SignatureAlgorithm{Kind::rsa_pkcs1, HashAlgorithm::sha1}}).certificate;
  spoilt.back() ^= 1;
  CHECK(judged({*Certificate::parse(spoilt)}, Bench({ca.parsed()})) ==
        Faults{"0:invalid_signature", "0:unsupported_signature"});
}

TEST_CASE("what cannot be verified never passes as verified") {
  // A signature algorithm that no one knows.
  const ByteString algorithm = *from_hex("300506032b6579");
  ByteString der = leaf_of(TestCa::root()).certificate;
  const ByteString known = *from_hex("300a06082a8648ce3d040302");
  ByteString tbs, rest;
  {
    DerReader outer(der);
    DerReader fields = outer.nested(der::sequence), tbs_fields = fields.nested(der::sequence);
    std::vector<ByteString> parts;
    while (!tbs_fields.at_end()) parts.push_back(copy(tbs_fields.raw_element()));
    for (auto& part : parts) append(tbs, part == known ? algorithm : part);
    fields.raw_element();
    rest = copy(fields.raw_element());
  }
  der = der_element(der::sequence, {der_element(der::sequence, {tbs}), algorithm, rest});
  const auto leaf = Certificate::parse(der);
  REQUIRE(leaf);
  const Path path = Bench().judge({*leaf});
  CHECK(faults(path) == Faults{"0:unsupported_signature", "0:unsupported_signature"});
}

TEST_CASE("weak keys") {
  const KeySpec weak{KeyType::rsa, Curve::none, 1024};
  CHECK(judged({TestCa::root().issue({.common_name = "leaf", .key = weak}).parsed()}) == Faults{"0:weak_key"});
  const TestCa weak_root({.common_name = "weak", .key = weak});
  CHECK(judged({leaf_of(weak_root).parsed()}, Bench({weak_root.parsed()})) == Faults{"1:weak_key"});
}

TEST_CASE("issuers must be CAs") {
  const auto under = [](Request request) {
    const TestCa ca = below(TestCa::root(), 1, request);
    return judged({leaf_of(ca).parsed(), ca.parsed()});
  };
  CHECK(under({}).empty());
  CHECK(under({.basic_constraints = false}) == Faults{"1:missing_basic_constraint"});
  CHECK(under({.version = 1}) == Faults{"1:missing_basic_constraint"});
  CHECK(under({.key_usage = digital_signature}) == Faults{"1:invalid_key_usage"});
  CHECK(under({.key_usage = 0}).empty());
  CHECK(under({.extra = {unknown_extension(true)}}) == Faults{"1:unknown_critical_extension"});
  // A leaf that acts as a CA.
  const Issued leaf = leaf_of(TestCa::root());
  const TestCa rogue({.common_name = "leaf", .key = {.number = 99}});
  CHECK(judged({rogue.issue({.common_name = "victim", .key = {.number = 98}}).parsed(), leaf.parsed()}) ==
        Faults{"1:missing_basic_constraint", "1:invalid_key_usage"});
}

TEST_CASE("anchors are judged by what they say of themselves") {
  const auto under = [](Request request) {
    request.common_name = "root";
    request.key.number = 80;
    const TestCa ca(request);
    return judged({leaf_of(ca, {.dns = {"a.test"}}).parsed()}, Bench({ca.parsed()}));
  };
  CHECK(under({}).empty());
  CHECK(under({.version = 1}).empty());
  CHECK(under({.basic_constraints = false}) == Faults{"1:missing_basic_constraint"});
  CHECK(under({.key_usage = crl_sign}) == Faults{"1:invalid_key_usage"});
  CHECK(under({.eku = {client_auth()}}) == Faults{"1:invalid_ext_keyusage"});
  CHECK(under({.permitted = {dns_name("a.test")}}).empty());
  CHECK(under({.permitted = {dns_name("b.test")}}) == Faults{"0:name_not_permitted"});
  CHECK(under({.extra = {unknown_extension(false)}}).empty());
  CHECK(under({.extra = {unknown_extension(true)}}) == Faults{"1:unknown_critical_extension"});
}

TEST_CASE("path lengths") {
  const TestCa a = below(TestCa::root(), 1, {.path_length = 1}), b = below(a, 2, {.path_length = 7}), c = below(b, 3);
  const auto chain = [](const TestCa& ca, std::vector<CertificatePtr> rest) {
    rest.insert(rest.begin(), leaf_of(ca).parsed());
    return rest;
  };
  CHECK(judged(chain(b, {b.parsed(), a.parsed()})).empty());
  CHECK(judged(chain(c, {c.parsed(), b.parsed(), a.parsed()})) == Faults{"1:max_path_length_reached"});
  // Self-issued certificates do not count.
  const TestCa renewed = a.intermediate({.common_name = "CA 1", .key = {.number = 11}, .path_length = 0});
  CHECK(judged({leaf_of(renewed).parsed(), renewed.parsed(), a.parsed()}).empty());
  const TestCa zero = below(TestCa::root(), 4, {.path_length = 0});
  const TestCa zero_renewed = zero.intermediate({.common_name = "CA 4", .key = {.number = 14}});
  CHECK(judged({leaf_of(zero_renewed).parsed(), zero_renewed.parsed(), zero.parsed()}).empty());
  // A CA in the leaf's place is no intermediate.
  const Issued ca_leaf =
      zero.issue({.common_name = "x", .key = {.number = 99}, .ca = true, .key_usage = digital_signature});
  CHECK(judged({ca_leaf.parsed(), zero.parsed()}).empty());
}

TEST_CASE("depth") {
  const TestCa a = below(TestCa::root(), 1), b = below(a, 2);
  const std::vector<CertificatePtr> two{leaf_of(b).parsed(), b.parsed(), a.parsed()},
      none{leaf_of(TestCa::root()).parsed()};
  Bench bench;
  for (unsigned depth : {0u, 1u, 2u}) {
    bench.policy.depth = depth;
    CHECK(judged(none, bench).empty());
    CHECK(judged(two, bench).size() == 2 - depth);
  }
  bench.policy.depth = 1;
  CHECK(judged(two, bench) == Faults{"1:max_path_length_reached"});
}

TEST_CASE("purposes") {
  Bench server, client, lax;
  client.policy.purpose = Purpose::client_auth;
  lax.policy.allow_any_ca_purpose = true;
  const auto leaf_with = [](std::vector<Oid> eku) { return leaf_of(TestCa::root(), {.eku = std::move(eku)}).parsed(); };
  const Faults refused{"0:invalid_ext_keyusage"}, ca_refused{"1:invalid_ext_keyusage"};
  CHECK(judged({leaf_with({})}, server).empty());
  CHECK(judged({leaf_with({server_auth()})}, server).empty());
  CHECK(judged({leaf_with({client_auth()})}, server) == refused);
  CHECK(judged({leaf_with({client_auth(), server_auth()})}, server).empty());
  CHECK(judged({leaf_with({any_purpose()})}, server).empty());
  CHECK(judged({leaf_with({*from_hex("2a0304")})}, server) == refused);
  CHECK(judged({leaf_with({client_auth()})}, client).empty());
  CHECK(judged({leaf_with({server_auth()})}, client) == refused);
  const auto under = [](std::vector<Oid> eku, const Bench& bench) {
    const TestCa ca = below(TestCa::root(), 1, {.eku = std::move(eku)});
    return judged({leaf_of(ca, {.eku = {server_auth()}}).parsed(), ca.parsed()}, bench);
  };
  CHECK(under({server_auth()}, server).empty());
  CHECK(under({client_auth()}, server) == ca_refused);
  CHECK(under({any_purpose()}, server) == ca_refused);
  CHECK(under({any_purpose()}, lax).empty());
}

TEST_CASE("the leaf's key usage") {
  const auto leaf_with = [](std::uint16_t usage) { return leaf_of(TestCa::root(), {.key_usage = usage}).parsed(); };
  CHECK(judged({leaf_with(0)}).empty());
  CHECK(judged({leaf_with(digital_signature | key_encipherment)}).empty());
  CHECK(judged({leaf_with(key_encipherment)}) == Faults{"0:invalid_key_usage"});
  Bench bench;
  bench.policy.leaf_key_usage = key_encipherment;
  CHECK(judged({leaf_with(key_encipherment)}, bench).empty());
  bench.policy.leaf_key_usage = 0;
  CHECK(judged({leaf_with(key_agreement)}, bench).empty());
}

TEST_CASE("name constraints along a path") {
  const TestCa wide = below(TestCa::root(), 1, {.permitted = {dns_name("test")}, .excluded = {dns_name("bad.test")}});
  const TestCa narrow = below(wide, 2, {.permitted = {dns_name("good.test"), dns_name("other.example")}});
  const auto with = [&](std::vector<std::string> dns) {
    return judged({leaf_of(narrow, {.dns = std::move(dns)}).parsed(), narrow.parsed(), wide.parsed()});
  };
  const Faults refused{"0:name_not_permitted"};
  CHECK(with({"www.good.test"}).empty());
  CHECK(with({}).empty());
  CHECK(with({"x.test"}) == refused);
  CHECK(with({"other.example"}) == refused);
  CHECK(with({"bad.test"}) == refused);
  CHECK(with({"good.test", "x.test"}) == refused);
  // An intermediate's own names count, a self-issued one's do not; a self-issued leaf's do.
  const TestCa named = below(wide, 3, {.dns = {"bad.test"}});
  CHECK(judged({leaf_of(named).parsed(), named.parsed(), wide.parsed()}) == Faults{"1:name_not_permitted"});
  const TestCa renewed = wide.intermediate({.common_name = "CA 1", .dns = {"bad.test"}, .key = {.number = 13}});
  CHECK(judged({leaf_of(renewed).parsed(), renewed.parsed(), wide.parsed()}).empty());
  const auto self = wide.issue({.common_name = "CA 1", .dns = {"bad.test"}, .key = {.number = 15}}).parsed();
  CHECK(judged({self, wide.parsed()}) == refused);
  // A leaf has nothing to constrain.
  CHECK(judged({leaf_of(TestCa::root(), {.permitted = {dns_name("a.test")}}).parsed()}) == refused);
}

TEST_CASE("names that must not be empty") {
  const ByteString empty = name_of({});
  const TestCa nameless = TestCa::root().intermediate({.key = {.number = 1}, .subject = empty});
  CHECK(judged({leaf_of(nameless).parsed(), nameless.parsed()}) == Faults{"1:invalid_issuer", "0:invalid_issuer"});
  CHECK(judged({TestCa::root().issue({.dns = {"a.test"}, .key = {.number = 99}, .subject = empty}).parsed()}).empty());
}

TEST_CASE("critical extensions that we do not enforce") {
  // certificatePolicies alone is fine; requireExplicitPolicy, mappings and inhibitAnyPolicy are not.
  const auto with = [](const char* oid, const char* value) {
    return judged({leaf_of(TestCa::root(), {.extra = {{*from_hex(oid), true, *from_hex(value)}}}).parsed()});
  };
  const Faults refused{"0:unknown_critical_extension"};
  CHECK(with("551d20", "3005300306012a").empty());
  CHECK(with("551d24", "3003800100") == refused);
  CHECK(with("551d21", "300a300806022a0306022a04") == refused);
  CHECK(with("551d36", "020100") == refused);
  const Path path = Bench().judge({leaf_of(TestCa::root(), {.extra = {unknown_extension(true)}}).parsed()});
  REQUIRE(path.events.size() == 2);
  CHECK(path.events[0].kind == PathEvent::Kind::extension);
  CHECK(path.events[1].kind == PathEvent::Kind::bad_cert);
  CHECK(path.events[1].extension == path.events[0].extension);
  CHECK(path.events[1].detail == "1.2.3.4");
}

TEST_CASE("cross-signed and expired alternatives") {
  // One CA with three certificates: by an untrusted root, by the trusted one but expired, and a good one.
  const TestCa unknown({.common_name = "unknown root", .key = {.number = 50}});
  const Request ca{.common_name = "CA", .key = {.number = 1}};
  Request expired = ca;
  expired.not_after = test_now - 1;
  const TestCa by_unknown = unknown.intermediate(ca), old = TestCa::root().intermediate(expired),
               good = TestCa::root().intermediate(ca);
  const auto leaf = leaf_of(good).parsed();
  std::vector<CertificatePtr> pool{by_unknown.parsed(), old.parsed(), good.parsed(), unknown.parsed()};
  std::sort(pool.begin(), pool.end());
  do {
    std::vector<CertificatePtr> presented = pool;
    presented.insert(presented.begin(), leaf);
    CHECK(judged(presented).empty());
  } while (std::next_permutation(pool.begin(), pool.end()));
  // Without the good one the expired one is what can be said.
  CHECK(judged({leaf, by_unknown.parsed(), unknown.parsed(), old.parsed()}) == Faults{"1:cert_expired"});
}

TEST_CASE("an expired root is replaced by a cross-certificate") {
  // The root's key lives on below another root, as when AddTrust expired.
  const Request key{.common_name = "Old Root", .key = {.number = 81}};
  Request expired = key;
  expired.not_after = test_now - 1;
  const TestCa old(expired);
  const TestCa cross = TestCa::root().intermediate(key);
  const TestCa ca = below(old, 1);
  const auto leaf = leaf_of(ca).parsed();
  const Bench both({old.parsed(), TestCa::root().parsed()});
  CHECK(judged({leaf, ca.parsed()}, both) == Faults{"2:root_cert_expired"});
  const Path path = both.judge({leaf, ca.parsed(), cross.parsed()});
  CHECK(path.first_fault() == nullptr);
  CHECK(path.chain.size() == 4);
  // The other way round: the root is trusted, and its expired cross-certificate is sent along.
  const TestCa now(key);
  Request old_cross = expired;
  const TestCa expired_cross = TestCa::root().intermediate(old_cross);
  CHECK(judged({leaf, ca.parsed(), expired_cross.parsed()}, Bench({now.parsed(), TestCa::root().parsed()})).empty());
}

TEST_CASE("cycles end") {
  const Request a{.common_name = "A", .key = {.number = 1}}, b{.common_name = "B", .key = {.number = 2}};
  const TestCa a_self(a), b_self(b);
  const TestCa a_by_b = b_self.intermediate(a), b_by_a = a_self.intermediate(b);
  const auto leaf = leaf_of(a_self).parsed();
  CHECK(judged({leaf, a_by_b.parsed(), b_by_a.parsed()}).back().ends_with(":unknown_ca"));
  CHECK(judged({leaf, a_by_b.parsed(), b_by_a.parsed()}, Bench({b_self.parsed()})).empty());
  CHECK(judged({leaf, a_by_b.parsed(), b_by_a.parsed()}, Bench({a_self.parsed()})).empty());
}

TEST_CASE("partial anchors end a path wherever they stand") {
  const TestCa a = below(TestCa::root(), 1), b = below(a, 2);
  const auto leaf = leaf_of(b).parsed();
  Bench bench{std::vector<CertificatePtr>()};
  bench.policy.partial_anchors = {a.parsed()};
  const Path path = bench.judge({leaf, b.parsed(), a.parsed(), TestCa::root().parsed()});
  CHECK(path.first_fault() == nullptr);
  CHECK(path.chain.size() == 3);
  // It need not be presented, and it may be the leaf itself.
  CHECK(judged({leaf, b.parsed()}, bench).empty());
  bench.policy.partial_anchors = {leaf};
  CHECK(bench.judge({leaf}).chain.size() == 1);
  CHECK(judged({leaf}, bench).empty());
  bench.policy.partial_anchors = {below(TestCa::root(), 5).parsed()};
  CHECK(judged({leaf, b.parsed(), a.parsed()}, bench) == Faults{"2:unknown_ca"});
}

TEST_CASE("every fault is reported, from the anchor's side") {
  const TestCa ca = below(TestCa::root(), 1,
                          {.not_after = test_now - 1, .key_usage = crl_sign, .permitted = {dns_name("good.test")}});
  const auto leaf = leaf_of(
      ca, {.dns = {"bad.test"}, .not_before = test_now + 1, .key_usage = key_agreement, .eku = {client_auth()}});
  CHECK(judged({leaf.parsed(), ca.parsed()}) == Faults{"1:cert_expired", "1:invalid_key_usage", "0:name_not_permitted",
                                                       "0:cert_expired", "0:invalid_key_usage",
                                                       "0:invalid_ext_keyusage"});
}

TEST_CASE("floods end in bounded work") {
  const auto start = std::chrono::steady_clock::now();
  // Certificates of one name, all with different keys, each issued by the one before.
  std::vector<CertificatePtr> chain;
  std::optional<TestCa> ca;
  for (unsigned i = 0; i < 250; ++i) {
    const Request request{.common_name = "CA 1", .key = {.number = 10'000 + i}, .key_ids = false};
    ca = ca ? ca->intermediate(request) : TestCa(request);
    chain.push_back(ca->parsed());
  }
  const auto made = std::chrono::steady_clock::now();
  std::vector<CertificatePtr> presented{leaf_of(*ca, {.key_ids = false}).parsed()};
  presented.insert(presented.end(), chain.begin(), chain.end());
  const Path path = Bench().judge(presented);
  CHECK_FALSE(path.anchored);
  CHECK(faults(path).back().ends_with(":too_complex"));
  // A flood beside a good path does not hide it.
  const TestCa good = below(TestCa::root(), 1);
  presented.assign(1, leaf_of(good).parsed());
  presented.insert(presented.end(), chain.begin(), chain.end());
  presented.push_back(good.parsed());
  CHECK(judged(presented).empty());
  const auto done = std::chrono::steady_clock::now();
  INFO("made in " << std::chrono::duration<double>(made - start).count());
  // Generous: sanitizers and busy machines.
  CHECK(std::chrono::duration<double>(done - made).count() < 20);
}

TEST_CASE("complete_chain") {
  const TestCa a = below(TestCa::root(), 1), b = below(a, 2);
  const auto leaf = leaf_of(b).parsed();
  const TrustStore store({TestCa::root().parsed(), a.parsed(), b.parsed()});
  const auto full = complete_chain({leaf}, store);
  REQUIRE(full.size() == 3);
  CHECK(equal(full[1]->der(), b.certificate()));
  CHECK(equal(full[2]->der(), a.certificate()));
  CHECK(complete_chain({leaf, b.parsed()}, store).size() == 3);
  CHECK(complete_chain({leaf, b.parsed(), a.parsed(), TestCa::root().parsed()}, store).size() == 4);
  CHECK(complete_chain({leaf}, TrustStore()).size() == 1);
  CHECK(complete_chain({leaf}, TrustStore({a.parsed()})).size() == 1);
  CHECK(complete_chain({}, store).empty());
  // Cross-certificates in the store do not lead it in circles.
  const Request x{.common_name = "X", .key = {.number = 31}}, y{.common_name = "Y", .key = {.number = 32}};
  const TestCa x_self(x), y_self(y);
  const TrustStore circle({y_self.intermediate(x).parsed(), x_self.intermediate(y).parsed()});
  CHECK(complete_chain({leaf_of(x_self).parsed()}, circle).size() == 3);
}
