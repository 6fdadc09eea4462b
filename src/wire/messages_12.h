// The handshake messages of TLS 1.2 and before, behind the hellos: RFC 5246 §7.4, RFC 8422 §5.
#pragma once

#include <variant>

#include "wire/hello.h"

namespace tlsock {

// Form is what of a message depends on the version: from TLS 1.2 on signatures name their algorithm.
struct Form {
  bool names_algorithm;
};

// FormedMessage is a message that is read whole, since only the flow knows its form: decode<Body>(body, form).
template <HandshakeType message_type>
struct FormedMessage {
  static constexpr auto type = message_type;
  ByteString body;
};

template <class W, HandshakeType type>
void wire(W& w, FormedMessage<type>& m) {
  w.bytes(m.body);
}
template <class W, HandshakeType type>
void wire(W& w, const FormedMessage<type>& m) {
  w.bytes(m.body);
}

struct ServerKeyExchange : FormedMessage<HandshakeType::server_key_exchange> {
  static constexpr auto name = "server_key_exchange";
  static constexpr auto wait_state = "wait_server_key_exchange";
};

struct CertificateRequest12 : FormedMessage<HandshakeType::certificate_request> {
  static constexpr auto name = "certificate_request";
  static constexpr auto wait_state = "wait_certificate_request";
};

struct ClientKeyExchange : FormedMessage<HandshakeType::client_key_exchange> {
  static constexpr auto name = "client_key_exchange";
  static constexpr auto wait_state = "wait_client_key_exchange";
};

struct CertificateVerify12 : FormedMessage<HandshakeType::certificate_verify> {
  static constexpr auto name = "certificate_verify";
  static constexpr auto wait_state = "wait_certificate_verify";
};

struct Certificate12Entry {
  ByteString cert_data;
};

template <class W>
void wire(W& w, Field<W, Certificate12Entry> m) {
  opaque<3>(w, m.cert_data, 1);
}

struct Certificate12 {
  static constexpr auto type = HandshakeType::certificate;
  static constexpr auto name = "certificate";
  static constexpr auto wait_state = "wait_certificate";

  std::vector<Certificate12Entry> certificate_list;
};

template <class W>
void wire(W& w, Field<W, Certificate12> m) {
  list<3>(w, m.certificate_list, 0);
}

struct ServerHelloDone {
  static constexpr auto type = HandshakeType::server_hello_done;
  static constexpr auto name = "server_hello_done";
  static constexpr auto wait_state = "wait_server_hello_done";
};

template <class W>
void wire(W&, Field<W, ServerHelloDone>) {}

// RFC 5077 §3.3. An empty ticket is none.
struct NewSessionTicket12 {
  static constexpr auto type = HandshakeType::new_session_ticket;
  static constexpr auto name = "new_session_ticket";
  static constexpr auto wait_state = "wait_new_session_ticket";

  std::uint32_t ticket_lifetime_hint = 0;
  ByteString ticket;
};

template <class W>
void wire(W& w, Field<W, NewSessionTicket12> m) {
  w.number(m.ticket_lifetime_hint);
  opaque<2>(w, m.ticket, 0);
}

// DigitallySigned is RFC 5246 §4.7's.
struct DigitallySigned {
  static constexpr auto name = "certificate_verify";

  std::optional<SignatureScheme> algorithm;
  ByteString signature;
};

template <class W>
void wire(W& w, Field<W, DigitallySigned> m, const Form& form) {
  if constexpr (W::reading)
    if (form.names_algorithm) m.algorithm.emplace();
  if (form.names_algorithm) w.number(*m.algorithm);
  opaque<2>(w, m.signature);
}

enum class CurveType : std::uint8_t { named_curve = 3 };

// RFC 8422 §5.4. Explicit curves are deprecated (§5.1.1), and nobody offers them.
struct ServerEcdhParams {
  static constexpr auto name = "server_key_exchange";

  CurveType curve_type = CurveType::named_curve;
  NamedGroup named_curve{};
  ByteString point;
};

template <class W>
void wire(W& w, Field<W, ServerEcdhParams> m) {
  w.number(m.curve_type);
  w.require(m.curve_type == CurveType::named_curve, Reason::WRONG_CURVE);
  w.number(m.named_curve);
  opaque<1>(w, m.point, 1);
}

// RFC 5246 §7.4.3.
struct ServerDhParams {
  static constexpr auto name = "server_key_exchange";

