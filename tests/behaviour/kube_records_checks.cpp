// SPDX-License-Identifier: Apache-2.0
// Leases, Events and the small built-in kinds that the operator reads or writes.
#include "behaviour/kube_checks.hpp"

namespace originpull::behaviour {
namespace {

std::string leases(Side& side) { return "/apis/coordination.k8s.io/v1/namespaces/" + side.ns() + "/leases"; }
std::string events(Side& side) { return "/apis/events.k8s.io/v1/namespaces/" + side.ns() + "/events"; }

constexpr const char* kLease = R"({"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"a"},
    "spec":{"holderIdentity":"one","leaseDurationSeconds":15,"acquireTime":"2026-01-01T00:00:00.000001Z",
    "renewTime":"2026-01-01T00:00:00.123456Z","leaseTransitions":0}})";

std::string event(Side& side) {
  return R"({"apiVersion":"events.k8s.io/v1","kind":"Event","metadata":{"name":"e"},
    "eventTime":"2026-01-01T00:00:00.000001Z","reportingController":"origin-pull-operator","reportingInstance":"pod-1",
    "action":"Upload","reason":"Uploaded","type":"Normal","note":"a sentence","regarding":{"kind":"Secret",
    "namespace":")" +
         side.ns() + R"(","name":"s"}})";
}

}  // namespace

BEHAVIOUR("95", times_of_a_lease_keep_six_digits) {
  const Answer made = side.post(leases(side), kLease);
  ASSERT_VERDICT(made, "201");
  EXPECT_EQ(made.at("/spec/renewTime"), "2026-01-01T00:00:00.123456Z");
  EXPECT_EQ(made.at("/spec/acquireTime"), "2026-01-01T00:00:00.000001Z");
  const Answer coarse = side.patch(kMerge, leases(side) + "/a", R"({"spec":{"renewTime":"2026-01-01T00:00:01Z"}})");
  EXPECT_VERDICT(coarse, "422 Invalid") << "fewer digits are no such time";
  EXPECT_SAYS(coarse.message(), "cannot parse \"Z\" as \".000000\"");
  EXPECT_VERDICT(side.post(leases(side), with(kLease, "/spec/renewTime", "\"2026-01-01T00:00:01Z\"")),
                 "400 BadRequest");
}

BEHAVIOUR("95", a_time_of_a_lease_that_is_none_is_400) {
  EXPECT_VERDICT(side.post(leases(side), with(kLease, "/spec/renewTime", "\"soon\"")), "400 BadRequest");
}

BEHAVIOUR("86", a_lease_of_an_old_version_is_a_conflict) {
  const Answer made = ok(side.post(leases(side), kLease));
  ok(side.put(leases(side) + "/a", with(made.body, "/spec/holderIdentity", "\"two\"")));
  EXPECT_VERDICT(side.put(leases(side) + "/a", with(made.body, "/spec/holderIdentity", "\"three\"")), "409 Conflict");
  EXPECT_EQ(side.get(leases(side) + "/a").at("/spec/holderIdentity"), "two");
}

BEHAVIOUR("116", an_update_of_a_lease_needs_its_version) {
  ok(side.post(leases(side), kLease));
  const Answer answer = side.put(leases(side) + "/a", kLease);
  EXPECT_VERDICT(answer, "422 Invalid");
  EXPECT_EQ(answer.causes(), "metadata.resourceVersion");
}

BEHAVIOUR("86 89", a_holder_may_be_empty_and_a_duration_is_positive) {
  const Answer empty =
      side.post(leases(side), with(with(kLease, "/spec/holderIdentity", "\"\""), "/spec/leaseDurationSeconds", "1"));
  EXPECT_VERDICT(empty, "201");
  const Answer zero = side.patch(kMerge, leases(side) + "/a", R"({"spec":{"leaseDurationSeconds":0}})");
  EXPECT_VERDICT(zero, "422 Invalid");
  EXPECT_EQ(zero.causes(), "spec.leaseDurationSeconds");
  EXPECT_VERDICT(side.patch(kMerge, leases(side) + "/a", R"({"spec":{"leaseTransitions":-1}})"), "422 Invalid");
}

