// SPDX-License-Identifier: Apache-2.0
// What news of a resource does: store, index and queue after each call of the watch, and the races that the order of
// these three protects against. The kind here is a toy whose Secrets stand in an annotation.
#include "control/resource_feed.hpp"

#include <gmock/gmock.h>

#include <sstream>

#include "support/still_env.hpp"

namespace originpull::control {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Toy {
  std::set<std::string> secrets = {};
};

const Key kA{"ns", "a"};
const Key kS1{"ns", "s1"};
const Key kS2{"ns", "s2"};

std::string toy(const std::string& name, const std::string& version, const std::string& secrets) {
  return R"({"metadata":{"namespace":"ns","name":")" + name + R"(","uid":"u-)" + name + R"(","resourceVersion":")" +
         version + R"(","annotations":{"secrets":")" + secrets + R"("}}})";
}

Result<Toy> decode_toy(std::string_view json) {
  const auto meta = TRY(kube::decode_meta(json));
  std::istringstream names(meta.annotations.at("secrets"));
  Toy made;
  for (std::string name; names >> name;) {
    if (name == "unreadable") return fail(ErrorKind::kInvalid, "read a toy", "it is broken");
    made.secrets.insert(name);
  }
  return made;
}

std::set<Key> secrets_of(const Key& key, const Toy& made) {
  std::set<Key> keys;
  for (const std::string& name : made.secrets) keys.insert({key.ns, name});
  return keys;
}

class ResourceFeedTest : public testing::Test {
 protected:
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
  SecretIndex index_{env_};
  WorkQueue queue_{env_};
  Store<Toy> store_{env_};
  WatchSet watches_{env_, Log::silent(), {.mode = SecretWatch::kMetadata}, [](const auto&...) {}, index_, queue_};
  ResourceFeed<Toy> feed_{Log::silent(), decode_toy, secrets_of, store_, watches_, queue_, ""};
};

TEST_F(ResourceFeedTest, a_list_fills_store_index_and_queue) {
  feed_.begin_list();
  feed_.listed(toy("a", "5", "s1"));
  feed_.listed(toy("b", "6", "s1 s2"));
  EXPECT_THAT(queued(), IsEmpty());
  feed_.end_list("9");
  EXPECT_THAT(queued(), ElementsAre(kA, Key{"ns", "b"}));
  EXPECT_THAT(index_.users(kS1), ElementsAre(kA, Key{"ns", "b"}));
  EXPECT_TRUE(store_.synced());
}

TEST_F(ResourceFeedTest, what_a_second_list_lacks_is_queued_once_more_and_refers_to_nothing) {
  feed_.begin_list();
  feed_.listed(toy("a", "5", "s1"));
  feed_.end_list("9");
  queued();
  feed_.begin_list();
  feed_.end_list("12");
  EXPECT_THAT(queued(), ElementsAre(kA));
  EXPECT_FALSE(index_.refers(kS1));
}

TEST_F(ResourceFeedTest, a_deletion_queues_the_key_and_releases_its_secrets) {
  feed_.changed(kube::Change::kAdded, toy("a", "5", "s1"));
  queued();
  feed_.changed(kube::Change::kDeleted, toy("a", "6", "s1"));
  EXPECT_THAT(queued(), ElementsAre(kA));
  EXPECT_FALSE(index_.refers(kS1));
  EXPECT_FALSE(store_.get(kA));
}

TEST_F(ResourceFeedTest, the_echo_of_our_own_status_write_queues_nothing) {
  feed_.changed(kube::Change::kAdded, toy("a", "5", "s1"));
  queued();
  store_.learned(kA, {"u-a", "8", std::make_shared<const Toy>(Toy{{"s1"}})});
  feed_.changed(kube::Change::kModified, toy("a", "8", "s1"));
  EXPECT_THAT(queued(), IsEmpty());
}

// A live read may bring an edit before the watch does. Between the two the index does not know the new Secret, and news
// of it is dropped; so the echo must queue the resource though the store has nothing new.
TEST_F(ResourceFeedTest, an_edit_that_a_live_read_saw_first_still_runs_once_it_is_indexed) {
  feed_.changed(kube::Change::kAdded, toy("a", "5", "s1"));
  queued();
  store_.learned(kA, {"u-a", "8", std::make_shared<const Toy>(Toy{{"s2"}})});
  EXPECT_THAT(index_.saw(kS2, {"u", "9"}), IsEmpty()) << "the dropped news";
  feed_.changed(kube::Change::kModified, toy("a", "8", "s2"));
  EXPECT_THAT(queued(), ElementsAre(kA));
  EXPECT_TRUE(index_.refers(kS2));
}

TEST_F(ResourceFeedTest, feeds_of_two_namespaces_leave_each_other_alone) {
  Store<Toy> store(env_, {"ns", "other"});
  ResourceFeed<Toy> here(Log::silent(), decode_toy, secrets_of, store, watches_, queue_, "ns");
  ResourceFeed<Toy> there(Log::silent(), decode_toy, secrets_of, store, watches_, queue_, "other");
  here.begin_list();
  here.listed(toy("a", "5", "s1"));
  there.begin_list();
  there.end_list("7");
  EXPECT_FALSE(store.synced());
  here.end_list("8");
  EXPECT_TRUE(store.synced());
  there.begin_list();
  there.end_list("9");
  EXPECT_TRUE(store.get(kA));
  EXPECT_TRUE(index_.refers(kS1));
  EXPECT_THAT(queued(), ElementsAre(kA));
}

TEST_F(ResourceFeedTest, what_cannot_be_read_is_as_good_as_absent) {
  feed_.changed(kube::Change::kAdded, toy("a", "5", "s1"));
  queued();
  feed_.changed(kube::Change::kModified, toy("a", "6", "unreadable"));
  EXPECT_FALSE(store_.get(kA)) << "nothing may act on the older spec";
  feed_.changed(kube::Change::kModified, toy("a", "7", "s2"));
  EXPECT_TRUE(store_.get(kA));
  feed_.changed(kube::Change::kModified, "not JSON");
  EXPECT_TRUE(store_.get(kA)) << "it is not even known whom this was about";
}

}  // namespace
}  // namespace originpull::control
