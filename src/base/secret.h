// Secret, SecretBytes: key material that is wiped when it dies, cannot be copied by accident, printed or compared by ==.
#pragma once

#include <array>
#include <memory>

#include "base/bytes.h"

namespace tlsock {

// Secret holds up to 64 bytes inline: one output of a TLS hash, a traffic key or an IV.
class Secret {
 public:
  static constexpr std::size_t capacity = 64;

  Secret() = default;
  // More than `capacity` bytes are a fault of ours: std::length_error.
  explicit Secret(std::size_t size);
  explicit Secret(Bytes bytes);
  Secret(Secret&& other) noexcept { take(other); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) take(other);
    return *this;
  }
  ~Secret() { wipe(data_.data(), data_.size()); }

  // clone is the one way to a second copy, so that it shows.
  Secret clone() const { return Secret(bytes()); }

  MutBytes bytes() { return MutBytes(data_).first(size_); }
  Bytes bytes() const { return Bytes(data_).first(size_); }
  operator Bytes() const { return bytes(); }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  void take(Secret& other) noexcept;

  std::array<std::uint8_t, capacity> data_{};
  std::size_t size_ = 0;
};

// SecretBytes holds any number of bytes on the heap: a shared secret, a password, a decrypted key.
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(std::size_t size) : data_(size ? new std::uint8_t[size]() : nullptr), size_(size), capacity_(size) {}
  explicit SecretBytes(Bytes bytes);
  SecretBytes(SecretBytes&& other) noexcept { take(other); }
  SecretBytes& operator=(SecretBytes&& other) noexcept {
    if (this != &other) take(other);
    return *this;
  }
  ~SecretBytes() { wipe(data_.get(), capacity_); }

  SecretBytes clone() const { return SecretBytes(bytes()); }

  // truncate keeps the first `size` bytes.
  void truncate(std::size_t size) { size_ = size < size_ ? size : size_; }

  MutBytes bytes() { return {data_.get(), size_}; }
  Bytes bytes() const { return {data_.get(), size_}; }
  operator Bytes() const { return bytes(); }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  void take(SecretBytes& other) noexcept;

  std::unique_ptr<std::uint8_t[]> data_;
  std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace tlsock
