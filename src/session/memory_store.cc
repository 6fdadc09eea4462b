#include "session/memory_store.h"

#include <iterator>

namespace tlsock {

void MemoryStore::put(Bytes key, Bytes value, UnixTime now, UnixTime expires) {
  const std::lock_guard lock(mutex_);
  if (const auto old = by_key_.find(as_text(key)); old != by_key_.end()) erase(old->second);
  while (!entries_.empty() && (entries_.size() >= max_entries_ || entries_.front().expires <= now))
    erase(entries_.begin());
  if (max_entries_ == 0) return;
  entries_.push_back({std::string(as_text(key)), SecretBytes(value), expires});
  const auto entry = std::prev(entries_.end());
  by_key_.emplace(entry->key, entry);
}

SecretBytes MemoryStore::get(Bytes key, UnixTime now) {
  const std::lock_guard lock(mutex_);
  const auto entry = find(key, now);
  return entry == entries_.end() ? SecretBytes() : entry->value.clone();
}

SecretBytes MemoryStore::take(Bytes key, UnixTime now) {
  const std::lock_guard lock(mutex_);
  const auto entry = find(key, now);
  if (entry == entries_.end()) return {};
  SecretBytes value = std::move(entry->value);
  erase(entry);
  return value;
}

void MemoryStore::remove(Bytes key) {
  const std::lock_guard lock(mutex_);
  if (const auto entry = by_key_.find(as_text(key)); entry != by_key_.end()) erase(entry->second);
}

std::size_t MemoryStore::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

MemoryStore::Entries::iterator MemoryStore::find(Bytes key, UnixTime now) {
  const auto found = by_key_.find(as_text(key));
  if (found == by_key_.end()) return entries_.end();
  if (found->second->expires > now) return found->second;
  erase(found->second);
  return entries_.end();
}

void MemoryStore::erase(Entries::iterator entry) {
  by_key_.erase(entry->key);
  entries_.erase(entry);
}

}  // namespace tlsock
