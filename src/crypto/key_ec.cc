// EC keys on named curves: ECDSA, and static ECDH.
#include <wolfssl/wolfcrypt/ecc.h>

#include <algorithm>

#include "crypto/ec_internal.h"
#include "crypto/keys_internal.h"
#include "crypto/wolf_internal.h"

namespace tlsock {
namespace {

using EccObject = WolfObject<ecc_key, wc_ecc_free>;

int curve_id(Curve curve) {
  switch (curve) {
    case Curve::secp256r1:
      return ECC_SECP256R1;
    case Curve::secp384r1:
      return ECC_SECP384R1;
    case Curve::secp521r1:
      return ECC_SECP521R1;
    case Curve::brainpoolP256r1:
      return ECC_BRAINPOOLP256R1;
    case Curve::brainpoolP384r1:
      return ECC_BRAINPOOLP384R1;
    case Curve::brainpoolP512r1:
      return ECC_BRAINPOOLP512R1;
    case Curve::none:
    case Curve::other:
      break;
  }
  return ECC_CURVE_INVALID;
}

// RFC 8422 §5.1.1 has left these for ECDH; a certificate's key on another one has no NamedGroup for it here.
bool agrees(Curve curve) { return curve == Curve::secp256r1 || curve == Curve::secp384r1 || curve == Curve::secp521r1; }

std::size_t field_size(const KeyInfo& info) { return (info.bits + 7) / 8; }

// A digest shorter than 20 bytes would weaken every curve here, and SHAKE256 belongs to no ECDSA scheme of ours.
bool usable(HashAlgorithm hash) { return digest_size(hash) >= 20 && hash != HashAlgorithm::shake256; }

EccObject new_key() {
  EccObject key;
  must(wc_ecc_init_ex(key.get(), nullptr, INVALID_DEVID));
  return key;
}

Result<ByteString> export_point(EccObject& key, const KeyInfo& info) {
  ByteString point(1 + 2 * field_size(info));
  word32 size = size32(point.size());
  TRY(check(wc_ecc_export_x963(key.get(), point.data(), &size)));
  if (size != point.size()) return Error(Reason::CRYPTO_FAILURE, "ECPoint");
  return point;
}

class EcPublic final : public PublicKeyBase {
 public:
  // `point` is uncompressed, and on the curve.
  EcPublic(const KeyInfo& info, ByteString point) : PublicKeyBase(info, std::move(point)) {}

  using PublicKey::verify;
  Status verify(const SignatureAlgorithm& algorithm, Bytes message, Bytes signature) const override {
    if (algorithm.kind != SignatureAlgorithm::Kind::ecdsa || !usable(algorithm.hash))
      return Error(Reason::BAD_SIGNATURE, "the key is of another kind");
    const auto pair = read_signature_pair(signature);
    const std::size_t size = field_size(info());
    if (!pair || pair->r.size() > size || pair->s.size() > size) return Error(Reason::BAD_SIGNATURE);
    const Digest digest = Hash::of(algorithm.hash, {message});
    EccObject key = new_key();
    TRY(check(wc_ecc_import_x963_ex2(value().data(), size32(value().size()), key.get(), curve_id(info().curve), 0)));
    int good = 0;
    TRY(check(wc_ecc_verify_hash(signature.data(), size32(signature.size()), digest.data.data(), size32(digest.size),
                                 &good, key.get()),
              Reason::BAD_SIGNATURE));
    if (good != 1) return Error(Reason::BAD_SIGNATURE);
    return {};
  }

  Result<ByteString> ec_point() const override { return agrees(info().curve) ? copy(value()) : PublicKey::ec_point(); }
};

// EcPrivate keeps the bare scalar, and sets up a key object for each signature: threads share nothing.
class EcPrivate final : public PrivateKeyBase {
 public:
  EcPrivate(std::shared_ptr<const EcPublic> public_key, SecretBytes scalar)
      : PrivateKeyBase(std::move(public_key)), scalar_(std::move(scalar)) {}

  Result<ByteString> sign(const SignatureAlgorithm& algorithm, Bytes message) const override {
    if (algorithm.kind != SignatureAlgorithm::Kind::ecdsa || !usable(algorithm.hash))
      return Error(Reason::WRONG_SIGNATURE_TYPE, "ECDSA");
    const Digest digest = Hash::of(algorithm.hash, {message});
    EccObject key = new_key();
    TRY(import_into(key));
    WC_RNG* rng = TRY(thread_rng());
    TRY(check(wc_ecc_set_rng(key.get(), rng)));
    ByteString signature(ECC_MAX_SIG_SIZE);
    word32 size = size32(signature.size());
    TRY(check(wc_ecc_sign_hash(digest.data.data(), size32(digest.size), signature.data(), &size, rng, key.get()),
              Reason::KEY_OPERATION_FAILED, "ECDSA"));
    signature.resize(size);
    return signature;
  }

