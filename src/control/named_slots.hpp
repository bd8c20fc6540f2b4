// SPDX-License-Identifier: Apache-2.0
#pragma once
// `NamedSlots` deals out the few watches of `--secret-watch=named`: one per Secret, so many and no more.
// The one idea: first come, first served, and what was refused is served in that order as soon as a slot is free, so
// nobody who has a watch loses it to a newcomer.
// Pure; owned by WatchSet under its Monitor; cannot fail.
#include <deque>
#include <set>
#include <vector>

#include "control/key.hpp"

namespace originpull::control {

class NamedSlots {
 public:
  explicit NamedSlots(std::size_t count) : count_(count) {}

  // True: it has a slot (also if it had one before).
  bool want(const Key& secret);
  // Gives its slot, or its place in the queue, back. Answers who got the slot.
  std::vector<Key> leave(const Key& secret);

  bool holds(const Key& secret) const { return holders_.contains(secret); }
  bool refused(const Key& secret) const;
  std::size_t size() const { return holders_.size(); }
  std::size_t waiting() const { return waiting_.size(); }

 private:
  std::size_t count_;
  std::set<Key> holders_;
  std::deque<Key> waiting_;
};

}  // namespace originpull::control
