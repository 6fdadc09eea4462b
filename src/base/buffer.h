// Buffer: contiguous bytes that are filled at the back and consumed at the front. An empty one can give its memory to a
// small pool of the thread, so that idle connections own none.
#pragma once

#include <memory>
#include <utility>

#include "base/bytes.h"

namespace tlsock {

class Buffer {
 public:
  Buffer() = default;
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Buffer() { release(); }

  // space returns room for at least `size` bytes behind the content; commit says how many of them were filled.
  // It moves the content, so views into the buffer end here.
  MutBytes space(std::size_t size);
  void commit(std::size_t size) { end_ += size; }
  void add(Bytes bytes);

  Bytes data() const { return {memory_.get() + begin_, end_ - begin_}; }
  MutBytes data() { return {memory_.get() + begin_, end_ - begin_}; }
  std::size_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }
  std::size_t capacity() const { return capacity_; }

  // consume drops bytes off the front; the others keep their place.
  void consume(std::size_t size);
  // truncate drops bytes off the back, down to `size`.
  void truncate(std::size_t size) { end_ = begin_ + (size < this->size() ? size : this->size()); }
  void clear() { begin_ = end_ = 0; }

  // release gives the memory back, if there is no content left; so does the destructor, always.
  void release_if_empty() {
    if (empty()) release();
  }

  void swap(Buffer& other) noexcept {
    std::swap(memory_, other.memory_);
    std::swap(capacity_, other.capacity_);
    std::swap(begin_, other.begin_);
    std::swap(end_, other.end_);
  }

 private:
  void release() noexcept;
  void grow(std::size_t needed);

  std::unique_ptr<std::uint8_t[]> memory_;
  std::size_t capacity_ = 0, begin_ = 0, end_ = 0;
};

}  // namespace tlsock
