// Ed25519 and Ed448 keys (RFC 8032, RFC 8410).
#include <wolfssl/wolfcrypt/ed25519.h>
#include <wolfssl/wolfcrypt/ed448.h>

#include <algorithm>
#include <array>

#include "crypto/keys_internal.h"
#include "crypto/wolf_internal.h"

namespace tlsock {
namespace {

// Each family tells EddsaPublic and EddsaPrivate about one curve.
struct Ed25519 {
  static constexpr auto kind = SignatureAlgorithm::Kind::ed25519;
  static constexpr std::size_t key_size = ED25519_KEY_SIZE, public_size = ED25519_PUB_KEY_SIZE,
                               signature_size = ED25519_SIG_SIZE;
  using Object = WolfObject<ed25519_key, wc_ed25519_free>;

  static int init(Object& key) { return wc_ed25519_init_ex(key.get(), nullptr, INVALID_DEVID); }
  static int import_public(Object& key, Bytes bytes, bool trusted) {
    return wc_ed25519_import_public_ex(bytes.data(), size32(bytes.size()), key.get(), trusted);
  }
  static int import_private(Object& key, Bytes secret, Bytes public_value) {
    return wc_ed25519_import_private_key_ex(secret.data(), size32(secret.size()), public_value.data(),
                                            size32(public_value.size()), key.get(), 1);
  }
  static int derive(Object& key, Bytes secret, MutBytes public_value) {
    const int code = wc_ed25519_import_private_only(secret.data(), size32(secret.size()), key.get());
    return code ? code : wc_ed25519_make_public(key.get(), public_value.data(), size32(public_value.size()));
  }
  static int sign(Object& key, Bytes message, std::uint8_t* to, word32* size) {
    return wc_ed25519_sign_msg(message.data(), size32(message.size()), to, size, key.get());
  }
  static int verify(Object& key, Bytes message, Bytes signature, int* good) {
    return wc_ed25519_verify_msg(signature.data(), size32(signature.size()), message.data(), size32(message.size()),
                                 good, key.get());
  }
};

struct Ed448 {
  static constexpr auto kind = SignatureAlgorithm::Kind::ed448;
  static constexpr std::size_t key_size = ED448_KEY_SIZE, public_size = ED448_PUB_KEY_SIZE,
                               signature_size = ED448_SIG_SIZE;
  using Object = WolfObject<ed448_key, wc_ed448_free>;

  static int init(Object& key) { return wc_ed448_init_ex(key.get(), nullptr, INVALID_DEVID); }
  static int import_public(Object& key, Bytes bytes, bool trusted) {
    return wc_ed448_import_public_ex(bytes.data(), size32(bytes.size()), key.get(), trusted);
  }
  static int import_private(Object& key, Bytes secret, Bytes public_value) {
    return wc_ed448_import_private_key_ex(secret.data(), size32(secret.size()), public_value.data(),
                                          size32(public_value.size()), key.get(), 1);
  }
  static int derive(Object& key, Bytes secret, MutBytes public_value) {
    const int code = wc_ed448_import_private_only(secret.data(), size32(secret.size()), key.get());
    return code ? code : wc_ed448_make_public(key.get(), public_value.data(), size32(public_value.size()));
  }
  // RFC 8446 §4.2.3: Ed448 with an empty context.
  static int sign(Object& key, Bytes message, std::uint8_t* to, word32* size) {
    return wc_ed448_sign_msg(message.data(), size32(message.size()), to, size, key.get(), nullptr, 0);
  }
  static int verify(Object& key, Bytes message, Bytes signature, int* good) {
    return wc_ed448_verify_msg(signature.data(), size32(signature.size()), message.data(), size32(message.size()), good,
                               key.get(), nullptr, 0);
  }
};

// some is a message with an address, since wolfCrypt refuses null even for an empty one.
Bytes some(Bytes message) {
  static constexpr std::uint8_t nothing[1] = {};
  return message.empty() ? Bytes(nothing).first(0) : message;
}

template <class Family>
typename Family::Object new_key() {
  typename Family::Object key;
  must(Family::init(key));
  return key;
}

template <class Family>
class EddsaPublic final : public PublicKeyBase {
 public:
  EddsaPublic(const KeyInfo& info, ByteString value) : PublicKeyBase(info, std::move(value)) {}

