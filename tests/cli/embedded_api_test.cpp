// SPDX-License-Identifier: Apache-2.0
// The API that comes along, in this process and on a real socket, asked by the HTTP client of production with what its
// kubeconfig says. What kubectl makes of it is tests/e2e/embedded_test.cpp's.
#include "cli/embedded_api.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "cli/folder_of_files.hpp"
#include "env/real_env.hpp"
#include "json/decoder.hpp"
#include "kube/kubeconfig.hpp"
#include "net/cpprest_network.hpp"
#include "support/poll_until.hpp"

namespace originpull::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kSecrets = "/api/v1/namespaces/edge/secrets";

std::string secret(const std::string& value) {
  return "apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: edge}\nstringData: {k: " + value + "}\n";
}

constexpr const char* kResource =
    "apiVersion: originpull.dev/v1alpha1\nkind: OriginPullConfig\nmetadata: {name: zone, namespace: edge}\n"
    "spec:\n  zone: {name: example.com}\n  apiTokenSecretRef: {name: t}\n  certificate: {secretRef: {name: s}}\n";

class EmbeddedApiTest : public testing::Test {
 protected:
  void start(EmbeddedOptions options = {}) {
    options.manifests = files_.path().string();
    auto started = EmbeddedApi::start(env_, Log::silent(), options);
    if (!started) throw std::runtime_error(describe(started.error()));
    api_ = *std::move(started);
    config_ = *kube::load_kubeconfig({api_->kubeconfig()}, "");
  }
  net::Response ask(const std::string& target, const std::string& token) {
    const auto transport = network_->open({.base_url = config_.server, .tls = {.ca_pem = config_.ca.text}});
    const auto answer = (*transport)->send({.target = target, .bearer = SecretString(token)}, {});
    EXPECT_TRUE(answer) << describe(answer.error());
    return answer ? *answer : net::Response{};
  }
  std::string token() const { return std::string(config_.token.text.reveal()); }
  net::Response ask(const std::string& target) { return ask(target, token()); }

  env::RealEnv env_;
  std::unique_ptr<net::Network> network_ = net::make_cpprest_network(env_);
  FolderOfFiles files_;
  std::unique_ptr<EmbeddedApi> api_;
  kube::ClusterConfig config_;
};

TEST_F(EmbeddedApiTest, the_kubeconfig_leads_to_what_the_folder_holds_and_to_the_type) {
  files_.write("secret.yaml", secret("v"));
  files_.write("resource.yaml", kResource);
  start();
  EXPECT_EQ(config_.default_namespace, "edge") << "where the resource is";
  EXPECT_THAT(ask(std::string(kSecrets) + "/a").body, HasSubstr("\"dg==\""));
  const auto resource = ask("/apis/originpull.dev/v1alpha1/namespaces/edge/originpullconfigs/zone");
  EXPECT_EQ(resource.head.status, 200);
  EXPECT_THAT(resource.body, HasSubstr("\"interval\":\"10m\"")) << "the schema's defaults";
  EXPECT_THAT(api_->greeting(), HasSubstr("export KUBECONFIG=" + api_->kubeconfig()));
}

TEST_F(EmbeddedApiTest, without_the_token_nothing_is_told) {
  files_.write("secret.yaml", secret("v"));
  start();
  std::string other = token();
  other.back() = other.back() == '0' ? '1' : '0';
  for (const std::string& wrong : {std::string(), std::string("x"), other, token() + "0"}) {
    for (const char* target : {kSecrets, "/api", "/version", "/openapi/v2"}) {
      const auto answer = ask(target, wrong);
      EXPECT_EQ(answer.head.status, 401) << target;
      EXPECT_THAT(answer.body, Not(HasSubstr("dg==")));
    }
  }
  EXPECT_THAT(api_->greeting(), Not(HasSubstr(token())));
}

TEST_F(EmbeddedApiTest, the_folder_is_followed) {
  files_.write("secret.yaml", secret("v"));
  start();
  files_.write("secret.yaml", secret("w"));
  EXPECT_TRUE(support::poll_until(std::chrono::seconds(10), [&] {
    return ask(std::string(kSecrets) + "/a").body.find("\"dw==\"") != std::string::npos;
  }));
  files_.remove("secret.yaml");
  EXPECT_TRUE(support::poll_until(std::chrono::seconds(10),
                                  [&] { return ask(std::string(kSecrets) + "/a").head.status == 404; }));
}

TEST_F(EmbeddedApiTest, what_the_api_refuses_is_no_start) {
  files_.write("secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: Not_A_Name}\n");
  const auto started = EmbeddedApi::start(env_, Log::silent(), {.manifests = files_.path().string()});
  ASSERT_FALSE(started);
  EXPECT_THAT(describe(started.error()),
              testing::AllOf(HasSubstr("secret.yaml:1"), HasSubstr("metadata.name"), HasSubstr("Not_A_Name")));
}

TEST_F(EmbeddedApiTest, every_start_has_a_token_and_a_ca_of_its_own) {
  start();
  const std::string first = token();
  const std::string ca = config_.ca.text;
  start();
  EXPECT_NE(token(), first);
  EXPECT_NE(config_.ca.text, ca);
  EXPECT_EQ(first.size(), 64U);
}

TEST_F(EmbeddedApiTest, it_stops_within_a_second_and_takes_the_kubeconfig_along) {
  start();
  const std::string kubeconfig = api_->kubeconfig();
  const Instant before = env_.now();
  api_.reset();
  EXPECT_LT(env_.now() - before, Duration(1000));
  EXPECT_FALSE(std::filesystem::exists(kubeconfig));
}

}  // namespace
}  // namespace originpull::cli
