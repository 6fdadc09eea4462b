// The same operations by OpenSSL's EVP functions, as libssl calls them: algorithms fetched and keys loaded once,
// contexts fresh.
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "tests/bench/openssl_error.h"
#include "tests/bench/primitives.h"

namespace tlsock::bench {
namespace {

using Key = OpensslKey;
using KeyContext = OpensslPtr<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using DigestContext = OpensslPtr<EVP_MD_CTX, EVP_MD_CTX_free>;
using CipherContext = OpensslPtr<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;
using Kdf = OpensslPtr<EVP_KDF, EVP_KDF_free>;
using KdfContext = OpensslPtr<EVP_KDF_CTX, EVP_KDF_CTX_free>;
using Mac = OpensslPtr<EVP_MAC, EVP_MAC_free>;
using MacContext = OpensslPtr<EVP_MAC_CTX, EVP_MAC_CTX_free>;

Key public_key(const ByteString& spki) {
  const unsigned char* at = spki.data();
  return Key(ok(d2i_PUBKEY(nullptr, &at, static_cast<long>(spki.size()))));
}

// A null pointer is an error even for nothing.
OSSL_PARAM octets(const char* name, Bytes bytes) {
  static std::uint8_t nothing;
  return OSSL_PARAM_construct_octet_string(name, bytes.empty() ? &nothing : const_cast<std::uint8_t*>(bytes.data()),
                                           bytes.size());
}

OSSL_PARAM text(const char* name, const char* value) {
  return OSSL_PARAM_construct_utf8_string(name, const_cast<char*>(value), 0);
}

class OpensslX25519 final : public Ephemeral {
 public:
  OpensslX25519() {
    const KeyContext context(ok(EVP_PKEY_CTX_new_from_name(nullptr, "X25519", nullptr)));
    EVP_PKEY* key = nullptr;
    ok(EVP_PKEY_keygen_init(context.get()));
    ok(EVP_PKEY_keygen(context.get(), &key));
    key_.reset(key);
    share_.resize(x25519_size);
    std::size_t size = share_.size();
    ok(EVP_PKEY_get_raw_public_key(key, share_.data(), &size));
  }
  void agree(Bytes peer, MutBytes secret) override {
    const Key other(ok(EVP_PKEY_new_raw_public_key_ex(nullptr, "X25519", nullptr, peer.data(), peer.size())));
    const KeyContext context(ok(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr)));
    std::size_t size = secret.size();
    ok(EVP_PKEY_derive_init(context.get()));
    ok(EVP_PKEY_derive_set_peer(context.get(), other.get()));
    ok(EVP_PKEY_derive(context.get(), secret.data(), &size));
  }

 private:
  Key key_;
};

class OpensslHash final : public RunningHash {
 public:
  explicit OpensslHash(const EVP_MD* algorithm) : state_(ok(EVP_MD_CTX_new())), fork_(ok(EVP_MD_CTX_new())) {
    ok(EVP_DigestInit_ex(state_.get(), algorithm, nullptr));
  }
  void update(Bytes bytes) override { ok(EVP_DigestUpdate(state_.get(), bytes.data(), bytes.size())); }
  void digest(MutBytes out) override {
    ok(EVP_MD_CTX_copy_ex(fork_.get(), state_.get()));
    ok(EVP_DigestFinal_ex(fork_.get(), out.data(), nullptr));
  }

 private:
  const DigestContext state_, fork_;
};

class OpensslAead final : public RawAead {
 public:
  OpensslAead(const EVP_CIPHER* cipher, Bytes key) : seal_(ok(EVP_CIPHER_CTX_new())), open_(ok(EVP_CIPHER_CTX_new())) {
    ok(EVP_EncryptInit_ex(seal_.get(), cipher, nullptr, key.data(), nullptr));
    ok(EVP_DecryptInit_ex(open_.get(), cipher, nullptr, key.data(), nullptr));
  }
  void seal(Bytes nonce, Bytes aad, Bytes plain, MutBytes sealed) override {
    int size = 0;
    ok(EVP_EncryptInit_ex(seal_.get(), nullptr, nullptr, nullptr, nonce.data()));
    ok(EVP_EncryptUpdate(seal_.get(), nullptr, &size, aad.data(), static_cast<int>(aad.size())));
    ok(EVP_EncryptUpdate(seal_.get(), sealed.data(), &size, plain.data(), static_cast<int>(plain.size())));
    ok(EVP_EncryptFinal_ex(seal_.get(), sealed.data() + size, &size));
    ok(EVP_CIPHER_CTX_ctrl(seal_.get(), EVP_CTRL_AEAD_GET_TAG, tag_size, sealed.data() + plain.size()));
  }
  void open(Bytes nonce, Bytes aad, Bytes sealed, MutBytes plain) override {
    int size = 0;
    ok(EVP_DecryptInit_ex(open_.get(), nullptr, nullptr, nullptr, nonce.data()));
    ok(EVP_CIPHER_CTX_ctrl(open_.get(), EVP_CTRL_AEAD_SET_TAG, tag_size,
                           const_cast<std::uint8_t*>(sealed.data() + plain.size())));
    ok(EVP_DecryptUpdate(open_.get(), nullptr, &size, aad.data(), static_cast<int>(aad.size())));
    ok(EVP_DecryptUpdate(open_.get(), plain.data(), &size, sealed.data(), static_cast<int>(plain.size())));
    ok(EVP_DecryptFinal_ex(open_.get(), plain.data() + size, &size));
  }

