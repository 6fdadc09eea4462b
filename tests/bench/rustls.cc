// rustls, through the crate in rustls/.
#include "tests/bench/peer.h"
#include "tests/bench/rustls_abi.h"

namespace tlsock::bench {
namespace {

template <auto free_function>
struct Free {
  template <class T>
  void operator()(T* object) const {
    free_function(object);
  }
};
using SetupPtr = std::unique_ptr<const bench_rustls_setup_type, Free<bench_rustls_setup_free>>;
using PairPtr = std::unique_ptr<bench_rustls_pair_type, Free<bench_rustls_pair_free>>;

class RustlsLink final : public Link {
 public:
  explicit RustlsLink(PairPtr pair) : pair_(std::move(pair)) {}

  void open(Side side) override { bench_rustls_open(pair_.get(), side); }
  bool step(Side side) override { return bench_rustls_step(pair_.get(), side); }
  void transfer(Bytes plain, MutBytes out) override {
    bench_rustls_transfer(pair_.get(), plain.data(), out.data(), plain.size());
  }
  std::string agreed(Side side) override {
    char text[128];
    bench_rustls_agreed(pair_.get(), side, text, sizeof text);
    return text;
  }
  void close(Side side) override { bench_rustls_close(pair_.get(), side); }

 private:
  const PairPtr pair_;
};

class RustlsPeer final : public Peer {
 public:
  explicit RustlsPeer(SetupPtr setup) : setup_(std::move(setup)) {}
  std::unique_ptr<Link> link() override {
    return std::make_unique<RustlsLink>(PairPtr(bench_rustls_pair(setup_.get())));
  }

 private:
  const SetupPtr setup_;
};

}  // namespace

std::unique_ptr<Peer> rustls_peer(const Setup& setup) {
  const Chain& chain = setup.chain;
  SetupPtr made(bench_rustls_setup(setup.suite.c_str(), setup.group.c_str(), chain.ca.data(), chain.ca.size(),
                                   chain.leaf.data(), chain.leaf.size(), chain.leaf_key.data(), chain.leaf_key.size(),
                                   host));
  if (!made) return nullptr;
  return std::make_unique<RustlsPeer>(std::move(made));
}

}  // namespace tlsock::bench
