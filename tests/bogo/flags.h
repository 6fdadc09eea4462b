// Flags: what the runner asks of one connection, by its command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "wire/registry.h"

namespace tlsock::bogo {

struct Flags {
  bool is_handshaker_supported = false;

  // where the runner is
  std::uint16_t port = 0;
  std::uint64_t shim_id = 0;
  bool ipv6 = false;
  bool async = false;  // bytes pass one by one, and every wait is answered late

  // what is offered
  bool server = false;
  unsigned min_version = 0, max_version = 0, expect_version = 0;
  bool no_tls13 = false, no_tls12 = false, no_tls11 = false, no_tls1 = false, fallback_scsv = false;
  std::string cipher = "ALL";
  std::vector<std::uint16_t> curves, signing_prefs, verify_prefs;
  std::optional<std::vector<std::uint16_t>> key_shares;
  bool server_preference = false;
  std::string host_name, advertise_alpn, select_alpn;
  bool decline_alpn = false, reject_alpn = false;
  std::string psk, psk_identity;

  // sessions
  unsigned resume_count = 0;
  bool no_ticket = false;
  bool expect_session_miss = false, expect_no_session = false, expect_session_id = false, expect_no_session_id = false;

  // certificates
  std::string cert_file, key_file, trust_cert;
  bool verify_peer = false, require_any_client_certificate = false, verify_fail = false;
  unsigned max_cert_list = 0;
  bool use_early_callback = false;  // the certificate comes when the ClientHello is known

  // what must have been agreed upon
  std::string expect_server_name, expect_alpn, expect_advertised_alpn, expect_peer_cert_file;
  bool expect_no_server_name = false, expect_no_peer_cert = false, expect_verify_result = false;
  bool expect_hrr = false, expect_no_hrr = false, expect_extended_master_secret = false;
  std::uint16_t expect_cipher = 0, expect_curve_id = 0, expect_peer_signature_algorithm = 0;

  // what is done
  bool implicit_handshake = false, no_op_extra_handshake = false, handshake_twice = false, handshake_never_done = false;
  bool shim_writes_first = false, read_with_unfinished_write = false, write_different_record_sizes = false;
  std::string shim_initial_write = "hello";
  unsigned repeat_shim_initial_write = 1;
  unsigned read_size = 512;
  bool key_update = false, key_update_before_read = false;
  bool shim_shuts_down = false, check_close_notify = false;
  unsigned export_keying_material = 0;
  std::string export_label, export_context;
  bool use_export_context = false;
};

// Turn: the first connection, or one that should go on from a session.
enum class Turn { initial, resumption };

// parse_flags gives nothing for a flag that is not known, or that asks for what tlsock does not have.
std::optional<Flags> parse_flags(int count, char** arguments, Turn turn);

// versions_of is what the flags leave, newest first.
std::vector<Version> versions_of(const Flags& flags);
bool has_tls13(const Flags& flags);

}  // namespace tlsock::bogo
