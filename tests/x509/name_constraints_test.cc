// Name constraints: each kind of name, inside and outside of a subtree.
#include "x509/name_constraints.h"

#include "crypto/der.h"
#include "tests/catch.hpp"
#include "tests/support/test_ca.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

// violates judges a certificate with one alternative name under one permitted, or one excluded, subtree.
bool violates(const GeneralName& name, const std::vector<GeneralName>& permitted,
              const std::vector<GeneralName>& excluded, const ByteString& subject = common_name("x")) {
  const auto certificate = TestCa::root().issue({.other_names = {name}, .subject = subject}).parsed();
  return violated_constraint({permitted, excluded}, CertifiedNames(*certificate)).has_value();
}

struct Row {
  const char* name;
  const char* subtree;
  bool permitted;  // under a permitted subtree
  bool excluded;   // under an excluded one
};

void check(const std::vector<Row>& rows, GeneralName (*make)(const std::string&)) {
  for (const auto& row : rows) {
    INFO(row.name << " and " << row.subtree);
    CHECK(violates(make(row.name), {make(row.subtree)}, {}) == !row.permitted);
    CHECK(violates(make(row.name), {}, {make(row.subtree)}) == row.excluded);
  }
}

GeneralName other_name(const char* oid, const ByteString& value) {
  ByteString content = der_element(der::oid, {*from_hex(oid)});
  append(content, der_element(der::constructed_context(0), {value}));
  return {GeneralName::Kind::other_name, content};
}

}  // namespace

TEST_CASE("DNS names") {
  check(
      {
          {"example.com", "example.com", true, true},
          {"EXAMPLE.com", "example.COM", true, true},
          {"www.example.com", "example.com", true, true},
          {"a.b.example.com", "example.com", true, true},
          {"example.com", "", true, true},
          {"myexample.com", "example.com", false, false},
          {"example.com", "www.example.com", false, false},
          {"example.net", "example.com", false, false},
          {"*.example.com", "example.com", true, true},
          {"*.www.example.com", "example.com", true, true},
          {"*.example.com", "www.example.com", false, true},
          {"*.example.com", "a.b.example.com", false, false},
          {"*.example.net", "www.example.com", false, false},
          // What is malformed lies within no permitted subtree, and within every excluded one.
          {"*", "example.com", false, true},
          {"w*.example.com", "example.com", false, true},
          {".example.com", "example.com", false, true},
          {"example.com.", "example.com", false, true},
          {"exa mple.com", "example.com", false, true},
          {"192.0.2.1", "example.com", false, true},
          {"www.example.com", ".example.com", false, true},
          {"www.example.com", "*.example.com", false, true},
          {"www.example.com", "example.com.", false, true},
      },
      dns_name);
}

TEST_CASE("mailboxes") {
  check(
      {
          {"a@example.com", "a@example.com", true, true},
          {"a@EXAMPLE.com", "a@example.COM", true, true},
          {"A@example.com", "a@example.com", false, false},
          {"b@example.com", "a@example.com", false, false},
          {"a@example.net", "a@example.com", false, false},
          {"a@example.com", "example.com", true, true},
          {"a@www.example.com", "example.com", false, false},
          {"a@www.example.com", ".example.com", true, true},
          {"a@x.www.example.com", ".example.com", true, true},
          {"a@example.com", ".example.com", false, false},
          {"*@example.com", "*@example.com", true, true},
          {"a@example.com", "*@example.com", false, false},
          {"a@b@example.com", "example.com", false, true},
          {"@example.com", "example.com", false, true},
          {"example.com", "example.com", false, true},
          {"a b@example.com", "example.com", false, true},
          {"a@", "example.com", false, true},
          {"a@example.com", "a@b@example.com", false, true},
          {"a@example.com", "", false, true},
          {"a@example.com", "a@.example.com", false, true},
      },
      email_name);
}

TEST_CASE("URIs") {
  check(
      {
          {"https://example.com", "example.com", true, true},
          {"https://EXAMPLE.com/path?query#x", "example.com", true, true},
          {"https://user:password@example.com:443/", "example.com", true, true},
          {"ldap://example.com?cn=x", "example.com", true, true},
          {"https://www.example.com/", "example.com", false, false},
          {"https://www.example.com/", ".example.com", true, true},
          {"https://example.com/", ".example.com", false, false},
          {"https://example.net/@example.com", "example.com", false, false},
          {"https://evil.test#@example.com", "example.com", false, false},
          // RFC 5280 §4.2.1.10: without an authority, or with an address in it, the certificate is rejected.
          {"mailto:a@example.com", "example.com", false, true},
          {"https:/example.com", "example.com", false, true},
          {"https://192.0.2.1/", "example.com", false, true},
          {"https://[::1]/", "example.com", false, true},
          {"https:///path", "example.com", false, true},
          {"example.com", "example.com", false, true},
      },
      uri_name);
}

