// PEM texts, keys in all their wrappings, and the files that hold them.
#include "x509/pem.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "tests/catch.hpp"
#include "tests/support/test_ca.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

const std::string certs = TLSOCK_TEST_DATA "/certs/";

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string with_crlf(std::string text, const std::string& end) {
  std::string out;
  for (char c : text) c == '\n' ? out += end : out += c;
  return out;
}

// Folder is a folder of the test's own, gone with it.
class Folder {
 public:
  Folder() {
    char name[] = "/tmp/tlsock-pem-XXXXXX";
    REQUIRE(::mkdtemp(name));
    path_ = name;
  }
  ~Folder() {
    for (const auto& file : files_) ::unlink(file.c_str());
    ::rmdir(path_.c_str());
  }
  const std::string& path() const { return path_; }
  std::string write(const std::string& name, const std::string& text) {
    const std::string file = path_ + '/' + name;
    std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
    files_.push_back(file);
    return file;
  }

 private:
  std::string path_;
  std::vector<std::string> files_;
};

std::string fact(const Error& error, std::string_view name) {
  for (const auto& fact : error.facts)
    if (fact.name == name) return fact.value;
  return {};
}

}  // namespace

TEST_CASE("parse_pem reads blocks among other text") {
  const ByteString data{1, 2, 3, 4, 5};
  const std::string block = pem("THING", data);
  for (const std::string& text : {block, with_crlf(block, "\r\n"), with_crlf(block, "\r"),
                                  "subject: x\n\n" + block + "trailer\n", "\n\n  " + block, "\xef\xbb\xbf" + block,
                                  std::string("-----BEGIN THING-----  \t\n\nAQID\n  BAU=\n-----END THING-----")}) {
    INFO(text);
    const auto blocks = parse_pem(text);
    REQUIRE(blocks);
    REQUIRE(blocks->size() == 1);
    CHECK((*blocks)[0].label == "THING");
    CHECK((*blocks)[0].dek_info.empty());
    CHECK(equal((*blocks)[0].data, data));
  }
  const auto two = parse_pem(block + "between\n" + pem("OTHER THING", ByteString{9}));
  REQUIRE(two);
  REQUIRE(two->size() == 2);
  CHECK((*two)[1].label == "OTHER THING");
  for (const char* none : {"", "no PEM here", "a -----BEGIN X----- b", "-----BEGIN X----"}) {
    INFO(none);
    const auto blocks = parse_pem(none);
    REQUIRE(blocks);
    CHECK(blocks->empty());
  }
}

TEST_CASE("parse_pem reads headers") {
  const auto blocks = parse_pem(
      "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00FF\n\nAQID\n"
      "-----END RSA PRIVATE KEY-----\n");
  REQUIRE(blocks);
  REQUIRE(blocks->size() == 1);
  CHECK((*blocks)[0].dek_info == "AES-128-CBC,00FF");
  CHECK(equal((*blocks)[0].data, ByteString{1, 2, 3}));
}

TEST_CASE("parse_pem refuses spoilt blocks") {
  for (const char* text : {"-----BEGIN A-----\nAQID\n", "-----BEGIN A-----\nAQID\n-----END B-----\n",
                           "-----BEGIN A-----\nAQI\n-----END A-----\n", "-----BEGIN A-----\nA?ID\n-----END A-----\n",
                           "-----BEGIN A-----\n-----END A-----\n", "-----BEGIN A-----\n",
                           "-----BEGIN A-----\nAQID\n-----BEGIN A-----\nAQID\n-----END A-----\n",
                           "-----BEGIN A-----\nAQID-----END A-----\n", "-----BEGIN A-----\nAQID\n-----END A----\n",
                           "-----BEGIN A-----\nX: y\n\n-----END A-----\n"}) {
    INFO(text);
    const auto blocks = parse_pem(text);
    REQUIRE_FALSE(blocks);
    CHECK(blocks.error().reason == Reason::BAD_PEM);
    CHECK(fact(blocks.error(), "label") == "A");
  }
}

TEST_CASE("every cut of a PEM text is refused or holds nothing") {
  const std::string text = text_of(certs + "server.pem");
  const auto end = text.rfind("-----END");
  for (std::size_t size = 0; size < end; ++size) {
    const auto certificates = certificates_from(as_bytes(text).first(size));
    if (certificates) FAIL("cut at " << size);
    CHECK(certificates.error().reason == Reason::BAD_PEM);
  }
}

