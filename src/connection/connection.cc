// The driver of handshake and data. No other code sends an alert.
#include "connection/connection.h"

#include <algorithm>
#include <cstring>

#include "handshake/resumption_12.h"

namespace tlsock {
namespace {

// How much one write() seals: enough to fill the pipe with one system call, little enough to hold.
constexpr std::size_t max_output = 64 * 1024;

// RFC 8446 §4.6: an honest peer has no reason for more of these without any data between them. 32 is what others bear.
constexpr unsigned max_post_handshake_messages = 32;

// RFC 8446 §7.5 sets no bound; HKDF-Expand does.
constexpr std::size_t max_exported_blocks = 255;

}  // namespace

// The handshake's whole state. It goes when the handshake ends, however that happens.
struct Connection::Handshake {
  Handshake(ConfigPtr config, TlsChannel& channel, const Clock& clock, Rng& rng, Destination destination)
      : context(std::move(config), channel, clock, rng, std::move(destination)) {}
  HandshakeContext context;
  Flow flow;  // after the context, so that it is destroyed before it
};

Connection::Connection(ConfigPtr config, const Clock& clock, Destination destination, Rng& rng)
    : config_(std::move(config)), clock_(clock), rng_(rng) {
  channel_.limit_message(config_->max_handshake_size);
  handshake_ = std::make_unique<Handshake>(config_, channel_, clock_, rng_, std::move(destination));
}

Connection::~Connection() = default;

Status Connection::use(ConfigPtr config) {
  if (!handshake_ || handshake_->flow.valid() || config->role != config_->role) return Error(Reason::WRONG_STATE);
  config_ = std::move(config);
  channel_.limit_message(config_->max_handshake_size);
  handshake_->context.use(config_);
  return {};
}

// ---- handshake ----

Connection::State Connection::step() {
  if (!handshake_) return error() ? State::failed : State::connected;
  HandshakeContext& context = handshake_->context;
  Flow& flow = handshake_->flow;
  if (!flow.valid()) flow = config_->role == Role::client ? connect(context) : accept(context);
  flow.advance();
  while (flow.done() && !context.failed() && context.has_next()) {
    flow = context.take_next();
    flow.advance();
  }
  context.check(channel_.end_flight());
  state_name_.store(context.state_name(), std::memory_order_relaxed);
  const bool waits = !context.failed() && !flow.done();
  if (waits && context.question()) return State::question;
  if (waits && eof_) context.fail(Error(Reason::UNEXPECTED_EOF, "in the handshake"));
  else if (waits) return State::input;
  end_handshake();
  return error() ? State::failed : State::connected;
}

// end_handshake keeps what outlives the handshake, and sends the alert if there is one to send.
void Connection::end_handshake() {
  HandshakeContext& context = handshake_->context;
  negotiated_ = std::move(context.negotiated());
  config_ = context.config_ptr();
  auto failure = context.error();
  secrets_ = std::move(context.secrets());
  session_ = std::move(context.session());
  handshake_.reset();
  if (!failure) {
    state_name_.store("connection", std::memory_order_relaxed);
    return;
  }
  if (failure->reason != Reason::PEER_ALERT && failure->alert != Alert::none)
    output_failed_ = !channel_.send_alert(failure->alert);
  // RFC 8446 §6.1: user_canceled is only a warning, and close_notify should follow.
  if (failure->alert == Alert::user_canceled && !output_failed_)
    output_failed_ = !channel_.send_alert(Alert::close_notify);
  set_error(*std::move(failure));
  session_.reset();
}

void Connection::set_error(Error error) {
  const std::lock_guard lock(crossing_);
  // RFC 5246 §7.2.2: a session whose connection has failed is not to be resumed.
  if (session_ && error.alert != Alert::none) forget_session(*config_, *session_);
  if (!error_) error_ = std::move(error);
  failed_.store(true, std::memory_order_release);
}

const Question* Connection::question() const { return handshake_ ? handshake_->context.question() : nullptr; }

Status Connection::answer(std::uint64_t id, Answer answer) {
  if (!handshake_) return Error(Reason::STALE_ANSWER);
  return handshake_->context.answer(id, std::move(answer));
}

void Connection::fail(Error error) {
  if (!handshake_) return;
  handshake_->context.fail(std::move(error));
  end_handshake();
}

// ---- receiving half ----

MutBytes Connection::receive_space(std::size_t size) { return channel_.receive_space(size); }
void Connection::received(std::size_t size) { channel_.received(size); }
void Connection::received_eof() { eof_ = true; }
std::size_t Connection::buffered_input() const { return channel_.buffered_input(); }
std::size_t Connection::buffered_data() const { return handshake_ ? 0 : channel_.data().size(); }

Result<Connection::ReadResult> Connection::read(MutBytes out) {
  if (handshake_) return Error(Reason::WRONG_STATE);
  if (auto failure = error()) return *std::move(failure);
  auto result = read_on(out);
  channel_.release_if_idle();
  return result;
}

Result<Connection::ReadResult> Connection::read_on(MutBytes out) {
  ReadResult result{ReadResult::State::data};
  for (;;) {
    const MutBytes room = out.subspan(result.size);
    auto inbound = channel_.peek(room);
    if (!inbound) return fail_reading(std::move(inbound).error(), result);
    switch (*inbound) {
      case Inbound::application_data: {
        if (room.empty()) return result;
        const Bytes data = channel_.data();
        const std::size_t size = std::min(data.size(), room.size());
        if (!channel_.data_in_destination()) std::memcpy(room.data(), data.data(), size);
        result.end_of_record = size == data.size();
        channel_.consume_data(size);
        counters_.bytes_received.add(size);
        post_handshake_messages_ = 0;
        result.size += size;
        break;
      }
      case Inbound::handshake:
        if (auto status = process(channel_.message()); !status) return fail_reading(std::move(status).error(), result);
        break;
      case Inbound::change_cipher_spec:
        return fail_reading(Error(Reason::BAD_CHANGE_CIPHER_SPEC), result);
      case Inbound::close_notify:
        close_received_.store(true, std::memory_order_release);
        if (!result.size) result.state = ReadResult::State::closed;
        return result;
      case Inbound::need_input:
        if (result.size) return result;
        if (eof_) return fail_reading(Error(Reason::UNEXPECTED_EOF), result);
        result.state = ReadResult::State::want_input;
        return result;
    }
  }
}

// fail_reading ends the connection; its alert crosses to the sending half. Data that came before the failure is given
// first, and the failure by the next read.
Result<Connection::ReadResult> Connection::fail_reading(Error failure, ReadResult result) {
  set_error(failure);
  if (failure.reason != Reason::PEER_ALERT && failure.alert != Alert::none) owe_alert(failure.alert);
  if (result.size) return result;
  return failure;
}

void Connection::owe_alert(Alert alert) {
  const std::lock_guard lock(crossing_);
  alert_owed_ = alert;
  note_debts();
}

void Connection::owe(Debt debt) {
  const std::lock_guard lock(crossing_);
  if (error_) return;
  (debt == Debt::key_update ? key_update_owed_ : no_renegotiation_owed_) = true;
  note_debts();
}

void Connection::note_debts() {
  owes_output_.store(alert_owed_ || key_update_owed_ || no_renegotiation_owed_, std::memory_order_release);
}

// process deals with what RFC 8446 §4.6 lets a peer send after the handshake.
Status Connection::process(const HandshakeMessage& message) {
  TRY(count_post_handshake(message.type));
  if (!traffic()) return process_12(message);
  switch (message.type) {
    case HandshakeType::key_update:
      return process_key_update(message);
    case HandshakeType::new_session_ticket:
      if (role() == Role::server) return Error(Reason::UNEXPECTED_MESSAGE, "new_session_ticket");
      TRY(decode<NewSessionTicket>(message.body));
      channel_.consume_message();
      return {};
    case HandshakeType::client_hello:
    case HandshakeType::hello_request:
      // RFC 8446 §4.1.2: no renegotiation.
      return Error(Reason::NO_RENEGOTIATION);
    default:
      return Error(Reason::UNEXPECTED_MESSAGE, "after the handshake");
  }
}

// process_12 deals with what asks for a renegotiation, which RFC 5246 §7.4.1.1 and §7.2.2 let either side refuse.
Status Connection::process_12(const HandshakeMessage& message) {
  const auto asks = role() == Role::client ? HandshakeType::hello_request : HandshakeType::client_hello;
  if (message.type != asks) return Error(Reason::UNEXPECTED_MESSAGE, "after the handshake");
  if (message.type == HandshakeType::hello_request && !message.body.empty())
    return Error(Reason::TRAILING_DATA, "hello_request");
  channel_.consume_message();
  owe(Debt::no_renegotiation);
  return {};
}

Status Connection::count_post_handshake(HandshakeType type) {
  if (++post_handshake_messages_ <= max_post_handshake_messages) return {};
  return Error(type == HandshakeType::key_update ? Reason::TOO_MANY_KEY_UPDATES
                                                 : Reason::TOO_MANY_POST_HANDSHAKE_MESSAGES);
}

Status Connection::process_key_update(const HandshakeMessage& message) {
  const auto update = TRY(decode<KeyUpdate>(message.body));
  // RFC 8446 §4.6.3: any other value is illegal_parameter.
  if (update.request_update > KeyUpdateRequest::update_requested) return Error(Reason::BAD_KEY_UPDATE);
  channel_.consume_message();
  const SuiteInfo& suite = *traffic()->suite;
  Secret& secret = traffic()->read_traffic;
  secret = next_traffic_secret(suite.hash, secret);
  TRY(channel_.install_read(protect(suite, secret)));
  counters_.key_updates_received.add(1);
  if (update.request_update == KeyUpdateRequest::update_requested) owe(Debt::key_update);
  return {};
}

// ---- sending half ----

Result<std::size_t> Connection::write(Bytes data) {
  if (handshake_ || close_sent_) return Error(Reason::WRONG_STATE);
  if (auto failure = error()) return *std::move(failure);
  settle();
  std::size_t done = 0;
  while (done < data.size() && channel_.output().size() < max_output) {
    // RFC 8446 §5.5: a KeyUpdate goes before the limit is reached.
    if (traffic() && channel_.wants_key_update(config_->key_update_at)) TRY(send_key_update(KeyUpdateRequest::update_requested));
    const Bytes fragment = data.subspan(done, std::min(data.size() - done, channel_.max_fragment()));
    TRY(channel_.seal(ContentType::application_data, fragment));
    done += fragment.size();
  }
  counters_.bytes_sent.add(done);
  return done;
}

Status Connection::update_keys(bool both) {
  if (handshake_ || close_sent_) return Error(Reason::WRONG_STATE);
  if (auto failure = error()) return *std::move(failure);
  if (!traffic()) return Error(Reason::WRONG_STATE, "TLS 1.3 alone updates keys");
  settle();
  return send_key_update(both ? KeyUpdateRequest::update_requested : KeyUpdateRequest::update_not_requested);
}

Status Connection::send_key_update(KeyUpdateRequest request) {
  ByteString message;
  TRY(append_message(KeyUpdate{request}, message));
  TRY(channel_.seal(ContentType::handshake, message));
  const SuiteInfo& suite = *traffic()->suite;
  Secret& secret = traffic()->write_traffic;
  secret = next_traffic_secret(suite.hash, secret);
  TRY(channel_.install_write(protect(suite, secret)));
  counters_.key_updates_sent.add(1);
  return {};
}

void Connection::close() {
  if (close_sent_) return;
  close_sent_ = true;
  settle();
  // RFC 8446 §6.1: after an error no close_notify; before any keys it would say nothing.
  if (handshake_ || error() || output_failed_) return;
  output_failed_ = !channel_.send_alert(Alert::close_notify);
}

void Connection::settle() {
  if (!owes_output()) return;
  std::optional<Alert> alert;
  bool key_update = false, no_renegotiation = false;
  {
    const std::lock_guard lock(crossing_);
    alert = std::exchange(alert_owed_, std::nullopt);
    key_update = std::exchange(key_update_owed_, false);
    no_renegotiation = std::exchange(no_renegotiation_owed_, false);
    owes_output_.store(false, std::memory_order_release);
  }
  if (output_failed_) return;
  // One answer serves for any number of requests that came before it (RFC 8446 §4.6.3).
  if (key_update && !alert && !close_sent_) output_failed_ = !send_key_update(KeyUpdateRequest::update_not_requested);
  if (no_renegotiation && !alert && !close_sent_) output_failed_ = !channel_.send_warning(Alert::no_renegotiation);
  if (alert) output_failed_ = !channel_.send_alert(*alert);
}

// ---- what is known ----

std::optional<Error> Connection::error() const {
  if (!failed_.load(std::memory_order_acquire)) return {};
  const std::lock_guard lock(crossing_);
  return error_;
}

Result<SecretBytes> Connection::export_keying_material(std::string_view label, std::optional<Bytes> context,
                                                       std::size_t length) const {
  const auto* secrets = std::get_if<ApplicationSecrets>(&secrets_);
  const auto* secrets_12 = std::get_if<Secrets12>(&secrets_);
  if (!secrets && !secrets_12) return Error(Reason::WRONG_STATE);
  const HashAlgorithm hash = secrets ? secrets->suite->hash : HashAlgorithm::sha256;
  if (length == 0 || length > max_exported_blocks * digest_size(hash)) return Error(Reason::ENCODE_ERROR, "length");
  // RFC 8446 §7.1: "tls13 " and the label fit 255 bytes, and the label is not all of it.
  if (label.size() > 249 || (secrets && label.empty())) return Error(Reason::ENCODE_ERROR, "label");
  if (context && context->size() > 0xffff) return Error(Reason::ENCODE_ERROR, "context");
  SecretBytes out(length);
  if (secrets) {
    tlsock::export_keying_material(hash, secrets->exporter_master, label, context.value_or(Bytes()), out.bytes());
  } else {
    // RFC 5705 §4: what TLS uses itself is not to be had.
    if (is_own_label_12(label)) return Error(Reason::ENCODE_ERROR, "label");
    export_keying_material_12(*secrets_12, label, context, out.bytes());
  }
  return out;
}

}  // namespace tlsock
