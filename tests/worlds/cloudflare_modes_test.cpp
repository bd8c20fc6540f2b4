// SPDX-License-Identifier: Apache-2.0
// The modes are changed by name, all or nothing, and written with the same names.
#include "worlds/cloudflare_modes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace originpull::worlds {
namespace {

Result<CloudflareModes> changed(const std::string& text) {
  const auto document = json::parse(text);
  json::Decoder d(*document);
  return changed_modes({}, d);
}

TEST(CloudflareModes, change_by_name_and_leave_the_rest) {
  const auto modes = changed(R"({"deployDelayMs":50,"reuseIds":true,"deploysAs":"","requests":7})");
  ASSERT_TRUE(modes) << describe(modes.error());
  EXPECT_EQ(modes->deploy_delay, Duration(50));
  EXPECT_TRUE(modes->reuse_ids);
  EXPECT_EQ(modes->deploys_as, "");
  EXPECT_EQ(modes->requests, 7);
  EXPECT_EQ(modes->delete_delay, CloudflareModes{}.delete_delay);
}

TEST(CloudflareModes, unknown_names_wrong_types_and_negative_times_are_invalid) {
  for (const std::string text : {R"({"deployDelay":50})", R"({"deployDelayMs":"50"})", R"({"listLagMs":-1})",
                                 R"({"reuseIds":1})", R"({"requests":3000000000})", R"({"requests":null})"}) {
    const auto modes = changed(text);
    ASSERT_FALSE(modes) << text;
    EXPECT_EQ(modes.error().kind, ErrorKind::kInvalid);
  }
}

TEST(CloudflareModes, behaviours_are_turned_off_by_their_numbers_and_all_at_once) {
  const auto modes = changed(R"({"without":[17, 66]})");
  ASSERT_TRUE(modes) << describe(modes.error());
  EXPECT_FALSE(modes->keeps(Behaviour::kDuplicateIsRefused));
  EXPECT_FALSE(modes->keeps(Behaviour::kLiteralPaths));
  EXPECT_TRUE(modes->keeps(Behaviour::kEnvelope));
  ASSERT_TRUE(changed(R"({"without":[]})"));
  for (const std::string text : {R"({"without":[0]})", R"({"without":[67]})", R"({"without":[17,"a"]})",
                                 R"({"without":17})", R"({"without":[1.5]})", R"({"without":null})"}) {
    EXPECT_FALSE(changed(text)) << text;
  }
}

TEST(CloudflareModes, a_choice_is_one_of_its_words) {
  EXPECT_TRUE(changed(R"({"chain":"all","throttledAs":"empty","caWording":"missing-leaf"})"));
  const auto bad = changed(R"({"chain":"some"})");
  ASSERT_FALSE(bad);
  EXPECT_THAT(describe(bad.error()), testing::HasSubstr("leaf, all, refuse"));
}

TEST(CloudflareModes, what_is_written_can_be_read_back) {
  CloudflareModes modes;
  modes.list_lag = Duration(123);
  modes.without.add(Behaviour::kBudget);
  modes.deletes_as = "deletion_timed_out";
  json::Writer w;
  write_modes(w, modes);
  const std::string text = w.take();
  const auto again = changed(text);
  ASSERT_TRUE(again) << describe(again.error());
  EXPECT_EQ(again->list_lag, Duration(123));
  EXPECT_EQ(again->deletes_as, "deletion_timed_out");
  json::Writer second;
  write_modes(second, *again);
  EXPECT_EQ(second.take(), text);
}

}  // namespace
}  // namespace originpull::worlds
