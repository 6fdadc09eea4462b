// Connector: from a host and a port to a connected TCP socket, by RFC 8305 (Happy Eyeballs).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "socket/transport.h"

namespace tlsock {

// Resolver gives a host's addresses, preferred first. It may block. Family is AF_UNSPEC, AF_INET or AF_INET6.
using Resolver = std::function<Result<std::vector<Endpoint>>(const std::string& host, std::uint16_t port, int family)>;
// system_resolver is getaddrinfo; NAME_NOT_FOUND if it finds nothing.
Result<std::vector<Endpoint>> system_resolver(const std::string& host, std::uint16_t port, int family);

// interleave_families is the order of attempts (RFC 8305 §4): the first address stays first, then families alternate.
std::vector<Endpoint> interleave_families(std::vector<Endpoint> endpoints);

class Connector {
 public:
  // connection_attempt_delay is RFC 8305's recommendation (§5).
  static constexpr Milliseconds connection_attempt_delay{250};

  Connector(std::string host, std::uint16_t port, SocketOptions options, Resolver resolver = system_resolver);
  ~Connector();
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

  // run goes on until there is a connection (ok: take it), the deadline (want_read, timed_out) or the waker (closed).
  // A name is looked up in a thread of its own if the deadline is finite; the thread may outlive the connector.
  // An error is final: NAME_NOT_FOUND, or SYSTEM_ERROR of the preferred address with a fact "tried" for each.
  Result<Condition> run(const Deadline& deadline, Waker& waker);
  Descriptor take() { return std::move(connected_); }

  // fileno is readable when run() can do something; -1 before the first run.
  int fileno() const { return epoll_.get(); }

 private:
  struct Lookup;
  struct Attempt {
    Descriptor descriptor;
    Endpoint endpoint;
  };

  Status open();
  Status watch(int fd, std::uint32_t events);
  Status look_up(const Deadline& deadline);
  Status start_lookup_thread();
  Status found(Result<std::vector<Endpoint>> endpoints);
  Status step();
  void start_next();
  Status begin(const Endpoint& endpoint);
  void check_attempts();
  Status finish(Descriptor& descriptor);
  void attempt_failed(const Endpoint& endpoint, const Error& error);
  void set_timer(bool on);
  Error all_failed() const;
  int wanted_family() const;

  const std::string host_;
  const std::uint16_t port_;
  const SocketOptions options_;
  const Resolver resolver_;

  Descriptor epoll_, timer_;
  std::shared_ptr<Lookup> lookup_;
  bool resolved_ = false;
  std::vector<Endpoint> endpoints_;  // to be tried, in order
  std::size_t next_ = 0;
  bool next_due_ = false;
  std::vector<Attempt> attempts_;  // under way
  std::vector<Fact> tried_;
  std::optional<Error> first_failure_;
  Descriptor connected_;
};

}  // namespace tlsock
