// Handles: integers that name listeners, sockets and configs, and that turn stale instead of dangling.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

namespace tlsock::capi {

enum class HandleKind : std::uint8_t { none, listener, socket, config };

// Handled is what a handle names. `kind` is a static member of each class derived from it.
class Handled {
 public:
  virtual ~Handled() = default;
  // closing runs once, on the thread that closes, while others may be inside: it wakes them and does not block.
  virtual void closing() noexcept {}
};

// A handle is 29 bits of generation above 24 bits of index; generations begin at 1, so that 0 is no handle.
inline constexpr unsigned index_bits = 24, generation_bits = 29;

struct Slot {
  // generation, closing, kind, uses; see handles.cc.
  std::atomic<std::uint64_t> word;
  std::unique_ptr<Handled> object;
  std::atomic<std::uint32_t> next_free;
  std::uint32_t index;
};

// The table is immortal: slots are never freed, so a stale handle always has a word to be compared with.
std::uint64_t insert_handled(HandleKind kind, std::unique_ptr<Handled> object);  // 0: all slots are taken
// enter counts a use; null for a handle that is not live or not of this kind.
Slot* enter_slot(std::uint64_t handle, HandleKind kind) noexcept;
// leave_slot ends a use; the last one out of a closed handle destroys the object.
void leave_slot(Slot& slot) noexcept;
// close_handle is false for a handle that is not live.
bool close_handle(std::uint64_t handle) noexcept;
// age_slot_for_test gives the free slot that `handle` had another generation: the tests cannot use up 2^29 of them.
void age_slot_for_test(std::uint64_t handle, std::uint64_t generation) noexcept;

// Use is one call's stay inside a handle.
template <class T>
class Use {
 public:
  explicit Use(std::uint64_t handle) : slot_(enter_slot(handle, T::kind)) {}
  Use(Use&& other) noexcept : slot_(std::exchange(other.slot_, nullptr)) {}
  Use& operator=(Use&&) = delete;
  ~Use() {
    if (slot_) leave_slot(*slot_);
  }

  explicit operator bool() const { return slot_ != nullptr; }
  T& operator*() const { return static_cast<T&>(*slot_->object); }
  T* operator->() const { return &**this; }

 private:
  Slot* slot_;
};

template <class T>
std::uint64_t insert(std::unique_ptr<T> object) {
  return insert_handled(T::kind, std::move(object));
}

}  // namespace tlsock::capi
