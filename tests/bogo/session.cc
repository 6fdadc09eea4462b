// The library's calls.
#include "tests/bogo/session.h"

#include "crypto/encoding.h"
#include "tests/bogo/failure.h"
#include "tests/bogo/options.h"

namespace tlsock::bogo {
namespace {

using nlohmann::json;

void check(tls_status status) {
  if (status != TLS_OK) throw last_failure(status);
}

std::string take(char* text) {
  std::string copy = text;
  tls_free(text);
  return copy;
}

tls_handle make_socket(const Flags& flags, Memory& memory) {
  tls_handle socket = 0;
  check(tls_memory_new(flags.server ? "server" : "client", memory.options(flags).c_str(), &socket));
  return socket;
}

// An application that refuses what the library holds for good, or leaves the decision to it.
std::string verdict(const Flags& flags, const json& question) {
  const bool is_last_word = question.value("event", "") == "valid_peer";
  return flags.verify_fail && is_last_word ? R"({"fail":"the test wants it so"})" : R"("unknown")";
}

// The one user that there is.
std::string secret_of_user(const Flags& flags, const json& question) {
  const json& identity = question["identity"];  // null for an empty one
  const bool is_known = !flags.server || (identity.is_null() ? "" : identity) == json(flags.psk_identity);
  return is_known ? json{{"psk", base64_encode(as_bytes(flags.psk))}}.dump() : R"("unknown")";
}

std::string answer_to(const Flags& flags, const json& question) {
  if (question["kind"] == "hello") return credentials_json(flags);
  if (question["kind"] == "user_lookup") return secret_of_user(flags, question);
  return verdict(flags, question);
}

}  // namespace

Memory::~Memory() {
  if (config_) tls_close(config_);
}

std::string Memory::options(const Flags& flags) {
  json options = options_of(flags);
  if (!flags.server) {
    if (has_session()) options["reuse_session"] = session_;
    return options.dump();
  }
  if (!config_) {
    config_options_ = options;
    check(tls_config_create("server", options.dump().c_str(), &config_));
  }
  if (options == config_options_) options.clear();
  options["config"] = config_;
  return options.dump();
}

Session::Session(const Flags& flags, Memory& memory)
    : flags_(flags), socket_(make_socket(flags, memory)), wire_(flags) {}

Session::~Session() { tls_close(socket_); }

// run repeats a call until it has come to an end, and says what that is.
tls_status Session::run(const std::function<tls_status()>& call) {
  for (;;) {
    const tls_status status = call();
    const bool is_error = status < 0;
    if (!holds_output_ || is_error) wire_.flush(socket_);
    // The memory transport says first that output waits.
    if (status == TLS_WANT_READ || (status == TLS_WANT_WRITE && holds_output_))
      wire_.fill(socket_);
    else if (status == TLS_WAIT)
      answer();
    else if (status != TLS_WANT_WRITE)
      return status;
  }
}

// With async each wait is left open once.
void Session::answer() {
  answer_is_late_ = flags_.async && !answer_is_late_;
  if (answer_is_late_) return;
  char* text = nullptr;
  check(tls_wait_info(socket_, &text));
  const json question = json::parse(take(text));
  check(tls_answer(socket_, question["id"].get<std::uint64_t>(), answer_to(flags_, question).c_str()));
}

void Session::handshake() {
  const auto call = [&] { return tls_handshake(socket_, nullptr, 0); };
  const tls_status status = run(call);
  if (status == TLS_OK) return;
  const Failure failure = last_failure(status);
  if (call() != status || last_failure(status).text != failure.text) throw Failure{"another error the second time"};
  throw failure;
}

std::size_t Session::read(std::span<std::uint8_t> into) {
  std::size_t size = 0;
  const tls_status status = run([&] { return tls_recv(socket_, into.data(), into.size(), 0, 0, &size, nullptr); });
  was_closed_ = status == TLS_CLOSED;
  if (status == TLS_CLOSED || status == TLS_E_TRUNCATED) return 0;
  check(status);
  return size;
}

void Session::write(std::span<const std::uint8_t> data) {
  holds_output_ = false;
  check(run([&] {
    std::size_t sent = 0;
    const tls_status status = tls_send(socket_, data.data(), data.size(), 0, &sent);
    data = data.subspan(sent);
    return status == TLS_OK && !data.empty() ? TLS_WANT_WRITE : status;
  }));
}

void Session::begin_write(std::span<const std::uint8_t> data) {
  std::size_t sent = 0;
  check(tls_send(socket_, data.data(), data.size(), 0, &sent));
  wire_.let_out(socket_, 1);
  holds_output_ = true;
}

void Session::update_keys() {
  check(run([&] { return tls_update_keys(socket_, "write", 0); }));
}

void Session::shut_down() {
  holds_output_ = false;
  check(run([&] { return tls_shutdown(socket_, "write", 0); }));
}

json Session::info() const {
  char* text = nullptr;
  check(tls_connection_info(socket_, nullptr, &text));
  return json::parse(take(text));
}

json Session::session() const {
  char* text = nullptr;
  check(tls_connection_info(socket_, R"(["session_id","session_data"])", &text));
  const json info = json::parse(take(text));
  if (!info.contains("session_data")) return nullptr;
  return json::array({info["session_id"], info["session_data"]});
}

json Session::explanation() const {
  char* text = nullptr;
  check(tls_explain(socket_, &text));
  return json::parse(take(text));
}

std::vector<std::string> Session::peer_chain() const {
  char* text = nullptr;
  if (tls_peercert(socket_, &text) != TLS_OK) return {};
  return json::parse(take(text))["chain"].get<std::vector<std::string>>();
}

std::string Session::export_keying_material() const {
  json request = {{"label", flags_.export_label}, {"length", flags_.export_keying_material}};
  if (flags_.use_export_context) request["context"] = {{"hex", to_hex(as_bytes(flags_.export_context))}};
  char* text = nullptr;
  check(tls_export_key_materials(socket_, json::array({request}).dump().c_str(), &text));
  const auto bytes = base64_decode(json::parse(take(text))[0].get<std::string>());
  return std::string(as_text(*bytes));
}

}  // namespace tlsock::bogo
