// TrustStore: lookup by name, and the system's own store.
#include "x509/trust_store.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "tests/catch.hpp"
#include "tests/support/test_ca.h"
#include "x509/name.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

// Environment sets a variable, or unsets it, as long as it lives.
class Environment {
 public:
  Environment(const char* name, const char* value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    set(value);
  }
  ~Environment() { set(old_ ? old_->c_str() : nullptr); }

 private:
  void set(const char* value) { value ? ::setenv(name_, value, 1) : ::unsetenv(name_); }

  const char* name_;
  std::optional<std::string> old_;
};

void write(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::trunc) << text; }

}  // namespace

TEST_CASE("anchors are found by their names") {
  const TestCa a({.common_name = "A"}), b({.common_name = "B", .key = {.number = 1}}),
      a2({.common_name = "A", .key = {.number = 2}});
  const TrustStore store({a.parsed(), b.parsed(), a2.parsed()});
  CHECK(store.anchors().size() == 3);
  CHECK(store.with_subject(normal_name(common_name("A"))).size() == 2);
  CHECK(store.with_subject(normal_name(common_name("  a "))).size() == 2);
  CHECK(store.with_subject(normal_name(common_name("B"))).size() == 1);
  CHECK(store.with_subject(normal_name(common_name("C"))).empty());
  CHECK(store.with_subject({}).empty());
  CHECK(store.contains(*a.parsed()));
  CHECK_FALSE(store.contains(*TestCa({.common_name = "A"}).parsed()));
  CHECK(TrustStore().anchors().empty());
  CHECK(TrustStore().with_subject(normal_name(common_name("A"))).empty());
}

TEST_CASE("the system's store follows SSL_CERT_FILE and SSL_CERT_DIR") {
  char folder[] = "/tmp/tlsock-store-XXXXXX";
  REQUIRE(::mkdtemp(folder));
  const std::string file = std::string(folder) + "/bundle.pem", directory = std::string(folder) + "/certs";
  REQUIRE(::mkdir(directory.c_str(), 0700) == 0);
  const TestCa a({.common_name = "A"}), b({.common_name = "B", .key = {.number = 1}});
  const std::string a_pem = pem("CERTIFICATE", a.certificate()), b_pem = pem("CERTIFICATE", b.certificate());
  {
    const Environment variable("SSL_CERT_FILE", file.c_str()), other("SSL_CERT_DIR", nullptr);
    const auto missing = TrustStore::system();
    REQUIRE_FALSE(missing);
    CHECK(missing.error().reason == Reason::BAD_FILE);
    // Doubles are read once; what cannot be read is skipped.
    write(file, a_pem + pem("CERTIFICATE", ByteString{0x30, 0}) +
                    "-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----\n" + a_pem);
    const auto one = TrustStore::system();
    REQUIRE(one);
    CHECK((*one)->anchors().size() == 1);
    const auto same = TrustStore::system();
    REQUIRE(same);
    CHECK(*same == *one);
    write(file, a_pem + b_pem);
    const auto two = TrustStore::system();
    REQUIRE(two);
    CHECK((*two)->anchors().size() == 2);
    CHECK((*one)->anchors().size() == 1);
    write(file, "rubbish");
    CHECK_FALSE(TrustStore::system());
  }
  write(directory + "/a.pem", a_pem);
  write(directory + "/b.der", std::string(as_text(b.certificate())));
  write(directory + "/.hidden", a_pem);
  REQUIRE(::symlink("a.pem", (directory + "/0badcafe.0").c_str()) == 0);
  REQUIRE(::mkfifo((directory + "/fifo").c_str(), 0600) == 0);
  {
    const std::string list = "/nonexistent:" + directory;
    const Environment variable("SSL_CERT_DIR", list.c_str()), other("SSL_CERT_FILE", nullptr);
    const auto store = TrustStore::system();
    REQUIRE(store);
    CHECK((*store)->anchors().size() == 2);
  }
  for (const char* name : {"/a.pem", "/b.der", "/.hidden", "/0badcafe.0", "/fifo"})
    ::unlink((directory + name).c_str());
  ::rmdir(directory.c_str());
  ::unlink(file.c_str());
  ::rmdir(folder);
}

TEST_CASE("this machine's store") {
  const Environment file("SSL_CERT_FILE", nullptr), directory("SSL_CERT_DIR", nullptr);
  const auto store = TrustStore::system();
  if (!store) {
    CHECK(store.error().reason == Reason::BAD_FILE);
    return;
  }
  for (const auto& anchor : (*store)->anchors()) CHECK((*store)->contains(*anchor));
}
