// What either role refuses in a handshake, message by message: the reason, and the alert that goes out.
#include <functional>

#include "tests/catch.hpp"
#include "tests/support/scripted.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

template <class Peer>
struct Refusal {
  const char* what;
  std::function<void(Peer&)> script;
  const char* reason;
  Alert alert;
};

// check runs a script against our side, which must give the reason and send the alert.
template <class Peer>
void check(const Refusal<Peer>& refusal, const Config& config) {
  INFO(refusal.what);
  Peer peer(config);
  refusal.script(peer);
  CHECK(peer.deliver() == Connection::State::failed);
  CHECK(reason_of(peer.ours) == refusal.reason);
  CHECK(alert_of(peer.ours) == refusal.alert);
  CHECK(peer.heard_alert() == refusal.alert);
}

using FromServer = Refusal<ScriptedServer>;
using FromClient = Refusal<ScriptedClient>;

// message makes a handshake message of a body that no struct of ours would have.
ByteString message(HandshakeType type, const ByteString& body) {
  ByteString raw{static_cast<std::uint8_t>(type), 0, 0, 0};
  store_be(MutBytes(raw).subspan(1, 3), body.size());
  append(raw, body);
  return raw;
}

// with_extension adds an extension at the end of the block that ends a message, whose length lies `block` bytes in.
template <class T>
ByteString with_extension(const T& body, std::size_t block, Extension code, const ByteString& data) {
  ByteString raw;
  REQUIRE(encode(body, raw).has_value());
  const std::size_t length = load_be(Bytes(raw).subspan(block, 2));
  store_be(MutBytes(raw).subspan(block, 2), length + 4 + data.size());
  ByteString head(4);
  store_be(MutBytes(head).first(2), static_cast<std::uint16_t>(code));
  store_be(MutBytes(head).subspan(2), data.size());
  append(raw, head);
  append(raw, data);
  return message(T::type, raw);
}

// Where the extension blocks of hellos begin.
std::size_t block_of(const ServerHello& hello) { return 2 + 32 + 1 + hello.legacy_session_id_echo.size() + 2 + 1; }
std::size_t block_of(const ClientHello& hello) {
  return 2 + 32 + 1 + hello.legacy_session_id.size() + 2 + 2 * hello.cipher_suites.size() + 1 +
         hello.legacy_compression_methods.size();
}

// altered is a script that sends a changed ServerHello.
auto altered(std::function<void(ServerHello&)> change) {
  return [change](ScriptedServer& peer) {
    ServerHello hello = peer.answer();
    change(hello);
    peer.say(hello);
  };
}

// extended is one that adds an extension to it.
auto extended(Extension code, const ByteString& data) {
  return [code, data](ScriptedServer& peer) {
    const ServerHello hello = peer.answer();
    peer.say_raw(with_extension(hello, block_of(hello), code, data));
  };
}

// offering is a script that sends a changed ClientHello.
auto offering(std::function<void(ClientHello&)> change) {
  return [change](ScriptedClient& peer) {
    change(peer.hello);
    peer.say(peer.hello);
  };
}

auto offering(Extension code, const ByteString& data) {
  return [code, data](ScriptedClient& peer) {
    peer.say_raw(with_extension(peer.hello, block_of(peer.hello), code, data));
  };
}

// after_hello is a script whose ServerHello is honest.
auto after_hello(std::function<void(ScriptedServer&)> next) {
  return [next](ScriptedServer& peer) {
    peer.say_hello(peer.answer());
    next(peer);
  };
}

// after_certificate has sent an honest Certificate as well.
auto after_certificate(std::function<void(ScriptedServer&)> next) {
  return after_hello([next](ScriptedServer& peer) {
    peer.say(EncryptedExtensions{});
    peer.say(peer.certificate("server"));
    next(peer);
  });
}

