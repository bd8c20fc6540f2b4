// SPDX-License-Identifier: Apache-2.0
// Bodies that are no objects, or others than the path speaks of.
#include "worlds/kube_body.hpp"

#include "worlds/kube_house.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;

KubeTypePtr secrets() { return KubeCatalogue::built_in()->find("", "v1", "secrets"); }
KubeTypePtr widgets() { return catalogue_with({widget_definition()})->find("example.com", "v1", "widgets"); }

std::string why(const KubeTypePtr& type, const std::string& body) {
  const auto object = read_object(body, *type);
  return object ? "accepted" : object.error().message;
}

TEST(KubeBody, what_is_no_object_is_unrecognized) {
  EXPECT_EQ(
      why(secrets(), "{"),
      "the object provided is unrecognized (must be of type Secret): couldn't get version/kind; json parse error: "
      "unexpected end of JSON input ({)");
  EXPECT_TRUE(why(secrets(), "").ends_with("(<empty>)"));
  EXPECT_NE(why(secrets(), "[]"), "accepted");
  EXPECT_NE(why(secrets(), std::string(100'000, '[')), "accepted") << "and does not overrun the stack";
}

TEST(KubeBody, another_kind_or_version_is_refused) {
  EXPECT_EQ(why(secrets(), "{}"), "accepted") << "the path says what it is";
  EXPECT_EQ(why(secrets(), R"({"kind":"ConfigMap","apiVersion":"v1"})"),
            "ConfigMap in version \"v1\" cannot be handled as a Secret: converting (v1.ConfigMap) to (core.Secret): "
            "unknown conversion");
  EXPECT_EQ(why(secrets(), R"({"apiVersion":"v2"})"),
            "the API version in the data (v2) does not match the expected API version (v1)");
  EXPECT_EQ(why(widgets(), R"({"a":1})"),
            "the object provided is unrecognized (must be of type Widget): Object 'Kind' is missing in '{\"a\":1}' "
            "({\"a\":1})");
}

TEST(KubeBody, the_options_of_a_deletion_may_be_absent_but_not_odd) {
  EXPECT_EQ(*read_delete_options(""), json::object());
  EXPECT_TRUE(read_delete_options(R"({"propagationPolicy":"Background"})").has_value());
  EXPECT_EQ(read_delete_options(R"({"propagationPolicy":"Odd"})").error().code, 422);
  EXPECT_EQ(read_delete_options("{").error().code, 400);
}

}  // namespace
}  // namespace originpull::worlds
