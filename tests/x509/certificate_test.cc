// Certificate: what parses, what does not, and what comes out.
#include "x509/certificate.h"

#include <fstream>

#include "crypto/der.h"
#include "tests/catch.hpp"
#include "tests/support/test_ca.h"
#include "x509/path.h"
#include "x509/pem.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

// Fields are the parts of a TBSCertificate, to be put together in whatever way a test wants. Nothing is signed.
struct Fields {
  ByteString version = der_element(der::constructed_context(0), {der_unsigned(ByteString{2})});
  ByteString serial = der_unsigned(ByteString{1});
  ByteString inner_algorithm = algorithm();
  ByteString issuer = common_name("issuer");
  ByteString not_before = der_element(der::utc_time, {as_bytes("240101000000Z")});
  ByteString not_after = der_element(der::utc_time, {as_bytes("491231235959Z")});
  ByteString subject = common_name("subject");
  ByteString spki = test_key({}).spki;
  ByteString unique_ids;
  ByteString extensions;
  ByteString outer_algorithm = algorithm();
  ByteString signature = der_element(der::bit_string, {ByteString{0, 1, 2, 3}});
  ByteString trailer;

  static ByteString algorithm() { return *from_hex("300a06082a8648ce3d040302"); }
  ByteString der() const {
    const ByteString validity = der_element(der::sequence, {not_before, not_after});
    const ByteString tbs = der_element(
        der::sequence, {version, serial, inner_algorithm, issuer, validity, subject, spki, unique_ids, extensions});
    return der_element(der::sequence, {tbs, outer_algorithm, signature, trailer});
  }
};

ByteString extension(const char* oid, Bytes value, Bytes critical = {}) {
  return der_element(der::sequence,
                     {der_element(der::oid, {*from_hex(oid)}), critical, der_element(der::octet_string, {value})});
}
ByteString extensions(std::initializer_list<ByteString> list) {
  ByteString content;
  for (const auto& one : list) append(content, one);
  return der_element(der::constructed_context(3), {der_element(der::sequence, {content})});
}
ByteString with_extension(const char* oid, const char* value_hex) {
  Fields fields;
  fields.extensions = extensions({extension(oid, *from_hex(value_hex))});
  return fields.der();
}

std::string refusal(Bytes der) {
  const auto parsed = Certificate::parse(der);
  if (parsed) return "accepted";
  CHECK(parsed.error().reason == Reason::BAD_CERTIFICATE);
  return parsed.error().detail;
}

constexpr const char *basic_constraints = "551d13", *key_usage = "551d0f", *eku = "551d25", *san = "551d11",
                     *nc = "551d1e", *aki = "551d23", *ski = "551d0e", *policies = "551d20", *aia = "2b06010505070101";

}  // namespace

TEST_CASE("the fields of a certificate") {
  const KeySpec key{.number = 7};
  const Issued issued = TestCa::root().issue({.common_name = "Subject",
                                              .dns = {"a.test"},
                                              .ip = {"192.0.2.1"},
                                              .key = key,
                                              .path_length = 3,
                                              .key_usage = digital_signature | decipher_only,
                                              .eku = {server_auth()},
                                              .permitted = {dns_name("b.test")},
                                              .excluded = {ip_name("10.0.0.0/8")},
                                              .extra = {{*from_hex("2a0304"), true, {5, 0}}}});
  const auto parsed = Certificate::parse(issued.certificate);
  REQUIRE(parsed);
  const Certificate& certificate = **parsed;
  CHECK(equal(certificate.der(), issued.certificate));
  CHECK(certificate.version() == 3);
  CHECK(certificate.subject_text() == "CN=Subject");
  CHECK(name_text(certificate.issuer()) == "CN=Test Root");
  CHECK_FALSE(certificate.is_self_issued());
  CHECK(certificate.not_before() == test_not_before);
  CHECK(certificate.not_after() == test_not_after);
  CHECK(equal(certificate.spki(), test_key(key).spki));
  REQUIRE(certificate.public_key());
  CHECK(certificate.public_key()->info().curve == Curve::secp256r1);
  CHECK(certificate.signature_algorithm() ==
        SignatureAlgorithm{SignatureAlgorithm::Kind::ecdsa, HashAlgorithm::sha256});
  REQUIRE(certificate.basic_constraints());
  CHECK_FALSE(certificate.basic_constraints()->ca);
  CHECK(certificate.basic_constraints()->path_length == 3u);
  CHECK(certificate.key_usage() == std::uint16_t{digital_signature | decipher_only});
  REQUIRE(certificate.extended_key_usage());
  CHECK(*certificate.extended_key_usage() == std::vector<Oid>{server_auth()});
  REQUIRE(certificate.subject_alt_names().size() == 2);
  CHECK(as_text(certificate.subject_alt_names()[0].value) == "a.test");
  CHECK(certificate.subject_alt_names()[1].value == ByteString{192, 0, 2, 1});
  REQUIRE(certificate.name_constraints());
  CHECK(certificate.name_constraints()->permitted.size() == 1);
  CHECK(certificate.name_constraints()->excluded[0].value == ByteString{10, 0, 0, 0, 255, 0, 0, 0});
  CHECK(certificate.subject_key_id().size() == 20);
  CHECK(equal(certificate.authority_key_id(), TestCa::root().parsed()->subject_key_id()));
  REQUIRE(certificate.extensions().size() == 8);
  CHECK(certificate.extensions()[0].known);
  CHECK(certificate.extensions()[7].critical);
  CHECK_FALSE(certificate.extensions()[7].known);
  CHECK(to_dotted(certificate.extensions()[7].oid) == "1.2.3.4");
  CHECK(TestCa::root().parsed()->is_self_issued());
}