 private:
  static constexpr int tag_size = 16;
  const CipherContext seal_, open_;
};

class Openssl final : public Primitives {
 public:
  explicit Openssl(const Chain& chain)
      : private_(private_key(chain.leaf_key)), leaf_(public_key(chain.leaf_spki)), ca_(public_key(chain.ca_spki)) {}

  std::unique_ptr<Ephemeral> x25519() override { return std::make_unique<OpensslX25519>(); }
  std::unique_ptr<Ephemeral> mlkem768() override { return nullptr; }
  void encapsulate(Bytes, MutBytes, MutBytes) override {}

  ByteString sign(Bytes digest) override {
    const KeyContext context(ok(EVP_PKEY_CTX_new_from_pkey(nullptr, private_.get(), nullptr)));
    ok(EVP_PKEY_sign_init(context.get()));
    set_algorithm(context.get(), private_.get(), RSA_PKCS1_PSS_PADDING);
    ByteString signature(static_cast<std::size_t>(EVP_PKEY_get_size(private_.get())));
    std::size_t size = signature.size();
    ok(EVP_PKEY_sign(context.get(), signature.data(), &size, digest.data(), digest.size()));
    signature.resize(size);
    return signature;
  }
  void verify_leaf(Bytes digest, Bytes signature) override {
    verify(leaf_.get(), RSA_PKCS1_PSS_PADDING, digest, signature);
  }
  void verify_ca(Bytes digest, Bytes signature) override { verify(ca_.get(), RSA_PKCS1_PADDING, digest, signature); }
  void import_leaf() override {}

  std::unique_ptr<RunningHash> hash() override { return std::make_unique<OpensslHash>(sha256_.get()); }
  void hkdf_extract(Bytes salt, Bytes ikm, MutBytes out) override {
    int mode = EVP_KDF_HKDF_MODE_EXTRACT_ONLY;
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
                                     text(OSSL_KDF_PARAM_DIGEST, "SHA256"), octets(OSSL_KDF_PARAM_KEY, ikm),
                                     octets(OSSL_KDF_PARAM_SALT, salt), OSSL_PARAM_construct_end()};
    derive(hkdf_.get(), parameters, out);
  }
  void hkdf_expand_label(Bytes secret, std::string_view label, Bytes context, MutBytes out) override {
    int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
                                     text(OSSL_KDF_PARAM_DIGEST, "SHA256"),
                                     octets(OSSL_KDF_PARAM_KEY, secret),
                                     octets(OSSL_KDF_PARAM_PREFIX, as_bytes("tls13 ")),
                                     octets(OSSL_KDF_PARAM_LABEL, as_bytes(label)),
                                     octets(OSSL_KDF_PARAM_DATA, context),
                                     OSSL_PARAM_construct_end()};
    derive(tls13_kdf_.get(), parameters, out);
  }
  void hmac(Bytes key, Bytes data, MutBytes out) override {
    const MacContext context(ok(EVP_MAC_CTX_new(hmac_.get())));
    const OSSL_PARAM parameters[] = {text(OSSL_MAC_PARAM_DIGEST, "SHA256"), OSSL_PARAM_construct_end()};
    std::size_t size = 0;
    ok(EVP_MAC_init(context.get(), key.data(), key.size(), parameters));
    ok(EVP_MAC_update(context.get(), data.data(), data.size()));
    ok(EVP_MAC_final(context.get(), out.data(), &size, out.size()));
  }
  std::unique_ptr<RawAead> aead(AeadAlgorithm algorithm, Bytes key) override {
    const EVP_CIPHER* cipher = algorithm == AeadAlgorithm::aes_128_gcm   ? EVP_aes_128_gcm()
                               : algorithm == AeadAlgorithm::aes_256_gcm ? EVP_aes_256_gcm()
                                                                         : EVP_chacha20_poly1305();
    return std::make_unique<OpensslAead>(cipher, key);
  }

 private:
  static void set_algorithm(EVP_PKEY_CTX* context, const EVP_PKEY* key, int padding) {
    ok(EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()));
    if (!EVP_PKEY_is_a(key, "RSA")) return;
    ok(EVP_PKEY_CTX_set_rsa_padding(context, padding));
    if (padding == RSA_PKCS1_PSS_PADDING) ok(EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST));
  }
  static void verify(EVP_PKEY* key, int padding, Bytes digest, Bytes signature) {
    const KeyContext context(ok(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr)));
    ok(EVP_PKEY_verify_init(context.get()));
    set_algorithm(context.get(), key, padding);
    ok(EVP_PKEY_verify(context.get(), signature.data(), signature.size(), digest.data(), digest.size()));
  }
  static void derive(EVP_KDF* kdf, const OSSL_PARAM* parameters, MutBytes out) {
    const KdfContext context(ok(EVP_KDF_CTX_new(kdf)));
    ok(EVP_KDF_derive(context.get(), out.data(), out.size(), parameters));
  }

  const Key private_, leaf_, ca_;
  const OpensslPtr<EVP_MD, EVP_MD_free> sha256_{ok(EVP_MD_fetch(nullptr, "SHA256", nullptr))};
  const Kdf hkdf_{ok(EVP_KDF_fetch(nullptr, "HKDF", nullptr))};
  const Kdf tls13_kdf_{ok(EVP_KDF_fetch(nullptr, "TLS13-KDF", nullptr))};
  const Mac hmac_{ok(EVP_MAC_fetch(nullptr, "HMAC", nullptr))};
};

}  // namespace

std::unique_ptr<Primitives> openssl_primitives(const Chain& chain) { return std::make_unique<Openssl>(chain); }

}  // namespace tlsock::bench
