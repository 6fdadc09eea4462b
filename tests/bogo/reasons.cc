// Our reasons in BoringSSL's words, which the runner looks for on standard error.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "tests/bogo/failure.h"

namespace tlsock::bogo {
namespace {

using nlohmann::json;

struct Pair {
  std::string_view ours, theirs;
};

// A row holds where `state` is the connection's and `detail` is among the error's details; empty ones hold everywhere.
struct Row {
  std::string_view ours, state, detail, theirs;
};

// Reasons that are not listed have the same name there. Ours say more: RFC 8446 gives an alert to each.
constexpr Row reasons[] = {
    {"TRAILING_DATA", "", "", "DECODE_ERROR"},
    {"UNEXPECTED_EXTENSION_IN_MESSAGE", "", "", "UNEXPECTED_EXTENSION"},
    {"MISSING_EXTENSION", "wait_client_hello", "supported_groups", "NO_SHARED_GROUP"},
    {"MISSING_EXTENSION", "wait_client_hello", "signature_algorithms", "NO_COMMON_SIGNATURE_ALGORITHMS"},
    {"MISSING_EXTENSION", "wait_certificate_request", "", "DECODE_ERROR"},
    {"UNSUPPORTED_PROTOCOL", "", "after a retry", "SECOND_SERVERHELLO_VERSION_MISMATCH"},
    {"WRONG_VERSION_ON_HELLO", "", "", "UNSUPPORTED_PROTOCOL"},
    {"SECOND_HELLO_RETRY_REQUEST", "", "", "UNEXPECTED_MESSAGE"},
    {"NO_RENEGOTIATION", "", "", "UNEXPECTED_MESSAGE"},
    {"INVALID_CERTIFICATE_CONTEXT", "", "", "DECODE_ERROR"},
    {"CERTIFICATE_VERIFY_FAILED", "", "invalid_key_usage", "KEY_USAGE_BIT_INCORRECT"},
    {"BAD_KEY_UPDATE", "", "", "DECODE_ERROR"},
    {"BAD_CHANGE_CIPHER_SPEC", "connection", "", "UNEXPECTED_RECORD"},
    {"TOO_MANY_CHANGE_CIPHER_SPECS", "", "", "TOO_MANY_EMPTY_FRAGMENTS"},
    {"UNEXPECTED_RECORD", "", "no content type", "DECRYPTION_FAILED_OR_BAD_RECORD_MAC"},
    {"UNEXPECTED_RECORD", "", "too much early data", "TOO_MUCH_SKIPPED_EARLY_DATA"},
};

// Alerts that the peer sent.
constexpr Pair alerts[] = {
    {"unexpected_message", "SSLV3_ALERT_UNEXPECTED_MESSAGE"},
    {"bad_record_mac", "SSLV3_ALERT_BAD_RECORD_MAC"},
    {"decryption_failed_reserved", "TLSV1_ALERT_DECRYPTION_FAILED"},
    {"record_overflow", "TLSV1_ALERT_RECORD_OVERFLOW"},
    {"decompression_failure_reserved", "SSLV3_ALERT_DECOMPRESSION_FAILURE"},
    {"handshake_failure", "SSLV3_ALERT_HANDSHAKE_FAILURE"},
    {"no_certificate_reserved", "SSLV3_ALERT_NO_CERTIFICATE"},
    {"bad_certificate", "SSLV3_ALERT_BAD_CERTIFICATE"},
    {"unsupported_certificate", "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE"},
    {"certificate_revoked", "SSLV3_ALERT_CERTIFICATE_REVOKED"},
    {"certificate_expired", "SSLV3_ALERT_CERTIFICATE_EXPIRED"},
    {"certificate_unknown", "SSLV3_ALERT_CERTIFICATE_UNKNOWN"},
    {"illegal_parameter", "SSLV3_ALERT_ILLEGAL_PARAMETER"},
    {"unknown_ca", "TLSV1_ALERT_UNKNOWN_CA"},
    {"access_denied", "TLSV1_ALERT_ACCESS_DENIED"},
    {"decode_error", "TLSV1_ALERT_DECODE_ERROR"},
    {"decrypt_error", "TLSV1_ALERT_DECRYPT_ERROR"},
    {"protocol_version", "TLSV1_ALERT_PROTOCOL_VERSION"},
    {"insufficient_security", "TLSV1_ALERT_INSUFFICIENT_SECURITY"},
    {"internal_error", "TLSV1_ALERT_INTERNAL_ERROR"},
    {"inappropriate_fallback", "TLSV1_ALERT_INAPPROPRIATE_FALLBACK"},
    {"no_renegotiation", "TLSV1_ALERT_NO_RENEGOTIATION"},
    {"unsupported_extension", "TLSV1_ALERT_UNSUPPORTED_EXTENSION"},
    {"unrecognized_name", "TLSV1_ALERT_UNRECOGNIZED_NAME"},
    {"unknown_psk_identity", "TLSV1_ALERT_UNKNOWN_PSK_IDENTITY"},
    {"certificate_required", "TLSV1_ALERT_CERTIFICATE_REQUIRED"},
    {"no_application_protocol", "TLSV1_ALERT_NO_APPLICATION_PROTOCOL"},
};

std::string text(const json& error, const char* member) { return error.value(member, ""); }

bool has_detail(const json& error, std::string_view wanted) {
  if (wanted.empty()) return true;
  for (const auto& detail : error.value("detail", json::object()))
    if (detail == wanted) return true;
  return false;
}

std::string own_reason(const json& error) {
  const std::string reason = text(error, "reason"), state = text(error, "state");
  for (const auto& row : reasons) {
    const bool fits = row.ours == reason && (row.state.empty() || row.state == state);
    if (fits && has_detail(error, row.detail)) return std::string(row.theirs);
  }
  return reason;
}

std::string peer_reason(const json& error) {
  const std::string alert = text(error, "alert");
  // A client that is refused at once is told so in other words.
  if (alert == "handshake_failure" && text(error, "state") == "wait_server_hello")
    return "HANDSHAKE_FAILURE_ON_CLIENT_HELLO";
  const auto found = std::ranges::find(alerts, alert, &Pair::ours);
  return found == std::end(alerts) ? alert : std::string(found->theirs);
}

}  // namespace

Failure last_failure(tls_status status) {
  const auto error = json::parse(tls_last_error(), nullptr, false);
  if (!error.is_object()) return {"status " + std::to_string(status)};
  const std::string reason = text(error, "origin") == "peer" ? peer_reason(error) : own_reason(error);
  return {":" + reason + ": " + text(error, "message") + " " + error.dump()};
}

}  // namespace tlsock::bogo
