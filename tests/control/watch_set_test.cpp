// SPDX-License-Identifier: Apache-2.0
// Which watches of Secrets are open when, and what their news does. The watch itself is a stand-in that only waits to
// be stopped, and the test speaks through the sink that it was given; the threads are real.
#include "control/watch_set.hpp"

#include <gmock/gmock.h>

#include "support/still_env.hpp"

namespace originpull::control {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Key kR1{"ns", "r1"};
const Key kR2{"ns", "r2"};
const Key kS1{"ns", "s1"};
const Key kS2{"ns", "s2"};
const Key kS3{"ns", "s3"};

std::string secret(const Key& key, const std::string& version, const std::string& uid = "u") {
  return R"({"metadata":{"namespace":")" + key.ns + R"(","name":")" + key.name + R"(","uid":")" + uid +
         R"(","resourceVersion":")" + version + R"("}})";
}

class WatchSetTest : public testing::Test {
 protected:
  using Open = std::map<WatchScope, kube::WatchSink*>;

  void make(WatchSetOptions options) {
    set_ = std::make_unique<WatchSet>(
        env_, Log::silent(), std::move(options),
        [this](const WatchScope& scope, kube::WatchSink& sink, const std::stop_token& stop) {
          open_.with([&](Open& open) { open[scope] = &sink; });
          env::pause_until(env_, Instant::max(), stop);
          open_.with([&](Open& open) { open.erase(scope); });
        },
        index_, queue_);
    set_->start();
  }
  kube::WatchSink& sink(const WatchScope& scope) {
    return *open_
                .await(
                    [&](Open& open, Instant) -> env::Poll<kube::WatchSink*> {
                      const auto found = open.find(scope);
                      if (found == open.end()) return {};
                      return {.value = found->second};
                    },
                    {})
                .value();
  }
  // Whether exactly these come to be open; a hang here is the test's timeout.
  bool only(const std::set<WatchScope>& scopes) {
    return open_
        .await(
            [&](Open& open, Instant) -> env::Poll<bool> {
              std::set<WatchScope> now;
              for (const auto& [scope, sink] : open) now.insert(scope);
              if (now != scopes) return {};
              return {.value = true};
            },
            {})
        .has_value();
  }
  std::size_t open_watches() {
    return open_.look([](const Open& open) { return open.size(); });
  }
  // The keys that are due, taken off the queue.
  std::vector<Key> queued() {
    queue_.resume();
    std::vector<Key> keys;
    while (queue_.figures().due > 0) {
      keys.push_back(queue_.take({})->key);
      queue_.done(keys.back(), Outcome::done());
    }
    std::sort(keys.begin(), keys.end());
    return keys;
  }

  support::StillEnv env_;
  env::Monitor<Open> open_{env_};
  SecretIndex index_{env_};
  WorkQueue queue_{env_};
  std::unique_ptr<WatchSet> set_;
};

TEST_F(WatchSetTest, metadata_mode_has_one_watch_per_namespace_or_one_for_the_cluster) {
  make({.namespaces = {"a", "b"}});
  sink({"a", ""});
  sink({"b", ""});
  EXPECT_EQ(set_->figures().watches, 2U);
  set_.reset();
  make({});
  sink({"", ""});
  EXPECT_EQ(open_watches(), 1U) << "the first set stopped its own";
}

TEST_F(WatchSetTest, a_changed_secret_queues_its_users_at_once) {
  make({});
  set_->refer(kR1, {kS1});
  set_->refer(kR2, {kS2});
  sink({"", ""}).changed(kube::Change::kModified, secret(kS1, "7"));
  EXPECT_THAT(queued(), ElementsAre(kR1));
  sink({"", ""}).changed(kube::Change::kModified, secret(kS1, "7"));
  EXPECT_THAT(queued(), IsEmpty());
  sink({"", ""}).changed(kube::Change::kDeleted, secret(kS1, "8"));
  EXPECT_THAT(queued(), ElementsAre(kR1));
}

TEST_F(WatchSetTest, a_secret_that_vanished_between_two_lists_queues_its_users) {
  make({});
  set_->refer(kR1, {kS1});
  kube::WatchSink& watch = sink({"", ""});
  watch.begin_list();
  watch.listed(secret(kS1, "7"));
  watch.listed(secret({"x", "unrelated"}, "3"));
  watch.end_list("9");
  EXPECT_THAT(queued(), ElementsAre(kR1));
  watch.begin_list();
  watch.listed(secret(kS1, "7"));
  watch.begin_list();
  watch.end_list("12");
  EXPECT_THAT(queued(), ElementsAre(kR1)) << "it was only in the list that was not finished";
}

