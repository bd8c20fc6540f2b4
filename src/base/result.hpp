// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Result<T>` is a value or an `Error`, and may not be dropped. An error's kind is the reaction that it asks for, not
// the place that it came from (architecture.md section 5), so a caller switches on kinds and never reads texts. No room
// throws; exceptions are caught where a third party's code is called.
//
//   auto zone = TRY(client.zone(id));     // the value, or return the error from this function
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

#include "base/time.hpp"

namespace originpull {

enum class ErrorKind {
  kInvalid,         // the spec, a Secret or an option is wrong: say so, wait for an edit
  kNotFound,        // a fact for the planner, seldom a failure
  kDenied,          // name the permission, retry slowly: it may be repaired out of our sight
  kConflict,        // somebody else wrote: look again at once
  kRateLimited,     // wait the stated time, the whole client
  kUnavailable,     // nothing was sent, or a read failed: back off
  kUnknownOutcome,  // sent, and no answer: look before acting again
  kInternal,        // an answer that makes no sense, or our fault: log whole, count, back off
};
std::string_view to_string(ErrorKind);

struct [[nodiscard]] Error {
  ErrorKind kind = ErrorKind::kInternal;
  std::string attempted;                     // "upload a certificate to zone 023e…": what was tried, in our words
  std::string message;                       // why it failed and what to do, in our words; never a secret
  std::optional<Duration> retry_after = {};  // the other side's wish
  int http_status = 0;                       // 0: no answer
  int code = 0;                              // Cloudflare's numeric code, or 0
  std::string ray = {};                      // CF-Ray of the answer, or empty; kept apart because it changes by itself
  std::string reason = {};                   // Kubernetes' Status reason ("AlreadyExists"), or empty
};

// "attempted: message"
std::string describe(const Error&);

template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};

using Failure = tl::unexpected<Error>;
inline Failure fail(Error error) { return Failure(std::move(error)); }
inline Failure fail(ErrorKind kind, std::string attempted, std::string message = {}) {
  return Failure(Error{.kind = kind, .attempted = std::move(attempted), .message = std::move(message)});
}

namespace detail {  // for TRY; unlike std::move, it may be called for its effect alone
template <class T>
T&& value_of(tl::expected<T, Error>& result) {
  return std::move(*result);
}
inline void value_of(tl::expected<void, Error>&) {}
}  // namespace detail

}  // namespace originpull

// The value of an expression that is a Result, or return its error from this function. The only macro in the house.
#define TRY(...)                                                               \
  __extension__({                                                              \
    auto try_result_ = (__VA_ARGS__);                                          \
    if (!try_result_) return ::tl::unexpected(std::move(try_result_).error()); \
    ::originpull::detail::value_of(try_result_);                               \
  })
