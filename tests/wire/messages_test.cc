// The handshake messages behind the hellos.
#include "wire/messages.h"

#include "tests/catch.hpp"
#include "tests/wire/roundtrip.h"
#include "tests/wire/traces.h"
#include "wire/framing.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

CertificateRequest full_request() {
  CertificateRequest message;
  message.certificate_request_context = {1, 2, 3};
  message.signature_algorithms = {SignatureScheme::ed25519, SignatureScheme{0x7777}};
  message.signature_algorithms_cert = {SignatureScheme::ed448};
  message.certificate_authorities = {{{0x30, 0}}, {{0x30, 1, 2}}};
  return message;
}

NewSessionTicket full_ticket() {
  NewSessionTicket message;
  message.ticket_lifetime = 604800;
  message.ticket_age_add = 0xfedcba98;
  message.ticket_nonce = {0, 1};
  message.ticket = ByteString(200, 5);
  message.max_early_data_size = 0xffffffff;
  return message;
}

// reencoded is what a trace's message becomes when it is read and written again.
template <class T>
ByteString reencoded(const ByteString& raw) {
  ByteString bytes;
  REQUIRE(append_message(decoded<T>(Bytes(raw).subspan(handshake_header_size)), bytes));
  return bytes;
}

}  // namespace

TEST_CASE("a CertificateRequest comes back as it was, and not a byte may lack or follow") {
  const CertificateRequest message = full_request(), read = again(message);
  CHECK(read.certificate_request_context == message.certificate_request_context);
  CHECK(read.signature_algorithms == message.signature_algorithms);
  CHECK(read.signature_algorithms_cert == message.signature_algorithms_cert);
  CHECK(read.certificate_authorities == message.certificate_authorities);
  CHECK(read.extensions_seen == std::vector<Extension>{Extension::signature_algorithms,
                                                       Extension::signature_algorithms_cert,
                                                       Extension::certificate_authorities});
  check_limits<CertificateRequest>(encoded(message));
  CertificateRequest long_context;
  long_context.certificate_request_context.resize(256);
  CHECK(unencodable(long_context));
  CHECK(refusal<CertificateRequest>(ByteString{0, 0, 6, 0, 13, 0, 2, 0, 0}) == Reason::ERROR_PARSING_EXTENSION);
  CHECK(refusal<CertificateRequest>(ByteString{0, 0, 8, 0, 99, 0, 0, 0, 99, 0, 0}) == Reason::DUPLICATE_EXTENSION);
}

TEST_CASE("a Certificate message comes back as it was, and not a byte may lack or follow") {
  CertificateMessage message;
  message.certificate_request_context = {9};
  for (const std::size_t size : {1u, 70000u, 3u}) message.certificate_list.push_back({ByteString(size, 0x30), {}});
  const CertificateMessage read = again(message);
  CHECK(read.certificate_request_context == message.certificate_request_context);
  REQUIRE(read.certificate_list.size() == 3);
  for (std::size_t i = 0; i < 3; ++i)
    CHECK(read.certificate_list[i].cert_data == message.certificate_list[i].cert_data);
  message.certificate_list.erase(message.certificate_list.begin() + 1);
  check_limits<CertificateMessage>(encoded(message));
}

// RFC 8446 §4.4.2: the list may be empty, a certificate may not.
TEST_CASE("a Certificate message without certificates, and one with an empty certificate") {
  CertificateMessage message;
  CHECK(encoded(message) == ByteString{0, 0, 0, 0});
  CHECK(again(message).certificate_list.empty());
  message.certificate_list.emplace_back();
  CHECK(unencodable(message));
  CHECK(refusal<CertificateMessage>(ByteString{0, 0, 0, 5, 0, 0, 0, 0, 0}) == Reason::DECODE_ERROR);
}

TEST_CASE("the extensions of a certificate are listed, and may not stand twice in one entry") {
  const ByteString ocsp = {0, 5, 0, 1, 7}, other = {0, 18, 0, 0};
  const auto message_with = [](std::initializer_list<ByteString> blocks) {
    ByteString list;
    for (const auto& block : blocks) {
      append(list, ByteString{0, 0, 1, 0x30, 0, static_cast<std::uint8_t>(block.size())});
      append(list, block);
    }
    ByteString message = {0, 0, 0, static_cast<std::uint8_t>(list.size())};
    append(message, list);
    return message;
  };
  ByteString both = ocsp, twice = ocsp;
  append(both, other);
  append(twice, ocsp);
  const auto read = decoded<CertificateMessage>(message_with({both, ocsp}));
  REQUIRE(read.certificate_list.size() == 2);
  CHECK(read.certificate_list[0].extensions_seen ==
        std::vector<Extension>{Extension::status_request, Extension::signed_certificate_timestamp});
  CHECK(read.certificate_list[1].extensions_seen == std::vector<Extension>{Extension::status_request});
  CHECK(refusal<CertificateMessage>(message_with({other, twice})) == Reason::DUPLICATE_EXTENSION);
}

