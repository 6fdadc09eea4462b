#include "session/memory_store.h"

#include "tests/catch.hpp"

using namespace tlsock;

TEST_CASE("a store is bounded, forgets the oldest first, and gives a value once to those who take it") {
  MemoryStore store(2);
  const auto key = [](std::uint8_t id) { return ByteString(4, id); };
  for (std::uint8_t i = 1; i <= 3; ++i) store.put(key(i), ByteString{i}, 0, 10);
  CHECK(store.size() == 2);
  CHECK(store.get(key(1), 0).empty());
  CHECK(copy(store.get(key(2), 9)) == ByteString{2});
  CHECK(store.get(key(2), 10).empty());
  CHECK(store.size() == 1);
  CHECK(copy(store.take(key(3), 0)) == ByteString{3});
  CHECK(store.take(key(3), 0).empty());
  store.put(key(4), ByteString{4}, 0, 10);
  store.put(key(4), ByteString{5}, 0, 10);
  CHECK(store.size() == 1);
  CHECK(copy(store.get(key(4), 0)) == ByteString{5});
  store.remove(key(4));
  store.remove(key(4));
  CHECK(store.size() == 0);
  MemoryStore none(0);
  none.put(key(1), ByteString{1}, 0, 10);
  CHECK(none.size() == 0);
}
