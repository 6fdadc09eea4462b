// Base64, and the encryption of old PEM files: encodings that wolfCrypt does for us.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace tlsock {

std::string base64_encode(Bytes bytes);
// base64_decode takes padded base64 (RFC 4648 §4) with line ends and blanks anywhere; nothing for any other text.
std::optional<ByteString> base64_decode(std::string_view text);

// decrypt_legacy_pem opens the body of a PEM block with `Proc-Type: 4,ENCRYPTED`: `dek_info` is the value of its
// DEK-Info header (AES-128/192/256-CBC, DES-EDE3-CBC). BAD_PASSWORD if it does not open.
Result<SecretBytes> decrypt_legacy_pem(std::string_view dek_info, Bytes body, Bytes password);

}  // namespace tlsock
