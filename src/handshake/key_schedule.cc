// Derivations of RFC 8446 §7.
#include "handshake/key_schedule.h"

namespace tlsock {

Secret derive_secret(HashAlgorithm hash, Bytes secret, std::string_view label, Bytes transcript_hash) {
  Secret derived(digest_size(hash));
  hkdf_expand_label(hash, secret, label, transcript_hash, derived.bytes());
  return derived;
}

namespace {

// next_salt is what a stage hands to the next: Derive-Secret(., "derived", "").
Secret next_salt(HashAlgorithm hash, Prk& stage) { return stage.expand_label("derived", Hash::of(hash, {})); }

Prk extract(HashAlgorithm hash, Bytes salt, Bytes input) { return Prk(hash, hkdf_extract(hash, salt, input)); }

// salt_without_psk is what follows from no PSK: the same for all handshakes, and no secret.
const Secret& salt_without_psk(HashAlgorithm hash) {
  const auto make = [](HashAlgorithm of) {
    Prk early = extract(of, {}, {});
    return new const Secret(next_salt(of, early));
  };
  static const Secret &sha256 = *make(HashAlgorithm::sha256), &sha384 = *make(HashAlgorithm::sha384);
  return hash == HashAlgorithm::sha384 ? sha384 : sha256;
}

}  // namespace

HandshakeSecret EarlySecret::with(Bytes shared_secret) && {
  return HandshakeSecret(hash_, extract(hash_, salt_without_psk(hash_), shared_secret));
}

MasterSecret HandshakeSecret::finish() && { return MasterSecret(extract(hash_, next_salt(hash_, secret_), {})); }

Secret verify_data(HashAlgorithm hash, Bytes handshake_traffic_secret, Bytes transcript_hash) {
  const Secret finished_key = derive_secret(hash, handshake_traffic_secret, "finished", {});
  return hmac(hash, finished_key, {transcript_hash});
}

Secret next_traffic_secret(HashAlgorithm hash, Bytes traffic_secret) {
  return derive_secret(hash, traffic_secret, "traffic upd", {});
}

void export_keying_material(HashAlgorithm hash, Bytes exporter_master_secret, std::string_view label, Bytes context,
                            MutBytes out) {
  const Secret secret = derive_secret(hash, exporter_master_secret, label, Hash::of(hash, {}));
  hkdf_expand_label(hash, secret, "exporter", Hash::of(hash, {context}), out);
}

}  // namespace tlsock
