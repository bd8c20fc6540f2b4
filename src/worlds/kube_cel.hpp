// SPDX-License-Identifier: Apache-2.0
#pragma once
// The rules that a definition gives in CEL (x-kubernetes-validations): compiled with the definition, and asked of each
// object that is written. `self` and `oldSelf` are what stands at the rule's place; a rule about `oldSelf` is silent
// where there was nothing to correlate with, any other lets pass what the change has left alone, as since Kubernetes
// 1.33. An error while a rule is asked is a fault of the object, and `&&` and `||` take it back where the other side
// decides. What cel-go knows and this world does not keep is refused with the definition. Pure, any thread; the rules
// share the schema and are never changed.
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "worlds/kube_refusal.hpp"
#include "worlds/kube_schema.hpp"
#include "worlds/kube_validate.hpp"

namespace originpull::worlds {

struct CelCompiled {
  CelRules rules = {};                 // empty: the schema has none
  std::vector<KubeCause> causes = {};  // why the definition is refused
};
// `at`: the place of the schema in the definition.
CelCompiled compile_rules(const nlohmann::json& openapi, const std::shared_ptr<const KubeSchema>&,
                          const std::string& at);

}  // namespace originpull::worlds
