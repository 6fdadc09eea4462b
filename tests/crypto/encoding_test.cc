// Base64 and the encryption of old PEM files.
#include "crypto/encoding.h"

#include "catch.hpp"
#include "vectors.h"

using namespace tlsock;
using test::hex;

TEST_CASE("base64: RFC 4648 §10") {
  const struct {
    const char *text, *encoded;
  } rows[] = {{"", ""},
              {"f", "Zg=="},
              {"fo", "Zm8="},
              {"foo", "Zm9v"},
              {"foob", "Zm9vYg=="},
              {"fooba", "Zm9vYmE="},
              {"foobar", "Zm9vYmFy"}};
  for (const auto& [text, encoded] : rows) {
    CAPTURE(text);
    CHECK(base64_encode(as_bytes(text)) == encoded);
    const auto decoded = base64_decode(encoded);
    REQUIRE(decoded);
    CHECK(as_text(*decoded) == text);
  }
}

TEST_CASE("base64: every byte, every length") {
  ByteString bytes;
  for (int i = 0; i < 300; ++i) {
    const auto decoded = base64_decode(base64_encode(bytes));
    REQUIRE(decoded);
    CHECK(*decoded == bytes);
    bytes.push_back(static_cast<std::uint8_t>(i * 37));
  }
}

TEST_CASE("base64: blanks anywhere, nothing else") {
  CHECK(base64_decode(" Zm\r\n9v\tYg =\n= ") == copy(as_bytes("foob")));
  CHECK(base64_decode(" \n ") == ByteString());
  for (const char* bad : {"Z", "Zg", "Zg=", "Zg===", "Zg==Zg==", "=", "====", "Z===", "Zm9v=", "Zm9*", "Zm9-", "Zm9_",
                          "Zh==", "Zm9=", "Zm8=Zm8=", "=Zm8", "Z=g=", "Zm9vYg==\x80"}) {
    CAPTURE(bad);
    CHECK_FALSE(base64_decode(bad));
  }
  CHECK_FALSE(base64_decode(std::string_view("Zm9\0", 4)));
  CHECK_FALSE(base64_decode(std::string_view("Zm9v\0\0\0\0", 8)));
}

TEST_CASE("legacy PEM encryption, as OpenSSL writes it") {
  const ByteString plain = test::read_pem("keys/rsa1024-pkcs1.pem");
  for (const char* cipher : {"aes128", "aes192", "aes256", "des3"}) {
    CAPTURE(cipher);
    const auto block = test::read_pem_block(std::string("keys/rsa1024-legacy-") + cipher + ".pem");
    REQUIRE_FALSE(block.dek_info.empty());
    auto opened = decrypt_legacy_pem(block.dek_info, block.body, as_bytes("geheim"));
    REQUIRE(opened);
    CHECK(equal(opened->bytes(), plain));
    for (const char* wrong : {"", "Geheim", "geheim ", "a", "b", "c", "d", "e", "f"}) {
      const auto refused = decrypt_legacy_pem(block.dek_info, block.body, as_bytes(wrong));
      REQUIRE_FALSE(refused);
      CHECK(refused.error().reason == Reason::BAD_PASSWORD);
    }
    CHECK_FALSE(decrypt_legacy_pem(block.dek_info, Bytes(block.body).first(block.body.size() - 1), as_bytes("geheim")));
    CHECK_FALSE(decrypt_legacy_pem(block.dek_info, {}, as_bytes("geheim")));
  }
  const ByteString body(32);
  for (const char* bad : {"", "AES-128-CBC", "AES-128-CBC,", "AES-128-CBC,00", "DES-CBC,0011223344556677",
                          "AES-128-CBC,0011223344556677", "AES-128-CBC,zz112233445566778899aabbccddeeff"}) {
    CAPTURE(bad);
    CHECK_FALSE(decrypt_legacy_pem(bad, body, as_bytes("geheim")));
  }
}
