// What may be said about options in errors: shown values without secrets, and the names that were perhaps meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/json_text.h"
#include "config/options.h"

namespace tlsock {

// redacted is an option's value with everything secret replaced by "***". The value of a name that is not in the table
// is replaced whole: it may be a misspelt password.
Json redacted(std::string_view name, const Json& value);

// redacted_options does so for an object of options.
Json redacted_options(const Json& options);

// shown is the JSON text of an option's value for an error: redacted, shortened, empty for a secret.
std::string shown(std::string_view name, const Json& value);

// shortened cuts a text for a message, and hides PEM.
std::string shortened(std::string_view text);

// did_you_mean is " (did you mean …?)" if one of the candidates is close to `name`, else empty.
std::string did_you_mean(std::string_view name, const std::vector<std::string_view>& candidates);

// fault_problem says that a text as a whole is no options object.
OptionProblem fault_problem(const JsonFault& fault);

}  // namespace tlsock
