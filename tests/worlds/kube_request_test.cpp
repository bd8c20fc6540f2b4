// SPDX-License-Identifier: Apache-2.0
// How paths, methods and Accept headers are read.
#include "worlds/kube_request.hpp"

#include <gtest/gtest.h>

namespace originpull::worlds {
namespace {

using Kind = KubeForm::Kind;

struct Read {
  std::string method;
  std::string target;
  std::string verb;
  std::string what;  // group/version ns plural name subresource
};

TEST(KubeRequest, a_path_names_a_resource_and_with_the_method_a_verb) {
  const Read all[] = {
      {"GET", "/api/v1/secrets", "list", "/v1 - secrets - -"},
      {"GET", "/api/v1/namespaces/shop/secrets/a", "get", "/v1 shop secrets a -"},
      {"GET", "/api/v1/namespaces/shop/secrets?watch=1", "watch", "/v1 shop secrets - -"},
      {"GET", "/api/v1/namespaces/shop/secrets?watch=false", "list", "/v1 shop secrets - -"},
      {"POST", "/apis/e.com/v2/namespaces/shop/things", "create", "e.com/v2 shop things - -"},
      {"PUT", "/apis/e.com/v2/namespaces/shop/things/a/status", "update", "e.com/v2 shop things a status"},
      {"PATCH", "/apis/e.com/v2/things/a", "patch", "e.com/v2 - things a -"},
      {"DELETE", "/apis/e.com/v2/things/a", "delete", "e.com/v2 - things a -"},
      {"DELETE", "/apis/e.com/v2/things", "deletecollection", "e.com/v2 - things - -"},
      {"GET", "/api/v1/namespaces", "list", "/v1 - namespaces - -"},
      {"GET", "/api/v1/namespaces/shop", "get", "/v1 shop namespaces shop -"},
      {"PUT", "/api/v1/namespaces/shop/finalize", "update", "/v1 shop namespaces shop finalize"},
  };
  const auto dash = [](const std::string& text) { return text.empty() ? "-" : text; };
  for (const Read& one : all) {
    const net::ServedRequest http{.method = one.method, .target = one.target};
    const KubeRequest request = read_request(http);
    EXPECT_TRUE(request.is_resource) << one.target;
    EXPECT_EQ(request.verb, one.verb) << one.target;
    EXPECT_EQ(request.group + "/" + request.version + " " + dash(request.ns) + " " + request.plural + " " +
                  dash(request.name) + " " + dash(request.subresource),
              one.what);
  }
}

TEST(KubeRequest, other_paths_are_no_resources) {
  for (const char* target : {"/", "/api", "/api/v1", "/apis/e.com/v1", "/version", "/openapi/v3/apis/e.com/v1"}) {
    const net::ServedRequest http{.method = "GET", .target = target};
    EXPECT_FALSE(read_request(http).is_resource) << target;
  }
}

TEST(KubeRequest, the_first_form_that_the_server_has_is_taken) {
  EXPECT_EQ(negotiate("")->kind, Kind::kObject);
  EXPECT_EQ(negotiate("*/*")->kind, Kind::kObject);
  EXPECT_EQ(negotiate("application/json;as=Table;v=v1;g=meta.k8s.io,application/json")->kind, Kind::kTable);
  EXPECT_EQ(negotiate("application/vnd.kubernetes.protobuf, application/json")->kind, Kind::kObject);
  EXPECT_EQ(negotiate("application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1")->kind, Kind::kMetadata);
  EXPECT_EQ(negotiate("application/json;as=Table;v=v9;g=meta.k8s.io,application/json")->kind, Kind::kObject);
  EXPECT_EQ(negotiate("text/html").error().code, 406);
  EXPECT_EQ(negotiate("application/json;as=Picture;g=meta.k8s.io;v=v1").error().code, 406);
}

TEST(KubeRequest, options_of_writes_are_read_strictly) {
  const auto read = [](const std::string& query) {
    const net::ServedRequest http{
        .method = "POST", .target = "/api/v1/namespaces/shop/secrets?" + query, .headers = {{"User-Agent", "me/1.0"}}};
    return read_write_options(read_request(http), "CreateOptions");
  };
  EXPECT_TRUE(read("dryRun=All")->dry_run);
  EXPECT_FALSE(read("")->dry_run);
  EXPECT_EQ(read("")->unknown_fields, KubeWriteOptions::Unknown::kWarn);
  EXPECT_EQ(read("fieldValidation=Strict")->unknown_fields, KubeWriteOptions::Unknown::kStrict);
  EXPECT_EQ(read("")->manager, "me");
  EXPECT_EQ(read("fieldManager=x&force=true")->manager, "x");
  EXPECT_EQ(read("dryRun=Some").error().message,
            "CreateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: [\"Some\"]: supported values: "
            "\"All\"");
  EXPECT_EQ(read("fieldValidation=Some").error().code, 422);
  EXPECT_EQ(read("fieldManager=" + std::string(129, 'x')).error().code, 422);
}

}  // namespace
}  // namespace originpull::worlds
