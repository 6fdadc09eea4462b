// ClientSessions: the sessions that the clients of this process may go on from.
#pragma once

#include <functional>
#include <list>
#include <mutex>

#include "session/session.h"

namespace tlsock {

class ClientSessions {
 public:
  // A place is where a session may be used: a digest of host, port, server name, trust settings, own certificate and
  // ALPN offer.
  using Place = Sha256;

  // process is the one that every client shares, unless it is told otherwise.
  static const std::shared_ptr<ClientSessions>& process();

  // Duplicates is whether a session is kept beside its like: of the same certificates, suite, user and group (Erlang's
  // "unique").
  enum class Duplicates : std::uint8_t { refused, kept };
  // add keeps a session until it expires or `max_entries` newer ones have come.
  void add(const Place& place, SessionPtr session, Duplicates duplicates, std::size_t max_entries, UnixTime now);
  // choose gives the newest session of a place that is alive and that `accepts`, or null.
  SessionPtr choose(const Place& place, UnixTime now, const std::function<bool(const Session&)>& accepts) const;
  // remove forgets whatever has this id: RFC 5246 §7.2.2, a session that has failed is not to be resumed.
  void remove(Bytes id);
  void clear();
  std::size_t size() const;

 private:
  struct Entry {
    Place place;
    SessionPtr session;
  };

  mutable std::mutex mutex_;
  std::list<Entry> entries_;  // newest first
};

}  // namespace tlsock
