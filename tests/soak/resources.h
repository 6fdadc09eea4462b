// Resources: what this process holds, to tell whether it grows.
#pragma once

#include <malloc.h>

#include <cstddef>
#include <filesystem>

namespace tlsock::test {

struct Resources {
  std::size_t heap, descriptors;

  static Resources now() {
    using std::filesystem::directory_iterator;
    return {::mallinfo2().uordblks + ::mallinfo2().hblkhd,
            static_cast<std::size_t>(std::distance(directory_iterator("/proc/self/fd"), directory_iterator()))};
  }
};

}  // namespace tlsock::test
