// Name constraints: the rules of comparison for each kind of name.
#include "x509/name_constraints.h"

#include <algorithm>
#include <string_view>

#include "crypto/der.h"
#include "x509/host_name.h"
#include "x509/name.h"

namespace tlsock {
namespace {

using namespace std::string_view_literals;
using Kind = GeneralName::Kind;
using Name = CertifiedNames::Name;

// id-on-SmtpUTF8Mailbox (RFC 8398 §3).
constexpr std::string_view smtp_utf8_mailbox = "\x2b\x06\x01\x05\x05\x07\x08\x09"sv;

// Match is how a name lies to a subtree. A wildcard name may lie partly in it.
enum class Match : std::uint8_t { outside, within, partly, unclear };

Match within_if(bool condition) { return condition ? Match::within : Match::outside; }

bool is_host(std::string_view text) { return is_dns_name(text) && text.back() != '.'; }

// is_within tells whether `name` is `subtree` or a name below it; both in normal form.
bool is_within(std::string_view name, std::string_view subtree) {
  if (!name.ends_with(subtree)) return false;
  return name.size() == subtree.size() || name[name.size() - subtree.size() - 1] == '.';
}

// match_dns: a subtree is any name that is made by adding labels on the left. The empty one holds all names; a leading
// dot has no meaning for DNS names.
Match match_dns(std::string_view name, std::string_view subtree) {
  const bool wildcard = name.starts_with("*.");
  const std::string_view fixed = wildcard ? name.substr(2) : name;
  if (!is_host(fixed) || !(subtree.empty() || is_host(subtree))) return Match::unclear;
  const std::string host = normal_host(fixed), base = normal_host(subtree);
  if (base.empty() || is_within(host, base)) return Match::within;
  // "*.example.com" also speaks for one name in the subtree "bar.example.com".
  const auto dot = base.find('.');
  return wildcard && dot != std::string::npos && base.substr(dot + 1) == host ? Match::partly : Match::outside;
}

// match_host compares the host of a mailbox or URI: "example.com" is that host alone, ".example.com" those below it.
Match match_host(std::string_view host, std::string_view subtree) {
  const bool below = subtree.starts_with('.');
  const std::string_view base = below ? subtree.substr(1) : subtree;
  if (!is_host(host) || !is_host(base)) return Match::unclear;
  const std::string normal = normal_host(host), normal_base = normal_host(base);
  return within_if(below ? normal != normal_base && is_within(normal, normal_base) : normal == normal_base);
}

struct Mailbox {
  std::string_view local, host;
};

// mailbox_from splits local@host. A quoted local part may hold another "@": rare enough to be unclear.
std::optional<Mailbox> mailbox_from(std::string_view text) {
  const auto at = text.find('@');
  if (at == 0 || at == std::string_view::npos || text.find('@', at + 1) != std::string_view::npos) return {};
  const auto control = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; };
  if (std::any_of(text.begin(), text.end(), control)) return {};
  return Mailbox{text.substr(0, at), text.substr(at + 1)};
}

// match_email: a subtree is a mailbox, a host, or ".domain" for the hosts below. The local part is case-sensitive, and
// a
// "*" in it is a character like others. RFC 8399 §2.5: a mailbox of RFC 8398 is judged by its host in the same way.
Match match_email(std::string_view name, std::string_view subtree) {
  const auto mailbox = mailbox_from(name);
  if (!mailbox) return Match::unclear;
  if (subtree.find('@') == std::string_view::npos) return match_host(mailbox->host, subtree);
  const auto wanted = mailbox_from(subtree);
  if (!wanted || wanted->host.starts_with('.')) return Match::unclear;
  const Match host = match_host(mailbox->host, wanted->host);
  return host == Match::within ? within_if(mailbox->local == wanted->local) : host;
}

// uri_host gives the host of a URI with an authority (RFC 3986 §3.2), else nothing.
std::string_view uri_host(std::string_view uri) {
  const auto scheme_end = uri.find(':');
  if (scheme_end == std::string_view::npos || !uri.substr(scheme_end).starts_with("://")) return {};
  uri.remove_prefix(scheme_end + 3);
  std::string_view authority = uri.substr(0, uri.find_first_of("/?#"));
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) authority.remove_prefix(at + 1);
  return authority.substr(0, authority.find(':'));
}

// match_address: a subtree is an address and a mask in CIDR style (RFC 4632); 8 bytes for IPv4, 32 for IPv6.
Match match_address(Bytes name, Bytes subtree) {
  if (subtree.size() != 8 && subtree.size() != 32) return Match::unclear;
  const Bytes base = subtree.first(subtree.size() / 2), mask = subtree.subspan(subtree.size() / 2);
  bool ended = false;
  for (auto byte : mask) {
    const auto inverse = static_cast<std::uint8_t>(~byte);
    if ((ended && byte != 0) || (inverse & (inverse + 1)) != 0) return Match::unclear;
    ended = ended || byte != 0xff;
  }
  if (name.size() != base.size()) return Match::outside;
  for (std::size_t i = 0; i < name.size(); ++i)
    if ((name[i] ^ base[i]) & mask[i]) return Match::outside;
  return Match::within;
}

