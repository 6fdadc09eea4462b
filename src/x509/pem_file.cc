// Files of certificates and keys: bounded reading, and the cache of what was parsed.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <mutex>

#include "x509/file_identity.h"
#include "x509/pem.h"

namespace tlsock {
namespace {

// A system's whole bundle of roots has a quarter of a megabyte.
constexpr std::size_t max_file = 16 * 1024 * 1024;
constexpr std::size_t max_cached = 256;
constexpr std::size_t first_read = 4096;

const char* errno_name(int code) {
  switch (code) {
    case EACCES:
      return "EACCES";
    case EFBIG:
      return "EFBIG";
    case EINTR:
      return "EINTR";
    case EINVAL:
      return "EINVAL";
    case EIO:
      return "EIO";
    case EISDIR:
      return "EISDIR";
    case ELOOP:
      return "ELOOP";
    case EMFILE:
      return "EMFILE";
    case ENAMETOOLONG:
      return "ENAMETOOLONG";
    case ENFILE:
      return "ENFILE";
    case ENODEV:
      return "ENODEV";
    case ENOENT:
      return "ENOENT";
    case ENOMEM:
      return "ENOMEM";
    case ENOTDIR:
      return "ENOTDIR";
    case ENXIO:
      return "ENXIO";
    case EPERM:
      return "EPERM";
    default:
      return nullptr;
  }
}

Error bad_file(const std::string& path, int code) {
  const char* known = errno_name(code);
  return Error(Reason::BAD_FILE, "file").with("file", path).with("errno", known ? known : std::to_string(code));
}

class File {
 public:
  explicit File(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }

  bool is_open() const { return fd_ >= 0; }
  std::optional<struct stat> status() const {
    struct stat status;
    if (::fstat(fd_, &status) != 0) return {};
    return status;
  }
  // read_some gives the number of bytes read, 0 at the end, -1 and errno after a failure.
  ssize_t read_some(MutBytes to) const {
    for (;;) {
      const ssize_t count = ::read(fd_, to.data(), to.size());
      if (count >= 0 || errno != EINTR) return count;
    }
  }

 private:
  int fd_;
};

Result<SecretBytes> read_all(const File& file, const struct stat& status, const std::string& path) {
  if (S_ISDIR(status.st_mode)) return bad_file(path, EISDIR);
  const auto told = static_cast<std::size_t>(std::max<off_t>(status.st_size, 0));
  if (told > max_file) return bad_file(path, EFBIG);
  // One byte more than the file has, so that its end shows at once.
  SecretBytes content(std::max(told + 1, first_read));
  for (std::size_t size = 0;;) {
    const ssize_t count = file.read_some(content.bytes().subspan(size));
    if (count < 0) return bad_file(path, errno);
    size += static_cast<std::size_t>(count);
    if (size > max_file) return bad_file(path, EFBIG);
    if (count == 0) {
      content.truncate(size);
      return content;
    }
    if (size < content.size()) continue;
    SecretBytes larger(2 * size);
    std::copy_n(content.bytes().begin(), size, larger.bytes().begin());
    content = std::move(larger);
  }
}

// Cache keeps what was made of files, by their paths. The oldest use goes first.
template <class Value>
class Cache {
 public:
  std::optional<Value> find(const std::string& path, const FileIdentity& identity) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(path);
    if (found == entries_.end() || !(found->second.identity == identity)) return {};
    found->second.used = ++clock_;
    return found->second.value;
  }

  void keep(const std::string& path, const FileIdentity& identity, Value value) {
    const std::lock_guard lock(mutex_);
    if (entries_.size() >= max_cached && !entries_.contains(path)) {
      const auto older = [](const auto& a, const auto& b) { return a.second.used < b.second.used; };
      entries_.erase(std::min_element(entries_.begin(), entries_.end(), older));
    }
    entries_.insert_or_assign(path, Entry{identity, std::move(value), ++clock_});
  }

  void clear() {
    const std::lock_guard lock(mutex_);
    entries_.clear();
  }

 private:
  struct Entry {
    FileIdentity identity;
    Value value;
    std::uint64_t used;
  };
  std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  std::uint64_t clock_ = 0;
};

// The caches live as long as the process: other static objects may still read files when they die.
Cache<std::vector<CertificatePtr>>& certificate_cache() {
  static auto& cache = *new Cache<std::vector<CertificatePtr>>;
  return cache;
}
Cache<std::shared_ptr<const PrivateKey>>& key_cache() {
  static auto& cache = *new Cache<std::shared_ptr<const PrivateKey>>;
  return cache;
}

// cached gives what `make` makes of a file's content, or made of it before. `may_keep` is asked after make.
template <class Value, class Make, class MayKeep>
Result<Value> cached(Cache<Value>& cache, const std::string& path, Make make, MayKeep may_keep) {
  const File file(path);
  if (!file.is_open()) return bad_file(path, errno);
  const auto before = file.status();
  if (!before) return bad_file(path, errno);
  if (auto known = cache.find(path, identity_of(*before))) return *std::move(known);
  const SecretBytes content = TRY(read_all(file, *before, path));
  Result<Value> made = make(content.bytes());
  if (!made) return std::move(made).error().with("file", path);
  // A file that was written meanwhile may have been read in halves.
  const auto after = file.status();
  if (after && S_ISREG(after->st_mode) && identity_of(*after) == identity_of(*before) && may_keep())
    cache.keep(path, identity_of(*before), *made);
  return made;
}

}  // namespace

FileIdentity identity_of(const struct stat& status) {
  const auto nanoseconds = [](const timespec& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
  };
  return {static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino),
          static_cast<std::int64_t>(status.st_size), nanoseconds(status.st_mtim), nanoseconds(status.st_ctim)};
}

Result<SecretBytes> read_file(const std::string& path) {
  const File file(path);
  if (!file.is_open()) return bad_file(path, errno);
  const auto status = file.status();
  if (!status) return bad_file(path, errno);
  return read_all(file, *status, path);
}

Result<std::vector<CertificatePtr>> certificates_from_file(const std::string& path) {
  return cached(certificate_cache(), path, certificates_from, [] { return true; });
}

Result<std::shared_ptr<const PrivateKey>> private_key_from_file(const std::string& path, Bytes password) {
  // Only a key that opens without a password is kept: each user of another one shows that he knows it.
  bool plain = false;
  const auto make = [&](Bytes content) {
    auto key = private_key_from(content, {});
    plain = key.has_value();
    return plain || password.empty() ? std::move(key) : private_key_from(content, password);
  };
  return cached(key_cache(), path, make, [&] { return plain; });
}

void clear_pem_cache() {
  certificate_cache().clear();
  key_cache().clear();
}

}  // namespace tlsock
