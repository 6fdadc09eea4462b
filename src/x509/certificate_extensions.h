// The values of the extensions of RFC 5280 §4.2, decoded: each function gives nothing for a value that is malformed.
// What is Bytes is a view of `value`.
#pragma once

#include <optional>
#include <vector>

#include "x509/certificate.h"

namespace tlsock {

std::optional<BasicConstraints> basic_constraints_from(Bytes value);
std::optional<std::uint16_t> key_usage_from(Bytes value);
std::optional<std::vector<Oid>> extended_key_usage_from(Bytes value);
std::optional<std::vector<GeneralName>> general_names_from(Bytes value);
std::optional<NameConstraints> name_constraints_from(Bytes value);
std::optional<Bytes> subject_key_id_from(Bytes value);
// authority_key_id_from gives keyIdentifier, empty where there is none.
std::optional<Bytes> authority_key_id_from(Bytes value);
// well_formed_access tells AuthorityInfoAccessSyntax and SubjectInfoAccessSyntax.
bool well_formed_access(Bytes value);
bool well_formed_policies(Bytes value);

}  // namespace tlsock
