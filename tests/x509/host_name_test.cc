// Host names: syntax, and the match against subjectAltName.
#include "x509/host_name.h"

#include "tests/catch.hpp"
#include "tests/support/test_ca.h"

using namespace tlsock;
using namespace tlsock::test;

TEST_CASE("parse_ip takes what is an address and nothing else") {
  for (const char* text : {"0.0.0.0", "127.0.0.1", "255.255.255.255", "192.0.2.1"}) {
    INFO(text);
    REQUIRE(parse_ip(text));
    CHECK(parse_ip(text)->size() == 4);
  }
  for (const char* text : {"::", "::1", "1::", "2001:db8::1", "2001:DB8::1", "1:2:3:4:5:6:7:8", "::ffff:192.0.2.1",
                           "64:ff9b::192.0.2.33", "1:2:3:4:5:6:192.0.2.1"}) {
    INFO(text);
    REQUIRE(parse_ip(text));
    CHECK(parse_ip(text)->size() == 16);
  }
  CHECK(*parse_ip("192.0.2.1") == ByteString{192, 0, 2, 1});
  CHECK(to_hex(*parse_ip("::ffff:192.0.2.1")) == "00000000000000000000ffffc0000201");
  for (const char* text : {"",
                           "1",
                           "127.1",
                           "1.2.3",
                           "1.2.3.4.5",
                           "256.1.1.1",
                           "01.2.3.4",
                           "1.2.3.04",
                           "0x7f.0.0.1",
                           "1.2.3.4 ",
                           " 1.2.3.4",
                           "1.2.3.4.",
                           "+1.2.3.4",
                           "-1.2.3.4",
                           "1..2.3",
                           "[::1]",
                           "::1%lo",
                           "fe80::1%eth0",
                           ":::",
                           "1::2::3",
                           "1:2:3:4:5:6:7",
                           "1:2:3:4:5:6:7:8:9",
                           "12345::",
                           "g::",
                           "::1.2.3",
                           "::01.2.3.4",
                           "1:2:3:4:5:6:7:1.2.3.4",
                           ":1::2",
                           "::1/128",
                           "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000"}) {
    INFO(text);
    CHECK_FALSE(parse_ip(text));
  }
  CHECK_FALSE(parse_ip(std::string_view("1.2.3.4\0", 8)));
  CHECK_FALSE(parse_ip(std::string_view("::1\0.example.com", 16)));
}

TEST_CASE("is_dns_name") {
  const std::string label63(63, 'a'), label64(64, 'a');
  std::string name253;
  for (int i = 0; i < 4; ++i) name253 += std::string(i == 3 ? 61 : 63, 'a') + (i == 3 ? "" : ".");
  REQUIRE(name253.size() == 253);
  for (const auto& text :
       {std::string("localhost"), std::string("example.com"), std::string("example.com."), std::string("EXAMPLE.com"),
        std::string("a.b.c.d.e"), std::string("_dmarc.example.com"), std::string("foo_bar.example.com"),
        std::string("xn--bcher-kva.example"), std::string("1.example"), std::string("3com.com"), std::string("a--b.c"),
        label63 + ".com", name253, name253 + "."}) {
    INFO(text);
    CHECK(is_dns_name(text));
  }
  for (const auto& text : {std::string(),
                           std::string("."),
                           std::string(".com"),
                           std::string("a..b"),
                           std::string("a.b.."),
                           std::string("-a.com"),
                           std::string("a-.com"),
                           std::string("a b"),
                           std::string("*.example.com"),
                           std::string("*"),
                           std::string("b\xc3\xbc.example"),
                           std::string("a.com\0", 6),
                           std::string("a\0.com", 6),
                           std::string("127.0.0.1"),
                           std::string("127.1"),
                           std::string("1"),
                           std::string("example.123"),
                           std::string("::1"),
                           std::string("a:b"),
                           std::string("a/b"),
                           label64 + ".com",
                           name253 + "a"}) {
    INFO(text);
    CHECK_FALSE(is_dns_name(text));
  }
}

TEST_CASE("normal_host") {
  CHECK(normal_host("ExAmple.COM.") == "example.com");
  CHECK(normal_host("example.com") == "example.com");
  CHECK(normal_host("\xc3\x84") == "\xc3\x84");
  CHECK(normal_host("").empty());
}

