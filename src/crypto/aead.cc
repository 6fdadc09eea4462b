// Aead over wolfCrypt: AES-GCM, AES-CCM and ChaCha20-Poly1305.
#include "crypto/aead.h"

#include <wolfssl/wolfcrypt/aes.h>
#include <wolfssl/wolfcrypt/chacha20_poly1305.h>

#include <algorithm>
#include <cstring>

#include "crypto/wolf_internal.h"

namespace tlsock {
namespace {

constexpr std::uint64_t unlimited = ~std::uint64_t{0};
// RFC 8446 §5.5: 2^24.5 full-size records.
constexpr std::uint64_t gcm_records = 23'726'566;
constexpr std::uint64_t forgeries = std::uint64_t{1} << 36;
// RFC 9147 §4.5.3, appendix B: 2^23 records, 2^23.5 forgeries.
constexpr std::uint64_t ccm_records = std::uint64_t{1} << 23;
constexpr std::uint64_t ccm_forgeries = 11'863'283;
// RFC 9147 §4.5.3 has no limit that works for a tag of 8 bytes; this one keeps the chance of a forgery below 2^-57.
constexpr std::uint64_t ccm_8_forgeries = 128;

constexpr AeadInfo infos[] = {
    {16, 16, gcm_records, forgeries},      {32, 16, gcm_records, forgeries},     {32, 16, unlimited, forgeries},
    {16, 16, ccm_records, ccm_forgeries},  {32, 16, ccm_records, ccm_forgeries}, {16, 8, ccm_records, ccm_8_forgeries},
    {32, 8, ccm_records, ccm_8_forgeries},
};

enum class Family { gcm, ccm, chacha };

Family family_of(AeadAlgorithm algorithm) {
  switch (algorithm) {
    case AeadAlgorithm::aes_128_gcm:
    case AeadAlgorithm::aes_256_gcm:
      return Family::gcm;
    case AeadAlgorithm::chacha20_poly1305:
      return Family::chacha;
    default:
      return Family::ccm;
  }
}

// From this size on the copy that a one-shot seal needs costs more than the streaming calls do (measured on Zen 3).
constexpr std::size_t gcm_streaming_size = 2048;

// gather puts plain and trailer into place, unless plain is there already.
void gather(MutBytes to, Bytes plain, Bytes trailer) {
  if (!plain.empty() && to.data() != plain.data()) std::memcpy(to.data(), plain.data(), plain.size());
  if (!trailer.empty()) std::memcpy(to.data() + plain.size(), trailer.data(), trailer.size());
}

// ChaChaPoly is wiped by wc_ChaCha20Poly1305_Final only.
struct ChaChaPoly {
  ChaChaPoly_Aead aead;
  ~ChaChaPoly() { wipe(&aead, sizeof aead); }
};

}  // namespace

const AeadInfo& info(AeadAlgorithm algorithm) { return infos[static_cast<std::size_t>(algorithm)]; }

// State is one prepared key. ChaCha20 has no key schedule, so there it is the bare key.
struct Aead::State {
  Family family;
  union {
    Aes aes;
    std::array<std::uint8_t, CHACHA20_POLY1305_AEAD_KEYSIZE> chacha_key;
  };

  State(AeadAlgorithm algorithm, Bytes key);
  ~State();

  Status seal(Bytes nonce, Bytes aad, Bytes plain, Bytes trailer, MutBytes out, MutBytes tag);
  int open(Bytes nonce, Bytes aad, Bytes cipher, Bytes tag, MutBytes out);

