// SPDX-License-Identifier: Apache-2.0
#pragma once
// `LeaseMachine` is what one try for a Lease does next, without I/O, clock or thread: the elector (lease.hpp) does it
// and says what came of it. A holder writes at once and reads only if that fails; everybody else reads, and writes only
// if the Lease is free, its own, or has not changed for its whole duration *while this process watched it by its own
// clock*; times inside the record are never compared, so clocks may disagree. A write carries the resourceVersion that
// was read, so of two that try at once one gets a conflict. Any doubt is "not held by this try". Owned by one thread.
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "kube/lease_record.hpp"

namespace originpull::kube {

struct LeaseOptions {
  ObjectKey lease;
  std::string identity;        // of this start of this process: host name, "_", random
  Duration duration{15'000};   // whole seconds: the record's unit
  Duration margin{1'000};      // kept off its end, for clocks that run at different rates
  Duration call_limit{5'000};  // of one call to the API server; a try makes at most four
};

enum class Held {
  kYes,
  kNo,       // somebody else holds it, or was faster
  kUnknown,  // a call failed: nothing was learned
};

class LeaseMachine {
 public:
  struct Read {};
  struct Write {
    LeaseRecord record;
  };
  using Step = std::variant<Read, Write, Held>;

  explicit LeaseMachine(LeaseOptions options) : options_(std::move(options)) {}

  void begin_try();
  Step next(Instant now, Wall wall);

  void saw(LeaseRecord record, Instant now);      // the answer to a read, at the time that it came
  void saw_nothing();                             // a read's 404
  void wrote(LeaseRecord record, Instant began);  // the answer to a write that was begun at that time
  void failed(const Error&);                      // a read or write that was not answered so

  // As far as this process knows, it holds the Lease: it wrote it last, and has not read another holder since.
  bool holding() const { return holding_; }
  // Start of the last successful write; the process may act until valid_until(). Only while holding.
  Instant renewed_at() const { return renewed_at_; }
  Instant valid_until() const { return renewed_at_ + options_.duration - options_.margin; }
  const std::optional<LeaseRecord>& seen() const { return seen_; }
  const Error& last_error() const { return error_; }

  // The record that gives the Lease back: nobody holds it, and a rival need not wait. Of what was seen last.
  LeaseRecord released(Wall wall) const;
  void gave_back() { holding_ = false; }

 private:
  LeaseRecord claim(Wall wall) const;

  LeaseOptions options_;
  std::optional<LeaseRecord> seen_ = {};
  bool absent_ = false;           // the last read was a 404
  bool must_read_ = true;         // what we know may be old
  unsigned writes_ = 0;           // of this try
  std::optional<Held> end_ = {};  // of this try
  bool holding_ = false;
  Instant changed_at_ = {};  // when this process last saw the claim change
  Instant renewed_at_ = {};
  Error error_ = {};
};

}  // namespace originpull::kube
