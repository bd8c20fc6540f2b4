// SPDX-License-Identifier: Apache-2.0
// Selectors, with the words in which a real server refuses them.
#include "worlds/kube_selector.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace originpull::worlds {
namespace {

using nlohmann::json;

KubeTypePtr type(const char* plural, const char* group = "") {
  return KubeCatalogue::built_in()->find(group, "v1", plural);
}

bool selects(const std::string& labels, const json& of) {
  const auto selector = read_selector(labels, "", *type("secrets"));
  EXPECT_TRUE(selector.has_value()) << labels;
  return selector && selector->matches({{"metadata", {{"labels", of}}}});
}

std::string refused(const std::string& labels, const std::string& fields = {}) {
  const auto selector = read_selector(labels, fields, *type("secrets"));
  return selector ? "accepted" : selector.error().message;
}

TEST(KubeSelector, labels_are_compared_by_all_operators) {
  const json of = {{"a", "1"}, {"b", "x"}};
  for (const char* yes :
       {"", "a", "!c", "a=1", "a==1", "a!=2", "c!=1", "b in (x,y)", "c notin (x)", "a>0", "a<2", "a,b=x, !c"})
    EXPECT_TRUE(selects(yes, of)) << yes;
  for (const char* no : {"c", "!a", "a=2", "a!=1", "b notin (x,y)", "c in (x)", "a>1", "a<1", "b>1", "a,b=y", "a="})
    EXPECT_FALSE(selects(no, of)) << no;
  EXPECT_FALSE(selects("a", json::object()));
}

TEST(KubeSelector, labels_are_refused_in_the_servers_words) {
  EXPECT_EQ(refused("a b"), "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt");
  EXPECT_EQ(refused("a in (b,c"), "unable to parse requirement: found '', expected: ',' or ')'");
  EXPECT_EQ(refused("a in b"), "unable to parse requirement: found 'b' expected: '('");
  EXPECT_EQ(refused("a=x!"), "found '!', expected: ',' or 'end of string'");
  EXPECT_EQ(refused("a,,b"), "found ',', expected: identifier after ','");
  EXPECT_EQ(refused(",a"), "found ',', expected: !, identifier, or 'end of string'");
  EXPECT_EQ(refused("a>x"),
            "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, "
            "the value must be an integer");
}

TEST(KubeSelector, fields_are_those_that_the_kind_has) {
  const json secret = {{"metadata", {{"name", "s"}, {"namespace", "shop"}}}, {"type", "Opaque"}};
  const auto matches = [&](const std::string& fields) {
    return read_selector("", fields, *type("secrets"))->matches(secret);
  };
  EXPECT_TRUE(matches("metadata.name=s,metadata.namespace==shop,type!=x"));
  EXPECT_FALSE(matches("metadata.name=s,type=x"));
  EXPECT_EQ(read_selector("", "type=a,metadata.name=s", *type("secrets"))->only_name(), "s");
  EXPECT_EQ(refused("", "foo=bar"), "field label not supported: foo");
  EXPECT_EQ(refused("", "metadata.name"), "invalid selector: 'metadata.name'; can't understand 'metadata.name'");
  EXPECT_EQ(read_selector("", "spec.x=a", *type("leases", "coordination.k8s.io")).error().message,
            "\"spec.x\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");
}

TEST(KubeSelector, events_are_selected_by_their_subject_under_the_name_of_their_group) {
  const json event = {{"metadata", {{"name", "e"}}}, {"regarding", {{"name", "a"}}}, {"reportingController", "c"}};
  const auto matches = [&](const char* group, const std::string& fields) {
    const auto selector = read_selector("", fields, *type("events", group));
    return selector && selector->matches(event);
  };
  EXPECT_TRUE(matches("events.k8s.io", "regarding.name=a,reportingController=c"));
  EXPECT_TRUE(matches("", "involvedObject.name=a,reportingComponent=c"));
  EXPECT_FALSE(matches("", "regarding.name=a"));
  EXPECT_FALSE(matches("events.k8s.io", "involvedObject.name=a"));
}

}  // namespace
}  // namespace originpull::worlds
