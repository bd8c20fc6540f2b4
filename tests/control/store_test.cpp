// SPDX-License-Identifier: Apache-2.0
// The laws of the store, against hand-written feeds: lists, events, answers to our own writes, in the orders in which a
// real API server and our own threads can bring them. Copies are plain strings here; the store does not care.
#include "control/store.hpp"

#include <gmock/gmock.h>

#include "support/still_env.hpp"

namespace originpull::control {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Key kA{"ns", "a"};
const Key kB{"ns", "b"};
const Key kC{"ns", "c"};

class StoreTest : public testing::Test {
 protected:
  static Copy<std::string> copy(const std::string& version, const std::string& uid = "u1") {
    return {uid, version, std::make_shared<const std::string>("at " + version)};
  }
  std::vector<Key> list(const std::vector<std::pair<Key, Copy<std::string>>>& objects) {
    store_.list_begins();
    for (const auto& [key, object] : objects) store_.listed(key, object);
    return store_.list_is_complete();
  }
  std::string version(const Key& key) const {
    const auto found = store_.get(key);
    return found ? found->resource_version : "none";
  }

  support::StillEnv env_;
  Store<std::string> store_{env_};
};

TEST_F(StoreTest, nothing_of_a_list_shows_before_it_is_complete) {
  list({{kA, copy("5")}});
  store_.list_begins();
  store_.listed(kB, copy("7"));
  EXPECT_EQ(version(kA), "5");
  EXPECT_EQ(version(kB), "none");
}

TEST_F(StoreTest, a_list_that_begins_again_forgets_its_first_half) {
  store_.list_begins();
  store_.listed(kA, copy("5"));
  EXPECT_THAT(list({{kB, copy("6")}}), ElementsAre(kB));
  EXPECT_EQ(version(kA), "none");
}

TEST_F(StoreTest, absence_from_a_complete_list_is_a_deletion) {
  list({{kA, copy("5")}, {kB, copy("6")}});
  EXPECT_THAT(list({{kB, copy("6")}}), ElementsAre(kA));
  EXPECT_EQ(version(kA), "none");
  EXPECT_THAT(store_.keys(), ElementsAre(kB));
}

TEST_F(StoreTest, only_what_has_changed_is_news_of_a_list) {
  list({{kA, copy("5")}, {kB, copy("6")}});
  EXPECT_THAT(list({{kA, copy("5")}, {kB, copy("8")}, {kC, copy("9")}}), ElementsAre(kB, kC));
}

TEST_F(StoreTest, it_is_synced_once_a_list_is_complete) {
  EXPECT_FALSE(store_.synced());
  store_.list_begins();
  EXPECT_FALSE(store_.synced());
  store_.list_is_complete();
  EXPECT_TRUE(store_.synced());
  EXPECT_TRUE(store_.await_synced({}));
}

TEST_F(StoreTest, a_stop_ends_the_wait_for_the_first_list) {
  std::atomic<int> answer{-1};
  env::Thread waiter = env_.spawn("waiter", [&](const std::stop_token& stop) { answer = store_.await_synced(stop); });
  ASSERT_TRUE(env_.await_waiting(1));
  waiter.request_stop();
  waiter.join();
  EXPECT_EQ(answer, 0);
}

TEST_F(StoreTest, absence_from_the_list_of_one_namespace_says_nothing_of_another) {
  const Key kElsewhere{"ns2", "a"};
  Store<std::string> store(env_, {"ns", "ns2"});
  store.changed(kElsewhere, copy("3"));
  store.list_begins("ns");
  store.listed(kA, copy("5"), "ns");
  store.list_begins("ns2");
  store.listed(kElsewhere, copy("3"), "ns2");
  EXPECT_THAT(store.list_is_complete("ns"), ElementsAre(kA));
  EXPECT_TRUE(store.get(kElsewhere));
  EXPECT_FALSE(store.synced());
  EXPECT_THAT(store.list_is_complete("ns2"), IsEmpty());
  EXPECT_TRUE(store.synced());
}

TEST_F(StoreTest, an_event_that_repeats_a_version_is_no_news) {
  list({{kA, copy("5")}});
  EXPECT_THAT(store_.changed(kA, copy("5")), IsEmpty());
  EXPECT_THAT(store_.changed(kA, copy("6")), ElementsAre(kA));
}

TEST_F(StoreTest, the_echo_of_our_own_write_is_no_news) {
  list({{kA, copy("5")}});
  store_.learned(kA, copy("9"));
  EXPECT_EQ(version(kA), "9");
  EXPECT_THAT(store_.changed(kA, copy("9")), IsEmpty());
}

TEST_F(StoreTest, the_very_version_that_is_known_needs_no_decoding) {
  list({{kA, copy("5", "u1")}});
  store_.learned(kA, copy("x", "u1"));
  EXPECT_FALSE(store_.shown(kA, "u1", "5"));
  EXPECT_FALSE(store_.shown(kA, "u2", "x"));
  EXPECT_FALSE(store_.shown(kB, "u1", "x"));
  EXPECT_THAT(store_.changed(kA, copy("y", "u1")), IsEmpty()) << "an opaque version, and our own write is awaited";
  EXPECT_TRUE(store_.shown(kA, "u1", "x"));
  EXPECT_THAT(store_.changed(kA, copy("y", "u1")), ElementsAre(kA)) << "the write has been seen";
}

TEST_F(StoreTest, a_copy_older_than_our_own_write_never_comes_back) {
  list({{kA, copy("5")}});
  store_.learned(kA, copy("9"));
  EXPECT_THAT(store_.changed(kA, copy("7")), IsEmpty());
  EXPECT_EQ(version(kA), "9");
  EXPECT_THAT(store_.changed(kA, copy("10")), ElementsAre(kA));
}

TEST_F(StoreTest, a_list_that_was_begun_before_our_own_write_knows_less_and_one_begun_later_more) {
  list({{kA, copy("5")}});
  store_.list_begins();
  store_.listed(kA, copy("8"));
  store_.learned(kA, copy("9"));
  EXPECT_THAT(store_.list_is_complete(), IsEmpty());
  EXPECT_EQ(version(kA), "9");
  EXPECT_THAT(list({{kA, copy("8")}}), ElementsAre(kA)) << "lists are consistent reads: restored from a backup";
  store_.doubt(kA);
  store_.learned(kA, copy("9"));
  EXPECT_EQ(version(kA), "9");
}

TEST_F(StoreTest, with_opaque_versions_events_before_our_own_write_are_dropped_until_it_shows) {
  list({{kA, copy("x5")}});
  store_.learned(kA, copy("x9"));
  EXPECT_THAT(store_.changed(kA, copy("x7")), IsEmpty());
  EXPECT_EQ(version(kA), "x9");
  EXPECT_THAT(store_.changed(kA, copy("x9")), IsEmpty());
  EXPECT_THAT(store_.changed(kA, copy("x1")), ElementsAre(kA)) << "it showed, so this is later";
  EXPECT_EQ(version(kA), "x1");
}

TEST_F(StoreTest, with_opaque_versions_a_list_begun_before_our_own_write_is_not_believed) {
  list({{kA, copy("x5")}});
  store_.list_begins();
  store_.listed(kA, copy("x7"));
  store_.learned(kA, copy("x9"));
  EXPECT_THAT(store_.list_is_complete(), IsEmpty());
  EXPECT_EQ(version(kA), "x9");
  EXPECT_THAT(list({{kA, copy("x2")}}), ElementsAre(kA)) << "this one began after the write";
  EXPECT_EQ(version(kA), "x2");
}

TEST_F(StoreTest, a_namesake_with_another_uid_replaces_the_old_one) {
  list({{kA, copy("5", "u1")}});
  EXPECT_THAT(store_.changed(kA, copy("8", "u2")), ElementsAre(kA));
  EXPECT_EQ(store_.get(kA)->uid, "u2");
}

TEST_F(StoreTest, the_deletion_of_an_old_namesake_does_not_remove_the_new_one) {
  list({{kA, copy("8", "u2")}});
  EXPECT_THAT(store_.deleted(kA, "u1"), IsEmpty());
  EXPECT_EQ(version(kA), "8");
  EXPECT_THAT(store_.deleted(kA, "u2"), ElementsAre(kA));
}

TEST_F(StoreTest, the_answer_to_a_write_does_not_bring_back_what_was_deleted_meanwhile) {
  list({{kA, copy("5")}});
  store_.deleted(kA, "u1");
  store_.learned(kA, copy("9"));
  EXPECT_EQ(version(kA), "none");
  store_.changed(kA, copy("12", "u2"));
  store_.learned(kA, copy("13", "u1"));
  EXPECT_EQ(store_.get(kA)->uid, "u2");
}

TEST_F(StoreTest, a_late_answer_does_not_replace_a_newer_copy) {
  list({{kA, copy("5")}});
  store_.changed(kA, copy("11"));
  store_.learned(kA, copy("9"));
  EXPECT_EQ(version(kA), "11");
}

TEST_F(StoreTest, a_key_in_doubt_is_not_fresh_until_it_is_read_live) {
  list({{kA, copy("5")}});
  EXPECT_TRUE(store_.fresh(kA));
  store_.doubt(kA);
  EXPECT_FALSE(store_.fresh(kA));
  store_.changed(kA, copy("6"));
  EXPECT_FALSE(store_.fresh(kA)) << "it may be older than the write whose answer was lost";
  store_.learned(kA, copy("6"));
  EXPECT_TRUE(store_.fresh(kA)) << "the live read says that this is the newest";
}

TEST_F(StoreTest, all_keys_can_be_put_in_doubt_and_each_is_read_live_by_itself) {
  list({{kA, copy("5")}, {kB, copy("6")}});
  store_.doubt_all();
  EXPECT_FALSE(store_.fresh(kA));
  EXPECT_FALSE(store_.fresh(kB));
  store_.learned(kA, copy("5"));
  EXPECT_TRUE(store_.fresh(kA));
  EXPECT_FALSE(store_.fresh(kB));
}

TEST_F(StoreTest, a_list_that_was_under_way_when_all_was_put_in_doubt_is_doubted_too) {
  store_.list_begins();
  store_.listed(kA, copy("5"));
  store_.doubt_all();
  store_.list_is_complete();
  EXPECT_FALSE(store_.fresh(kA));
  list({{kA, copy("5")}, {kB, copy("6")}});
  EXPECT_TRUE(store_.fresh(kB)) << "this list began later";
}

TEST_F(StoreTest, a_complete_list_is_believed_though_its_versions_went_back) {
  list({{kA, copy("500")}});
  EXPECT_THAT(list({{kA, copy("400")}}), ElementsAre(kA)) << "restored from a backup";
  EXPECT_EQ(version(kA), "400");
  EXPECT_THAT(store_.changed(kA, copy("401")), ElementsAre(kA));
}

TEST_F(StoreTest, doubt_ends_with_the_resource) {
  list({{kA, copy("5", "u1")}});
  store_.doubt(kA);
  store_.changed(kA, copy("9", "u2"));
  EXPECT_TRUE(store_.fresh(kA)) << "we never wrote to this one";
}

TEST_F(StoreTest, a_reader_keeps_its_copy_while_it_is_replaced) {
  list({{kA, copy("5")}});
  const auto mine = store_.get(kA);
  store_.changed(kA, copy("6"));
  EXPECT_EQ(*mine->value, "at 5");
  EXPECT_EQ(*store_.get(kA)->value, "at 6");
  EXPECT_EQ(store_.all().size(), 1U);
}

TEST(StoreDeathTest, a_feed_of_a_namespace_that_it_was_not_made_for_is_a_bug) {
  support::StillEnv env;
  Store<std::string> store(env, {"ns"});
  EXPECT_DEATH(store.list_begins(""), "not made for");
}

}  // namespace
}  // namespace originpull::control
