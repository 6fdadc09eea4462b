// HKDF (RFC 5869), HKDF-Expand-Label (RFC 8446 §7.1, RFC 9147 §5.9) and the PRF of the versions before. They fail only
// for want of memory.
#pragma once

#include <initializer_list>
#include <memory>
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

// Prk is a pseudorandom key (RFC 5869 §2.3) that is to be expanded several times: HMAC is keyed with it once.
class Prk {
 public:
  Prk(HashAlgorithm hash, Bytes key);
  Prk(Prk&&) noexcept;
  Prk& operator=(Prk&&) noexcept;
  ~Prk();

  void expand_label(std::string_view label, Bytes context, MutBytes out, LabelPrefix prefix = LabelPrefix::tls13);
  // expand_label gives as many bytes as the hash has, such as Derive-Secret does (RFC 8446 §7.1).
  Secret expand_label(std::string_view label, Bytes context);

 private:
  std::unique_ptr<class KeyedHash> keyed_;
};

// prf is PRF(secret, label, seed) of TLS 1.2 (RFC 5246 §5); with md5_sha1 it is that of TLS 1.1 and 1.0 (RFC 4346 §5).
void prf(HashAlgorithm hash, Bytes secret, std::string_view label, std::initializer_list<Bytes> seed, MutBytes out);

}  // namespace tlsock
