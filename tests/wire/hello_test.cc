// ClientHello, ServerHello, HelloRetryRequest and EncryptedExtensions.
#include "wire/hello.h"

#include "tests/catch.hpp"
#include "tests/wire/roundtrip.h"
#include "tests/wire/traces.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

// full_client_hello has all that a ClientHello can have.
ClientHello full_client_hello() {
  ClientHello hello;
  hello.random.fill(0x11);
  hello.legacy_session_id = ByteString(32, 0x22);
  hello.cipher_suites = {CipherSuite::aes_128_gcm_sha256, CipherSuite{0x0a0a}};
  hello.server_name = {{0, "server.example"}};
  hello.max_fragment_length = 2;
  hello.supported_groups = {NamedGroup::x25519, NamedGroup{0xfafa}};
  hello.signature_algorithms = {SignatureScheme::ed25519};
  hello.signature_algorithms_cert = {SignatureScheme::rsa_pkcs1_sha256, SignatureScheme::ed448};
  hello.alpn = {{"h2"}, {"http/1.1"}};
  hello.record_size_limit = 64;
  hello.supported_versions = {Version::tls13, Version{0x7f1c}};
  hello.psk_key_exchange_modes = ByteString{0, 1};
  hello.certificate_authorities = {{{0x30, 0}}, {{0x30, 1, 2}}};
  hello.cookie = ByteString(300, 0x33);
  hello.key_share = {{NamedGroup::x25519, ByteString(32, 0x44)}, {NamedGroup::secp256r1, ByteString(65, 4)}};
  return hello;
}

void check_same(const ClientHello& a, const ClientHello& b) {
  CHECK(a.legacy_version == b.legacy_version);
  CHECK(a.random == b.random);
  CHECK(a.legacy_session_id == b.legacy_session_id);
  CHECK(a.cipher_suites == b.cipher_suites);
  CHECK(a.legacy_compression_methods == b.legacy_compression_methods);
  CHECK(a.server_name == b.server_name);
  CHECK(a.max_fragment_length == b.max_fragment_length);
  CHECK(a.supported_groups == b.supported_groups);
  CHECK(a.signature_algorithms == b.signature_algorithms);
  CHECK(a.signature_algorithms_cert == b.signature_algorithms_cert);
  CHECK(a.alpn == b.alpn);
  CHECK(a.record_size_limit == b.record_size_limit);
  CHECK(a.supported_versions == b.supported_versions);
  CHECK(a.psk_key_exchange_modes == b.psk_key_exchange_modes);
  CHECK(a.certificate_authorities == b.certificate_authorities);
  CHECK(a.cookie == b.cookie);
  CHECK(a.key_share == b.key_share);
}

ServerHello server_hello(bool retry) {
  ServerHello hello;
  hello.random.fill(0x11);
  hello.legacy_session_id_echo = ByteString(32, 0x22);
  hello.cipher_suite = CipherSuite::chacha20_poly1305_sha256;
  hello.supported_versions = Version::tls13;
  if (retry) {
    hello.random = hello_retry_random;
    hello.selected_group = NamedGroup::secp384r1;
    hello.cookie = ByteString(40, 0x33);
  } else {
    hello.key_share = {NamedGroup::x25519, ByteString(32, 0x44)};
  }
  return hello;
}

EncryptedExtensions full_encrypted_extensions() {
  EncryptedExtensions message;
  message.server_name = Present{};
  message.max_fragment_length = 4;
  message.supported_groups = {NamedGroup::x448};
  message.alpn = {{"h2"}};
  message.record_size_limit = 16385;
  return message;
}

// These end before the extension block, which may be absent before TLS 1.3.
std::size_t client_hello_head(const ClientHello& hello) {
  return 2 + 32 + 1 + hello.legacy_session_id.size() + 2 + 2 * hello.cipher_suites.size() + 1 +
         hello.legacy_compression_methods.size();
}
std::size_t server_hello_head(const ServerHello& hello) { return 2 + 32 + 1 + hello.legacy_session_id_echo.size() + 3; }

// with_extension is a message in which one extension's body is replaced; `head` is where its block begins.
template <class T>
ByteString with_extension(const T& bare, std::size_t head, Extension code, const ByteString& body) {
  ByteString bytes = encoded(bare), block(6);
  bytes.resize(head);
  store_be(MutBytes(block).first(2), 4 + body.size());
  store_be(MutBytes(block).subspan(2, 2), static_cast<std::uint16_t>(code));
  store_be(MutBytes(block).subspan(4, 2), body.size());
  append(bytes, block);
  append(bytes, body);
  return bytes;
}

ClientHello bare_client_hello() {
  ClientHello hello;
  hello.cipher_suites = {CipherSuite::aes_128_gcm_sha256};
  return hello;
}

