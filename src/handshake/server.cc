// The server's hellos: what name is meant, what the application says to it, and which version goes on.
#include <algorithm>

#include "handshake/handshake.h"
#include "handshake/negotiate.h"

namespace tlsock {
namespace {

// choose_version takes the newest version that both sides have.
Result<Version> choose_version(const Config& config, const ClientHello& hello) {
  std::optional<Version> chosen;
  for (auto version : config.versions) {
    // RFC 8446 §4.2.1: with supported_versions nothing else counts; without it legacy_version says at most 1.2.
    const bool is_offered = hello.supported_versions
                                ? std::ranges::count(*hello.supported_versions, version) > 0
                                : version <= std::min(hello.legacy_version, Version::tls12);
    if (is_offered && (!chosen || version > *chosen)) chosen = version;
  }
  if (!chosen) return Error(Reason::UNSUPPORTED_PROTOCOL);
  // RFC 7507 §3: the client says that it could do more, and somebody has seen to it that it does not.
  const bool is_fallback = std::ranges::count(hello.cipher_suites, CipherSuite::fallback_scsv) > 0;
  if (is_fallback && *chosen < std::ranges::max(config.versions)) return Error(Reason::INAPPROPRIATE_FALLBACK);
  return *chosen;
}

}  // namespace

Flow accept(HandshakeContext& hs) {
  Negotiated& negotiated = hs.negotiated();
  ClientHello& hello = hs.client_hello();
  auto received = co_await hs.read<ClientHello>();
  hello = std::move(received.body);
  hs.channel().expect(ChangeCipherSpecs::dropped);  // RFC 8446 §5: from the first ClientHello on
  negotiated.client_random = hello.random;
  negotiated.session_id = hello.legacy_session_id;
  negotiated.peer_offers = std::make_shared<const Offers>(offers_of(hello));
  co_await check_client_hello(hello);
  negotiated.server_name = sni_of(hello);

  if (!negotiated.server_name.empty()) {  // RFC 6066 §3
    const auto& hosts = hs.config().sni_hosts;
    const auto host = hosts.find(negotiated.server_name);
    if (host != hosts.end()) hs.use(host->second);
    if (hs.config().ask_sni) {
      const QuestionBody question = SniQuestion{negotiated.server_name};
      auto answer = co_await hs.ask(question);
      co_await hs.adopt(answer, Reason::UNRECOGNIZED_NAME);
    }
  }
  if (hs.config().ask_hello) {
    const QuestionBody question = HelloQuestion{*negotiated.peer_offers, negotiated};
    auto answer = co_await hs.ask(question);
    co_await hs.adopt(answer, Reason::USER_CANCELED);
  }
  const Config& config = hs.config();
  auto version = co_await choose_version(config, hello);
  negotiated.version = version;
  if (version == Version::tls13) {
    hs.hand_over(accept_13(hs));
    co_return;
  }
  hs.channel().use_version(version);
  hs.channel().expect(ChangeCipherSpecs::delivered);
  hs.channel().tolerate_warnings(true);
  hs.transcript().keep_messages();
  hs.hand_over(accept_12(hs));
}

}  // namespace tlsock
