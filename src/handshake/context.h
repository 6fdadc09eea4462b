// HandshakeContext: the words a flow is written in: read, emit, install keys, ask the application.
#pragma once

#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "channel/tls_channel.h"
#include "config/config.h"
#include "crypto/key_exchange.h"
#include "crypto/rng.h"
#include "handshake/flow.h"
#include "handshake/key_schedule.h"
#include "handshake/key_schedule_12.h"
#include "handshake/negotiated.h"
#include "handshake/question.h"
#include "handshake/transcript.h"
#include "wire/messages.h"
#include "wire/messages_12.h"

namespace tlsock {

// Received is a message from the peer. `prior` is the transcript hash just before it, for the two messages that prove
// something about what came before.
template <class T>
struct Received {
  T body;
  Digest prior;
};

template <class T>
class Read;
template <class T>
class ReadIf;
class ReadChangeCipherSpec;
class Ask;

// ConnectionSecrets are what a connection goes on with after its handshake.
using ConnectionSecrets = std::variant<std::monostate, ApplicationSecrets, Secrets12>;

class HandshakeContext : public FlowControl {
 public:
  // All references must outlive the context. `destination` is whom a client means.
  HandshakeContext(ConfigPtr config, TlsChannel& channel, const Clock& clock, Rng& rng, Destination destination)
      : config_(std::move(config)), channel_(channel), clock_(clock), rng_(rng) {
    negotiated_.host = std::move(destination.host);
    negotiated_.port = destination.port;
  }

  // read waits for the next handshake message, which must be a T, and adds it to the transcript.
  template <class T>
  Read<T> read() { return Read<T>(*this); }

  // read_if waits for the next handshake message and takes it if it is a T; else the value is empty.
  template <class T>
  ReadIf<T> read_if() { return ReadIf<T>(*this); }

  // read_change_cipher_spec waits for the message of that name (RFC 5246 §7.1), which is no handshake message.
  ReadChangeCipherSpec read_change_cipher_spec();

  // ask waits until the application has answered. `body` must outlive the wait: a local of the flow does.
  Ask ask(const QuestionBody& body);

  // adopt goes on with the options that an answer to a question about a hello or its server name brings, if it brings some.
  // `refused` is the reason if it is a refusal.
  Status adopt(const Answer& answer, Reason refused);

  // answer gives the answer to the open question, once. Any other id is refused, and nothing happens.
  Status answer(std::uint64_t id, Answer answer);
  // question is the open one, unless it was answered already.
  const Question* question() const { return question_ && !answer_ ? &*question_ : nullptr; }

  // emit appends a message to the current flight and to the transcript.
  template <class T>
  void emit(const T& message);

  // change_cipher_spec sends the record of middlebox mode (RFC 8446 §D.4), once.
  void change_cipher_spec();

  void install_read(const SuiteInfo& suite, Bytes secret) { check(channel_.install_read(protect(suite, secret))); }
  void install_write(const SuiteInfo& suite, Bytes secret) { check(channel_.install_write(protect(suite, secret))); }

  // The same with the keys of TLS 1.2 and before; change_to_write sends the ChangeCipherSpec first.
  void install_read(const KeyBlock& keys) {
    check(channel_.install_read(keys.protect(peer_of(role()), CbcHmac::Direction::open, rng_)));
  }
  void change_to_write(const KeyBlock& keys) {
    check(channel_.change_cipher_spec());
    check(channel_.install_write(keys.protect(role(), CbcHmac::Direction::seal, rng_)));
  }

  // hand_over lets another flow go on when this one is done.
  void hand_over(Flow next) { next_ = std::move(next); }
  Flow take_next() { return std::exchange(next_, Flow()); }
  bool has_next() const { return next_.valid(); }

  // finish leaves the secrets that the connection goes on with.
  void finish(ConnectionSecrets secrets) { secrets_ = std::move(secrets); }
  ConnectionSecrets& secrets() { return secrets_; }

  Role role() const { return config_->role; }
  const Config& config() const { return *config_; }
  ConfigPtr config_ptr() const { return config_; }
  void use(ConfigPtr config) { config_ = std::move(config); }
  const Clock& clock() const { return clock_; }
  Rng& rng() { return rng_; }
  TlsChannel& channel() { return channel_; }
  Transcript& transcript() { return transcript_; }
  Negotiated& negotiated() { return negotiated_; }
  const char* state_name() const { return state_name_; }
  void enter(const char* state_name) { state_name_ = state_name; }