// after_flight is a script whose client has heard all that the server has to say.
auto after_flight(std::function<void(ScriptedClient&)> next) {
  return [next](ScriptedClient& peer) {
    REQUIRE(peer.say_hello());
    peer.read_flight();
    next(peer);
  };
}

Config asking_server() {
  Config config = server_config();
  config.verify_peer = config.fail_if_no_peer_cert = true;
  config.anchors = test_anchors();
  return config;
}

void sentinel(ServerHello& hello, std::uint8_t last) {
  hello.supported_versions.reset();
  const ByteString mark{'D', 'O', 'W', 'N', 'G', 'R', 'D', last};
  std::ranges::copy(mark, hello.random.begin() + 24);
}

}  // namespace

TEST_CASE("scripted peers that are honest are believed") {
  ScriptedServer server;
  server.say_hello(server.answer());
  server.say(EncryptedExtensions{});
  server.say(server.certificate("server"));
  server.say(server.verify("server", SignatureScheme::ecdsa_secp256r1_sha256));
  server.say_finished();
  REQUIRE(server.channel.seal(ContentType::application_data, ByteString{1, 2}).has_value());
  CHECK(server.deliver() == Connection::State::connected);
  CHECK(read_all(server.ours) == ByteString{1, 2});

  ScriptedClient client(asking_server());
  REQUIRE(client.say_hello());
  client.read_flight();
  client.say(client.certificate("client"));
  client.say(client.verify("client", SignatureScheme::ecdsa_secp256r1_sha256));
  client.say_finished();
  REQUIRE(client.channel.seal(ContentType::application_data, ByteString{3, 4}).has_value());
  CHECK(client.deliver() == Connection::State::connected);
  CHECK(read_all(client.ours) == ByteString{3, 4});
}

TEST_CASE("a client refuses a ServerHello") {
  const std::vector<FromServer> refusals = {
      {"an older version", altered([](ServerHello& h) { h.supported_versions.reset(); }), "UNSUPPORTED_PROTOCOL",
       Alert::protocol_version},
      {"an older version in the new place", altered([](ServerHello& h) { h.supported_versions = Version::tls12; }),
       "UNSUPPORTED_PROTOCOL", Alert::illegal_parameter},
      {"a downgrade to 1.2", altered([](ServerHello& h) { sentinel(h, 1); }), "TLS13_DOWNGRADE",
       Alert::illegal_parameter},
      {"a downgrade to 1.1", altered([](ServerHello& h) { sentinel(h, 0); }), "TLS13_DOWNGRADE",
       Alert::illegal_parameter},
      {"another legacy_version", altered([](ServerHello& h) { h.legacy_version = Version::tls13; }),
       "WRONG_VERSION_ON_HELLO", Alert::illegal_parameter},
      {"another session id", altered([](ServerHello& h) { h.legacy_session_id_echo = {1}; }),
       "SERVER_ECHOED_INVALID_SESSION_ID", Alert::illegal_parameter},
      {"a suite that was not offered",
       altered([](ServerHello& h) { h.cipher_suite = CipherSuite::aes_128_ccm_8_sha256; }), "WRONG_CIPHER_RETURNED",
       Alert::illegal_parameter},
      {"compression", altered([](ServerHello& h) { h.legacy_compression_method = 1; }),
       "UNSUPPORTED_COMPRESSION_ALGORITHM", Alert::illegal_parameter},
      {"no share", altered([](ServerHello& h) { h.key_share.reset(); }), "MISSING_KEY_SHARE", Alert::missing_extension},
      {"a share of a group that has none", altered([](ServerHello& h) { h.key_share->group = NamedGroup::secp256r1; }),
       "WRONG_CURVE", Alert::illegal_parameter},
      {"a share that is too short", altered([](ServerHello& h) { h.key_share->key_exchange.pop_back(); }),
       "BAD_ECPOINT", Alert::illegal_parameter},
      {"a share of zeroes", altered([](ServerHello& h) { h.key_share->key_exchange.assign(32, 0); }), "BAD_ECPOINT",
       Alert::illegal_parameter},
      {"an extension that was not offered", extended(Extension::record_size_limit, {0x40, 0}), "UNEXPECTED_EXTENSION",
       Alert::unsupported_extension},
      {"an unknown extension", extended(Extension{0x1234}, {}), "UNEXPECTED_EXTENSION", Alert::unsupported_extension},
      {"a cookie", extended(Extension::cookie, {0, 1, 9}), "UNEXPECTED_EXTENSION", Alert::unsupported_extension},
      {"an extension in the wrong message", extended(Extension::supported_groups, {0, 2, 0, 29}),
       "UNEXPECTED_EXTENSION_IN_MESSAGE", Alert::illegal_parameter},
      {"an extension twice", extended(Extension::supported_versions, {3, 4}), "DUPLICATE_EXTENSION",
       Alert::illegal_parameter},
      {"a key_share with a byte too many",
       [](ScriptedServer& peer) {
         ServerHello hello = peer.answer();
         hello.key_share.reset();
         peer.say_raw(with_extension(hello, block_of(hello), Extension::key_share, {0, 29, 0, 1, 7, 7}));
       },
       "ERROR_PARSING_EXTENSION", Alert::decode_error},
      {"a message behind it, unprotected",
       [](ScriptedServer& peer) {
         peer.say_hello(peer.answer(), message(HandshakeType::encrypted_extensions, {0, 0}));
       },
       "EXCESS_HANDSHAKE_DATA", Alert::unexpected_message},
      {"another message", [](ScriptedServer& peer) { peer.say(EncryptedExtensions{}); }, "UNEXPECTED_MESSAGE",
       Alert::unexpected_message},
  };
  for (const auto& refusal : refusals) check(refusal, client_config());
}

