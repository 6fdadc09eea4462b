// Tables and JSON.
#include "tests/bench/report.h"

#include <nlohmann/json.hpp>

namespace tlsock::bench {
namespace {

using Json = nlohmann::ordered_json;

std::string number(const std::optional<double>& value, int decimals) {
  if (!value) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", decimals, *value);
  return text;
}

void print_row(std::FILE* to, const std::string& name, const std::string& unit, const Row& values) {
  std::fprintf(to, "%-17s %-13s", name.c_str(), unit.c_str());
  for (const auto& value : values) std::fprintf(to, " %9s", number(value, value && *value < 1000 ? 1 : 0).c_str());
}

void add_row(Json& json, const Row& row) {
  for (std::size_t column = 0; column < column_count; ++column)
    json[column_names[column]] = row[column] ? Json(*row[column]) : Json();
}

}  // namespace

void print_results(std::FILE* to, const std::vector<Result>& results) {
  std::fprintf(to, "%-17s %-13s %9s %9s %9s %9s   %s\n", "", "", column_names[0], column_names[1], column_names[2],
               column_names[3], "ours/openssl ours/rustls ours/floor floor/ours");
  for (const Result& result : results) {
    print_row(to, result.name, result.unit, result.value);
    std::optional<double> cost;
    if (result.ratio[lowest]) cost = 1 / *result.ratio[lowest];
    std::fprintf(to, "   %12s %11s %10s %10s\n", number(result.ratio[openssl], 3).c_str(),
                 number(result.ratio[rustls], 3).c_str(), number(result.ratio[lowest], 3).c_str(),
                 number(cost, 3).c_str());
    if (result.client) print_row(to, "  client", "", *result.client), std::fputc('\n', to);
    if (result.server) print_row(to, "  server", "", *result.server), std::fputc('\n', to);
  }
  std::fputs("\nNegotiated, by both sides:\n", to);
  for (const Result& result : results)
    for (const std::string& note : result.notes) std::fprintf(to, "%-17s %s\n", result.name.c_str(), note.c_str());
}

void print_primitives(std::FILE* to, const std::vector<Result>& results) {
  std::fprintf(to, "\n%-36s %12s %12s   %s\n", "Primitives, per second", "wolfcrypt", "openssl", "wolfcrypt/openssl");
  for (const Result& result : results)
    std::fprintf(to, "%-36s %12s %12s   %s\n", result.name.c_str(), number(result.value[lowest], 0).c_str(),
                 number(result.value[openssl], 0).c_str(), number(result.ratio[openssl], 3).c_str());
}

void print_json(const std::vector<Result>& results) {
  Json all = Json::object();
  for (const Result& result : results) {
    Json& one = all[result.name];
    add_row(one, result.value);
    one["unit"] = result.unit;
    if (result.client) add_row(one["client"], *result.client);
    if (result.server) add_row(one["server"], *result.server);
  }
  std::printf("%s\n", all.dump(2).c_str());
}

}  // namespace tlsock::bench
