// SPDX-License-Identifier: Apache-2.0
#pragma once
// The rules of the CRD that a schema alone cannot say, which crds/ writes in CEL (x-kubernetes-validations), as plain
// functions: what names what twice, what may not change. The simulated API server judges resources with them as the
// real one does with CEL; a test holds the table against crds/, so that no rule is here and not there, or the other
// way round. A resource whose fields have the wrong types never gets here: the schema refuses it first. Pure, any
// thread, nothing fails; a text that is no duration is a fault of its own, as it is to CEL.
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace originpull::api {

// As the CRD has it.
struct RuleText {
  std::string_view at;  // where in the schema: "spec.zone", "spec.origin.probes[]"
  std::string_view cel;
  std::string_view message;
  std::string_view field;  // the rule's fieldPath, ".globalSetting"; empty: the place itself
};
std::span<const RuleText> rule_texts();

struct RuleFault {
  std::string field;    // "spec.origin.probes[0]"
  std::string shown;    // the value as JSON; empty for an object or a list, which are not shown
  std::string message;  // what to do about it
};

// `old` is the resource before the change, null when it is created. A fault of what the change has left as it was is
// let pass, unless the rule is about the change.
std::vector<RuleFault> validate(const nlohmann::json& resource, const nlohmann::json* old);

}  // namespace originpull::api
