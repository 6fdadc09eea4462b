// The server's side of RFC 5246, figure 1, from an acceptable ClientHello on; TLS 1.1 and 1.0 differ by their VersionRules.
#include <algorithm>

#include "handshake/answered.h"
#include "handshake/authenticate.h"
#include "handshake/exchange_12.h"
#include "handshake/handshake.h"

namespace tlsock {
namespace {

// RFC 8446 §4.1.3: the end of the random tells a client of TLS 1.3, or 1.2, that more was to be had.
void mark_downgrade(const Config& config, Version chosen, Random& random) {
  const auto can = [&](Version version) { return std::ranges::count(config.versions, version) > 0; };
  static constexpr std::string_view below_13 = "DOWNGRD\x01", below_12("DOWNGRD\0", 8);
  std::string_view mark;
  if (chosen == Version::tls12 && can(Version::tls13)) mark = below_13;
  if (chosen < Version::tls12 && (can(Version::tls13) || can(Version::tls12))) mark = below_12;
  std::ranges::copy(as_bytes(mark), random.end() - static_cast<std::ptrdiff_t>(mark.size()));
}

// RFC 5746 §3.6: the SCSV stands for an empty extension.
bool is_secure(const ClientHello& hello) {
  return hello.renegotiation_info ||
         std::ranges::count(hello.cipher_suites, CipherSuite::empty_renegotiation_info_scsv) > 0;
}

Result<ServerHello> server_hello(HandshakeContext& hs, const VersionRules& rules, const Choice12& choice) {
  const ClientHello& hello = hs.client_hello();
  const Config& config = hs.config();
  ServerHello answer;
  answer.legacy_version = rules.version;
  answer.cipher_suite = choice.suite->suite;
  TRY(hs.rng().fill(answer.random));
  mark_downgrade(config, rules.version, answer.random);
  if (is_secure(hello)) answer.renegotiation_info.emplace();
  if (hello.extended_master_secret) answer.extended_master_secret.emplace();
  if (hello.encrypt_then_mac && choice.suite->is_cbc()) answer.encrypt_then_mac.emplace();
  if (hello.ec_point_formats) answer.ec_point_formats = ByteString{0};
  answer_extensions(hs, choice.alpn, answer);
  return answer;
}

Result<ServerKeyExchange> server_key_exchange(HandshakeContext& hs, const VersionRules& rules, const Choice12& choice,
                                              const KeyExchange& own) {
  SignedParams<ServerEcdhParams> exchange;
  exchange.params = {CurveType::named_curve, choice.group, copy(own.share())};
  ByteString content = signed_prefix(hs.negotiated());
  TRY(encode(exchange.params, content));
  exchange.proof = TRY(sign_12(hs, choice.signing, content));
  ServerKeyExchange message;
  TRY(encode(exchange, form_of(rules), message.body));
  return message;
}

Result<CertificateRequest12> certificate_request(const Config& config, const VersionRules& rules) {
  CertificateRequest12Body body;
  body.certificate_types = {ClientCertificateType::ecdsa_sign, ClientCertificateType::rsa_sign};
  if (rules.names_algorithm) body.signature_algorithms = config.signature_algs;
  body.certificate_authorities = authority_names(config);
  CertificateRequest12 message;
  TRY(encode(body, form_of(rules), message.body));
  return message;
}

Result<SharedSecret> agree(KeyExchange& own, const ClientKeyExchange& message) {
  const auto client = TRY(decode<ClientEcdhPublic>(message.body));
  return own.agree(client.point);
}

Status check_client_verify(HandshakeContext& hs, const VersionRules& rules, const CertificateVerify12& message,
                           Bytes messages) {
  const auto proof = TRY(decode<DigitallySigned>(message.body, form_of(rules)));
  return check_signature_12(hs, rules, proof, messages);
}

}  // namespace

Flow accept_12(HandshakeContext& hs) {
  const ConfigPtr config = hs.config_ptr();
  const Config& options = *config;
  Negotiated& negotiated = hs.negotiated();
  const VersionRules& rules = rules_of(*negotiated.version);
  const ClientHello& hello = hs.client_hello();
  auto choice = co_await negotiate_12(options, rules, hello);
  const SuiteInfo& suite = *choice.suite;
  negotiated.cipher_suite = suite.suite;
  negotiated.group = choice.group;
  negotiated.alpn = choice.alpn;
  negotiated.session_id.clear();
  hs.transcript().start(rules.prf_hash(suite));
  if (!options.verify_peer) hs.transcript().forget_messages();

  ServerHello& answer = hs.server_hello();
  answer = co_await server_hello(hs, rules, choice);  // §7.4.1.3
  negotiated.server_random = answer.random;
  hs.emit(answer);
  hs.emit(certificate_message_12(choice.signing.credential));  // §7.4.2
  auto key = co_await KeyExchange::generate(choice.group);
  KeyExchange& own = *key;
  auto key_exchange = co_await server_key_exchange(hs, rules, choice, own);
  hs.emit(key_exchange);  // §7.4.3
  if (options.verify_peer) {  // §7.4.4
    auto request = co_await certificate_request(options, rules);
    hs.emit(request);
    negotiated.client_certificate_requested = true;
  }
  hs.emit(ServerHelloDone());  // §7.4.5

  std::vector<CertificatePtr> chain;
  if (options.verify_peer) {  // §7.4.6
    auto certificate = co_await hs.read<Certificate12>();
    chain = co_await peer_chain(hs, certificate.body);
    co_await judge_peer(hs, chain);
  }
  auto client_exchange = co_await hs.read<ClientKeyExchange>();  // §7.4.7
  auto shared_secret = co_await agree(own, client_exchange.body);
  Secrets12 secrets = master_secret_12(hs, rules, suite, shared_secret);
  if (!chain.empty()) {  // §7.4.8
    const ByteString messages = copy(hs.transcript().messages());
    auto verify = co_await hs.read<CertificateVerify12>();
    co_await check_client_verify(hs, rules, verify.body, messages);
  }
  hs.transcript().forget_messages();
  const KeyBlock keys(secrets, answer.encrypt_then_mac.has_value());
  limit_records(hs, answer.record_size_limit);
  co_await hs.read_change_cipher_spec();  // §7.1
  hs.install_read(keys);
  auto client_finished = co_await hs.read<Finished>();  // §7.4.9
  co_await check_finished_12(Role::client, secrets, client_finished);
  hs.channel().expect(ChangeCipherSpecs::refused);
  hs.change_to_write(keys);
  hs.emit(finished_12(hs, secrets));
  hs.finish(std::move(secrets));
}

}  // namespace tlsock
