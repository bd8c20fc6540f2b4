// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Permit` is the proof that this process may write to the outside now: it leads, and will still lead when a call of
// the longest allowed duration has ended. Every external write takes one, fetched just before the call, and hands its
// end to the request (net::Request::not_after), which is checked where the bytes go out. The one idea: the lease is
// measured from the *start* of the last successful renewal, on a clock that counts suspend, so that a process which was
// stopped, or whose renewal was answered late, refuses by itself. Permits come from a PermitSource (Leadership; a fake
// in tests) and cannot be kept: they say until when they hold.
#include "base/result.hpp"
#include "base/time.hpp"

namespace originpull::control {

// Error::reason of every refusal: the pass is to end; nothing is wrong with the resource, nothing is counted or
// reported.
inline constexpr std::string_view kNotLeading = "NotLeading";

class Permit {
 public:
  // The write must have ended by then; Instant::max() where no lease is kept.
  Instant until() const { return until_; }
  bool holds(Instant now) const { return now < until_; }

 private:
  friend class PermitSource;
  explicit Permit(Instant until) : until_(until) {}
  Instant until_;
};

class PermitSource {
 public:
  virtual ~PermitSource() = default;
  // kUnavailable with reason kNotLeading: this process does not lead (any more), or not for long enough.
  virtual Result<Permit> permit() = 0;

 protected:
  static Permit issue(Instant until) { return Permit(until); }
};

}  // namespace originpull::control
