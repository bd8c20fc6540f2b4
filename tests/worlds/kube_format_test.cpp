// SPDX-License-Identifier: Apache-2.0
// Formats of strings as the API server reads them.
#include "worlds/kube_format.hpp"

#include <gtest/gtest.h>

namespace originpull::worlds {
namespace {

TEST(KubeFormat, a_date_time_has_a_date_that_exists_a_time_and_a_zone) {
  for (const char* good : {"2026-11-24T05:00:00Z", "2026-11-24t05:00:00z", "2024-02-29T23:59:59.123456+05:30",
                           "2026-11-24T05:00:00-00:00"}) {
    EXPECT_TRUE(has_format(good, "date-time")) << good;
  }
  for (const char* bad :
       {"tomorrow", "", "2026-11-24", "2026-11-24T05:00:00", "2026-11-24T24:00:00Z", "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z", "2026-11-24 05:00:00Z", "2026-11-24T05:00Z", "2026-11-24T05:00:00.Z"}) {
    EXPECT_FALSE(has_format(bad, "date-time")) << bad;
  }
}

TEST(KubeFormat, knows_dates_uuids_and_base64_and_ignores_what_the_server_ignores) {
  EXPECT_TRUE(has_format("2026-11-24", "date"));
  EXPECT_FALSE(has_format("2026-11-31", "date"));
  EXPECT_TRUE(has_format("2458ce5a-0c35-4c7f-82c7-8e9487d3ff60", "uuid"));
  EXPECT_FALSE(has_format("2458ce5a", "uuid"));
  EXPECT_TRUE(has_format("YWJj", "byte"));
  EXPECT_FALSE(has_format("?", "byte"));
  EXPECT_TRUE(has_format("anything", "phone-number"));
  EXPECT_TRUE(knows_format("phone-number"));
  EXPECT_FALSE(knows_format("cidr")) << "judged by the real server, and not here";
}

}  // namespace
}  // namespace originpull::worlds
