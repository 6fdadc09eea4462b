// Certificate: the fields of RFC 5280 §4.1 and what its extensions say.
#include "x509/certificate.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "crypto/der.h"
#include "x509/algorithm_identifier.h"
#include "x509/certificate_extensions.h"
#include "x509/name.h"

namespace tlsock {
namespace {

using namespace std::string_view_literals;

Error bad(const char* field) { return Error(Reason::BAD_CERTIFICATE, field); }

// days_from_civil counts days since 1970-01-01 of the proleptic Gregorian calendar (eras of 400 years from 1 March).
std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day) {
  year -= month <= 2;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto year_of_era = static_cast<unsigned>(year - era * 400);
  const unsigned day_of_year = (153 * (month + (month > 2 ? -3u : 9u)) + 2) / 5 + day - 1;
  const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + static_cast<std::int64_t>(day_of_era) - 719468;
}

unsigned days_in(unsigned year, unsigned month) {
  constexpr std::array<unsigned, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

// time_from reads YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ. RFC 5280 §4.1.2.5: seconds are there, fractions and offsets are
// not.
std::optional<UnixTime> time_from(Bytes text, std::size_t year_digits) {
  if (text.size() != year_digits + 11 || text.back() != 'Z') return {};
  if (!std::all_of(text.begin(), text.end() - 1, [](std::uint8_t c) { return c >= '0' && c <= '9'; })) return {};
  const auto number = [&](std::size_t at, std::size_t digits) {
    unsigned value = 0;
    for (auto c : text.subspan(at, digits)) value = value * 10 + (c - '0');
    return value;
  };
  unsigned year = number(0, year_digits);
  // RFC 5280 §4.1.2.5.1: two digits from 50 on are of the twentieth century.
  if (year_digits == 2) year += year >= 50 ? 1900 : 2000;
  const std::size_t at = year_digits;
  const unsigned month = number(at, 2), day = number(at + 2, 2), hour = number(at + 4, 2), minute = number(at + 6, 2),
                 second = number(at + 8, 2);
  if (month < 1 || month > 12 || day < 1 || day > days_in(year, month) || hour > 23 || minute > 59 || second > 59)
    return {};
  return days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
}

std::optional<UnixTime> read_time(DerReader& from) {
  const std::uint8_t tag = from.peek_tag();
  if (tag != der::utc_time && tag != der::generalized_time) return {};
  return time_from(from.element(tag), tag == der::utc_time ? 2 : 4);
}

// keep_normal takes the normal form of a Name; false if it is malformed.
bool keep_normal(ByteString& to, Bytes name) {
  const auto rdns = decode_name(name);
  if (rdns) to = normal_name(*rdns);
  return rdns.has_value();
}

}  // namespace

// CertificateParser fills one Certificate; the order of its steps is that of the fields.
class CertificateParser {
 public:
  static Result<CertificatePtr> parse(Bytes der);

 private:
  explicit CertificateParser(Certificate& to) : to_(to) {}

  Status envelope();
  Status body();
  Status names_and_key(DerReader& tbs);
  Status rest(DerReader& tbs);
  Status extensions(DerReader list);
  Status extension(DerReader fields);

  // A decoder takes the value of an extension into the certificate; false if it is malformed.
  bool basic_constraints(Bytes value) { return keep(to_.basic_constraints_, basic_constraints_from(value)); }
  bool key_usage(Bytes value) { return keep(to_.key_usage_, key_usage_from(value)); }
  bool extended_key_usage(Bytes value) { return keep(to_.extended_key_usage_, extended_key_usage_from(value)); }
  bool name_constraints(Bytes value) { return keep(to_.name_constraints_, name_constraints_from(value)); }
  bool subject_alt_names(Bytes value) { return keep(to_.subject_alt_names_, general_names_from(value)); }
  bool subject_key_id(Bytes value) { return keep(to_.subject_key_id_, subject_key_id_from(value)); }
  bool authority_key_id(Bytes value) { return keep(to_.authority_key_id_, authority_key_id_from(value)); }
  bool access(Bytes value) { return well_formed_access(value); }
  bool policies(Bytes value) { return well_formed_policies(value); }
  bool ignored(Bytes) { return true; }

