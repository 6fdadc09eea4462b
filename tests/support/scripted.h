// ScriptedServer and ScriptedClient: the other end of a connection of ours, which keeps the key schedule and says what
// the test has it say. What it sends is in its transcript, so that a refusal is for the message and not for a wrong
// Finished.
#pragma once

#include <stdexcept>

#include "channel/tls_channel.h"
#include "crypto/key_exchange.h"
#include "handshake/key_schedule.h"
#include "handshake/transcript.h"
#include "tests/support/pair.h"
#include "wire/messages.h"

namespace tlsock::test {

// ScriptError is thrown where our side does not say what a script waits for.
class ScriptError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class ScriptedPeer {
 public:
  FakeClock clock;
  Connection ours;
  TlsChannel channel;

  // say appends a message to the flight; deliver sends the flight, and lets our side go on.
  template <class T>
  void say(const T& message) {
    ByteString raw;
    must(append_message(message, raw));
    say_raw(raw);
  }
  void say_raw(Bytes raw) {
    transcript_.add(raw);
    append(channel.flight(), raw);
  }
  Connection::State deliver();
  // deliver_raw sends bytes as they are.
  Connection::State deliver_raw(Bytes bytes);

  // hear reads the next message of our side, which must be a T.
  template <class T>
  T hear() {
    const HandshakeMessage message = next_message();
    auto body = decode<T>(message.body);
    must(body);
    transcript_.add(message.raw);
    channel.consume_message();
    return std::move(*body);
  }

  // heard_alert is the alert that our side sent, none if it said something else.
  Alert heard_alert();

  CertificateMessage certificate(const std::string& name) const;
  CertificateVerify verify(const std::string& name, SignatureScheme scheme) const;
  Finished finished() const;

 protected:
  ScriptedPeer(Config config, std::string host, Role role);
  template <class T>
  static void must(const T& result) {
    if (!result) throw ScriptError(info(result.error().reason).name);
  }
  // keys_from installs the handshake keys.
  void keys_from(CipherSuite suite, Bytes shared_secret);
  HandshakeMessage next_message();

  Role role_;
  Transcript transcript_;
  const SuiteInfo* suite_ = nullptr;
  std::optional<HandshakeSecret> handshake_;
  Secret own_traffic_, our_traffic_;
};

// ScriptedServer has read the ClientHello.
class ScriptedServer : public ScriptedPeer {
 public:
  explicit ScriptedServer(Config client = client_config());

  ClientHello hello;

  // answer is an honest ServerHello; retry an honest HelloRetryRequest for a group.
  ServerHello answer();
  ServerHello retry(NamedGroup group) const;
  // say_hello sends a ServerHello, and `behind` in the same record, and goes on with its keys; the share must be that
  // of answer().
  void say_hello(const ServerHello& message, Bytes behind = {});
  // say_retry sends a HelloRetryRequest and reads the next ClientHello.
  void say_retry(const ServerHello& message);
  // say_finished sends an honest Finished and goes on with the application keys.
  void say_finished();

 private:
  SharedSecret secret_;
};

// ScriptedClient has sent nothing yet.
class ScriptedClient : public ScriptedPeer {
 public:
  explicit ScriptedClient(Config server = server_config());

  // hello is an honest ClientHello, to be changed.
  ClientHello hello;

  // say_hello sends `hello`, and gives whether our server answered it; read_flight then reads the rest of what it says.
  bool say_hello();
  void read_flight();
  // say_finished sends an honest Finished and goes on with the application keys.
  void say_finished();

 private:
  std::unique_ptr<KeyExchange> share_;
  Secret application_;
};

}  // namespace tlsock::test
