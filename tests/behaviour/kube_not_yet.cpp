// SPDX-License-Identifier: Apache-2.0
// Checks that the world is still being built for: the rules for definitions, rules in CEL of other types than the
// shipped one, a controller that takes children with their owner, YAML, and a few smaller things. They run, and each
// must still fail, so that a name leaves the list as soon as its check is true.
#include "behaviour/kube_items.hpp"

namespace originpull::behaviour {
namespace {

const std::set<std::string> kNotYet = {
    "a_patch_of_a_custom_resource_is_validated_as_its_result",
    "a_rule_about_the_old_value_holds_from_the_second_write_on",
    "a_rule_can_say_its_message_itself",
    "a_rule_is_told_by_its_message_at_its_field",
    "a_rule_sees_of_the_metadata_the_name_alone",
    "a_rule_that_costs_too_much_is_refused",
    "a_rule_that_is_no_cel_is_refused",
};

}  // namespace

const std::set<std::string>& not_yet_true() { return kNotYet; }

}  // namespace originpull::behaviour
