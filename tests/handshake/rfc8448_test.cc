// The traces of RFC 8448, step by step: every secret derived, every protected record sealed and opened again.
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "crypto/kdf.h"
#include "handshake/key_schedule.h"
#include "handshake/transcript.h"
#include "record/tls_record.h"

using namespace tlsock;
using nlohmann::json;

namespace {

constexpr auto hash = HashAlgorithm::sha256;  // of all five traces

// Step gives a step's octet strings by name.
class Step {
 public:
  explicit Step(const json& step) : role(step["role"]), action(step["action"]) {
    for (const auto& field : step["fields"]) fields_[field["name"]] = *from_hex(field["hex"].get<std::string>());
  }
  bool is(std::string_view begin) const { return action.rfind(begin, 0) == 0; }
  bool has(const std::string& name) const { return fields_.count(name) > 0; }
  const ByteString& operator[](const std::string& name) const { return fields_.at(name); }

  std::string role, action;

 private:
  std::map<std::string, ByteString> fields_;
};

// label_of finds "c hs traffic" in: derive secret "tls13 c hs traffic".
std::string label_of(const std::string& action) {
  const auto begin = action.find("\"tls13 ") + 7;
  return action.substr(begin, action.find('"', begin) - begin);
}

// kind_of is "handshake" in: derive write traffic keys for handshake data (same as …).
std::string kind_of(const std::string& action) {
  const auto begin = action.find(" for ") + 5;
  return action.substr(begin, action.find(" data", begin) - begin);
}

struct Counts {
  int secrets = 0, records = 0;
};

struct Trace {
  std::map<std::string, RecordWriter> writers;
  std::map<std::string, RecordReader> readers;  // of what that role sends
  std::map<std::string, ByteString> traffic_secrets;
  Counts counts;

  void derive(const Step& step) {
    Secret secret(step["expanded"].size());
    hkdf_expand_label(hash, step["PRK"], label_of(step.action), step["hash"], secret.bytes());
    CHECK(copy(secret) == step["expanded"]);
    ++counts.secrets;
  }

  void extract(const Step& step) {
    const ByteString salt = step.has("salt") ? step["salt"] : ByteString();
    CHECK(copy(hkdf_extract(hash, salt, step["IKM"])) == step["secret"]);
    ++counts.secrets;
  }

  // traffic_keys learns a direction's secret from whichever side shows it first; the writer's step installs it.
  void traffic_keys(const Step& step) {
    const bool writes = step.is("derive write");
    const std::string writer = writes ? step.role : step.role == "client" ? "server" : "client";
    ByteString& secret = traffic_secrets[writer + kind_of(step.action)];
    if (step.has("PRK")) {
      secret = step["PRK"];
      Secret key(step["key expanded"].size()), iv(step["iv expanded"].size());
      hkdf_expand_label(hash, secret, "key", {}, key.bytes());
      hkdf_expand_label(hash, secret, "iv", {}, iv.bytes());
      CHECK(copy(key) == step["key expanded"]);
      CHECK(copy(iv) == step["iv expanded"]);
      counts.secrets += 2;
    }
    if (!writes) return;
    REQUIRE_FALSE(secret.empty());
    writers[writer].install(RecordProtection(AeadAlgorithm::aes_128_gcm, hash, secret));
    readers[writer].install(RecordProtection(AeadAlgorithm::aes_128_gcm, hash, secret));
  }

  void send(const Step& step) {
    const ByteString& record = step["complete record"];
    RecordWriter& writer = writers[step.role];
    RecordReader& reader = readers[step.role];
    const auto type = step.action.find("handshake") != std::string::npos ? ContentType::handshake
                      : step.action.find("alert") != std::string::npos   ? ContentType::alert
                      : step.action.find("change_cipher_spec") != std::string::npos ? ContentType::change_cipher_spec
                                                                                    : ContentType::application_data;
    if (type == ContentType::change_cipher_spec) {
      writer.seal_plain(type, step["payload"]);
    } else {
      // RFC 8448 writes 0301 on the first flight of a client.
      if (!writer.is_protected()) writer.first_version(static_cast<std::uint16_t>(load_be(Bytes(record).subspan(1, 2))));
      REQUIRE(writer.seal(type, step["payload"]).has_value());
    }
    CHECK(copy(writer.output()) == record);
    writer.sent(record.size());

    std::copy(record.begin(), record.end(), reader.space(record.size()).begin());
    reader.received(record.size());
    const auto opened = reader.open();
    REQUIRE(opened.has_value());
    REQUIRE(opened->has_value());
    CHECK((*opened)->type == type);
    CHECK(copy((*opened)->content) == step["payload"]);
    reader.drop();
    ++counts.records;
  }
};

json sections() {
  std::ifstream file(std::string(TLSOCK_TEST_DATA) + "/rfc8448.json");
  REQUIRE(file.good());
  return json::parse(file)["sections"];
}

}  // namespace

