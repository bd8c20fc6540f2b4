// SPDX-License-Identifier: Apache-2.0
// The end of objects: preconditions, finalizers, owners, and namespaces that take everything with them.
#include "behaviour/kube_checks.hpp"

namespace originpull::behaviour {
namespace {

std::string widget(const std::string& meta) {
  return R"({"apiVersion":"behaviour.test/v1","kind":"Widget","metadata":{"name":"a")" + meta +
         R"(},"spec":{"size":1}})";
}

Answer make_finalized(Side& side) {
  return ok(side.post(side.widgets(), widget(R"(,"finalizers":["test.example/one"])")));
}

void release(Side& side) { ok(side.patch(kMerge, side.widgets("a"), R"({"metadata":{"finalizers":null}})")); }

}  // namespace

BEHAVIOUR("138", a_deletion_answers_with_a_status_that_names_what_went) {
  const Answer made = ok(side.post(side.widgets(), widget("")));
  const Answer answer = side.remove(side.widgets("a"));
  ASSERT_VERDICT(answer, "200");
  EXPECT_EQ(answer.at("/kind"), "Status");
  EXPECT_EQ(answer.at("/status"), "Success");
  EXPECT_EQ(answer.at("/details/name"), "a");
  EXPECT_EQ(answer.at("/details/group"), "behaviour.test");
  EXPECT_EQ(answer.at("/details/kind"), "widgets");
  EXPECT_EQ(answer.at("/details/uid"), made.uid());
  EXPECT_VERDICT(side.remove(side.widgets("a")), "404 NotFound");
}

BEHAVIOUR("138", a_deletion_holds_only_for_its_uid_and_version) {
  const Answer made = ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a"}})"));
  const std::string target = side.in_ns("secrets") + "/a";
  const Answer uid = side.remove(target, R"({"preconditions":{"uid":"other"}})");
  EXPECT_VERDICT(uid, "409 Conflict");
  EXPECT_SAYS(uid.message(),
              "the UID in the precondition (other) does not match the UID in record (" + made.uid() + ")");
  const Answer version = side.remove(target, R"({"preconditions":{"resourceVersion":"1"}})");
  EXPECT_VERDICT(version, "409 Conflict");
  EXPECT_SAYS(version.message(),
              "the ResourceVersion in the precondition (1) does not match the ResourceVersion in "
              "record (" +
                  made.version() + ")");
  EXPECT_VERDICT(side.remove(target, R"({"preconditions":{"uid":")" + made.uid() + R"(","resourceVersion":")" +
                                         made.version() + R"("}})"),
                 "200");
}

BEHAVIOUR("130 132", a_deletion_with_a_finalizer_marks_and_waits) {
  const Answer made = make_finalized(side);
  const Answer answer = side.remove(side.widgets("a"));
  ASSERT_VERDICT(answer, "200");
  EXPECT_EQ(answer.at("/kind"), "Widget");
  EXPECT_FALSE(answer.at("/metadata/deletionTimestamp").empty());
  EXPECT_EQ(answer.at("/metadata/deletionGracePeriodSeconds"), "0");
  EXPECT_EQ(answer.at("/metadata/generation"), "2");
  const Answer read = side.get(side.widgets("a"));
  EXPECT_EQ(read.at("/metadata/deletionTimestamp"), answer.at("/metadata/deletionTimestamp"));
  EXPECT_EQ(read.uid(), made.uid());
  release(side);
  EXPECT_VERDICT(side.get(side.widgets("a")), "404 NotFound");
}

BEHAVIOUR("132", a_second_deletion_changes_nothing) {
  make_finalized(side);
  const Answer first = ok(side.remove(side.widgets("a")));
  const Answer second = side.remove(side.widgets("a"));
  ASSERT_VERDICT(second, "200");
  EXPECT_EQ(second.version(), first.version());
  EXPECT_EQ(second.at("/metadata/deletionTimestamp"), first.at("/metadata/deletionTimestamp"));
  release(side);
}

