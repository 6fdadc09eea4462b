// A strict reader over nlohmann's tokens, and a scanner that takes accepted objects apart in place.
#include "config/json_text.h"

#include <algorithm>
#include <cstring>

namespace tlsock {
namespace {

void wipe_strings(Json& value) {
  if (value.is_string()) {
    auto& text = value.get_ref<std::string&>();
    wipe(text.data(), text.size());
  } else if (value.is_structured()) {
    for (auto& part : value) wipe_strings(part);
  }
}

// Builder makes the tree. It differs from nlohmann's own in what it refuses, and in wiping the lexer's copy of strings.
class Builder final : public nlohmann::json_sax<Json> {
 public:
  Builder(Json& root, JsonFault& fault) : root_(root), fault_(fault) {}

  bool null() override { return put(nullptr); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t value) override { return put(value); }
  bool number_unsigned(number_unsigned_t value) override { return put(value); }
  bool number_float(number_float_t value, const string_t&) override { return put(value); }
  bool binary(binary_t&) override { return false; }
  bool string(string_t& value) override {
    Json copy = value;
    wipe(value.data(), value.size());
    return put(std::move(copy));
  }

  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    auto [member, is_new] = open_.back()->get_ref<Json::object_t&>().emplace(name, nullptr);
    if (!is_new) {
      fault_.kind = JsonFault::Kind::duplicate;
      fault_.name = name;
    }
    member_ = &member->second;
    return is_new;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& error) override {
    fault_.kind = std::strstr(error.what(), "UTF-8") ? JsonFault::Kind::utf8 : JsonFault::Kind::syntax;
    fault_.position = position;
    return false;
  }

 private:
  Json* place(Json&& value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    if (open_.back()->is_object()) {
      *member_ = std::move(value);
      return member_;
    }
    auto& array = open_.back()->get_ref<Json::array_t&>();
    array.push_back(std::move(value));
    return &array.back();
  }

  bool put(Json value) {
    place(std::move(value));
    return true;
  }

  bool open(Json value) {
    if (open_.size() == max_json_depth) {
      fault_.kind = JsonFault::Kind::depth;
      return false;
    }
    open_.push_back(place(std::move(value)));
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  Json& root_;
  JsonFault& fault_;
  std::vector<Json*> open_;
  Json* member_ = nullptr;
};

// Scanner walks over a text that is known to be JSON.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  // next gives the character that comes after blanks, and `\0` at the end.
  char next() {
    while (at_ < text_.size() && std::strchr(" \t\r\n", text_[at_])) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  void skip_to(char wanted) {
    while (at_ < text_.size() && text_[at_] != wanted) ++at_;
  }
  void skip() { ++at_; }

  std::string_view value() {
    next();
    const auto begin = at_;
    std::size_t depth = 0;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '"') {
        skip_string();
      } else if (c == '{' || c == '[') {
        ++depth;
      } else if (c == '}' || c == ']') {
        if (depth == 0) break;
        --depth;
      } else if (depth == 0 && std::strchr(", :\t\r\n", c)) {
        break;
      }
      const bool whole = depth == 0 && std::strchr("\"}]", text_[at_]);
      if (whole) {
        ++at_;
        break;
      }
    }
    return text_.substr(begin, at_ - begin);
  }

