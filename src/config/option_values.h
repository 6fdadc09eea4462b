// Values of options: JSON read as what an option takes, or a problem that names the option.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "config/json_text.h"
#include "config/options.h"

namespace tlsock {

// OptionValue is one option that was given, and where to put what is wrong with it.
class OptionValue {
 public:
  OptionValue(std::string name, const Json& json, std::vector<OptionProblem>& problems)
      : name_(std::move(name)), path_(name_), json_(json), problems_(problems) {}

  const std::string& name() const { return name_; }
  const Json& json() const { return json_; }
  std::vector<OptionProblem>& problems() const { return problems_; }

  // part is a member of this value that is named in its own right, such as the certfile in certs_keys.
  OptionValue part(std::string name, std::string path, const Json& json) const;
  // element is an entry of a list; its problems name the option alone.
  OptionValue element(std::size_t index, const Json& json) const;

  // refuse adds a problem; the message begins with where it is.
  void refuse(OptionProblem::Reason reason, std::string message, std::vector<Fact> facts = {}) const;
  void refuse_value(std::string message) const { refuse(OptionProblem::Reason::value, std::move(message)); }
  void refuse_type(std::string message) const { refuse(OptionProblem::Reason::type, std::move(message)); }

 private:
  std::string name_;
  std::string path_;
  const Json& json_;
  std::vector<OptionProblem>& problems_;
  std::vector<OptionProblem::Named> outer_;
};

// How the bytes are written that a plain string stands for. {"base64": …} and {"hex": …} are taken for both.
enum class Plain : std::uint8_t { text, base64 };

// Each of these gives nothing after it has refused the value.
std::optional<bool> read_bool(const OptionValue& value);
std::optional<std::uint64_t> read_integer(const OptionValue& value, std::uint64_t least, std::uint64_t most);
std::optional<std::string> read_string(const OptionValue& value);
// read_choice gives the place of the value among `choices`.
std::optional<std::size_t> read_choice(const OptionValue& value, std::initializer_list<std::string_view> choices);
std::optional<SecretBytes> read_bytes(const OptionValue& value, Plain plain);
// read_path takes the name of a file; PEM text in its place is refused without being told.
std::optional<std::string> read_path(const OptionValue& value);

// Time in milliseconds; none is "infinity".
struct Timeout {
  std::optional<Milliseconds> time;
};
std::optional<Timeout> read_timeout(const OptionValue& value, std::uint64_t least);

// Lists keep their order; what stands twice counts once.
std::optional<std::vector<Version>> read_versions(const OptionValue& value);
std::optional<std::vector<CipherSuite>> read_suites(const OptionValue& value);
std::optional<std::vector<NamedGroup>> read_groups(const OptionValue& value);
std::optional<std::vector<SignatureScheme>> read_schemes(const OptionValue& value);
std::optional<std::vector<std::string>> read_protocols(const OptionValue& value);
// read_certificates takes a list of DER certificates, or a single one.
std::optional<std::vector<CertificatePtr>> read_certificates(const OptionValue& value);
// read_host takes a DNS name or an IP address in text form, and gives it as it is compared.
std::optional<std::string> read_host(const OptionValue& value);
// read_address takes an IP address as text, or as Erlang's tuple: a list of 4 or 8 numbers.
std::optional<std::string> read_address(const OptionValue& value);

}  // namespace tlsock
