// Distinguished names: their attributes, and the form in which they are compared (RFC 5280 §7.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace tlsock {

struct NameAttribute {
  Bytes type;        // content of the OID
  std::uint8_t tag;  // of the value
  Bytes value;       // content
  Bytes encoded;     // the value with tag and length
};
using RelativeName = std::vector<NameAttribute>;

// decode_name splits the DER of a Name, outermost RDN first; nothing if it is malformed. Views of `name`.
std::optional<std::vector<RelativeName>> decode_name(Bytes name);

// normal_rdns gives one string for each RDN; two RDNs are the same if their strings are. normal_name joins them: equal
// exactly where same_name holds. A malformed name has no RDNs and is its own normal name.
std::vector<ByteString> normal_rdns(Bytes name);
ByteString normal_name(Bytes name);
ByteString normal_name(const std::vector<RelativeName>& rdns);

// is_empty_name tells a Name without RDNs.
bool is_empty_name(Bytes name);

// emails_of gives the values of all emailAddress attributes.
std::vector<Bytes> emails_of(Bytes name);

// printable makes text of a peer's fit for a message: what is no printable ASCII becomes \xx.
std::string printable(std::string_view text);

}  // namespace tlsock
