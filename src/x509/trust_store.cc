// TrustStore: the index of anchors, and where machines keep theirs.
#include "x509/trust_store.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "x509/file_identity.h"
#include "x509/pem.h"

namespace tlsock {
namespace {

// Where the bundle is: Debian, Fedora and RHEL (new and old place), SUSE, Alpine, FreeBSD, OpenBSD, NetBSD.
constexpr std::array bundles{
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/usr/local/share/certs/ca-root-nss.crt",
    "/usr/local/etc/ssl/cert.pem",
    "/etc/openssl/certs/ca-certificates.crt",
};
// Folders with one file for each certificate.
constexpr std::array folders{"/etc/ssl/certs", "/etc/pki/tls/certs", "/etc/openssl/certs",
                             "/system/etc/security/cacerts"};

std::optional<FileIdentity> identity_at(const std::string& path) {
  struct stat status;
  if (::stat(path.c_str(), &status) != 0) return {};
  return identity_of(status);
}

// Source is the files and folders of one system store, and what identified them when they were read.
struct Source {
  std::vector<std::string> files, directories;
  std::vector<std::optional<FileIdentity>> identities() const {
    std::vector<std::optional<FileIdentity>> out;
    for (const auto& path : files) out.push_back(identity_at(path));
    for (const auto& path : directories) out.push_back(identity_at(path));
    return out;
  }
  bool operator==(const Source&) const = default;
};

std::vector<std::string> split_path(std::string_view list) {
  std::vector<std::string> out;
  while (!list.empty()) {
    const auto colon = list.find(':');
    if (colon != 0) out.emplace_back(list.substr(0, colon));
    list.remove_prefix(colon == std::string_view::npos ? list.size() : colon + 1);
  }
  return out;
}

template <class Candidates>
std::vector<std::string> first_existing(const Candidates& candidates) {
  for (const char* path : candidates)
    if (identity_at(path)) return {path};
  return {};
}

Source find_source() {
  Source source;
  const char* file = ::secure_getenv("SSL_CERT_FILE");
  const char* directory = ::secure_getenv("SSL_CERT_DIR");
  if (file && *file) source.files.emplace_back(file);
  if (directory && *directory) source.directories = split_path(directory);
  // Who sets one of the two means those certificates, and no others.
  if (!source.files.empty() || !source.directories.empty()) return source;
  source.files = first_existing(bundles);
  if (source.files.empty()) source.directories = first_existing(folders);
  return source;
}

// Reading collects anchors, each once, from whatever can be read and parsed.
class Reading {
 public:
  Status file(const std::string& path) {
    const SecretBytes content = TRY(read_file(path));
    constexpr std::string_view begin_mark = "-----BEGIN ";
    const std::string_view text = as_text(content.bytes());
    auto at = text.find(begin_mark);
    if (at == std::string_view::npos) add(content);
    // Block by block, so that a spoilt one costs none of the others.
    while (at != std::string_view::npos) {
      const auto next = text.find(begin_mark, at + begin_mark.size());
      pem(text.substr(at, next == std::string_view::npos ? next : next - at));
      at = next;
    }
    return {};
  }

  // directory reads all files of a folder; links by hash name files that are there already.
  Status directory(const std::string& path) {
    const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(path.c_str()), ::closedir);
    if (!folder) return Error(Reason::BAD_FILE, "directory").with("file", path);
    while (const dirent* entry = ::readdir(folder.get())) {
      if (entry->d_name[0] == '.') continue;
      const std::string name = path + '/' + entry->d_name;
      struct stat status;
      // Not S_ISREG: reading a FIFO that someone left there would never end.
      if (::stat(name.c_str(), &status) == 0 && S_ISREG(status.st_mode)) (void)file(name).has_value();
    }
    return {};
  }

  std::vector<CertificatePtr> take() { return std::move(anchors_); }

 private:
  void pem(std::string_view text) {
    const auto blocks = parse_pem(text);
    if (!blocks) return;
    for (const auto& block : *blocks)
      if (block.label == "CERTIFICATE" || block.label == "X509 CERTIFICATE") add(block.data);
  }

  void add(Bytes der) {
    if (!seen_.insert(copy(der)).second) return;
    if (auto certificate = Certificate::parse(der)) anchors_.push_back(*std::move(certificate));
  }

  std::vector<CertificatePtr> anchors_;
  std::set<ByteString> seen_;
};

Result<std::shared_ptr<const TrustStore>> read_source(const Source& source) {
  Reading reading;
  std::optional<Error> error;
  const auto note = [&](Status status) {
    if (!status && !error) error = std::move(status).error();
  };
  for (const auto& path : source.files) note(reading.file(path));
  for (const auto& path : source.directories) note(reading.directory(path));
  auto anchors = reading.take();
  if (anchors.empty() && error) return *std::move(error);
  if (anchors.empty()) return Error(Reason::BAD_FILE, "the system's trust anchors");
  return std::shared_ptr<const TrustStore>(std::make_shared<TrustStore>(std::move(anchors)));
}

}  // namespace

TrustStore::TrustStore(std::vector<CertificatePtr> anchors) : anchors_(std::move(anchors)) {
  by_subject_.reserve(anchors_.size());
  Hash hash(HashAlgorithm::sha256);
  for (std::size_t i = 0; i < anchors_.size(); ++i) {
    by_subject_.emplace(as_text(anchors_[i]->normal_subject()), i);
    hash.update(anchors_[i]->der());  // DER tells where it ends
  }
  digest_ = hash.digest();
}

Result<std::shared_ptr<const TrustStore>> TrustStore::system() {
  static std::mutex mutex;
  static auto& known_source = *new Source;
  static auto& known_identities = *new std::vector<std::optional<FileIdentity>>;
  static auto& known_store = *new std::shared_ptr<const TrustStore>;
  const std::lock_guard lock(mutex);
  const Source source = find_source();
  const auto identities = source.identities();
  if (known_store && source == known_source && identities == known_identities) return known_store;
  known_store = TRY(read_source(source));
  known_source = source;
  known_identities = identities;
  return known_store;
}

std::vector<CertificatePtr> TrustStore::with_subject(Bytes normal_name) const {
  std::vector<CertificatePtr> out;
  const auto [first, last] = by_subject_.equal_range(as_text(normal_name));
  for (auto i = first; i != last; ++i) out.push_back(anchors_[i->second]);
  return out;
}

bool TrustStore::contains(const Certificate& certificate) const {
  const auto [first, last] = by_subject_.equal_range(as_text(certificate.normal_subject()));
  return std::any_of(first, last,
                     [&](const auto& row) { return equal(anchors_[row.second]->der(), certificate.der()); });
}

}  // namespace tlsock
