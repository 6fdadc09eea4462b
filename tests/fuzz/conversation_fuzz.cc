// Both roles of a connection against a peer that has the keys: it says the right thing, a damaged form of it, or
// anything, in records of any type.
#include <functional>

#include "input.h"
#include "seeded_rng.h"
#include "tests/support/scripted.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

// Steps are what an honest peer would say next.
using Steps = std::vector<std::function<void()>>;

Steps steps_of(ScriptedServer& peer) {
  return {[&] { peer.say_hello(peer.answer()); },
          [&] { peer.say(EncryptedExtensions{}); },
          [&] { peer.say(peer.certificate("server")); },
          [&] { peer.say(peer.verify("server", SignatureScheme::ecdsa_secp256r1_sha256)); },
          [&] { peer.say_finished(); },
          [&] { peer.say(KeyUpdate{KeyUpdateRequest::update_not_requested}); }};
}

Steps steps_of(ScriptedClient& peer) {
  return {[&] {
            if (!peer.say_hello()) throw ScriptError("refused");
            peer.read_flight();
          },
          [&] { peer.say(peer.certificate("client")); },
          [&] { peer.say(peer.verify("client", SignatureScheme::ecdsa_secp256r1_sha256)); },
          [&] { peer.say_finished(); }, [&] { peer.say(KeyUpdate{KeyUpdateRequest::update_not_requested}); }};
}

// damage changes bytes of what the peer is about to say.
void damage(ByteString& flight, fuzz::Input& input) {
  const unsigned at = input.word(), value = input.byte();
  if (!flight.empty()) flight[at % flight.size()] ^= static_cast<std::uint8_t>(value);
}

void say_anything(ScriptedPeer& peer, fuzz::Input& input) {
  const unsigned type = input.byte();
  const Bytes body = input.piece();
  ByteString raw{static_cast<std::uint8_t>(type), 0, 0, 0};
  store_be(MutBytes(raw).subspan(1), body.size());
  append(raw, body);
  peer.say_raw(raw);
}

void seal_anything(ScriptedPeer& peer, fuzz::Input& input) {
  const auto type = ContentType{static_cast<std::uint8_t>(input.byte())};
  const Bytes content = input.piece();
  (void)peer.channel.end_flight();
  (void)peer.channel.seal(type, content.first(std::min(content.size(), max_plaintext)));
}

template <class Peer>
void converse(Peer& peer, fuzz::Input& input) {
  const Steps steps = steps_of(peer);
  std::size_t next = 0;
  while (!input.at_end()) {
    switch (input.byte() % 7) {
      case 0:
        if (next < steps.size()) steps[next++]();
        break;
      case 1:
        damage(peer.channel.flight(), input);
        break;
      case 2:
        say_anything(peer, input);
        break;
      case 3:
        seal_anything(peer, input);
        break;
      case 4:
        peer.deliver_raw(input.piece());
        break;
      case 5:  // one step is left out, but not the hello, without which there are no keys
        if (next > 0) ++next;
        break;
      default:
        if (peer.deliver() == Connection::State::connected) (void)read_all(peer.ours);
    }
  }
  if (peer.deliver() == Connection::State::connected) (void)read_all(peer.ours);
}

Config server_asking(bool asks) {
  Config config = server_config();
  if (!asks) return config;
  config.verify_peer = true;
  config.anchors = test_anchors();
  return config;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::seed_rng(2);
  fuzz::Input input(data, size);
  const unsigned flags = input.byte();
  // When our side does not say what the script waits for, there is nothing more to say.
  try {
    if (flags & 1) {
      ScriptedServer peer;
      converse(peer, input);
    } else {
      ScriptedClient peer(server_asking(flags & 2));
      converse(peer, input);
    }
  } catch (const ScriptError&) {
  }
  return 0;
}
