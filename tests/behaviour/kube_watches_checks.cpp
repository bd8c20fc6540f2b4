// SPDX-License-Identifier: Apache-2.0
// Watches: what they tell, in which order, from when, and how they end.
#include "behaviour/kube_checks.hpp"

namespace originpull::behaviour {
namespace {

Answer make(Side& side, const std::string& name, const std::string& more = "") {
  return ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":")" + name + R"("})" + more + "}"));
}

std::string watch_of(Side& side, const std::string& query) { return side.in_ns("secrets") + "?watch=1" + query; }

// Reads on, and at the first event moves the version of the kind on with a Secret in another namespace: a server sends
// a bookmark only when it has come further than where the watch began.
Watched watch_and_move_on(Side& side, const std::string& target, std::size_t frames, const Extra& extra = {}) {
  bool moved = false;
  return side.watch(
      target,
      [&](const std::vector<Frame>& seen) {
        if (!seen.empty() && !moved) {
          ok(side.post("/api/v1/namespaces/default/secrets", R"({"metadata":{"generateName":"elsewhere-"}})"));
          moved = true;
        }
        return seen.size() >= frames;
      },
      extra);
}

bool is_older(const std::string& a, const std::string& b) { return a.size() != b.size() ? a.size() < b.size() : a < b; }

}  // namespace

BEHAVIOUR("23 53", a_watch_from_a_version_tells_every_later_event_in_order) {
  make(side, "before");
  const std::string from = side.get(side.in_ns("secrets")).version();
  make(side, "a");
  ok(side.patch(kMerge, side.in_ns("secrets") + "/a", R"({"data":{"k":"MQ=="}})"));
  make(side, "b");
  ok(side.remove(side.in_ns("secrets") + "/a"));
  const Watched watched = side.watch(watch_of(side, "&resourceVersion=" + from), 4);
  EXPECT_EQ(watched.story(), "ADDED a, MODIFIED a, ADDED b, DELETED a") << watched.trouble;
  EXPECT_EQ(watched.head.header("Content-Type"), "application/json");
  for (std::size_t i = 1; i < watched.frames.size(); ++i) {
    EXPECT_TRUE(is_older(watched.frames[i - 1].at("/metadata/resourceVersion"),
                         watched.frames[i].at("/metadata/resourceVersion")));
  }
}

BEHAVIOUR("23", a_watch_resumes_after_the_version_that_it_was_given) {
  const Answer a = make(side, "a");
  const Answer b = make(side, "b");
  make(side, "c");
  EXPECT_EQ(side.watch(watch_of(side, "&resourceVersion=" + a.version()), 2).story(), "ADDED b, ADDED c");
  EXPECT_EQ(side.watch(watch_of(side, "&resourceVersion=" + b.version()), 1).story(), "ADDED c");
}

BEHAVIOUR("22", an_event_bears_the_whole_object_with_its_kind) {
  const std::string from = side.get(side.in_ns("secrets")).version();
  const Answer made = make(side, "a", R"(,"data":{"k":"MQ=="})");
  const Watched watched = side.watch(watch_of(side, "&resourceVersion=" + from), 1);
  ASSERT_EQ(watched.frames.size(), 1U) << watched.trouble;
  EXPECT_EQ(watched.frames[0].at("/kind"), "Secret");
  EXPECT_EQ(watched.frames[0].at("/apiVersion"), "v1");
  EXPECT_EQ(watched.frames[0].at("/data/k"), "MQ==");
  EXPECT_EQ(watched.frames[0].at("/metadata/resourceVersion"), made.version());
  EXPECT_EQ(watched.frames[0].at("/metadata/uid"), made.uid());
}

BEHAVIOUR("23", a_deletion_is_told_with_the_last_state_and_a_version_of_its_own) {
  const Answer made = make(side, "a", R"(,"data":{"k":"MQ=="})");
  ok(side.remove(side.in_ns("secrets") + "/a"));
  const Watched watched = side.watch(watch_of(side, "&resourceVersion=" + made.version()), 1);
  ASSERT_EQ(watched.story(), "DELETED a") << watched.trouble;
  EXPECT_EQ(watched.frames[0].at("/data/k"), "MQ==");
  EXPECT_TRUE(is_older(made.version(), watched.frames[0].at("/metadata/resourceVersion")));
}

