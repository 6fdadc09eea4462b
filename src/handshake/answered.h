// The extensions by which a server answers a ClientHello in every version: in EncryptedExtensions, and before TLS 1.3 in
// the ServerHello.
#pragma once

#include <algorithm>

#include "handshake/context.h"
#include "handshake/negotiate.h"

namespace tlsock {

// may_be_answered tells whether an extension is one of these, and our hello had it.
bool may_be_answered(const ClientHello& hello, Extension code);

// check_answered checks what the server says, which our hello has asked for.
template <class Message>
Status check_answered(const ClientHello& hello, const Message& answer) {
  if (answer.alpn) {
    // RFC 7301 §3.1: exactly one name, and one that was offered.
    if (answer.alpn->size() != 1) return Error(Reason::ERROR_PARSING_EXTENSION, "application_layer_protocol_negotiation");
    if (!has(*hello.alpn, answer.alpn->front())) return Error(Reason::INVALID_ALPN_PROTOCOL);
  }
  // RFC 6066 §4: the same value. RFC 8449 §5: never both.
  if (answer.max_fragment_length && answer.max_fragment_length != hello.max_fragment_length)
    return Error(Reason::BAD_MAX_FRAGMENT_LENGTH);
  if (answer.record_size_limit && (*answer.record_size_limit < 64 || answer.max_fragment_length))
    return Error(Reason::BAD_RECORD_SIZE_LIMIT);
  return {};
}

// note_answered keeps what a client goes on with.
template <class Message>
void note_answered(Negotiated& negotiated, const Message& answer) {
  if (answer.alpn) negotiated.alpn = answer.alpn->front().name;
  negotiated.record_size_limit = answer.record_size_limit;
  if (answer.max_fragment_length) negotiated.max_fragment_length = fragment_length_of(*answer.max_fragment_length);
}

// largest_record is the largest record_size_limit: RFC 8449 §4, TLS 1.3 counts the content type.
inline std::size_t largest_record(Version version) { return max_plaintext + (version == Version::tls13 ? 1 : 0); }

// answer_extensions puts a server's answers into its message.
template <class Message>
void answer_extensions(HandshakeContext& hs, const std::string& alpn, Message& message) {
  const ClientHello& hello = hs.client_hello();
  Negotiated& negotiated = hs.negotiated();
  if (!negotiated.server_name.empty()) message.server_name.emplace();
  if (!alpn.empty()) message.alpn = {{alpn}};
  // RFC 8449 §5: record_size_limit goes before max_fragment_length.
  if (hello.record_size_limit) {
    const std::size_t most = largest_record(*negotiated.version);
    message.record_size_limit =
        static_cast<std::uint16_t>(std::min<std::size_t>(hs.config().record_size_limit.value_or(most), most));
    negotiated.record_size_limit = *hello.record_size_limit;
  } else if (hello.max_fragment_length) {
    message.max_fragment_length = hello.max_fragment_length;
    negotiated.max_fragment_length = fragment_length_of(*hello.max_fragment_length);
  }
}

// limit_records makes the channel keep to what was negotiated, from the next protected record on. `own_limit` is the
// record_size_limit that we have sent.
void limit_records(HandshakeContext& hs, const std::optional<std::uint16_t>& own_limit);

}  // namespace tlsock
