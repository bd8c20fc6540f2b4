// SPDX-License-Identifier: Apache-2.0
// What lists and watches may ask for together.
#include "worlds/kube_list_options.hpp"

#include <gtest/gtest.h>

namespace originpull::worlds {
namespace {

KubeOutcome<KubeListOptions> read(const std::string& query) {
  const net::ServedRequest http{.method = "GET", .target = "/api/v1/namespaces/shop/secrets?" + query};
  return read_list_options(read_request(http), *KubeCatalogue::built_in()->find("", "v1", "secrets"));
}
std::string refused(const std::string& query) {
  const auto options = read(query);
  return options ? "accepted" : options.error().message;
}

TEST(KubeListOptions, a_place_in_a_list_survives_its_token) {
  for (const char* after : {"a", "shop/a", "x.y-z"}) {
    const auto options = read("continue=" + continue_token({.version = 7, .after = after}));
    ASSERT_TRUE(options.has_value()) << options.error().message;
    EXPECT_EQ(options->place->version, 7);
    EXPECT_EQ(options->place->after, after);
  }
}

TEST(KubeListOptions, a_token_that_is_none_is_refused) {
  EXPECT_EQ(read("continue=xx").error().code, 400);
  EXPECT_TRUE(refused("continue=xx").starts_with("invalid continue token: "));
  EXPECT_EQ(refused("continue=" + continue_token({.version = 7, .after = "a"}) + "&resourceVersion=5"),
            "specifying resource version is not allowed when using continue");
}

TEST(KubeListOptions, numbers_and_versions_must_be_such) {
  EXPECT_EQ(refused("limit=x"), "strconv.ParseInt: parsing \"x\": invalid syntax");
  EXPECT_EQ(refused("resourceVersion=abc"),
            "invalid resource version: resourceVersion: Invalid value: \"abc\": strconv.ParseUint: parsing \"abc\": "
            "invalid syntax");
  EXPECT_EQ(read("watch=1&resourceVersion=abc").error().code, 500);
  EXPECT_EQ(read("resourceVersion=12&limit=3")->at_version, 12);
}

TEST(KubeListOptions, a_match_needs_a_version_and_a_watch_that_asks_for_initial_events) {
  EXPECT_EQ(refused("resourceVersionMatch=Exact"),
            "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is "
            "forbidden unless resourceVersion is provided");
  EXPECT_EQ(read("resourceVersionMatch=Exact&resourceVersion=0").error().code, 422);
  EXPECT_EQ(read("resourceVersionMatch=Odd&resourceVersion=1").error().code, 422);
  EXPECT_EQ(read("watch=1&resourceVersionMatch=NotOlderThan").error().code, 422);
  EXPECT_EQ(read("watch=1&sendInitialEvents=true").error().code, 422);
  EXPECT_EQ(read("sendInitialEvents=true").error().code, 422);
  EXPECT_TRUE(read("watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan")->initial_events);
  EXPECT_TRUE(read("watch=1&sendInitialEvents=false&resourceVersionMatch=NotOlderThan")->no_initial_events);
}

}  // namespace
}  // namespace originpull::worlds
