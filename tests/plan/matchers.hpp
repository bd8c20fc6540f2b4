// SPDX-License-Identifier: Apache-2.0
#pragma once
// Words for what a planner test expects of a step: `an<UploadCertificate>(step)` is the action or a
// null pointer, `rest_of(step)` the rest or one that says nothing, `ready(status)` a condition. A test
// that dereferences what is not there fails on the line before. Pure; header only because all are
// one-liners.
#include <variant>

#include "plan/observed.hpp"
#include "plan/step.hpp"

namespace originpull::plan {

template <class A>
const A* an(const Step& step) {
  const Action* action = std::get_if<Action>(&step);
  return action ? std::get_if<A>(action) : nullptr;
}
template <class A>
const A* an(const std::optional<Step>& step) {
  return step ? an<A>(*step) : nullptr;
}

inline Rest rest_of(const std::optional<Step>& step) {
  const Rest* rest = step ? std::get_if<Rest>(&*step) : nullptr;
  return rest ? *rest : Rest{.verdict = Verdict::kAsIs, .message = "this is no rest"};
}

inline api::Condition condition(const api::Status& status, std::string_view type) {
  const api::Condition* found = api::find_condition(status.conditions, type);
  return found ? *found : api::Condition{.reason = "this condition is missing"};
}

}  // namespace originpull::plan
