// SPDX-License-Identifier: Apache-2.0
#include "net/cpprest_errors.hpp"

#include <cpprest/http_msg.h>
#include <openssl/err.h>

#include <string_view>

namespace originpull::net {
namespace {

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

// "certificate verify failed", or empty where the code is not OpenSSL's.
std::string openssl_reason(int code) {
  const auto packed = static_cast<unsigned long>(static_cast<unsigned>(code));
  if (ERR_GET_LIB(packed) != ERR_LIB_SSL) return {};
  const char* reason = ERR_reason_error_string(packed);
  return reason == nullptr ? std::string() : reason;
}

Fault handshake_failed(int code, const std::string& refusal) {
  std::string why = "the TLS handshake failed";
  if (const std::string reason = openssl_reason(code); !reason.empty()) why += ": " + reason;
  if (!refusal.empty()) why += " (" + refusal + ")";
  why += "; check the CA, the host name and the client certificate";
  return {.sent = false, .why = std::move(why)};
}

// An alert after the handshake is how TLS 1.3 says that a client certificate is missing or refused.
std::string with_alert(std::string why, int code) {
  if (const std::string reason = openssl_reason(code); contains(reason, "alert")) {
    why += ": " + reason + "; check the client certificate";
  }
  return why;
}

Fault of_http(const std::string& text, int code, const std::string& refusal) {
  if (contains(text, "resolving address") || contains(text, "resolve address")) {
    return {.sent = false, .why = "the host name could not be resolved; check the name and DNS"};
  }
  if (contains(text, "Failed to connect")) {
    return {.sent = false, .why = "nothing accepts connections there; check the address, and that the server runs"};
  }
  if (contains(text, "SSL handshake")) return handshake_failed(code, refusal);
  // cpprestsdk says this in the states before the first byte only: not started, or connecting.
  if (contains(text, "Request canceled by user"))
    return {.sent = false, .why = "given up before a connection was made"};
  if (contains(text, "Failed to write request headers")) {
    return {.dead_connection = true,
            .why = with_alert("the server closed the connection before the request was written", code)};
  }
  if (contains(text, "Failed to write request body")) {
    return {.why = with_alert("the server closed the connection while the request was written", code)};
  }
  if (contains(text, "Failed to read HTTP status line")) {
    return {.why = with_alert("the server closed the connection without an answer", code)};
  }
  if (contains(text, "Invalid")) return {.broke_http = true, .why = "the answer is not HTTP/1.1 (" + text + ")"};
  return {.why = "the connection broke in the middle of the answer (" + text + ")"};
}

}  // namespace

Fault classify(const std::exception_ptr& thrown, const std::string& refusal) {
  try {
    std::rethrow_exception(thrown);
  } catch (const web::http::http_exception& error) {
    return of_http(error.what(), error.error_code().value(), refusal);
  } catch (const std::exception& error) {
    // Ours, thrown into cpprestsdk by the sink, or one of the standard library: the bytes made no sense to somebody.
    return {.broke_http = true, .why = error.what()};
  } catch (...) {
    return {.broke_http = true, .why = "cpprestsdk failed with an exception of no known type"};
  }
}

Error to_error(const Fault& fault, Method method, const std::string& attempted) {
  ErrorKind kind = ErrorKind::kUnknownOutcome;
  if (!fault.sent) {
    kind = ErrorKind::kUnavailable;
  } else if (method == Method::kGet) {
    kind = fault.broke_http ? ErrorKind::kInternal : ErrorKind::kUnavailable;
  }
  return {.kind = kind, .attempted = attempted, .message = fault.why};
}

}  // namespace originpull::net
