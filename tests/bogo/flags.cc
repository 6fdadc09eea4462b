// The table of flags that are known.
#include "tests/bogo/flags.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "crypto/signature.h"

namespace tlsock::bogo {
namespace {

struct Row {
  std::string_view name;
  bool has_value;
  bool (*take)(Flags& flags, std::string_view value);  // false: not implemented, or no such value
};

template <class T>
bool read_number(std::string_view text, T& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

template <bool Flags::* field>
constexpr Row flag(std::string_view name) {
  return {name, false, [](Flags& flags, std::string_view) { return flags.*field = true; }};
}

template <auto field>
constexpr Row number(std::string_view name) {
  return {name, true, [](Flags& flags, std::string_view value) { return read_number(value, flags.*field); }};
}

template <std::string Flags::* field>
constexpr Row text(std::string_view name) {
  return {name, true, [](Flags& flags, std::string_view value) {
            flags.*field = value;
            return true;
          }};
}

template <std::vector<std::uint16_t> Flags::* field>
constexpr Row list(std::string_view name) {
  return {name, true,
          [](Flags& flags, std::string_view value) { return read_number(value, (flags.*field).emplace_back()); }};
}

constexpr Row no_key_shares{"no-key-shares", false, [](Flags& flags, std::string_view) {
                              flags.key_shares.emplace();
                              return true;
                            }};

constexpr Row key_shares{"key-shares", true, [](Flags& flags, std::string_view value) {
                           if (!flags.key_shares) flags.key_shares.emplace();
                           return read_number(value, flags.key_shares->emplace_back());
                         }};

// nothing_to_do is for flags that tlsock satisfies by itself, or that choose among calls which here are one.
constexpr Row nothing_to_do(std::string_view name) {
  return {name, false, [](Flags&, std::string_view) { return true; }};
}

// only_zero is for counts of what does not exist: 0 asks for nothing.
constexpr Row only_zero(std::string_view name) {
  return {name, true, [](Flags&, std::string_view value) { return value == "0"; }};
}

constexpr Row rows[] = {
    flag<&Flags::is_handshaker_supported>("is-handshaker-supported"),
    number<&Flags::port>("port"),
    number<&Flags::shim_id>("shim-id"),
    flag<&Flags::ipv6>("ipv6"),
    flag<&Flags::async>("async"),

    flag<&Flags::server>("server"),
    number<&Flags::min_version>("min-version"),
    number<&Flags::max_version>("max-version"),
    number<&Flags::expect_version>("expect-version"),
    flag<&Flags::no_tls13>("no-tls13"),
    flag<&Flags::no_tls12>("no-tls12"),
    flag<&Flags::no_tls11>("no-tls11"),
    flag<&Flags::no_tls1>("no-tls1"),
    flag<&Flags::fallback_scsv>("fallback-scsv"),
    text<&Flags::cipher>("cipher"),
    text<&Flags::psk>("psk"),
    text<&Flags::psk_identity>("psk-identity"),
    list<&Flags::curves>("curves"),
    key_shares,
    no_key_shares,
    list<&Flags::signing_prefs>("signing-prefs"),
    list<&Flags::verify_prefs>("verify-prefs"),
    flag<&Flags::server_preference>("server-preference"),
    text<&Flags::host_name>("host-name"),
    text<&Flags::advertise_alpn>("advertise-alpn"),
    text<&Flags::select_alpn>("select-alpn"),
    flag<&Flags::decline_alpn>("decline-alpn"),
    flag<&Flags::reject_alpn>("reject-alpn"),

    text<&Flags::cert_file>("cert-file"),
    text<&Flags::key_file>("key-file"),
    text<&Flags::trust_cert>("trust-cert"),
    flag<&Flags::verify_peer>("verify-peer"),
    flag<&Flags::require_any_client_certificate>("require-any-client-certificate"),
    flag<&Flags::verify_fail>("verify-fail"),
    number<&Flags::max_cert_list>("max-cert-list"),
    nothing_to_do("use-custom-verify-callback"),
    nothing_to_do("use-old-client-cert-callback"),
    flag<&Flags::use_early_callback>("use-early-callback"),

    text<&Flags::expect_server_name>("expect-server-name"),
    flag<&Flags::expect_no_server_name>("expect-no-server-name"),
    text<&Flags::expect_alpn>("expect-alpn"),
    text<&Flags::expect_advertised_alpn>("expect-advertised-alpn"),
    text<&Flags::expect_peer_cert_file>("expect-peer-cert-file"),
    flag<&Flags::expect_no_peer_cert>("expect-no-peer-cert"),
    flag<&Flags::expect_verify_result>("expect-verify-result"),
    flag<&Flags::expect_hrr>("expect-hrr"),
    flag<&Flags::expect_no_hrr>("expect-no-hrr"),
    number<&Flags::expect_cipher>("expect-cipher"),
    number<&Flags::expect_curve_id>("expect-curve-id"),
    number<&Flags::expect_peer_signature_algorithm>("expect-peer-signature-algorithm"),
    flag<&Flags::expect_extended_master_secret>("expect-extended-master-secret"),
    nothing_to_do("expect-secure-renegotiation"),

    flag<&Flags::implicit_handshake>("implicit-handshake"),
    flag<&Flags::no_op_extra_handshake>("no-op-extra-handshake"),
    flag<&Flags::handshake_twice>("handshake-twice"),
    flag<&Flags::handshake_never_done>("handshake-never-done"),
    flag<&Flags::shim_writes_first>("shim-writes-first"),
    flag<&Flags::read_with_unfinished_write>("read-with-unfinished-write"),
    flag<&Flags::write_different_record_sizes>("write-different-record-sizes"),
    text<&Flags::shim_initial_write>("shim-initial-write"),
    number<&Flags::repeat_shim_initial_write>("repeat-shim-initial-write"),
    number<&Flags::read_size>("read-size"),
    nothing_to_do("partial-write"),
    flag<&Flags::key_update>("key-update"),
    flag<&Flags::key_update_before_read>("key-update-before-read"),
    flag<&Flags::shim_shuts_down>("shim-shuts-down"),
    flag<&Flags::check_close_notify>("check-close-notify"),
    number<&Flags::export_keying_material>("export-keying-material"),
    text<&Flags::export_label>("export-label"),
    text<&Flags::export_context>("export-context"),
    flag<&Flags::use_export_context>("use-export-context"),

    number<&Flags::resume_count>("resume-count"),
    flag<&Flags::no_ticket>("no-ticket"),
    flag<&Flags::expect_session_miss>("expect-session-miss"),
    flag<&Flags::expect_no_session>("expect-no-session"),
    flag<&Flags::expect_session_id>("expect-session-id"),
    flag<&Flags::expect_no_session_id>("expect-no-session-id"),
    nothing_to_do("cbc-record-splitting"),
    only_zero("expect-total-renegotiations"),
    nothing_to_do("no-legacy-server-connect"),
    nothing_to_do("renegotiate-freely"),
};

struct Argument {
  std::string_view name;
  bool is_for_turn = true;
};

bool remove_prefix(std::string_view& argument, std::string_view prefix) {
  if (!argument.starts_with(prefix)) return false;
  argument.remove_prefix(prefix.size() - 1);  // all but the hyphen of the name
  return true;
}

// Without the hints of a second process only the shim is there, and without early data nothing is tried again.
Argument read_argument(std::string_view text, Turn turn) {
  Argument argument;
  remove_prefix(text, "-on-shim-");
  if (remove_prefix(text, "-on-initial-")) argument.is_for_turn = turn == Turn::initial;
  else if (remove_prefix(text, "-on-resume-")) argument.is_for_turn = turn == Turn::resumption;
  else if (remove_prefix(text, "-on-retry-")) argument.is_for_turn = false;
  if (text.starts_with('-')) text.remove_prefix(1);
  argument.name = text;
  return argument;
}

template <class T>
bool all_named(const std::vector<std::uint16_t>& codes) {
  return std::all_of(codes.begin(), codes.end(), [](std::uint16_t code) { return !name(T{code}).empty(); });
}

bool is_possible(const Flags& flags) {
  const auto versions = versions_of(flags);
  if (versions.empty()) return false;
  // tlsock takes no list with a gap.
  const auto span = static_cast<unsigned>(versions.front()) - static_cast<unsigned>(versions.back());
  if (span + 1 != versions.size()) return false;
  // Groups of suites of one preference are unknown to it.
  if (flags.cipher.find('[') != std::string::npos) return false;
  if (!all_named<NamedGroup>(flags.curves) || !all_named<SignatureScheme>(flags.signing_prefs) ||
      !all_named<SignatureScheme>(flags.verify_prefs))
    return false;
  return !flags.key_shares || all_named<NamedGroup>(*flags.key_shares);
}

}  // namespace

std::optional<Flags> parse_flags(int count, char** arguments, Turn turn) {
  Flags flags, of_others;
  for (int i = 0; i < count; ++i) {
    const auto argument = read_argument(arguments[i], turn);
    const auto row = std::ranges::find(rows, argument.name, &Row::name);
    if (row == std::end(rows) || (row->has_value && ++i == count)) return {};
    if (!row->take(argument.is_for_turn ? flags : of_others, row->has_value ? arguments[i] : "")) return {};
  }
  if (!is_possible(flags)) return {};
  return flags;
}

std::vector<Version> versions_of(const Flags& flags) {
  std::vector<Version> versions;
  const auto add = [&](Version version, bool is_left_out) {
    const auto code = static_cast<unsigned>(version);
    const bool is_in_range = code >= flags.min_version && (!flags.max_version || code <= flags.max_version);
    if (is_in_range && !is_left_out) versions.push_back(version);
  };
  // tlsock refuses to speak TLS 1.3 without a scheme for it.
  const auto is_useless = [](const std::vector<std::uint16_t>& schemes) {
    return !schemes.empty() && std::ranges::none_of(schemes, [](auto code) {
      return allowed_in_tls13(SignatureScheme{code});
    });
  };
  add(Version::tls13, flags.no_tls13 || is_useless(flags.signing_prefs));
  add(Version::tls12, flags.no_tls12);
  add(Version::tls11, flags.no_tls11);
  add(Version::tls10, flags.no_tls1);
  return versions;
}

bool has_tls13(const Flags& flags) { return versions_of(flags).front() == Version::tls13; }

}  // namespace tlsock::bogo
