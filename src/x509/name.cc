// Distinguished names: decoding, comparison by RFC 5280 §7.1, and the text form of RFC 4514.
#include "x509/name.h"

#include <algorithm>
#include <array>

#include "crypto/der.h"
#include "x509/certificate.h"

namespace tlsock {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view email_address = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"sv;

// The short names of RFC 4514 §3, and those that people know besides.
struct ShortName {
  std::string_view type;
  const char* text;
};
constexpr std::array<ShortName, 14> short_names{{
    {"\x55\x04\x03"sv, "CN"},
    {"\x55\x04\x07"sv, "L"},
    {"\x55\x04\x08"sv, "ST"},
    {"\x55\x04\x0a"sv, "O"},
    {"\x55\x04\x0b"sv, "OU"},
    {"\x55\x04\x06"sv, "C"},
    {"\x55\x04\x09"sv, "STREET"},
    {"\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19"sv, "DC"},
    {"\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01"sv, "UID"},
    {"\x55\x04\x04"sv, "SN"},
    {"\x55\x04\x05"sv, "serialNumber"},
    {"\x55\x04\x0c"sv, "title"},
    {"\x55\x04\x2a"sv, "GN"},
    {email_address, "emailAddress"},
}};

const char* short_name(Bytes type) {
  for (const auto& row : short_names)
    if (row.type == as_text(type)) return row.text;
  return nullptr;
}

// folds tells the string types that are compared by their characters (RFC 5280 §7.1, and §7.3 for IA5String). The other
// types are rare; RFC 5280 §7.1 lets us compare their bytes.
bool folds(std::uint8_t tag) {
  return tag == der::printable_string || tag == der::utf8_string || tag == der::ia5_string;
}

// folded is a string without regard to case, blanks at its ends and runs of blanks (RFC 4518 §2, ASCII alone).
ByteString folded(Bytes text) {
  ByteString out;
  out.reserve(text.size());
  bool blank = false;
  for (auto c : text) {
    if (c == ' ') {
      blank = !out.empty();
      continue;
    }
    if (blank) out.push_back(' ');
    blank = false;
    out.push_back(c >= 'A' && c <= 'Z' ? static_cast<std::uint8_t>(c - 'A' + 'a') : c);
  }
  return out;
}

// put appends a part of a normal form, with its kind and length before it: other parts never make the same string.
void put(ByteString& to, std::uint8_t kind, Bytes part) {
  std::array<std::uint8_t, 5> head{kind};
  store_be(MutBytes(head).subspan(1), part.size());
  append(to, head);
  append(to, part);
}

void put_attribute(ByteString& to, const NameAttribute& attribute) {
  put(to, der::oid, attribute.type);
  // What is folded is compared whatever string type it had.
  if (folds(attribute.tag))
    put(to, der::utf8_string, folded(attribute.value));
  else
    put(to, attribute.tag, attribute.encoded);
}

ByteString normal_attribute(const NameAttribute& attribute) {
  ByteString out;
  put_attribute(out, attribute);
  return out;
}

void put_rdn(ByteString& to, const RelativeName& rdn) {
  std::array<std::uint8_t, 4> count{};
  store_be(count, rdn.size());
  put(to, der::set, count);
  if (rdn.size() == 1) return put_attribute(to, rdn.front());
  std::vector<ByteString> attributes;
  for (const auto& attribute : rdn) attributes.push_back(normal_attribute(attribute));
  // A SET has no order of its own.
  std::sort(attributes.begin(), attributes.end());
  for (const auto& attribute : attributes) append(to, attribute);
}

// utf8_length is the length of the well-formed UTF-8 character at the front, or 0.
std::size_t utf8_length(Bytes text) {
  const std::uint8_t lead = text[0];
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xc2 ? 0
                             : lead < 0xe0 ? 2
                             : lead < 0xf0 ? 3
                             : lead < 0xf5 ? 4
                                           : 0;
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((text[i] & 0xc0) != 0x80) return 0;
  const bool overlong = (lead == 0xe0 && text[1] < 0xa0) || (lead == 0xf0 && text[1] < 0x90);
  const bool out_of_range = (lead == 0xed && text[1] >= 0xa0) || (lead == 0xf4 && text[1] >= 0x90);
  return overlong || out_of_range ? 0 : length;
}

void append_escaped(std::string& to, std::uint8_t byte) {
  to += '\\';
  to += to_hex({&byte, 1});
}

// string_value escapes by RFC 4514 §2.4. Bytes that are no characters become hexadecimal pairs.
std::string string_value(Bytes text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::uint8_t c = text[i];
    const std::size_t length = utf8_length(text.subspan(i));
    const bool at_end = i == 0 || i + 1 == text.size();
    if (length == 0 || c < 0x20 || c == 0x7f) {
      append_escaped(out, c);
      ++i;
      continue;
    }
    if ("\"+,;<>\\"sv.find(static_cast<char>(c)) != std::string_view::npos || (c == '#' && i == 0) ||
        (c == ' ' && at_end))
      out += '\\';
    out += as_text(text.subspan(i, length));
    i += length;
  }
  return out;
}

