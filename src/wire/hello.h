// The hellos and the extensions that stand in them: RFC 8446 §4.1, §4.2, §4.3.1; RFC 5246 §7.4.1.
#pragma once

#include "wire/codec.h"
#include "wire/registry.h"

namespace tlsock {

using Random = std::array<std::uint8_t, 32>;

// RFC 8446 §4.1.3: the random that turns a ServerHello into a HelloRetryRequest.
inline constexpr Random hello_retry_random = {0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c,
                                              0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
                                              0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

// Present is the value of an extension whose body is empty.
struct Present {
  bool operator==(const Present&) const = default;
};

struct KeyShareEntry {
  NamedGroup group{};
  ByteString key_exchange;
  bool operator==(const KeyShareEntry&) const = default;
};

template <class W>
void wire(W& w, Field<W, KeyShareEntry> m) {
  w.number(m.group);
  opaque<2>(w, m.key_exchange, 1);
}

// RFC 6066 §3. Only host_name (0) is defined.
struct ServerName {
  std::uint8_t name_type = 0;
  std::string name;
  bool operator==(const ServerName&) const = default;
};

template <class W>
void wire(W& w, Field<W, ServerName> m) {
  w.number(m.name_type);
  opaque<2>(w, m.name, 1);
}

// RFC 7301 §3.1.
struct ProtocolName {
  std::string name;
  bool operator==(const ProtocolName&) const = default;
};

template <class W>
void wire(W& w, Field<W, ProtocolName> m) {
  opaque<1>(w, m.name, 1);
}

// RFC 8446 §4.2.4.
struct DistinguishedName {
  ByteString der;
  bool operator==(const DistinguishedName&) const = default;
};

template <class W>
void wire(W& w, Field<W, DistinguishedName> m) {
  opaque<2>(w, m.der, 1);
}

struct ClientHello {
  static constexpr auto type = HandshakeType::client_hello;
  static constexpr auto name = "client_hello";
  static constexpr auto wait_state = "wait_client_hello";

  Version legacy_version = Version::tls12;
  Random random{};
  ByteString legacy_session_id;
  std::vector<CipherSuite> cipher_suites;
  ByteString legacy_compression_methods = {0};
  std::vector<Extension> extensions_seen;  // all codes, in the order of a received hello

  std::optional<std::vector<ServerName>> server_name;
  std::optional<std::uint8_t> max_fragment_length;
  std::optional<std::vector<NamedGroup>> supported_groups;
  std::optional<std::vector<SignatureScheme>> signature_algorithms;
  std::optional<std::vector<SignatureScheme>> signature_algorithms_cert;
  std::optional<std::vector<ProtocolName>> alpn;
  std::optional<std::uint16_t> record_size_limit;
  std::optional<std::vector<Version>> supported_versions;
  std::optional<ByteString> psk_key_exchange_modes;
  std::optional<std::vector<DistinguishedName>> certificate_authorities;
  std::optional<ByteString> cookie;
  std::optional<std::vector<KeyShareEntry>> key_share;
  // Before TLS 1.3: RFC 8422 §5.1.2, RFC 7627, RFC 7366, RFC 5746 §3.2, and a ticket or the wish for one.
  std::optional<ByteString> ec_point_formats;
  std::optional<Present> extended_master_secret;
  std::optional<Present> encrypt_then_mac;
  std::optional<ByteString> renegotiation_info;
  std::optional<ByteString> session_ticket;  // RFC 5077 §3.2
  std::optional<std::string> srp;            // RFC 5054 §2.8.1: the user's name
};

template <class W>
void wire(W& w, Field<W, ClientHello> m) {
  w.number(m.legacy_version);
  w.fixed(m.random);
  opaque<1>(w, m.legacy_session_id, 0, 32);
  list<2>(w, m.cipher_suites);
  opaque<1>(w, m.legacy_compression_methods, 1);
  // RFC 8446 §4.1.2: before TLS 1.3 the whole block may be absent.
  if constexpr (W::reading)
    if (w.at_end()) return;
  extensions<Extension>(w, m.extensions_seen, [&](auto slot) {
    slot(Extension::server_name, m.server_name, [&](auto& v) { list<2>(w, v); });
    slot(Extension::max_fragment_length, m.max_fragment_length, [&](auto& v) { w.number(v); });
    slot(Extension::supported_groups, m.supported_groups, [&](auto& v) { list<2>(w, v); });
    slot(Extension::signature_algorithms, m.signature_algorithms, [&](auto& v) { list<2>(w, v); });
    slot(Extension::signature_algorithms_cert, m.signature_algorithms_cert, [&](auto& v) { list<2>(w, v); });
    slot(Extension::application_layer_protocol_negotiation, m.alpn, [&](auto& v) { list<2>(w, v); });
    slot(Extension::record_size_limit, m.record_size_limit, [&](auto& v) { w.number(v); });
    slot(Extension::supported_versions, m.supported_versions, [&](auto& v) { list<1>(w, v); });
    slot(Extension::psk_key_exchange_modes, m.psk_key_exchange_modes, [&](auto& v) { opaque<1>(w, v, 1); });
    slot(Extension::certificate_authorities, m.certificate_authorities, [&](auto& v) { list<2>(w, v); });
    slot(Extension::cookie, m.cookie, [&](auto& v) { opaque<2>(w, v, 1); });
    slot(Extension::key_share, m.key_share, [&](auto& v) { list<2>(w, v, 0); });
    slot(Extension::ec_point_formats, m.ec_point_formats, [&](auto& v) { opaque<1>(w, v, 1); });
    slot(Extension::extended_master_secret, m.extended_master_secret, [](auto&) {});
    slot(Extension::encrypt_then_mac, m.encrypt_then_mac, [](auto&) {});
    slot(Extension::renegotiation_info, m.renegotiation_info, [&](auto& v) { opaque<1>(w, v); });
    slot(Extension::session_ticket, m.session_ticket, [&](auto& v) { w.bytes(v); });
    slot(Extension::srp, m.srp, [&](auto& v) { opaque<1>(w, v, 1); });
  });
}

// ServerHello is also the HelloRetryRequest, told apart by its random.
struct ServerHello {
  static constexpr auto type = HandshakeType::server_hello;
  static constexpr auto name = "server_hello";
  static constexpr auto wait_state = "wait_server_hello";

  Version legacy_version = Version::tls12;
  Random random{};
  ByteString legacy_session_id_echo;
  CipherSuite cipher_suite{};
  std::uint8_t legacy_compression_method = 0;
  std::vector<Extension> extensions_seen;

  std::optional<Version> supported_versions;
  std::optional<KeyShareEntry> key_share;    // ServerHello only
  std::optional<NamedGroup> selected_group;  // HelloRetryRequest only
  std::optional<ByteString> cookie;          // HelloRetryRequest only
  // Before TLS 1.3; there EncryptedExtensions has what is of use still.
  std::optional<Present> server_name;
  std::optional<std::uint8_t> max_fragment_length;
  std::optional<std::vector<ProtocolName>> alpn;
  std::optional<std::uint16_t> record_size_limit;
  std::optional<ByteString> ec_point_formats;
  std::optional<Present> extended_master_secret;
  std::optional<Present> encrypt_then_mac;
  std::optional<ByteString> renegotiation_info;
  std::optional<Present> session_ticket;

  bool is_hello_retry_request() const { return random == hello_retry_random; }
};

template <class W>
void wire(W& w, Field<W, ServerHello> m) {
  w.number(m.legacy_version);
  w.fixed(m.random);
  opaque<1>(w, m.legacy_session_id_echo, 0, 32);
  w.number(m.cipher_suite);
  w.number(m.legacy_compression_method);
  if constexpr (W::reading)
    if (w.at_end()) return;
  // RFC 5246 §7.4.1.3: a client that has sent none may not know of such a block.
  extensions<Extension, true>(w, m.extensions_seen, [&](auto slot) {
    slot(Extension::supported_versions, m.supported_versions, [&](auto& v) { w.number(v); });
    if (m.is_hello_retry_request()) {
      slot(Extension::key_share, m.selected_group, [&](auto& v) { w.number(v); });
      slot(Extension::cookie, m.cookie, [&](auto& v) { opaque<2>(w, v, 1); });
    } else {
      slot(Extension::key_share, m.key_share, [&](auto& v) { wire(w, v); });
    }
    slot(Extension::server_name, m.server_name, [](auto&) {});
    slot(Extension::max_fragment_length, m.max_fragment_length, [&](auto& v) { w.number(v); });
    slot(Extension::application_layer_protocol_negotiation, m.alpn, [&](auto& v) { list<2>(w, v); });
    slot(Extension::record_size_limit, m.record_size_limit, [&](auto& v) { w.number(v); });
    slot(Extension::ec_point_formats, m.ec_point_formats, [&](auto& v) { opaque<1>(w, v, 1); });
    slot(Extension::extended_master_secret, m.extended_master_secret, [](auto&) {});
    slot(Extension::encrypt_then_mac, m.encrypt_then_mac, [](auto&) {});
    slot(Extension::renegotiation_info, m.renegotiation_info, [&](auto& v) { opaque<1>(w, v); });
    slot(Extension::session_ticket, m.session_ticket, [](auto&) {});
  });
}

struct EncryptedExtensions {
  static constexpr auto type = HandshakeType::encrypted_extensions;
  static constexpr auto name = "encrypted_extensions";
  static constexpr auto wait_state = "wait_encrypted_extensions";

  std::vector<Extension> extensions_seen;
  std::optional<Present> server_name;
  std::optional<std::uint8_t> max_fragment_length;
  std::optional<std::vector<NamedGroup>> supported_groups;
  std::optional<std::vector<ProtocolName>> alpn;
  std::optional<std::uint16_t> record_size_limit;
};

template <class W>
void wire(W& w, Field<W, EncryptedExtensions> m) {
  extensions<Extension>(w, m.extensions_seen, [&](auto slot) {
    slot(Extension::server_name, m.server_name, [](auto&) {});
    slot(Extension::max_fragment_length, m.max_fragment_length, [&](auto& v) { w.number(v); });
    slot(Extension::supported_groups, m.supported_groups, [&](auto& v) { list<2>(w, v); });
    slot(Extension::application_layer_protocol_negotiation, m.alpn, [&](auto& v) { list<2>(w, v); });
    slot(Extension::record_size_limit, m.record_size_limit, [&](auto& v) { w.number(v); });
  });
}

}  // namespace tlsock
