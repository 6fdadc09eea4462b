// PEM texts (RFC 7468) and the files that hold them: certificates and private keys.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "crypto/signature.h"
#include "x509/certificate.h"

namespace tlsock {

struct PemBlock {
  std::string label;     // "CERTIFICATE", "EC PRIVATE KEY" …
  std::string dek_info;  // of an old encrypted block, else empty
  SecretBytes data;      // the decoded body; may be a key
};

// parse_pem takes all blocks of a text; what stands between them is ignored. BAD_PEM for a block that is cut or spoilt.
Result<std::vector<PemBlock>> parse_pem(std::string_view text);

// certificates_from takes PEM text (all CERTIFICATE blocks, at least one) or the DER of one certificate.
Result<std::vector<CertificatePtr>> certificates_from(Bytes pem_or_der);

// private_key_from takes PEM text (its first private key block, encrypted or not) or DER in any form of PrivateKey.
Result<std::shared_ptr<const PrivateKey>> private_key_from(Bytes pem_or_der, Bytes password);

// read_file reads a whole file: BAD_FILE with facts "file" and "errno" (ENOENT …).
Result<SecretBytes> read_file(const std::string& path);

// The cached forms: a file that has not changed (device, inode, size, both times in nanoseconds) is not parsed again.
// Certificates and unencrypted keys are kept; a key that was decrypted never is.
Result<std::vector<CertificatePtr>> certificates_from_file(const std::string& path);
Result<std::shared_ptr<const PrivateKey>> private_key_from_file(const std::string& path, Bytes password);
void clear_pem_cache();

}  // namespace tlsock
