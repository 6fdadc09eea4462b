// HKDF on one keyed HMAC, with its labels on the stack.
#include "crypto/kdf.h"

#include <algorithm>
#include <stdexcept>

#include "crypto/hmac_internal.h"

namespace tlsock {
namespace {

constexpr std::size_t max_vector8 = 255;

// HkdfLabel is the structure of RFC 8446 §7.1 at its longest.
class HkdfLabel {
 public:
  HkdfLabel(std::size_t out_size, std::string_view prefix, std::string_view label, Bytes context) {
    const std::size_t label_size = prefix.size() + label.size();
    if (out_size > 0xffff || label_size > max_vector8 || context.size() > max_vector8)
      throw std::length_error("HKDF-Expand-Label");
    add(static_cast<std::uint8_t>(out_size >> 8));
    add(static_cast<std::uint8_t>(out_size));
    add(static_cast<std::uint8_t>(label_size));
    add(as_bytes(prefix));
    add(as_bytes(label));
    add(static_cast<std::uint8_t>(context.size()));
    add(context);
  }
  Bytes bytes() const { return Bytes(data_).first(size_); }

 private:
  void add(std::uint8_t byte) { data_[size_++] = byte; }
  void add(Bytes bytes) {
    std::ranges::copy(bytes, data_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += bytes.size();
  }

  std::array<std::uint8_t, 2 + 1 + max_vector8 + 1 + max_vector8> data_;
  std::size_t size_ = 0;
};

void expand(KeyedHash& keyed, Bytes info, MutBytes out) {
  Secret block(keyed.size());
  if (out.size() > 255 * block.size()) throw std::length_error("HKDF-Expand");
  for (std::uint8_t counter = 1; !out.empty(); ++counter) {
    if (counter > 1) keyed.update(block);
    keyed.update(info);
    keyed.update({&counter, 1});
    keyed.finish(block.bytes());
    const std::size_t size = std::min(out.size(), block.size());
    std::ranges::copy(block.bytes().first(size), out.begin());
    out = out.subspan(size);
  }
}

void expand_label(KeyedHash& keyed, std::string_view label, Bytes context, MutBytes out, LabelPrefix prefix) {
  // RFC 9147 §5.9: "dtls13" has no space behind it.
  const std::string_view prefix_text = prefix == LabelPrefix::tls13 ? "tls13 " : "dtls13";
  expand(keyed, HkdfLabel(out.size(), prefix_text, label, context).bytes(), out);
}

// P_hash of RFC 5246 §5, xor-ed into `out`.
void add_p_hash(HashAlgorithm hash, Bytes secret, std::string_view label, std::initializer_list<Bytes> seed,
                MutBytes out) {
  KeyedHash keyed(hash, secret);
  const auto add_seed = [&] {
    keyed.update(as_bytes(label));
    for (auto part : seed) keyed.update(part);
  };
  Secret a(keyed.size()), block(keyed.size());
  add_seed();
  keyed.finish(a.bytes());
  while (!out.empty()) {
    keyed.update(a);
    add_seed();
    keyed.finish(block.bytes());
    const std::size_t size = std::min(out.size(), block.size());
    for (std::size_t i = 0; i < size; ++i) out[i] ^= block.bytes()[i];
    out = out.subspan(size);
    keyed.update(a);
    keyed.finish(a.bytes());
  }
}

}  // namespace

Secret hkdf_extract(HashAlgorithm hash, Bytes salt, Bytes ikm) {
  static constexpr std::uint8_t zeros[Secret::capacity] = {};
  const Bytes default_value = Bytes(zeros).first(digest_size(hash));
  return hmac(hash, salt.empty() ? default_value : salt, {ikm.empty() ? default_value : ikm});
}

void hkdf_expand(HashAlgorithm hash, Bytes prk, Bytes info, MutBytes out) {
  KeyedHash keyed(hash, prk);
  expand(keyed, info, out);
}

void hkdf_expand_label(HashAlgorithm hash, Bytes secret, std::string_view label, Bytes context, MutBytes out,
                       LabelPrefix prefix) {
  KeyedHash keyed(hash, secret);
  tlsock::expand_label(keyed, label, context, out, prefix);
}

Prk::Prk(HashAlgorithm hash, Bytes key) : keyed_(std::make_unique<KeyedHash>(hash, key)) {}
Prk::Prk(Prk&&) noexcept = default;
Prk& Prk::operator=(Prk&&) noexcept = default;
Prk::~Prk() = default;

void Prk::expand_label(std::string_view label, Bytes context, MutBytes out, LabelPrefix prefix) {
  tlsock::expand_label(*keyed_, label, context, out, prefix);
}

Secret Prk::expand_label(std::string_view label, Bytes context) {
  Secret out(keyed_->size());
  expand_label(label, context, out.bytes());
  return out;
}

void prf(HashAlgorithm hash, Bytes secret, std::string_view label, std::initializer_list<Bytes> seed, MutBytes out) {
  std::ranges::fill(out, std::uint8_t{0});
  if (hash != HashAlgorithm::md5_sha1) return add_p_hash(hash, secret, label, seed, out);
  // RFC 4346 §5: both halves have a byte in common if the length is odd.
  const std::size_t half = (secret.size() + 1) / 2;
  add_p_hash(HashAlgorithm::md5, secret.first(half), label, seed, out);
  add_p_hash(HashAlgorithm::sha1, secret.last(half), label, seed, out);
}

}  // namespace tlsock
