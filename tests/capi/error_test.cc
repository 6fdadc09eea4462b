// Errors at the boundary: the sorting of reasons, the error objects, and the thread's last error.
#include "capi/error.h"

#include <pthread.h>

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

#include "capi/guard.h"
#include "tests/catch.hpp"

using namespace tlsock;
using namespace tlsock::capi;
using Json = nlohmann::json;

namespace {

Json last() { return Json::parse(tls_last_error()); }

}  // namespace

TEST_CASE("each reason has a status, and only that with an alert is an alert") {
#define X(reason, alert, section, text) Reason::reason,
  for (const Reason reason : {TLSOCK_REASONS(X)}) {
#undef X
    const Error error(reason);
    CAPTURE(info(reason).name);
    const tls_status status = status_of(error);
    CHECK(status < 0);
    CHECK(status >= TLS_E_UNSUPPORTED);
    if (status == TLS_E_ALERT && reason != Reason::PEER_ALERT) CHECK(error.alert != Alert::none);
    // What has no alert must be sorted by name; INTERNAL is for faults of the library alone.
    if (status == TLS_E_INTERNAL) CHECK(reason == Reason::INTERNAL_ERROR);
  }
  CHECK(status_of(Error(Reason::UNEXPECTED_EOF)) == TLS_E_TRUNCATED);
  CHECK(status_of(Error(Reason::STALE_ANSWER)) == TLS_E_STATE);
  CHECK(status_of(Error(Reason::OUT_OF_MEMORY)) == TLS_E_NOMEM);
  CHECK(status_of(Error(Reason::DECODE_ERROR)) == TLS_E_ALERT);
}

TEST_CASE("an alert of ours") {
  const Scene scene{Role::client, "wait_certificate"};
  const tls_status status =
      fail(Error(Reason::CERTIFICATE_VERIFY_FAILED).with("subject", "CN=x").with_alert(Alert::unknown_ca), &scene);
  CHECK(status == TLS_E_ALERT);
  const Json error = last();
  CHECK(error["status"] == "tls_alert");
  CHECK(error["alert"] == "unknown_ca");
  CHECK(error["alert_code"] == 48);
  CHECK(error["origin"] == "local");
  CHECK(error["role"] == "client");
  CHECK(error["state"] == "wait_certificate");
  CHECK(error["reason"] == "CERTIFICATE_VERIFY_FAILED");
  CHECK(error["detail"]["subject"] == "CN=x");
  CHECK(error["rfc"].get<std::string>().rfind("RFC 8446", 0) == 0);
  const auto message = error["message"].get<std::string>();
  CHECK(message.rfind("TLS client: In state wait_certificate generated CLIENT ALERT: Fatal - Unknown CA", 0) == 0);
}

TEST_CASE("an alert of the peer's") {
  const Scene scene{Role::client, "wait_finished"};
  CHECK(fail(Error(Reason::PEER_ALERT).with_alert(Alert::handshake_failure), &scene) == TLS_E_ALERT);
  const Json error = last();
  CHECK(error["origin"] == "peer");
  CHECK(error["message"] == "TLS client: In state wait_finished received SERVER ALERT: Fatal - Handshake Failure");
}

TEST_CASE("system errors tell errno and its name") {
  const Error failed = Error(Reason::SYSTEM_ERROR, "connect")
                           .with("call", "connect")
                           .with("errno", "ECONNREFUSED")
                           .with("text", "Connection refused");
  CHECK(fail(failed) == TLS_E_SYSTEM);
  const Json error = last();
  CHECK(error["status"] == "system");
  CHECK(error["errno"] == ECONNREFUSED);
  CHECK(error["errno_name"] == "ECONNREFUSED");
  CHECK(error["message"] == "connect: Connection refused");
}

TEST_CASE("bytes that are no UTF-8 do not spoil the error object") {
  CHECK(fail(Error(Reason::DECODE_ERROR).with("name", "a\xff\xfe")) == TLS_E_ALERT);
  CHECK(last()["status"] == "tls_alert");
}

TEST_CASE("nothing that is thrown leaves the boundary") {
  CHECK(guarded([]() -> tls_status { throw std::bad_alloc(); }) == TLS_E_NOMEM);
  CHECK(last()["status"] == "nomem");
  bool poisoned = false;
  CHECK(guarded([]() -> tls_status { throw std::runtime_error("x"); }, [&] { poisoned = true; }) == TLS_E_INTERNAL);
  CHECK(last()["status"] == "internal");
  CHECK(poisoned);
  CHECK(guarded([]() -> tls_status { throw 7; }) == TLS_E_INTERNAL);
  CHECK(guarded([]() -> tls_status { return TLS_WAIT; }) == TLS_WAIT);
}

TEST_CASE("the last error is the thread's own") {
  fail_state("mine");
  std::thread([] {
    CHECK(std::string(tls_last_error()) == "{}");
    fail_state("another's");
    CHECK(last()["message"] == "another's");
  }).join();
  CHECK(last()["message"] == "mine");
}

TEST_CASE("calls while a thread is being destroyed are safe") {
  static pthread_key_t key;
  static std::string seen;
  REQUIRE(pthread_key_create(&key, [](void*) {
            fail_state("late");
            seen = tls_last_error();
          }) == 0);
  std::thread([] {
    fail_state("early");
    pthread_setspecific(key, &key);
  }).join();
  CHECK(seen.find("late") != std::string::npos);
  pthread_key_delete(key);
}

TEST_CASE("a thread that is cancelled inside does not end the process") {
  pthread_t thread;
  const auto body = [](void*) -> void* {
    guarded([]() -> tls_status {
      pthread_cancel(pthread_self());
      pthread_testcancel();
      return TLS_OK;
    });
    pthread_testcancel();
    return nullptr;
  };
  REQUIRE(pthread_create(&thread, nullptr, body, nullptr) == 0);
  void* result = nullptr;
  REQUIRE(pthread_join(thread, &result) == 0);
  CHECK(result == PTHREAD_CANCELED);
}
