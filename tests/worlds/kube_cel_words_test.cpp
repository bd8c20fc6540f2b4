// SPDX-License-Identifier: Apache-2.0
// The words about rules, each taken down from a kube-apiserver 1.36.
#include "worlds/kube_cel_words.hpp"

#include <gtest/gtest.h>

namespace originpull::worlds {
namespace {

TEST(KubeCelWords, a_rule_is_shown_as_a_struct_of_go) {
  EXPECT_EQ(cel_shown({.rule = "self.a.size() > 1 && "}),
            R"({"Rule":"self.a.size() \u003e 1 \u0026\u0026 ","Message":"","MessageExpression":"","Reason":null,)"
            R"("FieldPath":"","OptionalOldSelf":null})");
  EXPECT_NE(cel_shown({.reason = "FieldValueForbidden"}).find(R"("Reason":"FieldValueForbidden")"), std::string::npos);
}

TEST(KubeCelWords, a_fault_is_marked_below_its_place) {
  EXPECT_EQ(cel_fault_text({5, "undefined field 'zz'"}, "self.zz == 'x'"),
            "compilation failed: ERROR: <input>:1:5: undefined field 'zz'\n | self.zz == 'x'\n | ....^");
  EXPECT_EQ(cel_fault_text({0, "cel expression must evaluate to a bool"}, "1 + 1"),
            "cel expression must evaluate to a bool");
}

TEST(KubeCelWords, beyond_a_hundred_times_the_budget_nobody_counts) {
  EXPECT_EQ(cel_too_much(2.5).substr(0, 32), " exceeds budget by factor of 2.5");
  EXPECT_EQ(cel_too_much(1.03).substr(0, 37), " exceeds budget by factor of 1.030000");
  EXPECT_EQ(cel_too_much(101).substr(0, 44), " exceeds budget by factor of more than 100x ");
}

TEST(KubeCelWords, a_broken_rule_is_a_cause_at_its_field_path_with_its_reason) {
  EXPECT_EQ(cel_failure({.rule = "r"}, "spec", "object", "no such key: a").message,
            "Invalid value: \"object\": no such key: a evaluating rule: r");
  EXPECT_EQ(cel_cause({.rule = "r"}, "a", "", "").message, "Invalid value: failed rule: r");
  EXPECT_EQ(cel_cause({.message = "m"}, "a", "", "").message, "Invalid value: m");
  const KubeCause plain = cel_cause({}, "spec.zone", "\"x\"", "no");
  EXPECT_EQ(plain.field + ": " + plain.message, "spec.zone: Invalid value: \"x\": no");
  EXPECT_EQ(plain.reason, "FieldValueInvalid");
  EXPECT_EQ(cel_cause({.field = ".size"}, "spec", "", "no").field, "spec.size");
  EXPECT_EQ(cel_cause({.field = ".spec.size"}, "", "", "no").field, "spec.size");
  EXPECT_EQ(cel_cause({.reason = "FieldValueForbidden"}, "a", "1", "no").message, "Forbidden: no");
  EXPECT_EQ(cel_cause({.reason = "FieldValueRequired"}, "a", "1", "no").message, "Required value: no");
  EXPECT_EQ(cel_cause({.reason = "FieldValueDuplicate"}, "a", "1", "no").message, "Duplicate value: 1");
}

}  // namespace
}  // namespace originpull::worlds