std::optional<Reason> client_hello_with(Extension code, const ByteString& body) {
  const ClientHello bare = bare_client_hello();
  return refusal<ClientHello>(with_extension(bare, client_hello_head(bare), code, body));
}

const std::vector<SignatureScheme> trace_schemes = {
    SignatureScheme{0x0403}, SignatureScheme{0x0503}, SignatureScheme{0x0603}, SignatureScheme{0x0203},
    SignatureScheme{0x0804}, SignatureScheme{0x0805}, SignatureScheme{0x0806}, SignatureScheme{0x0401},
    SignatureScheme{0x0501}, SignatureScheme{0x0601}, SignatureScheme{0x0201}, SignatureScheme{0x0402},
    SignatureScheme{0x0502}, SignatureScheme{0x0602}, SignatureScheme{0x0202}};

}  // namespace

TEST_CASE("a ClientHello comes back as it was, and not a byte may lack or follow") {
  const ClientHello hello = full_client_hello();
  check_same(again(hello), hello);
  CHECK(again(hello).extensions_seen.size() == 12);
  check_limits<ClientHello>(encoded(hello), {client_hello_head(hello)});
  const ClientHello bare = bare_client_hello();
  check_same(again(bare), bare);
  CHECK(again(bare).extensions_seen.empty());
}

// RFC 8446 §4.1.2.
TEST_CASE("a ClientHello may end before its extensions") {
  const ClientHello hello = full_client_hello();
  const ClientHello old = decoded<ClientHello>(Bytes(encoded(hello)).first(client_hello_head(hello)));
  CHECK(old.cipher_suites == hello.cipher_suites);
  CHECK(old.legacy_compression_methods == ByteString{0});
  CHECK(old.extensions_seen.empty());
  CHECK_FALSE(old.supported_versions);
}

// RFC 8446 §4.1.2: session id <0..32>, cipher suites <2..>, compression methods <1..>.
TEST_CASE("the bounds of a ClientHello's own vectors") {
  ClientHello hello = bare_client_hello();
  hello.legacy_session_id.resize(33);
  CHECK(unencodable(hello));
  ByteString bytes = encoded(bare_client_hello());
  REQUIRE(bytes[34] == 0);
  bytes[34] = 33;
  bytes.insert(bytes.begin() + 35, 33, 0x55);
  CHECK(refusal<ClientHello>(bytes) == Reason::DECODE_ERROR);

  ByteString head(34, 3);
  const auto with = [&](const ByteString& rest) {
    ByteString whole = head;
    append(whole, rest);
    return refusal<ClientHello>(whole);
  };
  CHECK_FALSE(with({0, 0, 2, 0x13, 0x01, 1, 0}));
  CHECK(with({0, 0, 0, 1, 0}) == Reason::DECODE_ERROR);
  CHECK(with({0, 0, 3, 0x13, 0x01, 0x13, 1, 0}) == Reason::DECODE_ERROR);
  CHECK(with({0, 0, 2, 0x13, 0x01, 0}) == Reason::DECODE_ERROR);
  // What is compressed how is for the handshake to judge.
  CHECK_FALSE(with({0, 0, 2, 0x13, 0x01, 2, 1, 0}));
}

