// PEM: reading the texts of RFC 7468 and of the older encrypted kind, and the keys and certificates in them.
#include "x509/pem.h"

#include <algorithm>
#include <array>

#include "crypto/der.h"
#include "crypto/encoding.h"

namespace tlsock {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view begin_mark = "-----BEGIN ", end_mark = "-----END ", dashes = "-----";

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n\v\f";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// next_line takes a line off the front, whatever ends it: LF, CRLF or CR.
std::string_view next_line(std::string_view& text) {
  const auto end = text.find_first_of("\r\n");
  const std::string_view line = text.substr(0, end);
  if (end == std::string_view::npos) {
    text = {};
  } else {
    text.remove_prefix(end + (text.substr(end).starts_with("\r\n") ? 2 : 1));
  }
  return line;
}

// label_of gives what stands between a mark and the closing dashes of a line.
std::optional<std::string_view> label_of(std::string_view line, std::string_view mark) {
  line = trimmed(line);
  if (!line.starts_with(mark) || !line.ends_with(dashes) || line.size() < mark.size() + dashes.size()) return {};
  return line.substr(mark.size(), line.size() - mark.size() - dashes.size());
}

Error bad_block(std::string_view label) {
  return Error(Reason::BAD_PEM, "block").with("label", std::string(label.substr(0, 64)));
}

SecretBytes to_secret(std::optional<ByteString> bytes) {
  SecretBytes secret{Bytes(*bytes)};
  wipe(*bytes);
  return secret;
}

// read_headers takes the header lines off the front of a body (RFC 1421 §4.4): lines with a colon, and after them an
// empty line. It tells the value of DEK-Info.
std::string read_headers(std::string_view& body) {
  std::string dek_info;
  for (;;) {
    std::string_view rest = body;
    const std::string_view line = next_line(rest);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos && !(trimmed(line).empty() && !rest.empty())) return dek_info;
    body = rest;
    if (colon != std::string_view::npos && trimmed(line.substr(0, colon)) == "DEK-Info")
      dek_info = trimmed(line.substr(colon + 1));
  }
}

// read_block reads what follows a BEGIN line, up to and with its END line.
Result<PemBlock> read_block(std::string_view label, std::string_view& text) {
  const std::string_view start = text;
  for (;;) {
    const auto line_start = static_cast<std::size_t>(text.data() - start.data());
    if (text.empty()) return bad_block(label);
    const std::string_view line = next_line(text);
    if (line.find(dashes) == std::string_view::npos) continue;
    // RFC 7468 §2: the END line has the label of the BEGIN line.
    if (label_of(line, end_mark) != label) return bad_block(label);
    std::string_view body = start.substr(0, line_start);
    PemBlock block{std::string(label), read_headers(body), {}};
    auto data = base64_decode(body);
    if (!data || data->empty()) return bad_block(label);
    block.data = to_secret(std::move(data));
    return block;
  }
}

bool is_pem(Bytes bytes) { return as_text(bytes).find(begin_mark) != std::string_view::npos; }

bool is_certificate(const PemBlock& block) { return block.label == "CERTIFICATE" || block.label == "X509 CERTIFICATE"; }

bool is_private_key(const PemBlock& block) {
  constexpr std::array labels{"PRIVATE KEY"sv, "ENCRYPTED PRIVATE KEY"sv, "RSA PRIVATE KEY"sv, "EC PRIVATE KEY"sv};
  return std::find(labels.begin(), labels.end(), block.label) != labels.end();
}

// is_encrypted_pkcs8 tells EncryptedPrivateKeyInfo (RFC 5958 §3), which begins with an AlgorithmIdentifier, from the
// plain forms, which begin with a version, and from what is no key.
bool is_encrypted_pkcs8(Bytes der) {
  DerReader outer(der);
  DerReader fields = outer.nested(der::sequence);
  DerReader algorithm = fields.nested(der::sequence);
  return algorithm.peek_tag() == der::oid;
}

Error password_missing() {
  return Error(Reason::BAD_PASSWORD, "password").with("key", "the private key is encrypted, and there is no password");
}

Result<std::shared_ptr<const PrivateKey>> key_from_der(Bytes der, Bytes password) {
  if (!is_encrypted_pkcs8(der)) return PrivateKey::decode(der);
  if (password.empty()) return password_missing();
  return PrivateKey::decode(TRY(PrivateKey::decrypt(der, password)));
}

Result<std::shared_ptr<const PrivateKey>> key_from_block(const PemBlock& block, Bytes password) {
  if (block.dek_info.empty()) return key_from_der(block.data, password);
  if (password.empty()) return password_missing();
  const SecretBytes der = TRY(decrypt_legacy_pem(block.dek_info, block.data, password));
  auto key = PrivateKey::decode(der);
  // This encryption has no checksum: a wrong password most often shows here.
  if (!key) return Error(Reason::BAD_PASSWORD, "DEK-Info");
  return key;
}

}  // namespace

Result<std::vector<PemBlock>> parse_pem(std::string_view text) {
  std::vector<PemBlock> blocks;
  // The byte order mark of some editors.
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  while (!text.empty()) {
    const std::string_view line = next_line(text);
    // RFC 7468 §5.2: text between the blocks is explanatory. A mark in the middle of a line belongs to that text.
    if (const auto label = label_of(line, begin_mark)) blocks.push_back(TRY(read_block(*label, text)));
  }
  return blocks;
}

Result<std::vector<CertificatePtr>> certificates_from(Bytes pem_or_der) {
  std::vector<CertificatePtr> certificates;
  if (!is_pem(pem_or_der)) {
    // X.690 §8.1.2: a certificate begins with the tag of a SEQUENCE, which no text does that is meant for PEM.
    if (pem_or_der.empty() || pem_or_der[0] != der::sequence) return Error(Reason::BAD_PEM, "CERTIFICATE");
    certificates.push_back(TRY(Certificate::parse(pem_or_der)));
    return certificates;
  }
  const auto blocks = TRY(parse_pem(as_text(pem_or_der)));
  for (const auto& block : blocks)
    if (is_certificate(block)) certificates.push_back(TRY(Certificate::parse(block.data)));
  if (certificates.empty()) return Error(Reason::BAD_PEM, "CERTIFICATE");
  return certificates;
}

Result<std::shared_ptr<const PrivateKey>> private_key_from(Bytes pem_or_der, Bytes password) {
  if (!is_pem(pem_or_der)) {
    if (pem_or_der.empty() || pem_or_der[0] != der::sequence) return Error(Reason::BAD_PEM, "PRIVATE KEY");
    return key_from_der(pem_or_der, password);
  }
  const auto blocks = TRY(parse_pem(as_text(pem_or_der)));
  const auto key = std::find_if(blocks.begin(), blocks.end(), is_private_key);
  if (key == blocks.end()) return Error(Reason::BAD_PEM, "PRIVATE KEY");
  return key_from_block(*key, password);
}

}  // namespace tlsock
