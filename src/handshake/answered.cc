// What does not depend on the message that holds the answers.
#include "handshake/answered.h"

namespace tlsock {

bool may_be_answered(const ClientHello& hello, Extension code) {
  switch (code) {
    case Extension::server_name:
      return hello.server_name.has_value();
    case Extension::max_fragment_length:
      return hello.max_fragment_length.has_value();
    case Extension::application_layer_protocol_negotiation:
      return hello.alpn.has_value();
    case Extension::record_size_limit:
      return hello.record_size_limit.has_value();
    default:
      return false;
  }
}

void limit_records(HandshakeContext& hs, const std::optional<std::uint16_t>& own_limit) {
  const Negotiated& negotiated = hs.negotiated();
  if (negotiated.record_size_limit) {
    const std::size_t most = largest_record(*negotiated.version), counted = most - max_plaintext;
    hs.channel().limit_fragment(std::min<std::size_t>(*negotiated.record_size_limit, most) - counted);
    hs.channel().limit_plaintext(std::min<std::size_t>(*own_limit, most) - counted);
  } else if (negotiated.max_fragment_length) {  // RFC 6066 §4: of the content
    hs.channel().limit_fragment(*negotiated.max_fragment_length);
    hs.channel().limit_plaintext(*negotiated.max_fragment_length);
  }
}

}  // namespace tlsock