TEST_CASE("extensions of a ClientHello: the right form and the wrong ones") {
  struct Case {
    Extension code;
    std::vector<ByteString> right, wrong;
  };
  // Lists with a length field of two bytes and numbers of two bytes have these forms in common.
  const std::vector<ByteString> numbers = {{0, 2, 0, 29}, {0, 4, 0, 29, 0, 23}},
                                no_numbers = {{}, {0, 0}, {0, 1, 0}, {0, 3, 0, 29, 0}, {0, 2, 0, 29, 0}, {0, 4, 0, 29}};
  const std::vector<Case> cases = {
      {Extension::server_name,  // RFC 6066 §3
       {{0, 4, 0, 0, 1, 'a'}, {0, 4, 9, 0, 1, 'a'}},
       {{}, {0, 0}, {0, 3, 0, 0, 0}, {0, 4, 0, 0, 2, 'a'}, {0, 4, 0, 0, 1, 'a', 0}}},
      {Extension::max_fragment_length, {{1}, {0}, {255}}, {{}, {0, 1}}},
      {Extension::supported_groups, numbers, no_numbers},
      {Extension::signature_algorithms, numbers, no_numbers},
      {Extension::signature_algorithms_cert, numbers, no_numbers},
      {Extension::application_layer_protocol_negotiation,  // RFC 7301 §3.1
       {{0, 2, 1, 'a'}, {0, 4, 1, 'a', 1, 'b'}},
       {{}, {0, 0}, {0, 1, 0}, {0, 3, 1, 'a', 0}, {0, 2, 2, 'a'}, {0, 2, 1, 'a', 0}}},
      {Extension::record_size_limit, {{0, 64}, {0, 0}}, {{}, {64}, {0, 0, 64}}},
      {Extension::supported_versions,
       {{2, 3, 4}, {4, 3, 4, 3, 3}},
       {{}, {0}, {1, 3}, {3, 3, 4, 3}, {2, 3, 4, 0}, {3, 4}}},
      {Extension::psk_key_exchange_modes, {{1, 1}, {2, 1, 0}}, {{}, {0}, {2, 1}, {1, 1, 0}}},
      {Extension::certificate_authorities,
       {{0, 3, 0, 1, 5}},
       {{}, {0, 0}, {0, 2, 0, 0}, {0, 3, 0, 2, 5}, {0, 3, 0, 1, 5, 0}}},
      {Extension::cookie, {{0, 1, 5}}, {{}, {0, 0}, {0, 2, 5}, {0, 1, 5, 5}}},
      // RFC 8446 §4.2.8: an empty list asks for a HelloRetryRequest; an empty share is none.
      {Extension::key_share,
       {{0, 0}, {0, 5, 0, 29, 0, 1, 7}},
       {{}, {0, 4, 0, 29, 0, 0}, {0, 5, 0, 29, 0, 2, 7}, {0, 0, 0}}},
      {Extension::status_request, {{}, {1, 2, 3}}, {}},
  };
  for (const auto& each : cases) {
    CAPTURE(static_cast<int>(each.code));
    for (const auto& body : each.right) {
      CAPTURE(to_hex(body));
      CHECK_FALSE(client_hello_with(each.code, body));
    }
    for (const auto& body : each.wrong) {
      CAPTURE(to_hex(body));
      CHECK(client_hello_with(each.code, body) == Reason::ERROR_PARSING_EXTENSION);
    }
  }
}

TEST_CASE("a ServerHello and a HelloRetryRequest come back as they were, and not a byte may lack or follow") {
  for (const bool retry : {false, true}) {
    CAPTURE(retry);
    const ServerHello hello = server_hello(retry), read = again(hello);
    CHECK(read.is_hello_retry_request() == retry);
    CHECK(read.legacy_version == Version::tls12);
    CHECK(read.random == hello.random);
    CHECK(read.legacy_session_id_echo == hello.legacy_session_id_echo);
    CHECK(read.cipher_suite == hello.cipher_suite);
    CHECK(read.legacy_compression_method == 0);
    CHECK(read.supported_versions == hello.supported_versions);
    CHECK(read.key_share == hello.key_share);
    CHECK(read.selected_group == hello.selected_group);
    CHECK(read.cookie == hello.cookie);
    CHECK(read.extensions_seen.size() == (retry ? 3 : 2));
    check_limits<ServerHello>(encoded(hello), {server_hello_head(hello)});
  }
  ServerHello hello = server_hello(false);
  hello.legacy_session_id_echo.resize(33);
  CHECK(unencodable(hello));
}

TEST_CASE("key_share means another thing in a HelloRetryRequest, and cookie nothing in a ServerHello") {
  const ByteString share = {0, 29, 0, 1, 7}, group = {0, 29};
  for (const bool retry : {false, true}) {
    CAPTURE(retry);
    ServerHello bare;
    bare.random = retry ? hello_retry_random : Random{};
    const auto with = [&](Extension code, const ByteString& body) {
      return with_extension(bare, server_hello_head(bare), code, body);
    };
    CHECK(refusal<ServerHello>(with(Extension::key_share, retry ? share : group)) == Reason::ERROR_PARSING_EXTENSION);
    CHECK_FALSE(refusal<ServerHello>(with(Extension::key_share, retry ? group : share)));
    CHECK(refusal<ServerHello>(with(Extension::supported_versions, {2, 3, 4})) == Reason::ERROR_PARSING_EXTENSION);
    const ServerHello cookie = decoded<ServerHello>(with(Extension::cookie, {0, 1, 5}));
    CHECK(cookie.cookie.has_value() == retry);
    CHECK(cookie.extensions_seen == std::vector<Extension>{Extension::cookie});
  }
}

