// Connection information as JSON: what tls_connection_info and tls_peercert tell.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "connection/connection.h"

namespace tlsock {

// InfoSource is what the information is taken from.
struct InfoSource {
  const Config& config;
  const Negotiated& negotiated;
  const Connection::Counters& counters;
  SessionPtr session = nullptr;
};

// info_json writes the named items, a JSON array of names, or with an empty text all but "options" and the secrets.
// An item that is not known at all is a problem: its name is returned in `unknown`, and the result is empty.
std::string info_json(const InfoSource& source, std::string_view items_json, std::string& unknown);
std::string info_json(const Connection& connection, std::string_view items_json, std::string& unknown);

// peercert_json: {"leaf": base64 DER, "chain": [base64 DER …]}, or empty if the peer has no certificate.
std::string peercert_json(const Negotiated& negotiated);
std::string peercert_json(const Connection& connection);

}  // namespace tlsock
