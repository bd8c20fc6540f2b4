// SPDX-License-Identifier: Apache-2.0
// Who may do what: no token, a wrong one, a ServiceAccount with a role, and what the refusals say.
#include "behaviour/kube_checks.hpp"

namespace originpull::behaviour {
namespace {

constexpr const char* kRbac = "/apis/rbac.authorization.k8s.io/v1";

// A ServiceAccount `narrow` in the namespace of the check, with these rules; its token.
Extra as_narrow(Side& side, const std::string& rules) {
  const std::string ns = side.ns();
  const std::string rbac = std::string(kRbac) + "/namespaces/" + ns;
  ok(side.post(side.in_ns("serviceaccounts"), R"({"metadata":{"name":"narrow"}})"));
  ok(side.post(rbac + "/roles", R"({"metadata":{"name":"narrow"},"rules":)" + rules + "}"));
  ok(side.post(rbac + "/rolebindings", R"({"metadata":{"name":"narrow"},"roleRef":{"apiGroup":
      "rbac.authorization.k8s.io","kind":"Role","name":"narrow"},"subjects":[{"kind":"ServiceAccount","name":"narrow",
      "namespace":")" + ns + R"("}]})"));
  Extra extra{.token = side.token_of(ns, "narrow")};
  // A role reaches the authorizer a moment after it was written.
  side.comes_true([&] {
    return side.post("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", R"({"spec":{"namespace":")" + ns + "\"}}",
                     extra)
               .body.find("\"named\"") != std::string::npos;
  });
  return extra;
}

// Every role names this Secret, by which it is seen to have arrived.
constexpr const char* kReadNamed = R"([{"apiGroups":[""],"resources":["secrets"],"resourceNames":["named"],
    "verbs":["get","list","watch"]}])";

std::string forbidden(Side& side, const std::string& what, const std::string& verb, const std::string& resource,
                      const std::string& group) {
  return what + " is forbidden: User \"system:serviceaccount:" + side.ns() + ":narrow\" cannot " + verb +
         " resource \"" + resource + "\" in API group \"" + group + "\" in the namespace \"" + side.ns() + "\"";
}

}  // namespace

BEHAVIOUR("operator", a_token_that_nobody_has_is_401) {
  const Answer answer = side.get(side.in_ns("secrets"), {.token = "nobody"});
  EXPECT_VERDICT(answer, "401 Unauthorized");
  EXPECT_EQ(answer.message(), "Unauthorized");
}

BEHAVIOUR("operator", a_permitted_name_can_be_read_listed_and_watched_and_no_other) {
  const Extra narrow = as_narrow(side, kReadNamed);
  ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"named"}})"));
  ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"other"}})"));
  EXPECT_VERDICT(side.get(side.in_ns("secrets") + "/named", narrow), "200");
  const Answer other = side.get(side.in_ns("secrets") + "/other", narrow);
  EXPECT_VERDICT(other, "403 Forbidden");
  EXPECT_EQ(other.message(), forbidden(side, "secrets \"other\"", "get", "secrets", ""));
  EXPECT_EQ(other.at("/details/kind"), "secrets");
  EXPECT_EQ(other.at("/details/name"), "other");
  const Answer list = side.get(side.in_ns("secrets"), narrow);
  EXPECT_VERDICT(list, "403 Forbidden");
  EXPECT_EQ(list.message(), forbidden(side, "secrets", "list", "secrets", ""));
  EXPECT_VERDICT(side.get(side.in_ns("secrets") + "?fieldSelector=metadata.name%3Dnamed", narrow), "200");
  EXPECT_VERDICT(side.get(side.in_ns("secrets") + "?fieldSelector=metadata.name%3Dother", narrow), "403 Forbidden");
  const Watched watched = side.watch(side.in_ns("secrets") + "?watch=1&fieldSelector=metadata.name%3Dnamed", 1, narrow);
  EXPECT_EQ(watched.story(), "ADDED named") << watched.head.body << watched.trouble;
  EXPECT_VERDICT(side.watch(side.in_ns("secrets") + "?watch=1", 1, narrow).head, "403 Forbidden");
}

BEHAVIOUR("operator", metadata_alone_needs_the_same_permission) {
  const Extra narrow = as_narrow(side, kReadNamed);
  ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"other"}})"));
  Extra metadata = narrow;
  metadata.accept = kMetadataOnly;
  EXPECT_VERDICT(side.get(side.in_ns("secrets") + "/other", metadata), "403 Forbidden");
}

BEHAVIOUR("operator", each_verb_is_permitted_by_itself) {
  const Extra narrow = as_narrow(side, kReadNamed);
  ok(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"named"}})"));
  const std::string named = side.in_ns("secrets") + "/named";
  EXPECT_EQ(side.post(side.in_ns("secrets"), R"({"metadata":{"name":"x"}})", narrow).message(),
            forbidden(side, "secrets", "create", "secrets", ""));
  EXPECT_EQ(side.put(named, R"({"metadata":{"name":"named"}})", narrow).message(),
            forbidden(side, "secrets \"named\"", "update", "secrets", ""));
  EXPECT_EQ(side.patch(kMerge, named, "{}", narrow).message(),
            forbidden(side, "secrets \"named\"", "patch", "secrets", ""));
  EXPECT_EQ(side.remove(named, "", narrow).message(), forbidden(side, "secrets \"named\"", "delete", "secrets", ""));
  EXPECT_EQ(side.remove(side.in_ns("secrets"), "", narrow).message(),
            forbidden(side, "secrets", "deletecollection", "secrets", ""));
}