TEST_F(WatchSetTest, it_is_synced_when_every_watch_has_seen_a_whole_list) {
  make({.namespaces = {"a", "b"}});
  EXPECT_FALSE(set_->synced());
  sink({"a", ""}).begin_list();
  sink({"a", ""}).end_list("1");
  EXPECT_FALSE(set_->synced());
  sink({"b", ""}).begin_list();
  sink({"b", ""}).end_list("1");
  EXPECT_TRUE(set_->synced());
}

TEST_F(WatchSetTest, trouble_is_told_until_the_watch_is_in_step_again) {
  make({.namespaces = {"ns"}});
  EXPECT_FALSE(set_->trouble(kS1));
  sink({"ns", ""}).troubled(Error{.kind = ErrorKind::kDenied, .attempted = "list secrets", .message = "forbidden"});
  ASSERT_TRUE(set_->trouble(kS1));
  EXPECT_EQ(set_->trouble(kS1)->kind, ErrorKind::kDenied);
  sink({"ns", ""}).recovered();
  EXPECT_FALSE(set_->trouble(kS1));
}

TEST_F(WatchSetTest, metadata_mode_says_which_namespace_is_not_watched) {
  make({.namespaces = {"a"}});
  EXPECT_THAT(set_->refusal({"b", "s"}).value_or(""), HasSubstr("namespace b"));
  EXPECT_FALSE(set_->refusal({"a", "s"}));
}

TEST_F(WatchSetTest, named_mode_watches_each_secret_while_it_is_referred_to) {
  make({.mode = SecretWatch::kNamed});
  EXPECT_EQ(set_->figures().watches, 0U);
  set_->refer(kR1, {kS1, kS2});
  set_->refer(kR2, {kS1});
  sink({"ns", "s1"});
  sink({"ns", "s2"});
  set_->refer(kR1, {});
  EXPECT_TRUE(only({{"ns", "s1"}})) << "r2 still needs s1";
  set_->refer(kR2, {kS2});
  EXPECT_TRUE(only({{"ns", "s2"}}));
  set_->refer(kR2, {});
  EXPECT_TRUE(only({}));
}

TEST_F(WatchSetTest, a_named_watch_queues_the_users_of_its_secret) {
  make({.mode = SecretWatch::kNamed});
  set_->refer(kR1, {kS1});
  sink({"ns", "s1"}).changed(kube::Change::kAdded, secret(kS1, "3"));
  EXPECT_THAT(queued(), ElementsAre(kR1));
}

TEST_F(WatchSetTest, one_secret_too_many_is_refused_with_a_reason_and_served_when_one_leaves) {
  make({.mode = SecretWatch::kNamed, .max_named = 2});
  set_->refer(kR1, {kS1, kS2});
  set_->refer(kR2, {kS3});
  EXPECT_TRUE(only({{"ns", "s1"}, {"ns", "s2"}}));
  EXPECT_THAT(set_->refusal(kS3).value_or(""), HasSubstr("2 Secrets are already watched by name"));
  EXPECT_FALSE(set_->refusal(kS1));
  EXPECT_EQ(set_->figures().refused, 1U);
  EXPECT_THAT(queued(), IsEmpty());

  set_->refer(kR1, {kS1});
  EXPECT_FALSE(set_->refusal(kS3));
  EXPECT_TRUE(only({{"ns", "s1"}, {"ns", "s3"}}));
  EXPECT_THAT(queued(), ElementsAre(kR2)) << "it must take its complaint back";
}

TEST_F(WatchSetTest, a_resource_must_run_when_it_refers_to_something_new) {
  make({});
  EXPECT_TRUE(set_->refer(kR1, {kS1}));
  EXPECT_FALSE(set_->refer(kR1, {kS1}));
  EXPECT_TRUE(set_->refer(kR1, {kS1, kS2}));
}

TEST_F(WatchSetTest, stop_ends_all_watches) {
  make({.mode = SecretWatch::kNamed});
  set_->refer(kR1, {kS1, kS2, kS3});
  sink({"ns", "s3"});
  set_->stop();
  EXPECT_EQ(open_watches(), 0U);
  set_->stop();
}

}  // namespace
}  // namespace originpull::control
