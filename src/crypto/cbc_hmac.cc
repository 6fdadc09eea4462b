// Padding, MAC and CBC over wolfCrypt.
#include "crypto/cbc_hmac.h"

#include <wolfssl/wolfcrypt/aes.h>
#include <wolfssl/wolfcrypt/des3.h>

#include <algorithm>
#include <cstring>

#include "base/constant_time.h"
#include "crypto/hmac_internal.h"
#include "crypto/secret_length_hmac_internal.h"
#include "crypto/wolf_internal.h"

namespace tlsock {
namespace {

constexpr CbcInfo infos[] = {{16, 16}, {32, 16}, {24, 8}};

// RFC 5246 §6.2.3.2: padding_length, and that many bytes before it.
constexpr std::size_t max_padding = 256;

// AuthenticatedHeader is what a MAC covers before the text: sequence number, type, version and length.
class AuthenticatedHeader {
 public:
  AuthenticatedHeader(Bytes header, std::size_t length) : size_(header.size() + 2) {
    if (size_ > data_.size()) throw std::length_error("CbcHmac: header");
    std::ranges::copy(header, data_.begin());
    store_be(MutBytes(data_).subspan(header.size(), 2), length);
  }
  operator Bytes() const { return Bytes(data_).first(size_); }

 private:
  std::array<std::uint8_t, 16> data_;
  std::size_t size_;
};

// Padding is how many bytes at the end of `text` are padding, its length byte included, if they are right; else 0. Both
// answers take the same time; `reserved` bytes before the padding are the MAC's.
struct Padding {
  Mask good;
  std::size_t size;
};
Padding padding_of(Bytes text, std::size_t reserved) {
  const std::size_t length = text.back();
  Mask good = mask_not_less(text.size(), reserved + 1 + length);
  std::size_t difference = 0;
  for (std::size_t i = 0; i < std::min(max_padding, text.size()); ++i)
    difference |= mask_not_less(length, i) & (length ^ text[text.size() - 1 - i]);
  good &= mask_zero(difference);
  return {good, good & (length + 1)};
}

// copy_at copies from a secret position of `text`, which is at least `first`: RFC 7366 §1's MAC somewhere in the last
// bytes. It reads all of them once into a ring, and then turns the ring.
void copy_at(Bytes text, std::size_t first, std::size_t position, MutBytes to) {
  Secret ring(to.size()), turned(to.size());
  std::size_t start = 0;
  for (std::size_t i = first, j = 0; i < text.size(); ++i, j = j + 1 == to.size() ? 0 : j + 1) {
    const Mask inside = mask_not_less(i, position) & mask_less(i, position + to.size());
    start |= j & mask_equal(i, position);
    ring.bytes()[j] |= static_cast<std::uint8_t>(text[i] & inside);
  }
  for (std::size_t turn = 1; turn < to.size(); turn <<= 1, start >>= 1) {
    const Mask turns = std::size_t{0} - (start & 1);
    for (std::size_t i = 0; i < to.size(); ++i)
      turned.bytes()[i] =
          static_cast<std::uint8_t>(select(turns, ring.bytes()[(i + turn) % to.size()], ring.bytes()[i]));
    std::swap(ring, turned);
  }
  std::ranges::copy(ring.bytes(), to.begin());
}

}  // namespace

const CbcInfo& info(CbcAlgorithm algorithm) { return infos[static_cast<std::size_t>(algorithm)]; }

struct CbcHmac::State {
  Form form;
  std::size_t block_size;
  Rng& rng;
  SecretBytes mac_key;
  KeyedHash mac;
  union {
    Aes aes;
    Des3 des;
  };

  State(const Form& form, const Keys& keys, Direction direction, Rng& rng);
  ~State();

  std::size_t mac_size() const { return mac.size(); }
  std::size_t outer_mac_size() const { return form.encrypt_then_mac ? mac_size() : 0; }
  std::size_t inner_mac_size() const { return form.encrypt_then_mac ? 0 : mac_size(); }
  bool is_des() const { return form.cipher == CbcAlgorithm::des_ede3_cbc; }

