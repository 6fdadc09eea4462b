// Authentication messages: what is signed, who signs, who checks, and whom we believe.
#include "handshake/authenticate.h"

#include <algorithm>
#include <string_view>

namespace tlsock {
namespace {

// RFC 8446 §4.4.3: 64 blanks, a context string for the signer's role, a zero, the transcript hash.
ByteString signed_content(Role signer, const Digest& transcript) {
  const std::string_view text =
      signer == Role::server ? "TLS 1.3, server CertificateVerify" : "TLS 1.3, client CertificateVerify";
  ByteString content(64, 0x20);
  append(content, as_bytes(text));
  content.push_back(0);
  append(content, transcript);
  return content;
}

Result<ByteString> sign_with(const SigningChoice& choice, const ByteString& content) {
  return choice.credential->key->sign(*algorithm_of(choice.scheme), content);
}

Result<std::vector<CertificatePtr>> parse_chain(const CertificateMessage& message) {
  // RFC 8446 §4.4.2: empty in the handshake, for both roles.
  if (!message.certificate_request_context.empty()) return Error(Reason::INVALID_CERTIFICATE_CONTEXT);
  std::vector<CertificatePtr> chain;
  for (const auto& entry : message.certificate_list) {
    // RFC 8446 §4.4.2: only what the hello or the request offered; neither offers any of these yet.
    if (!entry.extensions_seen.empty()) return Error(Reason::UNEXPECTED_EXTENSION, "certificate");
    chain.push_back(TRY(Certificate::parse(entry.cert_data)));
  }
  return chain;
}

Status check_presence(const HandshakeContext& hs, const std::vector<CertificatePtr>& chain, Alert alert) {
  if (!chain.empty()) return {};
  // RFC 8446 §4.4.2.4, RFC 5246 §7.4.6: a server's is never empty; a client's may be, if the server agrees.
  if (hs.role() == Role::client) return Error(Reason::EMPTY_CERTIFICATE_LIST);
  if (hs.config().fail_if_no_peer_cert) return Error(Reason::PEER_DID_NOT_RETURN_A_CERTIFICATE).with_alert(alert);
  return {};
}

// expected_host is whom the peer's certificate must speak for; empty if nobody is asked for.
std::string expected_host(HandshakeContext& hs) {
  const Config& config = hs.config();
  if (hs.role() != Role::client || config.host_check == HostCheck::none) return {};
  return config.server_name ? *config.server_name : hs.negotiated().host;
}

Error refused(const PathEvent& event, Alert alert, std::string error) {
  Error refusal = Error(Reason::CERTIFICATE_VERIFY_FAILED).with_alert(alert).with("error", std::move(error));
  refusal.facts.push_back({"certificate", event.certificate ? event.certificate->subject_text() : ""});
  refusal.facts.push_back({"position", std::to_string(event.index)});
  if (!event.detail.empty()) refusal.facts.push_back({"explanation", event.detail});
  return refusal;
}

Error fault_error(const PathEvent& event) { return refused(event, alert_for(*event.fault), name(*event.fault)); }

// check_host turns the leaf's last word, valid_peer, into a fault if the certificate is for another host. It stays a
// finding among others, so that the application hears of it like of any.
void check_host(HandshakeContext& hs, const std::vector<CertificatePtr>& chain, std::vector<PathEvent>& events) {
  const Config& config = hs.config();
  if (hs.role() != Role::client || config.host_check == HostCheck::none || config.host_check == HostCheck::ask) return;
  const std::string host = expected_host(hs);
  if (!host.empty() && matches_host(*chain.front(), host, config.host_matching())) return;
  PathEvent event{PathEvent::Kind::bad_cert, chain.front(), 0, PathFault::hostname_check_failed, nullptr,
                  "requested " + (host.empty() ? "no name" : host) + ", certified " + names_of(*chain.front())};
  if (!events.empty() && events.back().kind == PathEvent::Kind::valid_peer) events.pop_back();
  events.push_back(std::move(event));
}

// leaf_usage: a client's key signs; a server's does what the suite wants.
std::uint16_t leaf_usage(HandshakeContext& hs) {
  const auto* suite = hs.negotiated().cipher_suite ? find_suite(*hs.negotiated().cipher_suite) : nullptr;
  if (!suite || hs.role() == Role::server) return digital_signature;
  return leaf_usage(suite->key_exchange);
}

PathPolicy policy_for(HandshakeContext& hs, std::vector<CertificatePtr> partial_anchors) {
  const Config& config = hs.config();
  PathPolicy policy;
  policy.anchors = config.anchors.get();
  policy.partial_anchors = std::move(partial_anchors);
  policy.now = hs.clock().unix_time();
  policy.purpose = hs.role() == Role::client ? Purpose::server_auth : Purpose::client_auth;
  policy.depth = config.depth;
  policy.schemes = config.signature_algs_cert ? *config.signature_algs_cert : config.signature_algs;
  policy.allow_any_ca_purpose = config.allow_any_ca_purpose;
  policy.leaf_key_usage = leaf_usage(hs);
  return policy;
}

Result<std::vector<CertificatePtr>> partial_anchors_of(const Config& config, const std::vector<CertificatePtr>& chain,
                                                       const Answer& answer) {
  auto anchors = config.partial_anchors;
  if (answer.verdict == Answer::Verdict::unknown) return anchors;
  // The answer must be one of the chain: nothing that the peer did not show is trusted by it.
  const bool shown = answer.trusted && std::ranges::any_of(chain, [&](const CertificatePtr& certificate) {
                       return equal(certificate->der(), answer.trusted->der());
                     });
  if (answer.verdict != Answer::Verdict::accept || !shown) return Error(Reason::ANSWER_INVALID, "partial_chain");
  anchors.push_back(answer.trusted);
  return anchors;
}

// Allowances are the critical extensions that the application has said it understands.
using Allowances = std::vector<const CertificateExtension*>;

bool all_allowed(const PathEvent& event, const Allowances& allowed) {
  if (event.fault != PathFault::unknown_critical_extension) return false;
  return std::ranges::all_of(event.certificate->extensions(), [&](const CertificateExtension& extension) {
    return extension.known || !extension.critical || std::ranges::count(allowed, &extension) > 0;
  });
}

Status check_event(const PathEvent& event) {
  if (event.kind == PathEvent::Kind::bad_cert) return fault_error(event);
  return {};
}

// check_verdict takes the application's answer to one finding (Erlang's verify_fun).
Status check_verdict(const PathEvent& event, const Answer& answer, Allowances& allowed) {
  switch (answer.verdict) {
    case Answer::Verdict::accept:
      if (event.kind == PathEvent::Kind::extension) allowed.push_back(event.extension);
      return {};
    case Answer::Verdict::unknown:
      return check_event(event);
    case Answer::Verdict::refuse:
      return refused(event, event.fault ? alert_for(*event.fault) : Alert::certificate_unknown, answer.reason);
    case Answer::Verdict::invalid:
      break;
  }
  return Error(Reason::ANSWER_INVALID, "verify");
}

Status check_hostname_answer(HandshakeContext& hs, const CertificatePtr& leaf, const Answer& answer) {
  if (answer.verdict == Answer::Verdict::accept) return {};
  if (answer.verdict != Answer::Verdict::refuse) return Error(Reason::ANSWER_INVALID, "hostname");
  const PathEvent event{PathEvent::Kind::bad_cert, leaf, 0, PathFault::hostname_check_failed, nullptr,
                        "requested " + expected_host(hs)};
  return fault_error(event);
}

// signing_key is the leaf's, if it may sign handshakes.
Result<const PublicKey*> signing_key(const HandshakeContext& hs, const CertificatePtr& leaf) {
  if (!leaf->public_key()) return Error(Reason::UNKNOWN_CERTIFICATE_TYPE);
  // RFC 8446 §4.4.2.2, RFC 5246 §7.4.2: digitalSignature must be allowed. Where the path is judged, that has looked at it.
  if (!hs.config().verify_peer && !(leaf->key_usage().value_or(digital_signature) & digital_signature))
    return Error(Reason::KEY_USAGE_BIT_INCORRECT);
  return leaf->public_key().get();
}

}  // namespace

CertificateMessage certificate_message(const Credential* credential) {
  CertificateMessage message;
  if (!credential) return message;
  for (const auto& certificate : credential->chain) message.certificate_list.push_back({copy(certificate->der()), {}});
  return message;
}

Task<CertificateVerify> sign(HandshakeContext& hs, const SigningChoice& choice) {
  CertificateVerify verify;
  verify.algorithm = choice.scheme;
  const auto content = signed_content(hs.role(), hs.transcript().digest());
  verify.signature = co_await sign_with(choice, content);
  hs.negotiated().own_signature_scheme = choice.scheme;
  co_return verify;
}

Result<std::vector<CertificatePtr>> peer_chain(const HandshakeContext& hs, const CertificateMessage& message) {
  auto chain = TRY(parse_chain(message));
  TRY(check_presence(hs, chain, Alert::certificate_required));
  return chain;
}

Result<std::vector<CertificatePtr>> peer_chain(const HandshakeContext& hs, const Certificate12& message) {
  std::vector<CertificatePtr> chain;
  for (const auto& entry : message.certificate_list) chain.push_back(TRY(Certificate::parse(entry.cert_data)));
  // RFC 5246 §7.4.6: handshake_failure. certificate_required is TLS 1.3's.
  TRY(check_presence(hs, chain, Alert::handshake_failure));
  return chain;
}

Task<Present> judge_peer(HandshakeContext& hs, const std::vector<CertificatePtr>& chain) {
  const Config& config = hs.config();
  Present done;
  if (chain.empty()) {
    co_return done;
  }
  hs.negotiated().peer_chain = chain;

  if (config.verify_peer) {
    auto partial_anchors = config.partial_anchors;
    if (config.ask_partial_chain) {
      const QuestionBody question = PartialChainQuestion{chain};
      auto answer = co_await hs.ask(question);
      partial_anchors = co_await partial_anchors_of(config, chain, answer);
    }
    auto path = judge(chain, policy_for(hs, partial_anchors));
    check_host(hs, chain, path.events);
    Allowances allowed;
    for (const PathEvent& event : path.events) {
      if (all_allowed(event, allowed)) continue;
      if (config.ask_verify) {
        const QuestionBody question = VerifyQuestion{event};
        auto answer = co_await hs.ask(question);
        co_await check_verdict(event, answer, allowed);
      } else {
        co_await check_event(event);
      }
    }
    if (hs.role() == Role::client && config.host_check == HostCheck::ask) {
      const CertificatePtr leaf = chain.front();
      const QuestionBody question = HostnameQuestion{leaf, expected_host(hs)};
      auto answer = co_await hs.ask(question);
      co_await check_hostname_answer(hs, leaf, answer);
    }
    hs.negotiated().verified_path = path.chain;
    hs.negotiated().verified = true;
  }
  co_return done;
}

Status check_verify(HandshakeContext& hs, const Received<CertificateVerify>& verify) {
  const auto scheme = verify.body.algorithm;
  // RFC 8446 §4.4.3: one of those that were offered, and not one that is for certificates only.
  if (!allowed_in_tls13(scheme) || !std::ranges::count(hs.config().signature_algs, scheme))
    return Error(Reason::WRONG_SIGNATURE_TYPE);
  const PublicKey* key = TRY(signing_key(hs, hs.negotiated().peer_chain.front()));
  TRY(key->verify(scheme, signed_content(peer_of(hs.role()), verify.prior), verify.body.signature));
  hs.negotiated().peer_signature_scheme = scheme;
  return {};
}

Certificate12 certificate_message_12(const Credential* credential) {
  Certificate12 message;
  if (!credential) return message;
  for (const auto& certificate : credential->chain) message.certificate_list.push_back({copy(certificate->der())});
  return message;
}

Result<DigitallySigned> sign_12(HandshakeContext& hs, const SigningChoice12& choice, Bytes content) {
  DigitallySigned proof;
  proof.algorithm = choice.scheme;
  proof.signature = TRY(choice.credential->key->sign(choice.algorithm, content));
  hs.negotiated().own_signature_scheme = choice.scheme;
  return proof;
}

Status check_signature_12(HandshakeContext& hs, const VersionRules& rules, const DigitallySigned& proof, Bytes content) {
  const PublicKey* key = TRY(signing_key(hs, hs.negotiated().peer_chain.front()));
  if (!rules.names_algorithm) {
    const auto algorithm = unnamed_algorithm(rules, key->info());
    if (!algorithm) return Error(Reason::WRONG_SIGNATURE_TYPE);
    return key->verify(*algorithm, content, proof.signature);
  }
  // RFC 5246 §7.4.3, §7.4.8: one of those that were offered, and one that fits the key.
  const SignatureScheme scheme = *proof.algorithm;
  if (!std::ranges::count(hs.config().signature_algs, scheme) || !fits_12(key->info(), scheme))
    return Error(Reason::WRONG_SIGNATURE_TYPE);
  TRY(key->verify(*algorithm_of(scheme), content, proof.signature));
  hs.negotiated().peer_signature_scheme = scheme;
  return {};
}

Finished finished_12(HandshakeContext& hs, const Secrets12& secrets) {
  return {copy(verify_data_12(secrets, hs.role(), hs.transcript().digest()))};
}

Status check_finished_12(Role sender, const Secrets12& secrets, const Received<Finished>& received) {
  if (received.body.verify_data.size() != verify_data_size) return Error(Reason::DECODE_ERROR, "finished");
  const Secret expected = verify_data_12(secrets, sender, received.prior);
  if (!equal_constant_time(expected, received.body.verify_data)) return Error(Reason::DIGEST_CHECK_FAILED);
  return {};
}

Finished finished(HandshakeContext& hs, const SuiteInfo& suite, Bytes handshake_traffic_secret) {
  const Secret data = verify_data(suite.hash, handshake_traffic_secret, hs.transcript().digest());
  return {copy(data)};
}

Status check_finished(const SuiteInfo& suite, Bytes handshake_traffic_secret, const Received<Finished>& received) {
  if (received.body.verify_data.size() != digest_size(suite.hash)) return Error(Reason::DECODE_ERROR, "finished");
  const Secret expected = verify_data(suite.hash, handshake_traffic_secret, received.prior);
  // RFC 8446 §4.4.4: recipients MUST verify Finished, and terminate with decrypt_error if it is wrong.
  if (!equal_constant_time(expected, received.body.verify_data)) return Error(Reason::DIGEST_CHECK_FAILED);
  return {};
}

}  // namespace tlsock
