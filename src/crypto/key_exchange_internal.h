// Group: what each family of named groups gives to key_exchange.cc.
#pragma once

#include "crypto/key_exchange.h"

namespace tlsock {

struct Group {
  NamedGroup name;
  // RFC 8446 §4.2.8: every group has shares of one length.
  std::size_t client_share, server_share, secret;
  // wolfCrypt's curve id, DH group or ML-KEM type.
  int wolf_id;
  Result<std::unique_ptr<KeyExchange>> (*generate)(const Group&);
  // respond sees a share of the right length.
  Result<KeyExchange::Response> (*respond)(const Group&, Bytes client_share);
};

// find_group is null for a group that is not implemented.
const Group* find_group(NamedGroup name);

// respond_by_agreement serves the groups where both sides do the same: all but ML-KEM and the hybrids.
Result<KeyExchange::Response> respond_by_agreement(const Group& group, Bytes client_share);

Result<std::unique_ptr<KeyExchange>> generate_x25519(const Group& group);
Result<std::unique_ptr<KeyExchange>> generate_x448(const Group& group);
Result<std::unique_ptr<KeyExchange>> generate_ecdh(const Group& group);
Result<std::unique_ptr<KeyExchange>> generate_ffdhe(const Group& group);
Result<std::unique_ptr<KeyExchange>> generate_mlkem(const Group& group);
Result<KeyExchange::Response> respond_mlkem(const Group& group, Bytes client_share);

// ffdhe_exponent_size is that of the short exponents of RFC 7919 appendix A, in whole bytes.
std::size_t ffdhe_exponent_size(NamedGroup group);

// The same with given randomness, for known-answer tests: a private key of the curve; d || z and m of FIPS 203.
Result<std::unique_ptr<KeyExchange>> import_x25519(const Group& group, Bytes private_key);
Result<std::unique_ptr<KeyExchange>> import_x448(const Group& group, Bytes private_key);
Result<std::unique_ptr<KeyExchange>> import_ecdh(const Group& group, Bytes private_key);
Result<std::unique_ptr<KeyExchange>> import_mlkem(const Group& group, Bytes seed);
Result<KeyExchange::Response> respond_mlkem_with(const Group& group, Bytes client_share, Bytes randomness);

}  // namespace tlsock
