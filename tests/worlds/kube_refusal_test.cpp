// SPDX-License-Identifier: Apache-2.0
// The words of a refusal, as a real API server sent them for a Secret with two bad fields and for one with none.
#include "worlds/kube_refusal.hpp"

#include <gtest/gtest.h>

namespace originpull::worlds {
namespace {

TEST(KubeRefusal, one_fault_is_named_with_its_object_and_its_field) {
  const KubeRefusal one = invalid("example.com", "Widget", "a", {invalid_value("spec.size", "0", "must be positive")});
  EXPECT_EQ(one.code, 422);
  EXPECT_EQ(one.reason, "Invalid");
  EXPECT_EQ(one.message, "Widget.example.com \"a\" is invalid: spec.size: Invalid value: 0: must be positive");
  EXPECT_EQ(one.kind, "Widget");
  EXPECT_EQ(one.causes.at(0).reason, "FieldValueInvalid");
}

TEST(KubeRefusal, several_faults_stand_in_brackets_and_each_once) {
  const KubeCause missing = required_value("metadata.name", "name or generateName is required");
  const KubeRefusal two = invalid("", "Secret", "", {missing, forbidden("type", "fixed"), missing});
  EXPECT_EQ(two.message,
            "Secret \"\" is invalid: [metadata.name: Required value: name or generateName is required, "
            "type: Forbidden: fixed]");
}

TEST(KubeRefusal, try_hands_it_on) {
  const auto inner = [](bool good) -> KubeOutcome<int> {
    if (good) return 7;
    return refuse(409, "Conflict", "no");
  };
  const auto outer = [&](bool good) -> KubeOutcome<std::string> { return std::to_string(TRY(inner(good))); };
  EXPECT_EQ(outer(true).value(), "7");
  EXPECT_EQ(outer(false).error().code, 409);
}

}  // namespace
}  // namespace originpull::worlds
