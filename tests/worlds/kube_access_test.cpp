// SPDX-License-Identifier: Apache-2.0
// RBAC in the simulated Kubernetes API: who a token is, what its roles allow, and what a refusal says. By requests to a
// world whose laws ask for it; the behaviour suite holds the same against a real API server.
#include "worlds/kube_access.hpp"

#include <gtest/gtest.h>

#include "support/jump_env.hpp"
#include "worlds/kube_world.hpp"

namespace originpull::worlds {
namespace {

constexpr const char* kRbac = "/apis/rbac.authorization.k8s.io/v1";

class KubeAccess : public ::testing::Test {
 protected:
  KubeAccess() {
    world_.add_user("root", {.name = "root", .groups = {"system:masters"}});
    world_.add_user("narrow", service_account("default", "narrow"));
  }

  net::Served ask(const std::string& token, const std::string& method, const std::string& target,
                  const std::string& body = "") {
    net::ServedRequest request{.method = method, .target = target, .body = body};
    if (!token.empty()) request.headers.emplace_back("Authorization", "Bearer " + token);
    return world_.handle(request);
  }
  void make(const std::string& target, const std::string& body) {
    const auto made = ask("root", "POST", target, body);
    ASSERT_EQ(made.status, 201) << made.body;
  }
  void give(const std::string& rules) {
    const std::string ns = std::string(kRbac) + "/namespaces/default";
    make(ns + "/roles", R"({"metadata":{"name":"r"},"rules":)" + rules + "}");
    make(ns + "/rolebindings", R"({"metadata":{"name":"r"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io",
        "kind":"Role","name":"r"},"subjects":[{"kind":"ServiceAccount","name":"narrow","namespace":"default"}]})");
  }

  support::JumpEnv env_;
  KubeWorld world_{env_, {.laws = {.access = true}}};
};

constexpr const char* kSecrets = "/api/v1/namespaces/default/secrets";

TEST_F(KubeAccess, a_token_that_nobody_has_is_401_and_none_is_anonymous) {
  EXPECT_EQ(ask("nobody", "GET", kSecrets).status, 401);
  const auto anonymous = ask("", "GET", kSecrets);
  EXPECT_EQ(anonymous.status, 403);
  EXPECT_NE(anonymous.body.find("system:anonymous"), std::string::npos) << anonymous.body;
}

TEST_F(KubeAccess, a_role_gives_its_verbs_on_its_resources_and_no_more) {
  give(R"([{"apiGroups":[""],"resources":["secrets"],"verbs":["get","list"]}])");
  EXPECT_EQ(ask("narrow", "GET", kSecrets).status, 200);
  EXPECT_EQ(ask("narrow", "GET", std::string(kSecrets) + "/a").status, 404);
  EXPECT_EQ(ask("narrow", "POST", kSecrets, R"({"metadata":{"name":"a"}})").status, 403);
  EXPECT_EQ(ask("narrow", "GET", "/api/v1/namespaces/default/configmaps").status, 403);
  EXPECT_EQ(ask("narrow", "GET", "/api/v1/namespaces/other/secrets").status, 403);
  EXPECT_EQ(ask("narrow", "GET", "/api/v1/secrets").status, 403);
}

TEST_F(KubeAccess, a_name_narrows_a_role_and_a_selector_of_that_name_opens_its_list) {
  give(R"([{"apiGroups":[""],"resources":["secrets"],"resourceNames":["a"],"verbs":["*"]}])");
  EXPECT_EQ(ask("narrow", "GET", std::string(kSecrets) + "/a").status, 404);
  EXPECT_EQ(ask("narrow", "GET", std::string(kSecrets) + "/b").status, 403);
  EXPECT_EQ(ask("narrow", "GET", std::string(kSecrets) + "?fieldSelector=metadata.name%3Da").status, 200);
  EXPECT_EQ(ask("narrow", "GET", kSecrets).status, 403);
}

TEST_F(KubeAccess, a_cluster_role_reaches_as_far_as_its_binding) {
  make(std::string(kRbac) + "/clusterroles",
       R"({"metadata":{"name":"c"},"rules":[{"apiGroups":["*"],"resources":["*"],"verbs":["get"]}]})");
  make(std::string(kRbac) + "/clusterrolebindings", R"({"metadata":{"name":"c"},"roleRef":{"apiGroup":
      "rbac.authorization.k8s.io","kind":"ClusterRole","name":"c"},"subjects":[{"kind":"Group",
      "apiGroup":"rbac.authorization.k8s.io","name":"system:serviceaccounts"}]})");
  EXPECT_EQ(ask("narrow", "GET", std::string(kSecrets) + "/a").status, 404);
  EXPECT_EQ(ask("narrow", "GET", "/api/v1/namespaces/other/secrets/a").status, 404);
  EXPECT_EQ(ask("narrow", "GET", kSecrets).status, 403);
}

TEST_F(KubeAccess, a_subresource_is_not_meant_by_the_name_of_its_resource) {
  give(R"([{"apiGroups":[""],"resources":["services"],"verbs":["get"]}])");
  EXPECT_EQ(ask("narrow", "GET", "/api/v1/namespaces/default/services/s/status").status, 403);
  EXPECT_EQ(ask("narrow", "GET", "/api/v1/namespaces/default/services/s").status, 404);
}

TEST_F(KubeAccess, a_review_tells_what_would_be_allowed) {
  give(R"([{"apiGroups":[""],"resources":["secrets"],"verbs":["get"]}])");
  const auto asks = [&](const std::string& verb) {
    return ask("narrow", "POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
               R"({"spec":{"resourceAttributes":{"namespace":"default","resource":"secrets","verb":")" + verb + "\"}}}")
        .body;
  };
  EXPECT_NE(asks("get").find(R"("allowed":true)"), std::string::npos);
  EXPECT_NE(asks("list").find(R"("allowed":false)"), std::string::npos);
}

TEST_F(KubeAccess, a_world_without_the_law_asks_nobody) {
  KubeWorld open(env_);
  EXPECT_EQ(open.handle({.method = "GET", .target = kSecrets}).status, 200);
}

}  // namespace
}  // namespace originpull::worlds