TEST_CASE("versions and what they may have") {
  Fields fields;
  CHECK(refusal(fields.der()) == "accepted");
  fields.version = {};
  CHECK(refusal(fields.der()) == "accepted");
  CHECK((*Certificate::parse(fields.der()))->version() == 1);
  fields.unique_ids = der_element(der::context(1), {ByteString{0, 1}});
  CHECK(refusal(fields.der()) == "uniqueIdentifier");
  fields.version = der_element(der::constructed_context(0), {der_unsigned(ByteString{1})});
  CHECK(refusal(fields.der()) == "accepted");
  fields.extensions = extensions({extension("2a0304", {})});
  CHECK(refusal(fields.der()) == "extensions");
  fields.version = der_element(der::constructed_context(0), {der_unsigned(ByteString{2})});
  CHECK(refusal(fields.der()) == "accepted");
  fields.version = der_element(der::constructed_context(0), {der_unsigned(ByteString{3})});
  CHECK(refusal(fields.der()) == "version");
}

TEST_CASE("serial numbers of others' making are taken") {
  Fields fields;
  for (const char* serial : {"020100", "0201ff", "02020080", "021500ffffffffffffffffffffffffffffffffffffffff"}) {
    fields.serial = *from_hex(serial);
    CHECK(refusal(fields.der()) == "accepted");
  }
  for (const char* serial : {"0200", "02020001", "0202ffff", "0a0101"}) {
    fields.serial = *from_hex(serial);
    CHECK(refusal(fields.der()) == "serialNumber");
  }
}

TEST_CASE("dates") {
  struct Row {
    std::uint8_t tag;
    const char* text;
    std::optional<UnixTime> time;
  };
  const Row rows[] = {
      {der::utc_time, "700101000000Z", 0},
      {der::utc_time, "500101000000Z", -631152000},
      {der::utc_time, "491231235959Z", 2524607999},
      {der::utc_time, "000229120000Z", 951825600},
      {der::generalized_time, "20000229120000Z", 951825600},
      {der::generalized_time, "99991231235959Z", 253402300799},
      {der::generalized_time, "00010101000000Z", -62135596800},
      {der::generalized_time, "21000228000000Z", 4107456000},
      {der::generalized_time, "21000229000000Z", {}},
      {der::utc_time, "010229000000Z", {}},
      {der::utc_time, "240101000060Z", {}},
      {der::utc_time, "240101006000Z", {}},
      {der::utc_time, "240101240000Z", {}},
      {der::utc_time, "240132000000Z", {}},
      {der::utc_time, "240431000000Z", {}},
      {der::utc_time, "241301000000Z", {}},
      {der::utc_time, "240001000000Z", {}},
      {der::utc_time, "240100000000Z", {}},
      {der::utc_time, "2401010000Z", {}},
      {der::utc_time, "240101000000", {}},
      {der::utc_time, "240101000000+0100", {}},
      {der::utc_time, "20240101000000Z", {}},
      {der::utc_time, "24010100000aZ", {}},
      {der::utc_time, " 40101000000Z", {}},
      {der::generalized_time, "20240101000000.5Z", {}},
      {der::generalized_time, "240101000000Z", {}},
      {der::octet_string, "240101000000Z", {}},
  };
  for (const auto& row : rows) {
    Fields fields;
    fields.not_before = der_element(row.tag, {as_bytes(row.text)});
    const auto parsed = Certificate::parse(fields.der());
    INFO(row.text);
    REQUIRE(parsed.has_value() == row.time.has_value());
    if (row.time) CHECK((*parsed)->not_before() == *row.time);
    if (!row.time) CHECK(refusal(fields.der()) == "validity");
  }
}

