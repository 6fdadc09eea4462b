// Attacks: what a hostile client does to a server, and what it should be told.
#pragma once

#include <functional>
#include <vector>

#include "base/reason.h"
#include "tests/support/hostile.h"

namespace tlsock::test {

// Wire is a blocking connection to a port of this machine.
class Wire {
 public:
  explicit Wire(std::uint16_t port);
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  // write gives false once the other side has gone; read gives nothing at the end, or if nothing comes for long.
  bool write(Bytes bytes);
  ByteString read();
  void close();

 private:
  int fd_;
};

// Attacker is an honest client as long as it likes, over a wire.
class Attacker {
 public:
  explicit Attacker(std::uint16_t port);

  Wire wire;
  // hello is what an honest client would begin with.
  ByteString hello();
  void handshake();
  // seal makes a record of the client's, after the handshake.
  ByteString seal(ContentType type, const ByteString& content) { return sealer_->record(type, content); }
  void update_keys() { sealer_->update(); }
  // told is the alert that the server sends, or none if it says nothing until its end.
  Alert told();

 private:
  FakeClock clock_;
  Connection client_;
  std::optional<Peer> sealer_;
};

struct Attack {
  const char* name;
  std::function<void(Attacker&)> run;
  Alert told;  // none: the server just goes
};

const std::vector<Attack>& attacks();

}  // namespace tlsock::test
