// Decoding the values of certificate extensions.
#include "x509/certificate_extensions.h"

#include <algorithm>
#include <limits>

#include "crypto/der.h"
#include "x509/name.h"

namespace tlsock {
namespace {

using Kind = GeneralName::Kind;

bool is_ia5(Bytes text) {
  return std::all_of(text.begin(), text.end(), [](std::uint8_t c) { return c < 0x80; });
}

// well_formed walks the elements of constructed contents, so that we never keep what no one could read.
bool well_formed(Bytes contents) {
  DerReader reader(contents);
  while (!reader.at_end()) reader.raw_element();
  return reader.finish();
}

// read_general_name reads one GeneralName (RFC 5280 §4.2.1.6); of an address `address_sizes` are allowed.
std::optional<GeneralName> read_general_name(DerReader& from, bool constraint) {
  const std::uint8_t tag = from.peek_tag();
  const auto kind = static_cast<Kind>(tag & 0x1f);
  const Bytes value = from.element(tag);
  if (from.failed()) return {};
  const bool constructed = kind == Kind::other_name || kind == Kind::x400_address || kind == Kind::directory_name ||
                           kind == Kind::edi_party_name;
  const auto number = static_cast<unsigned>(kind);
  if (kind > Kind::registered_id || tag != (constructed ? der::constructed_context(number) : der::context(number)))
    return {};
  bool good = !constructed || well_formed(value);
  if (kind == Kind::rfc822_name || kind == Kind::dns_name || kind == Kind::uri) good = is_ia5(value);
  // Constraints are masked addresses; a mask of another size is judged where a name meets it (name_constraints.h).
  if (kind == Kind::ip_address) good = constraint || value.size() == 4 || value.size() == 16;
  if (kind == Kind::directory_name) good = decode_name(value).has_value();
  if (!good) return {};
  return GeneralName{kind, copy(value)};
}

// read_subtrees reads GeneralSubtrees (RFC 5280 §4.2.1.10).
bool read_subtrees(DerReader subtrees, std::vector<GeneralName>& to) {
  if (subtrees.at_end()) return false;
  while (!subtrees.at_end()) {
    DerReader subtree = subtrees.nested(der::sequence);
    auto base = read_general_name(subtree, true);
    if (!base) return false;
    // RFC 5280 §4.2.1.10: minimum is 0 and maximum absent; who meets others processes them or rejects the certificate.
    if (subtree.peek_tag() == der::context(0) && subtree.small_unsigned(der::context(0)) != 0u) return false;
    if (!subtree.finish()) return false;
    to.push_back(std::move(*base));
  }
  return subtrees.finish();
}

}  // namespace

std::optional<BasicConstraints> basic_constraints_from(Bytes value) {
  DerReader outer(value);
  DerReader fields = outer.nested(der::sequence);
  BasicConstraints out;
  // DER leaves out FALSE, but many a CA does not.
  if (fields.peek_tag() == der::boolean) out.ca = fields.boolean();
  if (fields.peek_tag() == der::integer) {
    const auto length = fields.small_unsigned().value_or(0);
    out.path_length = static_cast<unsigned>(std::min<std::uint64_t>(length, std::numeric_limits<unsigned>::max()));
  }
  if (!fields.finish() || !outer.finish()) return {};
  return out;
}

std::optional<std::uint16_t> key_usage_from(Bytes value) {
  DerReader reader(value);
  unsigned unused = 0;
  const Bytes bits = reader.bit_string(&unused);
  if (!reader.finish()) return {};
  std::uint16_t usage = 0;
  for (unsigned i = 0; i < 9 && i / 8 < bits.size(); ++i)
    if (bits[i / 8] & (0x80u >> (i % 8))) usage = static_cast<std::uint16_t>(usage | 1u << i);
  return usage;
}

std::optional<std::vector<Oid>> extended_key_usage_from(Bytes value) {
  DerReader outer(value);
  DerReader purposes = outer.nested(der::sequence);
  std::vector<Oid> out;
  while (!purposes.at_end()) out.push_back(copy(purposes.oid()));
  // RFC 5280 §4.2.1.12: at least one.
  if (!purposes.finish() || !outer.finish() || out.empty()) return {};
  return out;
}

std::optional<std::vector<GeneralName>> general_names_from(Bytes value) {
  DerReader outer(value);
  DerReader names = outer.nested(der::sequence);
  std::vector<GeneralName> out;
  while (!names.at_end()) {
    auto name = read_general_name(names, false);
    if (!name) return {};
    out.push_back(std::move(*name));
  }
  // RFC 5280 §4.2.1.6: the sequence MUST contain at least one entry.
  if (!names.finish() || !outer.finish() || out.empty()) return {};
  return out;
}

std::optional<NameConstraints> name_constraints_from(Bytes value) {
  DerReader outer(value);
  DerReader fields = outer.nested(der::sequence), subtrees;
  NameConstraints out;
  if (fields.optional(der::constructed_context(0), subtrees) && !read_subtrees(subtrees, out.permitted)) return {};
  if (fields.optional(der::constructed_context(1), subtrees) && !read_subtrees(subtrees, out.excluded)) return {};
  if (!fields.finish() || !outer.finish()) return {};
  // RFC 5280 §4.2.1.10: no empty sequence.
  if (out.permitted.empty() && out.excluded.empty()) return {};
  return out;
}

std::optional<Bytes> subject_key_id_from(Bytes value) {
  DerReader reader(value);
  const Bytes id = reader.element(der::octet_string);
  if (!reader.finish()) return {};
  return id;
}

std::optional<Bytes> authority_key_id_from(Bytes value) {
  DerReader outer(value);
  DerReader fields = outer.nested(der::sequence);
  Bytes id, ignored;
  fields.optional(der::context(0), id);
  fields.optional(der::constructed_context(1), ignored);
  fields.optional(der::context(2), ignored);
  if (!fields.finish() || !outer.finish()) return {};
  return id;
}

bool well_formed_access(Bytes value) {
  DerReader outer(value);
  DerReader descriptions = outer.nested(der::sequence);
  if (descriptions.at_end()) return false;
  while (!descriptions.at_end()) {
    DerReader description = descriptions.nested(der::sequence);
    description.oid();
    description.raw_element();
    if (!description.finish()) return false;
  }
  return descriptions.finish() && outer.finish();
}

bool well_formed_policies(Bytes value) {
  DerReader outer(value);
  DerReader policies = outer.nested(der::sequence);
  std::vector<std::string_view> ids;
  if (policies.at_end()) return false;
  while (!policies.at_end()) {
    DerReader policy = policies.nested(der::sequence);
    ids.push_back(as_text(policy.oid()));
    if (!policy.at_end()) policy.element(der::sequence);
    if (!policy.finish()) return false;
  }
  std::sort(ids.begin(), ids.end());
  // RFC 5280 §4.2.1.4: an OID MUST NOT appear more than once.
  return policies.finish() && outer.finish() && std::adjacent_find(ids.begin(), ids.end()) == ids.end();
}

}  // namespace tlsock
