// Questions written, answers read; what is not literally an answer is none.
#include "connection/wait_json.h"

#include "config/json_text.h"
#include "crypto/encoding.h"

namespace tlsock {
namespace {

using Verdict = Answer::Verdict;

// ---- questions ----

const char* event_name(PathEvent::Kind kind) {
  switch (kind) {
    case PathEvent::Kind::extension:
      return "extension";
    case PathEvent::Kind::bad_cert:
      return "bad_cert";
    case PathEvent::Kind::valid:
      return "valid";
    case PathEvent::Kind::valid_peer:
      return "valid_peer";
  }
  return "";
}

void write_certificate(Json& object, const CertificatePtr& certificate) {
  if (!certificate) return;
  object["certificate"] = base64_encode(certificate->der());
  object["subject"] = certificate->subject_text();
}

void write_body(Json& object, const VerifyQuestion& question) {
  const PathEvent& event = question.event;
  object["kind"] = "verify";
  object["event"] = event_name(event.kind);
  object["index"] = event.index;
  write_certificate(object, event.certificate);
  if (event.fault) {
    object["reason"] = name(*event.fault);
    object["message"] = text(*event.fault);
  }
  if (event.extension) {
    object["extension"] = {{"oid", to_dotted(event.extension->oid)},
                           {"critical", event.extension->critical},
                           {"value", base64_encode(event.extension->value)}};
  }
  if (!event.detail.empty()) object["detail"] = event.detail;
}

void write_body(Json& object, const SniQuestion& question) {
  object["kind"] = "sni";
  object["server_name"] = json_bytes(as_bytes(question.server_name));
}

void write_body(Json& object, const HostnameQuestion& question) {
  object["kind"] = "hostname";
  object["host"] = question.host;
  write_certificate(object, question.certificate);
}

void write_body(Json& object, const PartialChainQuestion& question) {
  object["kind"] = "partial_chain";
  Json& chain = object["chain"] = Json::array();
  for (const auto& certificate : question.chain) chain.push_back(base64_encode(certificate->der()));
}

template <class T>
void write_names(Json& object, const char* member, const std::vector<T>& values) {
  if (values.empty()) return;
  Json& names = object[member] = Json::array();
  for (auto value : values) names.push_back(json_name(value));
}

void write_offers(Json& hello, const Offers& offers) {
  write_names(hello, "versions", offers.versions);
  write_names(hello, "ciphers", offers.cipher_suites);
  write_names(hello, "supported_groups", offers.groups);
  write_names(hello, "key_share", offers.key_share_groups);
  write_names(hello, "signature_algs", offers.signature_schemes);
  if (offers.signature_schemes_cert) write_names(hello, "signature_algs_cert", *offers.signature_schemes_cert);
  for (const auto& protocol : offers.alpn) hello["alpn"].push_back(json_bytes(as_bytes(protocol)));
  if (offers.server_name) hello["sni"] = json_bytes(as_bytes(*offers.server_name));
}

// A client's question comes after the ServerHello, which chose a version.
void write_choice(Json& hello, const Negotiated& negotiated) {
  if (!negotiated.version) return;
  hello["protocol"] = json_name(*negotiated.version);
  if (negotiated.cipher_suite) hello["selected_cipher_suite"] = json_name(*negotiated.cipher_suite);
  if (negotiated.group) hello["selected_group"] = json_name(*negotiated.group);
  hello["hello_retry"] = negotiated.hello_retry;
}

void write_body(Json& object, const HelloQuestion& question) {
  object["kind"] = "hello";
  Json& hello = object["hello"] = Json::object();
  write_offers(hello, question.offers);
  write_choice(hello, question.negotiated);
}

void write_body(Json& object, const ReuseSessionQuestion& question) {
  const Session& session = *question.session;
  object["kind"] = "reuse_session";
  object["session_id"] = to_hex(session.id);
  object["peer_cert"] = session.peer_chain.empty() ? Json() : Json(base64_encode(session.peer_chain.front()->der()));
  object["compression"] = 0;
  if (const SuiteInfo* suite = find_suite(session.cipher_suite)) object["cipher_suite"] = suite_json(*suite);
}

void write_body(Json& object, const UserLookupQuestion& question) {
  object["kind"] = "user_lookup";
  object["user_kind"] = question.kind == UserKind::psk ? "psk" : "srp";
  object["identity"] = question.identity.empty() ? Json() : json_bytes(as_bytes(question.identity));
}

// ---- answers ----

Answer verdict(Verdict value) {
  Answer answer;
  answer.verdict = value;
  return answer;
}

// AnswerReader reads one answer for each kind of question.
class AnswerReader {
 public:
  AnswerReader(const Json& answer, std::string_view text, const ConfigPtr& config,
               const std::function<ConfigPtr(std::uint64_t)>& find_config, std::vector<OptionProblem>& problems)
      : answer_(answer), text_(text), config_(config), find_config_(find_config), problems_(problems) {}