TEST_CASE("addresses") {
  check(
      {
          {"192.0.2.1", "192.0.2.0/24", true, true},
          {"192.0.2.255", "192.0.2.0/24", true, true},
          {"192.0.3.1", "192.0.2.0/24", false, false},
          {"192.0.2.129", "192.0.2.128/25", true, true},
          {"192.0.2.127", "192.0.2.128/25", false, false},
          {"10.1.2.3", "0.0.0.0/0", true, true},
          {"10.1.2.3", "10.1.2.3/32", true, true},
          {"::1", "::1/128", true, true},
          {"2001:db8::1", "2001:db8::/32", true, true},
          {"2001:db9::1", "2001:db8::/32", false, false},
          {"::1", "0.0.0.0/0", false, false},
          {"::ffff:10.0.0.1", "10.0.0.0/8", false, false},
          {"10.0.0.1", "::/0", false, false},
          // No masks: not of the right size.
          {"10.0.0.1", "10.0.0.1", false, true},
          {"::1", "::1", false, true},
      },
      ip_name);
  // A mask with a gap.
  const GeneralName gap{GeneralName::Kind::ip_address, {10, 0, 0, 0, 255, 0, 255, 0}};
  const GeneralName odd{GeneralName::Kind::ip_address, {10, 0, 0, 0, 253, 0, 0, 0}};
  for (const auto& mask : {gap, odd}) {
    CHECK(violates(ip_name("10.0.0.1"), {mask}, {}));
    CHECK(violates(ip_name("10.0.0.1"), {}, {mask}));
  }
}

TEST_CASE("directory names") {
  const auto name = [](std::vector<std::pair<std::string, std::string>> attributes) { return name_of(attributes); };
  const ByteString de = name({{"550406", "DE"}}), org = name({{"550406", "DE"}, {"55040a", "Org"}}),
                   other = name({{"550406", "DE"}, {"55040a", "Other"}}),
                   leaf = name({{"550406", "de"}, {"55040a", " ORG "}, {"550403", "leaf"}});
  const GeneralName dns = dns_name("a.test");
  // The subject …
  CHECK_FALSE(violates(dns, {directory_name(de)}, {}, leaf));
  CHECK_FALSE(violates(dns, {directory_name(org)}, {}, leaf));
  CHECK_FALSE(violates(dns, {directory_name(leaf)}, {}, leaf));
  CHECK(violates(dns, {directory_name(other)}, {}, leaf));
  CHECK_FALSE(violates(dns, {directory_name(other), directory_name(org)}, {}, leaf));
  CHECK(violates(dns, {directory_name(leaf)}, {}, org));
  CHECK(violates(dns, {}, {directory_name(de)}, leaf));
  CHECK_FALSE(violates(dns, {}, {directory_name(other)}, leaf));
  CHECK(violates(dns, {}, {directory_name(name({}))}, leaf));
  // … unless it is empty …
  CHECK_FALSE(violates(dns, {directory_name(other)}, {}, name({})));
  // … and names in subjectAltName.
  CHECK(violates(directory_name(other), {directory_name(org)}, {}, leaf));
  CHECK_FALSE(violates(directory_name(leaf), {directory_name(org)}, {}, leaf));
  CHECK(violates(directory_name(other), {}, {directory_name(other)}, leaf));
}

TEST_CASE("emailAddress in the subject counts where there is no mailbox besides") {
  const ByteString subject = name_of({{"2a864886f70d010901", "a@bad.test"}});
  CHECK(violates(dns_name("a.test"), {email_name("good.test")}, {}, subject));
  CHECK(violates(dns_name("a.test"), {}, {email_name("bad.test")}, subject));
  CHECK_FALSE(violates(dns_name("a.test"), {email_name("bad.test")}, {}, subject));
  CHECK_FALSE(violates(email_name("a@good.test"), {email_name("good.test")}, {}, subject));
}

TEST_CASE("a mailbox with characters beyond ASCII is judged by its host") {
  const auto mailbox = [](const char* text) {
    return other_name("2b06010505070809", der_element(der::utf8_string, {as_bytes(text)}));
  };
  CHECK_FALSE(violates(mailbox("b\xc3\xbcro@good.test"), {email_name("good.test")}, {}));
  CHECK(violates(mailbox("b\xc3\xbcro@bad.test"), {email_name("good.test")}, {}));
  CHECK(violates(mailbox("b\xc3\xbcro@bad.test"), {}, {email_name("bad.test")}));
  CHECK(violates(mailbox("a@b\xc3\xbcro.test"), {email_name("good.test")}, {}));
  CHECK(violates(other_name("2b06010505070809", {5, 0}), {email_name("good.test")}, {}));
  CHECK_FALSE(violates(mailbox("b\xc3\xbcro@bad.test"), {dns_name("good.test")}, {}));
}

TEST_CASE("constraints of kinds that we do not process") {
  const GeneralName other = other_name("2a0304", {5, 0});
  const GeneralName id{GeneralName::Kind::registered_id, *from_hex("2a0304")};
  for (const auto& name : {other, id}) {
    CHECK(violates(name, {name}, {}));
    CHECK(violates(name, {}, {name}));
    CHECK_FALSE(violates(dns_name("a.test"), {name}, {name}));
  }
}

TEST_CASE("kinds do not mix, and excluded beats permitted") {
  CHECK_FALSE(violates(dns_name("a.test"), {ip_name("10.0.0.0/8")}, {ip_name("192.0.2.0/24")}));
  CHECK(violates(dns_name("a.test"), {dns_name("test")}, {dns_name("a.test")}));
  CHECK_FALSE(violates(dns_name("b.test"), {dns_name("x.test"), dns_name("b.test")}, {dns_name("a.test")}));
  CHECK_FALSE(violates(uri_name("https://b.test"), {dns_name("a.test")}, {}));
}
