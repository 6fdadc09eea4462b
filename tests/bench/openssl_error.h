// What surrounds each call of OpenSSL: owners of its objects, its errors as exceptions, and keys.
#pragma once

#include <openssl/err.h>
#include <openssl/evp.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "base/bytes.h"

namespace tlsock::bench {

template <auto free_function>
struct OpensslFree {
  template <class T>
  void operator()(T* object) const {
    free_function(object);
  }
};
template <class T, auto free_function>
using OpensslPtr = std::unique_ptr<T, OpensslFree<free_function>>;

[[noreturn]] inline void openssl_failed() {
  char text[256];
  ERR_error_string_n(ERR_get_error(), text, sizeof text);
  throw std::runtime_error(std::string("OpenSSL: ") + text);
}

// ok is for calls that give 1 for success.
inline void ok(int result) {
  if (result != 1) openssl_failed();
}

template <class T>
T* ok(T* object) {
  if (!object) openssl_failed();
  return object;
}

using OpensslKey = OpensslPtr<EVP_PKEY, EVP_PKEY_free>;

inline OpensslKey private_key(const ByteString& der) {
  const unsigned char* at = der.data();
  return OpensslKey(ok(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(der.size()))));
}

}  // namespace tlsock::bench
