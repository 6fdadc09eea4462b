// CbcHmac: block ciphers in CBC mode with an HMAC, as TLS before 1.3 protects records (RFC 5246 §6.2.3.2), the MAC inside
// or, by RFC 7366, outside the encryption.
#pragma once

#include <memory>
#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/hash.h"
#include "crypto/rng.h"

namespace tlsock {

enum class CbcAlgorithm : std::uint8_t { aes_128_cbc, aes_256_cbc, des_ede3_cbc };

struct CbcInfo {
  std::size_t key_size, block_size;
};
const CbcInfo& info(CbcAlgorithm algorithm);

// CbcHmac seals records or opens them: one direction. It is used by one thread at a time, and wiped when it dies.
class CbcHmac {
 public:
  enum class Direction : std::uint8_t { seal, open };
  struct Form {
    CbcAlgorithm cipher;
    HashAlgorithm mac;
    bool explicit_iv;  // RFC 4346 §6.2.3.2; before it each record's IV is the last block of the one before
    bool encrypt_then_mac;
  };
  struct Keys {
    Bytes mac_key, key, iv;  // iv: where it is implicit
  };

  // The generator, for IVs, must outlive it.
  CbcHmac(const Form& form, const Keys& keys, Direction direction, Rng& rng);
  CbcHmac(CbcHmac&&) noexcept;
  CbcHmac& operator=(CbcHmac&&) noexcept;
  ~CbcHmac();

  // prefix_size is what stands before the ciphertext.
  std::size_t prefix_size() const;
  std::size_t sealed_size(std::size_t plain_size) const;
  // opened_size is the room that open needs: content, padding and what MAC is inside. Nothing for a size that no sealed
  // record has.
  std::optional<std::size_t> opened_size(std::size_t sealed_size) const;

  // seal encrypts `plain` into `out`, whose size is sealed_size(). `header` is the MAC's: sequence number, type and
  // version; the length is added here.
  Status seal(Bytes header, Bytes plain, MutBytes out);

  // open decrypts into `out`, whose size is opened_size() and which is where the ciphertext stands, or lies apart. It gives
  // the size of the plain text at its front. DECRYPTION_FAILED_OR_BAD_RECORD_MAC, and nothing of the text in `out`, for a
  // bad padding and a bad MAC alike, after the same time.
  Result<std::size_t> open(Bytes header, Bytes sealed, MutBytes out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tlsock
