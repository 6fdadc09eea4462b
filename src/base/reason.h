// THE table of what can go wrong: reason, alert to send, where the rule stands, and a text for people. Names are those
// of BoringSSL where it has one, since people's searches know them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

namespace tlsock {

// Alert holds the AlertDescription values of RFC 8446 §6 and of the extensions; `none` means that no alert is sent.
#define TLSOCK_ALERTS(X)                                                                       \
  X(close_notify, 0, "Close Notify")                                                           \
  X(unexpected_message, 10, "Unexpected Message")                                              \
  X(bad_record_mac, 20, "Bad Record MAC")                                                      \
  X(decryption_failed_reserved, 21, "Decryption Failed Reserved")                              \
  X(record_overflow, 22, "Record Overflow")                                                    \
  X(decompression_failure_reserved, 30, "Decompression Failure Reserved")                      \
  X(handshake_failure, 40, "Handshake Failure")                                                \
  X(no_certificate_reserved, 41, "No Certificate Reserved")                                    \
  X(bad_certificate, 42, "Bad Certificate")                                                    \
  X(unsupported_certificate, 43, "Unsupported Certificate")                                    \
  X(certificate_revoked, 44, "Certificate Revoked")                                            \
  X(certificate_expired, 45, "Certificate Expired")                                            \
  X(certificate_unknown, 46, "Certificate Unknown")                                            \
  X(illegal_parameter, 47, "Illegal Parameter")                                                \
  X(unknown_ca, 48, "Unknown CA")                                                              \
  X(access_denied, 49, "Access Denied")                                                        \
  X(decode_error, 50, "Decode Error")                                                          \
  X(decrypt_error, 51, "Decrypt Error")                                                        \
  X(export_restriction, 60, "Export Restriction")                                              \
  X(protocol_version, 70, "Protocol Version")                                                  \
  X(insufficient_security, 71, "Insufficient Security")                                        \
  X(internal_error, 80, "Internal Error")                                                      \
  X(inappropriate_fallback, 86, "Inappropriate Fallback")                                      \
  X(user_canceled, 90, "User Canceled")                                                        \
  X(no_renegotiation, 100, "No Renegotiation")                                                 \
  X(missing_extension, 109, "Missing Extension")                                               \
  X(unsupported_extension, 110, "Unsupported Extension")                                       \
  X(certificate_unobtainable, 111, "Certificate Unobtainable")                                 \
  X(unrecognized_name, 112, "Unrecognized Name")                                               \
  X(bad_certificate_status_response, 113, "Bad Certificate Status Response")                   \
  X(bad_certificate_hash_value, 114, "Bad Certificate Hash Value")                             \
  X(unknown_psk_identity, 115, "Unknown PSK Identity")                                         \
  X(certificate_required, 116, "Certificate Required")                                         \
  X(no_application_protocol, 120, "No Application Protocol")

enum class Alert : std::uint8_t {
#define X(name, code, text) name = code,
  TLSOCK_ALERTS(X)
#undef X
  none = 255,
};

// name is the alert's name in the RFCs, or "unknown_alert"; text is how Erlang spells it for people.
const char* name(Alert alert);
const char* text(Alert alert);

#define TLSOCK_REASONS(X)                                                                                            \
  /* decoding */                                                                                                     \
  X(DECODE_ERROR, decode_error, "RFC 8446 §6.2", "a field is cut short or out of its range")                         \
  X(TRAILING_DATA, decode_error, "RFC 8446 §6.2", "bytes follow the end of a message or block")                      \
  X(ERROR_PARSING_EXTENSION, decode_error, "RFC 8446 §4.2", "an extension cannot be decoded")                        \
  X(DUPLICATE_EXTENSION, illegal_parameter, "RFC 8446 §4.2", "an extension appears twice")                           \
  X(ENCODE_ERROR, internal_error, "RFC 8446 §3.4", "a value does not fit its length field")                          \
  /* records */                                                                                                      \
  X(DECRYPTION_FAILED_OR_BAD_RECORD_MAC, bad_record_mac, "RFC 8446 §5.2", "a record does not open")                  \
  X(UNEXPECTED_RECORD, unexpected_message, "RFC 8446 §5", "a record of a type that is not allowed here")             \
  X(INVALID_OUTER_RECORD_TYPE, unexpected_message, "RFC 8446 §5.2", "a record that should be protected is not")      \
  X(WRONG_VERSION_NUMBER, protocol_version, "RFC 8446 §5.1", "a record of another protocol or version")              \
  X(HTTP_REQUEST, protocol_version, "RFC 8446 §5.1", "the peer speaks plain HTTP")                                   \
  X(HTTPS_PROXY_REQUEST, protocol_version, "RFC 8446 §5.1", "the peer asks for a proxy in plain text")               \
  X(ENCRYPTED_LENGTH_TOO_LONG, record_overflow, "RFC 8446 §5.2", "a protected record is longer than allowed")        \
  X(DATA_LENGTH_TOO_LONG, record_overflow, "RFC 8446 §5.1", "a record is longer than allowed")                       \
  X(TOO_MANY_EMPTY_FRAGMENTS, unexpected_message, "RFC 8446 §5.1", "too many empty records in a row")                \
  X(EMPTY_FRAGMENT, unexpected_message, "RFC 8446 §5.1", "an empty handshake or alert record")                       \
  X(SEQUENCE_EXHAUSTED, internal_error, "RFC 8446 §5.3", "a sequence number would wrap")                             \
  X(TOO_MUCH_DATA_ON_KEY, internal_error, "RFC 8446 §5.5", "a key's usage limit is reached")                         \
  /* alerts, change_cipher_spec */                                                                                   \
  X(BAD_ALERT, decode_error, "RFC 8446 §6", "an alert record is not two bytes")                                      \
  X(TOO_MANY_WARNING_ALERTS, unexpected_message, "RFC 8446 §6.1", "too many warning alerts")                         \
  X(BAD_CHANGE_CIPHER_SPEC, unexpected_message, "RFC 8446 §5", "a change_cipher_spec that is not allowed here")      \
  X(TOO_MANY_CHANGE_CIPHER_SPECS, unexpected_message, "RFC 8446 §5", "too many change_cipher_spec records")          \
  X(PEER_ALERT, none, "RFC 8446 §6.2", "the peer sent a fatal alert")                                                \
  /* handshake structure */                                                                                          \
  X(EXCESSIVE_MESSAGE_SIZE, illegal_parameter, "RFC 8446 §4", "a handshake message is too long")                     \
  X(UNEXPECTED_MESSAGE, unexpected_message, "RFC 8446 §4", "a handshake message out of order")                       \
  X(EXCESS_HANDSHAKE_DATA, unexpected_message, "RFC 8446 §5.1", "a handshake message straddles a key change")        \
  X(INTERLEAVED_HANDSHAKE, unexpected_message, "RFC 8446 §5.1", "another record within a handshake message")         \
  X(TOO_MANY_KEY_UPDATES, unexpected_message, "RFC 8446 §4.6.3", "too many KeyUpdates without data")                 \
  X(TOO_MANY_POST_HANDSHAKE_MESSAGES, unexpected_message, "RFC 8446 §4.6", "too many messages without data")         \
  X(NO_RENEGOTIATION, unexpected_message, "RFC 8446 §4.1.2", "a hello after the handshake")                          \
  /* negotiation */                                                                                                  \
  X(UNSUPPORTED_PROTOCOL, protocol_version, "RFC 8446 §4.2.1", "no common protocol version")                         \
  X(TLS13_DOWNGRADE, illegal_parameter, "RFC 8446 §4.1.3", "the server's random tells of a downgrade")               \
  X(MISSING_EXTENSION, missing_extension, "RFC 8446 §9.2", "a mandatory extension is absent")                        \
  X(MISSING_KEY_SHARE, missing_extension, "RFC 8446 §9.2", "no key share where one is needed")                       \
  X(UNEXPECTED_EXTENSION, unsupported_extension, "RFC 8446 §4.2", "an extension that was not offered")               \
  X(UNEXPECTED_EXTENSION_IN_MESSAGE, illegal_parameter, "RFC 8446 §4.2", "an extension in the wrong message")        \
  X(INVALID_COMPRESSION_LIST, illegal_parameter, "RFC 8446 §4.1.2", "compression methods other than null")           \
  X(UNSUPPORTED_COMPRESSION_ALGORITHM, illegal_parameter, "RFC 8446 §4.1.3", "a compression method is chosen")       \
  X(SERVER_ECHOED_INVALID_SESSION_ID, illegal_parameter, "RFC 8446 §4.1.3", "another session id is echoed")          \
  X(INAPPROPRIATE_FALLBACK, inappropriate_fallback, "RFC 7507 §3", "the client has been made to offer less")          \
  X(RENEGOTIATION_MISMATCH, handshake_failure, "RFC 5746 §3.4", "renegotiation_info of another handshake")           \
  X(UNSAFE_LEGACY_RENEGOTIATION_DISABLED, handshake_failure, "RFC 5746 §4.1", "no secure renegotiation")             \
  X(UNKNOWN_PSK_IDENTITY, unknown_psk_identity, "RFC 4279 §2", "nobody knows this PSK identity")                     \
  X(RESUMED_EMS_SESSION_WITHOUT_EMS_EXTENSION, handshake_failure, "RFC 7627 §5.3",                                   \
    "a session with an extended master secret goes on without")                                                      \
  X(RESUMED_NON_EMS_SESSION_WITH_EMS_EXTENSION, handshake_failure, "RFC 7627 §5.3",                                  \
    "a session without an extended master secret goes on with it")                                                   \
  X(OLD_SESSION_VERSION_NOT_RETURNED, illegal_parameter, "RFC 5246 §7.4.1.3", "a session goes on in another version") \
  X(OLD_SESSION_CIPHER_NOT_RETURNED, illegal_parameter, "RFC 5246 §7.4.1.3", "a session goes on with another suite") \
  X(NO_SHARED_GROUP, handshake_failure, "RFC 8446 §4.1.1", "no common key exchange group")                           \
  X(NO_SHARED_CIPHER, handshake_failure, "RFC 8446 §4.1.1", "no common cipher suite")                                \
  X(NO_COMMON_SIGNATURE_ALGORITHMS, handshake_failure, "RFC 8446 §4.2.3", "no common signature scheme")              \
  X(WRONG_CIPHER_RETURNED, illegal_parameter, "RFC 8446 §4.1.3", "a cipher suite that was not offered")              \
  X(WRONG_VERSION_ON_HELLO, illegal_parameter, "RFC 8446 §4.1.2", "a wrong legacy_version")                          \
  X(WRONG_CURVE, illegal_parameter, "RFC 8446 §4.2.8", "a group that was not asked for")                             \
  X(BAD_ECPOINT, illegal_parameter, "RFC 8446 §4.2.8", "a key share is not a valid public value")                    \
  X(BAD_DH_PARAMETERS, illegal_parameter, "RFC 5246 §7.4.3", "a Diffie-Hellman group that is none, or too weak")     \
  X(BAD_SRP_PARAMETERS, illegal_parameter, "RFC 5054 §2.5", "an SRP group or public value that must not be")         \
  X(DUPLICATE_KEY_SHARE, illegal_parameter, "RFC 8446 §4.2.8", "two key shares of one group")                        \
  X(INVALID_KEY_SHARES, illegal_parameter, "RFC 8446 §4.2.8", "key shares that do not fit the groups")               \
  X(SECOND_HELLO_RETRY_REQUEST, unexpected_message, "RFC 8446 §4.1.4", "a second HelloRetryRequest")                 \
  X(EMPTY_HELLO_RETRY_REQUEST, illegal_parameter, "RFC 8446 §4.1.4", "a HelloRetryRequest that changes nothing")     \
  X(INVALID_SECOND_CLIENT_HELLO, illegal_parameter, "RFC 8446 §4.1.2", "the second ClientHello differs")             \
  X(WRONG_COOKIE, illegal_parameter, "RFC 8446 §4.2.2", "the cookie is missing or wrong")                            \
  X(NO_APPLICATION_PROTOCOL, no_application_protocol, "RFC 7301 §3.2", "no common application protocol")             \
  X(INVALID_ALPN_PROTOCOL, illegal_parameter, "RFC 7301 §3.1", "an application protocol that was not offered")       \
  X(UNRECOGNIZED_NAME, unrecognized_name, "RFC 6066 §3", "no such server name here")                                 \
  X(INVALID_SERVER_NAME, illegal_parameter, "RFC 6066 §3", "a server name that is none")                             \
  X(BAD_MAX_FRAGMENT_LENGTH, illegal_parameter, "RFC 6066 §4", "a bad max_fragment_length")                          \
  X(BAD_RECORD_SIZE_LIMIT, illegal_parameter, "RFC 8449 §4", "a bad record_size_limit")                              \
  /* authentication */                                                                                               \
  X(CERTIFICATE_VERIFY_FAILED, bad_certificate, "RFC 8446 §4.4.2.4", "the certificate was refused")                  \
  X(PEER_DID_NOT_RETURN_A_CERTIFICATE, certificate_required, "RFC 8446 §4.4.2.4", "the client has no certificate")   \
  X(EMPTY_CERTIFICATE_LIST, decode_error, "RFC 8446 §4.4.2.4", "the server sent no certificate")                     \
  X(BAD_CERTIFICATE, bad_certificate, "RFC 5280 §4.1", "a certificate cannot be decoded")                            \
  X(INVALID_CERTIFICATE_CONTEXT, illegal_parameter, "RFC 8446 §4.4.2", "a wrong certificate_request_context")        \
  X(UNKNOWN_CERTIFICATE_TYPE, unsupported_certificate, "RFC 8446 §4.4.2", "the certificate's key is of no use")      \
  X(WRONG_CERTIFICATE_TYPE, illegal_parameter, "RFC 5246 §7.4.2", "the certificate's key does not fit the suite")    \
  X(WRONG_SIGNATURE_TYPE, illegal_parameter, "RFC 8446 §4.4.3", "a signature scheme that does not fit")              \
  X(BAD_SIGNATURE, decrypt_error, "RFC 8446 §4.4.3", "a signature does not verify")                                  \
  X(DIGEST_CHECK_FAILED, decrypt_error, "RFC 8446 §4.4.4", "Finished does not verify")                               \
  X(KEY_USAGE_BIT_INCORRECT, illegal_parameter, "RFC 5280 §4.2.1.3", "the key may not be used like this")            \
  /* post-handshake */                                                                                               \
  X(BAD_KEY_UPDATE, illegal_parameter, "RFC 8446 §4.6.3", "a KeyUpdate that asks for neither")                       \
  /* the application and its options */                                                                              \
  X(USER_CANCELED, user_canceled, "RFC 8446 §6.1", "the handshake was cancelled")                                    \
  X(ANSWER_INVALID, internal_error, "tlsock(7)", "the answer to a wait is not one of its kind's")                    \
  X(STALE_ANSWER, none, "tlsock(7)", "an answer to a question that is not asked")                                    \
  X(NO_CERTIFICATE_SET, handshake_failure, "RFC 8446 §4.4.2", "the server has no certificate that fits")             \
  X(BAD_OPTIONS, handshake_failure, "tlsock(7)", "options that do not hold")                                         \
  X(BAD_FILE, internal_error, "tlsock(7)", "a file cannot be read")                                                  \
  X(BAD_PEM, internal_error, "RFC 7468", "a text is not PEM, or holds nothing of the kind")                          \
  X(BAD_PRIVATE_KEY, internal_error, "RFC 5958", "a private key cannot be decoded")                                  \
  X(BAD_PASSWORD, internal_error, "RFC 8018", "the password does not open the private key")                          \
  X(KEY_VALUES_MISMATCH, internal_error, "RFC 8446 §4.4.2", "private key and certificate do not belong together")    \
  X(KEY_OPERATION_FAILED, internal_error, "RFC 8446 §4.4.3", "the private key did not sign")                         \
  X(WRONG_STATE, none, "tlsock(7)", "the call does not fit the connection's state")                                  \
  X(SYSTEM_ERROR, none, "tlsock(7)", "a system call failed")                                                         \
  X(NAME_NOT_FOUND, none, "tlsock(7)", "the host name has no address")                                               \
  X(UNEXPECTED_EOF, none, "RFC 8446 §6.1", "the transport ended without close_notify")                               \
  X(UNSUPPORTED_ALGORITHM, internal_error, "tlsock(7)", "an algorithm that is not supported")                        \
  X(CRYPTO_FAILURE, internal_error, "RFC 8446 §6.2", "a cryptographic primitive failed")                             \
  X(OUT_OF_MEMORY, internal_error, "RFC 8446 §6.2", "no memory")                                                     \
  X(INTERNAL_ERROR, internal_error, "RFC 8446 §6.2", "a fault in the library")

enum class Reason : std::uint8_t {
#define X(name, alert, section, text) name,
  TLSOCK_REASONS(X)
#undef X
};

struct ReasonInfo {
  const char* name;
  Alert alert;
  const char* section;
  const char* text;
};

// info returns the table row of a reason.
const ReasonInfo& info(Reason reason);

// Fact is one line of an error's detail: a name and a value, both for people. Never a secret.
struct Fact {
  const char* name;
  std::string value;
};

// Error tells which check fired, in which message or field, and where in the source.
struct Error {
  Reason reason;
  Alert alert;              // to be sent; for PEER_ALERT the one received
  const char* detail = "";  // a field's or message's name
  std::vector<Fact> facts;
  std::source_location at;

  Error(Reason r, const char* d = "", std::source_location where = std::source_location::current())
      : reason(r), alert(info(r).alert), detail(d), at(where) {}

  // with adds a fact; with_alert replaces the table's alert where the RFC names a finer one.
  Error&& with(const char* fact, std::string value) && {
    facts.push_back({fact, std::move(value)});
    return std::move(*this);
  }
  Error&& with_alert(Alert finer) && {
    alert = finer;
    return std::move(*this);
  }
};

}  // namespace tlsock
