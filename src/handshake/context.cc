// The parts of HandshakeContext that do not depend on a message's type.
#include "handshake/context.h"

namespace tlsock {

Status HandshakeContext::answer(std::uint64_t id, Answer answer) {
  if (failed() || !question_ || question_->id != id || answer_) return Error(Reason::STALE_ANSWER);
  answer_.emplace(std::move(answer));
  return {};
}

Inbound HandshakeContext::look(const char* state_name) {
  state_name_ = state_name;
  const auto inbound = channel_.peek();
  if (!inbound) return fail(inbound.error()), Inbound::need_input;
  switch (*inbound) {
    case Inbound::application_data:
      fail(Error(Reason::UNEXPECTED_RECORD, "application data"));
      return Inbound::need_input;
    case Inbound::close_notify:
      fail(Error(Reason::PEER_ALERT)
               .with_alert(channel_.user_canceled() ? Alert::user_canceled : Alert::close_notify));
      return Inbound::need_input;
    default:
      return *inbound;
  }
}

Status HandshakeContext::adopt(const Answer& answer, Reason refused) {
  if (answer.verdict == Answer::Verdict::refuse) return Error(refused);
  const char* const question = refused == Reason::UNRECOGNIZED_NAME ? "sni" : "hello";
  if (answer.verdict != Answer::Verdict::accept) return Error(Reason::ANSWER_INVALID, question);
  if (answer.config) use(answer.config);
  return {};
}

const HandshakeMessage* HandshakeContext::peek(const char* state_name) {
  const Inbound inbound = look(state_name);
  if (inbound == Inbound::change_cipher_spec) fail(Error(Reason::UNEXPECTED_MESSAGE, "change_cipher_spec"));
  return inbound == Inbound::handshake ? &channel_.message() : nullptr;
}

bool ReadChangeCipherSpec::poll() {
  const Inbound inbound = hs_.look("wait_change_cipher_spec");
  if (inbound == Inbound::handshake) hs_.fail(Error(Reason::UNEXPECTED_MESSAGE, "in place of change_cipher_spec"));
  if (inbound != Inbound::change_cipher_spec) return false;
  hs_.channel().consume_change_cipher_spec();
  return true;
}

void HandshakeContext::restart_transcript(CipherSuite suite) {
  const SuiteInfo* info = find_suite(suite);
  if (!info) return fail(Error(Reason::WRONG_CIPHER_RETURNED, "hello_retry_request"));
  // RFC 8446 §4.1.4: there is one at most; the flow refuses a second.
  if (std::exchange(transcript_restarted_, true)) return;
  transcript_.start(info->hash);
  transcript_.restart();
}

void HandshakeContext::change_cipher_spec() {
  if (std::exchange(sent_change_cipher_spec_, true)) return;
  check(channel_.end_flight());
  channel_.send_change_cipher_spec();
}

bool Ask::poll() {
  if (!asked_) {
    hs_.question_ = Question{++hs_.last_id_, body_};
    hs_.answer_.reset();
  }
  asked_ = true;
  return hs_.answer_.has_value();
}

Answer Ask::take() {
  hs_.question_.reset();
  Answer answer = *std::exchange(hs_.answer_, std::nullopt);
  return answer;
}

}  // namespace tlsock