BEHAVIOUR("132", no_finalizer_is_added_to_what_is_being_deleted) {
  make_finalized(side);
  ok(side.remove(side.widgets("a")));
  const Answer answer =
      side.patch(kMerge, side.widgets("a"), R"({"metadata":{"finalizers":["test.example/one","test.example/two"]}})");
  EXPECT_VERDICT(answer, "422 Invalid");
  EXPECT_EQ(answer.causes(), "metadata.finalizers");
  EXPECT_SAYS(answer.message(),
              "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being "
              "deleted, found new finalizers []string{\"test.example/two\"}");
  release(side);
}

BEHAVIOUR("132", the_time_of_deletion_cannot_be_taken_back) {
  make_finalized(side);
  const Answer marked = ok(side.remove(side.widgets("a")));
  const Answer answer = side.patch(kMerge, side.widgets("a"), R"({"metadata":{"deletionTimestamp":null}})");
  EXPECT_EQ(ok(side.get(side.widgets("a"))).at("/metadata/deletionTimestamp"), marked.at("/metadata/deletionTimestamp"))
      << answer.body;
  release(side);
}

BEHAVIOUR("135 139", what_is_being_deleted_can_still_be_changed_and_its_status_written) {
  make_finalized(side);
  ok(side.remove(side.widgets("a")));
  const Answer status = side.patch(kMerge, side.widgets("a") + "/status", R"({"status":{"note":"cleaning"}})");
  ASSERT_VERDICT(status, "200");
  EXPECT_EQ(status.at("/status/note"), "cleaning");
  EXPECT_VERDICT(side.patch(kMerge, side.widgets("a"), R"({"metadata":{"annotations":{"k":"v"}}})"), "200");
  release(side);
}

BEHAVIOUR("131 134", each_finalizer_is_taken_away_by_itself_and_the_last_one_ends_it) {
  ok(side.post(side.widgets(), widget(R"(,"finalizers":["test.example/one","test.example/two"])")));
  ok(side.remove(side.widgets("a")));
  const Answer one = side.patch(kMerge, side.widgets("a"), R"({"metadata":{"finalizers":["test.example/two"]}})");
  ASSERT_VERDICT(one, "200");
  EXPECT_EQ(one.at("/metadata/finalizers"), R"(["test.example/two"])");
  const Answer last = side.patch(kMerge, side.widgets("a"), R"({"metadata":{"finalizers":[]}})");
  ASSERT_VERDICT(last, "200");
  EXPECT_EQ(last.at("/kind"), "Widget") << "the write that ends it shows the object for the last time";
  EXPECT_VERDICT(side.get(side.widgets("a")), "404 NotFound");
  EXPECT_VERDICT(side.patch(kMerge, side.widgets("a"), R"({"metadata":{"finalizers":[]}})"), "404 NotFound");
}

BEHAVIOUR("133", a_watch_tells_of_the_mark_and_of_the_end) {
  const Answer made = make_finalized(side);
  ok(side.remove(side.widgets("a")));
  release(side);
  const Watched watched = side.watch(side.widgets() + "?watch=1&resourceVersion=" + made.version(), 2);
  ASSERT_EQ(watched.story(), "MODIFIED a, DELETED a") << watched.trouble;
  EXPECT_FALSE(watched.frames[0].at("/metadata/deletionTimestamp").empty());
  EXPECT_EQ(watched.frames[0].at("/metadata/finalizers"), R"(["test.example/one"])");
  EXPECT_FALSE(watched.frames[1].at("/metadata/deletionTimestamp").empty());
}

BEHAVIOUR("136", a_finalizer_without_a_domain_is_warned_for_a_custom_resource) {
  const Answer answer = side.post(side.widgets(), widget(R"(,"finalizers":["bare"])"));
  ASSERT_VERDICT(answer, "201");
  EXPECT_SAYS(answer.header("Warning"), "metadata.finalizers: \\\"bare\\\": prefer a domain-qualified finalizer name");
  release(side);
}

