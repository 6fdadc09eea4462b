// TestCa: certificates written element by element.
#include "tests/support/test_ca.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <stdexcept>

#include "crypto/der.h"
#include "crypto/encoding.h"
#include "crypto/hash.h"
#include "x509/host_name.h"

namespace tlsock::test {
namespace {

using Kind = GeneralName::Kind;

ByteString bytes_of(const char* hex) { return *from_hex(hex); }
ByteString oid_element(Bytes oid) { return der_element(der::oid, {oid}); }
ByteString joined(const std::vector<ByteString>& parts) {
  ByteString out;
  for (const auto& part : parts) append(out, part);
  return out;
}
ByteString sequence(const std::vector<ByteString>& parts) { return der_element(der::sequence, {joined(parts)}); }

// time_of is UTCTime up to 2049 (RFC 5280 §4.1.2.5).
ByteString time_of(UnixTime time) {
  using namespace std::chrono;
  const sys_seconds point{seconds(time)};
  const auto day = floor<days>(point);
  const year_month_day date{day};
  const hh_mm_ss clock{point - day};
  char text[64];
  std::snprintf(text, sizeof text, "%04d%02u%02u%02d%02d%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  const bool short_year = static_cast<int>(date.year()) >= 1950 && static_cast<int>(date.year()) < 2050;
  return short_year ? der_element(der::utc_time, {as_bytes(text + 2)})
                    : der_element(der::generalized_time, {as_bytes(text)});
}

ByteString general_name_element(const GeneralName& name) {
  const auto number = static_cast<unsigned>(name.kind);
  const bool constructed = name.kind == Kind::other_name || name.kind == Kind::x400_address ||
                           name.kind == Kind::directory_name || name.kind == Kind::edi_party_name;
  return der_element(constructed ? der::constructed_context(number) : der::context(number), {name.value});
}

ByteString extension(const char* oid, bool critical, const ByteString& value) {
  const ByteString flag = critical ? der_element(der::boolean, {ByteString{0xff}}) : ByteString();
  return sequence({oid_element(bytes_of(oid)), flag, der_element(der::octet_string, {value})});
}

ByteString basic_constraints(const Request& request) {
  ByteString path_length;
  if (request.path_length) {
    std::uint8_t length[4];
    store_be(length, *request.path_length);
    path_length = der_unsigned(length);
  }
  return extension("551d13", true,
                   sequence({request.ca ? der_element(der::boolean, {ByteString{0xff}}) : ByteString(), path_length}));
}

ByteString key_usage(std::uint16_t usage) {
  ByteString bits{0, 0};
  unsigned last = 0;
  for (unsigned i = 0; i < 9; ++i) {
    if (!(usage & 1u << i)) continue;
    bits[i / 8] = static_cast<std::uint8_t>(bits[i / 8] | 0x80u >> i % 8);
    last = i;
  }
  bits.resize(last / 8 + 1);
  const ByteString unused{static_cast<std::uint8_t>(7 - last % 8)};
  return extension("551d0f", true, der_element(der::bit_string, {unused, bits}));
}

ByteString subject_alt_names(const Request& request, bool critical) {
  ByteString names;
  for (const auto& dns : request.dns) append(names, general_name_element(dns_name(dns)));
  for (const auto& ip : request.ip) append(names, general_name_element(ip_name(ip)));
  for (const auto& name : request.other_names) append(names, general_name_element(name));
  return names.empty() ? ByteString() : extension("551d11", critical, der_element(der::sequence, {names}));
}

ByteString subtrees(unsigned number, const std::vector<GeneralName>& names) {
  ByteString content;
  for (const auto& name : names) append(content, sequence({general_name_element(name)}));
  return names.empty() ? ByteString() : der_element(der::constructed_context(number), {content});
}

ByteString key_id_of(const ByteString& spki) {
  // RFC 7093 §2, method 4 or so: any hash will do.
  const Digest digest = Hash::of(HashAlgorithm::sha256, {spki});
  return copy(digest.bytes().first(20));
}

ByteString extensions_of(const Request& request, const ByteString& own_id, const ByteString& issuer_id,
                         bool empty_subject) {
  std::vector<ByteString> list;
  if (request.basic_constraints && (request.ca || request.path_length)) list.push_back(basic_constraints(request));
  const std::uint16_t usual = request.ca ? key_cert_sign | crl_sign : digital_signature;
  if (const auto usage = request.key_usage.value_or(usual)) list.push_back(key_usage(usage));
  if (!request.eku.empty()) {
    std::vector<ByteString> purposes;
    for (const auto& oid : request.eku) purposes.push_back(oid_element(oid));
    list.push_back(extension("551d25", false, sequence(purposes)));
  }
  list.push_back(subject_alt_names(request, empty_subject));
  if (!request.permitted.empty() || !request.excluded.empty())
    list.push_back(
        extension("551d1e", true, sequence({subtrees(0, request.permitted), subtrees(1, request.excluded)})));
  if (request.key_ids) {
    list.push_back(extension("551d0e", false, der_element(der::octet_string, {own_id})));
    list.push_back(extension("551d23", false, sequence({der_element(der::context(0), {issuer_id})})));
  }
  for (const auto& extra : request.extra)
    list.push_back(extension(to_hex(extra.oid).c_str(), extra.critical, extra.value));
  const ByteString content = joined(list);
  if (content.empty() || request.version < 3) return {};
  return der_element(der::constructed_context(3), {der_element(der::sequence, {content})});
}

ByteString hash_identifier(HashAlgorithm hash) {
  const char* oid = hash == HashAlgorithm::sha1     ? "2b0e03021a"
                    : hash == HashAlgorithm::sha384 ? "608648016503040202"
                    : hash == HashAlgorithm::sha512 ? "608648016503040203"
                                                    : "608648016503040201";
  return sequence({oid_element(bytes_of(oid)), der_element(der::null, {})});
}

ByteString pss_identifier(const SignatureAlgorithm& algorithm) {
  const ByteString hash = hash_identifier(algorithm.hash);
  const std::uint8_t salt[] = {static_cast<std::uint8_t>(algorithm.salt_size)};
  const ByteString mask = sequence({oid_element(bytes_of("2a864886f70d010108")), hash});
  return sequence(
      {oid_element(bytes_of("2a864886f70d01010a")),
       sequence({der_element(der::constructed_context(0), {hash}), der_element(der::constructed_context(1), {mask}),
                 der_element(der::constructed_context(2), {der_unsigned(salt)})})});
}

ByteString algorithm_identifier(const SignatureAlgorithm& algorithm) {
  using K = SignatureAlgorithm::Kind;
  const auto by_hash = [&](const char* sha1, const char* sha256, const char* sha384, const char* sha512) {
    switch (algorithm.hash) {
      case HashAlgorithm::sha1:
        return bytes_of(sha1);
      case HashAlgorithm::sha384:
        return bytes_of(sha384);
      case HashAlgorithm::sha512:
        return bytes_of(sha512);
      default:
        return bytes_of(sha256);
    }
  };
  switch (algorithm.kind) {
    case K::rsa_pkcs1:
      return sequence(
          {oid_element(by_hash("2a864886f70d010105", "2a864886f70d01010b", "2a864886f70d01010c", "2a864886f70d01010d")),
           der_element(der::null, {})});
    case K::rsa_pss:
      return pss_identifier(algorithm);
    case K::ecdsa:
      return sequence(
          {oid_element(by_hash("2a8648ce3d0401", "2a8648ce3d040302", "2a8648ce3d040303", "2a8648ce3d040304"))});
    case K::ed25519:
      return sequence({oid_element(bytes_of("2b6570"))});
    case K::ed448:
      return sequence({oid_element(bytes_of("2b6571"))});
    case K::mldsa44:
      return sequence({oid_element(bytes_of("608648016503040311"))});
    case K::mldsa65:
      return sequence({oid_element(bytes_of("608648016503040312"))});
    case K::mldsa87:
      return sequence({oid_element(bytes_of("608648016503040313"))});
    case K::dsa:
      break;
  }
  throw std::logic_error("an algorithm that TestCa does not sign with");
}

struct Issuer {
  ByteString name, key_id;
  KeySpec key;
};

Issued make(const Request& request, const ByteString& subject, const Issuer& issuer) {
  static std::atomic<std::uint32_t> serials{1000};
  const TestKey& own = test_key(request.key);
  const TestKey& signer = test_key(issuer.key);
  const SignatureAlgorithm algorithm = request.signed_with.value_or(usual_algorithm(signer.key->info()));
  const ByteString identifier = algorithm_identifier(algorithm);
  std::uint8_t serial[4];
  store_be(serial, ++serials);
  const std::uint8_t version[] = {static_cast<std::uint8_t>(request.version - 1)};
  const ByteString version_field =
      request.version == 1 ? ByteString() : der_element(der::constructed_context(0), {der_unsigned(version)});
  const ByteString tbs =
      sequence({version_field, der_unsigned(serial), identifier, issuer.name,
                sequence({time_of(request.not_before), time_of(request.not_after)}), subject, own.spki,
                extensions_of(request, key_id_of(own.spki), issuer.key_id, subject.size() == 2)});
  const auto signature = signer.key->sign(algorithm, tbs);
  if (!signature) throw std::logic_error(std::string("TestCa: ") + signature.error().detail);
  const ByteString no_unused_bits{0};
  return {sequence({tbs, identifier, der_element(der::bit_string, {no_unused_bits, *signature})}), own.private_key,
          own.key};
}

ByteString subject_of(const Request& request) {
  if (request.subject) return *request.subject;
  return request.common_name.empty() ? der_element(der::sequence, {}) : common_name(request.common_name);
}

GeneralName text_name(Kind kind, const std::string& text) { return {kind, copy(as_bytes(text))}; }

}  // namespace

Oid server_auth() { return bytes_of("2b06010505070301"); }
Oid client_auth() { return bytes_of("2b06010505070302"); }
Oid any_purpose() { return bytes_of("551d2500"); }

CertificatePtr Issued::parsed() const {
  auto result = Certificate::parse(certificate);
  if (!result) throw std::logic_error(std::string("TestCa: malformed ") + result.error().detail);
  return *std::move(result);
}

const TestCa& TestCa::root() {
  static const TestCa ca({.common_name = "Test Root", .key = {.number = 1000}});
  return ca;
}

TestCa::TestCa(Request request) : key_(request.key), subject_(subject_of(request)) {
  request.ca = true;
  key_id_ = key_id_of(test_key(key_).spki);
  issued_ = make(request, subject_, {subject_, key_id_, key_});
}

Issued TestCa::issue(const Request& request) const {
  return make(request, subject_of(request), {subject_, key_id_, key_});
}

TestCa TestCa::intermediate(Request request) const {
  request.ca = true;
  TestCa below;
  below.key_ = request.key;
  below.subject_ = subject_of(request);
  below.key_id_ = key_id_of(test_key(request.key).spki);
  below.issued_ = issue(request);
  return below;
}

ByteString name_of(const std::vector<std::pair<std::string, std::string>>& attributes) {
  std::vector<ByteString> rdns;
  for (const auto& [oid, value] : attributes) {
    const bool email = oid == "2a864886f70d010901";
    const ByteString text = der_element(email ? der::ia5_string : der::utf8_string, {as_bytes(value)});
    rdns.push_back(der_element(der::set, {sequence({oid_element(bytes_of(oid.c_str())), text})}));
  }
  return sequence(rdns);
}

ByteString common_name(const std::string& text) { return name_of({{"550403", text}}); }

GeneralName dns_name(const std::string& text) { return text_name(Kind::dns_name, text); }
GeneralName email_name(const std::string& text) { return text_name(Kind::rfc822_name, text); }
GeneralName uri_name(const std::string& text) { return text_name(Kind::uri, text); }
GeneralName directory_name(const ByteString& name) { return {Kind::directory_name, name}; }

GeneralName ip_name(const std::string& text) {
  const auto slash = text.find('/');
  auto address = parse_ip(text.substr(0, slash));
  if (!address) throw std::logic_error("no address: " + text);
  if (slash != std::string::npos) {
    const auto ones = std::stoul(text.substr(slash + 1));
    const std::size_t size = address->size();
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t set = std::min<std::size_t>(8, ones > 8 * i ? ones - 8 * i : 0);
      address->push_back(static_cast<std::uint8_t>(0xff00u >> set));
    }
  }
  return {Kind::ip_address, *address};
}

std::string pem(const std::string& label, Bytes der) {
  const std::string text = base64_encode(der);
  std::string out = "-----BEGIN " + label + "-----\n";
  for (std::size_t i = 0; i < text.size(); i += 64) out += text.substr(i, 64) + '\n';
  return out + "-----END " + label + "-----\n";
}

}  // namespace tlsock::test
