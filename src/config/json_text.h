// JSON texts: read strictly, merged member by member, written without exceptions, and forgotten without leaving
// secrets.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "crypto/suites.h"
#include "wire/registry.h"

namespace tlsock {

using Json = nlohmann::json;

// API.md allows no deeper nesting and no longer text.
inline constexpr std::size_t max_json_depth = 16;
inline constexpr std::size_t max_json_size = 4 * 1024 * 1024;

// JsonDocument is a tree whose strings are wiped when it dies, since any of them may be a secret.
struct JsonDocument {
  Json root;

  JsonDocument() = default;
  JsonDocument(const JsonDocument&) = delete;
  JsonDocument& operator=(const JsonDocument&) = delete;
  ~JsonDocument();
};

// JsonFault is why a text was refused. It quotes nothing of the text but a repeated name.
struct JsonFault {
  enum class Kind : std::uint8_t { syntax, utf8, size, depth, duplicate };
  Kind kind = Kind::syntax;
  std::size_t position = 0;  // the byte after which it went wrong
  std::string name;          // duplicate
};
std::string text(const JsonFault& fault);

// read_json parses `text` into `document`; an empty text counts as {}. Names given twice, bad UTF-8, and what is deeper
// or longer than the limits is refused.
std::optional<JsonFault> read_json(std::string_view text, JsonDocument& document, std::size_t longest = max_json_size);

// write_json never throws: what is not UTF-8 is replaced.
std::string write_json(const Json& value);

// json_bytes is a text where the bytes are UTF-8, else {"hex": …}.
Json json_bytes(Bytes bytes);

// json_name is the name of a registered value, or its number in hexadecimal.
template <class T>
Json json_name(T value) {
  const std::string_view known = name(value);
  if (!known.empty()) return known;
  const auto code = static_cast<std::uint16_t>(value);
  const std::uint8_t digits[] = {static_cast<std::uint8_t>(code >> 8), static_cast<std::uint8_t>(code)};
  return "0x" + to_hex(digits);
}

// suite_json is Erlang's map of a cipher suite.
Json suite_json(const SuiteInfo& suite);

// JsonMember is one member of an object, as it stands in the text.
struct JsonMember {
  std::string name;
  std::string_view raw_name;  // with its quotation marks
  std::string_view value;
};

// members_of takes an object that read_json accepted apart, copying no values.
std::vector<JsonMember> members_of(std::string_view object);

// merge_objects gives all members of `base` and `over`; where both have a name, over's value. Names in `dropped` are
// left out. Both texts must have been accepted by read_json.
SecretBytes merge_objects(std::string_view base, std::string_view over, std::span<const std::string_view> dropped);

}  // namespace tlsock