  template <class T, class U>
  static bool keep(T& to, std::optional<U> value) {
    if (value) to = std::move(*value);
    return value.has_value();
  }

  struct Known {
    std::string_view oid;
    const char* name;
    // RFC 5280 makes some extensions non-critical by a MUST. One that is critical all the same asks for a processing of
    // which we know nothing.
    bool may_be_critical;
    bool (CertificateParser::*decode)(Bytes);
  };
  static const std::array<Known, 14> known;

  Certificate& to_;
  Bytes algorithm_;
};

// Not here on purpose, since we do not enforce them: policyMappings, policyConstraints, inhibitAnyPolicy. Certificate
// policies alone ask for nothing while the user's set is any-policy and no explicit policy is required (RFC 5280 §6.1).
const std::array<CertificateParser::Known, 14> CertificateParser::known{{
    {"\x55\x1d\x13"sv, "basicConstraints", true, &CertificateParser::basic_constraints},
    {"\x55\x1d\x0f"sv, "keyUsage", true, &CertificateParser::key_usage},
    {"\x55\x1d\x25"sv, "extKeyUsage", true, &CertificateParser::extended_key_usage},
    {"\x55\x1d\x11"sv, "subjectAltName", true, &CertificateParser::subject_alt_names},
    {"\x55\x1d\x1e"sv, "nameConstraints", true, &CertificateParser::name_constraints},
    {"\x55\x1d\x20"sv, "certificatePolicies", true, &CertificateParser::policies},
    {"\x55\x1d\x0e"sv, "subjectKeyIdentifier", false, &CertificateParser::subject_key_id},
    {"\x55\x1d\x23"sv, "authorityKeyIdentifier", false, &CertificateParser::authority_key_id},
    {"\x2b\x06\x01\x05\x05\x07\x01\x01"sv, "authorityInfoAccess", false, &CertificateParser::access},
    {"\x2b\x06\x01\x05\x05\x07\x01\x0b"sv, "subjectInfoAccess", false, &CertificateParser::access},
    {"\x55\x1d\x12"sv, "issuerAltName", false, &CertificateParser::ignored},
    {"\x55\x1d\x09"sv, "subjectDirectoryAttributes", false, &CertificateParser::ignored},
    {"\x55\x1d\x1f"sv, "cRLDistributionPoints", false, &CertificateParser::ignored},
    {"\x55\x1d\x2e"sv, "freshestCRL", false, &CertificateParser::ignored},
}};

Result<CertificatePtr> CertificateParser::parse(Bytes der) {
  const std::shared_ptr<Certificate> certificate(new Certificate);
  certificate->der_ = copy(der);
  CertificateParser parser(*certificate);
  TRY(parser.envelope());
  TRY(parser.body());
  return CertificatePtr(certificate);
}

// envelope reads Certificate (RFC 5280 §4.1).
Status CertificateParser::envelope() {
  DerReader outer(to_.der_);
  DerReader fields = outer.nested(der::sequence);
  to_.tbs_ = fields.raw_element();
  algorithm_ = fields.raw_element();
  to_.signature_ = fields.bit_string();
  if (!fields.finish() || !outer.finish()) return bad("Certificate");
  to_.signature_algorithm_ = signature_algorithm_from(algorithm_);
  return {};
}

// body reads TBSCertificate.
Status CertificateParser::body() {
  DerReader outer(to_.tbs_);
  DerReader tbs = outer.nested(der::sequence), version;
  if (tbs.optional(der::constructed_context(0), version)) {
    const auto number = version.small_unsigned();
    if (!version.finish() || !number || *number > 2) return bad("version");
    to_.version_ = static_cast<int>(*number) + 1;
  }
  // Zero, negative and very long serial numbers break RFC 5280 §4.1.2.2, which tells users to live with them.
  to_.serial_ = tbs.integer();
  if (tbs.failed()) return bad("serialNumber");
  // RFC 5280 §4.1.1.2: both fields MUST contain the same algorithm identifier.
  if (!equal(tbs.raw_element(), algorithm_)) return bad("signature");
  TRY(names_and_key(tbs));
  TRY(rest(tbs));
  if (!tbs.finish() || !outer.finish()) return bad("tbsCertificate");
  return {};
}

Status CertificateParser::names_and_key(DerReader& tbs) {
  to_.issuer_ = tbs.raw_element();
  if (!keep_normal(to_.normal_issuer_, to_.issuer_)) return bad("issuer");
  DerReader validity = tbs.nested(der::sequence);
  const auto not_before = read_time(validity), not_after = read_time(validity);
  if (!not_before || !not_after || !validity.finish()) return bad("validity");
  to_.not_before_ = *not_before;
  to_.not_after_ = *not_after;
  to_.subject_ = tbs.raw_element();
  if (!keep_normal(to_.normal_subject_, to_.subject_)) return bad("subject");
  to_.spki_ = tbs.raw_element();
  if (tbs.failed()) return bad("subjectPublicKeyInfo");
  auto key = PublicKey::from_spki(to_.spki_);
  if (key)
    to_.public_key_ = *std::move(key);
  else if (key.error().reason != Reason::UNKNOWN_CERTIFICATE_TYPE)
    return bad("subjectPublicKeyInfo");
  return {};
}

// rest reads the optional fields, each of which needs a version (RFC 5280 §4.1.2.8, §4.1.2.9).
Status CertificateParser::rest(DerReader& tbs) {
  for (const auto tag : {der::context(1), der::context(2)}) {
    if (tbs.peek_tag() != tag) continue;
    unsigned unused = 0;
    tbs.bit_string(tag, &unused);
    if (to_.version_ < 2) return bad("uniqueIdentifier");
  }
  DerReader wrapper;
  if (!tbs.optional(der::constructed_context(3), wrapper)) return {};
  DerReader list = wrapper.nested(der::sequence);
  if (!wrapper.finish() || list.at_end() || to_.version_ != 3) return bad("extensions");
  return extensions(list);
}

Status CertificateParser::extensions(DerReader list) {
  constexpr std::size_t usual_count = 8;
  to_.extensions_.reserve(usual_count);
  while (!list.at_end()) TRY(extension(list.nested(der::sequence)));
  if (!list.finish()) return bad("extensions");
  to_.extensions_.shrink_to_fit();
  std::vector<std::string_view> oids;
  oids.reserve(to_.extensions_.size());
  for (const auto& extension : to_.extensions_) oids.push_back(as_text(extension.oid));
  std::sort(oids.begin(), oids.end());
  // RFC 5280 §4.2: a certificate MUST NOT include more than one instance of an extension.
  if (std::adjacent_find(oids.begin(), oids.end()) != oids.end()) return bad("extensions");
  return {};
}

Status CertificateParser::extension(DerReader fields) {
  CertificateExtension out;
  out.oid = fields.oid();
  // DER leaves out FALSE, but many a CA does not.
  if (fields.peek_tag() == der::boolean) out.critical = fields.boolean();
  out.value = fields.element(der::octet_string);
  if (!fields.finish()) return bad("extensions");
  for (const auto& row : known) {
    if (row.oid != as_text(out.oid)) continue;
    if (!(this->*row.decode)(out.value)) return bad(row.name);
    out.known = row.may_be_critical || !out.critical;
  }
  to_.extensions_.push_back(out);
  return {};
}

Result<CertificatePtr> Certificate::parse(Bytes der) { return CertificateParser::parse(der); }

std::string Certificate::subject_text() const { return name_text(subject_); }

std::string to_dotted(Bytes oid) { return oid_text(oid); }

}  // namespace tlsock
