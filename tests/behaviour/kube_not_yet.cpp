// SPDX-License-Identifier: Apache-2.0
// Checks that the world is still being built for: server-side apply and managedFields in its requests, the schemas of
// custom resources, the rules for definitions, the controller that takes children with their owner. They run, and say
// how it stands, but fail nothing; a name leaves the list when its check says that it is true.
#include "behaviour/kube_items.hpp"

namespace originpull::behaviour {
namespace {

const std::set<std::string> kNotYet = {
    "a_bundle_must_not_be_what_the_resource_reads",
    "a_change_of_the_schema_holds_for_the_next_write",
    "a_condition_keeps_to_its_words_and_lengths",
    "a_condition_without_one_of_its_fields_is_refused",
    "a_conflict_of_several_fields_names_each",
    "a_default_must_fit_its_own_schema",
    "a_default_of_the_status_is_shown_at_once_and_stored_by_the_first_write",
    "a_dry_run_of_an_apply_stores_nothing",
    "a_field_may_be_a_number_or_a_text",
    "a_field_of_another_manager_is_a_conflict_unless_forced",
    "a_field_that_comes_twice_is_warned_or_refused",
    "a_field_that_must_be_there_is_named",
    "a_key_or_a_member_that_comes_twice_is_refused",
    "a_namespace_is_active_has_its_label_and_a_dns_label_as_name",
    "a_null_gets_the_default_or_is_dropped_unless_it_may_be_null",
    "a_patch_of_a_custom_resource_is_validated_as_its_result",
    "a_probe_has_one_target",
    "a_request_that_says_nothing_of_unknown_fields_is_warned",
    "a_rule_about_the_old_value_holds_from_the_second_write_on",
    "a_rule_can_say_its_message_itself",
    "a_rule_is_told_by_its_message_at_its_field",
    "a_rule_sees_of_the_metadata_the_name_alone",
    "a_rule_that_costs_too_much_is_refused",
    "a_rule_that_is_no_cel_is_refused",
    "a_set_is_the_union_of_what_its_owners_want",
    "a_source_is_changed_only_while_the_zone_is_off",
    "a_source_needs_what_belongs_to_it",
    "a_type_has_at_most_eight_selectable_fields",
    "a_type_must_have_a_structural_schema",
    "a_wrong_type_is_told_with_the_right_one",
    "a_zone_cannot_be_changed",
    "all_errors_are_told_at_once",
    "an_apply_creates_what_is_not_there",
    "an_apply_must_name_its_manager",
    "an_apply_of_a_custom_resource_is_validated",
    "an_apply_of_the_status_creates_nothing",
    "an_apply_of_the_status_owns_the_status_alone",
    "an_apply_reads_yaml",
    "an_apply_that_leaves_a_defaulted_field_out_gets_the_default",
    "an_apply_with_a_uid_does_not_bring_back_what_was_deleted",
    "an_apply_with_managed_fields_or_another_kind_is_refused",
    "an_atomic_list_has_one_owner",
    "an_origin_pull_config_names_one_zone",
    "an_origin_pull_config_refuses_words_that_it_does_not_know",
    "an_update_takes_what_it_changes",
    "conditions_of_two_controllers_live_side_by_side",
    "force_is_for_apply_alone",
    "lists_and_maps_have_at_most_so_many_members",
    "lists_of_type_map_are_owned_by_their_items",
    "managed_fields_can_be_thrown_away",
    "more_than_ten_updaters_become_ancient_changes",
    "numbers_have_bounds",
    "rules_are_not_asked_where_the_schema_is_broken_already",
    "strict_validation_holds_for_patches_too",
    "texts_have_lengths_patterns_and_words",
    "the_children_go_with_their_owner",
    "the_same_value_is_owned_together",
    "the_user_agent_is_the_manager_of_a_write_that_names_none",
    "times_of_a_lease_keep_six_digits",
    "two_conditions_of_one_type_are_refused",
    "two_types_cannot_have_one_kind_in_a_group",
    "unknown_fields_are_dropped_told_or_refused_as_the_request_asks",
    "unknown_fields_are_pruned_except_where_they_are_kept",
    "what_an_apply_leaves_out_is_removed",
    "what_another_owns_too_stays",
    "what_kubectl_edit_annotate_and_label_send_is_understood",
};

}  // namespace

const std::set<std::string>& not_yet_true() { return kNotYet; }

}  // namespace originpull::behaviour
