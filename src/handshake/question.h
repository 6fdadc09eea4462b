// Question, Answer: what a handshake asks the application, and what may be said to it.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "config/config.h"
#include "handshake/negotiated.h"

namespace tlsock {

// VerifyQuestion: one finding about a certificate of the peer (Erlang's verify_fun).
struct VerifyQuestion {
  PathEvent event;
};
// SniQuestion: the server name of a ClientHello (Erlang's sni_fun).
struct SniQuestion {
  std::string server_name;
};
// HostnameQuestion: does this certificate speak for this host? Asked in place of RFC 9525's rules.
struct HostnameQuestion {
  CertificatePtr certificate;
  std::string host;
};
// PartialChainQuestion: which certificate of the peer's, if any, is to count as a trust anchor.
struct PartialChainQuestion {
  std::vector<CertificatePtr> chain;
};
// ReuseSessionQuestion: may a client go on from a session (Erlang's reuse_session)?
struct ReuseSessionQuestion {
  SessionPtr session;
};
// UserLookupQuestion: the secret of a user (Erlang's user_lookup_fun). A client is told the server's hint as a PSK's
// identity, which may be empty.
enum class UserKind : std::uint8_t { psk, srp };
struct UserLookupQuestion {
  UserKind kind;
  std::string identity;
};
// HelloQuestion: the peer's hello has come; go on with which options?
struct HelloQuestion {
  Offers offers;         // server: the ClientHello's
  Negotiated negotiated; // client: what the ServerHello chose
};

using QuestionBody = std::variant<VerifyQuestion, SniQuestion, HostnameQuestion, PartialChainQuestion, ReuseSessionQuestion,
                                  UserLookupQuestion, HelloQuestion>;

struct Question {
  std::uint64_t id = 0;
  QuestionBody body;
};

// UserSecret is a PSK, or what SRP's server keeps of a password: x (RFC 5054 §2.4), with its salt and group.
struct UserSecret {
  UserKind kind;
  SecretBytes key;
  ByteString salt;
  std::string srp_group;  // Erlang's name
};
using UserSecretPtr = std::shared_ptr<const UserSecret>;

// Answer is one for any question; each kind looks at its own fields. Anything that is not an answer of the kind is
// `invalid` and fails the handshake.
struct Answer {
  enum class Verdict : std::uint8_t {
    invalid,
    accept,   // verify: valid; hostname: match; reuse_session: yes; sni: go on (with `config`, or with the listener's); hello: go on
    refuse,   // verify: fail; hostname: no match; reuse_session: no; sni: unrecognized; hello: cancel
    unknown,  // verify: no opinion; partial_chain: none; user_lookup: no such user
  };
  Verdict verdict = Verdict::invalid;
  std::string reason;      // verify, refuse
  ConfigPtr config;        // sni, hello
  CertificatePtr trusted;  // partial_chain, accept
  UserSecretPtr user = nullptr;  // user_lookup, accept
};

}  // namespace tlsock
