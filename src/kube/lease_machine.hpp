// SPDX-License-Identifier: Apache-2.0
#pragma once
// The rules of leader election, without I/O, clock or thread: the elector asks `next`, does it, and says what came of it.
// What it knows of the Lease is a `LeaseRecord`; when that last *changed* is a time of this process' own clock.
//
//   standby:  read; free or run out -> write my name; else wait and read again
//   leading:  write again each retry_period; on a failure read, then write; nothing for renew_deadline -> lost
//
// A rival may take over `lease_duration` after it saw the last renewal, which is after that renewal's start. So this
// process may act until start + lease_duration - margin, and has stopped itself long before. Owned by one thread.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.hpp"
#include "kube/object.hpp"

namespace originpull::kube {

struct LeaseOptions {
  ObjectKey lease;
  std::string identity;             // unique for each start of a process: host name, "_", random
  Duration lease_duration{15'000};  // whole seconds: the record's unit
  Duration renew_deadline{10'000};
  Duration retry_period{2'000};
  Duration margin{1'000};  // kept off the end of the lease for clocks that run at different rates
};
// Empty, or what contradicts what: lease > renew deadline + margin, renew deadline > 1.2 x retry period.
std::string fault_of(const LeaseOptions&);

// What the Lease object says.
struct LeaseRecord {
  std::string holder = {};
  Duration duration{};
  std::int64_t transitions = 0;
  std::string acquire_time = {};  // as written, only ever copied
  std::string renew_time = {};
  std::string resource_version = {};
  std::string body = {};  // the whole object, so that fields we do not know survive our writes
};
Result<LeaseRecord> decode_lease(std::string_view json);
// The object to send: `seen` (empty: a new one) with the spec of `record`, at the time `now`.
std::string encode_lease(const LeaseOptions&, const LeaseRecord& record, const LeaseRecord* seen, Wall now,
                         bool acquiring);

class LeaseMachine {
 public:
  struct Read {};
  struct Write {  // create where `create`, else update what was seen
    bool create = false;
    bool acquiring = false;  // a new term: acquireTime and transitions move
  };
  struct WaitUntil {
    Instant at;
  };
  struct Lost {
    std::string why;
  };
  using Step = std::variant<Read, Write, WaitUntil, Lost>;

  explicit LeaseMachine(LeaseOptions options) : options_(std::move(options)) {}

  // `random` is a fresh random number: waits of standbys are jittered so that they do not write at once.
  Step next(Instant now, std::uint64_t random);

  void saw(LeaseRecord record, Instant now);      // a read's answer
  void saw_nothing();                             // 404
  void wrote(LeaseRecord record, Instant began);  // a write that began then succeeded
  void failed(const Error&, Instant now);         // a read or write that did not

  bool leading() const { return leading_; }
  const std::optional<LeaseRecord>& seen() const { return seen_; }
  // Start of the last successful renewal; meaningful while leading.
  Instant renewed_at() const { return renewed_at_; }
  Instant valid_until() const { return renewed_at_ + options_.lease_duration - options_.margin; }

 private:
  bool free(Instant now) const;

  LeaseOptions options_;
  std::optional<LeaseRecord> seen_ = {};
  bool absent_ = false;    // the last read was a 404
  bool must_read_ = true;  // what we know may be old
  bool leading_ = false;
  Instant changed_at_ = {};  // when we last saw the record change
  Instant renewed_at_ = {};
  Instant again_at_ = {};  // not before
  bool jitter_pending_ = false;
  std::string last_failure_ = {};
};

}  // namespace originpull::kube
