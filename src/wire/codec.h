// The codec: one description `wire(w, message)` per message, run by a Reader to decode and by a Writer to encode.
#pragma once

#include <algorithm>
#include <array>
#include <bitset>
#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace tlsock {

// Decoded and encoded integers: plain numbers and open enums, whose unknown values survive.
template <class T>
concept Number = std::unsigned_integral<T> || (std::is_enum_v<T> && std::unsigned_integral<std::underlying_type_t<T>>);

// Field<W, T> is T& to fill for a Reader, and const T& to copy for a Writer.
template <class W, class T>
using Field = std::conditional_t<W::reading, T&, const T&>;

// Reader takes fields off the front of its input. Its error is sticky: after the first failure the input is empty,
// every field reads as zero or empty and every list has ended, so that one look at finish() is enough.
class Reader {
 public:
  static constexpr bool reading = true;

  explicit Reader(Bytes input) : rest_(input) {}

  template <Number T>
  void number(T& value) {
    value = static_cast<T>(integer(sizeof(T)));
  }

  template <std::size_t N>
  void fixed(std::array<std::uint8_t, N>& value) {
    const Bytes bytes = take(N);
    if (bytes.size() == N) std::ranges::copy(bytes, value.begin());
  }

  // bytes takes all that is left of the block.
  void bytes(ByteString& value) {
    value.assign(rest_.begin(), rest_.end());
    rest_ = {};
  }
  void bytes(std::string& value) {
    value.assign(rest_.begin(), rest_.end());
    rest_ = {};
  }

  // block runs `body` on the bytes that a length field of `width` bytes announces; `body` must use them all.
  void block(std::size_t width, auto&& body) {
    const Bytes inner = take(integer(width));
    const Bytes outer = std::exchange(rest_, inner);
    body();
    if (!at_end()) fail(Reason::TRAILING_DATA);
    rest_ = error_ ? Bytes{} : outer;
  }

  void skip_block() { rest_ = {}; }
  bool at_end() const { return rest_.empty(); }
  bool failed() const { return error_.has_value(); }

  void require(bool condition, Reason reason = Reason::DECODE_ERROR) {
    if (!condition) fail(reason);
  }

  void fail(Reason reason, const char* detail = "") {
    if (!error_) error_.emplace(reason, detail);
    rest_ = {};
  }

  // parsing_extension renames a failure that was met inside an extension's body.
  void parsing_extension() {
    if (error_ && (error_->reason == Reason::DECODE_ERROR || error_->reason == Reason::TRAILING_DATA))
      error_->reason = Reason::ERROR_PARSING_EXTENSION;
  }

  // finish reports the first failure; bytes that are left over are one.
  Status finish(const char* what) {
    if (!at_end()) fail(Reason::TRAILING_DATA);
    if (!error_) return {};
    if (!*error_->detail) error_->detail = what;
    return *error_;
  }

 private:
  Bytes take(std::size_t size) {
    if (size > rest_.size()) fail(Reason::DECODE_ERROR);
    if (error_) return {};
    const Bytes taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }

  std::uint64_t integer(std::size_t width) { return load_be(take(width)); }

  Bytes rest_;
  std::optional<Error> error_;
};

// Writer appends fields to a byte string. Its error, a value too long for its length field, is sticky too.
class Writer {
 public:
  static constexpr bool reading = false;

  explicit Writer(ByteString& output) : out_(output) {
    // Most messages are shorter, and then memory is asked for once.
    constexpr std::size_t usual_size = 512;
    const auto size = out_.size();
    if (out_.capacity() - size < usual_size) out_.reserve(std::max(2 * size, size + usual_size));
  }

  template <Number T>
  void number(T value) {
    integer(static_cast<std::uint64_t>(value), sizeof(T));
  }

  void fixed(Bytes value) { append(out_, value); }
  void bytes(Bytes value) { append(out_, value); }
  void bytes(const std::string& value) { append(out_, as_bytes(value)); }

  void block(std::size_t width, auto&& body) {
    const auto start = out_.size();
    integer(0, width);
    body();
    const auto length = out_.size() - start - width;
    require(length >> (8 * width) == 0);
    store_be(MutBytes(out_).subspan(start, width), length);
  }

  // block_if_any leaves out a block that would be empty.
  void block_if_any(std::size_t width, auto&& body) {
    const auto start = out_.size();
    block(width, body);
    if (out_.size() == start + width) out_.resize(start);
  }

