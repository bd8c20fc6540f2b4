// SPDX-License-Identifier: Apache-2.0
// The back door of the edge over HTTP, as a demo or a test in another process uses it.
#include "cli/edge_control.hpp"

#include <gmock/gmock.h>

#include "cli/edge_fixture.hpp"

namespace originpull::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class EdgeControl : public EdgeTest {
 protected:
  int control(const std::string& method, const std::string& body = {}) {
    return sim_call(method, std::string(kEdgeControl), body);
  }
};

TEST_F(EdgeControl, shows_counts_and_the_newest_refusals_and_never_a_key) {
  start({.nodes = 2}, {.deploy_delay = Duration(0)});
  upload(leaf);
  EXPECT_EQ(visit(), 525);
  zone_level(true);
  EXPECT_EQ(visit(), 200);
  ASSERT_EQ(control("GET"), 200);
  EXPECT_THAT(api_body, HasSubstr("\"address\":\"" + sim->edge()->address() + "\",\"nodes\":2,\"pool\":\"identity\""));
  EXPECT_THAT(api_body, HasSubstr("\"handshakeRefused\":1"));
  EXPECT_THAT(api_body, HasSubstr("\"lastRefused\":[{\"at\":"));
  EXPECT_THAT(api_body, HasSubstr(fingerprint_of(leaf)));
  EXPECT_THAT(api_body, HasSubstr("\"sharedCa\":\"-----BEGIN CERTIFICATE"));
  EXPECT_THAT(api_body, Not(HasSubstr("PRIVATE KEY")));
  ASSERT_EQ(control("DELETE"), 200);
  ASSERT_EQ(control("GET"), 200);
  EXPECT_THAT(api_body, HasSubstr("\"refused\":0,\"zones\":{}"));
}

TEST_F(EdgeControl, changes_habits_while_it_runs_all_or_nothing) {
  start();
  ASSERT_EQ(control("PATCH", R"({"pool": "origin", "refusedStatus": 520})"), 200) << api_body;
  EXPECT_EQ(sim->edge()->habits().pooling, EdgePooling::kByOrigin);
  EXPECT_EQ(visit(), 520);
  for (const char* bad : {R"({"pool": "off", "refusedStatus": 200})", R"({"pool": "maybe"})", "no json"}) {
    EXPECT_EQ(control("PATCH", bad), 400) << bad;
    EXPECT_THAT(api_body, HasSubstr("\"error\":"));
  }
  EXPECT_EQ(sim->edge()->habits().pooling, EdgePooling::kByOrigin);
  EXPECT_EQ(sim->edge()->habits().refused_status, 520);
}

}  // namespace
}  // namespace originpull::cli
