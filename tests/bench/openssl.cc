// OpenSSL's libssl. Its two ends share their memory BIOs, so that it pays for no copy that it does not make itself.
#include <openssl/ssl.h>

#include <algorithm>
#include <array>

#include "tests/bench/openssl_error.h"
#include "tests/bench/peer.h"

namespace tlsock::bench {
namespace {

using Context = OpensslPtr<SSL_CTX, SSL_CTX_free>;
using Certificate = OpensslPtr<X509, X509_free>;

Certificate parse_certificate(const ByteString& der) {
  const unsigned char* at = der.data();
  return Certificate(ok(d2i_X509(nullptr, &at, static_cast<long>(der.size()))));
}

// Null if there is no such suite or group.
Context new_context(const SSL_METHOD* method, const Setup& setup) {
  Context context(ok(SSL_CTX_new(method)));
  ok(SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION));
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  if (SSL_CTX_set_ciphersuites(context.get(), setup.suite.c_str()) != 1 ||
      SSL_CTX_set1_groups_list(context.get(), setup.group.c_str()) != 1) {
    ERR_clear_error();
    return nullptr;
  }
  return context;
}

Context client_context(const Setup& setup) {
  Context context = new_context(TLS_client_method(), setup);
  if (!context) return nullptr;
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  ok(X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), parse_certificate(setup.chain.ca).get()));
  return context;
}

Context server_context(const Setup& setup) {
  Context context = new_context(TLS_server_method(), setup);
  if (!context) return nullptr;
  ok(SSL_CTX_use_certificate(context.get(), parse_certificate(setup.chain.leaf).get()));
  ok(SSL_CTX_use_PrivateKey(context.get(), private_key(setup.chain.leaf_key).get()));
  ok(SSL_CTX_set_num_tickets(context.get(), 0));
  // Else it would look for the leaf's issuer in each handshake.
  SSL_CTX_set_mode(context.get(), SSL_MODE_NO_AUTO_CHAIN);
  return context;
}

class OpensslLink final : public Link {
 public:
  OpensslLink(SSL_CTX* for_client, SSL_CTX* for_server) : contexts_{for_client, for_server} {
    for (auto& wire : wires_) {
      wire.reset(ok(BIO_new(BIO_s_mem())));
      BIO_set_mem_eof_return(wire.get(), -1);
    }
  }

  void open(Side side) override {
    SSL* ssl = ok(SSL_new(contexts_[side]));
    ends_[side].reset(ssl);
    for (auto& wire : wires_) ok(BIO_up_ref(wire.get()));
    SSL_set_bio(ssl, wires_[side].get(), wires_[other(side)].get());
    if (side == server) return SSL_set_accept_state(ssl);
    for (auto& wire : wires_) ok(BIO_reset(wire.get()));
    SSL_set_connect_state(ssl);
    ok(static_cast<int>(SSL_set_tlsext_host_name(ssl, host)));
    ok(SSL_set1_host(ssl, host));
  }
  bool step(Side side) override {
    const int result = SSL_do_handshake(ends_[side].get());
    if (result != 1 && SSL_get_error(ends_[side].get(), result) != SSL_ERROR_WANT_READ) openssl_failed();
    return result == 1;
  }
  void transfer(Bytes plain, MutBytes out) override {
    std::size_t size = 0;
    ok(SSL_write_ex(ends_[client].get(), plain.data(), plain.size(), &size));
    ok(SSL_read_ex(ends_[server].get(), out.data(), out.size(), &size));
    if (size != plain.size()) throw std::runtime_error("OpenSSL: not all came through");
  }
  std::string agreed(Side side) override {
    SSL* ssl = ends_[side].get();
    std::string group = ok(SSL_group_to_name(ssl, static_cast<int>(SSL_get_negotiated_group(ssl))));
    std::ranges::transform(group, group.begin(), [](unsigned char letter) { return std::tolower(letter); });
    return std::string(ok(SSL_CIPHER_standard_name(SSL_get_current_cipher(ssl)))) + " " + group;
  }
  void close(Side side) override { ends_[side].reset(); }

 private:
  const std::array<SSL_CTX*, sides> contexts_;
  std::array<OpensslPtr<BIO, BIO_free>, sides> wires_;
  std::array<OpensslPtr<SSL, SSL_free>, sides> ends_;
};

class OpensslPeer final : public Peer {
 public:
  OpensslPeer(Context for_client, Context for_server)
      : client_(std::move(for_client)), server_(std::move(for_server)) {}
  std::unique_ptr<Link> link() override { return std::make_unique<OpensslLink>(client_.get(), server_.get()); }

 private:
  const Context client_, server_;
};

}  // namespace

std::unique_ptr<Peer> openssl_peer(const Setup& setup) {
  Context for_client = client_context(setup), for_server = server_context(setup);
  if (!for_client || !for_server) return nullptr;
  return std::make_unique<OpensslPeer>(std::move(for_client), std::move(for_server));
}

}  // namespace tlsock::bench
