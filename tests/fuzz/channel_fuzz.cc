// The channel, fed with records in pieces of any size: as they come, or sealed by a peer that has the keys.
#include "channel/tls_channel.h"
#include "handshake/key_schedule.h"
#include "input.h"

using namespace tlsock;

namespace {

const SuiteInfo& suite() { return *find_suite(CipherSuite::aes_128_gcm_sha256); }
const ByteString secret(32, 7);

// drain takes all that is there, as a connection does; false after an error.
bool drain(TlsChannel& channel, MutBytes destination) {
  for (;;) {
    const auto inbound = channel.peek(destination);
    if (!inbound) return false;
    switch (*inbound) {
      case Inbound::need_input:
      case Inbound::close_notify:
        return true;
      case Inbound::handshake:
        if (channel.message().raw.size() != channel.message().body.size() + handshake_header_size) __builtin_trap();
        channel.consume_message();
        break;
      case Inbound::change_cipher_spec:
        channel.consume_change_cipher_spec();
        break;
      case Inbound::application_data:
        if (channel.data().empty()) __builtin_trap();
        channel.consume_data(std::min<std::size_t>(channel.data().size(), 100));
        break;
    }
  }
}

bool feed(TlsChannel& channel, Bytes bytes, MutBytes destination) {
  std::ranges::copy(bytes, channel.receive_space(bytes.size()).begin());
  channel.received(bytes.size());
  return drain(channel, destination);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const unsigned flags = input.byte();
  TlsChannel channel;
  channel.expect(static_cast<ChangeCipherSpecs>((flags & 1) + (flags >> 6 & 1)));
  ByteString buffer(flags & 2 ? 20000 : flags & 4 ? 50 : 0);
  const bool sealed = flags & 8;
  RecordWriter writer;
  if (sealed) {
    if (!channel.install_read(protect(suite(), secret))) __builtin_trap();
    writer.install(protect(suite(), secret));
  }
  while (!input.at_end()) {
    const auto type = ContentType{static_cast<std::uint8_t>(sealed ? input.byte() : 0)};
    Bytes piece = input.piece();
    if (sealed) {
      if (!writer.seal(type, piece.first(std::min(piece.size(), max_plaintext)))) return 0;
      piece = writer.output();
    }
    const bool good = feed(channel, piece, buffer);
    if (sealed) writer.sent(piece.size());
    if (!good) return 0;
  }
  return 0;
}
