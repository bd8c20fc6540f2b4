// SPDX-License-Identifier: Apache-2.0
// The schemas as documents: what kubectl looks for in them is there. That kubectl itself is content is asked in
// tests/e2e/embedded_test.cpp (`explain`, `apply`).
#include "worlds/kube_openapi.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace originpull::worlds {
namespace {

using nlohmann::json;

std::shared_ptr<const KubeCatalogue> with_widgets(const char* description) {
  KubeType widget{.group = "deep.example.com",
                  .version = "v1",
                  .plural = "widgets",
                  .singular = "widget",
                  .kind = "Widget",
                  .list_kind = "WidgetList",
                  .rules = KubeRules::kCustom};
  widget.openapi = std::make_shared<json>(
      json{{"type", "object"}, {"properties", {{"spec", {{"type", "object"}, {"description", description}}}}}});
  return KubeCatalogue::built_in()->with("deep.example.com", "widgets", {widget});
}

json ask(const KubeCatalogue& catalogue, const std::string& target, const std::string& accept = {}) {
  net::ServedRequest http{.method = "GET", .target = target};
  if (!accept.empty()) http.headers.emplace_back("Accept", accept);
  const auto answer = openapi_document(catalogue, read_request(http));
  return answer && answer->status == 200 ? json::parse(answer->body) : json(answer ? answer->status : 0);
}

TEST(KubeOpenapi, the_index_leads_to_a_document_for_each_version) {
  const auto catalogue = with_widgets("a");
  const json index = ask(*catalogue, "/openapi/v3");
  for (const auto& [path, where] : index["paths"].items()) {
    const json document = ask(*catalogue, where["serverRelativeURL"]);
    EXPECT_EQ(document["openapi"], "3.0.0") << path;
    EXPECT_FALSE(document["components"]["schemas"].empty()) << path;
  }
  EXPECT_TRUE(index["paths"].contains("apis/deep.example.com/v1"));
  EXPECT_EQ(ask(*catalogue, "/openapi/v3/apis/nobody.example/v1"), 0);
}

TEST(KubeOpenapi, an_address_changes_with_the_schema) {
  const auto url = [](const char* description) {
    return ask(*with_widgets(description), "/openapi/v3")["paths"]["apis/deep.example.com/v1"]["serverRelativeURL"];
  };
  EXPECT_EQ(url("a"), url("a"));
  EXPECT_NE(url("a"), url("b"));
}

TEST(KubeOpenapi, a_custom_kind_is_as_its_definition_says_with_the_fields_that_all_have) {
  const json document = ask(*with_widgets("what it is"), "/openapi/v3/apis/deep.example.com/v1");
  const json& widget = document["components"]["schemas"]["com.example.deep.v1.Widget"];
  EXPECT_EQ(widget["properties"]["spec"]["description"], "what it is");
  EXPECT_EQ(widget["x-kubernetes-group-version-kind"][0]["kind"], "Widget");
  const std::string meta = widget["properties"]["metadata"]["$ref"];
  EXPECT_TRUE(document.contains(json::json_pointer(meta.substr(1)))) << meta;
  const json& patch = document["paths"]["/apis/deep.example.com/v1/namespaces/{namespace}/widgets/{name}"]["patch"];
  EXPECT_THAT(patch["parameters"].dump(), testing::HasSubstr("fieldValidation"));
}

TEST(KubeOpenapi, a_built_in_kind_has_its_fields_and_how_its_lists_merge) {
  const json document = ask(*KubeCatalogue::built_in(), "/openapi/v3/api/v1");
  const json& schemas = document["components"]["schemas"];
  EXPECT_EQ(schemas["io.k8s.api.core.v1.Secret"]["properties"]["type"]["type"], "string");
  const json& ports = schemas["io.k8s.api.core.v1.Service"]["properties"]["spec"]["properties"]["ports"];
  EXPECT_EQ(ports["x-kubernetes-patch-merge-key"], "port");
}

TEST(KubeOpenapi, version_2_holds_all_kinds_and_is_served_as_json_alone) {
  const json all = ask(*with_widgets("a"), "/openapi/v2");
  EXPECT_EQ(all["swagger"], "2.0");
  EXPECT_TRUE(all["definitions"].contains("com.example.deep.v1.Widget"));
  EXPECT_TRUE(all["definitions"].contains("io.k8s.api.core.v1.Secret"));
  EXPECT_EQ(ask(*with_widgets("a"), "/openapi/v2", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"), 406);
}

}  // namespace
}  // namespace originpull::worlds
