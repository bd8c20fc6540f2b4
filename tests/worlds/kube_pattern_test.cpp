// SPDX-License-Identifier: Apache-2.0
// The patterns of schemas: what they match is compared with std::regex over all short texts of a small alphabet, so
// that no example was chosen; and the patterns of crds/ are shown on a few telling ones.
#include "worlds/kube_pattern.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <string>

namespace originpull::worlds {
namespace {

// All texts up to this length.
std::vector<std::string> texts_of(std::string_view letters, std::size_t longest) {
  std::vector<std::string> all = {""};
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].size() == longest) continue;
    for (const char letter : letters) all.push_back(all[i] + letter);
  }
  return all;
}

TEST(KubePattern, matches_what_std_regex_finds_in_every_short_text) {
  const auto texts = texts_of("a1-.", 6);
  for (const char* text : {"^a+$",
                           "a",
                           "^a|1$",
                           "^(a|1)*$",
                           "^[^a]$",
                           "^a{2,3}$",
                           "^a{2}$",
                           "^a{2,}$",
                           "^(a1?){1,2}-?$",
                           "1.a",
                           "^[a-z1]([-a-z1]*[a-z1])?$",
                           "^([a-z1]([-a-z1]{0,2}[a-z1])?\\.)+[a-z]+$",
                           "^\\d+\\.",
                           "^(?:a|1-)+$",
                           "a$",
                           "^-",
                           "^$",
                           "",
                           "[-.]",
                           "^\\w+$",
                           "^(a*)*$",
                           "^(a|)1"}) {
    const auto pattern = KubePattern::compile(text);
    ASSERT_TRUE(pattern) << text;
    const std::regex expected(text);
    for (const std::string& one : texts)
      ASSERT_EQ(pattern->matches(one), std::regex_search(one, expected)) << text << " in '" << one << "'";
  }
}

TEST(KubePattern, a_character_beyond_ascii_is_one_and_matched_by_opposites_only) {
  EXPECT_TRUE(KubePattern::compile("^.$")->matches("ü"));
  EXPECT_TRUE(KubePattern::compile("^[^a]{2}$")->matches("üü"));
  EXPECT_FALSE(KubePattern::compile("^[a-z]+$")->matches("bücher"));
  EXPECT_FALSE(KubePattern::compile("^.{2}$")->matches("ü"));
}

TEST(KubePattern, the_names_of_zones_are_told_from_what_is_none) {
  const auto zone = KubePattern::compile(R"(^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]([-a-z0-9]{0,61}[a-z0-9])?$)");
  ASSERT_TRUE(zone);
  EXPECT_TRUE(zone->matches("example.com"));
  EXPECT_TRUE(zone->matches("a.b-c.xn--bcher-kva.example"));
  EXPECT_TRUE(zone->matches(std::string(63, 'a') + ".com"));
  for (const char* none : {"Example.com", "example.com.", "example", "203.0.113.7", "-a.com", "a..com", ""})
    EXPECT_FALSE(zone->matches(none)) << none;
  EXPECT_FALSE(zone->matches(std::string(64, 'a') + ".com"));
  const auto path = KubePattern::compile(R"(^/[!-"$-~]*$)");
  ASSERT_TRUE(path);
  EXPECT_TRUE(path->matches("/healthz?deep=1&q=%20"));
  EXPECT_FALSE(path->matches("/a b"));
  EXPECT_FALSE(path->matches("/a#b"));
}

TEST(KubePattern, brackets_are_read_to_a_depth_that_the_stack_can_bear) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '(') + "a" + std::string(depth, ')'); };
  EXPECT_TRUE(KubePattern::compile(nested(200)));
  EXPECT_FALSE(KubePattern::compile(nested(201)));
  EXPECT_FALSE(KubePattern::compile(std::string(1'000'000, '(')));
}

TEST(KubePattern, what_it_does_not_know_is_no_pattern) {
  for (const char* text : {"(", ")", "[a", "a{3,2}", "*a", "(?i)a", "\\p{L}", "a\\", "[z-a]", "\\bword"})
    EXPECT_FALSE(KubePattern::compile(text)) << text;
}

}  // namespace
}  // namespace originpull::worlds
