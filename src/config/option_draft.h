// Draft: a Config in the making, and the rules that options have with each other.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/credentials.h"
#include "config/option_values.h"

namespace tlsock {

struct Draft {
  const OptionsRequest& request;
  const Json& given;  // all options that count: the base's and the new ones
  std::vector<OptionProblem>& problems;
  Config config;

  // Not yet loaded.
  CredentialSource credential;
  std::vector<CredentialSource> certs_keys;
  bool system_cacerts = false;
  std::optional<std::vector<CertificatePtr>> cacerts;
  std::optional<std::string> cacertfile;
  std::vector<SecretBytes> ticket_seeds;
  std::optional<ByteString> dh;  // DER
  std::optional<std::string> dhfile;

  // For this call alone.
  ByteString initial_data;

  bool has(const char* name) const { return given.contains(name); }
  // refuse adds a problem with options that are shown with their values.
  void refuse(OptionProblem::Reason reason, std::initializer_list<const char*> names, std::string message);
};

// apply_rules fills in what follows from the options given, loads what they name, and checks how they go together. With
// `reuse` the credentials and anchors are taken from there; `earlier` is the config whose sessions live on in this one.
void apply_rules(Draft& draft, const Config* reuse, const Config* earlier);

// check_config is the part that needs no option by name, for overlays that set fields alone.
void check_config(Draft& draft);

}  // namespace tlsock