BEHAVIOUR("operator", a_subresource_is_permitted_by_itself) {
  const Extra narrow = as_narrow(side, R"([{"apiGroups":["behaviour.test"],"resources":["widgets"],
      "verbs":["get","patch"]},{"apiGroups":[""],"resources":["secrets"],"resourceNames":["named"],"verbs":["get"]}])");
  ok(side.post(side.widgets(), R"({"apiVersion":"behaviour.test/v1","kind":"Widget","metadata":{"name":"a"},
      "spec":{"size":1}})"));
  EXPECT_VERDICT(side.patch(kMerge, side.widgets("a"), R"({"spec":{"size":2}})", narrow), "200");
  const Answer answer = side.patch(kMerge, side.widgets("a") + "/status", R"({"status":{"note":"n"}})", narrow);
  EXPECT_VERDICT(answer, "403 Forbidden");
  EXPECT_EQ(answer.message(),
            forbidden(side, "widgets.behaviour.test \"a\"", "patch", "widgets/status", "behaviour.test"));
}

BEHAVIOUR("operator", a_role_of_one_namespace_says_nothing_about_another) {
  const Extra narrow = as_narrow(side, kReadNamed);
  const Answer elsewhere = side.get("/api/v1/namespaces/default/secrets/named", narrow);
  EXPECT_VERDICT(elsewhere, "403 Forbidden");
  const Answer all = side.get("/api/v1/secrets", narrow);
  EXPECT_VERDICT(all, "403 Forbidden");
  EXPECT_EQ(all.message(), "secrets is forbidden: User \"system:serviceaccount:" + side.ns() +
                               ":narrow\" cannot list resource \"secrets\" in API group \"\" at the cluster scope");
}

BEHAVIOUR("operator", permission_is_asked_before_existence) {
  const Extra narrow = as_narrow(side, kReadNamed);
  EXPECT_VERDICT(side.get(side.in_ns("secrets") + "/nobody", narrow), "403 Forbidden");
  EXPECT_VERDICT(side.get(side.in_ns("secrets") + "/named", narrow), "404 NotFound");
}

BEHAVIOUR("operator", an_access_review_tells_what_would_be_allowed) {
  const Extra narrow = as_narrow(side, kReadNamed);
  const auto allowed = [&](const std::string& verb, const std::string& name) {
    const Answer answer =
        side.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                  R"({"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview",
        "spec":{"resourceAttributes":{"namespace":")" +
                      side.ns() + R"(","verb":")" + verb + R"(","resource":"secrets","name":")" + name + "\"}}}",
                  narrow);
    EXPECT_VERDICT(answer, "201");
    EXPECT_EQ(answer.at("/kind"), "SelfSubjectAccessReview");
    return answer.at("/status/allowed");
  };
  EXPECT_EQ(allowed("get", "named"), "true");
  EXPECT_EQ(allowed("get", "other"), "false");
  EXPECT_EQ(allowed("update", "named"), "false");
  const Answer admin = side.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                                 R"({"spec":{"resourceAttributes":{"verb":"delete","resource":"namespaces"}}})");
  EXPECT_EQ(admin.at("/status/allowed"), "true");
}

BEHAVIOUR("operator", a_cluster_role_can_be_bound_in_one_namespace) {
  const Extra narrow = as_narrow(side, kReadNamed);
  const std::string name = "reader-of-" + side.ns();
  ok(side.post(std::string(kRbac) + "/clusterroles", R"({"metadata":{"name":")" + name + R"("},"rules":[
      {"apiGroups":[""],"resources":["configmaps"],"verbs":["*"]}]})"));
  ok(side.post(std::string(kRbac) + "/namespaces/" + side.ns() + "/rolebindings",
               R"({"metadata":{"name":"more"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole",
      "name":")" + name +
                   R"("},"subjects":[{"kind":"ServiceAccount","name":"narrow","namespace":")" + side.ns() + R"("}]})"));
  EXPECT_TRUE(side.comes_true([&] { return side.get(side.in_ns("configmaps"), narrow).status == 200; }));
  EXPECT_VERDICT(side.get("/api/v1/configmaps", narrow), "403 Forbidden");
  EXPECT_VERDICT(side.post(side.in_ns("configmaps"), R"({"metadata":{"name":"a"}})", narrow), "201");
}

BEHAVIOUR("operator", everybody_with_a_token_may_ask_what_there_is) {
  const Extra narrow = as_narrow(side, kReadNamed);
  for (const char* path : {"/version", "/api", "/apis", "/api/v1", "/apis/behaviour.test/v1", "/openapi/v3"}) {
    EXPECT_VERDICT(side.get(path, narrow), "200") << path;
  }
}

}  // namespace originpull::behaviour