TEST_CASE("a client refuses a HelloRetryRequest") {
  const std::vector<FromServer> refusals = {
      {"one that changes nothing",
       [](ScriptedServer& peer) {
         ServerHello retry = peer.retry(NamedGroup::secp256r1);
         retry.selected_group.reset();
         peer.say(retry);
       },
       "EMPTY_HELLO_RETRY_REQUEST", Alert::illegal_parameter},
      {"a group that has a share", [](ScriptedServer& peer) { peer.say(peer.retry(NamedGroup::x25519)); },
       "WRONG_CURVE", Alert::illegal_parameter},
      {"a group that was not offered",
       [](ScriptedServer& peer) { peer.say(peer.retry(NamedGroup::brainpoolP256r1tls13)); }, "WRONG_CURVE",
       Alert::illegal_parameter},
      {"a second one",
       [](ScriptedServer& peer) {
         peer.say_retry(peer.retry(NamedGroup::secp256r1));
         peer.say(peer.retry(NamedGroup::secp384r1));
       },
       "SECOND_HELLO_RETRY_REQUEST", Alert::unexpected_message},
      {"half a message behind it",
       [](ScriptedServer& peer) {
         peer.say(peer.retry(NamedGroup::secp256r1));
         peer.say_raw(ByteString{2, 0});
       },
       "EXCESS_HANDSHAKE_DATA", Alert::unexpected_message},
      {"no version in the ServerHello",
       [](ScriptedServer& peer) {
         peer.say_retry(peer.retry(NamedGroup::secp256r1));
         ServerHello hello = peer.answer();
         hello.supported_versions.reset();
         peer.say(hello);
       },
       "UNSUPPORTED_PROTOCOL", Alert::illegal_parameter},
      {"another suite in the ServerHello",
       [](ScriptedServer& peer) {
         peer.say_retry(peer.retry(NamedGroup::secp256r1));
         ServerHello hello = peer.answer();
         hello.cipher_suite = peer.hello.cipher_suites[1];
         peer.say(hello);
       },
       "WRONG_CIPHER_RETURNED", Alert::illegal_parameter},
  };
  for (const auto& refusal : refusals) check(refusal, client_config());
}

