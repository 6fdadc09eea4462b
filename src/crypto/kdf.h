// HKDF (RFC 5869) and HKDF-Expand-Label (RFC 8446 §7.1, RFC 9147 §5.9). They fail only for want of memory.
#pragma once

#include <string_view>

#include "crypto/hash.h"

namespace tlsock {

// An empty `salt` or `ikm` means a string of zeros as long as the hash, as in RFC 8446 §7.1.
Secret hkdf_extract(HashAlgorithm hash, Bytes salt, Bytes ikm);

// hkdf_expand fills all of `out`, at most 255 times the hash's length.
void hkdf_expand(HashAlgorithm hash, Bytes prk, Bytes info, MutBytes out);

enum class LabelPrefix : std::uint8_t { tls13, dtls13 };

void hkdf_expand_label(HashAlgorithm hash, Bytes secret, std::string_view label, Bytes context, MutBytes out,
                       LabelPrefix prefix = LabelPrefix::tls13);

}  // namespace tlsock