TEST_CASE("EncryptedExtensions come back as they were, and not a byte may lack or follow") {
  const EncryptedExtensions message = full_encrypted_extensions(), read = again(message);
  CHECK(read.server_name == message.server_name);
  CHECK(read.max_fragment_length == message.max_fragment_length);
  CHECK(read.supported_groups == message.supported_groups);
  CHECK(read.alpn == message.alpn);
  CHECK(read.record_size_limit == message.record_size_limit);
  check_limits<EncryptedExtensions>(encoded(message));
  CHECK(encoded(EncryptedExtensions{}) == ByteString{0, 0});
  // RFC 6066 §3: the server's server_name is empty.
  const auto named = with_extension(EncryptedExtensions{}, 0, Extension::server_name, {0});
  CHECK(refusal<EncryptedExtensions>(named) == Reason::ERROR_PARSING_EXTENSION);
  const auto none = with_extension(EncryptedExtensions{}, 0, Extension::application_layer_protocol_negotiation, {0, 0});
  CHECK(refusal<EncryptedExtensions>(none) == Reason::ERROR_PARSING_EXTENSION);
}

TEST_CASE("RFC 8448: ClientHellos") {
  const ClientHello hello = decoded<ClientHello>(trace_body(simple_1rtt, "client", "ClientHello"));
  CHECK(hello.legacy_version == Version::tls12);
  CHECK(hello.random[0] == 0xcb);
  CHECK(hello.legacy_session_id.empty());
  CHECK(hello.cipher_suites == std::vector<CipherSuite>{CipherSuite::aes_128_gcm_sha256,
                                                        CipherSuite::chacha20_poly1305_sha256,
                                                        CipherSuite::aes_256_gcm_sha384});
  CHECK(hello.server_name == std::vector<ServerName>{{0, "server"}});
  CHECK(hello.supported_groups->size() == 9);
  CHECK(hello.supported_groups->front() == NamedGroup::x25519);
  CHECK(hello.supported_groups->back() == NamedGroup::ffdhe8192);
  CHECK(hello.key_share ==
        std::vector<KeyShareEntry>{{NamedGroup::x25519, trace_field(simple_1rtt, "client", "public key")}});
  CHECK(hello.supported_versions == std::vector<Version>{Version::tls13});
  CHECK(hello.signature_algorithms == trace_schemes);
  CHECK(hello.psk_key_exchange_modes == ByteString{1});
  CHECK(hello.record_size_limit == 16385);
  CHECK_FALSE(hello.cookie);
  CHECK_FALSE(hello.alpn);
  CHECK(hello.extensions_seen ==
        std::vector<Extension>{Extension::server_name, Extension::renegotiation_info, Extension::supported_groups,
                               Extension::session_ticket, Extension::key_share, Extension::supported_versions,
                               Extension::signature_algorithms, Extension::psk_key_exchange_modes,
                               Extension::record_size_limit});

  const ByteString compatible = trace_body(compatibility, "client", "ClientHello");
  CHECK(decoded<ClientHello>(compatible).legacy_session_id.size() == 32);
  check_limits<ClientHello>(compatible, {client_hello_head(decoded<ClientHello>(compatible))});
}

TEST_CASE("RFC 8448: HelloRetryRequest and its answer") {
  const ServerHello retry = decoded<ServerHello>(trace_body(hello_retry, "server", "ServerHello"));
  CHECK(retry.is_hello_retry_request());
  CHECK(retry.selected_group == NamedGroup::secp256r1);
  CHECK(retry.supported_versions == Version::tls13);
  CHECK_FALSE(retry.key_share);
  REQUIRE(retry.cookie);
  CHECK(retry.cookie->size() == 0x72);

  const ClientHello second = decoded<ClientHello>(trace_body(hello_retry, "client", "ClientHello", 1));
  CHECK(second.cookie == retry.cookie);
  CHECK(second.extensions_seen.back() == Extension::padding);
  CHECK(second.key_share ==
        std::vector<KeyShareEntry>{{NamedGroup::secp256r1, trace_field(hello_retry, "client", "public key", 1)}});
}

TEST_CASE("RFC 8448: ServerHello and EncryptedExtensions") {
  const ServerHello hello = decoded<ServerHello>(trace_body(simple_1rtt, "server", "ServerHello"));
  CHECK_FALSE(hello.is_hello_retry_request());
  CHECK(hello.cipher_suite == CipherSuite::aes_128_gcm_sha256);
  CHECK(hello.supported_versions == Version::tls13);
  CHECK(hello.key_share == KeyShareEntry{NamedGroup::x25519, trace_field(simple_1rtt, "server", "public key")});

  const auto message = decoded<EncryptedExtensions>(trace_body(resumed_0rtt, "server", "EncryptedExtensions"));
  CHECK(message.supported_groups->size() == 9);
  CHECK(message.record_size_limit == 16385);
  CHECK(message.server_name.has_value());
  CHECK_FALSE(message.alpn);
  CHECK(message.extensions_seen == std::vector<Extension>{Extension::supported_groups, Extension::record_size_limit,
                                                          Extension::server_name, Extension::early_data});
}
