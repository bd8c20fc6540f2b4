// SPDX-License-Identifier: Apache-2.0
// The parts before anything runs: what is made of the options and a kubeconfig, which sentences refuse a start, and
// what is served while nothing has been listed. With a network that only records what is opened.
#include "cli/parts.hpp"

#include <gmock/gmock.h>

#include "cli/with_kubeconfig.hpp"
#include "support/fake_transport.hpp"
#include "support/still_env.hpp"

namespace originpull::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class PartsTest : public testing::Test {
 protected:
  Result<Foundations> lay() { return lay_foundations(env_, network_, options_, Log::silent()); }
  void SetUp() override {
    options_.kubeconfig = kubeconfig_.path();
    options_.namespaces = {""};
  }

  support::StillEnv env_;
  std::shared_ptr<support::FakeTransport> wire_ = std::make_shared<support::FakeTransport>(env_);
  support::FakeNetwork network_{wire_};
  KubeconfigFile kubeconfig_{"https://10.0.0.1:6443"};
  Options options_;
};

TEST_F(PartsTest, without_a_namespace_the_contexts_is_taken_for_the_work_and_the_lease) {
  const auto made = lay();
  ASSERT_TRUE(made) << describe(made.error());
  EXPECT_THAT(made->namespaces, ElementsAre("team"));
  EXPECT_EQ(made->lease_namespace, "team");
}

TEST_F(PartsTest, namespaces_that_were_given_are_kept) {
  options_.namespaces = {"a", "b"};
  options_.lease_namespace = "edge";
  const auto made = lay();
  ASSERT_TRUE(made) << describe(made.error());
  EXPECT_THAT(made->namespaces, ElementsAre("a", "b"));
  EXPECT_EQ(made->lease_namespace, "edge");
  options_.namespaces = {};
  const auto all = lay();
  ASSERT_TRUE(all) << describe(all.error());
  EXPECT_THAT(all->namespaces, IsEmpty());
}

TEST_F(PartsTest, cloudflare_is_opened_with_the_cas_of_the_file_only) {
  options_.cloudflare_ca_file = kubeconfig_.folder().write("ca.pem", "the CAs");
  ASSERT_TRUE(lay());
  ASSERT_EQ(network_.opened().size(), 1U);
  EXPECT_EQ(network_.opened()[0].base_url, "https://api.cloudflare.com/client/v4");
  EXPECT_EQ(network_.opened()[0].ca_pem, "the CAs");
}

TEST_F(PartsTest, a_ca_file_that_is_not_there_is_refused_by_the_name_of_its_option) {
  options_.cloudflare_ca_file = kubeconfig_.folder().path("nowhere.pem");
  const auto made = lay();
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(describe(made.error()), HasSubstr("use --cloudflare-ca-file: read " + options_.cloudflare_ca_file));
}

TEST_F(PartsTest, a_kubeconfig_that_is_not_there_is_refused_by_its_name) {
  options_.kubeconfig = kubeconfig_.folder().path("nowhere");
  const auto made = lay();
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(describe(made.error()), HasSubstr(options_.kubeconfig));
}

class ServedTest : public PartsTest {
 protected:
  void SetUp() override {
    PartsTest::SetUp();
    auto made = lay();
    ASSERT_TRUE(made) << describe(made.error());
    parts_ = std::make_unique<Parts>(env_, Log::silent(), std::move(*made));
    ASSERT_TRUE(parts_->elect(env_, Log::silent()));
    parts_->add_health_checks();
  }
  net::Served get(const std::string& target) { return parts_->serve({.method = "GET", .target = target}); }

  std::unique_ptr<Parts> parts_;
};

TEST_F(ServedTest, a_process_that_has_just_begun_is_alive_but_not_ready) {
  EXPECT_EQ(get("/healthz").status, 200);
  const net::Served ready = get("/readyz");
  EXPECT_EQ(ready.status, 500);
  EXPECT_THAT(ready.body, HasSubstr("[-]resources failed: OriginPullConfigs have not been listed yet: is the CRD"));
  EXPECT_THAT(ready.body, HasSubstr("[-]secrets failed: Secrets have not been listed yet: may this ServiceAccount"));
}

TEST_F(ServedTest, why_the_resources_cannot_be_listed_is_told) {
  parts_->resource_watches.at(0).counted->troubled(
      {.kind = ErrorKind::kDenied, .attempted = "list originpullconfigs", .message = "you may not"});
  EXPECT_THAT(get("/readyz").body, HasSubstr("Last attempt: list originpullconfigs: you may not\n"));
  EXPECT_THAT(get("/metrics").body, HasSubstr("originpull_watch_failures_total{resource=\"originpullconfigs\"} 1\n"));
}

TEST_F(ServedTest, what_the_watch_brings_reaches_the_store_and_the_figures) {
  auto& sink = *parts_->resource_watches.at(0).counted;
  sink.begin_list();
  sink.listed(R"({"apiVersion":"originpull.dev/v1alpha1","kind":"OriginPullConfig",
    "metadata":{"name":"shop","namespace":"team","uid":"u1","resourceVersion":"5","generation":1},
    "spec":{"zone":{"name":"example.com"},"apiTokenSecretRef":{"name":"cf"},
            "certificate":{"secretRef":{"name":"edge"}}}})");
  sink.end_list("5");
  const std::string text = get("/metrics").body;
  EXPECT_THAT(text, HasSubstr("originpull_resources 1\n"));
  EXPECT_THAT(text, HasSubstr("originpull_ready{name=\"shop\",namespace=\"team\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("originpull_watch_lists_total{resource=\"originpullconfigs\"} 1\n"));
  EXPECT_THAT(get("/readyz?verbose").body, HasSubstr("[+]resources ok\n"));
}

TEST_F(ServedTest, calls_to_kubernetes_are_counted) {
  wire_->expect("GET /api/v1/namespaces/team/secrets/s").answer(404, "{}");
  EXPECT_FALSE(parts_->foundations.kube.get({.group = "", .version = "v1", .plural = "secrets", .kind = "Secret"},
                                            {"team", "s"}, {}));
  EXPECT_THAT(get("/metrics").body,
              HasSubstr("rest_client_requests_total{code=\"404\",host=\"10.0.0.1:6443\",method=\"GET\"} 1\n"));
}

TEST_F(ServedTest, calls_to_cloudflare_are_counted) {
  wire_->expect("GET /zones/1").answer(500, "{}");
  EXPECT_TRUE(parts_->foundations.cloudflare->send({.target = "/zones/1"}, {}));
  EXPECT_THAT(get("/metrics").body,
              HasSubstr("originpull_cloudflare_requests_total{code=\"500\",operation=\"GetZone\"} 1\n"));
}

TEST_F(ServedTest, only_gets_of_three_paths_are_answered) {
  EXPECT_EQ(get("/metrics?x=1").status, 200);
  EXPECT_EQ(get("/").status, 404);
  EXPECT_EQ(get("/metrics/").status, 404);
  EXPECT_EQ(parts_->serve({.method = "POST", .target = "/metrics"}).status, 405);
}

}  // namespace
}  // namespace originpull::cli