TEST_CASE("certificates_from") {
  const Issued leaf = TestCa::root().issue({.common_name = "leaf"});
  const std::string one = pem("CERTIFICATE", leaf.certificate),
                    root = pem("X509 CERTIFICATE", TestCa::root().certificate());
  const auto der = certificates_from(leaf.certificate);
  REQUIRE(der);
  REQUIRE(der->size() == 1);
  CHECK(equal(der->front()->der(), leaf.certificate));
  const auto both = certificates_from(as_bytes(pem("PRIVATE KEY", leaf.private_key) + one + root));
  REQUIRE(both);
  REQUIRE(both->size() == 2);
  CHECK(equal((*both)[1]->der(), TestCa::root().certificate()));
  for (const std::string& nothing : {std::string(), std::string("x"), pem("PRIVATE KEY", leaf.private_key),
                                     pem("TRUSTED CERTIFICATE", leaf.certificate)}) {
    const auto none = certificates_from(as_bytes(nothing));
    REQUIRE_FALSE(none);
    CHECK(none.error().reason == Reason::BAD_PEM);
  }
  const auto garbage = certificates_from(as_bytes(pem("CERTIFICATE", ByteString{1, 2, 3})));
  REQUIRE_FALSE(garbage);
  CHECK(garbage.error().reason == Reason::BAD_CERTIFICATE);
  ByteString trailing = leaf.certificate;
  trailing.push_back('A');
  CHECK_FALSE(certificates_from(trailing));
}

TEST_CASE("private_key_from takes all forms") {
  const auto server = certificates_from(as_bytes(text_of(certs + "server.pem")));
  REQUIRE(server);
  const PublicKey& expected = *server->front()->public_key();
  const std::string plain = text_of(certs + "server-key.pem"), encrypted = text_of(certs + "server-key-encrypted.pem");
  const auto from_pem = private_key_from(as_bytes(plain), {});
  REQUIRE(from_pem);
  CHECK((*from_pem)->belongs_to(expected));
  const auto opened = private_key_from(as_bytes(encrypted), as_bytes("secret"));
  REQUIRE(opened);
  CHECK((*opened)->belongs_to(expected));
  const auto blocks = parse_pem(encrypted);
  REQUIRE(blocks);
  CHECK(private_key_from(blocks->front().data, as_bytes("secret")));
  const auto plain_blocks = parse_pem(plain);
  REQUIRE(plain_blocks);
  CHECK(private_key_from(plain_blocks->front().data, {}));
  // A password for a key that needs none does no harm.
  CHECK(private_key_from(as_bytes(plain), as_bytes("secret")));
  // The first key counts, wherever it stands.
  const auto after = private_key_from(as_bytes(text_of(certs + "server-rsa.pem") + plain), {});
  REQUIRE(after);
  CHECK((*after)->belongs_to(expected));
}

TEST_CASE("private_key_from tells what is wrong") {
  const std::string encrypted = text_of(certs + "server-key-encrypted.pem");
  const auto no_password = private_key_from(as_bytes(encrypted), {});
  REQUIRE_FALSE(no_password);
  CHECK(no_password.error().reason == Reason::BAD_PASSWORD);
  CHECK(fact(no_password.error(), "key").find("encrypted") != std::string::npos);
  const auto wrong = private_key_from(as_bytes(encrypted), as_bytes("wrong"));
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().reason == Reason::BAD_PASSWORD);
  for (const std::string& nothing :
       {std::string(), std::string("x"), text_of(certs + "server.pem"), pem("EC PARAMETERS", ByteString{6, 1, 42}),
        pem("PUBLIC KEY", ByteString{0x30, 0})}) {
    const auto none = private_key_from(as_bytes(nothing), {});
    REQUIRE_FALSE(none);
    CHECK(none.error().reason == Reason::BAD_PEM);
  }
  const auto garbage = private_key_from(as_bytes(pem("PRIVATE KEY", ByteString{0x30, 1, 2})), {});
  REQUIRE_FALSE(garbage);
  CHECK(garbage.error().reason == Reason::BAD_PRIVATE_KEY);
  // Both a certificate and an EncryptedPrivateKeyInfo begin with a SEQUENCE within a SEQUENCE.
  const auto server = certificates_from(as_bytes(text_of(certs + "server.pem")));
  REQUIRE(server);
  const auto certificate = private_key_from(server->front()->der(), as_bytes("any"));
  REQUIRE_FALSE(certificate);
  CHECK(certificate.error().reason == Reason::BAD_PRIVATE_KEY);
}

