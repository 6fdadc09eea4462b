// tls_bench: this library beside OpenSSL, rustls and its own floor.
#include <algorithm>
#include <cstdlib>
#include <exception>

#include "tests/bench/report.h"
#include "tests/bench/scenarios.h"

namespace tlsock::bench {
namespace {

constexpr const char* usage =
    "usage: tls_bench [--json] [--alone] [--seconds S] [--only NAME…]\n"
    "  --json       print one JSON object to standard output, and the tables to standard error\n"
    "  --alone      this library without the others: what a profiler should see\n"
    "  --seconds S  processor time for each library in each scenario (2)\n"
    "  --only       the scenarios that follow, alone:\n";

struct Arguments {
  bool json = false;
  Options options;
  std::vector<Scenario> chosen;
};

[[noreturn]] void refuse(const std::string& what) {
  std::fprintf(stderr, "tls_bench: %s\n%s", what.c_str(), usage);
  for (const Scenario& scenario : scenarios()) std::fprintf(stderr, "                 %s\n", scenario.name.c_str());
  std::exit(2);
}

double seconds_of(const char* text) {
  const double seconds = text ? std::strtod(text, nullptr) : 0;
  if (!(seconds > 0)) refuse("--seconds takes a positive number");
  return seconds;
}

Arguments parse(char** arguments) {
  Arguments parsed;
  bool names = false;
  for (; *arguments; ++arguments) {
    const std::string argument = *arguments;
    if (argument == "--json") {
      parsed.json = true;
    } else if (argument == "--alone") {
      parsed.options.alone = true;
    } else if (argument == "--seconds") {
      parsed.options.seconds = seconds_of(*++arguments);
    } else if (argument == "--only") {
      names = true;
    } else {
      const auto found = std::ranges::find(scenarios(), argument, &Scenario::name);
      if (!names || found == scenarios().end()) refuse("unknown: " + argument);
      parsed.chosen.push_back(*found);
    }
  }
  if (names && parsed.chosen.empty()) refuse("--only takes names");
  if (!names) parsed.chosen = scenarios();
  return parsed;
}

int run(const Arguments& arguments) {
  std::vector<Result> results;
  for (const Scenario& scenario : arguments.chosen) results.push_back(scenario.run(arguments.options));
  std::FILE* const tables = arguments.json ? stderr : stdout;
  print_results(tables, results);
  if (!arguments.options.alone) print_primitives(tables, measure_primitives(arguments.options));
  if (arguments.json) print_json(results);
  return 0;
}

}  // namespace
}  // namespace tlsock::bench

int main(int, char** argv) {
  try {
    return tlsock::bench::run(tlsock::bench::parse(argv + 1));
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "tls_bench: %s\n", failure.what());
    return 1;
  }
}
