// Scenarios: what is measured, by name.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/bench/rounds.h"

namespace tlsock::bench {

struct Options {
  double seconds = 2;  // of processor time, for each column of each scenario
  bool alone = false;  // only the column `ours`
};

struct Scenario {
  std::string name;
  std::function<Result(const Options& options)> run;
};

const std::vector<Scenario>& scenarios();

// measure_primitives compares wolfCrypt's with OpenSSL's, in the columns of the floor and of OpenSSL, and the sums that
// both give for a handshake.
std::vector<Result> measure_primitives(const Options& options);

}  // namespace tlsock::bench