// match_directory: a subtree is all names that begin with its RDNs.
Match match_directory(const std::vector<ByteString>& name, const std::vector<ByteString>& subtree) {
  return within_if(name.size() >= subtree.size() && std::equal(subtree.begin(), subtree.end(), name.begin()));
}

// Subtree is one constraint, made ready for many comparisons.
struct Subtree {
  const GeneralName* base;
  std::vector<ByteString> rdns;
};

std::vector<Subtree> prepare(const std::vector<GeneralName>& bases) {
  std::vector<Subtree> out;
  for (const auto& base : bases)
    out.push_back({&base, base.kind == Kind::directory_name ? normal_rdns(base.value) : std::vector<ByteString>()});
  return out;
}

Match match(const Name& name, const Subtree& subtree) {
  const std::string_view text = as_text(name.value), base = as_text(subtree.base->value);
  switch (name.kind) {
    case Kind::dns_name:
      return match_dns(text, base);
    case Kind::rfc822_name:
      return match_email(text, base);
    case Kind::uri:
      return match_host(uri_host(text), base);
    case Kind::ip_address:
      return match_address(name.value, subtree.base->value);
    case Kind::directory_name:
      return match_directory(name.rdns, subtree.rdns);
    case Kind::other_name:
    case Kind::x400_address:
    case Kind::edi_party_name:
    case Kind::registered_id:
      break;
  }
  return Match::unclear;
}

// is_permitted: RFC 5280 §6.1.4 (g): within one of the subtrees of its kind, if there is any.
bool is_permitted(const Name& name, const std::vector<Subtree>& permitted) {
  bool constrained = false;
  for (const auto& subtree : permitted) {
    if (subtree.base->kind != name.kind) continue;
    constrained = true;
    if (match(name, subtree) == Match::within) return true;
  }
  return !constrained;
}

bool is_excluded(const Name& name, const std::vector<Subtree>& excluded) {
  return std::any_of(excluded.begin(), excluded.end(), [&](const Subtree& subtree) {
    return subtree.base->kind == name.kind && match(name, subtree) != Match::outside;
  });
}

std::string describe(const Name& name) {
  switch (name.kind) {
    case Kind::dns_name:
    case Kind::rfc822_name:
    case Kind::uri:
      return printable(as_text(name.value));
    case Kind::directory_name:
      return name_text(name.value);
    default:
      return to_hex(name.value);
  }
}

// mailbox_of_other_name gives the text of an SmtpUTF8Mailbox: OtherName ::= { type-id, [0] EXPLICIT UTF8String }.
std::optional<Bytes> mailbox_of_other_name(Bytes contents) {
  DerReader fields(contents);
  if (as_text(fields.oid()) != smtp_utf8_mailbox) return {};
  DerReader wrapper = fields.nested(der::constructed_context(0));
  return wrapper.element(der::utf8_string);
}

}  // namespace

CertifiedNames::CertifiedNames(const Certificate& certificate) {
  bool has_mailbox = false;
  for (const auto& alt : certificate.subject_alt_names()) {
    const bool directory = alt.kind == Kind::directory_name;
    names.push_back({alt.kind, alt.value, directory ? normal_rdns(alt.value) : std::vector<ByteString>()});
    has_mailbox = has_mailbox || alt.kind == Kind::rfc822_name;
    if (alt.kind != Kind::other_name) continue;
    if (const auto mailbox = mailbox_of_other_name(alt.value)) names.push_back({Kind::rfc822_name, *mailbox, {}});
  }
  // RFC 5280 §4.2.1.10: directoryName constraints apply to the subject, unless it is empty …
  if (!is_empty_name(certificate.subject()))
    names.push_back({Kind::directory_name, certificate.subject(), normal_rdns(certificate.subject())});
  // … and rfc822Name constraints to its emailAddress where there is no mailbox in subjectAltName.
  if (has_mailbox) return;
  for (const Bytes email : emails_of(certificate.subject())) names.push_back({Kind::rfc822_name, email, {}});
}

std::optional<std::string> violated_constraint(const NameConstraints& constraints, const CertifiedNames& names) {
  if (names.names.empty()) return {};
  const auto permitted = prepare(constraints.permitted), excluded = prepare(constraints.excluded);
  for (const auto& name : names.names) {
    if (!is_permitted(name, permitted)) return describe(name) + " is not permitted";
    if (is_excluded(name, excluded)) return describe(name) + " is excluded";
  }
  return {};
}

}  // namespace tlsock
