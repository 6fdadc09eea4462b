// Pair: a client and a server joined by a wire of memory, with a clock that stands still and an application that
// answers.
#pragma once

#include <functional>
#include <string>

#include "connection/connection.h"
#include "crypto/suites.h"
#include "tests/support/credentials.h"

namespace tlsock::test {

// FakeClock shows the time that a test has set.
class FakeClock final : public Clock {
 public:
  Instant now() const override { return now_; }
  UnixTime unix_time() const override { return unix_time_; }
  void advance(Milliseconds by) {
    now_ += by;
    unix_time_ += std::chrono::duration_cast<std::chrono::seconds>(by).count();
  }
  void set(UnixTime time) { unix_time_ = time; }

 private:
  Instant now_{};
  UnixTime unix_time_ = 1'800'000'000;  // within the dates of every test certificate
};

// client_config and server_config are what options without any value would give, but for the certificates of the tests.
Config client_config();
Config server_config();
inline ConfigPtr share(Config config) { return std::make_shared<const Config>(std::move(config)); }

// Delivery is how all pairs and scripted peers of a process hand bytes over. TLSOCK_TEST_DELIVERY says "whole" (or
// nothing); "bytes": one by one, with a step between; or "pauses": each side that waits is woken for nothing, and each
// question stays open while the other side goes on. No flow may tell the difference.
enum class Delivery : std::uint8_t { whole, bytes, pauses };
Delivery delivery();
// usual_piece is the size of the pieces in which bytes are fed; 0: all at once.
inline std::size_t usual_piece() { return delivery() == Delivery::bytes ? 1 : 0; }

// WireTap may rewrite what passes.
using WireTap = std::function<void(ByteString&)>;

class Pair {
 public:
  Pair() : Pair(client_config(), server_config()) {}
  Pair(Config client, Config server, std::string host = "localhost");

  FakeClock clock;
  Connection client, server;
  WireTap client_to_server = [](ByteString&) {}, server_to_client = [](ByteString&) {};
  // on_question answers for the application; a false result leaves the connection waiting.
  std::function<bool(Connection&, const Question&)> on_question = [](Connection&, const Question&) { return false; };
  std::size_t piece = usual_piece();  // deliver in pieces of this size; 0: all at once

  // run goes on until neither side has anything to say, and gives whether both are connected.
  bool run();
  bool connected();

  // step_both steps both sides; carry moves what they have to say. They tell whether anything moved.
  Connection::State step(Connection& side);
  bool carry(Connection& from, Connection& to, const WireTap& tap);

  // send writes all of `data` at one side, carries it, and gives what the other side reads.
  ByteString send(Connection& from, Connection& to, Bytes data);

 private:
  bool pauses(const Connection& side);

  std::uint64_t paused_client_ = 0, paused_server_ = 0;  // the last questions that stayed open for a while
  bool paused_ = false;
};

// alert_of is the alert that a side sent or got, none if there was no error.
inline Alert alert_of(const Connection& side) {
  const auto error = side.error();
  return error ? error->alert : Alert::none;
}
inline std::string reason_of(const Connection& side) {
  const auto error = side.error();
  return error ? info(error->reason).name : "";
}

// feed gives a side bytes from its peer; feed_pieces does so in pieces of a size (0: all at once), with a step between.
// taken_output takes what a side has to say.
void feed(Connection& to, Bytes bytes);
void feed_pieces(Connection& to, Bytes bytes, std::size_t size, const std::function<void()>& step);
ByteString taken_output(Connection& from);

// read_all reads what is there.
ByteString read_all(Connection& side);

}  // namespace tlsock::test
