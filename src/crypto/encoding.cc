// Base64 and the encryption of old PEM files, over wolfCrypt.
#include "crypto/encoding.h"

#include <wolfssl/wolfcrypt/coding.h>

#include <algorithm>

#include "crypto/cbc_internal.h"
#include "crypto/hash.h"
#include "crypto/wolf_internal.h"

namespace tlsock {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// digit_value is the six bits of a base64 digit, or -1.
int digit_value(char digit) {
  if ('A' <= digit && digit <= 'Z') return digit - 'A';
  if ('a' <= digit && digit <= 'z') return digit - 'a' + 26;
  if ('0' <= digit && digit <= '9') return digit - '0' + 52;
  return digit == '+' ? 62 : digit == '/' ? 63 : -1;
}

// well_formed tells whether text without blanks is canonical: whole quanta, and padding only where bits are missing,
// which are zero (RFC 4648 §3.5).
bool well_formed(std::string_view text) {
  if (text.size() % 4 != 0) return false;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  const std::string_view digits = text.substr(0, text.size() - padding);
  if (!std::ranges::all_of(digits, [](char c) { return digit_value(c) >= 0; })) return false;
  return padding == 0 || (digit_value(digits.back()) & (padding == 2 ? 15 : 3)) == 0;
}

// The ciphers of DEK-Info that anyone has written in this century.
struct PemCipher {
  std::string_view name;
  CbcCipher cipher;
};
constexpr PemCipher pem_ciphers[] = {{"AES-128-CBC", aes_128_cbc},
                                     {"AES-192-CBC", aes_192_cbc},
                                     {"AES-256-CBC", aes_256_cbc},
                                     {"DES-EDE3-CBC", des_ede3_cbc}};

// pem_key is OpenSSL's EVP_BytesToKey with MD5, one round, and the head of the IV as salt.
Secret pem_key(Bytes password, Bytes salt, std::size_t size) {
  Secret key(size);
  Digest block;
  for (MutBytes rest = key.bytes(); !rest.empty();) {
    block = Hash::of(HashAlgorithm::md5, {block, password, salt});
    const std::size_t taken = std::min(rest.size(), block.size);
    std::ranges::copy(block.bytes().first(taken), rest.begin());
    rest = rest.subspan(taken);
  }
  wipe(block.data);
  return key;
}

}  // namespace

std::string base64_encode(Bytes bytes) {
  if (bytes.empty()) return {};
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  word32 size = size32(text.size());
  must(Base64_Encode_NoNl(bytes.data(), size32(bytes.size()), reinterpret_cast<byte*>(text.data()), &size));
  text.resize((bytes.size() + 2) / 3 * 4);
  return text;
}

std::optional<ByteString> base64_decode(std::string_view text) {
  // The text may be that of a private key.
  SecretBytes compact(text.size());
  const auto end = std::ranges::remove_copy_if(as_bytes(text), compact.bytes().begin(), [](std::uint8_t c) {
                     return is_blank(static_cast<char>(c));
                   }).out;
  compact.truncate(static_cast<std::size_t>(end - compact.bytes().begin()));
  if (compact.empty()) return ByteString();
  if (!well_formed(as_text(compact))) return {};
  ByteString bytes(compact.size() / 4 * 3);
  word32 size = size32(bytes.size());
  if (!check(Base64_Decode(compact.bytes().data(), size32(compact.size()), bytes.data(), &size))) return {};
  bytes.resize(size);
  return bytes;
}

Result<SecretBytes> decrypt_legacy_pem(std::string_view dek_info, Bytes body, Bytes password) {
  const std::size_t comma = dek_info.find(',');
  const auto row = std::ranges::find(pem_ciphers, dek_info.substr(0, comma), &PemCipher::name);
  if (comma == std::string_view::npos || row == std::end(pem_ciphers))
    return Error(Reason::UNSUPPORTED_ALGORITHM, "DEK-Info");
  std::string_view digits = dek_info.substr(comma + 1);
  while (!digits.empty() && is_blank(digits.front())) digits.remove_prefix(1);
  while (!digits.empty() && is_blank(digits.back())) digits.remove_suffix(1);
  const auto iv = from_hex(digits);
  if (!iv || iv->size() != row->cipher.block_size) return Error(Reason::BAD_PEM, "DEK-Info");
  constexpr std::size_t salt_size = 8;
  return decrypt_cbc(row->cipher, pem_key(password, Bytes(*iv).first(salt_size), row->cipher.key_size), *iv, body);
}

}  // namespace tlsock
