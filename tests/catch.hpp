// Catch2, version 2 or 3. Tests keep to what both have: TEST_CASE, SECTION, CHECK, REQUIRE and their _FALSE, _THROWS
// and _NOTHROW forms, INFO, CAPTURE, FAIL, GENERATE, SUCCEED.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
