// The handshake messages of TLS 1.2 and before, behind the hellos: RFC 5246 §7.4, RFC 8422 §5.
#pragma once

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

// SignedParams is a ServerKeyExchange whose parameters the server's certificate signs.
template <class Params>
struct SignedParams {
  static constexpr auto name = "server_key_exchange";

  Params params;
  DigitallySigned proof;
};

template <class W, class Params>
void wire(W& w, SignedParams<Params>& m, const Form& form) {
  wire(w, m.params);
  wire(w, m.proof, form);
}
template <class W, class Params>
void wire(W& w, const SignedParams<Params>& m, const Form& form) {
  wire(w, m.params);
  wire(w, m.proof, form);
}

// RFC 8422 §5.7.
struct ClientEcdhPublic {
  static constexpr auto name = "client_key_exchange";

  ByteString point;
};

template <class W>
void wire(W& w, Field<W, ClientEcdhPublic> m) {
  opaque<1>(w, m.point, 1);
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
