// The handshake messages of TLS 1.3 behind the hellos: RFC 8446 §4.3.2, §4.4, §4.6.
#pragma once

#include "wire/hello.h"

namespace tlsock {

struct CertificateRequest {
  static constexpr auto type = HandshakeType::certificate_request;
  static constexpr auto name = "certificate_request";
  static constexpr auto wait_state = "wait_certificate_request";

  ByteString certificate_request_context;
  std::vector<Extension> extensions_seen;
  std::optional<std::vector<SignatureScheme>> signature_algorithms;
  std::optional<std::vector<SignatureScheme>> signature_algorithms_cert;
  std::optional<std::vector<DistinguishedName>> certificate_authorities;
};

template <class W>
void wire(W& w, Field<W, CertificateRequest> m) {
  opaque<1>(w, m.certificate_request_context);
  extensions<Extension>(w, m.extensions_seen, [&](auto slot) {
    slot(Extension::signature_algorithms, m.signature_algorithms, [&](auto& v) { list<2>(w, v); });
    slot(Extension::signature_algorithms_cert, m.signature_algorithms_cert, [&](auto& v) { list<2>(w, v); });
    slot(Extension::certificate_authorities, m.certificate_authorities, [&](auto& v) { list<2>(w, v); });
  });
}

struct CertificateEntry {
  ByteString cert_data;
  std::vector<Extension> extensions_seen;
};

template <class W>
void wire(W& w, Field<W, CertificateEntry> m) {
  opaque<3>(w, m.cert_data, 1);
  extensions<Extension>(w, m.extensions_seen, [](auto) {});
}

struct CertificateMessage {
  static constexpr auto type = HandshakeType::certificate;
  static constexpr auto name = "certificate";
  static constexpr auto wait_state = "wait_certificate";

  ByteString certificate_request_context;
  std::vector<CertificateEntry> certificate_list;
};

template <class W>
void wire(W& w, Field<W, CertificateMessage> m) {
  opaque<1>(w, m.certificate_request_context);
  list<3>(w, m.certificate_list, 0);
}

struct CertificateVerify {
  static constexpr auto type = HandshakeType::certificate_verify;
  static constexpr auto name = "certificate_verify";
  static constexpr auto wait_state = "wait_certificate_verify";

  SignatureScheme algorithm{};
  ByteString signature;
};

template <class W>
void wire(W& w, Field<W, CertificateVerify> m) {
  w.number(m.algorithm);
  opaque<2>(w, m.signature);
}

struct Finished {
  static constexpr auto type = HandshakeType::finished;
  static constexpr auto name = "finished";
  static constexpr auto wait_state = "wait_finished";

  ByteString verify_data;  // as long as the hash, which the reader checks
};

template <class W>
void wire(W& w, Field<W, Finished> m) {
  w.bytes(m.verify_data);
}

struct NewSessionTicket {
  static constexpr auto type = HandshakeType::new_session_ticket;
  static constexpr auto name = "new_session_ticket";

  std::uint32_t ticket_lifetime = 0, ticket_age_add = 0;
  ByteString ticket_nonce, ticket;
  std::vector<Extension> extensions_seen;
  std::optional<std::uint32_t> max_early_data_size;
};

template <class W>
void wire(W& w, Field<W, NewSessionTicket> m) {
  w.number(m.ticket_lifetime);
  w.number(m.ticket_age_add);
  opaque<1>(w, m.ticket_nonce);
  opaque<2>(w, m.ticket, 1);
  extensions<Extension>(w, m.extensions_seen, [&](auto slot) {
    slot(Extension::early_data, m.max_early_data_size, [&](auto& v) { w.number(v); });
  });
}

enum class KeyUpdateRequest : std::uint8_t { update_not_requested = 0, update_requested = 1 };

struct KeyUpdate {
  static constexpr auto type = HandshakeType::key_update;
  static constexpr auto name = "key_update";

  KeyUpdateRequest request_update{};
};

template <class W>
void wire(W& w, Field<W, KeyUpdate> m) {
  w.number(m.request_update);
}

}  // namespace tlsock
