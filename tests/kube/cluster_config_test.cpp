// SPDX-License-Identifier: Apache-2.0
// Which configuration is taken: the order that users of controllers expect. Method: a temporary folder is home and
// root, and each source names another server.
#include "kube/cluster_config.hpp"

#include <gtest/gtest.h>

#include <map>

#include "kube/temp_folder.hpp"

namespace originpull::kube {
namespace {

std::string config(const std::string& server) {
  return "current-context: m\nclusters: [{name: c, cluster: {server: 'https://" + server +
         "'}}]\ncontexts: [{name: m, context: {cluster: c}}]\n";
}

TEST(FindClusterConfig, the_flag_comes_first_then_the_variable_then_the_pod_then_home) {
  const TempFolder folder;
  const std::string flag = folder.write("flag", config("flag"));
  folder.write("variable", config("variable"));
  folder.write("home/.kube/config", config("home"));
  folder.write("var/run/secrets/kubernetes.io/serviceaccount/token", "t");
  folder.write("var/run/secrets/kubernetes.io/serviceaccount/ca.crt", "CA");
  std::map<std::string, std::string> variables{{"KUBECONFIG", folder.path("none") + ":" + folder.path("variable")},
                                               {"KUBERNETES_SERVICE_HOST", "pod"},
                                               {"KUBERNETES_SERVICE_PORT", "443"},
                                               {"HOME", folder.path("home")}};
  const Surroundings surroundings{.variable =
                                      [&](const std::string& name) {
                                        const auto found = variables.find(name);
                                        return found == variables.end() ? std::nullopt : std::optional(found->second);
                                      },
                                  .root = folder.path()};
  EXPECT_EQ(find_cluster_config({.kubeconfig = flag}, surroundings)->server, "https://flag");
  EXPECT_EQ(find_cluster_config({}, surroundings)->server, "https://variable");
  variables.erase("KUBECONFIG");
  EXPECT_EQ(find_cluster_config({}, surroundings)->server, "https://pod:443");
  variables.erase("KUBERNETES_SERVICE_HOST");
  EXPECT_EQ(find_cluster_config({}, surroundings)->server, "https://home");
  variables.erase("HOME");
  const auto none = find_cluster_config({}, surroundings);
  ASSERT_FALSE(none);
  EXPECT_NE(none.error().message.find("--kubeconfig"), std::string::npos);
}

TEST(ReadSmallFile, reads_up_to_a_mebibyte_and_says_why_not) {
  const TempFolder folder;
  const std::size_t limit = std::size_t{1} << 20;
  EXPECT_EQ(read_small_file(folder.write("fits", std::string(limit, 'x')))->size(), limit);
  EXPECT_EQ(*read_small_file(folder.write("empty", "")), "");
  EXPECT_NE(describe(read_small_file(folder.write("big", std::string(limit + 1, 'x'))).error()).find("1 MiB"),
            std::string::npos);
  EXPECT_NE(describe(read_small_file(folder.path("none")).error()).find("No such file"), std::string::npos);
  EXPECT_FALSE(read_small_file(folder.path()));
}

}  // namespace
}  // namespace originpull::kube
