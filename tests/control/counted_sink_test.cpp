// SPDX-License-Identifier: Apache-2.0
// A counted sink counts, and the sink behind it is told everything as before.
#include "control/counted_sink.hpp"

#include <gmock/gmock.h>

#include "support/still_env.hpp"

namespace originpull::control {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Told final : kube::WatchSink {
  std::vector<std::string> told = {};
  void begin_list() override { told.emplace_back("begin"); }
  void listed(std::string_view item) override { told.emplace_back(item); }
  void end_list(const std::string& version) override { told.push_back("end " + version); }
  void changed(kube::Change, std::string_view object) override { told.emplace_back(object); }
  void bookmark(const std::string& version) override { told.push_back("bookmark " + version); }
  void troubled(const Error& error) override { told.push_back("trouble " + error.message); }
  void recovered() override { told.emplace_back("recovered"); }
};

TEST(CountedSink, counts_lists_events_and_failures_and_hands_everything_on) {
  support::StillEnv env;
  Metrics metrics(env, "originpullconfig");
  Told told;
  CountedSink sink(told, metrics, "secrets");
  sink.begin_list();
  sink.listed("item");
  sink.end_list("5");
  sink.changed(kube::Change::kAdded, "one");
  sink.changed(kube::Change::kDeleted, "two");
  sink.bookmark("9");
  sink.troubled(Error{.attempted = "watch secrets", .message = "cut"});
  sink.recovered();
  EXPECT_THAT(told.told, ElementsAre("begin", "item", "end 5", "one", "two", "bookmark 9", "trouble cut", "recovered"));
  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("originpull_watch_lists_total{resource=\"secrets\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("originpull_watch_events_total{resource=\"secrets\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("originpull_watch_failures_total{resource=\"secrets\"} 1\n"));
}

}  // namespace
}  // namespace originpull::control