TEST_CASE("a CertificateVerify comes back as it was, and not a byte may lack or follow") {
  const CertificateVerify message{SignatureScheme{0x7654}, ByteString(300, 8)}, read = again(message);
  CHECK(read.algorithm == message.algorithm);
  CHECK(read.signature == message.signature);
  check_limits<CertificateVerify>(encoded(message));
  CHECK(again(CertificateVerify{SignatureScheme::ed25519, {}}).signature.empty());
  CHECK(unencodable(CertificateVerify{SignatureScheme::ed25519, ByteString(65536)}));
}

TEST_CASE("Finished is all of its message") {
  for (const std::size_t size : {0u, 32u, 48u, 100u})
    CHECK(again(Finished{ByteString(size, 3)}).verify_data.size() == size);
  CHECK(encoded(Finished{{1, 2, 3}}) == ByteString{1, 2, 3});
}

TEST_CASE("a NewSessionTicket comes back as it was, and not a byte may lack or follow") {
  const NewSessionTicket message = full_ticket(), read = again(message);
  CHECK(read.ticket_lifetime == message.ticket_lifetime);
  CHECK(read.ticket_age_add == message.ticket_age_add);
  CHECK(read.ticket_nonce == message.ticket_nonce);
  CHECK(read.ticket == message.ticket);
  CHECK(read.max_early_data_size == message.max_early_data_size);
  check_limits<NewSessionTicket>(encoded(message));
  NewSessionTicket none = full_ticket();
  none.max_early_data_size.reset();
  CHECK_FALSE(again(none).max_early_data_size);
  // RFC 8446 §4.6.1: ticket <1..2^16-1>.
  none.ticket.clear();
  CHECK(unencodable(none));
  CHECK(refusal<NewSessionTicket>(ByteString{0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0}) == Reason::DECODE_ERROR);
  CHECK_FALSE(refusal<NewSessionTicket>(ByteString{0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 1, 9, 0, 0}));
}

TEST_CASE("a KeyUpdate is one byte, of any value") {
  CHECK(encoded(KeyUpdate{KeyUpdateRequest::update_not_requested}) == ByteString{0});
  CHECK(encoded(KeyUpdate{KeyUpdateRequest::update_requested}) == ByteString{1});
  check_limits<KeyUpdate>({1});
  // What is neither is for the handshake to refuse, with its own alert.
  CHECK(decoded<KeyUpdate>(ByteString{2}).request_update == KeyUpdateRequest{2});
}

TEST_CASE("RFC 8448: messages become the same bytes again") {
  const auto raw = [](TraceSection section, const char* role, const char* name) {
    return trace_field(section, role, name);
  };
  for (const auto section : {simple_1rtt, hello_retry, client_authentication, compatibility}) {
    CAPTURE(static_cast<int>(section));
    for (const char* role : {"server", "client"}) {
      CHECK(reencoded<Finished>(raw(section, role, "Finished")) == raw(section, role, "Finished"));
      if (role[0] == 'c' && section != client_authentication) continue;
      CHECK(reencoded<CertificateMessage>(raw(section, role, "Certificate")) == raw(section, role, "Certificate"));
      CHECK(reencoded<CertificateVerify>(raw(section, role, "CertificateVerify")) ==
            raw(section, role, "CertificateVerify"));
    }
  }
  const ByteString request = raw(client_authentication, "server", "CertificateRequest"),
                   ticket = raw(simple_1rtt, "server", "NewSessionTicket");
  CHECK(reencoded<CertificateRequest>(request) == request);
  CHECK(reencoded<NewSessionTicket>(ticket) == ticket);
}

TEST_CASE("RFC 8448: what the messages say") {
  const auto certificate = decoded<CertificateMessage>(trace_body(simple_1rtt, "server", "Certificate"));
  CHECK(certificate.certificate_request_context.empty());
  REQUIRE(certificate.certificate_list.size() == 1);
  CHECK(certificate.certificate_list[0].cert_data.size() == 0x1b0);
  CHECK(certificate.certificate_list[0].extensions_seen.empty());

  const auto verify = decoded<CertificateVerify>(trace_body(simple_1rtt, "server", "CertificateVerify"));
  CHECK(verify.algorithm == SignatureScheme::rsa_pss_rsae_sha256);
  CHECK(verify.signature.size() == 128);

  const auto request = decoded<CertificateRequest>(trace_body(client_authentication, "server", "CertificateRequest"));
  CHECK(request.certificate_request_context.empty());
  CHECK(request.signature_algorithms->front() == SignatureScheme::ecdsa_secp256r1_sha256);
  CHECK(request.signature_algorithms->size() == 15);
  CHECK_FALSE(request.certificate_authorities);

  const auto ticket = decoded<NewSessionTicket>(trace_body(simple_1rtt, "server", "NewSessionTicket"));
  CHECK(ticket.ticket_lifetime == 30);
  CHECK(ticket.ticket_age_add == 0xfad6aac5);
  CHECK(ticket.ticket_nonce == ByteString{0, 0});
  CHECK(ticket.ticket.size() == 178);
  CHECK(ticket.max_early_data_size == 1024);
}
