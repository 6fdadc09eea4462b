// Store: where a server's sessions live. The default is in the process (memory_store.h); others may share theirs among
// machines.
#pragma once

#include "base/clock.h"
#include "base/secret.h"

namespace tlsock {

// A Store is used by any number of threads. Whatever goes wrong in it is as if it knew nothing: a full handshake follows.
class Store {
 public:
  virtual ~Store() = default;

  // put keeps a value until `expires`, replacing what the key had.
  virtual void put(Bytes key, Bytes value, UnixTime now, UnixTime expires) = 0;
  // get gives a value that has not expired, or nothing.
  virtual SecretBytes get(Bytes key, UnixTime now) = 0;
  // take is get and remove in one step: of any number that take one key, one gets the value.
  virtual SecretBytes take(Bytes key, UnixTime now) = 0;
  virtual void remove(Bytes key) = 0;
};

}  // namespace tlsock
