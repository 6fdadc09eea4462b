// The scenarios: handshakes, bulk data, memory.
#include "tests/bench/scenarios.h"

#include <malloc.h>

#include "tests/bench/floor.h"
#include "tests/bench/handshakes.h"

namespace tlsock::bench {
namespace {

constexpr const char* usual_suite = "TLS_AES_128_GCM_SHA256";
constexpr const char* usual_group = "x25519";

using Peers = Columns<std::unique_ptr<Peer>>;

Peers make_peers(const Setup& setup, const Options& options) {
  if (options.alone) return {our_peer(setup)};
  return {our_peer(setup), openssl_peer(setup), rustls_peer(setup),
          floor_peer(wolfcrypt_primitives(setup.chain), setup)};
}

// check_agreement throws unless both sides of all peers have negotiated the same; what that is becomes a note.
void check_agreement(const Peers& peers, const Setup& setup, Result& result) {
  const std::string expected = setup.suite + " " + setup.group;
  for (std::size_t column = 0; column < column_count; ++column) {
    if (!peers[column] || column == lowest) continue;
    const auto link = peers[column]->link();
    connect(*link);
    for (const Side side : {client, server})
      if (link->agreed(side) != expected)
        throw std::runtime_error(std::string(column_names[column]) + " negotiated " + link->agreed(side));
    result.notes.push_back(std::string(column_names[column]) + ": " + link->agreed(client));
  }
}

// ---- handshakes ----

Scenario handshake_scenario(const char* name, KeyType type, const char* group) {
  return {name, [=](const Options& options) {
            const Setup setup{chain_of(type), usual_suite, group};
            const Peers peers = make_peers(setup, options);
            Columns<Task> tasks;
            for (std::size_t column = 0; column < column_count; ++column)
              tasks[column] = handshakes(peers[column].get());
            Result result = run_rounds(name, "handshakes/s", tasks, options.seconds, Apart::yes);
            check_agreement(peers, setup, result);
            return result;
          }};
}

// ---- bulk data ----

// transfers measures one record after another: sealed, carried over and opened.
Task transfers(Peer* peer, std::size_t size) {
  if (!peer) return {};
  struct State {
    std::unique_ptr<Link> link;
    ByteString plain, received;
  };
  const auto state = std::make_shared<State>(State{peer->link(), ByteString(size, 'x'), ByteString(size)});
  connect(*state->link);
  state->link->transfer(state->plain, state->received);
  if (state->received != state->plain) throw std::runtime_error("other data than were sent");
  return repeat([state] { state->link->transfer(state->plain, state->received); }, static_cast<double>(size) / 1e6);
}

Scenario bulk_scenario(const char* name, const char* suite, std::size_t size) {
  return {name, [=](const Options& options) {
            const Setup setup{chain_of(KeyType::ec), suite, usual_group};
            const Peers peers = make_peers(setup, options);
            Columns<Task> tasks;
            for (std::size_t column = 0; column < column_count; ++column) {
              // RFC 8446 §5.2: records hold the content type as well.
              tasks[column] = transfers(peers[column].get(), column == lowest ? size + 1 : size);
            }
            Result result = run_rounds(name, "MB/s", tasks, options.seconds, Apart::no);
            check_agreement(peers, setup, result);
            return result;
          }};
}

// ---- memory ----

constexpr std::size_t idle_links = 500;

double heap_in_use() {
  const auto info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd);
}

// heap_of_sides is what the heap has back for each connection's end when it goes: what carries the bytes stays.
std::array<double, sides> heap_of_sides(Peer& peer) {
  std::vector<std::unique_ptr<Link>> links;
  for (std::size_t i = 0; i < idle_links; ++i) connect(*links.emplace_back(peer.link()));
  std::array<double, sides> sizes;
  for (const Side side : {client, server}) {
    const double before = heap_in_use();
    for (const auto& link : links) link->close(side);
    sizes[side] = (before - heap_in_use()) / idle_links;
  }
  return sizes;
}

Scenario idle_scenario() {
  return {"mem_idle", [](const Options& options) {
            const Setup setup{chain_of(KeyType::ec), usual_suite, usual_group};
            const Peers peers = make_peers(setup, options);
            Result result{"mem_idle", "bytes"};
            result.client.emplace();
            result.server.emplace();
            for (const Column column : {ours, openssl, rustls}) {
              if (!peers[column]) continue;
              const auto sizes = heap_of_sides(*peers[column]);
              (*result.client)[column] = sizes[client];
              (*result.server)[column] = sizes[server];
              result.value[column] = (sizes[client] + sizes[server]) / sides;
              result.ratio[column] = *result.value[ours] / *result.value[column];
            }
            check_agreement(peers, setup, result);
            return result;
          }};
}

}  // namespace

const std::vector<Scenario>& scenarios() {
  constexpr std::size_t large = 16 * 1024, small = 1024;
  constexpr const char *aes128 = "TLS_AES_128_GCM_SHA256", *aes256 = "TLS_AES_256_GCM_SHA384",
                       *chacha = "TLS_CHACHA20_POLY1305_SHA256";
  static const std::vector<Scenario> all = {
      handshake_scenario("hs13_ecdsa", KeyType::ec, usual_group),
      handshake_scenario("hs13_rsa", KeyType::rsa, usual_group),
      handshake_scenario("hs13_mlkem", KeyType::ec, "x25519mlkem768"),
      bulk_scenario("bulk_aes128_16k", aes128, large),
      bulk_scenario("bulk_aes128_1k", aes128, small),
      bulk_scenario("bulk_aes256_16k", aes256, large),
      bulk_scenario("bulk_aes256_1k", aes256, small),
      bulk_scenario("bulk_chacha_16k", chacha, large),
      bulk_scenario("bulk_chacha_1k", chacha, small),
      idle_scenario(),
  };
  return all;
}

}  // namespace tlsock::bench
