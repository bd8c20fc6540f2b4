// SPDX-License-Identifier: Apache-2.0
// Server warnings: each text once, only those meant for people, and bounded. Method: headers as the API server writes
// them, and a sink that keeps what is logged.
#include "kube/warnings.hpp"

#include <gtest/gtest.h>

#include "kube/log_lines.hpp"
#include "support/jump_env.hpp"

namespace originpull::kube {
namespace {

TEST(WarningTexts, reads_the_forms_of_rfc_7234) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(warning_texts(R"(299 - "use v1")"), Texts{"use v1"});
  EXPECT_EQ(warning_texts(R"(299 - "say \"v1\"")"), Texts{R"(say "v1")"});
  EXPECT_EQ(warning_texts(R"(299 - "a, b" "Tue, 24 Nov 2026 05:00:00 GMT", 299 host "c")"), (Texts{"a, b", "c"}));
  EXPECT_EQ(warning_texts(R"(199 - "not for people")"), Texts{});
  EXPECT_EQ(warning_texts(R"(299 - "")"), Texts{});
  EXPECT_EQ(warning_texts("299 - broken"), Texts{});
  EXPECT_EQ(warning_texts(R"(299 - "broken)"), Texts{"broken"});
}

TEST(Warnings, each_text_is_logged_once) {
  support::JumpEnv env;
  LogLines lines;
  Warnings warnings(env, Log(lines));
  warnings.report({200, {{"Warning", R"(299 - "use v1")"}, {"warning", R"(299 - "and v2")"}}}, "get a");
  warnings.report({200, {{"Warning", R"(299 - "use v1")"}}}, "get b");
  EXPECT_EQ(lines.warnings(), 2U);
  EXPECT_TRUE(lines.has("use v1"));
}

TEST(Warnings, the_memory_of_texts_is_bounded_and_forgetting_only_repeats) {
  support::JumpEnv env;
  LogLines lines;
  Warnings warnings(env, Log(lines));
  for (std::size_t i = 0; i <= Warnings::kRemembered; ++i) {
    warnings.report({200, {{"Warning", "299 - \"w" + std::to_string(i) + "\""}}}, "get");
  }
  warnings.report({200, {{"Warning", R"(299 - "w0")"}}}, "get");
  EXPECT_EQ(lines.warnings(), Warnings::kRemembered + 2);
}

}  // namespace
}  // namespace originpull::kube