TEST_CASE("a client refuses EncryptedExtensions") {
  Config config = client_config();
  config.alpn = {"h2", "http/1.1"};
  config.record_size_limit = 1000;
  const auto with = [](Extension code, const ByteString& data) {
    return after_hello(
        [code, data](ScriptedServer& peer) { peer.say_raw(with_extension(EncryptedExtensions{}, 0, code, data)); });
  };
  const auto alpn = [](std::vector<ProtocolName> names) {
    return after_hello([names](ScriptedServer& peer) {
      EncryptedExtensions message;
      message.alpn = names;
      peer.say(message);
    });
  };
  const std::vector<FromServer> refusals = {
      {"a protocol that was not offered", alpn({{"spdy"}}), "INVALID_ALPN_PROTOCOL", Alert::illegal_parameter},
      {"two protocols", alpn({{"h2"}, {"http/1.1"}}), "ERROR_PARSING_EXTENSION", Alert::decode_error},
      {"a share", with(Extension::key_share, {0, 29, 0, 1, 7}), "UNEXPECTED_EXTENSION_IN_MESSAGE",
       Alert::illegal_parameter},
      {"a version", with(Extension::supported_versions, {3, 4}), "UNEXPECTED_EXTENSION_IN_MESSAGE",
       Alert::illegal_parameter},
      {"an extension that was not offered", with(Extension::max_fragment_length, {1}), "UNEXPECTED_EXTENSION",
       Alert::unsupported_extension},
      {"a record_size_limit below 64", with(Extension::record_size_limit, {0, 63}), "BAD_RECORD_SIZE_LIMIT",
       Alert::illegal_parameter},
      {"a server_name that is not empty", with(Extension::server_name, {0}), "ERROR_PARSING_EXTENSION",
       Alert::decode_error},
      {"a Certificate in its place", after_hello([](ScriptedServer& peer) { peer.say(peer.certificate("server")); }),
       "UNEXPECTED_MESSAGE", Alert::unexpected_message},
      {"a block with a byte too many",
       after_hello([](ScriptedServer& peer) { peer.say_raw(message(HandshakeType::encrypted_extensions, {0, 0, 0})); }),
       "TRAILING_DATA", Alert::decode_error},
  };
  for (const auto& refusal : refusals) check(refusal, config);
}

