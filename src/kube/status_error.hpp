// SPDX-License-Identifier: Apache-2.0
#pragma once
// The one table that turns what the Kubernetes API answers into an Error: rows of HTTP status and Status reason, with
// the reaction that they ask for. A write whose failure does not say whether it was done (a timeout, a broken gateway)
// is kUnknownOutcome, a read never is. `Retry-After` is read in both of its forms. The server's own sentence is kept,
// shortened and without control characters, because it names the user, verb and resource of a missing permission. Pure.
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/transport.hpp"

namespace originpull::kube {

// What a Status object says; all empty where the text is none.
struct Status {
  std::string status = {};  // "Failure"
  std::string message = {};
  std::string reason = {};
  int code = 0;
  std::string causes = {};  // the reasons of details.causes, joined by blanks
  std::optional<Duration> retry_after = {};
};
// Empty if `json` is not an object of kind Status.
std::optional<Status> decode_status(std::string_view json);

struct Asked {
  std::string attempted;  // "update OriginPullConfig a/b"
  bool is_write = false;
};

// The error of an answer that is not 2xx.
Error status_error(const Asked&, const net::Head&, std::string_view body, Wall now);
// The error of a Status, wherever it came from (an ERROR event, a 2xx that is none).
Error status_error(const Asked&, const Status&, int http_status);
// A transport's error, told in the words of this request: a read has no unknown outcome.
Error transport_error(const Asked&, Error);

// "120" or an HTTP date, not above ten minutes; empty: neither.
std::optional<Duration> parse_retry_after(std::string_view value, Wall now);

}  // namespace originpull::kube
