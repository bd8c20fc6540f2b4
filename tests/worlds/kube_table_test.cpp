// SPDX-License-Identifier: Apache-2.0
// The pieces of a table: JSON paths as definitions write them, durations as kubectl tells them, and cells. Expected
// durations are those of k8s.io/apimachinery's own test table; whole tables are compared with a real server's in
// tests/behaviour.
#include "worlds/kube_table.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "base/rfc3339.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> found(const std::string& path) {
  static const json object = json::parse(R"({"metadata": {"name": "a", "labels": {"x.y/z": "v"}},
    "spec": {"zone": {"id": "023e", "list": [1, 2, 3]}},
    "status": {"conditions": [{"type": "Ready", "status": "True", "n": 1}, {"type": "Stalled", "status": "False"}]}})");
  std::vector<std::string> texts;
  for (const json* one : json_path(object, path)) texts.push_back(one->dump());
  return texts;
}

TEST(KubeTable, a_json_path_walks_fields_unions_indices_and_filters) {
  EXPECT_THAT(found(".metadata.name"), ElementsAre("\"a\""));
  EXPECT_THAT(found("{.metadata.name}"), ElementsAre("\"a\""));
  EXPECT_THAT(found(".spec.zone['name','id']"), ElementsAre("\"023e\""));
  EXPECT_THAT(found(".metadata.labels['x.y/z']"), ElementsAre("\"v\""));
  EXPECT_THAT(found(".spec.zone.list[1]"), ElementsAre("2"));
  EXPECT_THAT(found(".spec.zone.list[*]"), ElementsAre("1", "2", "3"));
  EXPECT_THAT(found(".status.conditions[?(@.type==\"Ready\")].status"), ElementsAre("\"True\""));
  EXPECT_THAT(found(".status.conditions[?(@.type=='Stalled')].status"), ElementsAre("\"False\""));
  EXPECT_THAT(found(".status.conditions[?(@.type!=\"Ready\")].type"), ElementsAre("\"Stalled\""));
  EXPECT_THAT(found(".status.conditions[?(@.n==1)].type"), ElementsAre("\"Ready\""));
}

TEST(KubeTable, what_is_not_there_is_not_found) {
  for (const char* path : {".nowhere", ".metadata.name.deeper", ".spec.zone.list[9]", ".spec.zone['nothing']",
                           ".status.conditions[?(@.type==\"Other\")].status", ".spec[", ".spec.zone.list[x]"})
    EXPECT_THAT(found(path), IsEmpty()) << path;
}

TEST(KubeTable, durations_are_told_as_kubectl_tells_them) {
  const auto told = [](std::int64_t seconds) { return human_duration(Seconds(seconds)); };
  constexpr std::int64_t kMinute = 60;
  constexpr std::int64_t kHour = 60 * kMinute;
  constexpr std::int64_t kDay = 24 * kHour;
  constexpr std::int64_t kYear = 365 * kDay;
  EXPECT_EQ(told(-2), "<invalid>");
  EXPECT_EQ(told(-1), "0s");
  EXPECT_EQ(told(0), "0s");
  EXPECT_EQ(told(119), "119s");
  EXPECT_EQ(told(2 * kMinute), "2m");
  EXPECT_EQ(told(3 * kMinute + 1), "3m1s");
  EXPECT_EQ(told(10 * kMinute + 30), "10m");
  EXPECT_EQ(told(3 * kHour), "3h");
  EXPECT_EQ(told(3 * kHour + kMinute), "3h1m");
  EXPECT_EQ(told(8 * kHour + kMinute), "8h");
  EXPECT_EQ(told(2 * kDay), "2d");
  EXPECT_EQ(told(2 * kDay + kHour), "2d1h");
  EXPECT_EQ(told(9 * kDay + kHour), "9d");
  EXPECT_EQ(told(2 * kYear), "2y");
  EXPECT_EQ(told(2 * kYear + kDay), "2y1d");
  EXPECT_EQ(told(9 * kYear + kDay), "9y");
}

class Table : public testing::Test {
 protected:
  static KubeTypePtr widget() {
    KubeType type{.group = "example.com",
                  .version = "v1",
                  .plural = "widgets",
                  .singular = "widget",
                  .kind = "Widget",
                  .list_kind = "WidgetList",
                  .rules = KubeRules::kCustom};
    type.columns = {{.name = "Size", .type = "integer", .json_path = ".spec.size"},
                    {.name = "Odd", .type = "boolean", .json_path = ".spec.odd"},
                    {.name = "All", .type = "string", .json_path = ".spec"},
                    {.name = "Age", .type = "date", .json_path = ".metadata.creationTimestamp"}};
    return std::make_shared<const KubeType>(std::move(type));
  }
  static KubeObjectPtr object(const char* text) { return make_object(json::parse(text), 7); }
  KubeView view_{.type = widget(), .form = {KubeForm::Kind::kTable}, .now = *parse_rfc3339("2026-01-01T00:01:00Z")};
  KubeObjectPtr one_ = object(R"({"metadata": {"name": "a", "creationTimestamp": "2026-01-01T00:00:00Z"},
                                  "spec": {"size": 3, "odd": "yes"}})");
};

TEST_F(Table, a_cell_has_its_columns_type_or_nothing) {
  const json table = json::parse(table_of_object(view_, *one_, true));
  EXPECT_EQ(table["rows"][0]["cells"], json::parse(R"(["a", 3, null, "{\"odd\":\"yes\",\"size\":3}", "60s"])"));
  EXPECT_EQ(table["columnDefinitions"].size(), 5U);
  EXPECT_EQ(table["metadata"]["resourceVersion"], "7");
}

TEST_F(Table, a_later_frame_of_a_watch_tells_no_columns) {
  EXPECT_TRUE(json::parse(table_of_object(view_, *one_, false))["columnDefinitions"].is_null());
}

TEST_F(Table, a_row_holds_as_much_of_the_object_as_was_asked_for) {
  const auto shown = [&](const char* include) {
    view_.include = include;
    return json::parse(table_of_list(view_, {.version = 9, .items = {one_}}))["rows"][0]["object"];
  };
  EXPECT_TRUE(shown("None").is_null());
  EXPECT_EQ(shown("")["kind"], "PartialObjectMetadata");
  EXPECT_EQ(shown("Object")["spec"]["size"], 3);
}

TEST_F(Table, a_list_without_objects_is_a_table_without_rows) {
  const json table = json::parse(table_of_list(view_, {.version = 9}));
  EXPECT_EQ(table["rows"], json::array());
  EXPECT_EQ(table["metadata"]["resourceVersion"], "9");
  EXPECT_EQ(table["columnDefinitions"].size(), 5U);
}

}  // namespace
}  // namespace originpull::worlds
