// SPDX-License-Identifier: Apache-2.0
#include "api/condition.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "api/words.hpp"

namespace originpull::api {
namespace {

// The message without " (CF-Ray 8f…)" at its end, which is another one in each answer.
std::string_view without_ray(std::string_view message) {
  constexpr std::string_view kRay = " (CF-Ray ";
  const auto ray = message.rfind(kRay);
  if (ray == std::string_view::npos || !message.ends_with(')')) return message;
  const auto inside = message.substr(ray + kRay.size());
  return inside.find(')') == inside.size() - 1 ? message.substr(0, ray) : message;
}

}  // namespace

std::string_view to_string(ConditionStatus value) { return word_of(value); }

void set_condition(std::vector<Condition>& conditions, Condition next, Wall now) {
  next.last_transition = std::chrono::floor<std::chrono::seconds>(now);
  const auto same_type = [&](const Condition& one) { return one.type == next.type; };
  const auto old = std::find_if(conditions.begin(), conditions.end(), same_type);
  if (old == conditions.end()) {
    conditions.push_back(std::move(next));
    return;
  }
  if (old->status == next.status) next.last_transition = old->last_transition;
  if (old->reason == next.reason && without_ray(old->message) == without_ray(next.message)) next.message = old->message;
  *old = std::move(next);
}

const Condition* find_condition(const std::vector<Condition>& conditions, std::string_view type) {
  const auto found =
      std::find_if(conditions.begin(), conditions.end(), [&](const Condition& one) { return one.type == type; });
  return found == conditions.end() ? nullptr : &*found;
}

}  // namespace originpull::api
