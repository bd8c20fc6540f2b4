// SPDX-License-Identifier: Apache-2.0
// The same objects in other clothes: their metadata alone, and the table that kubectl prints.
#include "behaviour/kube_checks.hpp"

namespace originpull::behaviour {
namespace {

constexpr const char* kTableOrJson = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

Answer make_widget(Side& side, const std::string& name) {
  return ok(side.post(side.widgets(), R"({"apiVersion":"behaviour.test/v1","kind":"Widget","metadata":{"name":")" +
                                          name + R"("},"spec":{"size":7}})"));
}

std::string names_of_columns(const Answer& table) {
  std::string names;
  for (std::size_t i = 0; i < table.count("/columnDefinitions"); ++i) {
    names += (i == 0 ? "" : " ") + table.at("/columnDefinitions/" + std::to_string(i) + "/name");
  }
  return names;
}

}  // namespace

BEHAVIOUR("operator", an_object_can_be_had_as_its_metadata) {
  const Answer made = ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a","labels":{"l":"v"}},
      "data":{"k":"c2VjcmV0"}})"));
  const Answer read = side.get(side.in_ns("secrets") + "/a", {.accept = kMetadataOnly});
  ASSERT_VERDICT(read, "200");
  EXPECT_EQ(read.at("/kind"), "PartialObjectMetadata");
  EXPECT_EQ(read.at("/apiVersion"), "meta.k8s.io/v1");
  EXPECT_EQ(read.at("/metadata/labels/l"), "v");
  EXPECT_EQ(read.version(), made.version());
  EXPECT_FALSE(read.has("/data"));
  EXPECT_FALSE(read.has("/type"));
}

BEHAVIOUR("operator", a_list_can_be_had_as_metadata) {
  ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a"},"data":{"k":"c2VjcmV0"}})"));
  const Answer list = side.get(side.in_ns("secrets") + "?limit=1", {.accept = kMetadataListOnly});
  ASSERT_VERDICT(list, "200");
  EXPECT_EQ(list.at("/kind"), "PartialObjectMetadataList");
  EXPECT_EQ(list.at("/apiVersion"), "meta.k8s.io/v1");
  EXPECT_EQ(list.at("/items/0/metadata/name"), "a");
  EXPECT_EQ(list.at("/items/0/kind"), "PartialObjectMetadata");
  EXPECT_EQ(list.body.find("c2VjcmV0"), std::string::npos);
  EXPECT_FALSE(list.version().empty());
}

BEHAVIOUR("operator", a_write_can_be_answered_with_metadata) {
  const Answer made = side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a"},"data":{"k":"c2VjcmV0"}})",
                                {.accept = kMetadataOnly});
  ASSERT_VERDICT(made, "201");
  EXPECT_EQ(made.at("/kind"), "PartialObjectMetadata");
  EXPECT_FALSE(made.has("/data"));
  EXPECT_EQ(side.get(side.in_ns("secrets") + "/a").at("/data/k"), "c2VjcmV0");
}

BEHAVIOUR("operator", the_columns_of_a_type_make_a_table) {
  make_widget(side, "a");
  ok(side.patch(kMerge, side.widgets("a") + "/status", R"({"status":{"conditions":[{"type":"Ready","status":"True",
      "reason":"R","message":"","lastTransitionTime":"2026-01-01T00:00:00Z"}]}})"));
  const Answer table = side.get(side.widgets(), {.accept = kTableOrJson});
  ASSERT_VERDICT(table, "200");
  EXPECT_EQ(table.at("/kind"), "Table");
  EXPECT_EQ(table.at("/apiVersion"), "meta.k8s.io/v1");
  EXPECT_EQ(names_of_columns(table), "Name Size Ready Mode Age");
  EXPECT_EQ(table.at("/columnDefinitions/0/format"), "name");
  EXPECT_EQ(table.at("/columnDefinitions/1/type"), "integer");
  EXPECT_EQ(table.at("/columnDefinitions/1/description"), "how large it is");
  EXPECT_EQ(table.at("/columnDefinitions/3/priority"), "1");
  EXPECT_EQ(table.count("/rows"), 1U);
  EXPECT_EQ(table.at("/rows/0/cells/0"), "a");
  EXPECT_EQ(table.at("/rows/0/cells/1"), "7");
  EXPECT_EQ(table.at("/rows/0/cells/2"), "True");
  EXPECT_EQ(table.at("/rows/0/cells/3"), "Fast");
  EXPECT_EQ(table.at("/rows/0/object/kind"), "PartialObjectMetadata");
  EXPECT_EQ(table.at("/rows/0/object/metadata/name"), "a");
  EXPECT_FALSE(table.version().empty());
}

