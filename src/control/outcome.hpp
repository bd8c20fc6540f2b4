// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Outcome` is what one run of a key tells the queue: when to look again, and whether the run counts as a failure. It
// stands between the reconciler, which knows why, and the queue, which knows only time. The one idea: "not before T" (a
// throttled call, another resource's turn at a zone) is no failure, so it neither grows a back-off nor forgets one. A
// plain value.
#include <optional>

#include "base/time.hpp"

namespace originpull::control {

// Among keys that are due at the same moment the more urgent one is taken first; urgency never makes a key due.
enum class Urgency { kUserChange, kRotation, kDrift };

struct Outcome {
  enum class Kind { kDone, kAgain, kNotBefore, kFailed };

  Kind kind = Kind::kDone;
  std::optional<Duration> after = {};  // from the end of the run; of a failure: the other side's wish, never shortened
  Urgency urgency = Urgency::kDrift;

  // It went well and nothing is to be done until something changes.
  static Outcome done() { return {}; }
  // It went well; look again after `after` (not jittered: the caller knows whether many keys share a period).
  static Outcome again(Duration after, Urgency urgency = Urgency::kDrift) {
    return {.kind = Kind::kAgain, .after = after, .urgency = urgency};
  }
  // It could not be tried yet. No failure.
  static Outcome not_before(Duration after, Urgency urgency) {
    return {.kind = Kind::kNotBefore, .after = after, .urgency = urgency};
  }
  // It failed: try again after a back-off, and not before `at_least`.
  static Outcome failed(std::optional<Duration> at_least = {}) {
    return {.kind = Kind::kFailed, .after = at_least, .urgency = Urgency::kRotation};
  }
};

}  // namespace originpull::control
