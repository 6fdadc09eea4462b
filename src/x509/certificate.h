// Certificate: an X.509 certificate (RFC 5280 §4.1), decoded once and immutable. It is read exactly: DER with trailing
// bytes, duplicate extensions or fields out of range is refused. Judging it is path.h's work.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "crypto/signature.h"

namespace tlsock {

// Oid holds the content bytes of an OBJECT IDENTIFIER.
using Oid = ByteString;
std::string to_dotted(Bytes oid);

struct GeneralName {
  // The context tags of RFC 5280 §4.2.1.6.
  enum class Kind : std::uint8_t { other_name, rfc822_name, dns_name, x400_address, directory_name, edi_party_name, uri, ip_address, registered_id };
  Kind kind;
  ByteString value;  // text; 4 or 16 bytes of an address (8 or 32 in constraints); the DER of a Name or of the rest
};

// CertificateExtension is a view of the certificate that has it.
struct CertificateExtension {
  Bytes oid, value;
  bool critical = false;
  bool known = false;  // processed by Certificate, and enforced by path.h
};

struct BasicConstraints {
  bool ca = false;
  std::optional<unsigned> path_length;
};

struct NameConstraints {
  std::vector<GeneralName> permitted, excluded;
};

// Bits of KeyUsage, RFC 5280 §4.2.1.3.
enum KeyUsage : std::uint16_t {
  digital_signature = 1 << 0, content_commitment = 1 << 1, key_encipherment = 1 << 2, data_encipherment = 1 << 3,
  key_agreement = 1 << 4, key_cert_sign = 1 << 5, crl_sign = 1 << 6, encipher_only = 1 << 7, decipher_only = 1 << 8,
};

class Certificate;
using CertificatePtr = std::shared_ptr<const Certificate>;

class Certificate {
 public:
  // parse decodes DER: BAD_CERTIFICATE, with the field that is wrong as detail. A key of an unknown algorithm is no
  // error here; public_key() then is null.
  static Result<CertificatePtr> parse(Bytes der);

  Bytes der() const { return der_; }
  Bytes tbs() const { return tbs_; }              // what the issuer signed
  Bytes serial() const { return serial_; }        // content of the INTEGER
  Bytes issuer() const { return issuer_; }        // DER of the Name
  Bytes subject() const { return subject_; }
  // Two names are the same if their normal forms are equal (normal_name).
  Bytes normal_issuer() const { return normal_issuer_; }
  Bytes normal_subject() const { return normal_subject_; }
  UnixTime not_before() const { return not_before_; }
  UnixTime not_after() const { return not_after_; }
  Bytes spki() const { return spki_; }
  const std::shared_ptr<const PublicKey>& public_key() const { return public_key_; }
  // signature_algorithm is empty for one that is unknown or that we refuse to know (MD2, MD5 …): see path.h.
  const std::optional<SignatureAlgorithm>& signature_algorithm() const { return signature_algorithm_; }
  Bytes signature() const { return signature_; }
  int version() const { return version_; }        // 1 to 3

  const std::vector<CertificateExtension>& extensions() const { return extensions_; }
  const std::optional<BasicConstraints>& basic_constraints() const { return basic_constraints_; }
  const std::optional<std::uint16_t>& key_usage() const { return key_usage_; }
  const std::optional<std::vector<Oid>>& extended_key_usage() const { return extended_key_usage_; }
  const std::vector<GeneralName>& subject_alt_names() const { return subject_alt_names_; }
  const std::optional<NameConstraints>& name_constraints() const { return name_constraints_; }
  Bytes subject_key_id() const { return subject_key_id_; }
  Bytes authority_key_id() const { return authority_key_id_; }

  // is_self_issued compares the names only (RFC 5280 §3.2).
  bool is_self_issued() const { return normal_issuer_ == normal_subject_; }
  // subject_text is the subject in the form of RFC 4514, for messages.
  std::string subject_text() const;

 private:
  friend class CertificateParser;
  Certificate() = default;

  ByteString der_;
  Bytes tbs_, serial_, issuer_, subject_, spki_, signature_, subject_key_id_, authority_key_id_;  // views of der_
  ByteString normal_issuer_, normal_subject_;
  UnixTime not_before_ = 0, not_after_ = 0;
  std::shared_ptr<const PublicKey> public_key_;
  std::optional<SignatureAlgorithm> signature_algorithm_;
  int version_ = 1;
  std::vector<CertificateExtension> extensions_;
  std::optional<BasicConstraints> basic_constraints_;
  std::optional<std::uint16_t> key_usage_;
  std::optional<std::vector<Oid>> extended_key_usage_;
  std::vector<GeneralName> subject_alt_names_;
  std::optional<NameConstraints> name_constraints_;
};

// same_name compares two DER Names as RFC 5280 §7.1 asks: attribute by attribute, PrintableString and UTF8String without
// regard to ASCII case and runs of blanks.
bool same_name(Bytes a, Bytes b);
// name_text writes a DER Name in the form of RFC 4514.
std::string name_text(Bytes name);

}  // namespace tlsock
