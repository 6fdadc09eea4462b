// What tls_setopts takes.
#include "catch.hpp"
#include "tests/config/support.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

using Wrong = OptionProblem::Reason;

const OptionProblem* refused(const std::string& json, Wrong reason, const std::string& option) {
  static SocketOptionsOutcome outcome;
  outcome = parse_socket_options(json);
  INFO(json);
  return find_problem(outcome.problems, reason, option);
}

}  // namespace

TEST_CASE("options of a live socket are parsed") {
  const auto outcome =
      parse_socket_options(R"({"nodelay":true,"keepalive":false,"sndbuf":1000,"recbuf":2000,"reuseaddr":true,
      "exit_on_close":false,"send_timeout":50,"active":false,"mode":"binary","packet":0,"packet_size":0,"header":0})");
  CHECK(outcome.problems.empty());
  CHECK(outcome.options.nodelay == true);
  CHECK(outcome.options.keepalive == false);
  CHECK(outcome.options.sndbuf == 1000);
  CHECK(outcome.options.recbuf == 2000);
  CHECK(outcome.options.exit_on_close == false);
  CHECK(outcome.options.send_timeout_ms == 50);
  CHECK_FALSE(outcome.own_here);
}

TEST_CASE("an infinite send_timeout is told apart from none") {
  CHECK(parse_socket_options(R"({"send_timeout":"infinity"})").options.send_timeout_ms == -1);
  CHECK_FALSE(parse_socket_options("{}").options.send_timeout_ms);
}

TEST_CASE("a socket is owned by who says so") {
  CHECK(parse_socket_options(R"({"owner":"here"})").own_here);
  CHECK(refused(R"({"owner":"there"})", Wrong::value, "owner"));
  CHECK(refused(R"({"owner":1})", Wrong::type, "owner"));
}

TEST_CASE("what cannot be changed any more is refused by name") {
  CHECK(refused(R"({"certfile":"x"})", Wrong::incompatible, "certfile"));
  CHECK(refused(R"({"ip":"127.0.0.1"})", Wrong::incompatible, "ip"));
  CHECK(refused(R"({"backlog":5})", Wrong::incompatible, "backlog"));
  CHECK(refused(R"({"active":"once"})", Wrong::unsupported, "active"));
  CHECK(refused(R"({"packet":4})", Wrong::unsupported, "packet"));
  CHECK(refused(R"({"mailbox":4})", Wrong::unsupported, "mailbox"));
  CHECK(refused(R"({"nodelays":true})", Wrong::unknown, "nodelays"));
  CHECK(refused(R"({"nodelay":1})", Wrong::type, "nodelay"));
  CHECK(refused(R"({"nodelay":true,"nodelay":true})", Wrong::duplicate, "nodelay"));
}

TEST_CASE("all that is wrong is told") {
  CHECK(parse_socket_options(R"({"nodelay":1,"sndbuf":0,"x":1})").problems.size() == 3);
  CHECK(parse_socket_options("[]").problems.size() == 1);
  CHECK(parse_socket_options("{").problems.size() == 1);
}