  // What passes from the flow of the hellos to the flow of a version.
  ClientHello& client_hello() { return client_hello_; }
  ServerHello& server_hello() { return server_hello_; }
  std::vector<std::unique_ptr<KeyExchange>>& key_shares() { return key_shares_; }

  // session is, before TLS 1.3, what is to be gone on from; after the handshake, what a later one may go on from. Or null.
  SessionPtr& session() { return session_; }

 private:
  template <class T>
  friend class Read;
  template <class T>
  friend class ReadIf;
  friend class ReadChangeCipherSpec;
  friend class Ask;

  // look is what comes next; a failure, or nothing for now, is Inbound::need_input.
  Inbound look(const char* state_name);
  const HandshakeMessage* peek(const char* state_name);
  template <class T>
  std::optional<Received<T>> receive(const HandshakeMessage& message);
  template <class T>
  void add_to_transcript(const T& message, Bytes raw);
  void restart_transcript(CipherSuite suite);

  ConfigPtr config_;
  TlsChannel& channel_;
  const Clock& clock_;
  Rng& rng_;
  Transcript transcript_;
  Negotiated negotiated_;
  std::optional<Question> question_;
  std::optional<Answer> answer_;
  std::uint64_t last_id_ = 0;
  const char* state_name_ = "start";
  bool sent_change_cipher_spec_ = false, transcript_restarted_ = false;
  ClientHello client_hello_;
  ServerHello server_hello_;
  std::vector<std::unique_ptr<KeyExchange>> key_shares_;
  SessionPtr session_;
  ConnectionSecrets secrets_;
  Flow next_;
};

template <class T>
class Read final : public Waiter {
 public:
  explicit Read(HandshakeContext& hs) : hs_(hs) {}
  bool poll() override {
    const auto* message = hs_.peek(T::wait_state);
    if (!message) return false;
    // RFC 8446 §4: a message in the wrong order aborts the handshake.
    if (message->type != T::type) hs_.fail(Error(Reason::UNEXPECTED_MESSAGE, T::name));
    else received_ = hs_.receive<T>(*message);
    return received_.has_value();
  }
  Received<T> take() { return *std::move(received_); }

 private:
  HandshakeContext& hs_;
  std::optional<Received<T>> received_;
};

template <class T>
class ReadIf final : public Waiter {
 public:
  explicit ReadIf(HandshakeContext& hs) : hs_(hs) {}
  bool poll() override {
    const auto* message = hs_.peek(T::wait_state);
    if (!message) return false;
    if (message->type == T::type) received_ = hs_.receive<T>(*message);
    return !hs_.failed();
  }
  std::optional<Received<T>> take() { return std::move(received_); }

 private:
  HandshakeContext& hs_;
  std::optional<Received<T>> received_;
};

class ReadChangeCipherSpec final : public Waiter {
 public:
  explicit ReadChangeCipherSpec(HandshakeContext& hs) : hs_(hs) {}
  bool poll() override;
  Present take() { return {}; }

 private:
  HandshakeContext& hs_;
};

inline ReadChangeCipherSpec HandshakeContext::read_change_cipher_spec() { return ReadChangeCipherSpec(*this); }

class Ask final : public Waiter {
 public:
  Ask(HandshakeContext& hs, const QuestionBody& body) : hs_(hs), body_(body) {}
  bool poll() override;
  Answer take();

 private:
  HandshakeContext& hs_;
  const QuestionBody& body_;
  bool asked_ = false;
};

inline Ask HandshakeContext::ask(const QuestionBody& body) { return Ask(*this, body); }

template <class T>
void HandshakeContext::emit(const T& message) {
  ByteString& flight = channel_.flight();
  const auto start = flight.size();
  check(append_message(message, flight));
  if (!failed()) add_to_transcript(message, Bytes(flight).subspan(start));
}

template <class T>
std::optional<Received<T>> HandshakeContext::receive(const HandshakeMessage& message) {
  auto body = decode<T>(message.body);
  if (!body) return fail(body.error()), std::nullopt;
  Received<T> received{*std::move(body), {}};
  if constexpr (std::same_as<T, CertificateVerify> || std::same_as<T, Finished>) received.prior = transcript_.digest();
  add_to_transcript(received.body, message.raw);
  channel_.consume_message();
  if (failed()) return {};
  return received;
}

template <class T>
void HandshakeContext::add_to_transcript(const T& message, Bytes raw) {
  if constexpr (std::same_as<T, ServerHello>)
    if (message.is_hello_retry_request()) restart_transcript(message.cipher_suite);
  transcript_.add(raw);
}

}  // namespace tlsock
