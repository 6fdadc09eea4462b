// Hostile clients beside honest ones: those are refused with the right alert and cost little, these are all served.
#include <nlohmann/json.hpp>

#include "attacks.h"
#include "echo_server.h"
#include "resources.h"
#include "tests/catch.hpp"

using namespace tlsock;
using namespace tlsock::test;
using namespace std::chrono_literals;

namespace {

// Each attack is there at least once.
constexpr int hostile = TLSOCK_SOAK_DIVISOR > 1 ? 23 : 200, honest = TLSOCK_SOAK_DIVISOR > 1 ? 5 : 50;
constexpr auto patience = 3s;

// Report is what one peer saw, told by its thread and looked at when that has ended.
struct Report {
  std::string wrong;
};

Report attack(const Attack& attack, std::uint16_t port) {
  try {
    Attacker attacker(port);
    attack.run(attacker);
    const Alert told = attacker.told();
    if (told == attack.told) return {};
    return {std::string(attack.name) + ": " + name(told) + " instead of " + name(attack.told)};
  } catch (const std::exception& failure) {
    return {std::string(attack.name) + ": " + failure.what()};
  }
}

// use_honestly sends data, and gets them back.
Report use_honestly(std::uint16_t port) {
  const std::string options =
      nlohmann::json{{"cacertfile", TLSOCK_TEST_DATA "/certs/ca.pem"}, {"server_name_indication", "localhost"}}.dump();
  tls_handle socket = 0;
  if (tls_connect("127.0.0.1", port, options.c_str(), 20'000, &socket) != TLS_OK)
    return {std::string("honest: ") + tls_last_error()};
  Report report;
  for (int round = 0; round < 20 && report.wrong.empty(); ++round) {
    const ByteString data(10'000, static_cast<std::uint8_t>(round));
    ByteString back(data.size());
    std::size_t count = 0;
    if (tls_send(socket, data.data(), data.size(), 20'000, &count) != TLS_OK ||
        tls_recv(socket, back.data(), back.size(), back.size(), 20'000, &count, nullptr) != TLS_OK || back != data)
      report.wrong = std::string("honest: ") + tls_last_error();
    std::this_thread::sleep_for(100ms);
  }
  tls_close(socket);
  return report;
}

}  // namespace

TEST_CASE("hostile clients get the right alert, and honest ones beside them are served") {
  EchoServer server(patience);
  const Resources before = Resources::now();
  std::vector<Report> reports(hostile + honest);
  std::vector<std::thread> threads;
  for (int i = 0; i < hostile; ++i) {
    const auto number = static_cast<std::size_t>(i);
    const Attack& chosen = attacks()[number % attacks().size()];
    threads.emplace_back([&, number] { reports[number] = attack(chosen, server.port()); });
  }
  for (std::size_t i = hostile; i < reports.size(); ++i)
    threads.emplace_back([&, i] { reports[i] = use_honestly(server.port()); });
  for (auto& thread : threads) thread.join();
  for (const auto& report : reports) CHECK(report.wrong == "");

  // Those who left without a word are noticed at once, the silent ones when patience ends.
  for (auto end = std::chrono::steady_clock::now() + 10s; server.open() > 0 && std::chrono::steady_clock::now() < end;)
    std::this_thread::sleep_for(10ms);
  CHECK(server.open() == 0);
  const Resources after = Resources::now();
  CHECK(after.descriptors <= before.descriptors);
  CHECK(after.heap < before.heap + (4 << 20));
  CHECK(server.handshakes() >= honest);
  CHECK(server.errors().count("UNEXPECTED_EOF") == 1);
}
