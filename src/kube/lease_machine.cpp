// SPDX-License-Identifier: Apache-2.0
#include "kube/lease_machine.hpp"

#include "base/rfc3339.hpp"

namespace originpull::kube {

void LeaseMachine::begin_try() {
  end_.reset();
  writes_ = 0;
  // A holder's fast path: what it wrote is what there is, unless somebody took over; then the write conflicts.
  if (!holding_) must_read_ = true;
}

LeaseMachine::Step LeaseMachine::next(Instant now, Wall wall) {
  if (end_) return *end_;
  if (must_read_) return Read{};
  const bool ours = seen_ && seen_->holder == options_.identity;
  const bool free = absent_ || !seen_ || seen_->holder.empty() || now >= changed_at_ + seen_->duration;
  if (!ours && !free) return Held::kNo;
  // One write, and one more after a conflict with a write of our own whose answer was lost.
  if (writes_ == 2) return Held::kUnknown;
  return Write{claim(wall)};
}

LeaseRecord LeaseMachine::claim(Wall wall) const {
  LeaseRecord record = seen_ && !absent_ ? *seen_ : LeaseRecord{};
  const std::string now = format_rfc3339_micros(wall);
  if (record.holder != options_.identity) {
    if (!record.body.empty()) ++record.transitions;
    record.acquire_time = now;
  }
  record.holder = options_.identity;
  record.duration = options_.duration;
  record.renew_time = now;
  return record;
}

void LeaseMachine::saw(LeaseRecord record, Instant now) {
  if (!seen_ || absent_ || !seen_->same_claim(record)) changed_at_ = now;
  // Our name in it without our knowing comes from a write of ours whose answer was lost; only a new write tells when.
  if (record.holder != options_.identity) holding_ = false;
  seen_ = std::move(record);
  absent_ = false;
  must_read_ = false;
}

void LeaseMachine::saw_nothing() {
  absent_ = true;
  holding_ = false;
  must_read_ = false;
}

void LeaseMachine::wrote(LeaseRecord record, Instant began) {
  seen_ = std::move(record);
  absent_ = false;
  must_read_ = false;
  holding_ = true;
  changed_at_ = began;
  renewed_at_ = began;
  end_ = Held::kYes;
}

void LeaseMachine::failed(const Error& error) {
  error_ = error;
  const bool wrote_too_late = error.kind == ErrorKind::kConflict || error.kind == ErrorKind::kNotFound;
  if (!must_read_ && wrote_too_late) {
    // Somebody wrote since we read: perhaps we ourselves. A look tells.
    ++writes_;
    must_read_ = true;
    return;
  }
  must_read_ = true;
  end_ = Held::kUnknown;
}

LeaseRecord LeaseMachine::released(Wall wall) const {
  LeaseRecord record = seen_.value_or(LeaseRecord{});
  record.holder.clear();
  record.duration = Seconds(1);  // the least that the API allows
  record.renew_time = format_rfc3339_micros(wall);
  record.acquire_time = record.renew_time;
  return record;
}

}  // namespace originpull::kube
