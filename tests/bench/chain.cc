// The certificates of the benchmark, by the tests' certification authority.
#include "tests/bench/chain.h"

#include <map>

namespace tlsock::bench {
namespace {

Chain make_chain(KeyType type) {
  const test::KeySpec ca_key{.type = type, .number = 1}, leaf_key{.type = type, .number = 2};
  const test::TestCa ca({.common_name = "benchmark CA", .key = ca_key});
  const test::Issued leaf =
      ca.issue({.common_name = host, .dns = {host}, .key = leaf_key, .eku = {test::server_auth()}});
  const CertificatePtr parsed = leaf.parsed();
  return {type,
          ca.certificate(),
          leaf.certificate,
          test::test_key(ca_key).spki,
          test::test_key(leaf_key).spki,
          leaf.private_key,
          copy(parsed->tbs()),
          copy(parsed->signature())};
}

}  // namespace

const Chain& chain_of(KeyType type) {
  static std::map<KeyType, Chain> chains;
  const auto known = chains.find(type);
  return known != chains.end() ? known->second : chains.emplace(type, make_chain(type)).first->second;
}

}  // namespace tlsock::bench