BEHAVIOUR("100", an_event_is_taken_with_its_fields) {
  const Answer made = side.post(events(side), event(side));
  ASSERT_VERDICT(made, "201");
  EXPECT_EQ(made.at("/note"), "a sentence");
  EXPECT_EQ(made.at("/eventTime"), "2026-01-01T00:00:00.000001Z");
  const Answer core = side.get(side.in_ns("events") + "/e");
  ASSERT_VERDICT(core, "200");
  EXPECT_EQ(core.at("/message"), "a sentence") << "it is the same object as the core group's";
  EXPECT_EQ(core.at("/involvedObject/name"), "s");
  EXPECT_EQ(core.uid(), made.uid());
}

BEHAVIOUR("100", an_event_without_what_it_must_have_is_refused) {
  for (const std::string field :
       {"eventTime", "reportingController", "reportingInstance", "action", "reason", "type"}) {
    const Answer answer = side.post(events(side), without(event(side), "/" + field));
    EXPECT_VERDICT(answer, "422 Invalid") << field;
    EXPECT_SAYS(answer.causes(), field);
  }
}

BEHAVIOUR("100", an_event_keeps_to_its_lengths) {
  const auto refused = [&](const std::string& field, std::size_t size) {
    EXPECT_VERDICT(side.post(events(side), with(event(side), "/" + field, as_json(std::string(size, 'x')))),
                   "422 Invalid")
        << field;
  };
  refused("note", 1'025);
  refused("reason", 129);
  refused("action", 129);
  refused("reportingInstance", 129);
  refused("type", 5);
  EXPECT_VERDICT(side.post(events(side), with(event(side), "/note", as_json(std::string(1'024, 'x')))), "201");
}

BEHAVIOUR("100", the_fields_of_the_old_form_must_be_unset) {
  EXPECT_VERDICT(side.post(events(side), with(event(side), "/deprecatedCount", "2")), "422 Invalid");
  EXPECT_VERDICT(side.post(events(side), with(event(side), "/deprecatedSource", R"({"component":"x"})")),
                 "422 Invalid");
  EXPECT_VERDICT(side.post(events(side), with(event(side), "/deprecatedFirstTimestamp", "\"2026-01-01T00:00:00Z\"")),
                 "422 Invalid");
}

BEHAVIOUR("101", an_event_about_something_without_a_namespace_lives_in_the_default_one) {
  const std::string cluster = without(with(event(side), "/regarding/kind", "\"Node\""), "/regarding/namespace");
  const Answer answer = side.post(events(side), cluster);
  EXPECT_VERDICT(answer, "422 Invalid");
  EXPECT_SAYS(answer.message(), "involvedObject.namespace: Invalid value: \"\": does not match event.namespace");
  for (const char* ns : {"default", "kube-system"}) {
    const std::string target = "/apis/events.k8s.io/v1/namespaces/" + std::string(ns) + "/events";
    EXPECT_VERDICT(side.post(target, with(cluster, "/metadata", R"({"generateName":"e-"})")), "201") << ns;
  }
}

BEHAVIOUR("101", an_event_of_the_new_form_may_be_about_another_namespace) {
  EXPECT_VERDICT(side.post(events(side), with(event(side), "/regarding/namespace", "\"default\"")), "201")
      << "only the old form, without an eventTime, is held to one namespace";
  const Answer old = side.post(side.in_ns("events"), R"({"metadata":{"name":"old"},"reason":"r","message":"m",
      "type":"Normal","involvedObject":{"kind":"Secret","namespace":"default","name":"s"}})");
  EXPECT_VERDICT(old, "422 Invalid");
  EXPECT_SAYS(old.message(), "does not match event.namespace");
}

BEHAVIOUR("102 103", of_an_event_only_the_series_may_change) {
  ok(side.post(events(side), event(side)));
  const Answer series = side.patch(kMerge, events(side) + "/e",
                                   R"({"series":{"count":2,"lastObservedTime":"2026-01-01T00:01:00.000000Z"}})");
  ASSERT_VERDICT(series, "200");
  EXPECT_EQ(series.at("/series/count"), "2");
  EXPECT_VERDICT(side.patch(kMerge, events(side) + "/e", R"({"note":"another"})"), "422 Invalid");
  EXPECT_VERDICT(side.patch(kMerge, events(side) + "/e", R"({"reason":"Another"})"), "422 Invalid");
}

BEHAVIOUR("102", a_series_counts_from_two) {
  ok(side.post(events(side), event(side)));
  const Answer one = side.patch(kMerge, events(side) + "/e",
                                R"({"series":{"count":1,"lastObservedTime":"2026-01-01T00:01:00.000000Z"}})");
  EXPECT_VERDICT(one, "422 Invalid");
}

BEHAVIOUR("106", an_event_that_is_there_already_is_409) {
  ok(side.post(events(side), event(side)));
  EXPECT_VERDICT(side.post(events(side), event(side)), "409 AlreadyExists");
}

BEHAVIOUR("107", a_name_of_an_event_may_be_an_objects_with_hexadecimal_digits) {
  EXPECT_VERDICT(side.post(events(side), with(event(side), "/metadata/name", "\"s.17c0ffee17c0ffee\"")), "201");
}

BEHAVIOUR("operator", events_can_be_selected_by_what_they_are_about) {
  ok(side.post(events(side), event(side)));
  ok(side.post(events(side), with(with(event(side), "/metadata/name", "\"f\""), "/regarding/name", "\"t\"")));
  const Answer list = side.get(side.in_ns("events") + "?fieldSelector=involvedObject.name%3Dt");
  ASSERT_VERDICT(list, "200");
  ASSERT_EQ(list.count("/items"), 1U);
  EXPECT_EQ(list.at("/items/0/metadata/name"), "f");
}

BEHAVIOUR("operator", endpoint_slices_tell_the_addresses_of_a_service) {
  const std::string slices = "/apis/discovery.k8s.io/v1/namespaces/" + side.ns() + "/endpointslices";
  const Answer made = side.post(slices, R"({"metadata":{"name":"a","labels":{"kubernetes.io/service-name":"s"}},
      "addressType":"IPv4","endpoints":[{"addresses":["10.1.2.3"],"conditions":{"ready":true}}],
      "ports":[{"name":"tls","port":443}]})");
  ASSERT_VERDICT(made, "201");
  EXPECT_EQ(made.at("/ports/0/protocol"), "TCP");
  const Answer list = side.get(slices + "?labelSelector=kubernetes.io%2Fservice-name%3Ds");
  EXPECT_EQ(list.count("/items"), 1U);
}

BEHAVIOUR("operator", a_service_gets_its_defaults) {
  const Answer made = side.post(side.in_ns("services"), R"({"metadata":{"name":"s"},"spec":{"selector":{"a":"b"},
      "ports":[{"port":443}]}})");
  ASSERT_VERDICT(made, "201");
  EXPECT_EQ(made.at("/spec/type"), "ClusterIP");
  EXPECT_EQ(made.at("/spec/ports/0/protocol"), "TCP");
  EXPECT_EQ(made.at("/spec/ports/0/targetPort"), "443");
  EXPECT_EQ(made.at("/spec/sessionAffinity"), "None");
  EXPECT_FALSE(made.at("/spec/clusterIP").empty());
}

BEHAVIOUR("operator", a_service_without_ports_is_refused_unless_it_has_no_address) {
  EXPECT_VERDICT(side.post(side.in_ns("services"), R"({"metadata":{"name":"s"},"spec":{}})"), "422 Invalid");
  EXPECT_VERDICT(side.post(side.in_ns("services"), R"({"metadata":{"name":"s"},"spec":{"clusterIP":"None"}})"), "201");
}

}  // namespace originpull::behaviour