TEST_CASE("a client refuses how its server authenticates itself") {
  const std::vector<FromServer> refusals = {
      {"no certificate", after_hello([](ScriptedServer& peer) {
         peer.say(EncryptedExtensions{});
         peer.say(CertificateMessage{});
       }),
       "EMPTY_CERTIFICATE_LIST", Alert::decode_error},
      {"a context", after_hello([](ScriptedServer& peer) {
         peer.say(EncryptedExtensions{});
         CertificateMessage certificate = peer.certificate("server");
         certificate.certificate_request_context = {1};
         peer.say(certificate);
       }),
       "INVALID_CERTIFICATE_CONTEXT", Alert::illegal_parameter},
      {"a certificate that is none", after_hello([](ScriptedServer& peer) {
         peer.say(EncryptedExtensions{});
         CertificateMessage certificate = peer.certificate("server");
         certificate.certificate_list.front().cert_data.back() ^= 1;
         certificate.certificate_list.front().cert_data.push_back(0);
         peer.say(certificate);
       }),
       "BAD_CERTIFICATE", Alert::bad_certificate},
      {"an extension beside a certificate", after_hello([](ScriptedServer& peer) {
         peer.say(EncryptedExtensions{});
         const ByteString der = peer.certificate("server").certificate_list.front().cert_data;
         ByteString body{0, 0, 0, 0, 0, 0, 0};
         store_be(MutBytes(body).subspan(1, 3), der.size() + 3 + 2 + 4);
         store_be(MutBytes(body).subspan(4, 3), der.size());
         append(body, der);
         append(body, ByteString{0, 4, 0, static_cast<std::uint8_t>(Extension::status_request), 0, 0});
         peer.say_raw(message(HandshakeType::certificate, body));
       }),
       "UNEXPECTED_EXTENSION", Alert::unsupported_extension},
      {"a context in the CertificateRequest", after_hello([](ScriptedServer& peer) {
         peer.say(EncryptedExtensions{});
         CertificateRequest request;
         request.certificate_request_context = {1};
         request.signature_algorithms = {{SignatureScheme::ed25519}};
         peer.say(request);
       }),
       "INVALID_CERTIFICATE_CONTEXT", Alert::illegal_parameter},
      {"a CertificateRequest without schemes", after_hello([](ScriptedServer& peer) {
         peer.say(EncryptedExtensions{});
         peer.say(CertificateRequest{});
       }),
       "MISSING_EXTENSION", Alert::missing_extension},
      {"no CertificateVerify", after_certificate([](ScriptedServer& peer) { peer.say(peer.finished()); }),
       "UNEXPECTED_MESSAGE", Alert::unexpected_message},
      {"a scheme that was not offered", after_certificate([](ScriptedServer& peer) {
         CertificateVerify verify = peer.verify("server", SignatureScheme::ecdsa_secp256r1_sha256);
         verify.algorithm = SignatureScheme::ecdsa_sha1;
         peer.say(verify);
       }),
       "WRONG_SIGNATURE_TYPE", Alert::illegal_parameter},
      {"a scheme for certificates only", after_certificate([](ScriptedServer& peer) {
         CertificateVerify verify = peer.verify("server", SignatureScheme::ecdsa_secp256r1_sha256);
         verify.algorithm = SignatureScheme::rsa_pkcs1_sha256;
         peer.say(verify);
       }),
       "WRONG_SIGNATURE_TYPE", Alert::illegal_parameter},
      {"a scheme of another key", after_certificate([](ScriptedServer& peer) {
         CertificateVerify verify = peer.verify("server", SignatureScheme::ecdsa_secp256r1_sha256);
         verify.algorithm = SignatureScheme::ed25519;
         peer.say(verify);
       }),
       "WRONG_SIGNATURE_TYPE", Alert::illegal_parameter},
      {"a signature over something else", after_certificate([](ScriptedServer& peer) {
         CertificateVerify verify = peer.verify("server", SignatureScheme::ecdsa_secp256r1_sha256);
         verify.signature.back() ^= 1;
         peer.say(verify);
       }),
       "BAD_SIGNATURE", Alert::decrypt_error},
      {"a signature by another key", after_certificate([](ScriptedServer& peer) {
         peer.say(peer.verify("client", SignatureScheme::ecdsa_secp256r1_sha256));
       }),
       "BAD_SIGNATURE", Alert::decrypt_error},
      {"a Finished of another transcript", after_certificate([](ScriptedServer& peer) {
         peer.say(peer.verify("server", SignatureScheme::ecdsa_secp256r1_sha256));
         Finished finished = peer.finished();
         finished.verify_data.front() ^= 1;
         peer.say(finished);
       }),
       "DIGEST_CHECK_FAILED", Alert::decrypt_error},
      {"a Finished that is too short", after_certificate([](ScriptedServer& peer) {
         peer.say(peer.verify("server", SignatureScheme::ecdsa_secp256r1_sha256));
         Finished finished = peer.finished();
         finished.verify_data.pop_back();
         peer.say(finished);
       }),
       "DECODE_ERROR", Alert::decode_error},
      {"data before its Finished", after_certificate([](ScriptedServer& peer) {
         REQUIRE(peer.channel.end_flight().has_value());
         REQUIRE(peer.channel.seal(ContentType::application_data, ByteString{1}).has_value());
       }),
       "UNEXPECTED_RECORD", Alert::unexpected_message},
  };
  for (const auto& refusal : refusals) check(refusal, client_config());
}

