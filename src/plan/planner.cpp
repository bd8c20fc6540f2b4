// SPDX-License-Identifier: Apache-2.0
#include "plan/planner.hpp"

#include <array>

#include "plan/checks.hpp"

namespace originpull::plan {
namespace {

// First come the reasons to do nothing, cheapest first; then what a person asked to be off; then the rotation, in which
// a certificate is deployed before a switch goes on (R10) and nothing is deleted before its successor has soaked (R7).
constexpr std::array kChecks{
    resource_is_suspended,
    resource_is_being_deleted,
    something_is_not_yet_supported,
    another_resource_has_the_zone,
    token_is_unusable,
    pair_is_unusable,
    awaited_certificate_is_pending,
    zone_is_unknown,
    another_resource_has_the_zone,  // again: once the zone is seen, a name and an id can be compared
    something_is_unseen,
    switch_must_go_off,
    pair_is_unusable_while_off,
    encryption_mode_is_too_low,
    shared_certificate_would_be_hidden,
    foreign_certificate_is_in_the_way,
    switch_has_drifted_off,
    leaf_is_there_already,
    desired_is_missing,
    desired_is_not_deployed,
    desired_is_not_the_newest,
    switch_must_go_on,
    certificate_is_superseded,
};

}  // namespace

Step next(const Observed& o) {
  for (const Check check : kChecks)
    if (std::optional<Step> step = check(o)) return *step;
  return settled(o);
}

bool only_cleaning_up(const Observed& o) {
  for (const Check check : kChecks)
    if (check(o)) return check == certificate_is_superseded;
  return false;
}

}  // namespace originpull::plan
