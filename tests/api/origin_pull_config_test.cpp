// SPDX-License-Identifier: Apache-2.0
// The words of the enumerations are those of the CRD: each list of words is looked for in the schema's text, in order.
#include "api/origin_pull_config.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "api/words.hpp"

namespace originpull::api {
namespace {

std::string schema() {
  std::ifstream file(ORIGINPULL_SOURCE_DIR "/crds/originpull.dev_originpullconfigs.yaml");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

template <class E>
void expect_in_schema() {
  std::string list;
  for (const auto& word : kWords<E>) {
    EXPECT_EQ(to_string(word.value), word.text);
    list += (list.empty() ? "enum: [" : ", ") + std::string(word.text);
  }
  EXPECT_NE(schema().find(list + "]"), std::string::npos) << list;
}

TEST(Words, are_those_of_the_schema) {
  expect_in_schema<Source>();
  expect_in_schema<GlobalSetting>();
  expect_in_schema<MinimumEncryptionMode>();
  expect_in_schema<Takeover>();
  expect_in_schema<IssuerChange>();
  expect_in_schema<Mode>();
  expect_in_schema<DeletionPolicy>();
  expect_in_schema<ObjectKind>();
  expect_in_schema<Role>();
  expect_in_schema<Intent>();
}

TEST(Words, name_the_three_states_of_a_condition_as_kubernetes_does) {
  EXPECT_EQ(to_string(ConditionStatus::kTrue), "True");
  EXPECT_EQ(to_string(ConditionStatus::kFalse), "False");
  EXPECT_EQ(to_string(ConditionStatus::kUnknown), "Unknown");
}

}  // namespace
}  // namespace originpull::api
