// Handshake, data and end of each connection, as the runner knows them.
#include "tests/bogo/exchange.h"

#include "base/bytes.h"
#include "tests/bogo/expectations.h"
#include "tests/bogo/failure.h"
#include "tests/bogo/session.h"

namespace tlsock::bogo {
namespace {

void do_handshake(const Flags& flags, Turn turn, Session& session) {
  session.handshake();
  if (flags.handshake_never_done) throw Failure{"the handshake was done"};
  if (!flags.implicit_handshake) check_expectations(flags, turn, session);
  if (flags.handshake_twice || flags.no_op_extra_handshake) session.handshake();
}

// Sizes on both sides of the largest record.
void write_sizes(Session& session) {
  const std::vector<std::uint8_t> data(32769, 0x42);
  for (std::size_t size : {0, 1, 255, 256, 257, 16383, 16384, 16385, 32767, 32768, 32769})
    session.write(std::span(data).first(size));
}

void write_first(const Flags& flags, Session& session) {
  const auto message = as_bytes(flags.shim_initial_write);
  if (flags.read_with_unfinished_write) return session.begin_write(message);
  if (!flags.shim_writes_first) return;
  for (unsigned i = 0; i < flags.repeat_shim_initial_write; ++i) session.write(message);
}

// The runner knows its bytes again by what has become of them.
void echo(const Flags& flags, Session& session) {
  std::vector<std::uint8_t> buffer(flags.read_size);
  for (;;) {
    if (flags.key_update_before_read) session.update_keys();
    const std::size_t size = session.read(buffer);
    if (size == 0) return;
    if (flags.key_update) session.update_keys();
    for (auto& byte : buffer) byte ^= 0xff;
    session.write(std::span(buffer).first(size));
  }
}

void shut_down(const Flags& flags, Session& session) {
  if (flags.check_close_notify && !flags.shim_shuts_down && !session.was_closed())
    throw Failure{"the peer went without close_notify"};
  session.shut_down();
  if (!flags.shim_shuts_down || !flags.check_close_notify) return;
  std::uint8_t byte;
  if (session.read({&byte, 1}) != 0) throw Failure{":APPLICATION_DATA_ON_SHUTDOWN:"};
  if (!session.was_closed()) throw Failure{"the peer went without close_notify"};
}

void connect(const Flags& flags, Turn turn, Memory& memory) {
  if (turn == Turn::resumption && !flags.server && !memory.has_session()) throw Failure{"no session to offer"};
  Session session(flags, memory);
  do_handshake(flags, turn, session);
  if (auto kept = session.session(); !kept.is_null()) memory.set_session(std::move(kept));
  if (flags.export_keying_material > 0) session.write(as_bytes(session.export_keying_material()));
  if (flags.write_different_record_sizes) {
    write_sizes(session);
  } else {
    write_first(flags, session);
    if (!flags.shim_shuts_down) echo(flags, session);
  }
  shut_down(flags, session);
  // There are no sessions of TLS 1.3 yet.
  if (turn == Turn::initial && flags.resume_count > 0 && session.info()["protocol"] == "tlsv1.3") throw Unimplemented();
}

}  // namespace

void exchange(const Flags& initial, const Flags& resumption) {
  Memory memory;
  connect(initial, Turn::initial, memory);
  for (unsigned i = 0; i < initial.resume_count; ++i) connect(resumption, Turn::resumption, memory);
}

}  // namespace tlsock::bogo
