// The two forms of the report: tables for people, and one JSON object.
#pragma once

#include <cstdio>

#include "tests/bench/rounds.h"

namespace tlsock::bench {

void print_results(std::FILE* to, const std::vector<Result>& results);
void print_primitives(std::FILE* to, const std::vector<Result>& results);
// print_json prints {"hs13_ecdsa":{"ours":…,"openssl":…,"rustls":…,"floor":…,"unit":"handshakes/s",…}, …}; null stands
// for what is not there.
void print_json(const std::vector<Result>& results);

}  // namespace tlsock::bench