TEST_CASE("a server refuses a ClientHello") {
  Config config = server_config();
  config.alpn = {"h2"};
  const std::vector<FromClient> refusals = {
      {"TLS 1.2 alone", offering([](ClientHello& h) { h.supported_versions = {{Version::tls12}}; }),
       "UNSUPPORTED_PROTOCOL", Alert::protocol_version},
      {"compression", offering([](ClientHello& h) { h.legacy_compression_methods = {0, 1}; }),
       "INVALID_COMPRESSION_LIST", Alert::illegal_parameter},
      {"no groups", offering([](ClientHello& h) { h.supported_groups.reset(); }), "MISSING_EXTENSION",
       Alert::missing_extension},
      {"no shares", offering([](ClientHello& h) { h.key_share.reset(); }), "MISSING_KEY_SHARE",
       Alert::missing_extension},
      {"no schemes", offering([](ClientHello& h) { h.signature_algorithms.reset(); }), "MISSING_EXTENSION",
       Alert::missing_extension},
      {"half a message before a HelloRetryRequest",
       [](ScriptedClient& peer) {
         peer.hello.key_share->clear();
         peer.say(peer.hello);
         peer.say_raw(ByteString{1, 0});
       },
       "EXCESS_HANDSHAKE_DATA", Alert::unexpected_message},
      {"no common suite",
       offering([](ClientHello& h) { h.cipher_suites = {CipherSuite::empty_renegotiation_info_scsv}; }),
       "NO_SHARED_CIPHER", Alert::handshake_failure},
      {"no common group", offering([](ClientHello& h) {
         h.supported_groups = {{NamedGroup::brainpoolP256r1tls13}};
         h.key_share->clear();
       }),
       "NO_SHARED_GROUP", Alert::handshake_failure},
      {"no common scheme", offering([](ClientHello& h) { h.signature_algorithms = {{SignatureScheme::ed448}}; }),
       "NO_COMMON_SIGNATURE_ALGORITHMS", Alert::handshake_failure},
      {"no common protocol", offering([](ClientHello& h) { h.alpn = {{{"spdy"}}}; }), "NO_APPLICATION_PROTOCOL",
       Alert::no_application_protocol},
      {"two shares of a group", offering([](ClientHello& h) { h.key_share->push_back(h.key_share->front()); }),
       "DUPLICATE_KEY_SHARE", Alert::illegal_parameter},
      {"a share of a group that is not offered",
       offering([](ClientHello& h) { h.key_share->push_back({NamedGroup::x448, {1}}); }), "INVALID_KEY_SHARES",
       Alert::illegal_parameter},
      {"a share that is too long", offering([](ClientHello& h) { h.key_share->front().key_exchange.push_back(0); }),
       "BAD_ECPOINT", Alert::illegal_parameter},
      {"two names", offering([](ClientHello& h) { h.server_name = {{{0, "a"}, {0, "b"}}}; }), "INVALID_SERVER_NAME",
       Alert::illegal_parameter},
      {"a bad max_fragment_length", offering([](ClientHello& h) { h.max_fragment_length = 5; }),
       "BAD_MAX_FRAGMENT_LENGTH", Alert::illegal_parameter},
      {"a record_size_limit below 64", offering([](ClientHello& h) { h.record_size_limit = 63; }),
       "BAD_RECORD_SIZE_LIMIT", Alert::illegal_parameter},
      {"a pre_shared_key without its modes", offering(Extension::pre_shared_key, {}), "MISSING_EXTENSION",
       Alert::missing_extension},
      {"a pre_shared_key that is not the last",
       [](ScriptedClient& peer) {
         ByteString raw = with_extension(peer.hello, block_of(peer.hello), Extension::pre_shared_key, {});
         const std::size_t block = handshake_header_size + block_of(peer.hello);
         append(raw, ByteString{0x12, 0x34, 0, 0});
         store_be(MutBytes(raw).subspan(block, 2), load_be(Bytes(raw).subspan(block, 2)) + 4);
         store_be(MutBytes(raw).subspan(1, 3), raw.size() - handshake_header_size);
         peer.say_raw(raw);
       },
       "ERROR_PARSING_EXTENSION", Alert::illegal_parameter},
      {"an extension twice", offering(Extension::supported_versions, {2, 3, 4}), "DUPLICATE_EXTENSION",
       Alert::illegal_parameter},
      {"an extension that cannot be read", offering(Extension::cookie, {0, 9, 1}), "ERROR_PARSING_EXTENSION",
       Alert::decode_error},
  };
  for (const auto& refusal : refusals) check(refusal, config);

  Config bare = server_config();
  bare.credentials.clear();
  check(FromClient{"any", offering([](ClientHello&) {}), "NO_CERTIFICATE_SET", Alert::handshake_failure}, bare);
}

