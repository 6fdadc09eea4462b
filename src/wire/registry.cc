// Names of registered values.
#include "wire/registry.h"

namespace tlsock {

#define TLSOCK_NAMES(Type, TABLE)                             \
  std::string_view name(Type value) {                         \
    switch (value) { TABLE(TLSOCK_NAME_##Type) default: break; } \
    return {};                                                \
  }                                                           \
  template <>                                                 \
  std::optional<Type> parse<Type>(std::string_view wanted) {  \
    TABLE(TLSOCK_PARSE_##Type) return {};                     \
  }

#define TLSOCK_NAME_Version(id, code, text) case Version::id: return text;
#define TLSOCK_NAME_CipherSuite(id, code, text) case CipherSuite::id: return text;
#define TLSOCK_NAME_NamedGroup(id, code, text) case NamedGroup::id: return text;
#define TLSOCK_NAME_SignatureScheme(id, code, text) case SignatureScheme::id: return text;
#define TLSOCK_PARSE_Version(id, code, text) if (wanted == text) return Version::id;
#define TLSOCK_PARSE_CipherSuite(id, code, text) if (wanted == text) return CipherSuite::id;
#define TLSOCK_PARSE_NamedGroup(id, code, text) if (wanted == text) return NamedGroup::id;
#define TLSOCK_PARSE_SignatureScheme(id, code, text) if (wanted == text) return SignatureScheme::id;

TLSOCK_NAMES(Version, TLSOCK_VERSIONS)
TLSOCK_NAMES(CipherSuite, TLSOCK_CIPHER_SUITES)
TLSOCK_NAMES(NamedGroup, TLSOCK_NAMED_GROUPS)
TLSOCK_NAMES(SignatureScheme, TLSOCK_SIGNATURE_SCHEMES)

std::string_view name(HandshakeType type) {
  switch (type) {
    case HandshakeType::hello_request: return "hello_request";
    case HandshakeType::client_hello: return "client_hello";
    case HandshakeType::server_hello: return "server_hello";
    case HandshakeType::new_session_ticket: return "new_session_ticket";
    case HandshakeType::end_of_early_data: return "end_of_early_data";
    case HandshakeType::encrypted_extensions: return "encrypted_extensions";
    case HandshakeType::certificate: return "certificate";
    case HandshakeType::server_key_exchange: return "server_key_exchange";
    case HandshakeType::certificate_request: return "certificate_request";
    case HandshakeType::server_hello_done: return "server_hello_done";
    case HandshakeType::certificate_verify: return "certificate_verify";
    case HandshakeType::client_key_exchange: return "client_key_exchange";
    case HandshakeType::finished: return "finished";
    case HandshakeType::certificate_status: return "certificate_status";
    case HandshakeType::key_update: return "key_update";
    case HandshakeType::message_hash: return "message_hash";
  }
  return {};
}

}  // namespace tlsock
