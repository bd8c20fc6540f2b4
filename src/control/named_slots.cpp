// SPDX-License-Identifier: Apache-2.0
#include "control/named_slots.hpp"

#include <algorithm>

namespace originpull::control {

bool NamedSlots::want(const Key& secret) {
  if (holders_.contains(secret)) return true;
  if (holders_.size() < count_) {
    holders_.insert(secret);
    return true;
  }
  if (!refused(secret)) waiting_.push_back(secret);
  return false;
}

std::vector<Key> NamedSlots::leave(const Key& secret) {
  std::erase(waiting_, secret);
  holders_.erase(secret);
  std::vector<Key> served;
  while (holders_.size() < count_ && !waiting_.empty()) {
    served.push_back(waiting_.front());
    holders_.insert(waiting_.front());
    waiting_.pop_front();
  }
  return served;
}

bool NamedSlots::refused(const Key& secret) const {
  return std::find(waiting_.begin(), waiting_.end(), secret) != waiting_.end();
}

}  // namespace originpull::control
