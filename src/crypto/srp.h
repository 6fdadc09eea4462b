// SrpClient, SrpServer: SRP-6 as TLS has it (RFC 5054), with SHA-1, whose collisions do no harm here. Names are the
// RFC's: I the user's name, P his password, s the salt, x their hash, v the verifier.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "crypto/key_exchange.h"

namespace tlsock {

// SrpGroup is one of RFC 5054 appendix A; `name` is Erlang's, from srp_1024 to srp_8192.
struct SrpGroup {
  const char* name;
  ByteString N, g;
};
std::span<const SrpGroup> srp_groups();

// find_srp_group is null for a group that is not in the table.
const SrpGroup* find_srp_group(std::string_view name);
const SrpGroup* find_srp_group(Bytes N, Bytes g);

// accept_srp_group is for the client: BAD_SRP_PARAMETERS, by insufficient_security, for a group that is not in the
// table (RFC 5054 §2.5.3). No group in it has fewer than 1024 bits.
Result<const SrpGroup*> accept_srp_group(Bytes N, Bytes g);

// srp_x is SHA1(s | SHA1(I | ":" | P)), as good as the password to whoever has it. SASLprep is the caller's (§2.3).
Secret srp_x(Bytes user_name, Bytes password, Bytes salt);

// srp_verifier is v = g^x % N, as long as N. x has at most 64 bytes.
SecretBytes srp_verifier(const SrpGroup& group, Bytes x);

// SrpClient is the client's whole part.
struct SrpClient {
  ByteString A;
  SharedSecret premaster;

  // respond answers the server's B, with an `x` of srp_x: BAD_SRP_PARAMETERS, by illegal_parameter, if B is not a value
  // that an honest server sends.
  static Result<SrpClient> respond(const SrpGroup& group, Bytes x, Bytes B);
  static Result<SrpClient> respond(const SrpGroup& group, Bytes user_name, Bytes password, Bytes salt, Bytes B);
};

// SrpServer is the server's ephemeral key of one handshake. The group must outlive it; those of srp_groups() do.
class SrpServer {
 public:
  static Result<std::unique_ptr<SrpServer>> from_x(const SrpGroup& group, Bytes x);
  // BAD_SRP_PARAMETERS, by internal_error, unless 0 < v < N.
  static Result<std::unique_ptr<SrpServer>> from_verifier(const SrpGroup& group, Bytes v);

  Bytes B() const { return B_; }
  // agree gives the premaster secret: BAD_SRP_PARAMETERS, by illegal_parameter, if A is not a value that an honest
  // client sends.
  Result<SharedSecret> agree(Bytes A) const;

 private:
  friend Result<std::unique_ptr<SrpServer>> srp_server_with(const SrpGroup& group, Bytes v, Bytes b);
  SrpServer(const SrpGroup& group, SecretBytes v, SecretBytes b, ByteString B)
      : group_(group), v_(std::move(v)), b_(std::move(b)), B_(std::move(B)) {}

  const SrpGroup& group_;
  const SecretBytes v_, b_;
  const ByteString B_;
};

// SrpFakeUser stands for a user that does not exist, so that his absence does not show (RFC 5054 §2.5.1.3). It is the
// same for the same name as long as the caller keeps his seed, which is secret and has at least 16 bytes.
struct SrpFakeUser {
  ByteString salt;
  Secret x;
};
// `salt_size` is that of the real users' salts, at most 64.
SrpFakeUser srp_fake_user(Bytes seed, Bytes user_name, std::size_t salt_size = 20);

}  // namespace tlsock
