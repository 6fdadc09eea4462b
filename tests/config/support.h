// What the tests of options share: texts with certificates filled in, and the search for a problem.
#pragma once

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

#include "config/json_text.h"
#include "config/options.h"

namespace tlsock::test {

inline std::string certificate_path(const std::string& file) { return std::string(TLSOCK_TEST_DATA "/certs/") + file; }

inline std::string text_of(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// base64_of is the body of a file's first PEM block, which is the base64 of its DER.
inline std::string base64_of(const std::string& file) {
  std::istringstream lines(text_of(certificate_path(file)));
  std::string line, body;
  while (std::getline(lines, line) && line.rfind("-----END", 0) != 0) {
    if (line.rfind("-----", 0) != 0) body += line;
  }
  return body;
}

// filled replaces <server.pem> by the path of that file and <<server.pem>> by the base64 of its DER.
inline std::string filled(const std::string& text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const bool is_base64 = text.compare(at, 2, "<<") == 0;
    if (text[at] != '<') {
      result += text[at++];
      continue;
    }
    const auto begin = at + (is_base64 ? 2 : 1), end = text.find('>', begin);
    const auto file = text.substr(begin, end - begin);
    result += is_base64 ? base64_of(file) : certificate_path(file);
    at = end + (is_base64 ? 2 : 1);
  }
  return result;
}

inline OptionsOutcome parse(Role role, const std::string& json, ConfigPtr base = nullptr) {
  OptionsRequest request{};
  request.role = role;
  const std::string text = filled(json);
  request.json = text;
  request.base = std::move(base);
  return parse_options(request);
}

inline OptionsOutcome client(const std::string& json, ConfigPtr base = nullptr) {
  return parse(Role::client, json, std::move(base));
}

inline OptionsOutcome server(const std::string& json, ConfigPtr base = nullptr) {
  return parse(Role::server, json, std::move(base));
}

// with_certificate adds what every server needs to the members of an object.
inline std::string with_certificate(const std::string& members) {
  return R"({"certfile":"<server.pem>","keyfile":"<server-key.pem>")" + (members.empty() ? "" : "," + members) + "}";
}

// without_verifying adds what a client needs where the machine has no trust store.
inline std::string without_verifying(const std::string& members) {
  return R"({"verify":"verify_none")" + (members.empty() ? "" : "," + members) + "}";
}

inline const OptionProblem* find_problem(const std::vector<OptionProblem>& problems, OptionProblem::Reason reason,
                                         const std::string& option) {
  for (const auto& problem : problems) {
    const bool names_it = std::any_of(problem.options.begin(), problem.options.end(),
                                      [&](const auto& named) { return named.name == option; });
    if (problem.reason == reason && names_it) return &problem;
  }
  return nullptr;
}

inline bool has_problem(const OptionsOutcome& outcome, OptionProblem::Reason reason, const std::string& option) {
  return !outcome.config && find_problem(outcome.problems, reason, option);
}

}  // namespace tlsock::test
