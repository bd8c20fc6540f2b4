// SPDX-License-Identifier: Apache-2.0
// The envelopes of the simulated Cloudflare, as text: where the real one writes `result: null`, and where nothing.
#include "worlds/cloudflare_answer.hpp"

#include <gtest/gtest.h>

namespace originpull::worlds {
namespace {

TEST(CloudflareAnswer, a_success_carries_the_result) {
  const auto answer = success([](json::Writer& w) { w.begin_object().field("enabled", true).end_object(); });
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"success":true,"errors":[],"messages":[],"result":{"enabled":true}})");
}

TEST(CloudflareAnswer, a_list_says_its_page) {
  const auto answer = success([](json::Writer& w) { w.null(); }, {.page = 2, .per_page = 5, .count = 1, .total = 6});
  EXPECT_EQ(answer.body, R"({"success":true,"errors":[],"messages":[],"result":null,)"
                         R"("result_info":{"page":2,"per_page":5,"count":1,"total_count":6,"total_pages":2}})");
}

TEST(CloudflareAnswer, an_error_of_the_service_has_no_result_and_one_of_the_gateway_has_null) {
  EXPECT_EQ(service_error(400, 1406, "exists").body,
            R"({"success":false,"errors":[{"code":1406,"message":"exists"}],"messages":[]})");
  EXPECT_EQ(
      gateway_error(400, {{.code = 6003, .message = "headers", .chained_code = 6111, .chained_message = "format"}})
          .body,
      R"({"success":false,"errors":[{"code":6003,"message":"headers",)"
      R"("error_chain":[{"code":6111,"message":"format"}]}],)"
      R"("messages":[],"result":null})");
}

TEST(CloudflareAnswer, a_page_is_html) {
  EXPECT_EQ(html_page(520).content_type, "text/html");
  EXPECT_EQ(html_page(520).status, 520);
}

}  // namespace
}  // namespace originpull::worlds
