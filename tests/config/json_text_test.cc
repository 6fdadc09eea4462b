// JSON texts: what is refused, and how objects are merged as text.
#include "config/json_text.h"

#include "catch.hpp"

using namespace tlsock;

namespace {

std::optional<JsonFault> fault_of(const std::string& text) {
  JsonDocument document;
  return read_json(text, document);
}

std::string merged(std::string_view base, std::string_view over, std::vector<std::string_view> dropped = {}) {
  return std::string(as_text(merge_objects(base, over, dropped)));
}

}  // namespace

TEST_CASE("a text is read as a tree") {
  JsonDocument document;
  REQUIRE_FALSE(read_json(R"( {"a": [1, -2, 1.5, true, false, null, "x"], "b": {"c": {}, "d": []}} )", document));
  CHECK(document.root == Json::parse(R"({"a":[1,-2,1.5,true,false,null,"x"],"b":{"c":{},"d":[]}})"));
}

TEST_CASE("an empty text counts as an empty object") {
  JsonDocument document;
  REQUIRE_FALSE(read_json("", document));
  CHECK(document.root == Json::object());
}

TEST_CASE("names given twice are refused, at any depth, and told") {
  const auto fault = fault_of(R"({"a":{"depth":1,"b":2,"depth":1}})");
  REQUIRE(fault);
  CHECK(fault->kind == JsonFault::Kind::duplicate);
  CHECK(fault->name == "depth");
  CHECK(fault_of(R"({"a":1,"\u0061":2})"));
  CHECK_FALSE(fault_of(R"([{"a":1},{"a":2}])"));
}

TEST_CASE("sixteen levels are read, seventeen are not") {
  CHECK_FALSE(fault_of(std::string(16, '[') + std::string(16, ']')));
  const auto fault = fault_of(std::string(17, '[') + std::string(17, ']'));
  REQUIRE(fault);
  CHECK(fault->kind == JsonFault::Kind::depth);
  CHECK(fault_of(std::string(1'000'000, '[')));
}

TEST_CASE("a text longer than four mebibytes is refused") {
  const auto fault = fault_of("{}" + std::string(max_json_size - 1, ' '));
  REQUIRE(fault);
  CHECK(fault->kind == JsonFault::Kind::size);
  CHECK_FALSE(fault_of("{}" + std::string(max_json_size - 2, ' ')));
}

TEST_CASE("bad UTF-8 is refused and told apart from bad syntax") {
  CHECK(fault_of("{\"a\":\"\xff\"}")->kind == JsonFault::Kind::utf8);
  CHECK(fault_of("{\"a\":\"\xc0\x80\"}")->kind == JsonFault::Kind::utf8);
  CHECK(fault_of("{\"a\":\"\xed\xa0\x80\"}")->kind == JsonFault::Kind::utf8);
  CHECK(fault_of("{\"a\":x}")->kind == JsonFault::Kind::syntax);
}

TEST_CASE("what is no JSON is refused without quoting it") {
  for (const char* text :
       {"{", "}", "{\"a\"}", "{\"a\":1,}", "[1,2", "nul", "{} {}", "{\"a\":1e999}", "'hunter2'", "\"\\u12"}) {
    INFO(text);
    const auto fault = fault_of(text);
    REQUIRE(fault);
    CHECK(tlsock::text(*fault).find("hunter2") == std::string::npos);
  }
}

TEST_CASE("texts are merged member by member") {
  CHECK(merged("{}", "{}") == "{}");
  CHECK(merged(R"({"a":1,"b":2})", R"({"b":3,"c":4})") == R"({"a":1,"b":3,"c":4})");
  CHECK(merged("", R"({"a":1})") == R"({"a":1})");
  CHECK(merged(R"({"a":1})", "") == R"({"a":1})");
  CHECK(merged(R"({"a":1,"b":2})", R"({"c":3})", {"a", "c"}) == R"({"b":2})");
}

TEST_CASE("values of every kind survive a merge as they stand") {
  const std::string text =
      "{ \"a\" : \"x\\\"}],{\" ,\n\"b\":[1,{\"c\":\"]\"}] , \"d\":{\"e\":[]},\t\"f\":-1.5e3,\"g\":true,\"h\":null }";
  const auto result = merged(text, R"({"z":"\\"})");
  JsonDocument before, after;
  REQUIRE_FALSE(read_json(text, before));
  REQUIRE_FALSE(read_json(result, after));
  before.root["z"] = "\\";
  CHECK(before.root == after.root);
}

TEST_CASE("a name is the same however it is escaped") {
  CHECK(merged(R"({"alpn":1})", R"({"\u0061lpn":2})") == R"({"\u0061lpn":2})");
  CHECK(merged(R"({"\"\\":1})", R"({"\"\\":2})") == R"({"\"\\":2})");
}

TEST_CASE("bytes are a string where they are UTF-8") {
  CHECK(json_bytes(as_bytes("h2")) == "h2");
  CHECK(json_bytes(as_bytes("gr\xc3\xbc\xc3\x9f")) == "gr\xc3\xbc\xc3\x9f");
  CHECK(json_bytes(as_bytes("\xf0\x9f\x94\x91")) == "\xf0\x9f\x94\x91");
  for (const char* bad : {"\xff", "\xc3", "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                          "\xf5\x80\x80\x80", "\xe2\x82", "\x80"}) {
    CHECK(json_bytes(as_bytes(bad)) == Json{{"hex", to_hex(as_bytes(bad))}});
  }
}

TEST_CASE("a value without a name is told by its number") {
  CHECK(json_name(NamedGroup::x25519) == "x25519");
  CHECK(json_name(static_cast<NamedGroup>(0x1a1a)) == "0x1a1a");
}
