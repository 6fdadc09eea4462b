// Flow and Task: a handshake written as a coroutine. `co_await` waits for the peer or for the application, and stops
// the handshake on an error; a stopped or abandoned flow is destroyed where it stands and its frame is wiped.
#pragma once

#include <concepts>
#include <coroutine>
#include <optional>
#include <source_location>
#include <utility>

#include "base/bytes.h"
#include "base/result.h"

namespace tlsock {

class FlowControl;
class Promise;
template <class T>
class Task;

// Waiter is something a flow can wait for. Derived classes have `T take()`, called once, after poll() said true.
class Waiter {
 public:
  // poll tries to complete without blocking. A failure is recorded in the FlowControl; poll then returns false.
  virtual bool poll() = 0;

 protected:
  ~Waiter() = default;
};

// FlowControl is what a handshake's coroutines share: its first failure, and the place where they wait.
class FlowControl {
 public:
  FlowControl() = default;
  FlowControl(const FlowControl&) = delete;
  FlowControl& operator=(const FlowControl&) = delete;

  // fail records the first failure; the next co_await, or the flow's end, stops there.
  void fail(Error error) {
    if (!error_) error_ = std::move(error);
  }
  void check(const Status& status) {
    if (!status) fail(status.error());
  }
  bool failed() const { return error_.has_value(); }
  const std::optional<Error>& error() const { return error_; }

  // where is the co_await that the handshake last waited or stopped at.
  const std::source_location& where() const { return where_; }

 private:
  friend class Flow;
  friend class Promise;

  std::optional<Error> error_;
  Waiter* waiter_ = nullptr;
  Promise* leaf_ = nullptr;  // the coroutine that waits for waiter_
  std::source_location where_;
};

// Unwrap is the wait for a Result: its value is there at once, or never.
template <class T>
class Unwrap final : public Waiter {
 public:
  Unwrap(FlowControl& control, Result<T>& result) : control_(control), result_(result) {}
  bool poll() override {
    if (!result_) control_.fail(result_.error());
    return result_.has_value();
  }
  T take() { return *std::move(result_); }

 private:
  FlowControl& control_;
  Result<T>& result_;
};

// Promise is the common part of all handshake coroutines. The first parameter of each is the FlowControl.
class Promise {
 public:
  template <class... Rest>
  explicit Promise(FlowControl& control, Rest&...) : control_(control) {}

  // Frames come from the global heap and are wiped before they go back. Out of line on purpose: a flow's file should
  // not see through them (gcc 12 has false warnings about inlined pairs).
  static void* operator new(std::size_t size);
  static void operator delete(void* frame, std::size_t size) noexcept;

  std::suspend_always initial_suspend() const noexcept { return {}; }
  std::suspend_always final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept { control_.fail(Reason::OUT_OF_MEMORY); }

  // What is awaited is a temporary of the co_await statement and lives in the frame until the statement is over: the
  // awaiters refer to it, which keeps frames small.
  template <std::derived_from<Waiter> W>
  auto await_transform(W&& waiter, std::source_location where = std::source_location::current()) {
    return Leaf<W&>(*this, waiter, where);
  }
  template <class T>
  auto await_transform(Result<T>&& result, std::source_location where = std::source_location::current()) {
    return Leaf<Unwrap<T>>(*this, Unwrap<T>(control_, result), where);
  }

 private:
  friend class Flow;
  template <class T>
  friend class Task;

  // Leaf is the awaiter of a Waiter: W is `Waiter&` or a small Waiter by value.
  template <class W>
  class Leaf {
   public:
    Leaf(Promise& promise, W waiter, std::source_location where) : promise_(promise), waiter_(waiter), where_(where) {}
    bool await_ready() {
      promise_.control_.where_ = where_;
      return !promise_.control_.failed() && waiter_.poll();
    }
    void await_suspend(std::coroutine_handle<>) {
      promise_.control_.waiter_ = &waiter_;
      promise_.control_.leaf_ = &promise_;
    }
    auto await_resume() { return waiter_.take(); }

   private:
    Promise& promise_;
    W waiter_;
    std::source_location where_;
  };

  // run resumes this coroutine, and when it is done, the one that awaits it.
  void run() {
    const FlowControl& control = control_;  // `this` may be gone once its parent runs
    for (Promise* promise = this; promise; promise = promise->parent_) {
      promise->self_.resume();
      if (!promise->self_.done() || control.failed()) return;
    }
  }

  FlowControl& control_;
  std::coroutine_handle<> self_;
  Promise* parent_ = nullptr;
};

// Flow is a whole handshake. It starts suspended; destroying it at any point destroys all that its frames hold.
class [[nodiscard]] Flow {
 public:
  class promise_type;

  Flow() = default;
  Flow(Flow&& other) noexcept : promise_(std::exchange(other.promise_, nullptr)) {}
  Flow& operator=(Flow&& other) noexcept {
    std::swap(promise_, other.promise_);
    return *this;
  }
  ~Flow() {
    if (promise_) promise_->self_.destroy();
  }

  // advance runs until the flow waits, fails or is done. A failed flow never runs again.
  void advance();
  bool done() const { return promise_ && promise_->self_.done(); }
  bool valid() const { return promise_ != nullptr; }

 private:
  explicit Flow(Promise& promise) : promise_(&promise) {}

  Promise* promise_ = nullptr;
};

// Task is a part of a flow with a value of its own. Only a Flow can await it: nesting ends there, by type.
template <class T>
class [[nodiscard]] Task {
 public:
  class promise_type : public Promise {
   public:
    using Promise::Promise;
    Task get_return_object() {
      self_ = std::coroutine_handle<promise_type>::from_promise(*this);
      return Task(*this);
    }
    void return_value(T value) { value_.emplace(std::move(value)); }

   private:
    friend class Task;
    std::optional<T> value_;
  };

  Task(Task&& other) noexcept : promise_(std::exchange(other.promise_, nullptr)) {}
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (promise_) promise_->self_.destroy();
  }

  // Join is the wait for a Task: it runs on the spot as far as it can, then becomes what the flow waits for.
  class Join {
   public:
    Join(Promise& parent, Task& task) : parent_(parent), task_(task) {}
    bool await_ready() {
      if (!parent_.control_.failed()) task_.promise_->run();
      return task_.promise_->self_.done() && !parent_.control_.failed();
    }
    void await_suspend(std::coroutine_handle<>) { task_.promise_->parent_ = &parent_; }
    T await_resume() { return *std::move(task_.promise_->value_); }

   private:
    Promise& parent_;
    Task& task_;
  };

 private:
  explicit Task(promise_type& promise) : promise_(&promise) {}

  promise_type* promise_;
};

class Flow::promise_type : public Promise {
 public:
  using Promise::await_transform;
  using Promise::Promise;
  Flow get_return_object() {
    self_ = std::coroutine_handle<promise_type>::from_promise(*this);
    return Flow(*this);
  }
  void return_void() const noexcept {}

  template <class T>
  auto await_transform(Task<T>&& task) {
    return typename Task<T>::Join(*this, task);
  }
};

}  // namespace tlsock