  Result<SecretBytes> agree(Bytes peer_point) const override {
    if (!agrees(info().curve)) return PrivateKey::agree(peer_point);
    EccObject key = new_key();
    TRY(import_into(key));
    return agree_on_curve(key.get(), peer_point, "static ECDH");
  }

 private:
  Status import_into(EccObject& key) const {
    return check(wc_ecc_import_private_key_ex(scalar_.bytes().data(), size32(scalar_.size()), nullptr, 0, key.get(),
                                              curve_id(info().curve)));
  }

  const SecretBytes scalar_;
};

// decode_point takes uncompressed and compressed points (RFC 5480 §2.2), of exactly the curve's size.
std::shared_ptr<const EcPublic> decode_point(const KeyInfo& info, Bytes point) {
  const std::size_t size = field_size(info);
  const bool uncompressed = point.size() == 1 + 2 * size && point[0] == 4;
  const bool compressed = point.size() == 1 + size && (point[0] == 2 || point[0] == 3);
  if ((!uncompressed && !compressed) || !point_in_field(curve_id(info.curve), point)) return nullptr;
  EccObject key = new_key();
  const int code = wc_ecc_import_x963_ex2(point.data(), size32(point.size()), key.get(), curve_id(info.curve), 1);
  if (!check(code)) return nullptr;
  auto canonical = export_point(key, info);
  if (!canonical) return nullptr;
  return std::make_shared<EcPublic>(info, *std::move(canonical));
}

// derive is the public key of a scalar that is neither 0 nor beyond the order.
std::shared_ptr<const EcPublic> derive(const KeyInfo& info, Bytes scalar) {
  EccObject key = new_key();
  if (!check(wc_ecc_import_private_key_ex(scalar.data(), size32(scalar.size()), nullptr, 0, key.get(),
                                          curve_id(info.curve))))
    return nullptr;
  const auto order = std::make_unique<mp_int>();
  must(mp_init(order.get()));
  if (mp_read_radix(order.get(), key->dp->order, MP_RADIX_HEX) != MP_OKAY ||
      mp_iszero(wc_ecc_key_get_priv(key.get())) || mp_cmp(wc_ecc_key_get_priv(key.get()), order.get()) != MP_LT)
    return nullptr;
  const auto rng = thread_rng();
  if (!rng || !check(wc_ecc_make_pub_ex(key.get(), nullptr, *rng))) return nullptr;
  auto point = export_point(key, info);
  if (!point) return nullptr;
  return std::make_shared<EcPublic>(info, *std::move(point));
}

}  // namespace

PublicKeyResult load_ec_public(const KeyAlgorithm& algorithm, Bytes bits) {
  auto loaded = decode_point(algorithm.info, bits);
  if (!loaded) return Error(Reason::BAD_CERTIFICATE, "ECPoint");
  return std::shared_ptr<const PublicKey>(std::move(loaded));
}

PrivateKeyResult load_ec_private(const KeyAlgorithm& algorithm, Bytes key, std::optional<Bytes> public_bits) {
  DerReader outer(key);
  DerReader fields = outer.nested(der::sequence);
  const auto version = fields.small_unsigned();
  const Bytes scalar = fields.element(der::octet_string);
  DerReader parameters, public_field;
  const bool has_parameters = fields.optional(der::constructed_context(0), parameters);
  const bool has_public = fields.optional(der::constructed_context(1), public_field);
  if (!fields.finish() || !outer.finish() || version != 1u) return Error(Reason::BAD_PRIVATE_KEY, "ECPrivateKey");
  if (has_parameters) {
    const auto named = ec_algorithm(parameters.oid());
    if (!parameters.finish() || !named || named->info.curve != algorithm.info.curve)
      return Error(Reason::BAD_PRIVATE_KEY, "ECPrivateKey: another curve");
  }
  // RFC 5915 §3 wants the scalar padded, which not all writers know.
  const std::size_t size = field_size(algorithm.info);
  if (scalar.empty() || scalar.size() > size) return Error(Reason::BAD_PRIVATE_KEY, "ECPrivateKey: the scalar");
  SecretBytes padded(size);
  std::ranges::copy(scalar, padded.bytes().last(scalar.size()).begin());
  auto public_key = derive(algorithm.info, padded);
  if (!public_key) return Error(Reason::BAD_PRIVATE_KEY, "ECPrivateKey: the scalar");
  const auto is_ours = [&](Bytes point) {
    const auto given = decode_point(algorithm.info, point);
    return given && equal(given->value(), public_key->value());
  };
  if (has_public) {
    const Bytes point = public_field.bit_string();
    if (!public_field.finish() || !is_ours(point))
      return Error(Reason::BAD_PRIVATE_KEY, "ECPrivateKey: another public key");
  }
  if (public_bits && !is_ours(*public_bits)) return Error(Reason::BAD_PRIVATE_KEY, "ECPrivateKey: another public key");
  return std::shared_ptr<const PrivateKey>(std::make_shared<EcPrivate>(std::move(public_key), std::move(padded)));
}

}  // namespace tlsock
