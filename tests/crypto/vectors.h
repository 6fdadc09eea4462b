// Test vectors out of tests/vectors: files, JSON, hexadecimal and PEM.
#pragma once

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "base/bytes.h"
#include "crypto/encoding.h"

namespace tlsock::test {

inline std::string read_text(const std::string& name) {
  std::ifstream file(std::string(TLSOCK_TEST_DATA "/") + name, std::ios::binary);
  if (!file) throw std::runtime_error("no test data: " + name);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline ByteString read_bytes(const std::string& name) { return copy(as_bytes(read_text(name))); }

inline nlohmann::json read_json(const std::string& name) { return nlohmann::json::parse(read_text(name)); }

inline ByteString hex(const std::string& digits) {
  auto bytes = from_hex(digits);
  if (!bytes) throw std::runtime_error("not hexadecimal: " + digits);
  return std::move(*bytes);
}
inline ByteString hex(const nlohmann::json& object, const char* field) {
  return hex(object.at(field).get<std::string>());
}

// PemBlock is the first block of a file, with its headers apart.
struct PemBlock {
  std::string label, dek_info;
  ByteString body;
};
inline PemBlock read_pem_block(const std::string& name) {
  const std::string text = read_text(name);
  const std::size_t begin = text.find("-----BEGIN "), label_end = text.find("-----\n", begin + 11);
  PemBlock block{text.substr(begin + 11, label_end - begin - 11), {}, {}};
  std::string body = text.substr(label_end + 6, text.find("-----END", label_end) - label_end - 6);
  if (const std::size_t header = body.find("DEK-Info: "); header != std::string::npos) {
    const std::size_t line_end = body.find('\n', header);
    block.dek_info = body.substr(header + 10, line_end - header - 10);
    body.erase(0, line_end);
  }
  block.body = base64_decode(body).value();
  return block;
}
inline ByteString read_pem(const std::string& name) { return read_pem_block(name).body; }

}  // namespace tlsock::test
