// The computations of RFC 5054 §2.4 to §2.6.
#include "crypto/srp.h"

#include <algorithm>
#include <stdexcept>

#include "crypto/hash.h"
#include "crypto/number_internal.h"
#include "crypto/rng.h"
#include "crypto/srp_internal.h"

namespace tlsock {
namespace {

// RFC 5054 §2.5.3 asks for 256 bits. So many more than u·x has hide that product in the number of the sum's bits, too.
constexpr std::size_t exponent_size = 64;

Error bad_value(const char* name, std::source_location where = std::source_location::current()) {
  return Error(Reason::BAD_SRP_PARAMETERS, name, where);
}

// pad is PAD() of RFC 5054 §2.1.
ByteString pad(Bytes value, const SrpGroup& group) {
  value = significant(value);
  if (value.size() > group.N.size()) throw std::length_error("SRP: PAD");
  ByteString padded(group.N.size());
  std::ranges::copy(value, MutBytes(padded).last(value.size()).begin());
  return padded;
}

// in_range: RFC 5054 §2.5.3 and §2.5.4 refuse multiples of N; an honest peer has reduced his value, besides.
bool in_range(Bytes value, const SrpGroup& group) {
  value = significant(value);
  return !value.empty() && value.size() <= group.N.size() && Number(value) < Number(group.N);
}

Result<SecretBytes> make_exponent() {
  SecretBytes exponent(exponent_size);
  TRY(system_rng().fill(exponent.bytes()));
  exponent.bytes().front() |= 0x80;
  return exponent;
}

Number power_of_x(const SrpGroup& group, Bytes x) {
  if (x.size() > Secret::capacity) throw std::length_error("SRP: x");
  // A clear number of bits would tell a part of the dictionary that need not be tried.
  return power_of_short(Number(group.g), Number(x), 8 * x.size(), Number(group.N));
}

// on_wire: RFC 5054 §2.1 has no leading zeros in what is not PAD().
ByteString on_wire(const Number& value, const SrpGroup& group) {
  return copy(significant(value.bytes(group.N.size())));
}

// premaster_of: an integer that is a byte string by implicit conversion (RFC 5054 §2.1) has no leading zeros; OpenSSL,
// GnuTLS and Erlang all do so.
SharedSecret premaster_of(const Number& S, const SrpGroup& group) {
  return without_leading_zeros(S.bytes(group.N.size()));
}

}  // namespace

Digest srp_k(const SrpGroup& group) { return Hash::of(HashAlgorithm::sha1, {group.N, pad(group.g, group)}); }

Digest srp_u(const SrpGroup& group, Bytes A, Bytes B) {
  return Hash::of(HashAlgorithm::sha1, {pad(A, group), pad(B, group)});
}

Result<const SrpGroup*> accept_srp_group(Bytes N, Bytes g) {
  if (const SrpGroup* group = find_srp_group(N, g)) return group;
  return bad_value("group").with("bits", std::to_string(bit_size(N))).with_alert(Alert::insufficient_security);
}

Secret srp_x(Bytes user_name, Bytes password, Bytes salt) {
  Digest inner = Hash::of(HashAlgorithm::sha1, {user_name, as_bytes(":"), password});
  Digest outer = Hash::of(HashAlgorithm::sha1, {salt, inner});
  Secret x(outer.bytes());
  wipe(inner.data);
  wipe(outer.data);
  return x;
}

SecretBytes srp_verifier(const SrpGroup& group, Bytes x) { return power_of_x(group, x).bytes(group.N.size()); }

Result<SrpClient> SrpClient::respond(const SrpGroup& group, Bytes x, Bytes B) {
  const auto a = TRY(make_exponent());
  return srp_client_with(group, x, B, a);
}

Result<SrpClient> SrpClient::respond(const SrpGroup& group, Bytes user_name, Bytes password, Bytes salt, Bytes B) {
  return respond(group, srp_x(user_name, password, salt), B);
}

Result<SrpClient> srp_client_with(const SrpGroup& group, Bytes x, Bytes B, Bytes a) {
  if (!in_range(B, group)) return bad_value("B");
  const Number N(group.N), exponent(a);
  SrpClient client{on_wire(power(Number(group.g), exponent, N), group), {}};
  const Number u(srp_u(group, client.A, B));
  if (u.is_zero()) return bad_value("u");
  // S = (B - k·g^x) ^ (a + u·x) % N.
  const Number base = difference(Number(B), product(Number(srp_k(group)), power_of_x(group, x), N), N);
  if (base.is_zero()) return bad_value("B");
  client.premaster = premaster_of(power(base, sum(exponent, product(u, Number(x))), N), group);
  return client;
}

Result<std::unique_ptr<SrpServer>> SrpServer::from_x(const SrpGroup& group, Bytes x) {
  return from_verifier(group, srp_verifier(group, x));
}

Result<std::unique_ptr<SrpServer>> SrpServer::from_verifier(const SrpGroup& group, Bytes v) {
  const auto b = TRY(make_exponent());
  return srp_server_with(group, v, b);
}

Result<std::unique_ptr<SrpServer>> srp_server_with(const SrpGroup& group, Bytes v, Bytes b) {
  if (!in_range(v, group)) return bad_value("v").with_alert(Alert::internal_error);
  const Number N(group.N);
  // B = (k·v + g^b) % N.
  const Number B = sum(product(Number(srp_k(group)), Number(v), N), power(Number(group.g), Number(b), N), N);
  if (B.is_zero()) return Error(Reason::CRYPTO_FAILURE, "SRP: B");
  return std::unique_ptr<SrpServer>(new SrpServer(group, SecretBytes(v), SecretBytes(b), on_wire(B, group)));
}

Result<SharedSecret> SrpServer::agree(Bytes A) const {
  if (!in_range(A, group_)) return bad_value("A");
  const Number N(group_.N), u(srp_u(group_, A, B_));
  if (u.is_zero()) return bad_value("u");
  // S = (A · v^u) ^ b % N.
  const Number base = product(Number(A), power(Number(v_), u, N), N);
  return premaster_of(power(base, Number(b_), N), group_);
}

SrpFakeUser srp_fake_user(Bytes seed, Bytes user_name, std::size_t salt_size) {
  if (seed.size() < 16 || salt_size > Secret::capacity) throw std::length_error("srp_fake_user");
  const Secret salt = hmac(HashAlgorithm::sha512, seed, {as_bytes("salt"), user_name});
  const Secret x = hmac(HashAlgorithm::sha512, seed, {as_bytes("x"), user_name});
  return {copy(salt.bytes().first(salt_size)), Secret(x.bytes().first(digest_size(HashAlgorithm::sha1)))};
}

}  // namespace tlsock
