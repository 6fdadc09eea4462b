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

// Memory is what connections leave to those that come after them: a server's sessions are where its config is, a client
// takes the last one along.
class Memory {
 public:
  Memory() = default;
  ~Memory();
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  // options for the next connection. Throws Failure.
  std::string options(const Flags& flags);
  void set_session(nlohmann::json session) { session_ = std::move(session); }
  bool has_session() const { return !session_.is_null(); }

 private:
  tls_handle config_ = 0;
  nlohmann::json config_options_, session_;
};

// All functions throw Failure.
class Session {
 public:
  Session(const Flags& flags, Memory& memory);
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
  nlohmann::json session() const;  // its id and its data, as option reuse_session takes them; or null
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
