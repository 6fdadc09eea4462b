#include "session/client_sessions.h"

#include <algorithm>

namespace tlsock {
namespace {

bool same_leaf(const Session& a, const Session& b) {
  if (a.peer_chain.empty() || b.peer_chain.empty()) return a.peer_chain.empty() == b.peer_chain.empty();
  return equal(a.peer_chain.front()->der(), b.peer_chain.front()->der());
}

bool alike(const Session& a, const Session& b) {
  return a.version == b.version && a.cipher_suite == b.cipher_suite && a.group == b.group && a.user == b.user &&
         a.own_certificate == b.own_certificate && same_leaf(a, b);
}

}  // namespace

const std::shared_ptr<ClientSessions>& ClientSessions::process() {
  static const auto& sessions = *new std::shared_ptr<ClientSessions>(std::make_shared<ClientSessions>());
  return sessions;
}

void ClientSessions::add(const Place& place, SessionPtr session, Duplicates duplicates, std::size_t max_entries,
                         UnixTime now) {
  const std::lock_guard lock(mutex_);
  entries_.remove_if([&](const Entry& entry) {
    return !entry.session->is_alive(now) || entry.session->id == session->id;
  });
  const bool has_like = std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.place == place && alike(*entry.session, *session);
  });
  if (has_like && duplicates == Duplicates::refused) return;
  entries_.push_front({place, std::move(session)});
  while (entries_.size() > max_entries) entries_.pop_back();
}

SessionPtr ClientSessions::choose(const Place& place, UnixTime now,
                                  const std::function<bool(const Session&)>& accepts) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.place == place && entry.session->is_alive(now) && accepts(*entry.session);
  });
  return found == entries_.end() ? nullptr : found->session;
}

void ClientSessions::remove(Bytes id) {
  const std::lock_guard lock(mutex_);
  entries_.remove_if([&](const Entry& entry) { return equal(entry.session->id, id); });
}

void ClientSessions::clear() {
  const std::lock_guard lock(mutex_);
  entries_.clear();
}

std::size_t ClientSessions::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace tlsock
