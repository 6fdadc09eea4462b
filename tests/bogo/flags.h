// Flags: what the runner asks of one connection, by its command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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
  bool no_tls13 = false;
  std::vector<std::uint16_t> curves, signing_prefs, verify_prefs;
  std::optional<std::vector<std::uint16_t>> key_shares;
  bool server_preference = false;
  std::string host_name, advertise_alpn, select_alpn;
  bool decline_alpn = false, reject_alpn = false;

  // certificates
  std::string cert_file, key_file, trust_cert;
  bool verify_peer = false, require_any_client_certificate = false, verify_fail = false;
  unsigned max_cert_list = 0;
  bool use_early_callback = false;  // the certificate comes when the ClientHello is known

  // what must have been agreed upon
  std::string expect_server_name, expect_alpn, expect_advertised_alpn, expect_peer_cert_file;
  bool expect_no_server_name = false, expect_no_peer_cert = false, expect_verify_result = false;
  bool expect_hrr = false, expect_no_hrr = false;
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

// parse_flags gives nothing for a flag that is not known, or that asks for what tlsock does not have.
std::optional<Flags> parse_flags(int count, char** arguments);

}  // namespace tlsock::bogo
