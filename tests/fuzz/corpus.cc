// corpus writes what the fuzz targets begin with: fuzz_corpus FOLDER. One folder for each target, and a dictionary of
// the options' names.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "config/option_table.h"
#include "seeded_rng.h"
#include "tests/support/scripted.h"

using namespace tlsock;
using namespace tlsock::test;

namespace {

namespace fs = std::filesystem;

const fs::path vectors = TLSOCK_TEST_DATA;

ByteString file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Seeds is the corpus of one target.
class Seeds {
 public:
  Seeds(const fs::path& folder, const char* target) : folder_(folder / target) { fs::create_directories(folder_); }

  void add(Bytes bytes) {
    std::ofstream out(folder_ / ("seed-" + std::to_string(count_++)), std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  void add(unsigned first, Bytes rest) {
    ByteString bytes{static_cast<std::uint8_t>(first)};
    append(bytes, rest);
    add(bytes);
  }

 private:
  fs::path folder_;
  int count_ = 0;
};

void append_piece(ByteString& to, Bytes piece) {
  ByteString length(2);
  store_be(length, piece.size());
  append(to, length);
  append(to, piece);
}

template <class T>
void add_message(Seeds& seeds, const T& message) {
  ByteString body;
  if (encode(message, body)) seeds.add(static_cast<unsigned>(T::type), body);
}

void write_messages(const fs::path& folder) {
  Seeds seeds(folder, "messages");
  Config full = client_config();
  full.alpn = {"h2", "http/1.1"};
  full.record_size_limit = 1000;
  full.certificate_authorities = true;
  full.signature_algs_cert = full.signature_algs;
  ScriptedServer server(full);
  ScriptedClient client;
  for (const auto& hello : {server.hello, client.hello}) add_message(seeds, hello);
  ServerHello retry = server.retry(NamedGroup::secp256r1);
  retry.cookie = ByteString(32, 1);
  for (const auto& hello : {server.answer(), retry}) add_message(seeds, hello);
  EncryptedExtensions extensions;
  extensions.server_name.emplace();
  extensions.alpn = {{{"h2"}}};
  extensions.record_size_limit = 1000;
  extensions.supported_groups = server.hello.supported_groups;
  add_message(seeds, extensions);
  CertificateRequest request;
  request.signature_algorithms = request.signature_algorithms_cert = server.hello.signature_algorithms;
  request.certificate_authorities = server.hello.certificate_authorities;
  add_message(seeds, request);
  add_message(seeds, server.certificate("chain"));
  add_message(seeds, CertificateVerify{SignatureScheme::ed25519, ByteString(64, 3)});
  add_message(seeds, Finished{ByteString(32, 4)});
  add_message(seeds, NewSessionTicket{7200, 1, {1}, {2, 3}, {}, 16384});
  add_message(seeds, KeyUpdate{KeyUpdateRequest::update_requested});
}

void write_channel(const fs::path& folder) {
  Seeds seeds(folder, "channel");
  const ByteString message{24, 0, 0, 1, 0}, data(300, 7), alert{1, 0};
  for (unsigned flags = 0; flags < 8; ++flags) {
    ByteString sealed, plain;
    for (const auto& [type, content] : {std::pair(22, message), {23, data}, {22, message}, {21, alert}}) {
      sealed.push_back(static_cast<std::uint8_t>(type));
      append_piece(sealed, content);
      ByteString record(record_header_size);
      write_record_header(record, ContentType{static_cast<std::uint8_t>(type)}, content.size());
      append(record, content);
      append_piece(plain, record);
    }
    seeds.add(flags, plain);
    seeds.add(flags | 8, sealed);
  }
}

void write_certificates(const fs::path& folder) {
  Seeds seeds(folder, "certificate"), pem(folder, "pem");
  for (const auto& each : fs::directory_iterator(vectors / "pkits" / "certs")) {
    ByteString one;
    append_piece(one, file(each.path()));
    seeds.add(one);
  }
  for (const char* name : {"chain", "server", "server-rsa", "server-ed25519", "selfsigned", "expired"}) {
    ByteString chain;
    for (const auto& certificate : credential(name).chain) append_piece(chain, certificate->der());
    seeds.add(chain);
  }
  for (const auto& each : fs::directory_iterator(vectors / "certs"))
    for (unsigned password : {0, 1}) pem.add(password, file(each.path()));
  for (const auto& each : fs::directory_iterator(vectors / "keys")) pem.add(1, file(each.path()));
}

void write_options(const fs::path& folder) {
  Seeds seeds(folder, "options");
  for (const char* json : {R"({})", R"({"verify":"verify_none","alpn_advertised_protocols":["h2"],"depth":3})",
                           R"({"versions":["tlsv1.3"],"ciphers":["TLS_AES_128_GCM_SHA256"],"log_level":"debug"})",
                           R"({"supported_groups":["x25519","secp256r1"],"signature_algs":["ed25519"],"timeout":1})",
                           R"({"certs_keys":[{"cert":"AA==","key":{"type":"ECPrivateKey","der":"AA=="}}]})",
                           R"({"sni_hosts":{"a.example":{"verify":"verify_peer"}},"fail_if_no_peer_cert":true})"})
    for (unsigned flags = 0; flags < 8; ++flags) seeds.add(flags, as_bytes(std::string_view(json)));
  std::ofstream dictionary(folder / "options.dict");
  for (const auto& row : option_rows()) dictionary << "\"\\\"" << row.name << "\\\":\"\n";
}

// write_connection records what each side would get from the other.
void write_connection(const fs::path& folder) {
  Seeds seeds(folder, "connection");
  for (unsigned older : {0u, 128u}) {
    Config client = client_config(), server = server_config();
    if (older) {
      client.versions = server.versions = {Version::tls12};
      client.cipher_suites = server.cipher_suites = default_suites_of(client.versions);
    }
    Pair pair(client, server);
    ByteString up, down;
    pair.client_to_server = [&](ByteString& bytes) { append_piece(up, bytes); };
    pair.server_to_client = [&](ByteString& bytes) { append_piece(down, bytes); };
    if (!pair.run()) throw std::runtime_error("no handshake");
    for (unsigned flags = older; flags < older + 128; flags += 2) {
      seeds.add(flags, up);
      seeds.add(flags | 1, down);
    }
  }
}

void write_conversation(const fs::path& folder) {
  Seeds seeds(folder, "conversation");
  // Honest steps, each delivered at once or all together; then data, a KeyUpdate, a close.
  const ByteString closing{3, 23, 0, 2, 'h', 'i', 0, 6, 3, 21, 0, 2, 1, 0, 6};
  for (unsigned flags : {0, 1, 2, 3}) {
    for (const ByteString& steps : {ByteString{0, 0, 0, 0, 0, 6}, ByteString{0, 6, 0, 6, 0, 6, 0, 6, 0, 6}}) {
      ByteString script = steps;
      append(script, closing);
      seeds.add(flags, script);
    }
    seeds.add(flags, ByteString{0, 6, 0, 1, 0, 9, 1, 6});
    seeds.add(flags, ByteString{0, 2, 4, 0, 3, 1, 2, 3, 6});
  }
  // Of a client that is not asked for a certificate.
  seeds.add(0, ByteString{0, 5, 5, 0, 6, 0, 6, 2, 24, 0, 1, 1, 6});
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "usage: fuzz_corpus FOLDER\n";
    return 2;
  }
  fuzz::seed_rng(3);
  const fs::path folder = arguments[1];
  write_messages(folder);
  write_channel(folder);
  write_certificates(folder);
  write_options(folder);
  write_connection(folder);
  write_conversation(folder);
}
