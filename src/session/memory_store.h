// MemoryStore: a Store in the process, bounded in number; the oldest goes first.
#pragma once

#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

#include "session/store.h"

namespace tlsock {

class MemoryStore final : public Store {
 public:
  explicit MemoryStore(std::size_t max_entries) : max_entries_(max_entries) {}

  void put(Bytes key, Bytes value, UnixTime now, UnixTime expires) override;
  SecretBytes get(Bytes key, UnixTime now) override;
  SecretBytes take(Bytes key, UnixTime now) override;
  void remove(Bytes key) override;
  std::size_t size() const;

 private:
  struct Entry {
    std::string key;
    SecretBytes value;
    UnixTime expires;
  };
  using Entries = std::list<Entry>;  // oldest first

  Entries::iterator find(Bytes key, UnixTime now);
  void erase(Entries::iterator entry);

  const std::size_t max_entries_;
  mutable std::mutex mutex_;
  Entries entries_;
  std::unordered_map<std::string_view, Entries::iterator> by_key_;  // the key is the entry's
};

}  // namespace tlsock
