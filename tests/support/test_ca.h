// TestCa: a certification authority that issues whatever a test asks for, sound or not.
//
//   const Issued server = TestCa::root().issue({.common_name = "server", .dns = {"localhost"}});
//   TestCa below = TestCa::root().intermediate({.common_name = "below", .path_length = 0});
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "tests/support/test_keys.h"
#include "x509/certificate.h"

namespace tlsock::test {

// Purposes for Request::eku.
Oid server_auth();
Oid client_auth();
Oid any_purpose();

inline constexpr UnixTime test_not_before = 1'704'067'200;  // 2024-01-01
inline constexpr UnixTime test_not_after = 2'650'838'400;   // 2054-01-01
inline constexpr UnixTime test_now = 1'800'000'000;         // 2027, as FakeClock has it

struct RawExtension {
  Oid oid;
  bool critical = false;
  ByteString value;
};

struct Request {
  std::string common_name{};
  std::vector<std::string> dns{};
  std::vector<std::string> ip{};
  std::vector<GeneralName> other_names{};  // more for subjectAltName
  KeySpec key{};
  UnixTime not_before = test_not_before, not_after = test_not_after;
  bool ca = false;                // TestCa's constructors set it
  bool basic_constraints = true;  // false: a CA without that extension
  std::optional<unsigned> path_length{};
  std::optional<std::uint16_t> key_usage{};  // 0: none; default: what a leaf or a CA needs
  std::vector<Oid> eku{};
  std::vector<GeneralName> permitted{}, excluded{};
  std::vector<RawExtension> extra{};
  bool key_ids = true;                  // subject and authority key identifiers
  int version = 3;                      // 1: no extensions
  std::optional<ByteString> subject{};  // DER of a Name, in place of common_name
  std::optional<SignatureAlgorithm> signed_with{};
};

struct Issued {
  ByteString certificate;
  ByteString private_key;  // PKCS#8
  std::shared_ptr<const PrivateKey> key;

  // parsed is the certificate; it throws if it is malformed.
  CertificatePtr parsed() const;
};

class TestCa {
 public:
  // root is one CA for the process, with an ECDSA key.
  static const TestCa& root();
  // A self-signed CA.
  explicit TestCa(Request request);

  Issued issue(const Request& request) const;
  // intermediate is a CA below this one. With the request of an existing CA it makes a cross-certificate.
  TestCa intermediate(Request request) const;

  const ByteString& certificate() const { return issued_.certificate; }
  CertificatePtr parsed() const { return issued_.parsed(); }
  const Issued& issued() const { return issued_; }

 private:
  TestCa() = default;

  Issued issued_;
  KeySpec key_;
  ByteString subject_, key_id_;
};

// name_of is a Name with one RDN for each (OID in hexadecimal, value): UTF8String, or IA5String for emailAddress.
ByteString name_of(const std::vector<std::pair<std::string, std::string>>& attributes);
ByteString common_name(const std::string& text);

// general_name makes names for Request: text, an address ("10.0.0.0/8" in constraints), or DER.
GeneralName dns_name(const std::string& text);
GeneralName email_name(const std::string& text);
GeneralName uri_name(const std::string& text);
GeneralName ip_name(const std::string& text);
GeneralName directory_name(const ByteString& name);

// pem wraps DER: 64 columns, LF.
std::string pem(const std::string& label, Bytes der);

}  // namespace tlsock::test