  void require(bool condition, Reason = Reason::ENCODE_ERROR) {
    if (!condition && !error_) error_.emplace(Reason::ENCODE_ERROR);
  }

  Status finish(const char* what) const {
    if (error_) return Error(error_->reason, what, error_->at);
    return {};
  }

 private:
  void integer(std::uint64_t value, std::size_t width) {
    const auto at = out_.size();
    out_.resize(at + width);
    store_be(MutBytes(out_).subspan(at), value);
  }

  ByteString& out_;
  std::optional<Error> error_;
};

// opaque<L> is `opaque value<min..max>` with a length field of L bytes. The value is a ByteString or a std::string.
template <std::size_t L, class W, class T>
void opaque(W& w, T& value, std::size_t min = 0, std::size_t max = (std::size_t{1} << 8 * L) - 1) {
  w.block(L, [&] { w.bytes(value); });
  w.require(min <= value.size() && value.size() <= max);
}

// list<L> is `T values<1..2^8L-1>`: at least one element unless `min` is 0.
template <std::size_t L, class W, class V>
void list(W& w, V& values, std::size_t min = 1) {
  const auto element = [&](auto& value) {
    if constexpr (Number<typename V::value_type>)
      w.number(value);
    else
      wire(w, value);
  };
  w.block(L, [&] {
    if constexpr (W::reading)
      while (!w.at_end()) element(values.emplace_back());
    else
      for (auto& value : values) element(value);
  });
  w.require(values.size() >= min);
}

// Repetitions finds the code that comes twice: while they are few by looking them through, then by a bit for each.
template <class Code>
class Repetitions {
 public:
  // is_new is for the next code; `seen` are all before it.
  bool is_new(const std::vector<Code>& seen, Code code) {
    if (seen.size() < few) return std::ranges::find(seen, code) == seen.end();
    if (!bits_) {
      bits_ = std::make_unique<Bits>();
      for (Code each : seen) bits_->set(static_cast<std::size_t>(each));
    }
    const auto at = static_cast<std::size_t>(code);
    const bool is_new = !bits_->test(at);
    bits_->set(at);
    return is_new;
  }

 private:
  using Bits = std::bitset<65536>;
  static constexpr std::size_t few = 32;
  std::unique_ptr<Bits> bits_;
};

// extensions describes an extension block. `slots` calls slot(code, optional field, body) once for each extension that
// the message knows. All codes that were read are left in `seen`, in their order; unknown ones are skipped.
// RFC 8446 §4.2: none may appear twice. A block that `may_lack` is left out where there are none.
template <class Code, bool may_lack = false, class W>
void extensions(W& w, Field<W, std::vector<Code>> seen, auto&& slots) {
  const auto block = [&](auto&& body) {
    if constexpr (!W::reading && may_lack) w.block_if_any(2, body);
    else w.block(2, body);
  };
  block([&] {
    if constexpr (W::reading) {
      Repetitions<Code> repetitions;
      while (!w.at_end()) {
        Code code{};
        w.number(code);
        w.require(repetitions.is_new(seen, code), Reason::DUPLICATE_EXTENSION);
        seen.push_back(code);
        bool known = false;
        w.block(2, [&] {
          slots([&](Code slot_code, auto& field, auto&& body) {
            if (slot_code != code) return;
            known = true;
            body(field.emplace());
          });
          if (!known) w.skip_block();
        });
        if (known) w.parsing_extension();
      }
    } else {
      slots([&](Code slot_code, auto& field, auto&& body) {
        if (!field) return;
        w.number(slot_code);
        w.block(2, [&] { body(*field); });
      });
    }
  });
}

// decode<T> reads exactly one T: bytes that follow it are an error.
template <class T>
Result<T> decode(Bytes input) {
  T message{};
  Reader reader(input);
  wire(reader, message);
  TRY(reader.finish(T::name));
  return message;
}

// decode with a form is for what looks different by version or cipher suite: wire(w, message, form).
template <class T, class Form>
Result<T> decode(Bytes input, const Form& form) {
  T message{};
  Reader reader(input);
  wire(reader, message, form);
  TRY(reader.finish(T::name));
  return message;
}

// encode appends a message to `output`. On failure what was appended is meaningless.
template <class T>
Status encode(const T& message, ByteString& output) {
  Writer writer(output);
  wire(writer, message);
  return writer.finish(T::name);
}

template <class T, class Form>
Status encode(const T& message, const Form& form, ByteString& output) {
  Writer writer(output);
  wire(writer, message, form);
  return writer.finish(T::name);
}

}  // namespace tlsock
