// The tables of reasons and alerts, and what an error carries.
#include "base/reason.h"

#include <cctype>
#include <map>
#include <set>
#include <string>

#include "tests/catch.hpp"

using namespace tlsock;

namespace {

constexpr Reason reasons[] = {
#define X(name, alert, section, text) Reason::name,
    TLSOCK_REASONS(X)
#undef X
};

bool is_upper_case_name(std::string_view name) {
  for (const char c : name)
    if (!std::isupper(static_cast<unsigned char>(c)) && !std::isdigit(static_cast<unsigned char>(c)) && c != '_')
      return false;
  return !name.empty();
}

// RFC 8446 §6, §B.2.
const std::map<int, std::string> alerts = {
    {0, "close_notify"},
    {10, "unexpected_message"},
    {20, "bad_record_mac"},
    {21, "decryption_failed_reserved"},
    {22, "record_overflow"},
    {30, "decompression_failure_reserved"},
    {40, "handshake_failure"},
    {41, "no_certificate_reserved"},
    {42, "bad_certificate"},
    {43, "unsupported_certificate"},
    {44, "certificate_revoked"},
    {45, "certificate_expired"},
    {46, "certificate_unknown"},
    {47, "illegal_parameter"},
    {48, "unknown_ca"},
    {49, "access_denied"},
    {50, "decode_error"},
    {51, "decrypt_error"},
    {60, "export_restriction"},
    {70, "protocol_version"},
    {71, "insufficient_security"},
    {80, "internal_error"},
    {86, "inappropriate_fallback"},
    {90, "user_canceled"},
    {100, "no_renegotiation"},
    {109, "missing_extension"},
    {110, "unsupported_extension"},
    {111, "certificate_unobtainable"},
    {112, "unrecognized_name"},
    {113, "bad_certificate_status_response"},
    {114, "bad_certificate_hash_value"},
    {115, "unknown_psk_identity"},
    {116, "certificate_required"},
    {120, "no_application_protocol"},
};

}  // namespace

TEST_CASE("every reason has a name and a text of its own, and tells where its rule stands") {
  std::set<std::string> names, texts;
  for (const Reason reason : reasons) {
    const ReasonInfo& row = info(reason);
    INFO(row.name);
    CHECK(is_upper_case_name(row.name));
    CHECK(names.insert(row.name).second);
    CHECK(texts.insert(row.text).second);
    CHECK_FALSE(std::string_view(row.text).empty());
    const std::string section = row.section;
    CHECK((section.rfind("RFC ", 0) == 0 || section == "tlsock(7)"));
  }
  CHECK(std::string(info(Reason::DECODE_ERROR).name) == "DECODE_ERROR");
  CHECK(std::string(info(Reason::INTERNAL_ERROR).name) == "INTERNAL_ERROR");
}

TEST_CASE("the alerts that the RFC names for what goes wrong") {
  const std::map<Reason, Alert> expected = {
      {Reason::DECODE_ERROR, Alert::decode_error},                               // RFC 8446 §6.2
      {Reason::DUPLICATE_EXTENSION, Alert::illegal_parameter},                   // §4.2 names none
      {Reason::DECRYPTION_FAILED_OR_BAD_RECORD_MAC, Alert::bad_record_mac},      // §5.2
      {Reason::DATA_LENGTH_TOO_LONG, Alert::record_overflow},                    // §5.1
      {Reason::ENCRYPTED_LENGTH_TOO_LONG, Alert::record_overflow},               // §5.2
      {Reason::UNEXPECTED_RECORD, Alert::unexpected_message},                    // §5
      {Reason::BAD_CHANGE_CIPHER_SPEC, Alert::unexpected_message},               // §5
      {Reason::EXCESS_HANDSHAKE_DATA, Alert::unexpected_message},                // §5.1
      {Reason::UNSUPPORTED_PROTOCOL, Alert::protocol_version},                   // §4.2.1
      {Reason::MISSING_EXTENSION, Alert::missing_extension},                     // §9.2
      {Reason::UNEXPECTED_EXTENSION, Alert::unsupported_extension},              // §4.2
      {Reason::NO_SHARED_CIPHER, Alert::handshake_failure},                      // §4.1.1
      {Reason::SECOND_HELLO_RETRY_REQUEST, Alert::unexpected_message},           // §4.1.4
      {Reason::PEER_DID_NOT_RETURN_A_CERTIFICATE, Alert::certificate_required},  // §4.4.2.4
      {Reason::EMPTY_CERTIFICATE_LIST, Alert::decode_error},                     // §4.4.2.4
      {Reason::BAD_SIGNATURE, Alert::decrypt_error},                             // §4.4.3
      {Reason::DIGEST_CHECK_FAILED, Alert::decrypt_error},                       // §4.4.4
      {Reason::BAD_KEY_UPDATE, Alert::illegal_parameter},                        // §4.6.3
      {Reason::NO_APPLICATION_PROTOCOL, Alert::no_application_protocol},         // RFC 7301 §3.2
      {Reason::UNRECOGNIZED_NAME, Alert::unrecognized_name},                     // RFC 6066 §3
      {Reason::BAD_RECORD_SIZE_LIMIT, Alert::illegal_parameter},                 // RFC 8449 §4
  };
  for (const auto& [reason, alert] : expected) {
    INFO(info(reason).name);
    CHECK(info(reason).alert == alert);
    CHECK(Error(reason).alert == alert);
  }
}

TEST_CASE("alerts have their registered numbers and names") {
  std::set<std::string> texts;
  for (int code = 0; code < 256; ++code) {
    CAPTURE(code);
    const Alert alert{static_cast<std::uint8_t>(code)};
    const auto known = alerts.find(code);
    CHECK(std::string(name(alert)) == (known == alerts.end() ? "unknown_alert" : known->second));
    if (known == alerts.end())
      CHECK(std::string(text(alert)) == "Unknown Alert");
    else
      CHECK(texts.insert(text(alert)).second);
  }
  CHECK(texts.count("Unknown Alert") == 0);
  CHECK(texts.size() == alerts.size());
}

TEST_CASE("an error tells what, where in the message, where in the source, and its facts in order") {
  const auto line = std::source_location::current().line() + 1;
  const Error error = Error(Reason::WRONG_CURVE, "key_share").with("group", "x448").with("offered", "x25519");
  CHECK(error.reason == Reason::WRONG_CURVE);
  CHECK(error.alert == Alert::illegal_parameter);
  CHECK(std::string(error.detail) == "key_share");
  CHECK(error.at.line() == line);
  CHECK(std::string_view(error.at.file_name()).find("reason_test.cc") != std::string_view::npos);
  REQUIRE(error.facts.size() == 2);
  CHECK(std::string(error.facts[0].name) == "group");
  CHECK(error.facts[0].value == "x448");
  CHECK(error.facts[1].value == "x25519");

  const Error finer = Error(Reason::CERTIFICATE_VERIFY_FAILED).with_alert(Alert::certificate_expired);
  CHECK(finer.alert == Alert::certificate_expired);
  CHECK(finer.reason == Reason::CERTIFICATE_VERIFY_FAILED);
  CHECK(std::string(finer.detail).empty());
  CHECK(finer.facts.empty());
}
