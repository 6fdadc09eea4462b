// Names: comparison by RFC 5280 §7.1, and the text form of RFC 4514.
#include "x509/name.h"

#include "crypto/der.h"
#include "tests/catch.hpp"
#include "tests/support/test_ca.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

ByteString attribute(const char* oid, std::uint8_t tag, std::string_view value) {
  return der_element(der::sequence, {der_element(der::oid, {*from_hex(oid)}), der_element(tag, {as_bytes(value)})});
}
ByteString rdn(std::initializer_list<ByteString> attributes) {
  ByteString content;
  for (const auto& one : attributes) append(content, one);
  return der_element(der::set, {content});
}
ByteString name(std::initializer_list<ByteString> rdns) {
  ByteString content;
  for (const auto& one : rdns) append(content, one);
  return der_element(der::sequence, {content});
}
ByteString cn(std::uint8_t tag, std::string_view value) { return name({rdn({attribute("550403", tag, value)})}); }

}  // namespace

TEST_CASE("same_name folds case, blanks and string types") {
  const ByteString plain = cn(der::printable_string, "Good CA");
  CHECK(same_name(plain, plain));
  CHECK(same_name(plain, cn(der::utf8_string, "Good CA")));
  CHECK(same_name(plain, cn(der::printable_string, "gOOD cA")));
  CHECK(same_name(plain, cn(der::printable_string, "  Good   CA ")));
  CHECK(same_name(cn(der::ia5_string, "EXAMPLE"), cn(der::utf8_string, "example")));
  CHECK_FALSE(same_name(plain, cn(der::printable_string, "GoodCA")));
  CHECK_FALSE(same_name(plain, cn(der::printable_string, "Good CB")));
  CHECK_FALSE(same_name(plain, cn(der::printable_string, "Good C")));
  CHECK_FALSE(same_name(plain, cn(der::teletex_string, "Good CA")));
  CHECK(same_name(cn(der::teletex_string, "Good CA"), cn(der::teletex_string, "Good CA")));
  CHECK_FALSE(same_name(cn(der::teletex_string, "Good CA"), cn(der::teletex_string, "good CA")));
  CHECK_FALSE(same_name(cn(der::utf8_string, "\xc3\xa4"), cn(der::utf8_string, "\xc3\x84")));
  CHECK_FALSE(same_name(cn(der::utf8_string, std::string_view("a\0", 2)), cn(der::utf8_string, "a")));
}

TEST_CASE("same_name compares RDN by RDN") {
  const ByteString a = attribute("550403", der::utf8_string, "a"), b = attribute("55040a", der::utf8_string, "b");
  CHECK(same_name(name({rdn({a}), rdn({b})}), name({rdn({a}), rdn({b})})));
  CHECK_FALSE(same_name(name({rdn({a}), rdn({b})}), name({rdn({b}), rdn({a})})));
  CHECK_FALSE(same_name(name({rdn({a}), rdn({b})}), name({rdn({a, b})})));
  CHECK_FALSE(same_name(name({rdn({a})}), name({rdn({a}), rdn({b})})));
  // A SET has no order.
  CHECK(same_name(name({rdn({a, b})}), name({rdn({b, a})})));
  CHECK_FALSE(same_name(name({rdn({a})}), name({rdn({attribute("55040a", der::utf8_string, "a")})})));
  CHECK(same_name(name({}), name({})));
  CHECK_FALSE(same_name(name({}), name({rdn({a})})));
}

TEST_CASE("malformed names") {
  const ByteString a = attribute("550403", der::utf8_string, "a");
  for (const ByteString& bad : {ByteString(), ByteString{0x30}, ByteString{0x31, 0x00}, name({rdn({})}), name({a}),
                                name({der_element(der::set, {ByteString{0x05, 0x00}})})}) {
    CHECK_FALSE(decode_name(bad));
    CHECK(normal_rdns(bad).empty());
    CHECK(name_text(bad).starts_with("#"));
    CHECK(same_name(bad, bad));
  }
  CHECK(is_empty_name(name({})));
  CHECK_FALSE(is_empty_name(name({rdn({a})})));
}

TEST_CASE("name_text is RFC 4514") {
  // RFC 4514 §4.
  CHECK(name_text(name({rdn({attribute("0992268993f22c640119", der::ia5_string, "net")}),
                        rdn({attribute("0992268993f22c640119", der::ia5_string, "example")}),
                        rdn({attribute("0992268993f22c640101", der::utf8_string, "jsmith")})})) ==
        "UID=jsmith,DC=example,DC=net");
  CHECK(name_text(name({rdn({attribute("0992268993f22c640119", der::ia5_string, "net")}),
                        rdn({attribute("55040b", der::utf8_string, "Sales"),
                             attribute("550403", der::utf8_string, "J.  Smith")})})) == "OU=Sales+CN=J.  Smith,DC=net");
  CHECK(name_text(cn(der::utf8_string, "James \"Jim\" Smith, III")) == "CN=James \\\"Jim\\\" Smith\\, III");
  CHECK(name_text(cn(der::utf8_string, "Before\rAfter")) == "CN=Before\\0dAfter");
  CHECK(name_text(cn(der::utf8_string, "Lu\xc4\x8di\xc4\x87")) == "CN=Lu\xc4\x8di\xc4\x87");
  CHECK(name_text(cn(der::utf8_string, " a ")) == "CN=\\ a\\ ");
  CHECK(name_text(cn(der::utf8_string, "#1#")) == "CN=\\#1#");
  CHECK(name_text(cn(der::utf8_string, "a=b;c<d>e+f\\g")) == "CN=a=b\\;c\\<d\\>e\\+f\\\\g");
  CHECK(name_text(cn(der::utf8_string, std::string_view("a\0b", 3))) == "CN=a\\00b");
  // What is no UTF-8 becomes hexadecimal pairs: the text goes into JSON.
  CHECK(name_text(cn(der::utf8_string, "\xff\xc3(\xed\xa0\x80")) == "CN=\\ff\\c3(\\ed\\a0\\80");
  CHECK(name_text(cn(der::bmp_string, std::string_view("\0a", 2))) == "CN=#1e020061");
  CHECK(name_text(name({rdn({attribute("2a030405", der::utf8_string, "x")})})) == "1.2.3.4.5=#0c0178");
  CHECK(name_text(name({})).empty());
}

TEST_CASE("emails_of finds every emailAddress") {
  const ByteString subject =
      name_of({{"2a864886f70d010901", "a@b.test"}, {"550403", "x"}, {"2a864886f70d010901", "c@d.test"}});
  const auto emails = emails_of(subject);
  REQUIRE(emails.size() == 2);
  CHECK(as_text(emails[0]) == "a@b.test");
  CHECK(as_text(emails[1]) == "c@d.test");
}

TEST_CASE("printable") {
  CHECK(printable("plain text") == "plain text");
  CHECK(printable("a\nb\\c\x7f\xff") == "a\\0ab\\5cc\\7f\\ff");
}