TEST_CASE("the signature algorithm stands twice, and both times the same") {
  Fields fields;
  fields.inner_algorithm = *from_hex("300a06082a8648ce3d040303");
  CHECK(refusal(fields.der()) == "signature");
}

TEST_CASE("signature algorithms") {
  using Kind = SignatureAlgorithm::Kind;
  struct Row {
    const char* der;
    std::optional<SignatureAlgorithm> algorithm;
  };
  const Row rows[] = {
      {"300d06092a864886f70d01010b0500", SignatureAlgorithm{Kind::rsa_pkcs1, HashAlgorithm::sha256}},
      {"300b06092a864886f70d01010b", SignatureAlgorithm{Kind::rsa_pkcs1, HashAlgorithm::sha256}},
      {"300d06092a864886f70d0101050500", SignatureAlgorithm{Kind::rsa_pkcs1, HashAlgorithm::sha1}},
      {"300d06092a864886f70d0101040500", {}},  // MD5
      {"300f06092a864886f70d01010b05000500", {}},
      {"300c06082a8648ce3d0403020500", {}},
      {"300506032b6570", SignatureAlgorithm{Kind::ed25519}},
      {"300706032b65700500", {}},
      {"300506032b6571", SignatureAlgorithm{Kind::ed448}},
      {"300b0609608648016503040311", SignatureAlgorithm{Kind::mldsa44}},
      {"300b0609608648016503040313", SignatureAlgorithm{Kind::mldsa87}},
      {"300906072a8648ce380403", SignatureAlgorithm{Kind::dsa, HashAlgorithm::sha1}},
      // RSASSA-PSS: no parameters, defaults, SHA-256 with 32, another mask hash, another trailer, negative salt.
      {"300b06092a864886f70d01010a", {}},
      {"300d06092a864886f70d01010a3000", SignatureAlgorithm{Kind::rsa_pss, HashAlgorithm::sha1, 20}},
      {"304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d0609608648016"
       "503040"
       "2010500a203020120",
       SignatureAlgorithm{Kind::rsa_pss, HashAlgorithm::sha256, 32}},
      {"304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d0609608648016"
       "503040"
       "2020500a203020120",
       {}},
      {"304606092a864886f70d01010a3039a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d0609608648016"
       "503040"
       "2010500a203020120a303020102",
       {}},
      {"304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d0609608648016"
       "503040"
       "2010500a2030201ff",
       {}},
  };
  for (const auto& row : rows) {
    Fields fields;
    fields.inner_algorithm = fields.outer_algorithm = *from_hex(row.der);
    INFO(row.der);
    const auto parsed = Certificate::parse(fields.der());
    REQUIRE(parsed);
    CHECK((*parsed)->signature_algorithm() == row.algorithm);
  }
}

TEST_CASE("keys that are unknown, and keys that are wrong") {
  Fields fields;
  // X25519 does not sign; a curve without support; an unknown OID.
  for (const char* spki : {"302a300506032b656e0321000000000000000000000000000000000000000000000000000000000000000000",
                           "3010300906072a0304050607080303000102"}) {
    fields.spki = *from_hex(spki);
    const auto parsed = Certificate::parse(fields.der());
    REQUIRE(parsed);
    CHECK((*parsed)->public_key() == nullptr);
  }
  fields.spki = test_key({}).spki;
  fields.spki.back() ^= 1;
  CHECK(refusal(fields.der()) == "subjectPublicKeyInfo");
  fields.spki = der_element(der::octet_string, {});
  CHECK(refusal(fields.der()) == "subjectPublicKeyInfo");
}

