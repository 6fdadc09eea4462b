// Credentials: certificates with their keys, from the options cert, certfile, key, keyfile, password and certs_keys.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/option_values.h"

namespace tlsock {

// CredentialSource is what one credential is to be made of.
struct CredentialSource {
  std::optional<std::vector<CertificatePtr>> cert;
  std::optional<std::string> certfile, keyfile;
  std::optional<SecretBytes> key, password;
  std::string key_type;    // of {"type": …, "der": …}; empty: any
  bool is_broken = false;  // a part was refused already: to load the rest would only repeat it

  bool is_empty() const { return !cert && !certfile && !keyfile && !key && !password && !is_broken; }
};

// read_credential_part puts one of the five options into a source.
void read_credential_part(const OptionValue& value, CredentialSource& source);

// read_certs_keys reads the list of certs_keys.
std::vector<CredentialSource> read_certs_keys(const OptionValue& value);

// CredentialPlace says where a source stands: at the top, or as an entry of certs_keys.
struct CredentialPlace {
  std::optional<std::size_t> entry;
};

// load_credential reads the files that a source names and checks that certificate and key belong together and can sign
// in TLS 1.3. Nothing, if there are problems.
std::optional<Credential> load_credential(const CredentialSource& source, CredentialPlace place,
                                          std::vector<OptionProblem>& problems);

// order_credentials puts the best first, as Erlang: ML-DSA, EdDSA, ECDSA, RSA-PSS, RSA; of one kind the strongest.
void order_credentials(std::vector<Credential>& credentials);

// can_sign tells whether a key fits one of the schemes, in some version.
bool can_sign(const KeyInfo& key, std::span<const SignatureScheme> schemes);

}  // namespace tlsock
