// Result: a value or an error, and TRY, which hands the error on.
#include "base/result.h"

#include <memory>
#include <string>

#include "tests/catch.hpp"

using namespace tlsock;

namespace {

Error failure() { return Error(Reason::BAD_ALERT, "field").with("expected", "2").with_alert(Alert::unknown_ca); }

// same tells that an error came through unchanged.
bool same(const Error& error, const Error& expected) {
  return error.reason == expected.reason && error.alert == expected.alert &&
         std::string(error.detail) == expected.detail && error.facts.size() == expected.facts.size() &&
         error.at.line() == expected.at.line() && std::string(error.at.function_name()) == expected.at.function_name();
}

using Pointer = std::unique_ptr<int>;

Result<Pointer> make(bool works) {
  if (!works) return failure();
  return std::make_unique<int>(7);
}

// Caller counts how far it comes, and how often what it tries is evaluated.
struct Caller {
  int evaluated = 0;
  bool went_on = false;

  Result<Pointer> pass(bool works) { return ++evaluated, make(works); }
  Status check(bool works) {
    ++evaluated;
    if (!works) return failure();
    return {};
  }

  Result<std::string> value(bool works) {
    const Pointer pointer = TRY(pass(works));
    went_on = true;
    return std::to_string(*pointer);
  }
  Status status(bool works) {
    TRY(check(works));
    went_on = true;
    return {};
  }
};

}  // namespace

TEST_CASE("a result is a value or an error") {
  Result<std::string> value = std::string("text");
  CHECK(value.has_value());
  CHECK(static_cast<bool>(value));
  CHECK(*value == "text");
  CHECK(value->size() == 4);
  *value += "s";
  const Result<std::string>& constant = value;
  CHECK(*constant == "texts");
  CHECK(constant->size() == 5);

  Result<std::string> failed = failure();
  CHECK_FALSE(failed.has_value());
  CHECK_FALSE(static_cast<bool>(failed));
  CHECK(same(failed.error(), failure()));
  CHECK(same(Error(std::move(failed).error()), failure()));

  CHECK(Status().has_value());
  const Status broken = failure();
  CHECK_FALSE(broken.has_value());
  CHECK(same(broken.error(), failure()));
}

TEST_CASE("a value that is false is no error") {
  const Result<bool> no = false;
  REQUIRE(no.has_value());
  CHECK_FALSE(*no);
  const Result<std::optional<int>> nothing = std::optional<int>();
  REQUIRE(nothing.has_value());
  CHECK_FALSE(nothing->has_value());
}

TEST_CASE("a value that cannot be copied moves out") {
  Pointer pointer = *make(true);
  CHECK(*pointer == 7);
  Result<Pointer> result = make(true);
  pointer = *std::move(result);
  CHECK(*pointer == 7);
  CHECK(*result == nullptr);
}

TEST_CASE("TRY gives the value, or returns the error as it is") {
  for (const bool works : {true, false}) {
    CAPTURE(works);
    Caller caller;
    const auto value = caller.value(works);
    CHECK(caller.evaluated == 1);
    CHECK(caller.went_on == works);
    REQUIRE(value.has_value() == works);
    if (works)
      CHECK(*value == "7");
    else
      CHECK(same(value.error(), failure()));

    caller = {};
    const auto status = caller.status(works);
    CHECK(caller.evaluated == 1);
    CHECK(caller.went_on == works);
    REQUIRE(status.has_value() == works);
    if (!works) CHECK(same(status.error(), failure()));
  }
}