TEST_CASE("nothing stands where nothing should") {
  Fields fields;
  fields.trailer = {5, 0};
  CHECK(refusal(fields.der()) == "Certificate");
  fields = {};
  fields.extensions = der_element(der::context(4), {});
  CHECK(refusal(fields.der()) == "tbsCertificate");
  fields = {};
  ByteString trailing = fields.der();
  trailing.push_back(0);
  CHECK(refusal(trailing) == "Certificate");
  fields.signature = der_element(der::bit_string, {ByteString{1, 2}});
  CHECK(refusal(fields.der()) == "Certificate");
  fields = {};
  fields.issuer = der_element(der::set, {});
  CHECK(refusal(fields.der()) == "issuer");
  fields = {};
  fields.subject = *from_hex("30023100");
  CHECK(refusal(fields.der()) == "subject");
  CHECK(refusal({}) == "Certificate");
}

TEST_CASE("the list of extensions") {
  Fields fields;
  const ByteString one = extension("2a0304", {}), critical_false = extension("2a0305", {}, ByteString{1, 1, 0});
  fields.extensions = extensions({one, critical_false});
  CHECK(refusal(fields.der()) == "accepted");
  fields.extensions = extensions({one, critical_false, one});
  CHECK(refusal(fields.der()) == "extensions");
  fields.extensions = extensions({});
  CHECK(refusal(fields.der()) == "extensions");
  fields.extensions = extensions({extension("2a0304", {}, ByteString{1, 1, 1})});
  CHECK(refusal(fields.der()) == "extensions");
}

TEST_CASE("extensions that must be non-critical are not known otherwise") {
  const ByteString yes{1, 1, 0xff};
  for (const auto& [oid, value] : {std::pair{ski, "040101"}, {aki, "3003800101"}, {"551d1f", "3000"}}) {
    Fields fields;
    fields.extensions = extensions({extension(oid, *from_hex(value))});
    CHECK((*Certificate::parse(fields.der()))->extensions()[0].known);
    fields.extensions = extensions({extension(oid, *from_hex(value), yes)});
    CHECK_FALSE((*Certificate::parse(fields.der()))->extensions()[0].known);
  }
  Fields fields;
  fields.extensions = extensions({extension(policies, *from_hex("3005300306012a"), yes)});
  CHECK((*Certificate::parse(fields.der()))->extensions()[0].known);
  // policyMappings, policyConstraints, inhibitAnyPolicy.
  for (const char* oid : {"551d21", "551d24", "551d36"}) {
    fields.extensions = extensions({extension(oid, *from_hex("3000"), yes)});
    CHECK_FALSE((*Certificate::parse(fields.der()))->extensions()[0].known);
  }
}