BEHAVIOUR("136", a_finalizer_has_a_grammar) {
  const Answer answer = side.post(side.widgets(), widget(R"(,"finalizers":["not a name"])"));
  EXPECT_VERDICT(answer, "422 Invalid");
  EXPECT_EQ(answer.causes(), "metadata.finalizers");
}

BEHAVIOUR("130", a_built_in_kind_keeps_finalizers_too) {
  const std::string target = side.in_ns("secrets") + "/a";
  ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a","finalizers":["test.example/one"]}})"));
  const Answer answer = side.remove(target);
  ASSERT_VERDICT(answer, "200");
  EXPECT_EQ(answer.at("/kind"), "Secret");
  EXPECT_FALSE(answer.at("/metadata/deletionTimestamp").empty());
  ok(side.patch(kMerge, target, R"({"metadata":{"finalizers":null}})"));
  EXPECT_VERDICT(side.get(target), "404 NotFound");
}

BEHAVIOUR("137", an_owner_reference_must_be_whole) {
  const Answer answer = side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a","ownerReferences":[
      {"apiVersion":"v1","kind":"ConfigMap","name":"o"}]}})");
  EXPECT_VERDICT(answer, "422 Invalid");
  EXPECT_EQ(answer.causes(), "metadata.ownerReferences.uid");
  const Answer two = side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a","ownerReferences":[
      {"apiVersion":"v1","kind":"ConfigMap","name":"o","uid":"1","controller":true},
      {"apiVersion":"v1","kind":"ConfigMap","name":"p","uid":"2","controller":true}]}})");
  EXPECT_VERDICT(two, "422 Invalid");
  EXPECT_SAYS(two.message(), "Only one reference can have Controller set to true");
}

BEHAVIOUR("137", the_children_go_with_their_owner) {
  const Answer owner = ok(side.post(side.in_ns("configmaps"), R"({"metadata":{"name":"o"}})"));
  ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"child","ownerReferences":[{"apiVersion":"v1",
      "kind":"ConfigMap","name":"o","uid":")" +
                                          owner.uid() + R"("}]}})"));
  ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"stranger"}})"));
  side.run_controllers();
  ok(side.remove(side.in_ns("configmaps") + "/o", R"({"propagationPolicy":"Background"})"));
  EXPECT_TRUE(side.comes_true([&] { return side.get(side.in_ns("secrets") + "/child").status == 404; }));
  EXPECT_VERDICT(side.get(side.in_ns("secrets") + "/stranger"), "200");
  side.stop_controllers();
}

BEHAVIOUR("137", an_owner_that_goes_as_orphan_leaves_its_children) {
  const Answer owner = ok(side.post(side.in_ns("configmaps"), R"({"metadata":{"name":"o"}})"));
  ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"child","ownerReferences":[{"apiVersion":"v1",
      "kind":"ConfigMap","name":"o","uid":")" +
                                          owner.uid() + R"("}]}})"));
  side.run_controllers();
  const Answer going = ok(side.remove(side.in_ns("configmaps") + "/o", R"({"propagationPolicy":"Orphan"})"));
  EXPECT_EQ(going.at("/kind"), "ConfigMap");
  EXPECT_EQ(going.at("/metadata/finalizers"), R"(["orphan"])");
  EXPECT_TRUE(side.comes_true([&] { return side.get(side.in_ns("configmaps") + "/o").status == 404; }));
  const Answer child = side.get(side.in_ns("secrets") + "/child");
  EXPECT_VERDICT(child, "200");
  EXPECT_FALSE(child.has("/metadata/ownerReferences"));
  side.stop_controllers();
}

