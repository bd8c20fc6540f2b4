// SPDX-License-Identifier: Apache-2.0
// The forms of names, at their edges.
#include "worlds/kube_names.hpp"

#include <gtest/gtest.h>

namespace originpull::worlds {
namespace {

TEST(KubeNames, a_subdomain_is_lower_case_and_every_part_of_it_begins_and_ends_well) {
  for (const char* good : {"a", "a.b", "a-b.c0", "0"}) EXPECT_EQ(wrong_with_subdomain(good), "") << good;
  for (const char* bad : {"", "A", "a_b", "-a", "a-", "a..b", ".a", "a.-b"})
    EXPECT_NE(wrong_with_subdomain(bad), "") << bad;
  EXPECT_EQ(wrong_with_subdomain(std::string(253, 'a')), "");
  EXPECT_EQ(wrong_with_subdomain(std::string(254, 'a')), "must be no more than 253 bytes");
}

TEST(KubeNames, a_namespace_and_a_service_are_one_label) {
  EXPECT_EQ(wrong_with_label_name(std::string(63, 'a')), "");
  EXPECT_NE(wrong_with_label_name(std::string(64, 'a')), "");
  EXPECT_NE(wrong_with_label_name("a.b"), "");
  EXPECT_EQ(wrong_with_label_name("1a"), "");
}

TEST(KubeNames, a_role_may_be_called_anything_that_fits_into_a_path) {
  EXPECT_EQ(wrong_with_path_segment("system:Node"), "");
  for (const char* bad : {".", "..", "a/b", "a%b"}) EXPECT_NE(wrong_with_path_segment(bad), "") << bad;
}

TEST(KubeNames, a_qualified_name_may_have_one_prefix) {
  for (const char* good : {"a", "A.b_c-d", "example.com/A"})
    EXPECT_TRUE(wrong_with_qualified_name(good).empty()) << good;
  for (const char* bad : {"", "/a", "a/", "a/b/c", "E.com/a", "-a"})
    EXPECT_FALSE(wrong_with_qualified_name(bad).empty()) << bad;
  EXPECT_TRUE(wrong_with_qualified_name(std::string(63, 'a')).empty());
  EXPECT_FALSE(wrong_with_qualified_name(std::string(64, 'a')).empty());
}

TEST(KubeNames, a_label_value_may_be_empty) {
  EXPECT_TRUE(wrong_with_label_value("").empty());
  EXPECT_TRUE(wrong_with_label_value("A_b.c-1").empty());
  EXPECT_FALSE(wrong_with_label_value("a b").empty());
  EXPECT_FALSE(wrong_with_label_value(std::string(64, 'a')).empty());
}

TEST(KubeNames, a_config_key_must_be_good_as_a_file_name) {
  EXPECT_TRUE(wrong_with_config_key("tls.crt").empty());
  EXPECT_EQ(wrong_with_config_key("..").at(0), "must not be '..'");
  for (const char* bad : {"", ".", "..", "..a", "a b", "a/b"}) EXPECT_FALSE(wrong_with_config_key(bad).empty()) << bad;
}

}  // namespace
}  // namespace originpull::worlds
