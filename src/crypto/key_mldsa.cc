// ML-DSA keys (FIPS 204, RFC 9881).
#include <wolfssl/wolfcrypt/wc_mldsa.h>

#include <algorithm>

#include "crypto/keys_internal.h"
#include "crypto/mldsa_internal.h"
#include "crypto/wolf_internal.h"

namespace tlsock {
namespace {

using Kind = SignatureAlgorithm::Kind;
using MlDsaObject = WolfObject<wc_MlDsaKey, wc_MlDsaKey_Free>;

constexpr std::size_t seed_size = 32;

struct Level {
  KeyType type;
  Kind kind;
  byte wolf_level;
  std::size_t private_size, public_size, signature_size;
};
constexpr Level levels[] = {
    {KeyType::mldsa44, Kind::mldsa44, WC_ML_DSA_44, 2560, 1312, 2420},
    {KeyType::mldsa65, Kind::mldsa65, WC_ML_DSA_65, 4032, 1952, 3309},
    {KeyType::mldsa87, Kind::mldsa87, WC_ML_DSA_87, 4896, 2592, 4627},
};
const Level& level_of(KeyType type) { return *std::ranges::find(levels, type, &Level::type); }

MlDsaObject new_key(const Level& level) {
  MlDsaObject key;
  must(wc_MlDsaKey_Init(key.get(), nullptr, INVALID_DEVID));
  must(wc_MlDsaKey_SetParams(key.get(), level.wolf_level));
  return key;
}

// some is a message with an address, since wolfCrypt refuses null even for an empty one.
Bytes some(Bytes message) {
  static constexpr std::uint8_t nothing[1] = {};
  return message.empty() ? Bytes(nothing).first(0) : message;
}

class MlDsaPublic final : public PublicKeyBase {
 public:
  MlDsaPublic(const KeyInfo& info, ByteString value) : PublicKeyBase(info, std::move(value)) {}

  using PublicKey::verify;
  Status verify(const SignatureAlgorithm& algorithm, Bytes message, Bytes signature) const override {
    const Level& level = level_of(info().type);
    if (algorithm.kind != level.kind) return Error(Reason::BAD_SIGNATURE, "the key is of another kind");
    if (signature.size() != level.signature_size) return Error(Reason::BAD_SIGNATURE);
    MlDsaObject key = new_key(level);
    TRY(check(wc_MlDsaKey_ImportPubRaw(key.get(), value().data(), size32(value().size()))));
    const Bytes text = some(message);
    int good = 0;
    TRY(check(wc_MlDsaKey_VerifyCtx(key.get(), signature.data(), size32(signature.size()), nullptr, 0, text.data(),
                                    size32(text.size()), &good),
              Reason::BAD_SIGNATURE));
    if (good != 1) return Error(Reason::BAD_SIGNATURE);
    return {};
  }
};

class MlDsaPrivate final : public PrivateKeyBase {
 public:
  MlDsaPrivate(std::shared_ptr<const MlDsaPublic> public_key, SecretBytes expanded)
      : PrivateKeyBase(std::move(public_key)), expanded_(std::move(expanded)) {}

  Result<ByteString> sign(const SignatureAlgorithm& algorithm, Bytes message) const override {
    const Level& level = level_of(info().type);
    if (algorithm.kind != level.kind) return Error(Reason::WRONG_SIGNATURE_TYPE, "ML-DSA");
    MlDsaObject key = new_key(level);
    TRY(check(wc_MlDsaKey_ImportPrivRaw(key.get(), expanded_.bytes().data(), size32(expanded_.size()))));
    ByteString signature(level.signature_size);
    word32 size = size32(signature.size());
    const Bytes text = some(message);
    TRY(check(wc_MlDsaKey_SignCtx(key.get(), nullptr, 0, signature.data(), &size, text.data(), size32(text.size()),
                                  TRY(thread_rng())),
              Reason::KEY_OPERATION_FAILED, "ML-DSA"));
    if (size != signature.size()) return Error(Reason::KEY_OPERATION_FAILED, "ML-DSA");
    return signature;
  }