TEST_CASE("keys as OpenSSL writes them") {
  const std::string keys = TLSOCK_TEST_DATA "/keys/";
  const auto loads = [&](const std::string& file, std::string_view password) {
    return private_key_from(as_bytes(text_of(keys + file)), as_bytes(password));
  };
  for (const char* file :
       {"rsa2048-pkcs1.pem", "rsa2048-pkcs8.pem", "p256-sec1.pem", "p521-pkcs8.pem", "ed25519-pkcs8.pem"}) {
    INFO(file);
    CHECK(loads(file, ""));
  }
  const std::string parameters = pem("EC PARAMETERS", *from_hex("06082a8648ce3d030107"));
  CHECK(private_key_from(as_bytes(parameters + text_of(keys + "p256-sec1.pem")), {}));
  for (const char* file : {"rsa1024-legacy-aes128.pem", "rsa1024-legacy-aes192.pem", "rsa1024-legacy-aes256.pem",
                           "rsa1024-legacy-des3.pem", "p256-aes256.pem", "p256-pbe-sha1-3des.pem"}) {
    INFO(file);
    CHECK(loads(file, "geheim"));
    for (const char* password : {"", "falsch"}) {
      const auto refused = loads(file, password);
      REQUIRE_FALSE(refused);
      CHECK(refused.error().reason == Reason::BAD_PASSWORD);
    }
  }
}

TEST_CASE("read_file") {
  Folder folder;
  const auto read = read_file(folder.write("file", "content"));
  REQUIRE(read);
  CHECK(as_text(*read) == "content");
  const auto empty = read_file(folder.write("empty", ""));
  REQUIRE(empty);
  CHECK(empty->empty());
  const std::string large(100'000, 'x');
  const auto much = read_file(folder.write("large", large));
  REQUIRE(much);
  CHECK(as_text(*much) == large);
  // A file of the kernel's, whose size is told as 0.
  const auto status = read_file("/proc/self/status");
  REQUIRE(status);
  CHECK(status->size() > 0);
  for (const auto& [path, code] : {std::pair<std::string, const char*>{folder.path() + "/none", "ENOENT"},
                                   {folder.path(), "EISDIR"},
                                   {folder.path() + "/file/x", "ENOTDIR"}}) {
    INFO(path);
    const auto failed = read_file(path);
    REQUIRE_FALSE(failed);
    CHECK(failed.error().reason == Reason::BAD_FILE);
    CHECK(fact(failed.error(), "file") == path);
    CHECK(fact(failed.error(), "errno") == code);
  }
  const std::string huge = folder.write("huge", "");
  REQUIRE(::truncate(huge.c_str(), 16 * 1024 * 1024 + 1) == 0);
  const auto too_large = read_file(huge);
  REQUIRE_FALSE(too_large);
  CHECK(fact(too_large.error(), "errno") == "EFBIG");
  CHECK_FALSE(read_file("/dev/zero"));
}

TEST_CASE("files are parsed once while they stay the same") {
  clear_pem_cache();
  Folder folder;
  const Issued leaf = TestCa::root().issue({.common_name = "leaf"});
  const std::string path = folder.write("cert.pem", pem("CERTIFICATE", leaf.certificate));
  const auto first = certificates_from_file(path), second = certificates_from_file(path);
  REQUIRE(first);
  REQUIRE(second);
  CHECK(first->front() == second->front());
  folder.write("cert.pem", pem("CERTIFICATE", leaf.certificate) + pem("CERTIFICATE", TestCa::root().certificate()));
  const auto changed = certificates_from_file(path);
  REQUIRE(changed);
  CHECK(changed->size() == 2);
  clear_pem_cache();
  const auto again = certificates_from_file(path);
  REQUIRE(again);
  CHECK(again->front() != changed->front());
  folder.write("cert.pem", "rubbish");
  const auto spoilt = certificates_from_file(path);
  REQUIRE_FALSE(spoilt);
  CHECK(fact(spoilt.error(), "file") == path);
  ::unlink(path.c_str());
  CHECK_FALSE(certificates_from_file(path));
}

TEST_CASE("keys that were decrypted are not kept") {
  clear_pem_cache();
  const std::string plain = certs + "server-key.pem", encrypted = certs + "server-key-encrypted.pem";
  const auto first = private_key_from_file(plain, {}), second = private_key_from_file(plain, as_bytes("any"));
  REQUIRE(first);
  REQUIRE(second);
  CHECK(*first == *second);
  const auto opened = private_key_from_file(encrypted, as_bytes("secret"));
  REQUIRE(opened);
  const auto without = private_key_from_file(encrypted, {});
  REQUIRE_FALSE(without);
  CHECK(without.error().reason == Reason::BAD_PASSWORD);
  CHECK_FALSE(private_key_from_file(encrypted, as_bytes("wrong")));
  const auto again = private_key_from_file(encrypted, as_bytes("secret"));
  REQUIRE(again);
  CHECK(*again != *opened);
}

TEST_CASE("the cache is bounded") {
  clear_pem_cache();
  Folder folder;
  const std::string text = pem("CERTIFICATE", TestCa::root().certificate());
  const std::string first_path = folder.write("0", text);
  const auto first = certificates_from_file(first_path);
  REQUIRE(first);
  for (int i = 1; i <= 256; ++i) REQUIRE(certificates_from_file(folder.write(std::to_string(i), text)));
  const auto again = certificates_from_file(first_path);
  REQUIRE(again);
  CHECK(again->front() != first->front());
}
