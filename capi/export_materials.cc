// The form of labels_json is in the header. Everything is checked before the first secret is made.
#include "capi/export_materials.h"

#include "capi/arguments.h"
#include "config/option_values.h"
#include "crypto/encoding.h"

namespace tlsock::capi {
namespace {

struct Wanted {
  std::string label;
  std::optional<SecretBytes> context;
  std::size_t length = 0;
};

struct Order {
  std::vector<Wanted> items;
  bool consume = false;
};

// RFC 8446 §7.1: HKDF-Expand gives at most 255 hash values; the smallest hash has 32 bytes.
constexpr std::size_t max_length = 255 * 32;

class OrderReader {
 public:
  explicit OrderReader(std::vector<OptionProblem>& problems) : problems_(problems) {}

  void read(const Json& root, Order& order) {
    if (root.is_array()) return read_items(root, order);
    if (!root.is_object()) return refuse("labels", OptionProblem::Reason::type, "neither an array nor an object");
    for (const auto& [name, value] : root.items()) read_member(name, value, order);
    if (!root.contains("labels")) refuse("labels", OptionProblem::Reason::missing, "no labels");
  }

 private:
  void read_member(const std::string& name, const Json& value, Order& order) {
    if (name == "labels") return read_items(value, order);
    if (name != "consume") return refuse(name, OptionProblem::Reason::unknown, "there is no such member");
    if (const auto consume = read_bool(OptionValue(name, value, problems_))) order.consume = *consume;
  }

  void read_items(const Json& items, Order& order) {
    if (!items.is_array()) return refuse("labels", OptionProblem::Reason::type, "not an array");
    for (const Json& item : items) {
      if (!item.is_object()) return refuse("labels", OptionProblem::Reason::type, "not an array of objects");
      order.items.push_back(read_item(item));
    }
  }

  Wanted read_item(const Json& item) {
    Wanted wanted;
    bool has_label = false, has_length = false;
    for (const auto& [name, value] : item.items()) {
      const OptionValue option(name, value, problems_);
      if (name == "label") {
        has_label = true;
        wanted.label = read_string(option).value_or(std::string());
      } else if (name == "length") {
        has_length = true;
        wanted.length = read_integer(option, 1, max_length).value_or(0);
      } else if (name == "context") {
        if (!value.is_null()) wanted.context = read_bytes(option, Plain::text).value_or(SecretBytes());
      } else {
        refuse(name, OptionProblem::Reason::unknown, "there is no such member");
      }
    }
    if (!has_label) refuse("label", OptionProblem::Reason::missing, "no label");
    if (!has_length) refuse("length", OptionProblem::Reason::missing, "no length");
    return wanted;
  }

  void refuse(std::string name, OptionProblem::Reason reason, std::string message) {
    OptionProblem problem;
    problem.reason = reason;
    problem.options.push_back({std::move(name), {}});
    problem.message = std::move(message);
    problems_.push_back(std::move(problem));
  }

  std::vector<OptionProblem>& problems_;
};

Status derive(const Socket& socket, const Order& order, Json& materials) {
  Status status;
  socket.inspect([&](const Connection& connection) {
    for (const Wanted& wanted : order.items) {
      auto secret = connection.export_keying_material(
          wanted.label, wanted.context ? std::optional<Bytes>(*wanted.context) : std::nullopt, wanted.length);
      if (!secret) {
        status = std::move(secret).error();
        return;
      }
      materials.push_back(base64_encode(*secret));
    }
  });
  return status;
}

}  // namespace

tls_status export_materials(SocketHandle& socket, const char* labels_json, char** materials_json) {
  JsonDocument document, materials;
  TLSOCK_CHECK(read_document("labels_json", labels_json, document));
  std::vector<OptionProblem> problems;
  Order order;
  OrderReader(problems).read(document.root, order);
  if (!problems.empty()) return fail(problems);
  if (!socket.socket->connected()) return fail_state("there is no connection to export from");
  if (order.consume ? !socket.consume_exporter() : socket.exporter_consumed())
    return fail_state("the exporter secret was consumed already");
  materials.root = Json::array();
  if (const Status derived = derive(*socket.socket, order, materials.root); !derived)
    return socket.fail(derived.error());
  return give(write_json(materials.root), materials_json);
}

}  // namespace tlsock::capi
