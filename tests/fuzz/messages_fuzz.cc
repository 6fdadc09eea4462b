// Every handshake message: what can be decoded can be encoded, and is the same when it is decoded again.
#include "input.h"
#include "wire/framing.h"
#include "wire/messages.h"
#include "wire/messages_12.h"

using namespace tlsock;

namespace {

template <class T>
void check(Bytes bytes) {
  const auto message = decode<T>(bytes);
  if (!message) return;
  ByteString once, twice;
  // Lists that may be empty when read, but not when written, are no finding.
  if (!encode(*message, once)) return;
  const auto again = decode<T>(once);
  if (!again || !encode(*again, twice) || once != twice) __builtin_trap();
}

// The same for what has another form by version or cipher suite.
template <class T, class Form>
void check(Bytes bytes, const Form& form) {
  const auto message = decode<T>(bytes, form);
  if (!message) return;
  ByteString once, twice;
  if (!encode(*message, form, once)) return;
  const auto again = decode<T>(once, form);
  if (!again || !encode(*again, form, twice) || once != twice) __builtin_trap();
}

// Every form that a key exchange can have.
template <class T>
void check_exchange(Bytes body, bool names_algorithm) {
  using Agreement = ExchangeForm::Agreement;
  for (auto agreement : {Agreement::none, Agreement::ecdh, Agreement::dh, Agreement::srp, Agreement::static_ecdh,
                         Agreement::key_transport})
    for (const bool has_psk : {false, true})
      for (const bool is_signed : {false, true})
        check<T>(body, ExchangeForm{agreement, has_psk, is_signed, names_algorithm});
}

// Before TLS 1.3 some types stand for other messages: here they have 64 added, and 128 where signatures name no algorithm.
void check_12(unsigned kind, Bytes body) {
  const Form form{(kind & 128) == 0};
  switch (HandshakeType{static_cast<std::uint8_t>(kind & 63)}) {
    case HandshakeType::certificate:
      return check<Certificate12>(body);
    case HandshakeType::server_key_exchange:
      return check_exchange<ServerExchange>(body, form.names_algorithm);
    case HandshakeType::certificate_request:
      return check<CertificateRequest12Body>(body, form);
    case HandshakeType::new_session_ticket:
      return check<NewSessionTicket12>(body);
    case HandshakeType::server_hello_done:
      return check<ServerHelloDone>(body);
    case HandshakeType::client_key_exchange:
      return check_exchange<ClientExchange>(body, form.names_algorithm);
    case HandshakeType::certificate_verify:
      return check<DigitallySigned>(body, form);
    default:
      break;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const unsigned kind = input.byte();
  const Bytes body = input.rest();
  if (kind & (64 | 128)) {
    check_12(kind, body);
    return 0;
  }
  switch (HandshakeType{static_cast<std::uint8_t>(kind)}) {
    case HandshakeType::client_hello:
      check<ClientHello>(body);
      break;
    case HandshakeType::server_hello:
      check<ServerHello>(body);
      break;
    case HandshakeType::encrypted_extensions:
      check<EncryptedExtensions>(body);
      break;
    case HandshakeType::certificate:
      check<CertificateMessage>(body);
      break;
    case HandshakeType::certificate_request:
      check<CertificateRequest>(body);
      break;
    case HandshakeType::certificate_verify:
      check<CertificateVerify>(body);
      break;
    case HandshakeType::finished:
      check<Finished>(body);
      break;
    case HandshakeType::new_session_ticket:
      check<NewSessionTicket>(body);
      break;
    case HandshakeType::key_update:
      check<KeyUpdate>(body);
      break;
    default:
      break;
  }
  return 0;
}
