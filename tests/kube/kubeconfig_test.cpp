// SPDX-License-Identifier: Apache-2.0
// kubeconfig files mean here what they mean to kubectl, and what cannot be honoured is refused with a way out. Method:
// files in a temporary folder.
#include "kube/kubeconfig.hpp"

#include <gtest/gtest.h>

#include "base/base64.hpp"
#include "kube/temp_folder.hpp"

namespace originpull::kube {
namespace {

std::string config(const std::string& cluster, const std::string& user, const std::string& context = "") {
  return "apiVersion: v1\nkind: Config\ncurrent-context: main\nclusters:\n- name: c\n  cluster: {" + cluster +
         "}\nusers:\n- name: u\n  user: {" + user + "}\ncontexts:\n- name: main\n  context: {cluster: c, user: u" +
         context + "}\n";
}

Result<ClusterConfig> load(const std::string& text, const std::string& context = "") {
  const TempFolder folder;
  return load_kubeconfig({folder.write("config", text)}, context);
}

TEST(Kubeconfig, the_current_context_chooses_cluster_user_and_namespace) {
  const auto found = load(config("server: 'https://10.0.0.1:6443/'", "token: t", ", namespace: prod"));
  ASSERT_TRUE(found) << describe(found.error());
  EXPECT_EQ(found->server, "https://10.0.0.1:6443");
  EXPECT_EQ(found->token.text.reveal(), "t");
  EXPECT_EQ(found->default_namespace, "prod");
  EXPECT_TRUE(found->source.starts_with("context main of /")) << found->source;
}

TEST(Kubeconfig, another_context_may_be_asked_for_and_must_exist) {
  const std::string text = config("server: 'https://a'", "token: t");
  EXPECT_TRUE(load(text, "main"));
  const auto missing = load(text, "other");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::kInvalid);
  EXPECT_NE(missing.error().message.find("there is: main"), std::string::npos) << missing.error().message;
}

TEST(Kubeconfig, data_in_base64_beats_the_file_of_the_same_name) {
  const auto found = load(
      config("server: 'https://a', certificate-authority: ca.pem, certificate-authority-data: " + encode_base64("CA"),
             "client-certificate-data: " + encode_base64("CERT") + ", client-key-data: " + encode_base64("KEY") +
                 ", client-key: key.pem"));
  ASSERT_TRUE(found) << describe(found.error());
  EXPECT_EQ(found->ca.text, "CA");
  EXPECT_EQ(found->ca.file, "");
  EXPECT_EQ(found->client_certificate.text, "CERT");
  EXPECT_EQ(found->client_key.text.reveal(), "KEY");
  EXPECT_EQ(found->client_key.file, "");
}

TEST(Kubeconfig, paths_are_relative_to_their_own_file) {
  const TempFolder folder;
  const std::string file =
      folder.write("deep/config", config("server: 'https://a', certificate-authority: ../ca.pem",
                                         "client-certificate: c.pem, client-key: /abs/k.pem, tokenFile: token"));
  const auto found = load_kubeconfig({file}, "");
  ASSERT_TRUE(found) << describe(found.error());
  EXPECT_EQ(found->ca.file, folder.path("ca.pem"));
  EXPECT_EQ(found->client_certificate.file, folder.path("deep/c.pem"));
  EXPECT_EQ(found->client_key.file, "/abs/k.pem");
  EXPECT_EQ(found->token.file, folder.path("deep/token"));
}

TEST(Kubeconfig, of_several_files_the_first_that_names_a_thing_wins_and_missing_ones_are_skipped) {
  const TempFolder folder;
  const std::string first = folder.write("first", "contexts:\n- name: main\n  context: {cluster: c, user: u}\n");
  const std::string second = folder.write("second", config("server: 'https://second'", "token: second"));
  const std::string third =
      folder.write("third", "current-context: other\nclusters:\n- name: c\n  cluster: {server: 'https://third'}\n");
  const auto found = load_kubeconfig({folder.path("none"), first, second, third}, "");
  ASSERT_TRUE(found) << describe(found.error());
  EXPECT_EQ(found->server, "https://second");
  EXPECT_EQ(found->token.text.reveal(), "second");
  EXPECT_TRUE(found->source.ends_with("/first")) << found->source;
}

TEST(Kubeconfig, paths_of_merged_files_stay_relative_to_the_file_that_holds_them) {
  const TempFolder folder;
  const std::string users = folder.write("a/users", "users:\n- name: u\n  user: {tokenFile: token}\n");
  const std::string rest = folder.write("b/rest", config("server: 'https://a', certificate-authority: ca", "token: t"));
  const auto found = load_kubeconfig({users, rest}, "");
  ASSERT_TRUE(found) << describe(found.error());
  EXPECT_EQ(found->token.file, folder.path("a/token"));
  EXPECT_EQ(found->ca.file, folder.path("b/ca"));
}

TEST(Kubeconfig, tls_settings_are_read) {
  const auto found =
      load(config("server: 'https://a', tls-server-name: kubernetes, insecure-skip-tls-verify: true", "token: t"));
  ASSERT_TRUE(found) << describe(found.error());
  EXPECT_EQ(found->tls_server_name, "kubernetes");
  EXPECT_TRUE(found->insecure_skip_tls_verify);
}

TEST(Kubeconfig, credentials_are_not_sent_in_the_clear) {
  const auto found = load(config("server: 'http://127.0.0.1:8080'", "token: t"));
  ASSERT_TRUE(found) << describe(found.error());
  EXPECT_FALSE(found->token.given());
}

TEST(Kubeconfig, what_cannot_be_honoured_is_refused_with_a_way_out) {
  struct Case {
    std::string cluster, user, word;
  };
  const std::string server = "server: 'https://a'";
  for (const Case& one : std::vector<Case>{
           {server, "exec: {command: aws}", "kubectl create token"},
           {server, "auth-provider: {name: gcp}", "token or a client certificate"},
           {server, "username: admin, password: secret-word", "token or a client certificate"},
           {server, "token: t, as: somebody", "impersonation"},
           {server, "client-certificate: c.pem", "give both"},
           {server, "client-certificate: c.pem, client-key-data: '!!'", "client-key-data is not base64"},
           {server + ", proxy-url: 'http://p'", "token: t", "proxy-url"},
           {server + ", certificate-authority: ca, insecure-skip-tls-verify: true", "token: t", "exclude each other"},
           {"server: 'https://[::1]:6443'", "token: t", "IPv6"},
           {"server: 'a:6443'", "token: t", "https://"},
           {"tls-server-name: a", "token: t", "https://"}}) {
    const auto refused = load(config(one.cluster, one.user));
    ASSERT_FALSE(refused) << one.user;
    EXPECT_EQ(refused.error().kind, ErrorKind::kInvalid);
    EXPECT_NE(refused.error().message.find(one.word), std::string::npos) << refused.error().message;
    EXPECT_EQ(describe(refused.error()).find("secret-word"), std::string::npos);
  }
}

TEST(Kubeconfig, what_is_no_kubeconfig_is_an_error_that_names_the_file) {
  for (const char* text :
       {"- a\n- b\n", "a: [", "{}", "", "current-context: x\ncontexts: 7\n", "clusters:\n- 5\ncurrent-context: x\n"}) {
    const auto refused = load(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().kind, ErrorKind::kInvalid);
    EXPECT_NE(describe(refused.error()).find("/config"), std::string::npos) << describe(refused.error());
  }
  EXPECT_FALSE(load_kubeconfig({"/nowhere/config"}, ""));
}

TEST(Kubeconfig, a_context_that_points_nowhere_says_what_is_missing) {
  const auto refused = load("current-context: m\ncontexts:\n- name: m\n  context: {cluster: gone, user: u}\n");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("no cluster \"gone\""), std::string::npos) << refused.error().message;
}

TEST(SplitKubeconfigList, leaves_out_empty_places) {
  EXPECT_EQ(split_kubeconfig_list("a::b:"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(split_kubeconfig_list(""), std::vector<std::string>{});
}

}  // namespace
}  // namespace originpull::kube
