// The handle table: slots in chunks that are made on demand and never freed, without a lock, so that fork can break
// none.
#include "capi/handles.h"

#include <array>
#include <new>

namespace tlsock::capi {
namespace {

// The word of a slot, from the low end: uses, kind, closing, generation. One comparison checks all of it.
constexpr unsigned use_bits = 31, kind_bits = 3;
constexpr std::uint64_t use_mask = (std::uint64_t{1} << use_bits) - 1;
constexpr unsigned kind_shift = use_bits;
constexpr std::uint64_t kind_mask = ((std::uint64_t{1} << kind_bits) - 1) << kind_shift;
constexpr std::uint64_t closing_bit = std::uint64_t{1} << (use_bits + kind_bits);
constexpr unsigned generation_shift = use_bits + kind_bits + 1;
static_assert(generation_shift + generation_bits == 64);

constexpr std::uint64_t max_generation = (std::uint64_t{1} << generation_bits) - 1;
constexpr std::uint32_t max_slots = std::uint32_t{1} << index_bits;
constexpr std::uint32_t chunk_size = 1024;
constexpr std::uint32_t no_slot = ~std::uint32_t{0};

constexpr std::uint64_t word_of(std::uint64_t generation, HandleKind kind) {
  return generation << generation_shift | static_cast<std::uint64_t>(kind) << kind_shift;
}
constexpr std::uint64_t generation_of(std::uint64_t word) { return word >> generation_shift; }
constexpr HandleKind kind_of(std::uint64_t word) { return static_cast<HandleKind>((word & kind_mask) >> kind_shift); }

struct Chunk {
  std::array<Slot, chunk_size> slots;
};

// All zero at the start of the process, and without a destructor.
struct Table {
  std::array<std::atomic<Chunk*>, max_slots / chunk_size> chunks;
  std::atomic<std::uint32_t> used;      // slots that were ever given out
  std::atomic<std::uint64_t> free_top;  // counter << 32 | (index + 1); the counter keeps a late pop from succeeding
};
constinit Table table{};

Slot* slot_at(std::uint32_t index) noexcept {
  Chunk* chunk = table.chunks[index / chunk_size].load(std::memory_order_acquire);
  return chunk ? &chunk->slots[index % chunk_size] : nullptr;
}

Slot& make_slot(std::uint32_t index) {
  auto& place = table.chunks[index / chunk_size];
  Chunk* chunk = place.load(std::memory_order_acquire);
  if (!chunk) {
    auto fresh = std::make_unique<Chunk>();
    if (place.compare_exchange_strong(chunk, fresh.get(), std::memory_order_acq_rel)) chunk = fresh.release();
  }
  Slot& slot = chunk->slots[index % chunk_size];
  slot.index = index;
  slot.word.store(word_of(1, HandleKind::none), std::memory_order_relaxed);
  return slot;
}

void push_free(Slot& slot) noexcept {
  std::uint64_t top = table.free_top.load(std::memory_order_relaxed), next;
  do {
    slot.next_free.store(static_cast<std::uint32_t>(top), std::memory_order_relaxed);
    next = ((top >> 32) + 1) << 32 | (slot.index + 1);
  } while (!table.free_top.compare_exchange_weak(top, next, std::memory_order_release, std::memory_order_relaxed));
}

Slot* pop_free() noexcept {
  std::uint64_t top = table.free_top.load(std::memory_order_acquire);
  for (;;) {
    const auto index = static_cast<std::uint32_t>(top);
    if (index == 0) return nullptr;
    Slot* slot = slot_at(index - 1);
    const std::uint64_t next = ((top >> 32) + 1) << 32 | slot->next_free.load(std::memory_order_relaxed);
    if (table.free_top.compare_exchange_weak(top, next, std::memory_order_acquire)) return slot;
  }
}

std::uint32_t claim_unused() noexcept {
  std::uint32_t used = table.used.load(std::memory_order_relaxed);
  do {
    if (used == max_slots) return no_slot;
  } while (!table.used.compare_exchange_weak(used, used + 1, std::memory_order_relaxed));
  return used;
}

Slot* take_slot() {
  if (Slot* slot = pop_free()) return slot;
  const std::uint32_t index = claim_unused();
  return index == no_slot ? nullptr : &make_slot(index);
}

Slot* find(std::uint64_t handle, std::uint64_t& generation) noexcept {
  if (handle >> (index_bits + generation_bits)) return nullptr;
  generation = handle >> index_bits;
  return generation ? slot_at(static_cast<std::uint32_t>(handle & (max_slots - 1))) : nullptr;
}

// The destroyer is alone: the closing bit lets nobody in, and no use is left.
void destroy(Slot& slot) noexcept {
  slot.object.reset();
  const std::uint64_t generation = generation_of(slot.word.load(std::memory_order_relaxed));
  if (generation == max_generation) return;  // a generation that wrapped would revive old handles: the slot is retired
  slot.word.store(word_of(generation + 1, HandleKind::none), std::memory_order_release);
  push_free(slot);
}

}  // namespace

std::uint64_t insert_handled(HandleKind kind, std::unique_ptr<Handled> object) {
  Slot* slot = take_slot();
  if (!slot) return 0;
  slot->object = std::move(object);
  const std::uint64_t generation = generation_of(slot->word.load(std::memory_order_relaxed));
  slot->word.store(word_of(generation, kind), std::memory_order_release);
  return generation << index_bits | slot->index;
}

Slot* enter_slot(std::uint64_t handle, HandleKind kind) noexcept {
  std::uint64_t generation = 0;
  Slot* slot = find(handle, generation);
  if (!slot) return nullptr;
  const std::uint64_t wanted = word_of(generation, kind);
  std::uint64_t word = slot->word.load(std::memory_order_relaxed);
  do {
    if ((word & ~use_mask) != wanted) return nullptr;
    if ((word & use_mask) == use_mask) return nullptr;
  } while (!slot->word.compare_exchange_weak(word, word + 1, std::memory_order_acquire, std::memory_order_relaxed));
  return slot;
}

void leave_slot(Slot& slot) noexcept {
  const std::uint64_t before = slot.word.fetch_sub(1, std::memory_order_acq_rel);
  if ((before & use_mask) == 1 && (before & closing_bit)) destroy(slot);
}

bool close_handle(std::uint64_t handle) noexcept {
  std::uint64_t generation = 0;
  Slot* slot = find(handle, generation);
  if (!slot) return false;
  std::uint64_t word = slot->word.load(std::memory_order_relaxed);
  do {
    const bool live = generation_of(word) == generation && kind_of(word) != HandleKind::none && !(word & closing_bit);
    if (!live) return false;
  } while (!slot->word.compare_exchange_weak(word, (word | closing_bit) + 1, std::memory_order_acq_rel,
                                             std::memory_order_relaxed));
  slot->object->closing();
  leave_slot(*slot);
  return true;
}

void age_slot_for_test(std::uint64_t handle, std::uint64_t generation) noexcept {
  if (Slot* slot = slot_at(static_cast<std::uint32_t>(handle & (max_slots - 1))))
    slot->word.store(word_of(generation, HandleKind::none), std::memory_order_release);
}

}  // namespace tlsock::capi
