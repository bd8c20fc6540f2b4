// SPDX-License-Identifier: Apache-2.0
// The look-up of zones at the simulated Cloudflare: filters, order, pages.
#include "worlds/cloudflare_zones.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace originpull::worlds {
namespace {

using testing::HasSubstr;
using testing::Not;

class ZonesTest : public testing::Test {
 protected:
  ZonesTest() {
    for (int i = 0; i < 12; ++i) {
      const std::string id(32, static_cast<char>('a' + i));
      state.zones[id] = {.id = id, .name = "zone-" + std::to_string(i) + ".example"};
    }
  }
  std::string list(const std::map<std::string, std::string>& query) { return list_zones(state, token, query).body; }
  std::string count(int number) { return "\"total_count\":" + std::to_string(number) + ","; }

  CloudflareState state;
  SimToken token{.permissions = all_permissions()};
};

TEST_F(ZonesTest, are_found_by_their_exact_name) {
  const auto one = list({{"name", "zone-1.example"}});
  EXPECT_THAT(one, HasSubstr("zone-1.example"));
  EXPECT_THAT(one, Not(HasSubstr("zone-11.example")));
  EXPECT_THAT(list({{"name", "zone"}}), HasSubstr(R"("result":[])"));
  EXPECT_THAT(list({{"name", "zone-1.example"}, {"status", "pending"}}), HasSubstr(R"("result":[])"));
}

TEST_F(ZonesTest, come_in_pages_of_5_to_50) {
  EXPECT_THAT(list({{"per_page", "5"}, {"page", "3"}}),
              HasSubstr(R"("page":3,"per_page":5,"count":2,"total_count":12,"total_pages":3)"));
  EXPECT_THAT(list({{"per_page", "1"}}), HasSubstr(R"("per_page":5)"));
  EXPECT_THAT(list({{"per_page", "51"}}), HasSubstr(R"("per_page":50)"));
  EXPECT_THAT(list({}), HasSubstr(R"("page":1,"per_page":20)"));
  EXPECT_THAT(list({{"page", "9"}}), HasSubstr(R"("result":[])"));
}

TEST_F(ZonesTest, a_token_lists_those_that_it_sees) {
  token.zones = {std::string(32, 'a')};
  EXPECT_THAT(list({}), HasSubstr(count(1)));
}

TEST_F(ZonesTest, names_can_be_looked_for_by_a_part) {
  EXPECT_THAT(list({{"name", "starts_with:zone-1"}}), HasSubstr(count(3)));
  EXPECT_THAT(list({{"name", "ends_with:0.example"}}), HasSubstr(count(2)));
  EXPECT_THAT(list({{"name", "contains:ne-3"}}), HasSubstr(count(1)));
  EXPECT_THAT(list({{"name", "not_equal:zone-3.example"}}), HasSubstr(count(11)));
  EXPECT_THAT(list({{"name", "equal:zone-3.example"}}), HasSubstr(count(1)));
}

TEST_F(ZonesTest, filters_meet_all_or_any) {
  state.zones[std::string(32, 'b')].status = "pending";
  state.zones[std::string(32, 'c')].account = std::string(32, '9');
  EXPECT_THAT(list({{"status", "pending"}}), HasSubstr(count(1)));
  EXPECT_THAT(list({{"account.id", std::string(32, '9')}}), HasSubstr(count(1)));
  EXPECT_THAT(list({{"account.name", "Simulated"}}), HasSubstr(count(12)));
  EXPECT_THAT(list({{"status", "pending"}, {"account.id", std::string(32, '9')}}), HasSubstr(count(0)));
  EXPECT_THAT(list({{"status", "pending"}, {"account.id", std::string(32, '9')}, {"match", "any"}}),
              HasSubstr(count(2)));
}

TEST_F(ZonesTest, are_ordered_by_name_or_as_was_asked) {
  state.zones[std::string(32, 'b')].status = "pending";
  const auto first = [](const std::string& body) { return body.substr(body.find("\"name\":") + 7, 16); };
  EXPECT_EQ(first(list({})), "\"zone-0.example\"");
  EXPECT_EQ(first(list({{"direction", "desc"}})), "\"zone-9.example\"");
  EXPECT_EQ(first(list({{"order", "status"}, {"direction", "desc"}})), "\"zone-1.example\"");
}

TEST_F(ZonesTest, a_zone_says_what_the_token_may_do_with_it) {
  token.permissions = {"ssl-write", "settings-read"};
  EXPECT_THAT(read_zone(state.zones.begin()->second, token).body,
              HasSubstr(R"("permissions":["#ssl:edit","#zone_settings:read"])"));
}

}  // namespace
}  // namespace originpull::worlds