  Answer operator()(const VerifyQuestion&) const {
    if (answer_ == "valid") return verdict(Verdict::accept);
    if (answer_ == "unknown") return verdict(Verdict::unknown);
    const Json* reason = only_member("fail");
    if (!reason) return {};
    Answer answer = verdict(Verdict::refuse);
    answer.reason = reason->get<std::string>();
    return answer;
  }

  Answer operator()(const HostnameQuestion&) const { return yes_or_no(); }
  Answer operator()(const ReuseSessionQuestion&) const { return yes_or_no(); }

  Answer operator()(const UserLookupQuestion& question) const {
    if (answer_ == "unknown") return verdict(Verdict::unknown);
    return question.kind == UserKind::psk ? psk() : srp_user();
  }

  Answer operator()(const SniQuestion&) const {
    if (answer_ == "default") return verdict(Verdict::accept);
    if (answer_ == "unrecognized") return verdict(Verdict::refuse);
    return with_options();
  }

  Answer operator()(const PartialChainQuestion& question) const {
    if (answer_ == "unknown_ca") return verdict(Verdict::unknown);
    const Json* trusted = only_member("trusted_ca");
    const auto der = trusted ? base64_decode(trusted->get_ref<const std::string&>()) : std::nullopt;
    if (!der) return {};
    for (const auto& certificate : question.chain) {
      if (!equal(certificate->der(), *der)) continue;
      Answer answer = verdict(Verdict::accept);
      answer.trusted = certificate;
      return answer;
    }
    return {};
  }

  Answer operator()(const HelloQuestion&) const {
    if (answer_ == "continue") return verdict(Verdict::accept);
    if (answer_ == "cancel") return verdict(Verdict::refuse);
    return with_options();
  }

 private:
  Answer yes_or_no() const {
    if (!answer_.is_boolean()) return {};
    return verdict(answer_.get<bool>() ? Verdict::accept : Verdict::refuse);
  }

  // only_member is the string of an object that has this member alone, or null.
  const Json* only_member(const char* name) const {
    if (!answer_.is_object() || answer_.size() != 1) return nullptr;
    const auto member = answer_.find(name);
    return member != answer_.end() && member->is_string() ? &*member : nullptr;
  }

  // member is the bytes of a member of an object, in base64; nothing for anything else.
  std::optional<SecretBytes> member(const char* name) const {
    const auto found = answer_.find(name);
    if (found == answer_.end() || !found->is_string()) return {};
    auto decoded = base64_decode(found->get_ref<const std::string&>());
    if (!decoded) return {};
    SecretBytes bytes((Bytes(*decoded)));
    wipe(*decoded);
    return bytes;
  }

  Answer psk() const {
    auto key = answer_.is_object() && answer_.size() == 1 ? member("psk") : std::nullopt;
    // RFC 4279 §5.4: at least 64 bytes are to be supported; the length field has two.
    if (!key || key->empty() || key->size() > 0xffff) return {};
    Answer answer = verdict(Verdict::accept);
    answer.user = std::make_shared<const UserSecret>(UserSecret{UserKind::psk, *std::move(key), {}, {}});
    return answer;
  }

  Answer srp_user() const {
    if (!answer_.is_object() || answer_.size() != 3) return {};
    const auto group = answer_.find("srp_group");
    auto key = member("derived_key");
    const auto salt = member("salt");
    const bool is_whole = group != answer_.end() && group->is_string() && key && salt && !salt->empty();
    if (!is_whole || key->empty() || key->size() > 64 || salt->size() > 255) return {};
    Answer answer = verdict(Verdict::accept);
    answer.user = std::make_shared<const UserSecret>(
        UserSecret{UserKind::srp, *std::move(key), copy(*salt), group->get<std::string>()});
    return answer;
  }

  Answer with_options() const {
    if (!answer_.is_object() || answer_.empty() || !config_) return {};
    auto outcome = parse_options({config_->role, text_, config_, find_config_, false, true});
    if (!outcome.config) {
      problems_ = std::move(outcome.problems);
      return {};
    }
    Answer answer = verdict(Verdict::accept);
    answer.config = std::move(outcome.config);
    return answer;
  }

  const Json& answer_;
  std::string_view text_;
  const ConfigPtr& config_;
  const std::function<ConfigPtr(std::uint64_t)>& find_config_;
  std::vector<OptionProblem>& problems_;
};

}  // namespace

std::string question_json(const Question& question) {
  Json object = {{"id", question.id}, {"answered_by", "application"}};
  std::visit([&](const auto& body) { write_body(object, body); }, question.body);
  return write_json(object);
}

Answer parse_answer(const Question& question, std::string_view json, const ConfigPtr& config,
                    const std::function<ConfigPtr(std::uint64_t)>& find_config, std::vector<OptionProblem>& problems) {
  JsonDocument answer;
  if (json.empty() || read_json(json, answer)) return {};
  return std::visit(AnswerReader(answer.root, json, config, find_config, problems), question.body);
}

}  // namespace tlsock
