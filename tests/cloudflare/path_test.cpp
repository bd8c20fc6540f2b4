// SPDX-License-Identifier: Apache-2.0
// No id or name can leave its place in a request's path.
#include "cloudflare/path.hpp"

#include <gtest/gtest.h>

namespace originpull::cloudflare {
namespace {

TEST(Path, joins_the_zone_and_the_rest) {
  EXPECT_EQ(zone_path("023e105f4ecef8ad9ca31a8372d0c353"), "/zones/023e105f4ecef8ad9ca31a8372d0c353");
  EXPECT_EQ(zone_path("0a", "settings/ssl"), "/zones/0a/settings/ssl");
  EXPECT_EQ(certificate_path("0a", "2458ce5a-0c35-4c7f-82c7-8e9487d3ff60"),
            "/zones/0a/origin_tls_client_auth/2458ce5a-0c35-4c7f-82c7-8e9487d3ff60");
}

TEST(Path, an_id_is_one_segment_whatever_it_holds) {
  EXPECT_EQ(zone_path("../../user"), "/zones/..%2F..%2Fuser");
  EXPECT_EQ(zone_path("0a?x=1#y"), "/zones/0a%3Fx%3D1%23y");
  EXPECT_EQ(certificate_path("0a", "x/../settings"), "/zones/0a/origin_tls_client_auth/x%2F..%2Fsettings");
}

}  // namespace
}  // namespace originpull::cloudflare
