// Every handshake message: what can be decoded can be encoded, and is the same when it is decoded again.
#include "input.h"
#include "wire/framing.h"
#include "wire/messages.h"

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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const unsigned kind = input.byte();
  const Bytes body = input.rest();
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