TEST_CASE("a server refuses a name that its application does not know") {
  Config config = server_config();
  config.ask_sni = true;
  Pair pair(client_config(), config);
  pair.on_question = [](Connection& side, const Question& question) {
    Answer answer;
    answer.verdict = Answer::Verdict::refuse;
    return side.answer(question.id, answer).has_value();
  };
  CHECK_FALSE(pair.run());
  CHECK(reason_of(pair.server) == "UNRECOGNIZED_NAME");
  CHECK(alert_of(pair.client) == Alert::unrecognized_name);
}

TEST_CASE("a server refuses how its client authenticates itself") {
  const std::vector<FromClient> refusals = {
      {"no certificate", after_flight([](ScriptedClient& peer) { peer.say(CertificateMessage{}); }),
       "PEER_DID_NOT_RETURN_A_CERTIFICATE", Alert::certificate_required},
      {"no Certificate", after_flight([](ScriptedClient& peer) { peer.say(peer.finished()); }), "UNEXPECTED_MESSAGE",
       Alert::unexpected_message},
      {"a context", after_flight([](ScriptedClient& peer) {
         CertificateMessage certificate = peer.certificate("client");
         certificate.certificate_request_context = {1};
         peer.say(certificate);
       }),
       "INVALID_CERTIFICATE_CONTEXT", Alert::illegal_parameter},
      {"no CertificateVerify", after_flight([](ScriptedClient& peer) {
         peer.say(peer.certificate("client"));
         peer.say(peer.finished());
       }),
       "UNEXPECTED_MESSAGE", Alert::unexpected_message},
      {"a signature by another key", after_flight([](ScriptedClient& peer) {
         peer.say(peer.certificate("client"));
         peer.say(peer.verify("server", SignatureScheme::ecdsa_secp256r1_sha256));
       }),
       "BAD_SIGNATURE", Alert::decrypt_error},
      {"a Finished of another transcript", after_flight([](ScriptedClient& peer) {
         peer.say(peer.certificate("client"));
         peer.say(peer.verify("client", SignatureScheme::ecdsa_secp256r1_sha256));
         Finished finished = peer.finished();
         finished.verify_data.back() ^= 0x80;
         peer.say(finished);
       }),
       "DIGEST_CHECK_FAILED", Alert::decrypt_error},
      {"a KeyUpdate before its Finished",
       after_flight([](ScriptedClient& peer) { peer.say(KeyUpdate{KeyUpdateRequest::update_not_requested}); }),
       "UNEXPECTED_MESSAGE", Alert::unexpected_message},
      {"data before its Finished", after_flight([](ScriptedClient& peer) {
         REQUIRE(peer.channel.seal(ContentType::application_data, ByteString{1}).has_value());
       }),
       "UNEXPECTED_RECORD", Alert::unexpected_message},
      {"change_cipher_specs without end", after_flight([](ScriptedClient& peer) {
         for (int i = 0; i < 33; ++i) peer.channel.send_change_cipher_spec();
       }),
       "TOO_MANY_CHANGE_CIPHER_SPECS", Alert::unexpected_message},
  };
  for (const auto& refusal : refusals) check(refusal, asking_server());
}
