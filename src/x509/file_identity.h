// FileIdentity: what tells that a file is still the one that was read.
#pragma once

#include <sys/stat.h>

#include <cstdint>

namespace tlsock {

struct FileIdentity {
  std::uint64_t device, inode;
  std::int64_t size, modified, changed;  // both times in nanoseconds
  bool operator==(const FileIdentity&) const = default;
};
FileIdentity identity_of(const struct stat& status);

}  // namespace tlsock