BEHAVIOUR("21", a_watch_from_no_version_begins_with_what_is_there) {
  make(side, "a");
  make(side, "b");
  const Watched none = side.watch(watch_of(side, ""), 2);
  EXPECT_EQ(none.frames.size(), 2U) << none.trouble;
  for (const Frame& frame : none.frames) EXPECT_EQ(frame.type, "ADDED");
  EXPECT_TRUE(side.comes_true([&] { return side.watch(watch_of(side, "&resourceVersion=0"), 2).frames.size() == 2; }));
}

BEHAVIOUR("54", an_object_made_anew_has_another_uid_in_its_events) {
  const std::string from = side.get(side.in_ns("secrets")).version();
  make(side, "a");
  ok(side.remove(side.in_ns("secrets") + "/a"));
  make(side, "a");
  const Watched watched = side.watch(watch_of(side, "&resourceVersion=" + from), 3);
  ASSERT_EQ(watched.story(), "ADDED a, DELETED a, ADDED a") << watched.trouble;
  EXPECT_EQ(watched.frames[0].at("/metadata/uid"), watched.frames[1].at("/metadata/uid"));
  EXPECT_NE(watched.frames[1].at("/metadata/uid"), watched.frames[2].at("/metadata/uid"));
}

BEHAVIOUR("117", a_write_that_changes_nothing_is_no_event) {
  const Answer made = make(side, "a");
  ok(side.put(side.in_ns("secrets") + "/a", made.body));
  make(side, "marker");
  EXPECT_EQ(side.watch(watch_of(side, "&resourceVersion=" + made.version()), 1).story(), "ADDED marker");
}

BEHAVIOUR("17", a_watch_of_a_version_long_gone_is_200_and_an_error_event) {
  side.forget_history();
  const Watched watched = side.watch(watch_of(side, "&resourceVersion=1"), 1);
  EXPECT_EQ(watched.head.status, 200);
  ASSERT_EQ(watched.frames.size(), 1U) << watched.trouble;
  EXPECT_EQ(watched.frames[0].type, "ERROR");
  EXPECT_EQ(watched.frames[0].at("/kind"), "Status");
  EXPECT_EQ(watched.frames[0].at("/status"), "Failure");
  EXPECT_EQ(watched.frames[0].at("/code"), "410");
  EXPECT_EQ(watched.frames[0].at("/reason"), "Expired");
}

BEHAVIOUR("18", a_watch_ends_in_order_when_its_time_is_over) {
  const std::string from = side.get(side.in_ns("secrets")).version();
  const Watched watched = side.watch(watch_of(side, "&timeoutSeconds=1&resourceVersion=" + from), 1);
  EXPECT_TRUE(watched.ended) << watched.trouble;
  EXPECT_EQ(watched.story(), "");
}

BEHAVIOUR("3 4", a_bookmark_comes_before_the_end_and_bears_a_version_alone) {
  const std::string from = side.get(side.in_ns("secrets")).version();
  make(side, "a");
  const Watched watched =
      watch_and_move_on(side, watch_of(side, "&timeoutSeconds=4&allowWatchBookmarks=true&resourceVersion=" + from), 2);
  ASSERT_EQ(watched.story(), "ADDED a, BOOKMARK") << watched.trouble;
  const Frame& bookmark = watched.frames[1];
  EXPECT_EQ(bookmark.at("/kind"), "Secret");
  EXPECT_EQ(bookmark.at("/apiVersion"), "v1");
  EXPECT_FALSE(is_older(bookmark.at("/metadata/resourceVersion"), watched.frames[0].at("/metadata/resourceVersion")));
  EXPECT_EQ(bookmark.at("/metadata/name"), "");
}

BEHAVIOUR("3", a_bookmark_that_tells_of_nothing_new_is_not_sent) {
  const std::string from = side.get(side.in_ns("secrets")).version();
  make(side, "a");
  const Watched watched =
      side.watch(watch_of(side, "&timeoutSeconds=3&allowWatchBookmarks=true&resourceVersion=" + from), 2);
  EXPECT_EQ(watched.story(), "ADDED a") << watched.trouble;
}

BEHAVIOUR("3", without_being_asked_for_there_are_no_bookmarks) {
  const std::string from = side.get(side.in_ns("secrets")).version();
  const Watched watched = side.watch(watch_of(side, "&timeoutSeconds=3&resourceVersion=" + from), 1);
  EXPECT_TRUE(watched.ended) << watched.trouble;
  EXPECT_EQ(watched.story(), "");
}

