// The library as its users have it: the shared one, by its C API, with the memory transport.
#include <tlsock/tls.h>

#include <array>
#include <nlohmann/json.hpp>

#include "crypto/encoding.h"
#include "tests/bench/peer.h"

namespace tlsock::bench {
namespace {

using Json = nlohmann::json;

constexpr std::array roles = {"client", "server"};

void check(tls_status status) {
  if (status < 0) throw std::runtime_error(std::string("tlsock: ") + tls_last_error());
}

// Config closes what it names.
class Config {
 public:
  Config(Side side, const Json& options) { check(tls_config_create(roles[side], options.dump().c_str(), &handle_)); }
  Config(const Config&) = delete;
  Config& operator=(const Config&) = delete;
  ~Config() { tls_close(handle_); }
  // options are those of a socket that is made from the config.
  std::string options() const { return Json{{"config", handle_}}.dump(); }

 private:
  tls_handle handle_ = 0;
};

// Wire holds what one side has said and the other not yet heard.
struct Wire {
  std::array<std::uint8_t, 32 * 1024> bytes;
  std::size_t size = 0;
};

class OurLink final : public Link {
 public:
  OurLink(const Config& for_client, const Config& for_server) : options_{for_client.options(), for_server.options()} {}
  ~OurLink() override {
    for (tls_handle socket : sockets_)
      if (socket) tls_close(socket);
  }

  void open(Side side) override {
    check(tls_memory_new(roles[side], options_[side].c_str(), &sockets_[side]));
    if (side == client) wires_[client].size = wires_[server].size = 0;
  }
  bool step(Side side) override {
    Wire &in = wires_[side], &out = wires_[other(side)];
    size_t consumed = 0, produced = 0;
    const tls_status status = tls_memory_step(sockets_[side], in.bytes.data(), in.size, &consumed, out.bytes.data(),
                                              out.bytes.size(), &produced);
    check(status);
    if (consumed != in.size) throw std::runtime_error("tlsock: input is left");
    in.size = 0;
    out.size = produced;
    // Its last flight was output that waited, and what it says then is that.
    return status == TLS_OK || tls_handshake(sockets_[side], nullptr, 0) == TLS_OK;
  }
  void transfer(Bytes plain, MutBytes out) override {
    Wire& wire = wires_[server];
    size_t size = 0;
    check(tls_send(sockets_[client], plain.data(), plain.size(), 0, &size));
    check(tls_memory_get(sockets_[client], wire.bytes.data(), wire.bytes.size(), &wire.size));
    check(tls_memory_put(sockets_[server], wire.bytes.data(), wire.size, &size));
    check(tls_recv(sockets_[server], out.data(), out.size(), out.size(), 0, &size, nullptr));
    if (size != plain.size()) throw std::runtime_error("tlsock: not all came through");
  }
  std::string agreed(Side side) override {
    char* text = nullptr;
    check(tls_explain(sockets_[side], &text));
    const Json told = Json::parse(text);
    tls_free(text);
    return told["cipher_suites"]["chosen"].get<std::string>() + " " + told["groups"]["chosen"].get<std::string>();
  }
  void close(Side side) override { check(tls_close(std::exchange(sockets_[side], 0))); }

 private:
  const std::array<std::string, sides> options_;
  std::array<tls_handle, sides> sockets_{};
  std::array<Wire, sides> wires_;
};

Json common_options(const Setup& setup) {
  return {{"versions", {"tlsv1.3"}}, {"ciphers", {setup.suite}}, {"supported_groups", {setup.group}}};
}

Json client_options(const Setup& setup) {
  Json options = common_options(setup);
  options["verify"] = "verify_peer";
  options["cacerts"] = {base64_encode(setup.chain.ca)};
  options["server_name_indication"] = host;
  return options;
}

Json server_options(const Setup& setup) {
  Json options = common_options(setup);
  options["cert"] = {base64_encode(setup.chain.leaf)};
  options["key"] = {{"type", "PrivateKeyInfo"}, {"der", base64_encode(setup.chain.leaf_key)}};
  return options;
}

class OurPeer final : public Peer {
 public:
  explicit OurPeer(const Setup& setup)
      : client_(client, client_options(setup)), server_(server, server_options(setup)) {}
  std::unique_ptr<Link> link() override { return std::make_unique<OurLink>(client_, server_); }

 private:
  const Config client_, server_;
};

}  // namespace

std::unique_ptr<Peer> our_peer(const Setup& setup) { return std::make_unique<OurPeer>(setup); }

}  // namespace tlsock::bench
