// Secret, SecretBytes: what they hold, and that nothing of it is left in the memory that they leave.
#include "base/secret.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "tests/catch.hpp"

using namespace tlsock;

namespace {

// Watch sees a block as it is when it is given back to the heap.
struct Watch {
  const void* block = nullptr;
  std::size_t size = 0;
  bool given_back = false, was_zero = false;

  void start(Bytes bytes) { *this = {bytes.data(), bytes.size()}; }
  void look(const void* at) {
    if (!at || at != block) return;
    const auto* bytes = static_cast<const volatile std::uint8_t*>(at);
    given_back = was_zero = true;
    for (std::size_t i = 0; i < size; ++i) was_zero = was_zero && bytes[i] == 0;
    block = nullptr;
  }
};
Watch watch;

}  // namespace

void* operator new[](std::size_t size) {
  if (void* memory = std::malloc(size ? size : 1)) return memory;
  throw std::bad_alloc();
}
void operator delete[](void* memory) noexcept {
  watch.look(memory);
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept { operator delete[](memory); }

namespace {

ByteString key(std::size_t size) { return ByteString(size, 0xa5); }

// traces counts the bytes of a key in an object's memory.
template <class T>
std::size_t traces(const T& object) {
  const auto* bytes = reinterpret_cast<const volatile std::uint8_t*>(&object);
  std::size_t count = 0;
  for (std::size_t i = 0; i < sizeof object; ++i) count += bytes[i] == 0xa5;
  return count;
}

template <class T>
constexpr bool only_moves = std::is_nothrow_move_constructible_v<T> && std::is_nothrow_move_assignable_v<T> &&
                            !std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T>;
static_assert(only_moves<Secret> && only_moves<SecretBytes>);

template <class T>
concept Comparable = requires(const T& a, const T& b) { a == b; };
static_assert(!Comparable<Secret> && !Comparable<SecretBytes>);

}  // namespace

TEMPLATE_TEST_CASE("secrets hold what they are given, are cloned on request and move", "", Secret, SecretBytes) {
  for (const std::size_t size : {0u, 1u, 32u, 64u}) {
    CAPTURE(size);
    TestType secret{Bytes(key(size))};
    CHECK(copy(secret) == key(size));
    CHECK(secret.size() == size);
    CHECK(secret.empty() == (size == 0));
    TestType twin = secret.clone();
    std::ranges::fill(secret.bytes(), std::uint8_t{1});
    CHECK(copy(twin) == key(size));

    TestType moved(std::move(twin));
    CHECK(copy(moved) == key(size));
    CHECK(twin.empty());
    TestType assigned{Bytes(key(20))};
    assigned = std::move(moved);
    CHECK(copy(assigned) == key(size));
    CHECK(moved.empty());
    TestType& same = assigned;
    assigned = std::move(same);
    CHECK(copy(assigned) == key(size));
  }
  CHECK(TestType().empty());
  CHECK(copy(TestType(std::size_t{5})) == ByteString(5));
}

TEST_CASE("a Secret is never cut short") { CHECK_THROWS_AS(Secret{Bytes(key(65))}, std::length_error); }

TEST_CASE("a Secret leaves nothing behind when it dies") {
  alignas(Secret) std::byte memory[sizeof(Secret)];
  auto* secret = new (memory) Secret(Bytes(key(64)));
  REQUIRE(traces(memory) >= 64);
  secret->~Secret();
  CHECK(traces(memory) == 0);
}

TEST_CASE("a Secret leaves nothing behind when it moves") {
  Secret secret{Bytes(key(64))};
  Secret moved(std::move(secret));
  CHECK(traces(secret) == 0);
  Secret assigned;
  assigned = std::move(moved);
  CHECK(traces(moved) == 0);
  CHECK(traces(assigned) >= 64);
  // A shorter one covers all of a longer one.
  assigned = Secret(std::size_t{3});
  CHECK(traces(assigned) == 0);
}

TEST_CASE("the heap gets the memory of SecretBytes back wiped") {
  auto secret = std::make_unique<SecretBytes>(Bytes(key(1000)));
  watch.start(secret->bytes());

  SECTION("when they die") { secret.reset(); }
  SECTION("all of it, when they were shortened before") {
    secret->truncate(10);
    CHECK(copy(*secret) == key(10));
    CHECK(copy(secret->clone()) == key(10));
    secret->truncate(20);
    CHECK(secret->size() == 10);
    secret.reset();
  }
  SECTION("all of it, when they were shortened and moved before") {
    secret->truncate(10);
    SecretBytes moved(std::move(*secret));
    secret.reset();
    CHECK(copy(moved) == key(10));
    moved = SecretBytes();
  }
  SECTION("when others take their place") { *secret = SecretBytes(Bytes(key(3))); }
  SECTION("from those that they were moved to") {
    SecretBytes moved(std::move(*secret));
    secret.reset();
    CHECK_FALSE(watch.given_back);
    CHECK(copy(moved) == key(1000));
    *std::make_unique<SecretBytes>() = std::move(moved);
  }

  CHECK(watch.given_back);
  CHECK(watch.was_zero);
}
