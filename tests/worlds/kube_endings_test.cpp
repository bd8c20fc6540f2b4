// SPDX-License-Identifier: Apache-2.0
// What controllers do in a real cluster: definitions become served, and containers end with their content.
#include "worlds/kube_endings.hpp"

#include "worlds/kube_house.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;

constexpr const char* kDefinitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
constexpr const char* kGadgets = "/apis/example.org/v1/gadgets";

class KubeEndingsTest : public KubeHouse {
 protected:
  json define() {
    json crd = json::parse(widget_definition());
    crd["metadata"]["name"] = "gadgets.example.org";
    crd["spec"]["group"] = "example.org";
    crd["spec"]["scope"] = "Cluster";
    crd["spec"]["names"] = {{"kind", "Gadget"}, {"plural", "gadgets"}};
    return ask("POST", kDefinitions, crd);
  }
  json make_gadget(const json& finalizers = json::array()) {
    return ask("POST", kGadgets,
               {{"apiVersion", "example.org/v1"},
                {"kind", "Gadget"},
                {"metadata", {{"name", "g"}, {"finalizers", finalizers}}}});
  }
};

TEST_F(KubeEndingsTest, a_new_definition_is_served_and_says_so) {
  ask("GET", kGadgets);
  EXPECT_EQ(code, 404);
  define();
  EXPECT_EQ(code, 201);
  const json crd = ask("GET", path(kDefinitions, "/gadgets.example.org"));
  EXPECT_EQ(crd["status"]["conditions"][1]["type"], "Established");
  EXPECT_EQ(crd["spec"]["names"]["listKind"], "GadgetList");
  EXPECT_EQ(make_gadget()["metadata"]["name"], "g");
  EXPECT_EQ(ask("GET", kGadgets)["kind"], "GadgetList");
}

TEST_F(KubeEndingsTest, a_definition_takes_its_resources_along_and_waits_for_their_finalizers) {
  define();
  make_gadget({"e.com/x"});
  ask("DELETE", path(kDefinitions, "/gadgets.example.org"));
  EXPECT_TRUE(ask("GET", path(kGadgets, "/g"))["metadata"].contains("deletionTimestamp"));
  patch(path(kGadgets, "/g"), {{"metadata", {{"finalizers", nullptr}}}});
  ask("GET", path(kDefinitions, "/gadgets.example.org"));
  EXPECT_EQ(code, 404);
  EXPECT_EQ(ask_text("GET", kGadgets), "404 page not found\n");
}

TEST_F(KubeEndingsTest, a_namespace_goes_when_its_content_is_gone) {
  ask("POST", "/api/v1/namespaces", {{"metadata", {{"name", "shop"}}}});
  make_secret("s");
  make("a");
  patch(path(kWidgets, "/a"), {{"metadata", {{"finalizers", {"e.com/x"}}}}});
  EXPECT_EQ(ask("DELETE", "/api/v1/namespaces/shop")["status"]["phase"], "Terminating");
  EXPECT_EQ(world.object("secrets", "shop", "s"), "");
  EXPECT_EQ(ask("GET", "/api/v1/namespaces/shop")["status"]["phase"], "Terminating");
  patch(path(kWidgets, "/a"), {{"metadata", {{"finalizers", nullptr}}}});
  EXPECT_EQ(world.object("widgets", "shop", "a"), "");
  ask("GET", "/api/v1/namespaces/shop");
  EXPECT_EQ(code, 404);
}

}  // namespace
}  // namespace originpull::worlds
