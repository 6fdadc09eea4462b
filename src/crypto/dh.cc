// Diffie-Hellman in groups that are not known beforehand.
#include "crypto/dh.h"

#include <wolfssl/wolfcrypt/dh.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "crypto/der.h"
#include "crypto/key_exchange_internal.h"
#include "crypto/number_internal.h"
#include "crypto/rng.h"
#include "crypto/wolf_internal.h"

namespace tlsock {
namespace {

constexpr NamedGroup ffdhe_groups[] = {NamedGroup::ffdhe2048, NamedGroup::ffdhe3072, NamedGroup::ffdhe4096,
                                       NamedGroup::ffdhe6144, NamedGroup::ffdhe8192};

DhParams read_params(NamedGroup name) {
  const Group& group = *find_group(name);
  DhParams params{ByteString(group.secret), ByteString(group.secret)};
  word32 p_size = size32(params.p.size()), g_size = size32(params.g.size());
  must(wc_DhCopyNamedKey(group.wolf_id, params.p.data(), &p_size, params.g.data(), &g_size, nullptr, nullptr));
  params.p.resize(p_size);
  params.g.resize(g_size);
  return params;
}

const auto& all_params() {
  static const auto all = [] {
    std::array<DhParams, std::size(ffdhe_groups)> params;
    std::ranges::transform(ffdhe_groups, params.begin(), read_params);
    return params;
  }();
  return all;
}

// before_prime is p - 1, for an odd p.
Number before_prime(Bytes p) {
  ByteString even = copy(significant(p));
  even.back() &= 0xfe;
  return Number(even);
}

Error bad_share(std::source_location where = std::source_location::current()) {
  // RFC 7919 §3, §4: this alert, where RFC 8446 has illegal_parameter.
  return Error(Reason::BAD_ECPOINT, "Diffie-Hellman", where).with_alert(Alert::handshake_failure);
}

// exponent_bits: in an unknown group a short exponent would be found from its remainders modulo the small factors that
// p - 1 may have.
std::size_t exponent_bits(const DhParams& params) {
  const auto named = named_group(params);
  return named ? 8 * ffdhe_exponent_size(*named) : bit_size(params.p) - 1;
}

// make_exponent gives 2^(bits - 1) <= x < 2^bits, so that the length tells nothing (RFC 7919 §5.2).
Result<SecretBytes> make_exponent(std::size_t bits) {
  SecretBytes exponent((bits + 7) / 8);
  TRY(system_rng().fill(exponent.bytes()));
  const auto top = static_cast<std::uint8_t>(1u << ((bits - 1) % 8));
  exponent.bytes().front() = static_cast<std::uint8_t>((exponent.bytes().front() & (top - 1)) | top);
  return exponent;
}

}  // namespace

struct DhKey::Parts {
  DhParams params;
  SecretBytes exponent;
  ByteString share;
};

Result<DhParams> parse_dh_params(Bytes der) {
  DerReader outer(der);
  DerReader fields = outer.nested(der::sequence);
  const Bytes p = fields.unsigned_integer(), g = fields.unsigned_integer();
  const bool has_length = !fields.at_end();
  // PKCS#3 §9: privateValueLength, which is ours to choose.
  if (has_length) fields.small_unsigned();
  if (!fields.finish() || !outer.finish() || p.empty() || g.empty())
    return Error(Reason::BAD_DH_PARAMETERS, "DHParameter");
  return DhParams{copy(p), copy(g)};
}

const DhParams& dh_params(NamedGroup ffdhe) {
  const auto found = std::ranges::find(ffdhe_groups, ffdhe);
  if (found == std::end(ffdhe_groups)) throw std::logic_error("dh_params: not a finite field");
  return all_params()[static_cast<std::size_t>(found - std::begin(ffdhe_groups))];
}

std::optional<NamedGroup> named_group(const DhParams& params) {
  for (const auto name : ffdhe_groups)
    if (equal(significant(params.p), dh_params(name).p) && equal(significant(params.g), dh_params(name).g)) return name;
  return {};
}

Status check_dh_params(const DhParams& params) {
  const Bytes p = significant(params.p), g = significant(params.g);
  const std::size_t bits = bit_size(p);
  if (bits < min_dh_bits)
    // RFC 7919 §3.1: the alert for a group that local policy refuses.
    return Error(Reason::BAD_DH_PARAMETERS, "dh_p")
        .with("bits", std::to_string(bits))
        .with_alert(Alert::insufficient_security);
  if (bits > max_dh_bits) return Error(Reason::BAD_DH_PARAMETERS, "dh_p").with("bits", std::to_string(bits));
  if (!(p.back() & 1)) return Error(Reason::BAD_DH_PARAMETERS, "dh_p is even");
  if (bit_size(g) < 2 || g.size() > p.size() || Number(g) >= before_prime(p))
    return Error(Reason::BAD_DH_PARAMETERS, "dh_g");
  return {};
}

Result<std::unique_ptr<DhKey>> DhKey::generate(DhParams params) {
  TRY(check_dh_params(params));
  auto exponent = TRY(make_exponent(exponent_bits(params)));
  const Bytes p = significant(params.p);
  // Some peers, Microsoft's among them, want it as long as p.
  const SecretBytes share = power(Number(significant(params.g)), Number(exponent), Number(p)).bytes(p.size());
  return std::unique_ptr<DhKey>(new DhKey({std::move(params), std::move(exponent), copy(share)}));
}

DhKey::DhKey(Parts parts) : parts_(std::make_unique<const Parts>(std::move(parts))) {}
DhKey::~DhKey() = default;

const DhParams& DhKey::params() const { return parts_->params; }
Bytes DhKey::share() const { return parts_->share; }

Result<SharedSecret> DhKey::agree(Bytes peer_share) const {
  const Bytes p = significant(parts_->params.p), peer = significant(peer_share);
  // RFC 7919 §5.1: 1 < Y < p - 1.
  if (bit_size(peer) < 2 || peer.size() > p.size()) return bad_share();
  const Number base(peer);
  if (base >= before_prime(p)) return bad_share();
  SharedSecret secret = without_leading_zeros(power(base, Number(parts_->exponent), Number(p)).bytes(p.size()));
  // NIST SP 800-56A §5.7.1.1: 1 comes of a share of small order alone, and 0 of a p that is no prime.
  if (secret.empty() || (secret.size() == 1 && secret.bytes()[0] == 1)) return bad_share();
  return secret;
}

}  // namespace tlsock