  Status set_iv(Bytes iv);
  Status encrypt(Bytes in, MutBytes out);
  Status decrypt(Bytes in, MutBytes out);
  Status encrypt_padded(Bytes plain, Bytes inner_mac, MutBytes out);
  void compute_mac(Bytes header, Bytes text, MutBytes to);
  Result<std::size_t> check_inner(Bytes header, Bytes text);
};

CbcHmac::State::State(const Form& f, const Keys& keys, Direction direction, Rng& generator)
    : form(f), block_size(info(f.cipher).block_size), rng(generator), mac_key(keys.mac_key), mac(f.mac, keys.mac_key) {
  const Bytes iv = keys.iv;
  if (keys.key.size() != info(form.cipher).key_size || (!form.explicit_iv && iv.size() != block_size))
    throw std::length_error("CbcHmac: key");
  const byte* start = form.explicit_iv ? nullptr : iv.data();
  const bool seals = direction == Direction::seal;
  if (is_des()) {
    must(wc_Des3Init(&des, nullptr, INVALID_DEVID));
    static constexpr byte zeros[DES_BLOCK_SIZE] = {};
    must(wc_Des3_SetKey(&des, keys.key.data(), start ? start : zeros, seals ? DES_ENCRYPTION : DES_DECRYPTION));
  } else {
    must(wc_AesInit(&aes, nullptr, INVALID_DEVID));
    must(wc_AesSetKey(&aes, keys.key.data(), size32(keys.key.size()), start, seals ? AES_ENCRYPTION : AES_DECRYPTION));
  }
}

CbcHmac::State::~State() {
  if (is_des()) wc_Des3Free(&des);
  else wc_AesFree(&aes);
  wipe(&aes, sizeof aes);
}

Status CbcHmac::State::set_iv(Bytes iv) {
  return check(is_des() ? wc_Des3_SetIV(&des, iv.data()) : wc_AesSetIV(&aes, iv.data()));
}

Status CbcHmac::State::encrypt(Bytes in, MutBytes out) {
  if (in.empty()) return {};
  const word32 size = size32(in.size());
  return check(is_des() ? wc_Des3_CbcEncrypt(&des, out.data(), in.data(), size)
                        : wc_AesCbcEncrypt(&aes, out.data(), in.data(), size));
}

Status CbcHmac::State::decrypt(Bytes in, MutBytes out) {
  const word32 size = size32(in.size());
  return check(is_des() ? wc_Des3_CbcDecrypt(&des, out.data(), in.data(), size)
                        : wc_AesCbcDecrypt(&aes, out.data(), in.data(), size));
}

void CbcHmac::State::compute_mac(Bytes header, Bytes text, MutBytes to) {
  mac.update(AuthenticatedHeader(header, text.size()));
  mac.update(text);
  mac.finish(to);
}

// encrypt_padded takes whole blocks straight from the caller's memory, and the rest with MAC and padding from `out`.
Status CbcHmac::State::encrypt_padded(Bytes plain, Bytes inner_mac, MutBytes out) {
  const std::size_t whole = plain.size() - plain.size() % block_size;
  const MutBytes rest = out.subspan(whole);
  const std::size_t used = plain.size() - whole + inner_mac.size(), padding = rest.size() - used;
  TRY(encrypt(plain.first(whole), out.first(whole)));
  std::ranges::copy(plain.subspan(whole), rest.begin());
  std::ranges::copy(inner_mac, rest.subspan(plain.size() - whole).begin());
  std::ranges::fill(rest.subspan(used), static_cast<std::uint8_t>(padding - 1));
  return encrypt(rest, rest);
}

// check_inner finds padding and MAC in a decrypted text, and the size of what stands before them, without telling by its
// duration what was wrong, or where. A bad padding counts as none, so that there is a MAC to compute (RFC 5246 §6.2.3.2).
Result<std::size_t> CbcHmac::State::check_inner(Bytes header, Bytes text) {
  const std::size_t tail = mac_size() + max_padding;
  const std::size_t min_size = text.size() > tail ? text.size() - tail : 0;
  const Padding padding = padding_of(text, mac_size());
  const std::size_t size = text.size() - mac_size() - padding.size;
  const Secret expected = secret_length_hmac(form.mac, mac_key, AuthenticatedHeader(header, size),
                                             text.first(text.size() - mac_size()), min_size, size);
  Secret found(mac_size());
  copy_at(text, min_size, size, found.bytes());
  std::size_t difference = 0;
  for (std::size_t i = 0; i < mac_size(); ++i) difference |= found.bytes()[i] ^ expected.bytes()[i];
  if ((padding.good & mask_zero(difference)) == 0) return Error(Reason::DECRYPTION_FAILED_OR_BAD_RECORD_MAC);
  return size;
}

CbcHmac::CbcHmac(const Form& form, const Keys& keys, Direction direction, Rng& rng) {
  ensure_crypto();
  state_ = std::make_unique<State>(form, keys, direction, rng);
}
CbcHmac::CbcHmac(CbcHmac&&) noexcept = default;
CbcHmac& CbcHmac::operator=(CbcHmac&&) noexcept = default;
CbcHmac::~CbcHmac() = default;

std::size_t CbcHmac::prefix_size() const { return state_->form.explicit_iv ? state_->block_size : 0; }

std::size_t CbcHmac::sealed_size(std::size_t plain_size) const {
  const std::size_t text = plain_size + state_->inner_mac_size();
  return prefix_size() + (text / state_->block_size + 1) * state_->block_size + state_->outer_mac_size();
}

std::optional<std::size_t> CbcHmac::opened_size(std::size_t sealed_size) const {
  const std::size_t around = prefix_size() + state_->outer_mac_size();
  if (sealed_size < around) return {};
  const std::size_t text = sealed_size - around;
  if (text % state_->block_size != 0 || text < state_->inner_mac_size() + 1) return {};
  return text;
}

Status CbcHmac::seal(Bytes header, Bytes plain, MutBytes out) {
  if (out.size() != sealed_size(plain.size())) return Error(Reason::INTERNAL_ERROR, "CbcHmac::seal");
  const MutBytes prefix = out.first(prefix_size());
  const std::size_t outer = state_->outer_mac_size();
  const MutBytes covered = out.first(out.size() - outer);
  Secret inner_mac(state_->inner_mac_size());
  if (!inner_mac.empty()) state_->compute_mac(header, plain, inner_mac.bytes());
  if (!prefix.empty()) {
    TRY(state_->rng.fill(prefix));
    TRY(state_->set_iv(prefix));
  }
  TRY(state_->encrypt_padded(plain, inner_mac, covered.subspan(prefix.size())));
  if (outer > 0) state_->compute_mac(header, covered, out.last(outer));
  return {};
}

Result<std::size_t> CbcHmac::open(Bytes header, Bytes sealed, MutBytes out) {
  const auto size = opened_size(sealed.size());
  if (!size) return Error(Reason::DECRYPTION_FAILED_OR_BAD_RECORD_MAC);
  if (out.size() != *size) return Error(Reason::INTERNAL_ERROR, "CbcHmac::open");
  const Bytes prefix = sealed.first(prefix_size());
  if (const std::size_t outer = state_->outer_mac_size(); outer > 0) {
    Secret expected(outer);
    state_->compute_mac(header, sealed.first(sealed.size() - outer), expected.bytes());
    // RFC 7366 §3: checked before anything is decrypted.
    if (!equal_constant_time(expected, sealed.last(outer))) return Error(Reason::DECRYPTION_FAILED_OR_BAD_RECORD_MAC);
  }
  if (!prefix.empty()) TRY(state_->set_iv(prefix));
  TRY(state_->decrypt(sealed.subspan(prefix.size(), *size), out));
  auto opened = [&]() -> Result<std::size_t> {
    if (!state_->form.encrypt_then_mac) return state_->check_inner(header, out);
    const Padding padding = padding_of(out, 0);
    if (!padding.good) return Error(Reason::DECRYPTION_FAILED_OR_BAD_RECORD_MAC);
    return out.size() - padding.size;
  }();
  if (!opened) wipe(out);
  return opened;
}

}  // namespace tlsock