BEHAVIOUR("24 25", a_watch_list_gives_what_is_there_and_marks_its_end) {
  make(side, "a");
  make(side, "b");
  const std::string query = "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
  const Watched watched = side.watch(watch_of(side, query), 3);
  ASSERT_EQ(watched.frames.size(), 3U) << watched.trouble;
  EXPECT_EQ(watched.frames[0].type, "ADDED");
  EXPECT_EQ(watched.frames[1].type, "ADDED");
  EXPECT_EQ(watched.frames[2].type, "BOOKMARK");
  EXPECT_EQ(watched.frames[2].at("/metadata/annotations/k8s.io~1initial-events-end"), "true");
  EXPECT_FALSE(
      is_older(watched.frames[2].at("/metadata/resourceVersion"), side.get(side.in_ns("secrets") + "/b").version()));
}

BEHAVIOUR("24 25", a_watch_list_of_nothing_is_the_mark_alone_and_goes_on) {
  const std::string query = "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
  const Watched empty = side.watch(watch_of(side, query), 1);
  EXPECT_EQ(empty.story(), "BOOKMARK") << empty.trouble;
  const std::string from = empty.frames.at(0).at("/metadata/resourceVersion");
  make(side, "a");
  EXPECT_EQ(side.watch(watch_of(side, "&allowWatchBookmarks=true&resourceVersion=" + from), 1).story(), "ADDED a");
}

BEHAVIOUR("24 26", initial_events_without_a_match_or_without_bookmarks_are_refused) {
  const Watched no_match = side.watch(watch_of(side, "&sendInitialEvents=true&allowWatchBookmarks=true"), 1);
  EXPECT_VERDICT(no_match.head, "422 Invalid");
  EXPECT_EQ(no_match.head.causes(), "resourceVersionMatch");
  const Watched no_bookmarks =
      side.watch(watch_of(side, "&timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"), 1);
  EXPECT_EQ(no_bookmarks.head.status, 200) << "they are sent, only their end is not marked";
  const Answer list = side.get(side.in_ns("secrets") + "?sendInitialEvents=true&resourceVersionMatch=NotOlderThan");
  EXPECT_VERDICT(list, "422 Invalid");
}

BEHAVIOUR("27", a_watch_that_declines_initial_events_begins_with_later_ones) {
  make(side, "a");
  const std::string from = side.get(side.in_ns("secrets")).version();
  make(side, "b");
  const Watched watched = side.watch(
      watch_of(side, "&sendInitialEvents=false&resourceVersionMatch=NotOlderThan&resourceVersion=" + from), 1);
  EXPECT_EQ(watched.story(), "ADDED b") << watched.trouble;
}

BEHAVIOUR("10", a_watch_of_the_future_tells_nothing_until_it_comes) {
  const Watched watched = side.watch(watch_of(side, "&timeoutSeconds=1&resourceVersion=999999999"), 1);
  EXPECT_EQ(watched.head.status, 200) << watched.head.body;
  EXPECT_EQ(watched.story(), "");
}

BEHAVIOUR("10 24", a_watch_list_of_the_future_is_504) {
  const Watched watched =
      side.watch(watch_of(side,
                          "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
                          "&resourceVersion=999999999"),
                 1);
  if (watched.head.status == 200) {
    ASSERT_EQ(watched.story(), "ERROR") << watched.trouble;
    EXPECT_EQ(watched.frames[0].at("/code"), "504");
    EXPECT_EQ(watched.frames[0].at("/details/causes/0/reason"), "ResourceVersionTooLarge");
  } else {
    EXPECT_VERDICT(watched.head, "504 Timeout");
    EXPECT_EQ(watched.head.at("/details/causes/0/reason"), "ResourceVersionTooLarge");
  }
}

BEHAVIOUR("operator", a_watch_of_one_name_tells_of_no_other) {
  const std::string from = side.get(side.in_ns("secrets")).version();
  make(side, "a");
  make(side, "b");
  make(side, "c");
  ok(side.remove(side.in_ns("secrets") + "/b"));
  const Watched watched = side.watch(watch_of(side, "&fieldSelector=metadata.name%3Db&resourceVersion=" + from), 2);
  EXPECT_EQ(watched.story(), "ADDED b, DELETED b") << watched.trouble;
}

