// The options table: one row for each name that there is, in this release or in a later one.
#pragma once

#include <span>
#include <string_view>

#include "config/option_values.h"

namespace tlsock {

struct Draft;

struct OptionRow {
  enum class Roles : std::uint8_t { both, client, server };
  // Needs is the protocol that an option is about.
  enum class Needs : std::uint8_t { all, tls13, pre13, dtls };
  enum class Kind : std::uint8_t {
    implemented,
    later,    // known, but refused as unsupported unless the value is one of `same`
    ignored,  // checked, and without effect here
  };
  // Weight is what an overlay with the option costs.
  enum class Weight : std::uint8_t {
    certificates,  // all options are parsed again, and certificates and keys are loaded again
    whole,         // all options are parsed again, but certificates and keys are kept
    field,         // it sets fields of the Config and touches nothing else
    transport,     // likewise, and the configs of sni_hosts have no use for it
  };

  const char* name;
  Roles roles;
  Needs needs;
  Kind kind;
  Weight weight;
  bool secret;       // no part of the value is ever told
  const char* same;  // later: a JSON array of values that ask for what is done anyway
  // set checks a value and puts it into the draft; null where there is nothing to do.
  void (*set)(const OptionValue&, Draft&);

  bool is_for(Role role) const { return roles == Roles::both || (roles == Roles::client) == (role == Role::client); }
};

std::span<const OptionRow> option_rows();
// find_option is null for a name that is not in the table.
const OptionRow* find_option(std::string_view name);

}  // namespace tlsock
