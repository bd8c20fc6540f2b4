// SPDX-License-Identifier: Apache-2.0
#pragma once
// What Cloudflare's failures mean, as one table: endpoint family, HTTP status, numeric code and, where the same code
// asks for opposite reactions, a piece of its text, give the kind (the reaction) and our sentence. Codes are not
// global and the statuses are not reliable: an authentication error may come as 400, a throttle as 200, so `success`
// and the code decide first. What the table does not know is decided by the status alone. Pure functions over plain
// values; any thread.
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cloudflare/budget.hpp"
#include "cloudflare/call.hpp"

namespace originpull::cloudflare {

// An answer that is not a success, as far as it could be read.
struct FailedAnswer {
  struct Item {
    int code = 0;
    std::string message = {};
  };
  int status = 0;
  bool readable = true;           // false: HTML, truncated JSON, an empty body: not Cloudflare's envelope
  std::vector<Item> errors = {};  // the first is not always the most specific: the first that the table knows decides
  std::optional<Duration> retry_after = {};
  std::string ray = {};
};

struct Diagnosis {
  Error error;  // attempted, message with permission and code, kind, code, http_status, ray, retry_after
  Refusal refusal = Refusal::kNone;  // for Budget::refused
};

Diagnosis diagnose(const Call&, const FailedAnswer&);

}  // namespace originpull::cloudflare