std::string attribute_text(const NameAttribute& attribute) {
  const char* type = short_name(attribute.type);
  const bool text = folds(attribute.tag) || attribute.tag == der::numeric_string ||
                    attribute.tag == der::visible_string || attribute.tag == der::teletex_string;
  std::string out = type ? type : oid_text(attribute.type);
  out += '=';
  // RFC 4514 §2.4: a value without a string form, or of a type without a name, is the hexadecimal form of its BER.
  return out + (type && text ? string_value(attribute.value) : '#' + to_hex(attribute.encoded));
}

}  // namespace

std::optional<std::vector<RelativeName>> decode_name(Bytes name) {
  DerReader outer(name);
  DerReader rdns = outer.nested(der::sequence);
  std::vector<RelativeName> out;
  while (!rdns.at_end()) {
    DerReader set = rdns.nested(der::set);
    RelativeName rdn;
    do {
      DerReader pair = set.nested(der::sequence);
      const Bytes type = pair.oid(), encoded = pair.raw_element();
      if (!pair.finish()) return {};
      DerReader value(encoded);
      const std::uint8_t tag = value.peek_tag();
      rdn.push_back({type, tag, value.element(tag), encoded});
    } while (!set.at_end());
    out.push_back(std::move(rdn));
  }
  if (!rdns.finish() || !outer.finish()) return {};
  return out;
}

std::vector<ByteString> normal_rdns(Bytes name) {
  std::vector<ByteString> out;
  const auto rdns = decode_name(name);
  if (!rdns) return out;
  for (const auto& rdn : *rdns) put_rdn(out.emplace_back(), rdn);
  return out;
}

ByteString normal_name(Bytes name) {
  const auto rdns = decode_name(name);
  return rdns ? normal_name(*rdns) : copy(name);
}

ByteString normal_name(const std::vector<RelativeName>& rdns) {
  constexpr std::size_t usual_size = 128;
  ByteString out;
  out.reserve(usual_size);
  for (const auto& rdn : rdns) put_rdn(out, rdn);
  return out;
}

bool is_empty_name(Bytes name) { return name.size() == 2 && name[0] == der::sequence && name[1] == 0; }

std::vector<Bytes> emails_of(Bytes name) {
  std::vector<Bytes> out;
  const auto rdns = decode_name(name);
  if (!rdns) return out;
  for (const auto& rdn : *rdns)
    for (const auto& attribute : rdn)
      if (as_text(attribute.type) == email_address) out.push_back(attribute.value);
  return out;
}

std::string printable(std::string_view text) {
  std::string out;
  for (const auto byte : as_bytes(text)) {
    if (byte >= 0x20 && byte < 0x7f && byte != '\\')
      out += static_cast<char>(byte);
    else
      append_escaped(out, byte);
  }
  return out;
}

bool same_name(Bytes a, Bytes b) { return equal(a, b) || normal_name(a) == normal_name(b); }

std::string name_text(Bytes name) {
  const auto rdns = decode_name(name);
  if (!rdns) return '#' + to_hex(name);
  std::string out;
  // RFC 4514 §2.1: the last RDN comes first.
  for (auto rdn = rdns->rbegin(); rdn != rdns->rend(); ++rdn) {
    if (!out.empty()) out += ',';
    for (const auto& attribute : *rdn) {
      if (&attribute != &rdn->front()) out += '+';
      out += attribute_text(attribute);
    }
  }
  return out;
}

}  // namespace tlsock