 private:
  int gcm_stream(Bytes nonce, Bytes aad, Bytes plain, Bytes trailer, MutBytes out, MutBytes tag);
  int chacha(bool encrypt, Bytes nonce, Bytes aad, Bytes text, Bytes trailer, MutBytes out, std::uint8_t* tag);
};

Aead::State::State(AeadAlgorithm algorithm, Bytes key) : family(family_of(algorithm)) {
  ensure_crypto();
  if (key.size() != info(algorithm).key_size) throw std::length_error("AEAD key");
  if (family == Family::chacha) {
    std::ranges::copy(key, chacha_key.begin());
    return;
  }
  must(wc_AesInit(&aes, nullptr, INVALID_DEVID));
  const auto set_key = family == Family::gcm ? wc_AesGcmSetKey : wc_AesCcmSetKey;
  must(set_key(&aes, key.data(), size32(key.size())));
}

Aead::State::~State() {
  if (family != Family::chacha) wc_AesFree(&aes);
  wipe(&aes, sizeof aes);
}

Status Aead::State::seal(Bytes nonce, Bytes aad, Bytes plain, Bytes trailer, MutBytes out, MutBytes tag) {
  if (family == Family::chacha) return check(chacha(true, nonce, aad, plain, trailer, out, tag.data()));
  const bool in_place = plain.empty() || plain.data() == out.data();
  if (family == Family::gcm && !in_place && plain.size() >= gcm_streaming_size)
    return check(gcm_stream(nonce, aad, plain, trailer, out, tag));
  gather(out, plain, trailer);
  const auto encrypt = family == Family::gcm ? wc_AesGcmEncrypt : wc_AesCcmEncrypt;
  return check(encrypt(&aes, out.data(), out.data(), size32(out.size()), nonce.data(), size32(nonce.size()), tag.data(),
                       size32(tag.size()), aad.data(), size32(aad.size())));
}

int Aead::State::gcm_stream(Bytes nonce, Bytes aad, Bytes plain, Bytes trailer, MutBytes out, MutBytes tag) {
  int code = wc_AesGcmEncryptInit(&aes, nullptr, 0, nonce.data(), size32(nonce.size()));
  if (code == 0)
    code = wc_AesGcmEncryptUpdate(&aes, out.data(), plain.data(), size32(plain.size()), aad.data(), size32(aad.size()));
  if (code == 0 && !trailer.empty())
    code = wc_AesGcmEncryptUpdate(&aes, out.data() + plain.size(), trailer.data(), size32(trailer.size()), nullptr, 0);
  if (code == 0) code = wc_AesGcmEncryptFinal(&aes, tag.data(), size32(tag.size()));
  return code;
}

// chacha uses the streaming calls for all sizes: wolfCrypt's one-shot function is made of them.
int Aead::State::chacha(bool encrypt, Bytes nonce, Bytes aad, Bytes text, Bytes trailer, MutBytes out,
                        std::uint8_t* tag) {
  static constexpr std::uint8_t nothing[1] = {};
  std::uint8_t nowhere[1];
  ChaChaPoly state;
  int code = wc_ChaCha20Poly1305_Init(&state.aead, chacha_key.data(), nonce.data(), encrypt);
  if (code == 0 && !aad.empty()) code = wc_ChaCha20Poly1305_UpdateAad(&state.aead, aad.data(), size32(aad.size()));
  // Null pointers are errors even for empty data, and without any data at all Final is.
  if (code == 0)
    code = wc_ChaCha20Poly1305_UpdateData(&state.aead, text.empty() ? nothing : text.data(),
                                          text.empty() ? nowhere : out.data(), size32(text.size()));
  if (code == 0 && !trailer.empty())
    code =
        wc_ChaCha20Poly1305_UpdateData(&state.aead, trailer.data(), out.data() + text.size(), size32(trailer.size()));
  if (code == 0) code = wc_ChaCha20Poly1305_Final(&state.aead, tag);
  return code;
}

int Aead::State::open(Bytes nonce, Bytes aad, Bytes cipher, Bytes tag, MutBytes out) {
  if (family == Family::chacha) {
    std::array<std::uint8_t, CHACHA20_POLY1305_AEAD_AUTHTAG_SIZE> computed;
    const int code = chacha(false, nonce, aad, cipher, {}, out, computed.data());
    return code == 0 && !equal_constant_time(tag, computed) ? MAC_CMP_FAILED_E : code;
  }
  const auto decrypt = family == Family::gcm ? wc_AesGcmDecrypt : wc_AesCcmDecrypt;
  return decrypt(&aes, out.data(), cipher.data(), size32(cipher.size()), nonce.data(), size32(nonce.size()), tag.data(),
                 size32(tag.size()), aad.data(), size32(aad.size()));
}

Aead::Aead(AeadAlgorithm algorithm, Bytes key)
    : algorithm_(algorithm), state_(std::make_unique<State>(algorithm, key)) {}
Aead::Aead(Aead&&) noexcept = default;
Aead& Aead::operator=(Aead&&) noexcept = default;
Aead::~Aead() = default;

Status Aead::seal(Bytes nonce, Bytes aad, Bytes plain, Bytes trailer, MutBytes out) {
  const std::size_t size = plain.size() + trailer.size();
  if (nonce.size() != aead_nonce_size || out.size() != size + tag_size())
    return Error(Reason::INTERNAL_ERROR, "Aead::seal");
  return state_->seal(nonce, aad, plain, trailer, out.first(size), out.subspan(size));
}

Status Aead::open(Bytes nonce, Bytes aad, Bytes sealed, MutBytes out) {
  if (sealed.size() < tag_size()) return Error(Reason::DECRYPTION_FAILED_OR_BAD_RECORD_MAC);
  if (nonce.size() != aead_nonce_size || out.size() != sealed.size() - tag_size())
    return Error(Reason::INTERNAL_ERROR, "Aead::open");
  const int code = state_->open(nonce, aad, sealed.first(out.size()), sealed.subspan(out.size()), out);
  if (code == 0) return {};
  // wolfCrypt leaves what it has decrypted before it knew.
  wipe(out);
  return check(code, Reason::DECRYPTION_FAILED_OR_BAD_RECORD_MAC);
}

}  // namespace tlsock
