// Host names: their syntax, and the match of a reference name against subjectAltName (RFC 9525 §6).
#include "x509/host_name.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "x509/name.h"

namespace tlsock {
namespace {

constexpr std::size_t max_label = 63, max_name = 253;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_label_char(char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || c == '-' || c == '_'; }

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= max_label && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), is_label_char);
}

// matches_dns_id compares one dNSName with a host that is in normal form already.
bool matches_dns_id(std::string_view presented, std::string_view host, HostMatching matching) {
  // An absolute name, a NUL or a blank in a dNSName make it a name of nobody (RFC 5280 §4.2.1.6).
  const bool wildcard = presented.starts_with("*.");
  const std::string_view fixed = wildcard ? presented.substr(2) : presented;
  if (!is_dns_name(fixed) || fixed.back() == '.') return false;
  if (!wildcard) return normal_host(fixed) == host;
  // RFC 9525 §6.3 lets "*.com" to local policy. We refuse it, as browsers do: a whole top-level domain is nobody's.
  if (matching == HostMatching::strict || fixed.find('.') == std::string_view::npos) return false;
  // RFC 9525 §6.3: the wildcard stands for one label, and that a whole one. An A-label is a label like any other.
  const auto dot = host.find('.');
  return dot != std::string_view::npos && normal_host(fixed) == host.substr(dot + 1);
}

std::string address_text(Bytes address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = address.size() == 4 ? AF_INET : AF_INET6;
  return inet_ntop(family, address.data(), text.data(), text.size()) ? text.data() : to_hex(address);
}

}  // namespace

std::optional<ByteString> parse_ip(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> copy{};
  if (text.size() >= copy.size() || text.find('\0') != std::string_view::npos) return {};
  std::copy(text.begin(), text.end(), copy.begin());
  ByteString address(4);
  if (inet_pton(AF_INET, copy.data(), address.data()) == 1) return address;
  address.resize(16);
  if (inet_pton(AF_INET6, copy.data(), address.data()) == 1) return address;
  return {};
}

bool is_dns_name(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > max_name) return false;
  std::string_view label;
  for (std::string_view rest = text;;) {
    const auto dot = rest.find('.');
    label = rest.substr(0, dot);
    if (!is_label(label)) return false;
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  // No top-level domain is a number (RFC 3696 §2), and many a resolver takes "127.1" for an address.
  return !std::all_of(label.begin(), label.end(), is_digit);
}

std::string normal_host(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  std::string normal(host);
  std::transform(normal.begin(), normal.end(), normal.begin(), lower);
  return normal;
}

bool matches_host(const Certificate& certificate, std::string_view host, HostMatching matching) {
  using Kind = GeneralName::Kind;
  const auto& names = certificate.subject_alt_names();
  if (const auto address = parse_ip(host)) {
    return std::any_of(names.begin(), names.end(), [&](const GeneralName& name) {
      return name.kind == Kind::ip_address && name.value == *address;
    });
  }
  if (!is_dns_name(host)) return false;
  const std::string normal = normal_host(host);
  return std::any_of(names.begin(), names.end(), [&](const GeneralName& name) {
    return name.kind == Kind::dns_name && matches_dns_id(as_text(name.value), normal, matching);
  });
}

std::string names_of(const Certificate& certificate) {
  std::string text;
  for (const auto& name : certificate.subject_alt_names()) {
    const bool address = name.kind == GeneralName::Kind::ip_address;
    if (!address && name.kind != GeneralName::Kind::dns_name) continue;
    if (!text.empty()) text += ", ";
    text += address ? address_text(name.value) : printable(as_text(name.value));
  }
  return text;
}

}  // namespace tlsock
