// Rounds: columns are measured in turn, a little each time, so that all of them see the same machine; values are
// medians over the rounds, and ratios the medians of each round's ratio.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/bench/peer.h"

namespace tlsock::bench {

// The columns of a result. `lowest` is the floor: the bare sum of wolfCrypt's primitives.
enum Column : std::size_t { ours, openssl, rustls, lowest };
inline constexpr std::size_t column_count = 4;
inline constexpr std::array<const char*, column_count> column_names = {"ours", "openssl", "rustls", "floor"};

template <class T>
using Columns = std::array<T, column_count>;
using Row = Columns<std::optional<double>>;

struct Result {
  std::string name, unit;
  Row value{};                            // empty for what is not there
  std::optional<Row> client{}, server{};  // the same by each side's own time
  Row ratio{};                            // of ours to each; in a table of primitives, of the floor to each
  std::vector<std::string> notes{};
};

// Sample is what one column did in one round. What is not told apart counts as the client's.
struct Sample {
  double amount = 0;  // operations, or bytes
  std::array<double, sides> seconds{};
};
// Task works for at least so many seconds of processor time. An empty one is a column that is not there.
using Task = std::function<Sample(double seconds)>;

// repeat is a task that does the same thing over and over, and counts `amount` for each time.
Task repeat(std::function<void()> operation, double amount = 1);

enum class Apart : bool { no, yes };
// run_rounds gives rates: amounts per second, and the ratios of `reference` to each column.
Result run_rounds(std::string name, std::string unit, const Columns<Task>& tasks, double seconds, Apart apart,
                  Column reference = ours);

}  // namespace tlsock::bench