  using PublicKey::verify;
  Status verify(const SignatureAlgorithm& algorithm, Bytes message, Bytes signature) const override {
    if (algorithm.kind != Family::kind) return Error(Reason::BAD_SIGNATURE, "the key is of another kind");
    if (signature.size() != Family::signature_size) return Error(Reason::BAD_SIGNATURE);
    auto key = new_key<Family>();
    int good = 0;
    TRY(check(Family::import_public(key, value(), true)));
    TRY(check(Family::verify(key, some(message), signature, &good), Reason::BAD_SIGNATURE));
    if (good != 1) return Error(Reason::BAD_SIGNATURE);
    return {};
  }
};

template <class Family>
class EddsaPrivate final : public PrivateKeyBase {
 public:
  EddsaPrivate(std::shared_ptr<const EddsaPublic<Family>> public_key, SecretBytes secret)
      : PrivateKeyBase(std::move(public_key)), secret_(std::move(secret)) {}

  Result<ByteString> sign(const SignatureAlgorithm& algorithm, Bytes message) const override {
    if (algorithm.kind != Family::kind) return Error(Reason::WRONG_SIGNATURE_TYPE, "EdDSA");
    auto key = new_key<Family>();
    TRY(check(Family::import_private(key, secret_, public_key().value())));
    ByteString signature(Family::signature_size);
    word32 size = size32(signature.size());
    TRY(check(Family::sign(key, some(message), signature.data(), &size), Reason::KEY_OPERATION_FAILED, "EdDSA"));
    if (size != signature.size()) return Error(Reason::KEY_OPERATION_FAILED, "EdDSA");
    return signature;
  }

 private:
  const SecretBytes secret_;
};

template <class Family>
PublicKeyResult load_public(const KeyInfo& info, Bytes bits) {
  auto key = new_key<Family>();
  if (bits.size() != Family::public_size || !check(Family::import_public(key, bits, false)))
    return Error(Reason::BAD_CERTIFICATE, "EdDSA public key");
  return std::shared_ptr<const PublicKey>(std::make_shared<EddsaPublic<Family>>(info, copy(bits)));
}

template <class Family>
PrivateKeyResult load_private(const KeyInfo& info, Bytes der, std::optional<Bytes> public_bits) {
  // RFC 8410 §7: CurvePrivateKey, an OCTET STRING within the OCTET STRING.
  DerReader outer(der);
  const Bytes secret = outer.element(der::octet_string);
  if (!outer.finish() || secret.size() != Family::key_size) return Error(Reason::BAD_PRIVATE_KEY, "CurvePrivateKey");
  auto key = new_key<Family>();
  ByteString value(Family::public_size);
  TRY(check(Family::derive(key, secret, value), Reason::BAD_PRIVATE_KEY, "CurvePrivateKey"));
  if (public_bits && !equal(*public_bits, value))
    return Error(Reason::BAD_PRIVATE_KEY, "CurvePrivateKey: another public key");
  auto public_key = std::make_shared<EddsaPublic<Family>>(info, std::move(value));
  return std::shared_ptr<const PrivateKey>(
      std::make_shared<EddsaPrivate<Family>>(std::move(public_key), SecretBytes(secret)));
}

}  // namespace

PublicKeyResult load_ed25519_public(const KeyAlgorithm& algorithm, Bytes bits) {
  return load_public<Ed25519>(algorithm.info, bits);
}
PublicKeyResult load_ed448_public(const KeyAlgorithm& algorithm, Bytes bits) {
  return load_public<Ed448>(algorithm.info, bits);
}
PrivateKeyResult load_ed25519_private(const KeyAlgorithm& algorithm, Bytes key, std::optional<Bytes> public_bits) {
  return load_private<Ed25519>(algorithm.info, key, public_bits);
}
PrivateKeyResult load_ed448_private(const KeyAlgorithm& algorithm, Bytes key, std::optional<Bytes> public_bits) {
  return load_private<Ed448>(algorithm.info, key, public_bits);
}

}  // namespace tlsock