TEST_CASE("matches_host by DNS names") {
  struct Row {
    const char* presented;
    const char* host;
    bool https, strict;
  };
  const Row rows[] = {
      {"example.com", "example.com", true, true},
      {"example.com", "EXAMPLE.com", true, true},
      {"EXAMPLE.COM", "example.com", true, true},
      {"example.com", "example.com.", true, true},
      {"example.com.", "example.com", false, false},
      {"example.com", "example.net", false, false},
      {"example.com", "www.example.com", false, false},
      {"www.example.com", "example.com", false, false},
      {"localhost", "localhost", true, true},
      {"foo_bar.example.com", "foo_bar.example.com", true, true},
      {"*.example.com", "www.example.com", true, false},
      {"*.example.com", "WWW.example.COM.", true, false},
      {"*.example.com", "xn--bcher-kva.example.com", true, false},
      {"*.example.com", "example.com", false, false},
      {"*.example.com", "a.b.example.com", false, false},
      {"*.example.com", ".example.com", false, false},
      {"*.example.com", "*.example.com", false, false},
      {"*.example.com", "wwwexample.com", false, false},
      {"*.com", "example.com", false, false},
      {"*", "example", false, false},
      {"*", "example.com", false, false},
      {"*.", "example", false, false},
      {"**.example.com", "www.example.com", false, false},
      {"*.*.example.com", "a.b.example.com", false, false},
      {"w*.example.com", "www.example.com", false, false},
      {"*w.example.com", "www.example.com", false, false},
      {"w*w.example.com", "www.example.com", false, false},
      {"www.*.com", "www.example.com", false, false},
      {"xn--*-1b3c148a.example.com", "xn--bliss-1b3c148a.example.com", false, false},
      {"", "example.com", false, false},
      {"192.0.2.1", "192.0.2.1", false, false},
      {"*.0.2.1", "192.0.2.1", false, false},
      {" example.com", "example.com", false, false},
      {"example.com ", "example.com", false, false},
      {"example.com", "", false, false},
      {"example.com", "exa mple.com", false, false},
      {"xn--bcher-kva.example",
       "b\xc3\xbc"
       "cher.example",
       false, false},
  };
  for (const auto& row : rows) {
    const auto certificate =
        TestCa::root().issue({.common_name = "x", .other_names = {dns_name(row.presented)}}).parsed();
    INFO(row.presented << " for " << row.host);
    CHECK(matches_host(*certificate, row.host, HostMatching::https) == row.https);
    CHECK(matches_host(*certificate, row.host, HostMatching::strict) == row.strict);
  }
}

TEST_CASE("a NUL in a name never ends it") {
  const std::string evil("example.com\0.evil.test", 22);
  const auto certificate = TestCa::root().issue({.common_name = "x", .dns = {evil}}).parsed();
  CHECK_FALSE(matches_host(*certificate, "example.com", HostMatching::https));
  CHECK_FALSE(matches_host(*certificate, evil, HostMatching::https));
  CHECK(names_of(*certificate) == "example.com\\00.evil.test");
}

TEST_CASE("matches_host by addresses") {
  const auto certificate =
      TestCa::root()
          .issue({.common_name = "192.0.2.9", .dns = {"192.0.2.7"}, .ip = {"192.0.2.1", "2001:db8::1"}})
          .parsed();
  CHECK(matches_host(*certificate, "192.0.2.1", HostMatching::https));
  CHECK(matches_host(*certificate, "192.0.2.1", HostMatching::strict));
  CHECK(matches_host(*certificate, "2001:db8:0:0::1", HostMatching::https));
  CHECK(matches_host(*certificate, "2001:DB8::1", HostMatching::https));
  CHECK_FALSE(matches_host(*certificate, "192.0.2.2", HostMatching::https));
  CHECK_FALSE(matches_host(*certificate, "192.0.2.7", HostMatching::https));
  CHECK_FALSE(matches_host(*certificate, "192.0.2.9", HostMatching::https));
  CHECK_FALSE(matches_host(*certificate, "::ffff:192.0.2.1", HostMatching::https));
  CHECK_FALSE(matches_host(*certificate, "[2001:db8::1]", HostMatching::https));
  CHECK(names_of(*certificate) == "192.0.2.7, 192.0.2.1, 2001:db8::1");
}

TEST_CASE("the common name never counts") {
  const auto certificate = TestCa::root().issue({.common_name = "example.com"}).parsed();
  CHECK_FALSE(matches_host(*certificate, "example.com", HostMatching::https));
  CHECK(names_of(*certificate).empty());
}

TEST_CASE("one of several names is enough") {
  const auto certificate =
      TestCa::root().issue({.common_name = "x", .dns = {"a.test", "*.b.test", "c.test"}, .ip = {"192.0.2.1"}}).parsed();
  for (const char* host : {"a.test", "x.b.test", "c.test", "192.0.2.1"})
    CHECK(matches_host(*certificate, host, HostMatching::https));
  for (const char* host : {"b.test", "d.test", "192.0.2.2"})
    CHECK_FALSE(matches_host(*certificate, host, HostMatching::https));
}
