// Host names: does a certificate speak for the server that was meant? (RFC 9525, RFC 5890 A-labels)
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "x509/certificate.h"

namespace tlsock {

// Matching is what customize_hostname_check may set.
enum class HostMatching : std::uint8_t {
  https,   // RFC 9525: "*" as the whole leftmost label matches one label
  strict,  // no wildcard at all, as Erlang's default
};

// parse_ip gives the 4 or 16 bytes of an IP address in text form; brackets around IPv6 are not part of it.
std::optional<ByteString> parse_ip(std::string_view text);

// is_dns_name tells whether a text may stand in server_name and dNSName: LDH labels and underscores, 1 to 63 letters
// each, 253 in all, not an IP address; one trailing dot is allowed.
bool is_dns_name(std::string_view text);

// without_trailing_dot, and in lower case: how names are compared and sent.
std::string normal_host(std::string_view host);

// matches_host checks `host` (a DNS name or an IP address in text form) against subjectAltName alone; the common name
// never counts.
bool matches_host(const Certificate& certificate, std::string_view host, HostMatching matching);

// names_of lists the certificate's DNS names and addresses, for messages.
std::string names_of(const Certificate& certificate);

}  // namespace tlsock
