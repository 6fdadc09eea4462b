// TrustStore: trust anchors, found by their subject's name.
#pragma once

#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "x509/certificate.h"

namespace tlsock {

class TrustStore {
 public:
  TrustStore() = default;
  explicit TrustStore(std::vector<CertificatePtr> anchors);

  // system is the machine's own store, read once and again when it changes: SSL_CERT_FILE and SSL_CERT_DIR
  // (secure_getenv), else /etc/ssl/certs/ca-certificates.crt and the places of other distributions. BAD_FILE if there
  // is none. Certificates in it that cannot be parsed are skipped.
  static Result<std::shared_ptr<const TrustStore>> system();

  const std::vector<CertificatePtr>& anchors() const { return anchors_; }
  // with_subject gives the anchors whose subject has this normal form (Certificate::normal_issuer).
  std::vector<CertificatePtr> with_subject(Bytes normal_name) const;
  // contains tells whether exactly this certificate, byte for byte, is an anchor.
  bool contains(const Certificate& certificate) const;
  // digest is equal for equal anchors in the same order.
  const Digest& digest() const { return digest_; }

 private:
  std::vector<CertificatePtr> anchors_;
  Digest digest_{};
  std::unordered_multimap<std::string_view, std::size_t> by_subject_;  // the normal form, in the anchor
};

}  // namespace tlsock
