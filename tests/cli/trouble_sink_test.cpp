// SPDX-License-Identifier: Apache-2.0
// What /readyz says of a watch: the last failure while nothing has been listed, later only what people must repair;
// and that a TroubleSink hands on all that it gets.
#include "cli/trouble_sink.hpp"

#include <gmock/gmock.h>

#include "support/still_env.hpp"

namespace originpull::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Events final : kube::WatchSink {
  void begin_list() override { all.emplace_back("begin"); }
  void listed(std::string_view item) override { all.push_back("listed " + std::string(item)); }
  void end_list(const std::string& version) override { all.push_back("end " + version); }
  void changed(kube::Change, std::string_view object) override { all.push_back("changed " + std::string(object)); }
  void bookmark(const std::string& version) override { all.push_back("bookmark " + version); }
  void troubled(const Error& error) override { all.push_back("troubled " + error.message); }
  void recovered() override { all.emplace_back("recovered"); }
  std::vector<std::string> all;
};

Error denied() { return {.kind = ErrorKind::kDenied, .attempted = "list secrets", .message = "secrets is forbidden"}; }

class TroubleSinkTest : public testing::Test {
 protected:
  support::StillEnv env_;
  Events events_;
  TroubleSink sink_{env_, events_};
};

TEST_F(TroubleSinkTest, everything_is_handed_on) {
  sink_.begin_list();
  sink_.listed("a");
  sink_.end_list("7");
  sink_.changed(kube::Change::kModified, "b");
  sink_.bookmark("8");
  sink_.troubled(denied());
  sink_.recovered();
  EXPECT_THAT(events_.all, ElementsAre("begin", "listed a", "end 7", "changed b", "bookmark 8",
                                       "troubled secrets is forbidden", "recovered"));
}

TEST_F(TroubleSinkTest, trouble_lasts_until_a_list_or_a_watch_succeeds) {
  EXPECT_FALSE(sink_.trouble());
  sink_.troubled(denied());
  ASSERT_TRUE(sink_.trouble());
  EXPECT_EQ(sink_.trouble()->message, "secrets is forbidden");
  sink_.begin_list();
  EXPECT_TRUE(sink_.trouble());
  sink_.end_list("7");
  EXPECT_FALSE(sink_.trouble());
  sink_.troubled(denied());
  sink_.recovered();
  EXPECT_FALSE(sink_.trouble());
}

TEST(Unready, before_the_first_list_the_advice_and_the_last_failure_are_told) {
  EXPECT_EQ(unready(false, {}, "Secrets", "may I?"), "Secrets have not been listed yet: may I?");
  EXPECT_EQ(unready(false, denied(), "Secrets", "may I?"),
            "Secrets have not been listed yet: may I? Last attempt: list secrets: secrets is forbidden");
}

TEST(Unready, in_step_nothing_is_told) { EXPECT_EQ(unready(true, {}, "Secrets", "may I?"), std::nullopt); }

TEST(Unready, later_only_what_people_must_repair_is_told) {
  const auto revoked = unready(true, denied(), "Secrets", "may I?");
  ASSERT_TRUE(revoked);
  EXPECT_THAT(*revoked, HasSubstr("cannot be watched any more: list secrets: secrets is forbidden"));
  Error gone = denied();
  gone.kind = ErrorKind::kNotFound;
  EXPECT_TRUE(unready(true, gone, "OriginPullConfigs", "is the CRD there?"));
  Error outage = denied();
  outage.kind = ErrorKind::kUnavailable;
  EXPECT_EQ(unready(true, outage, "Secrets", "may I?"), std::nullopt);
}

}  // namespace
}  // namespace originpull::cli
