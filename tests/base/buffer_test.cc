// Buffer: what is put in at the back comes out at the front, and an empty one can own nothing.
#include "base/buffer.h"

#include <cstring>
#include <random>
#include <thread>
#include <utility>

#include "tests/catch.hpp"

using namespace tlsock;

namespace {

ByteString pattern(std::size_t size, std::size_t start = 0) {
  ByteString bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>((start + i) * 131 + (start + i) / 256);
  return bytes;
}

Buffer filled(Bytes bytes) {
  Buffer buffer;
  buffer.add(bytes);
  return buffer;
}

bool holds(const Buffer& buffer, Bytes expected) {
  return equal(buffer.data(), expected) && buffer.size() == expected.size() && buffer.empty() == expected.empty();
}

// Model is a Buffer and what it should hold.
struct Model {
  Buffer buffer;
  ByteString expected;

  void fill(const ByteString& bytes) {
    const MutBytes space = buffer.space(bytes.size());
    REQUIRE(space.size() >= bytes.size());
    std::ranges::copy(bytes, space.begin());
    buffer.commit(bytes.size());
    append(expected, bytes);
  }
  void add(const ByteString& bytes) {
    buffer.add(bytes);
    append(expected, bytes);
  }
  void consume(std::size_t size) {
    buffer.consume(size);
    expected.erase(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(std::min(size, expected.size())));
  }
  void truncate(std::size_t size) {
    buffer.truncate(size);
    expected.resize(std::min(size, expected.size()));
  }
};

}  // namespace

TEST_CASE("a buffer holds what a byte string would, whatever is done to it") {
  std::mt19937 random(1);
  constexpr std::size_t sizes[] = {0, 1, 7, 300, 2047, 2048, 2049, 16384, 70000, 150000};
  for (int round = 0; round < 40; ++round) {
    Model model;
    for (int turn = 0; turn < 60; ++turn) {
      const std::size_t size = sizes[random() % std::size(sizes)];
      const ByteString bytes = pattern(size, random());
      switch (random() % 6) {
        case 0:
          model.fill(bytes);
          break;
        case 1:
          model.add(bytes);
          break;
        case 2:
          model.consume(size);
          break;
        case 3:
          model.consume(model.expected.size());
          break;
        case 4:
          model.truncate(size);
          break;
        case 5:
          model.buffer.release_if_empty();
          break;
      }
      CAPTURE(round, turn, size);
      REQUIRE(holds(model.buffer, model.expected));
    }
  }
}

TEST_CASE("consuming leaves what is left at its place") {
  Buffer buffer = filled(pattern(5000));
  const std::uint8_t* place = buffer.data().data();
  buffer.consume(1000);
  CHECK(buffer.data().data() == place + 1000);
  CHECK(holds(buffer, pattern(4000, 1000)));
  buffer.truncate(10);
  CHECK(buffer.data().data() == place + 1000);
  CHECK(holds(buffer, pattern(10, 1000)));
  buffer.consume(11);
  CHECK(holds(buffer, {}));
}

TEST_CASE("the content can be changed where it lies") {
  Buffer buffer = filled(pattern(3));
  buffer.data()[1] = 99;
  const ByteString expected = {pattern(3)[0], 99, pattern(3)[2]};
  CHECK(holds(std::as_const(buffer), expected));
}

TEST_CASE("room that consuming made is used before memory is asked for") {
  for (const std::size_t kept : {1u, 30u, 1000u, 2000u}) {
    CAPTURE(kept);
    Buffer buffer = filled(pattern(kept));
    const std::size_t capacity = buffer.capacity(), added = std::min(kept, capacity - kept);
    for (std::size_t start = added; start < 5 * capacity; start += added) {
      buffer.add(pattern(added, start - added + kept));
      buffer.consume(added);
      REQUIRE(holds(buffer, pattern(kept, start)));
    }
    CHECK(buffer.capacity() == capacity);
  }
}

TEST_CASE("an empty buffer owns no memory before its first use and after its release") {
  Buffer buffer;
  CHECK(buffer.capacity() == 0);
  CHECK(holds(buffer, {}));
  buffer.add({});
  CHECK(buffer.capacity() == 0);
  for (const std::size_t size : {1u, 2048u, 20000u, 72u * 1024, 200000u}) {
    CAPTURE(size);
    buffer.add(pattern(size));
    CHECK(buffer.capacity() >= size);
    buffer.release_if_empty();
    CHECK(holds(buffer, pattern(size)));
    buffer.clear();
    CHECK(buffer.capacity() >= size);
    buffer.release_if_empty();
    CHECK(buffer.capacity() == 0);
  }
}

TEST_CASE("a moved buffer takes its content along") {
  Buffer from = filled(pattern(100));
  Buffer to(std::move(from));
  CHECK(holds(to, pattern(100)));
  Buffer assigned = filled(pattern(5));
  assigned = std::move(to);
  CHECK(holds(assigned, pattern(100)));
  Buffer other = filled(pattern(3));
  other.swap(assigned);
  CHECK(holds(other, pattern(100)));
  CHECK(holds(assigned, pattern(3)));
}

namespace {

ByteString seen_at_thread_exit;

// Late uses its buffer when the thread's other objects have gone.
struct Late {
  Buffer buffer;
  ~Late() {
    buffer.add(pattern(30000));
    Buffer second = filled(buffer.data());
    seen_at_thread_exit = copy(second.data());
  }
};

}  // namespace

TEST_CASE("buffers work until the end of their thread") {
  std::thread([] {
    static thread_local Late late;  // constructed first, and so destroyed last
    late.buffer.consume(0);
    Buffer large = filled(pattern(30000));
  }).join();
  CHECK(seen_at_thread_exit == pattern(30000));
}
