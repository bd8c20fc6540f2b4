// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the real server says about rules in CEL: of one that it does not take, with the rule shown as a struct of Go's
// and the place marked below its text, and of an object that breaks one. The one idea: the words are here, so that the
// evaluation knows none, and a test holds them against what a kube-apiserver said. Stands below kube_cel.hpp. Pure, any
// thread; nothing fails.
#include <string>
#include <string_view>

#include "worlds/kube_cel_syntax.hpp"
#include "worlds/kube_refusal.hpp"

namespace originpull::worlds {

// As the definition has it; empty: not given.
struct CelRuleText {
  std::string rule = {};
  std::string message = {};
  std::string message_expression = {};
  std::string reason = {};
  std::string field = {};  // fieldPath
};

std::string cel_shown(const CelRuleText&);
std::string cel_fault_text(const CelFault&, std::string_view rule);
// " exceeds budget by factor of 1.2x (try …)"
std::string cel_too_much(double factor);
// `path`: of what broke it; `shown`: its value, empty of an object or list; `said`: by the rule's own expression.
KubeCause cel_cause(const CelRuleText&, const std::string& path, const std::string& shown, const std::string& said);
// Of a rule that could not be asked: the type of the value is shown instead of it.
KubeCause cel_failure(const CelRuleText&, const std::string& path, const std::string& type, const std::string& error);

}  // namespace originpull::worlds
