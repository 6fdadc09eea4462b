#include "config/variables.h"

#include <mutex>

namespace tlsock {
namespace {

std::mutex mutex;

Variables& current() {
  static auto& variables = *new Variables;
  return variables;
}

}  // namespace

Variables variables() {
  const std::lock_guard lock(mutex);
  return current();
}

void set_variables(const Variables& variables) {
  const std::lock_guard lock(mutex);
  current() = variables;
}

}  // namespace tlsock
