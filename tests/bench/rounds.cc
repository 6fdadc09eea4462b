// The interleaving of columns.
#include "tests/bench/rounds.h"

#include "tests/bench/clock.h"

namespace tlsock::bench {
namespace {

constexpr std::size_t round_count = 15;
// Reading the clock is a system call: it should be little beside what is measured.
constexpr double least_between_readings = 100e-6;

double both(const Sample& sample) { return sample.seconds[client] + sample.seconds[server]; }

template <class Rate>
Row medians(const Columns<std::vector<Sample>>& samples, Rate rate) {
  Row row;
  for (std::size_t column = 0; column < column_count; ++column) {
    std::vector<double> rates;
    for (const Sample& sample : samples[column]) rates.push_back(rate(sample));
    if (!rates.empty()) row[column] = median(rates);
  }
  return row;
}

Row ratios(const Columns<std::vector<Sample>>& samples, Column reference) {
  Row row;
  for (std::size_t column = 0; column < column_count; ++column) {
    if (samples[column].empty() || samples[reference].empty()) continue;
    std::vector<double> quotients;
    for (std::size_t round = 0; round < round_count; ++round) {
      const Sample &own = samples[reference][round], &peer = samples[column][round];
      quotients.push_back((own.amount / both(own)) / (peer.amount / both(peer)));
    }
    row[column] = median(quotients);
  }
  return row;
}

}  // namespace

Task repeat(std::function<void()> operation, double amount) {
  return [operation = std::move(operation), amount, times = std::size_t{1}](double seconds) mutable {
    Sample sample;
    Stopwatch stopwatch;
    while (sample.seconds[client] < seconds) {
      for (std::size_t i = 0; i < times; ++i) operation();
      const double taken = stopwatch.lap();
      sample.seconds[client] += taken;
      sample.amount += amount * static_cast<double>(times);
      if (taken < least_between_readings) times *= 2;
    }
    return sample;
  };
}

Result run_rounds(std::string name, std::string unit, const Columns<Task>& tasks, double seconds, Apart apart,
                  Column reference) {
  const double slice = seconds / round_count;
  Columns<std::vector<Sample>> samples;
  for (const Task& task : tasks)
    if (task) task(slice / 2);
  for (std::size_t round = 0; round < round_count; ++round) {
    for (std::size_t i = 0; i < column_count; ++i) {
      const std::size_t column = (round + i) % column_count;
      if (tasks[column]) samples[column].push_back(tasks[column](slice));
    }
  }
  Result result{std::move(name), std::move(unit)};
  result.value = medians(samples, [](const Sample& sample) { return sample.amount / both(sample); });
  result.ratio = ratios(samples, reference);
  if (apart == Apart::yes) {
    result.client = medians(samples, [](const Sample& sample) { return sample.amount / sample.seconds[client]; });
    result.server = medians(samples, [](const Sample& sample) { return sample.amount / sample.seconds[server]; });
  }
  return result;
}

}  // namespace tlsock::bench