BEHAVIOUR("operator", an_object_that_leaves_a_selection_is_told_as_deleted_and_one_that_enters_as_added) {
  const std::string from = side.get(side.in_ns("secrets")).version();
  make(side, "a");
  ok(side.patch(kMerge, side.in_ns("secrets") + "/a", R"({"metadata":{"labels":{"in":"yes"}}})"));
  ok(side.patch(kMerge, side.in_ns("secrets") + "/a", R"({"data":{"k":"MQ=="}})"));
  const Answer out = ok(side.patch(kMerge, side.in_ns("secrets") + "/a", R"({"metadata":{"labels":{"in":"no"}}})"));
  const Watched watched = side.watch(watch_of(side, "&labelSelector=in%3Dyes&resourceVersion=" + from), 3);
  ASSERT_EQ(watched.story(), "ADDED a, MODIFIED a, DELETED a") << watched.trouble;
  EXPECT_EQ(watched.frames[2].at("/metadata/labels/in"), "yes") << "the last state that was selected";
  EXPECT_EQ(watched.frames[2].at("/metadata/resourceVersion"), out.version()) << "with the version of the change";
}

BEHAVIOUR("operator", a_watch_by_type_sees_no_secret_of_another) {
  const std::string from = side.get(side.in_ns("secrets")).version();
  make(side, "plain");
  make(side, "pair", R"(,"type":"kubernetes.io/tls","data":{"tls.crt":"","tls.key":""})");
  EXPECT_EQ(side.watch(watch_of(side, "&fieldSelector=type%3Dkubernetes.io%2Ftls&resourceVersion=" + from), 1).story(),
            "ADDED pair");
}

BEHAVIOUR("operator", a_watch_over_all_namespaces_tells_of_each) {
  const std::string from = side.get("/api/v1/secrets").version();
  make(side, "a");
  const std::string first = side.ns();
  side.new_check();
  make(side, "b");
  const Watched watched = side.watch("/api/v1/secrets?watch=1&resourceVersion=" + from, 2);
  ASSERT_EQ(watched.story(), "ADDED a, ADDED b") << watched.trouble;
  EXPECT_EQ(watched.frames[0].at("/metadata/namespace"), first);
}

BEHAVIOUR("22", a_watch_of_metadata_gives_partial_objects_and_no_payload) {
  const std::string from = side.get(side.in_ns("secrets")).version();
  make(side, "a", R"(,"data":{"k":"c2VjcmV0"})");
  ok(side.remove(side.in_ns("secrets") + "/a"));
  const Watched watched =
      watch_and_move_on(side, watch_of(side, "&timeoutSeconds=4&allowWatchBookmarks=true&resourceVersion=" + from), 3,
                        {.accept = kMetadataOnly});
  ASSERT_EQ(watched.frames.size(), 3U) << watched.trouble;
  for (const Frame& frame : watched.frames) {
    EXPECT_EQ(frame.at("/kind"), "PartialObjectMetadata") << frame.type;
    EXPECT_EQ(frame.at("/apiVersion"), "meta.k8s.io/v1");
    EXPECT_EQ(frame.object.find("c2VjcmV0"), std::string::npos);
  }
  EXPECT_EQ(watched.story(), "ADDED a, DELETED a, BOOKMARK");
}

BEHAVIOUR("38", a_large_object_comes_in_one_line_of_the_watch) {
  const std::string from = side.get(side.in_ns("configmaps")).version();
  const std::string large(1'000'000, 'x');
  ok(side.post(side.in_ns("configmaps"), R"({"metadata":{"name":"a"},"data":{"k":")" + large + "\"}}"));
  const Watched watched = side.watch(side.in_ns("configmaps") + "?watch=1&resourceVersion=" + from, 1);
  ASSERT_EQ(watched.story(), "ADDED a") << watched.trouble;
  EXPECT_EQ(watched.frames[0].at("/data/k").size(), large.size());
}

BEHAVIOUR("34", a_watch_from_a_version_that_is_no_number_is_refused) {
  const Watched watched = side.watch(watch_of(side, "&resourceVersion=abc"), 1);
  EXPECT_NE(watched.head.status, 200);
  EXPECT_EQ(watched.head.at("/status"), "Failure") << watched.head.body;
}

BEHAVIOUR("operator", the_old_form_of_a_watch_by_path_is_served_too) {
  const Answer a = make(side, "a");
  make(side, "b");
  const Watched watched =
      side.watch("/api/v1/watch/namespaces/" + side.ns() + "/secrets?resourceVersion=" + a.version(), 1);
  EXPECT_EQ(watched.story(), "ADDED b") << watched.head.body << watched.trouble;
}

}  // namespace originpull::behaviour