BEHAVIOUR("operator", a_cell_without_a_value_is_null) {
  make_widget(side, "a");
  const Answer table = side.get(side.widgets("a"), {.accept = kTableOrJson});
  ASSERT_VERDICT(table, "200");
  EXPECT_EQ(table.count("/rows"), 1U);
  EXPECT_EQ(table.at("/rows/0/cells/2"), "null");
}

BEHAVIOUR("operator", a_table_can_leave_its_objects_out_or_hold_them_whole) {
  make_widget(side, "a");
  const Answer none = side.get(side.widgets() + "?includeObject=None", {.accept = kTableOrJson});
  ASSERT_VERDICT(none, "200");
  EXPECT_EQ(none.at("/rows/0/cells/0"), "a");
  EXPECT_NE(none.at("/rows/0/object/kind"), "PartialObjectMetadata");
  const Answer whole = side.get(side.widgets() + "?includeObject=Object", {.accept = kTableOrJson});
  ASSERT_VERDICT(whole, "200");
  EXPECT_EQ(whole.at("/rows/0/object/spec/size"), "7");
}

BEHAVIOUR("operator", the_table_of_secrets_counts_their_data) {
  ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"a"},"data":{"k":"MQ==","l":"MQ=="}})"));
  const Answer table = side.get(side.in_ns("secrets"), {.accept = kTableOrJson});
  ASSERT_VERDICT(table, "200");
  EXPECT_EQ(names_of_columns(table), "Name Type Data Age");
  EXPECT_EQ(table.at("/rows/0/cells/1"), "Opaque");
  EXPECT_EQ(table.at("/rows/0/cells/2"), "2");
}

BEHAVIOUR("22", a_watch_of_tables_gives_rows) {
  const std::string from = side.get(side.widgets()).version();
  make_widget(side, "a");
  make_widget(side, "b");
  const Watched watched = side.watch(side.widgets() + "?watch=1&resourceVersion=" + from, 2, {.accept = kTableOrJson});
  ASSERT_EQ(watched.frames.size(), 2U) << watched.trouble << watched.head.body;
  EXPECT_EQ(watched.frames[0].type, "ADDED");
  EXPECT_EQ(watched.frames[0].at("/kind"), "Table");
  EXPECT_EQ(watched.frames[0].at("/rows/0/cells/0"), "a");
  EXPECT_GT(count_at(watched.frames[0].object, "/columnDefinitions"), 0U);
  EXPECT_EQ(count_at(watched.frames[1].object, "/columnDefinitions"), 0U) << "the columns are told once";
}

BEHAVIOUR("operator", the_shipped_type_has_the_columns_that_people_see) {
  ok(side.post(side.origin_pulls(), valid_origin_pull("a")));
  const Answer table = side.get(side.origin_pulls(), {.accept = kTableOrJson});
  ASSERT_VERDICT(table, "200");
  EXPECT_EQ(names_of_columns(table), "Name Zone Enabled Ready Reason Expires Age");
  EXPECT_EQ(table.at("/rows/0/cells/1"), "example.com");
  EXPECT_EQ(table.at("/rows/0/cells/3"), "null");
}

}  // namespace originpull::behaviour
