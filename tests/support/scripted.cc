// Both scripted peers: the honest half of what they say.
#include "tests/support/scripted.h"

#include <algorithm>

namespace tlsock::test {
namespace {

constexpr auto group = NamedGroup::x25519;

}  // namespace

ScriptedPeer::ScriptedPeer(Config config, std::string host, Role role)
    : ours(share(std::move(config)), clock, {std::move(host)}), role_(role) {
  channel.expect(ChangeCipherSpecs::dropped);
}

Connection::State ScriptedPeer::deliver() {
  must(channel.end_flight());
  const ByteString bytes = copy(channel.output());
  channel.sent(bytes.size());
  return deliver_raw(bytes);
}

Connection::State ScriptedPeer::deliver_raw(Bytes bytes) {
  feed_pieces(ours, bytes, usual_piece(), [this] { ours.step(); });
  const auto state = ours.step();
  ours.settle();
  const ByteString answer = taken_output(ours);
  std::ranges::copy(answer, channel.receive_space(answer.size()).begin());
  channel.received(answer.size());
  return state;
}

HandshakeMessage ScriptedPeer::next_message() {
  auto inbound = channel.peek();
  must(inbound);
  if (*inbound != Inbound::handshake) throw ScriptError("no handshake message");
  return channel.message();
}

Alert ScriptedPeer::heard_alert() {
  const auto inbound = channel.peek();
  return inbound ? Alert::none : inbound.error().reason == Reason::PEER_ALERT ? inbound.error().alert : Alert::none;
}

void ScriptedPeer::keys_from(CipherSuite suite, Bytes shared_secret) {
  suite_ = find_suite(suite);
  transcript_.start(suite_->hash);
  handshake_.emplace(EarlySecret(suite_->hash).with(shared_secret));
  const Digest hellos = transcript_.digest();
  own_traffic_ = handshake_->server_handshake_traffic(hellos);
  our_traffic_ = handshake_->client_handshake_traffic(hellos);
  if (role_ == Role::client) std::swap(own_traffic_, our_traffic_);
  must(channel.install_write(protect(*suite_, own_traffic_)));
  must(channel.install_read(protect(*suite_, our_traffic_)));
}

CertificateMessage ScriptedPeer::certificate(const std::string& name) const {
  CertificateMessage message;
  for (const auto& each : credential(name).chain) message.certificate_list.push_back({copy(each->der()), {}});
  return message;
}

// RFC 8446 §4.4.3.
CertificateVerify ScriptedPeer::verify(const std::string& name, SignatureScheme scheme) const {
  ByteString content(64, 0x20);
  append(content,
         as_bytes(role_ == Role::server ? "TLS 1.3, server CertificateVerify" : "TLS 1.3, client CertificateVerify"));
  content.push_back(0);
  append(content, transcript_.digest());
  auto signature = credential(name).key->sign(*algorithm_of(scheme), content);
  must(signature);
  return {scheme, std::move(*signature)};
}

Finished ScriptedPeer::finished() const {
  return {copy(verify_data(suite_->hash, own_traffic_, transcript_.digest()))};
}

ScriptedServer::ScriptedServer(Config client) : ScriptedPeer(std::move(client), "localhost", Role::server) {
  deliver_raw({});
  hello = hear<ClientHello>();
}

ServerHello ScriptedServer::answer() {
  ServerHello message;
  message.random.fill(0x5a);
  message.legacy_session_id_echo = hello.legacy_session_id;
  message.cipher_suite = hello.cipher_suites.front();
  message.supported_versions = Version::tls13;
  const auto& shares = *hello.key_share;
  const auto offered = std::ranges::find(shares, group, &KeyShareEntry::group);
  const KeyShareEntry& theirs = offered == shares.end() ? shares.front() : *offered;
  auto response = KeyExchange::respond(theirs.group, theirs.key_exchange);
  must(response);
  message.key_share = {theirs.group, response->share};
  secret_ = std::move(response->secret);
  return message;
}

ServerHello ScriptedServer::retry(NamedGroup wanted) const {
  ServerHello message;
  message.random = hello_retry_random;
  message.legacy_session_id_echo = hello.legacy_session_id;
  message.cipher_suite = hello.cipher_suites.front();
  message.supported_versions = Version::tls13;
  message.selected_group = wanted;
  return message;
}

void ScriptedServer::say_hello(const ServerHello& message, Bytes behind) {
  say(message);
  append(channel.flight(), behind);
  must(channel.end_flight());
  keys_from(message.cipher_suite, secret_);
}

// RFC 8446 §4.4.1: the first ClientHello is replaced by its hash.
void ScriptedServer::say_retry(const ServerHello& message) {
  transcript_.start(find_suite(message.cipher_suite)->hash);
  transcript_.restart();
  say(message);
  if (deliver() == Connection::State::failed) return;
  hello = hear<ClientHello>();
}

void ScriptedServer::say_finished() {
  say(finished());
  must(channel.end_flight());
  const Secret application = std::move(*handshake_).finish().server_application_traffic(transcript_.digest());
  must(channel.install_write(protect(*suite_, application)));
}

ScriptedClient::ScriptedClient(Config server) : ScriptedPeer(std::move(server), "", Role::client) {
  auto made = KeyExchange::generate(group);
  must(made);
  share_ = std::move(*made);
  hello.random.fill(0xa5);
  hello.cipher_suites = {CipherSuite::aes_128_gcm_sha256};
  hello.supported_versions = {{Version::tls13}};
  hello.supported_groups = {{group}};
  hello.signature_algorithms.emplace(default_schemes().begin(), default_schemes().end());
  hello.key_share = {{{group, copy(share_->share())}}};
}

bool ScriptedClient::say_hello() {
  say(hello);
  if (deliver() == Connection::State::failed) return false;
  const auto answer = hear<ServerHello>();
  auto secret = share_->agree(answer.key_share->key_exchange);
  must(secret);
  keys_from(answer.cipher_suite, *secret);
  return true;
}

void ScriptedClient::read_flight() {
  while (next_message().type != HandshakeType::finished) {
    transcript_.add(channel.message().raw);
    channel.consume_message();
  }
  hear<Finished>();
  const Digest server_flight = transcript_.digest();
  MasterSecret master = std::move(*handshake_).finish();
  application_ = master.client_application_traffic(server_flight);
  must(channel.install_read(protect(*suite_, master.server_application_traffic(server_flight))));
}

void ScriptedClient::say_finished() {
  say(finished());
  must(channel.end_flight());
  must(channel.install_write(protect(*suite_, application_)));
}

}  // namespace tlsock::test
