// Session: one connection of the library on a Wire. Calls that want bytes or answers are given them and repeated.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "tests/bogo/flags.h"
#include "tests/bogo/wire.h"

namespace tlsock::bogo {

// All functions throw Failure.
class Session {
 public:
  explicit Session(const Flags& flags);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void handshake();
  // read gives the size of what came; 0 at the end, be it clean or not.
  std::size_t read(std::span<std::uint8_t> into);
  void write(std::span<const std::uint8_t> data);
  // begin_write lets a single byte of the record out, and nothing more before the next write.
  void begin_write(std::span<const std::uint8_t> data);
  void update_keys();
  void shut_down();
  // was_closed tells whether the peer's close_notify came.
  bool was_closed() const { return was_closed_; }

  nlohmann::json info() const;
  nlohmann::json explanation() const;
  std::vector<std::string> peer_chain() const;  // base64 of DER; empty if there is none
  std::string export_keying_material() const;

 private:
  tls_status run(const std::function<tls_status()>& call);
  void answer();

  const Flags& flags_;
  tls_handle socket_ = 0;
  Wire wire_;
  bool was_closed_ = false;
  bool answer_is_late_ = false;
  bool holds_output_ = false;
};

}  // namespace tlsock::bogo
