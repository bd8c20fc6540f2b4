// SPDX-License-Identifier: Apache-2.0
// Who asks for what is gone, by calls made up here: of a resource, of all, of a zone with and without a resource left.
#include "sim/runner/gone.hpp"

#include <gtest/gtest.h>

#include <array>

namespace originpull::sim {
namespace {

const std::string kConfigs = "/apis/originpull.dev/v1alpha1/namespaces/shop/originpullconfigs";

Call to_kubernetes(const std::string& target) { return {.number = 1, .target = target}; }
Call to_cloudflare() { return {.number = 2, .cloudflare = true, .target = "/zones/0/settings/ssl"}; }

TEST(WhatIsGone, is_not_asked_for) {
  const std::array<std::string, 1> there = {"example"};
  for (const char* about : {"/second", "/second/status", "/second?fieldManager=x"}) {
    const std::array calls = {to_kubernetes(kConfigs + about)};
    const auto broken = looks_for_what_is_gone(calls, there);
    ASSERT_EQ(broken.size(), 1U) << about;
    EXPECT_EQ(broken[0].substr(0, 24), "O17: the resource second");
  }
}

TEST(WhatIsGone, takes_its_zone_with_it_if_it_was_the_last) {
  const std::array calls = {to_cloudflare()};
  EXPECT_EQ(looks_for_what_is_gone(calls, {}).size(), 1U);
  const std::array<std::string, 1> there = {"example"};
  EXPECT_TRUE(looks_for_what_is_gone(calls, there).empty());
}

TEST(WhatIsThere, may_be_looked_at) {
  const std::array<std::string, 1> there = {"example"};
  const std::array calls = {to_kubernetes(kConfigs + "/example/status"), to_kubernetes(kConfigs + "?watch=1"),
                            to_kubernetes("/api/v1/namespaces/shop/secrets/second")};
  EXPECT_TRUE(looks_for_what_is_gone(calls, there).empty());
}

}  // namespace
}  // namespace originpull::sim
