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

TEST_F(KubeEndingsTest, children_go_with_the_last_of_their_owners_and_their_own_children_too) {
  const auto own = [&](const std::string& name, const std::vector<json>& owners) {
    json references = json::array();
    for (const json& owner : owners)
      references.push_back({{"apiVersion", "v1"},
                            {"kind", "Secret"},
                            {"name", owner["metadata"]["name"]},
                            {"uid", owner["metadata"]["uid"]}});
    return ask("POST", kSecrets, {{"metadata", {{"name", name}, {"ownerReferences", references}}}});
  };
  const json first = make_secret("first");
  const json second = make_secret("second");
  const json child = own("child", {first, second});
  own("grandchild", {child});
  make_secret("stranger");
  ask("DELETE", path(kSecrets, "/first"));
  EXPECT_NE(world.object("secrets", "shop", "grandchild"), "") << "an owner is left";
  ask("DELETE", path(kSecrets, "/second"));
  EXPECT_EQ(world.object("secrets", "shop", "child"), "");
  EXPECT_EQ(world.object("secrets", "shop", "grandchild"), "");
  EXPECT_NE(world.object("secrets", "shop", "stranger"), "");
}

TEST_F(KubeEndingsTest, an_owner_that_is_deleted_as_orphan_leaves_its_children) {
  const json owner = make_secret("owner");
  const json reference = {
      {"apiVersion", "v1"}, {"kind", "Secret"}, {"name", "owner"}, {"uid", owner["metadata"]["uid"]}};
  ask("POST", kSecrets, {{"metadata", {{"name", "child"}, {"ownerReferences", {reference}}}}});
  ask("DELETE", path(kSecrets, "/owner"), {{"propagationPolicy", "Orphan"}});
  EXPECT_EQ(world.object("secrets", "shop", "owner"), "");
  EXPECT_FALSE(ask("GET", path(kSecrets, "/child"))["metadata"].contains("ownerReferences"));
}

TEST_F(KubeEndingsTest, an_owner_that_is_deleted_in_the_foreground_goes_after_the_children_that_block_it) {
  const json owner = make_secret("owner");
  const auto child = [&](const std::string& name, const json& finalizers, bool blocks) {
    const json reference = {{"apiVersion", "v1"},
                            {"kind", "Secret"},
                            {"name", "owner"},
                            {"uid", owner["metadata"]["uid"]},
                            {"blockOwnerDeletion", blocks}};
    ask("POST", kSecrets,
        {{"metadata", {{"name", name}, {"finalizers", finalizers}, {"ownerReferences", {reference}}}}});
  };
  child("free", json::array(), true);
  child("held", {"e.com/x"}, true);
  child("loose", {"e.com/x"}, false);
  const json going = ask("DELETE", path(kSecrets, "/owner"), {{"propagationPolicy", "Foreground"}});
  EXPECT_EQ(going["metadata"]["finalizers"], json({"foregroundDeletion"}));
  EXPECT_EQ(world.object("secrets", "shop", "free"), "");
  EXPECT_TRUE(ask("GET", path(kSecrets, "/held"))["metadata"].contains("deletionTimestamp"));
  EXPECT_NE(world.object("secrets", "shop", "owner"), "");
  patch(path(kSecrets, "/held"), {{"metadata", {{"finalizers", nullptr}}}});
  EXPECT_EQ(world.object("secrets", "shop", "owner"), "") << "what does not block it may be there yet";
  EXPECT_NE(world.object("secrets", "shop", "loose"), "");
}

TEST_F(KubeEndingsTest, a_kind_that_is_taken_waits_until_it_is_free) {
  define();
  json again = json::parse(widget_definition());
  again["metadata"]["name"] = "gizmos.example.org";
  again["spec"]["group"] = "example.org";
  again["spec"]["names"] = {{"kind", "Gadget"}, {"plural", "gizmos"}};
  ask("POST", kDefinitions, again);
  const json waits = ask("GET", path(kDefinitions, "/gizmos.example.org"))["status"];
  EXPECT_EQ(waits["conditions"][0]["reason"], "ListKindConflict");
  EXPECT_EQ(waits["conditions"][1]["status"], "False");
  EXPECT_EQ(waits["acceptedNames"], json({{"plural", "gizmos"}, {"kind", ""}}));
  ask("GET", "/apis/example.org/v1/namespaces/shop/gizmos");
  EXPECT_EQ(code, 404);
  ask("DELETE", path(kDefinitions, "/gadgets.example.org"));
  EXPECT_EQ(ask("GET", path(kDefinitions, "/gizmos.example.org"))["status"]["conditions"][1]["status"], "True");
  EXPECT_EQ(ask("GET", "/apis/example.org/v1/namespaces/shop/gizmos")["kind"], "GadgetList");
}

}  // namespace
}  // namespace originpull::worlds