BEHAVIOUR("137", an_owner_that_goes_in_the_foreground_waits_for_the_children_that_block_it) {
  const Answer owner = ok(side.post(side.in_ns("configmaps"), R"({"metadata":{"name":"o"}})"));
  ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"child","finalizers":["e.test/hold"],"ownerReferences":[
      {"apiVersion":"v1","kind":"ConfigMap","name":"o","blockOwnerDeletion":true,"uid":")" +
                                          owner.uid() + R"("}]}})"));
  side.run_controllers();
  const Answer going = ok(side.remove(side.in_ns("configmaps") + "/o", R"({"propagationPolicy":"Foreground"})"));
  EXPECT_EQ(going.at("/metadata/finalizers"), R"(["foregroundDeletion"])");
  const std::string child = side.in_ns("secrets") + "/child";
  EXPECT_TRUE(side.comes_true([&] { return side.get(child).has("/metadata/deletionTimestamp"); }));
  EXPECT_VERDICT(side.get(side.in_ns("configmaps") + "/o"), "200");
  ok(side.patch(kMerge, child, R"({"metadata":{"finalizers":null}})"));
  EXPECT_TRUE(side.comes_true([&] { return side.get(side.in_ns("configmaps") + "/o").status == 404; }));
  EXPECT_VERDICT(side.get(child), "404 NotFound");
  side.stop_controllers();
}

BEHAVIOUR("137", the_propagation_policy_has_three_values) {
  ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a"}})"));
  const Answer answer = side.remove(side.in_ns("secrets") + "/a", R"({"propagationPolicy":"Sideways"})");
  EXPECT_VERDICT(answer, "422 Invalid");
  EXPECT_VERDICT(side.remove(side.in_ns("secrets") + "/a?propagationPolicy=Background"), "200");
}

BEHAVIOUR("139", a_namespace_that_ends_takes_nothing_new_and_lets_finalizers_go) {
  make_finalized(side);
  ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"s"}})"));
  const Answer ending = side.remove("/api/v1/namespaces/" + side.ns());
  ASSERT_VERDICT(ending, "200");
  EXPECT_EQ(ending.at("/status/phase"), "Terminating");
  EXPECT_FALSE(ending.at("/metadata/deletionTimestamp").empty());
  const Answer refused = side.post(side.in_ns("secrets"), R"({"metadata":{"name":"late"}})");
  EXPECT_VERDICT(refused, "403 Forbidden");
  EXPECT_EQ(refused.message(), "secrets \"late\" is forbidden: unable to create new content in namespace " + side.ns() +
                                   " because it is being terminated");
  EXPECT_EQ(refused.at("/details/causes/0/reason"), "NamespaceTerminating");
  const Answer event = side.post("/apis/events.k8s.io/v1/namespaces/" + side.ns() + "/events",
                                 R"({"metadata":{"name":"e"},"eventTime":"2026-01-01T00:00:00.000000Z",
      "reportingController":"c","reportingInstance":"i","action":"a","reason":"r","type":"Normal","note":"n",
      "regarding":{"kind":"Secret","namespace":")" +
                                     side.ns() + R"(","name":"s"}})");
  EXPECT_VERDICT(event, "403 Forbidden");
  side.run_controllers();
  EXPECT_TRUE(side.comes_true([&] {
    return side.get(side.in_ns("secrets") + "/s").status == 404 &&
           !side.get(side.widgets("a")).at("/metadata/deletionTimestamp").empty();
  })) << "what has no finalizer goes; what has one is marked";
  EXPECT_VERDICT(side.get("/api/v1/namespaces/" + side.ns()), "200");
  release(side);
  EXPECT_TRUE(side.comes_true([&] { return side.get("/api/v1/namespaces/" + side.ns()).status == 404; }));
  side.stop_controllers();
}

BEHAVIOUR("operator", a_namespace_is_active_has_its_label_and_a_dns_label_as_name) {
  const Answer read = side.get("/api/v1/namespaces/" + side.ns());
  EXPECT_EQ(read.at("/status/phase"), "Active");
  EXPECT_EQ(read.at("/metadata/labels/kubernetes.io~1metadata.name"), side.ns());
  EXPECT_EQ(read.at("/spec/finalizers"), R"(["kubernetes"])");
  EXPECT_VERDICT(side.post("/api/v1/namespaces", R"({"metadata":{"name":"a.b"}})"), "422 Invalid");
  EXPECT_VERDICT(side.remove("/api/v1/namespaces/default"), "403 Forbidden");
}

}  // namespace originpull::behaviour