TEST_CASE("extension values") {
  struct Row {
    const char* oid;
    const char* value;
    const char* verdict;
  };
  const Row rows[] = {
      {basic_constraints, "3000", "accepted"},
      {basic_constraints, "30030101ff", "accepted"},
      {basic_constraints, "3003010100", "accepted"},
      {basic_constraints, "30060101ff020100", "accepted"},
      {basic_constraints, "3003020105", "accepted"},
      {basic_constraints, "300d0101ff020800ffffffffffffff", "accepted"},
      {basic_constraints, "30060101ff0201ff", "basicConstraints"},
      {basic_constraints, "3003010101", "basicConstraints"},
      {basic_constraints, "300000", "basicConstraints"},
      {basic_constraints, "", "basicConstraints"},
      {key_usage, "03020780", "accepted"},
      {key_usage, "0303070080", "accepted"},
      {key_usage, "030100", "accepted"},
      {key_usage, "03020781", "keyUsage"},
      {key_usage, "0300", "keyUsage"},
      {key_usage, "04020780", "keyUsage"},
      {eku, "300a06082b06010505070301", "accepted"},
      {eku, "3000", "extKeyUsage"},
      {eku, "30020600", "extKeyUsage"},
      {san, "3003820161", "accepted"},
      {san, "3006870401020304", "accepted"},
      {san, "3000", "subjectAltName"},
      {san, "30028200", "accepted"},
      {san, "30038201ff", "subjectAltName"},
      {san, "3003a20161", "subjectAltName"},
      {san, "3003890161", "subjectAltName"},
      {san, "300587030a0b0c", "subjectAltName"},
      {san, "3004a4023000", "accepted"},
      {san, "3004a4023100", "subjectAltName"},
      {san, "3003a00161", "subjectAltName"},
      {san, "3004880200ff", "accepted"},
      {nc, "3007a0053003820161", "accepted"},
      {nc, "300aa0083006820161800100", "accepted"},
      {nc, "300aa0083006820161800101", "nameConstraints"},
      {nc, "300aa0083006820161810105", "nameConstraints"},
      {nc, "3000", "nameConstraints"},
      {nc, "3002a000", "nameConstraints"},
      {nc, "3004a000a100", "nameConstraints"},
      {nc, "3009a007300587030a0b0c", "accepted"},
      {ski, "040401020304", "accepted"},
      {ski, "030401020304", "subjectKeyIdentifier"},
      {aki, "3000", "accepted"},
      {aki, "3003800101", "accepted"},
      {aki, "3003810101", "authorityKeyIdentifier"},
      {aki, "3006800101800102", "authorityKeyIdentifier"},
      {aia, "300f300d06082b06010505073002860161", "accepted"},
      {aia, "3000", "authorityInfoAccess"},
      {aia, "6161", "authorityInfoAccess"},
      {policies, "3005300306012a", "accepted"},
      {policies, "300a300306012a300306012a", "certificatePolicies"},
      {policies, "3000", "certificatePolicies"},
  };
  for (const auto& row : rows) {
    INFO(row.oid << ' ' << row.value);
    CHECK(refusal(with_extension(row.oid, row.value)) == row.verdict);
  }
  const auto large = Certificate::parse(with_extension(basic_constraints, "300d0101ff020800ffffffffffffff"));
  REQUIRE(large);
  CHECK((*large)->basic_constraints()->path_length == 0xffffffffu);
  const auto usage = Certificate::parse(with_extension(key_usage, "0303070680"));
  REQUIRE(usage);
  CHECK((*usage)->key_usage() == std::uint16_t{key_cert_sign | crl_sign | decipher_only});
}

TEST_CASE("ML-DSA certificates of RFC 9881") {
  for (const char* level : {"44", "65", "87"}) {
    std::ifstream file(std::string(TLSOCK_TEST_DATA "/mldsa-certs/ML-DSA-") + level + ".crt", std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto parsed = certificates_from(as_bytes(text));
    REQUIRE(parsed);
    const auto& certificate = parsed->front();
    REQUIRE(certificate->public_key());
    REQUIRE(certificate->signature_algorithm());
    CHECK(certificate->public_key()->verify(*certificate->signature_algorithm(), certificate->tbs(),
                                            certificate->signature()));
  }
}

TEST_CASE("no truncation and no flipped bit does any harm") {
  const TestCa below = TestCa::root().intermediate({.common_name = "below", .key = {.number = 1}});
  const Issued leaf = below.issue({.common_name = "leaf",
                                   .dns = {"*.a.test"},
                                   .ip = {"::1"},
                                   .key = {.number = 2},
                                   .eku = {server_auth()},
                                   .permitted = {dns_name("b.test")},
                                   .excluded = {directory_name(common_name("x"))}});
  for (std::size_t size = 0; size < leaf.certificate.size(); ++size)
    CHECK_FALSE(Certificate::parse(Bytes(leaf.certificate).first(size)));
  const TrustStore anchors({TestCa::root().parsed()});
  PathPolicy policy;
  policy.anchors = &anchors;
  policy.now = test_now;
  policy.schemes = default_schemes();
  std::size_t parsed_count = 0, good = 0;
  for (std::size_t bit = 0; bit < 8 * leaf.certificate.size(); ++bit) {
    ByteString flipped = leaf.certificate;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ 1u << bit % 8);
    const auto parsed = Certificate::parse(flipped);
    if (!parsed) continue;
    ++parsed_count;
    (*parsed)->subject_text();
    const Path path = judge({*parsed, below.parsed()}, policy);
    good += path.first_fault() == nullptr;
  }
  CHECK(parsed_count > 100);
  CHECK(good == 0);
}
