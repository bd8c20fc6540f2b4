// SPDX-License-Identifier: Apache-2.0
// The configuration of a Pod: addresses from the environment, files from the kubelet, and nothing trusted without a CA.
// Method: a temporary folder stands for the root of the Pod's file system.
#include "kube/in_cluster.hpp"

#include <gtest/gtest.h>

#include <map>

#include "kube/temp_folder.hpp"

namespace originpull::kube {
namespace {

const std::string kFolder = "var/run/secrets/kubernetes.io/serviceaccount/";

class InCluster : public ::testing::Test {
 protected:
  InCluster() {
    folder_.write(kFolder + "token", "t\n");
    folder_.write(kFolder + "ca.crt", "CA");
    folder_.write(kFolder + "namespace", "operators\n");
  }
  Result<ClusterConfig> load() {
    return load_in_cluster({.variable =
                                [this](const std::string& name) {
                                  const auto found = variables_.find(name);
                                  return found == variables_.end() ? std::nullopt : std::optional(found->second);
                                },
                            .root = folder_.path()});
  }
  TempFolder folder_;
  std::map<std::string, std::string> variables_{{"KUBERNETES_SERVICE_HOST", "10.0.0.1"},
                                                {"KUBERNETES_SERVICE_PORT", "443"}};
};

TEST_F(InCluster, is_read_from_the_environment_and_the_kubelets_files) {
  const auto config = load();
  ASSERT_TRUE(config) << describe(config.error());
  EXPECT_EQ(config->server, "https://10.0.0.1:443");
  EXPECT_EQ(config->token.file, folder_.path(kFolder + "token"));
  EXPECT_EQ(config->ca.file, folder_.path(kFolder + "ca.crt"));
  EXPECT_EQ(config->default_namespace, "operators");
}

TEST_F(InCluster, an_ipv6_address_is_reached_by_name) {
  variables_["KUBERNETES_SERVICE_HOST"] = "fd00::1";
  EXPECT_EQ(load()->server, "https://kubernetes.default.svc:443");
}

TEST_F(InCluster, the_namespace_comes_from_the_variable_then_the_file_then_it_is_default) {
  variables_["POD_NAMESPACE"] = "here";
  EXPECT_EQ(load()->default_namespace, "here");
  variables_.erase("POD_NAMESPACE");
  folder_.remove(kFolder + "namespace");
  EXPECT_EQ(load()->default_namespace, "default");
}

TEST_F(InCluster, without_token_or_ca_nothing_is_trusted) {
  folder_.write(kFolder + "ca.crt", " \n");
  EXPECT_EQ(load().error().kind, ErrorKind::kInvalid);
  folder_.remove(kFolder + "ca.crt");
  const auto refused = load();
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("automountServiceAccountToken"), std::string::npos);
  folder_.write(kFolder + "ca.crt", "CA");
  folder_.remove(kFolder + "token");
  EXPECT_FALSE(load());
}

TEST_F(InCluster, outside_of_a_pod_it_says_so) {
  variables_.clear();
  EXPECT_NE(load().error().message.find("--kubeconfig"), std::string::npos);
}

}  // namespace
}  // namespace originpull::kube