 private:
  // skip_string goes from a quotation mark to the one that ends the string.
  void skip_string() {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// is_utf8 follows the table of RFC 3629 §4: no overlong forms, no surrogates, nothing beyond U+10FFFF.
bool is_utf8(Bytes bytes) {
  for (std::size_t i = 0; i < bytes.size();) {
    const auto first = bytes[i++];
    if (first < 0x80) continue;
    if (first < 0xc2 || first > 0xf4) return false;
    const std::size_t following = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    if (bytes.size() - i < following) return false;
    const std::uint8_t least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    const std::uint8_t most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (bytes[i] < least || bytes[i] > most) return false;
    for (std::size_t k = 1; k < following; ++k) {
      if ((bytes[i + k] & 0xc0) != 0x80) return false;
    }
    i += following;
  }
  return true;
}

std::string decoded(std::string_view raw_string) {
  if (raw_string.find('\\') == std::string_view::npos) return std::string(raw_string.substr(1, raw_string.size() - 2));
  const Json value = Json::parse(raw_string, nullptr, false);
  return value.is_string() ? value.get<std::string>() : std::string();
}

class ObjectWriter {
 public:
  explicit ObjectWriter(std::size_t capacity) : out_(capacity) { put("{"); }

  void member(const JsonMember& member) {
    if (size_ > 1) put(",");
    put(member.raw_name);
    put(":");
    put(member.value);
  }

  SecretBytes finish() {
    put("}");
    out_.truncate(size_);
    return std::move(out_);
  }

 private:
  void put(std::string_view text) {
    std::memcpy(out_.bytes().data() + size_, text.data(), text.size());
    size_ += text.size();
  }

  SecretBytes out_;
  std::size_t size_ = 0;
};

}  // namespace

JsonDocument::~JsonDocument() { wipe_strings(root); }

std::string text(const JsonFault& fault) {
  const auto at = " at byte " + std::to_string(fault.position);
  switch (fault.kind) {
    case JsonFault::Kind::syntax:
      return "not JSON" + at;
    case JsonFault::Kind::utf8:
      return "not UTF-8" + at;
    case JsonFault::Kind::size:
      return "longer than " + std::to_string(max_json_size) + " bytes";
    case JsonFault::Kind::depth:
      return "nested deeper than " + std::to_string(max_json_depth) + " levels";
    case JsonFault::Kind::duplicate:
      return "\"" + fault.name + "\" is given twice";
  }
  return {};
}

std::optional<JsonFault> read_json(std::string_view text, JsonDocument& document, std::size_t longest) {
  JsonFault fault;
  if (text.size() > longest) {
    fault.kind = JsonFault::Kind::size;
    return fault;
  }
  if (text.empty()) text = "{}";
  Builder builder(document.root, fault);
  if (!Json::sax_parse(text, &builder)) return fault;
  return {};
}

std::string write_json(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json json_bytes(Bytes bytes) {
  Json text = as_text(bytes);
  if (is_utf8(bytes)) return text;
  return {{"hex", to_hex(bytes)}};
}

Json suite_json(const SuiteInfo& suite) {
  return {{"key_exchange", suite.key_exchange_name()},
          {"cipher", suite.cipher_name()},
          {"mac", suite.mac_name()},
          {"prf", suite.prf_name()}};
}

std::vector<JsonMember> members_of(std::string_view object) {
  std::vector<JsonMember> members;
  Scanner scanner(object);
  scanner.skip_to('{');
  scanner.skip();
  while (scanner.next() == '"') {
    const auto raw_name = scanner.value();
    scanner.skip_to(':');
    scanner.skip();
    members.push_back({decoded(raw_name), raw_name, scanner.value()});
    if (scanner.next() == ',') scanner.skip();
  }
  return members;
}

SecretBytes merge_objects(std::string_view base, std::string_view over, std::span<const std::string_view> dropped) {
  const auto old_members = members_of(base), new_members = members_of(over);
  const auto is_dropped = [&](const JsonMember& member) {
    return std::find(dropped.begin(), dropped.end(), member.name) != dropped.end();
  };
  const auto is_replaced = [&](const JsonMember& member) {
    return std::any_of(new_members.begin(), new_members.end(), [&](auto& other) { return other.name == member.name; });
  };
  ObjectWriter writer(base.size() + over.size() + 4);
  for (const auto& member : old_members) {
    if (!is_dropped(member) && !is_replaced(member)) writer.member(member);
  }
  for (const auto& member : new_members) {
    if (!is_dropped(member)) writer.member(member);
  }
  return writer.finish();
}

}  // namespace tlsock
