// Reading of the tests' certificates; a failure ends the test run with a word of what is missing.
#include "tests/support/credentials.h"

#include <stdexcept>

#include "x509/pem.h"

namespace tlsock::test {
namespace {

std::string path_of(const std::string& name) { return std::string(TLSOCK_TEST_DATA) + "/certs/" + name + ".pem"; }

template <class T>
T must(Result<T> result, const std::string& path) {
  if (!result) throw std::runtime_error("cannot use " + path + ": " + info(result.error().reason).name);
  return *std::move(result);
}

}  // namespace

Credential credential(const std::string& name) {
  return {must(certificates_from_file(path_of(name)), name), must(private_key_from_file(path_of(name + "-key"), {}), name)};
}

std::shared_ptr<const TrustStore> anchors(const std::string& name) {
  return std::make_shared<const TrustStore>(must(certificates_from_file(path_of(name)), name));
}

}  // namespace tlsock::test
