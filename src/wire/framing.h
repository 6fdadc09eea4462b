// Framing: the header of records and of handshake messages.
#pragma once

#include "wire/codec.h"
#include "wire/registry.h"

namespace tlsock {

// RFC 8446 §5.1, §5.2.
inline constexpr std::size_t record_header_size = 5;
inline constexpr std::size_t max_plaintext = 1 << 14;
inline constexpr std::size_t max_ciphertext = max_plaintext + 256;
// RFC 5246 §6.2.3.
inline constexpr std::size_t max_ciphertext_12 = max_plaintext + 2048;

// RFC 8446 §4.
inline constexpr std::size_t handshake_header_size = 4;

// HandshakeMessage is a view into the channel, good until the channel is used again.
struct HandshakeMessage {
  HandshakeType type;
  Bytes body;
  Bytes raw;  // header and body
};

struct RecordHeader {
  ContentType type;
  std::uint16_t version;
  std::size_t length;
};

inline RecordHeader parse_record_header(Bytes header) {
  return {ContentType{header[0]}, static_cast<std::uint16_t>(load_be(header.subspan(1, 2))),
          static_cast<std::size_t>(load_be(header.subspan(3, 2)))};
}

inline void write_record_header(MutBytes to, ContentType type, std::size_t length, std::uint16_t version = 0x0303) {
  to[0] = static_cast<std::uint8_t>(type);
  store_be(to.subspan(1, 2), version);
  store_be(to.subspan(3, 2), length);
}

// append_message writes a whole handshake message, header and all.
template <class T>
Status append_message(const T& message, ByteString& output) {
  Writer writer(output);
  writer.number(T::type);
  writer.block(3, [&] { wire(writer, message); });
  return writer.finish(T::name);
}

}  // namespace tlsock