 private:
  const SecretBytes expanded_;
};

// ExpandedKey is what a seed becomes (FIPS 204 §6.1).
struct ExpandedKey {
  SecretBytes private_key;
  ByteString public_key;
};

Result<ExpandedKey> expand_seed(const Level& level, Bytes seed) {
  MlDsaObject key = new_key(level);
  TRY(check(wc_MlDsaKey_MakeKeyFromSeed(key.get(), seed.data())));
  ExpandedKey expanded{SecretBytes(level.private_size), ByteString(level.public_size)};
  word32 private_size = size32(level.private_size), public_size = size32(level.public_size);
  TRY(check(wc_MlDsaKey_ExportPrivRaw(key.get(), expanded.private_key.bytes().data(), &private_size)));
  TRY(check(wc_MlDsaKey_ExportPubRaw(key.get(), expanded.public_key.data(), &public_size)));
  return expanded;
}

// read_expanded takes an expanded key without its seed: the public key comes out of it, and has to fit what it says
// of itself (RFC 9881 §6).
Result<ExpandedKey> read_expanded(const Level& level, Bytes bytes) {
  if (bytes.size() != level.private_size) return Error(Reason::BAD_PRIVATE_KEY, "ML-DSA expanded key");
  MlDsaObject key = new_key(level);
  TRY(check(wc_MlDsaKey_ImportPrivRaw(key.get(), bytes.data(), size32(bytes.size())), Reason::BAD_PRIVATE_KEY,
            "ML-DSA expanded key"));
  auto public_key = mldsa_public_of(level.type, bytes);
  if (!public_key) return Error(Reason::BAD_PRIVATE_KEY, "ML-DSA expanded key: not consistent");
  return ExpandedKey{SecretBytes(bytes), *std::move(public_key)};
}

// read_choice reads ML-DSA-PrivateKey (RFC 9881 §6): seed [0], expandedKey OCTET STRING, or SEQUENCE of both.
Result<ExpandedKey> read_choice(const Level& level, Bytes der) {
  DerReader outer(der);
  Bytes seed, bytes;
  if (outer.optional(der::octet_string, bytes)) {
    if (outer.finish()) return read_expanded(level, bytes);
  } else if (outer.optional(der::context(0), seed)) {
    if (outer.finish() && seed.size() == seed_size) return expand_seed(level, seed);
  } else {
    DerReader both = outer.nested(der::sequence);
    seed = both.element(der::octet_string);
    bytes = both.element(der::octet_string);
    if (both.finish() && outer.finish() && seed.size() == seed_size) {
      auto expanded = TRY(expand_seed(level, seed));
      if (equal_constant_time(expanded.private_key, bytes)) return expanded;
    }
  }
  return Error(Reason::BAD_PRIVATE_KEY, "ML-DSA-PrivateKey");
}

}  // namespace

PublicKeyResult load_mldsa_public(const KeyAlgorithm& algorithm, Bytes bits) {
  // Every string of the right length is a public key.
  if (bits.size() != level_of(algorithm.info.type).public_size)
    return Error(Reason::BAD_CERTIFICATE, "ML-DSA public key");
  return std::shared_ptr<const PublicKey>(std::make_shared<MlDsaPublic>(algorithm.info, copy(bits)));
}

PrivateKeyResult load_mldsa_private(const KeyAlgorithm& algorithm, Bytes key, std::optional<Bytes> public_bits) {
  auto expanded = TRY(read_choice(level_of(algorithm.info.type), key));
  if (public_bits && !equal(*public_bits, expanded.public_key))
    return Error(Reason::BAD_PRIVATE_KEY, "ML-DSA-PrivateKey: another public key");
  auto public_key = std::make_shared<MlDsaPublic>(algorithm.info, std::move(expanded.public_key));
  return std::shared_ptr<const PrivateKey>(
      std::make_shared<MlDsaPrivate>(std::move(public_key), std::move(expanded.private_key)));
}

}  // namespace tlsock
