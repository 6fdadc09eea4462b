// Buffer's memory: where it comes from, how it grows, where it goes.
#include "base/buffer.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tlsock {
namespace {

// One size fits most: a full read of 64 KiB, or several records on their way out.
constexpr std::size_t block_size = 72 * 1024;
constexpr std::size_t small_size = 2048;
constexpr std::size_t pooled_blocks = 4;

// BlockPool keeps a few blocks of each size for the thread. Blocks freed during thread exit, after the pool is gone, go
// to the heap.
struct BlockPool {
  struct Shelf {
    std::unique_ptr<std::uint8_t[]> blocks[pooled_blocks];
    std::size_t count = 0;
  };
  Shelf large, small;
  ~BlockPool() { gone = true; }
  static thread_local bool gone;
};
thread_local bool BlockPool::gone = false;

// shelf_of is null for a size that is not kept.
BlockPool::Shelf* shelf_of(std::size_t size) {
  if (BlockPool::gone || (size != block_size && size != small_size)) return nullptr;
  static thread_local BlockPool pool;
  return size == block_size ? &pool.large : &pool.small;
}

std::unique_ptr<std::uint8_t[]> take_block(std::size_t size) {
  BlockPool::Shelf* shelf = shelf_of(size);
  if (shelf && shelf->count > 0) return std::move(shelf->blocks[--shelf->count]);
  return std::unique_ptr<std::uint8_t[]>(new std::uint8_t[size]);
}

void give_block(std::unique_ptr<std::uint8_t[]> block, std::size_t size) noexcept {
  BlockPool::Shelf* shelf = shelf_of(size);
  if (shelf && shelf->count < pooled_blocks) shelf->blocks[shelf->count++] = std::move(block);
}

}  // namespace

MutBytes Buffer::space(std::size_t size) {
  if (begin_ == end_) clear();
  if (capacity_ - end_ < size) {
    if (capacity_ - this->size() >= size) {
      std::memmove(memory_.get(), memory_.get() + begin_, this->size());
      end_ -= begin_;
      begin_ = 0;
    } else {
      grow(this->size() + size);
    }
  }
  return {memory_.get() + end_, capacity_ - end_};
}

void Buffer::add(Bytes bytes) {
  if (bytes.empty()) return;
  std::memcpy(space(bytes.size()).data(), bytes.data(), bytes.size());
  commit(bytes.size());
}

void Buffer::consume(std::size_t size) {
  begin_ += std::min(size, this->size());
  if (begin_ == end_) clear();
}

void Buffer::grow(std::size_t needed) {
  std::size_t capacity = std::max(needed, 2 * capacity_);
  if (capacity <= small_size) capacity = small_size;
  else if (capacity <= block_size) capacity = block_size;
  auto memory = take_block(capacity);
  const std::size_t kept = size();
  if (kept) std::memcpy(memory.get(), memory_.get() + begin_, kept);
  release();
  memory_ = std::move(memory);
  capacity_ = capacity;
  end_ = kept;
}

void Buffer::release() noexcept {
  if (memory_) give_block(std::move(memory_), capacity_);
  memory_.reset();
  capacity_ = begin_ = end_ = 0;
}

}  // namespace tlsock
