// Wire: the TCP connection to the runner, and the bytes between it and a socket of the memory transport.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/bogo/flags.h"
#include "tlsock/tls.h"

namespace tlsock::bogo {

class Wire {
 public:
  // Connects and tells the shim's id. Throws Failure.
  explicit Wire(const Flags& flags);
  // Half-closes and drains, so that the runner sees no reset.
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  // flush moves all output of `socket` to the runner. With async it leaves the library byte by byte.
  void flush(tls_handle socket);
  // let_out moves `count` bytes of it.
  void let_out(tls_handle socket, std::size_t count);
  // fill gives `socket` what the runner has sent, one byte with async, waiting for it; or the end.
  void fill(tls_handle socket);

 private:
  void send_all(const std::uint8_t* data, std::size_t size);
  bool receive();

  int fd_ = -1;
  const bool async_;
  bool can_write_ = true;
  std::vector<std::uint8_t> received_;  // not yet given to the library
  std::size_t given_ = 0;
};

}  // namespace tlsock::bogo
