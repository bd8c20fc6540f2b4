// SPDX-License-Identifier: Apache-2.0
// The simulated Cloudflare as one handler: what is logged and in how much detail, and that faults never disturb
// control.
#include "worlds/cloudflare_service.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pki/describe.hpp"
#include "support/jump_env.hpp"
#include "support/test_pki.hpp"

namespace originpull::worlds {
namespace {

TEST(CloudflareService, logs_what_a_fault_swallows_and_leaves_control_alone) {
  support::JumpEnv env;
  CloudflareService service(env);
  service.faults().add({.kind = HttpFault::Kind::kClose, .count = 0});
  const auto cut = service.handle({.method = "GET", .target = "/client/v4/zones"});
  EXPECT_EQ(cut.fault, net::Served::Fault::kCloseBeforeAnswer);
  EXPECT_EQ(service.handle({.method = "GET", .target = "/__control/state"}).status, 200);
  const auto calls = service.log().calls();
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(calls[0].path, "/client/v4/zones");
  EXPECT_EQ(calls[0].status, 0);
}

TEST(CloudflareDetail, says_what_was_asked_and_never_a_key) {
  const auto leaf = support::make_self_signed({});
  const std::string body = json::Writer()
                               .begin_object()
                               .field("certificate", leaf.certificate_pem)
                               .field("private_key", leaf.key_pem)
                               .end_object()
                               .take();
  EXPECT_EQ(cloudflare_detail({.body = body}), pki::describe_certificate(leaf.certificate_pem)->fingerprint);
  EXPECT_EQ(cloudflare_detail({.body = R"({"enabled":true})"}), "enabled=true");
  EXPECT_EQ(cloudflare_detail({.body = R"({"value":"on"})"}), "value=\"on\"");
  EXPECT_EQ(cloudflare_detail({.body = R"({"private_key":"SECRET"})"}), "");
  EXPECT_EQ(cloudflare_detail({.body = "SECRET"}), "unreadable body");
  EXPECT_EQ(cloudflare_detail({}), "");
}

}  // namespace
}  // namespace originpull::worlds
