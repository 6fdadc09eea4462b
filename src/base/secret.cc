// Copies and moves of secrets: what is left behind is wiped.
#include "base/secret.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace tlsock {

Secret::Secret(std::size_t size) : size_(size) {
  if (size > capacity) throw std::length_error("Secret");
}

Secret::Secret(Bytes bytes) : Secret(bytes.size()) { std::ranges::copy(bytes, data_.begin()); }

void Secret::take(Secret& other) noexcept {
  data_ = other.data_;
  size_ = std::exchange(other.size_, 0);
  wipe(other.data_.data(), other.data_.size());
}

SecretBytes::SecretBytes(Bytes bytes) : SecretBytes(bytes.size()) { std::ranges::copy(bytes, data_.get()); }

void SecretBytes::take(SecretBytes& other) noexcept {
  wipe(data_.get(), capacity_);
  data_ = std::move(other.data_);
  size_ = std::exchange(other.size_, 0);
  capacity_ = std::exchange(other.capacity_, 0);
}

}  // namespace tlsock
