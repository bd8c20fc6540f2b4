// SPDX-License-Identifier: Apache-2.0
// Unusual envelopes of the simulated Cloudflare.
#include "worlds/cloudflare_dress.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "worlds/cloudflare_answer.hpp"

namespace originpull::worlds {
namespace {

net::Served dressed(net::Served answer, const CloudflareModes& modes) {
  dress(answer, modes);
  return answer;
}

const net::Served& good() {
  static const net::Served answer = success([](json::Writer& w) { w.begin_object().field("id", "x").end_object(); });
  return answer;
}

TEST(CloudflareDress, leaves_the_usual_envelope_as_it_is) {
  EXPECT_EQ(dressed(good(), {}).body, good().body);
  EXPECT_EQ(dressed({.body = "null"}, {.extra_fields = true}).body, "null");
  EXPECT_EQ(dressed({.body = "<html>"}, {.extra_fields = true}).body, "<html>");
}

TEST(CloudflareDress, can_put_an_unknown_field_into_each_object) {
  const std::string body = dressed(good(), {.extra_fields = true}).body;
  EXPECT_THAT(body, testing::HasSubstr(R"("result":{"id":"x","x_not_known_yet":)"));
  EXPECT_THAT(body, testing::EndsWith(R"("x_not_known_yet":{"since":2030}})"));
}

TEST(CloudflareDress, can_put_a_vague_error_before_the_specific_one) {
  const std::string body = dressed(service_error(400, 1406, "exists"), {.vague_error_first = true}).body;
  EXPECT_THAT(body, testing::HasSubstr(R"("errors":[{"code":1000,)"));
  EXPECT_THAT(body, testing::HasSubstr(R"({"code":1406,"message":"exists"}])"));
}

}  // namespace
}  // namespace originpull::worlds