  ByteString dh_p, dh_g, dh_Ys;
};

template <class W>
void wire(W& w, Field<W, ServerDhParams> m) {
  opaque<2>(w, m.dh_p, 1);
  opaque<2>(w, m.dh_g, 1);
  opaque<2>(w, m.dh_Ys, 1);
}

// RFC 5054 §2.8.2.
struct ServerSrpParams {
  static constexpr auto name = "server_key_exchange";

  ByteString N, g, s, B;
};

template <class W>
void wire(W& w, Field<W, ServerSrpParams> m) {
  opaque<2>(w, m.N, 1);
  opaque<2>(w, m.g, 1);
  opaque<1>(w, m.s, 1);
  opaque<2>(w, m.B, 1);
}

// ExchangeForm is what the messages of a key exchange hold, by version and cipher suite.
struct ExchangeForm {
  // What both sides agree by: with their own numbers, with a key of the certificate, or with nothing but a PSK.
  enum class Agreement : std::uint8_t { none, ecdh, dh, srp, static_ecdh, key_transport };
  Agreement agreement;
  bool has_psk, is_signed;
  bool names_algorithm;
};

// ServerExchange is what a ServerKeyExchange holds (RFC 5246 §7.4.3, RFC 8422 §5.4, RFC 4279, RFC 5489, RFC 5054).
struct ServerExchange {
  static constexpr auto name = "server_key_exchange";

  ByteString psk_identity_hint;
  std::variant<std::monostate, ServerEcdhParams, ServerDhParams, ServerSrpParams> params;
  DigitallySigned proof;
};

// wire_params describes the part that is signed.
template <class W>
void wire_params(W& w, Field<W, ServerExchange> m, const ExchangeForm& form) {
  using Agreement = ExchangeForm::Agreement;
  const auto params = [&]<class Params>(std::type_identity<Params>) {
    if constexpr (W::reading) wire(w, m.params.template emplace<Params>());
    else wire(w, std::get<Params>(m.params));
  };
  if (form.agreement == Agreement::ecdh) params(std::type_identity<ServerEcdhParams>());
  if (form.agreement == Agreement::dh) params(std::type_identity<ServerDhParams>());
  if (form.agreement == Agreement::srp) params(std::type_identity<ServerSrpParams>());
}

template <class W>
void wire(W& w, Field<W, ServerExchange> m, const ExchangeForm& form) {
  if (form.has_psk) opaque<2>(w, m.psk_identity_hint);
  wire_params(w, m, form);
  if (form.is_signed) wire(w, m.proof, Form{form.names_algorithm});
}

// ClientExchange is what a ClientKeyExchange holds: `exchange` is the client's number, or the secret that was encrypted
// to the server's key (RFC 5246 §7.4.7, RFC 8422 §5.7, RFC 4279, RFC 5489, RFC 5054).
struct ClientExchange {
  static constexpr auto name = "client_key_exchange";

  ByteString psk_identity, exchange;
};

template <class W>
void wire(W& w, Field<W, ClientExchange> m, const ExchangeForm& form) {
  using Agreement = ExchangeForm::Agreement;
  if (form.has_psk) opaque<2>(w, m.psk_identity);
  if (form.agreement == Agreement::none) return;
  const bool is_point = form.agreement == Agreement::ecdh || form.agreement == Agreement::static_ecdh;
  if (is_point) opaque<1>(w, m.exchange, 1);
  else opaque<2>(w, m.exchange, 1);
}

enum class ClientCertificateType : std::uint8_t { rsa_sign = 1, dss_sign = 2, ecdsa_sign = 64 };

// RFC 5246 §7.4.4.
struct CertificateRequest12Body {
  static constexpr auto name = "certificate_request";

  std::vector<ClientCertificateType> certificate_types;
  std::optional<std::vector<SignatureScheme>> signature_algorithms;
  std::vector<DistinguishedName> certificate_authorities;
};

template <class W>
void wire(W& w, Field<W, CertificateRequest12Body> m, const Form& form) {
  list<1>(w, m.certificate_types);
  if constexpr (W::reading)
    if (form.names_algorithm) m.signature_algorithms.emplace();
  if (form.names_algorithm) list<2>(w, *m.signature_algorithms);
  list<2>(w, m.certificate_authorities, 0);
}

}  // namespace tlsock
