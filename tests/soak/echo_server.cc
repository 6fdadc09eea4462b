// The loop of the echo server.
#include "echo_server.h"

#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <vector>

namespace tlsock::test {
namespace {

using nlohmann::json;

std::string listen_options() {
  const std::string certs = TLSOCK_TEST_DATA "/certs/";
  return json{
      {"ip", "127.0.0.1"}, {"backlog", 512}, {"certfile", certs + "server.pem"}, {"keyfile", certs + "server-key.pem"}}
      .dump();
}

std::uint16_t port_of(tls_handle listener) {
  char* name = nullptr;
  if (tls_sockname(listener, &name) != TLS_OK) throw std::runtime_error(tls_last_error());
  const std::uint16_t port = json::parse(name)["port"];
  tls_free(name);
  return port;
}

}  // namespace

EchoServer::EchoServer(std::chrono::milliseconds patience)
    : patience_(patience), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (tls_listen(0, listen_options().c_str(), &listener_) != TLS_OK) throw std::runtime_error(tls_last_error());
  port_ = port_of(listener_);
  int fd = -1;
  tls_fileno(listener_, &fd);
  epoll_event event{EPOLLIN, {.fd = -1}};
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  thread_ = std::thread([this] { run(); });
}

EchoServer::~EchoServer() {
  stop_ = true;
  thread_.join();
  for (auto& [fd, session] : sessions_) tls_close(session.handle);
  tls_close(listener_);
  ::close(epoll_);
}

std::map<std::string, int> EchoServer::errors() const {
  const std::lock_guard lock(lock_);
  return errors_;
}

void EchoServer::run() {
  std::array<epoll_event, 64> events;
  while (!stop_) {
    const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 20);
    for (int i = 0; i < count; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd == -1) accept_all();
      if (const auto found = sessions_.find(fd); found != sessions_.end()) advance(found->second);
    }
    end_the_idle();
  }
}

void EchoServer::accept_all() {
  tls_handle handle;
  while (tls_transport_accept(listener_, 0, &handle) == TLS_OK) {
    int fd = -1;
    tls_fileno(handle, &fd);
    Session& session = sessions_[fd] = {handle, fd, false, {}, 0, std::chrono::steady_clock::now()};
    open_ = sessions_.size();
    advance(session);
  }
}

void EchoServer::advance(Session& session) {
  const std::uint32_t events = go_on(session);
  if (events == 0)
    end(session.fd);
  else
    watch(session, events);
}

std::uint32_t EchoServer::go_on(Session& session) {
  if (!session.connected) {
    const tls_status status = tls_handshake(session.handle, nullptr, 0);
    if (status != TLS_OK) return waits_for(status);
    session.connected = true;
    session.last_progress = std::chrono::steady_clock::now();
    ++handshakes_;
  }
  // One buffer each turn, so that nobody keeps the others waiting.
  if (session.echo.empty()) {
    ByteString data(16384);
    std::size_t received = 0;
    const tls_status status = tls_recv(session.handle, data.data(), data.size(), 0, 0, &received, nullptr);
    if (status != TLS_OK) return waits_for(status);
    data.resize(received);
    session.echo = std::move(data);
  }
  std::size_t sent = 0;
  const tls_status status = tls_send(session.handle, session.echo.data(), session.echo.size(), 0, &sent);
  if (sent > 0) session.last_progress = std::chrono::steady_clock::now();
  session.echo.erase(session.echo.begin(), session.echo.begin() + static_cast<std::ptrdiff_t>(sent));
  if (status != TLS_OK) return waits_for(status);
  // There may be plaintext that no readiness of the descriptor tells of; EPOLLOUT brings us back at once.
  return EPOLLIN | EPOLLOUT;
}

std::uint32_t EchoServer::waits_for(tls_status status) {
  if (status == TLS_WANT_READ) return EPOLLIN;
  if (status == TLS_WANT_WRITE) return EPOLLOUT;
  if (status < 0) {
    const json error = json::parse(tls_last_error());
    const std::lock_guard lock(lock_);
    ++errors_[error.value("reason", error.value("status", "?"))];
  }
  return 0;
}

void EchoServer::watch(Session& session, std::uint32_t events) {
  if (session.events == events) return;
  epoll_event event{events, {.fd = session.fd}};
  ::epoll_ctl(epoll_, session.events ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, session.fd, &event);
  session.events = events;
}

void EchoServer::end(int fd) {
  const auto found = sessions_.find(fd);
  if (found->second.events) ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
  tls_close(found->second.handle);
  sessions_.erase(found);
  open_ = sessions_.size();
}

void EchoServer::end_the_idle() {
  const Time limit = std::chrono::steady_clock::now() - patience_;
  std::vector<int> idle;
  for (const auto& [fd, session] : sessions_)
    if (session.last_progress < limit) idle.push_back(fd);
  for (int fd : idle) end(fd);
}

}  // namespace tlsock::test