TEST_CASE("RFC 8448: secrets and records of all traces") {
  Counts total;
  for (const auto& section : sections()) {
    Trace trace;
    for (const auto& each : section["steps"]) {
      const Step step(each);
      INFO(section["title"].get<std::string>() << ": " << step.role << ": " << step.action);
      if (step.is("derive secret") && step.has("expanded")) trace.derive(step);
      if (step.is("extract secret") && step.has("secret")) trace.extract(step);
      if (step.is("derive write traffic keys") || step.is("derive read traffic keys")) trace.traffic_keys(step);
      if (step.is("send ") && step.has("complete record")) trace.send(step);
    }
    total.secrets += trace.counts.secrets;
    total.records += trace.counts.records;
  }
  CHECK(total.secrets >= 60);
  CHECK(total.records >= 30);
}

TEST_CASE("RFC 8448, section 3: the key schedule over a transcript") {
  const json trace = sections()[0];
  std::map<std::string, ByteString> messages, secrets;
  ByteString shared;
  for (const auto& each : trace["steps"]) {
    const Step step(each);
    for (const char* name : {"ClientHello", "ServerHello", "EncryptedExtensions", "Certificate", "CertificateVerify"})
      if (step.is("construct") && step.has(name)) messages[name] = step[name];
    if (step.is("construct") && step.has("Finished")) messages[step.role + " Finished"] = step["Finished"];
    if (step.is("derive secret \"tls13 ") && step.has("expanded")) secrets[label_of(step.action)] = step["expanded"];
    if (step.is("extract secret \"handshake\"") && step.has("IKM")) shared = step["IKM"];
  }
  Transcript transcript;
  transcript.add(messages["ClientHello"]);
  transcript.add(messages["ServerHello"]);
  transcript.start(hash);
  auto handshake = EarlySecret(hash).with(shared);
  const Secret client = handshake.client_handshake_traffic(transcript.digest());
  const Secret server = handshake.server_handshake_traffic(transcript.digest());
  CHECK(copy(client) == secrets["c hs traffic"]);
  CHECK(copy(server) == secrets["s hs traffic"]);
  for (const char* name : {"EncryptedExtensions", "Certificate", "CertificateVerify"}) transcript.add(messages[name]);
  const ByteString server_finished = messages["server Finished"];
  CHECK(copy(verify_data(hash, server, transcript.digest())) == copy(Bytes(server_finished).subspan(4)));
  transcript.add(server_finished);
  auto master = std::move(handshake).finish();
  CHECK(copy(master.client_application_traffic(transcript.digest())) == secrets["c ap traffic"]);
  CHECK(copy(master.server_application_traffic(transcript.digest())) == secrets["s ap traffic"]);
  CHECK(copy(master.exporter_master(transcript.digest())) == secrets["exp master"]);
  const ByteString client_finished = messages["client Finished"];
  CHECK(copy(verify_data(hash, client, transcript.digest())) == copy(Bytes(client_finished).subspan(4)));
  transcript.add(client_finished);
  CHECK(copy(master.resumption_master(transcript.digest())) == secrets["res master"]);
}

TEST_CASE("the transcript's restart replaces the first ClientHello by its hash") {
  const ByteString hello = {1, 0, 0, 2, 5, 6}, retry = {2, 0, 0, 1, 9};
  Transcript transcript;
  transcript.add(hello);
  transcript.start(hash);
  transcript.restart();
  transcript.add(retry);
  ByteString expected = {254, 0, 0, 32};
  append(expected, Hash::of(hash, {hello}));
  append(expected, retry);
  CHECK(copy(transcript.digest()) == copy(Hash::of(hash, {expected})));
}
