// DhParams, DhKey: finite-field Diffie-Hellman in a group that the peer or the user names: DHE of TLS 1.2 and before
// (RFC 5246 §7.4.3). KeyExchange has the named groups of TLS 1.3.
#pragma once

#include <memory>
#include <optional>

#include "base/result.h"
#include "base/secret.h"
#include "crypto/key_exchange.h"

namespace tlsock {

// DhParams are ServerDHParams' dh_p and dh_g: magnitudes, with or without leading zeros.
struct DhParams {
  ByteString p, g;
};

// Below 2048 bits one precomputation, in reach of a state, breaks all that use the group (Logjam); RFC 9325 §4.1 and
// RFC 7919 §2 know nothing less. Above 8192 wolfCrypt's numbers end.
inline constexpr std::size_t min_dh_bits = 2048, max_dh_bits = 8192;

// parse_dh_params decodes a DHParameter of PKCS#3, exactly: BAD_DH_PARAMETERS. What it gives has not been checked.
Result<DhParams> parse_dh_params(Bytes der);

// dh_params are those of a group of RFC 7919; std::logic_error for any other group.
const DhParams& dh_params(NamedGroup ffdhe);

// named_group tells which group of RFC 7919 has these parameters.
std::optional<NamedGroup> named_group(const DhParams& params);

// check_dh_params looks at size and range: BAD_DH_PARAMETERS, by insufficient_security if it is p that is too small. It
// does not look for primes: nobody has a millisecond for that in a handshake, and who sends a bad group hurts himself,
// as long as a DhKey is used once.
Status check_dh_params(const DhParams& params);

// DhKey is an ephemeral key of one handshake. Never use it in two: a secret's stripped zeros show in the time that the
// handshake takes, and with many secrets of one key that gives one of them away (Raccoon).
class DhKey {
 public:
  // generate checks the parameters as check_dh_params does.
  static Result<std::unique_ptr<DhKey>> generate(DhParams params);
  ~DhKey();

  const DhParams& params() const;
  // share is dh_Ys or dh_Yc, padded to the size of p.
  Bytes share() const;
  // agree gives Z without leading zeros (RFC 5246 §8.1.2). BAD_ECPOINT, by handshake_failure, unless 1 < Y < p - 1.
  Result<SharedSecret> agree(Bytes peer_share) const;

 private:
  struct Parts;
  explicit DhKey(Parts parts);
  const std::unique_ptr<const Parts> parts_;
};

}  // namespace tlsock
