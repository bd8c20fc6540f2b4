// SPDX-License-Identifier: Apache-2.0
// What calls become as metrics: the labels of each, that the length of a watch is left out, and that nothing which
// somebody chose (a zone, an id, a name) becomes a label. Read from the text that is served.
#include "cli/call_counters.hpp"

#include <gmock/gmock.h>

#include "support/still_env.hpp"

namespace originpull::cli {
namespace {

using net::Method;
using testing::HasSubstr;
using testing::Not;

class CallCountersTest : public testing::Test {
 protected:
  support::StillEnv env_;
  control::Metrics metrics_{env_, "originpullconfig"};
};

TEST_F(CallCountersTest, a_call_to_kubernetes_is_counted_by_code_method_and_host) {
  const auto calls = count_kubernetes_calls(metrics_);
  const net::Request request{.method = Method::kPut, .target = "/api/v1/namespaces/ns/secrets/s"};
  calls->answered(request, "10.0.0.1:6443", 409);
  calls->answered(request, "10.0.0.1:6443", 0);
  calls->ended(request, "10.0.0.1:6443", Duration(100));
  const std::string text = metrics_.text();
  const std::string series = "rest_client_requests_total{code=\"";
  EXPECT_THAT(text, HasSubstr(series + "409\",host=\"10.0.0.1:6443\",method=\"PUT\"} 1\n"));
  EXPECT_THAT(text, HasSubstr(series + "<error>\",host=\"10.0.0.1:6443\",method=\"PUT\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("rest_client_request_duration_seconds_sum{host=\"10.0.0.1:6443\",verb=\"PUT\"} 0.1"));
}

TEST_F(CallCountersTest, a_watch_is_counted_but_not_its_length) {
  const auto calls = count_kubernetes_calls(metrics_);
  const net::Request watch{.target = "/api/v1/secrets?watch=1", .total = Duration(0)};
  calls->answered(watch, "h", 200);
  calls->ended(watch, "h", Duration(270'000));
  const std::string text = metrics_.text();
  EXPECT_THAT(text, HasSubstr("rest_client_requests_total{code=\"200\",host=\"h\",method=\"GET\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("rest_client_request_duration_seconds_sum{")));
}

TEST_F(CallCountersTest, a_call_to_cloudflare_is_counted_by_operation_and_code) {
  const auto calls = count_cloudflare_calls(metrics_);
  const net::Request request{.method = Method::kPost, .target = "/zones/023e105f/origin_tls_client_auth"};
  calls->answered(request, "api.cloudflare.com", 200);
  calls->ended(request, "api.cloudflare.com", Duration(1'000));
  const std::string text = metrics_.text();
  EXPECT_THAT(text,
              HasSubstr("originpull_cloudflare_requests_total{code=\"200\",operation=\"UploadCertificate\"} 1\n"));
  EXPECT_THAT(text,
              HasSubstr("originpull_cloudflare_request_duration_seconds_sum{operation=\"UploadCertificate\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("023e105f")));
}

TEST_F(CallCountersTest, a_status_that_is_none_is_no_label) {
  count_cloudflare_calls(metrics_)->answered({.target = "/zones"}, "h", 70'000);
  EXPECT_THAT(metrics_.text(),
              HasSubstr("originpull_cloudflare_requests_total{code=\"<error>\",operation=\"ListZones\"} 1\n"));
}

TEST(CloudflareOperation, has_a_name_for_each_call_of_the_client) {
  EXPECT_EQ(cloudflare_operation(Method::kGet, "/zones?name=example.com&per_page=50"), "ListZones");
  EXPECT_EQ(cloudflare_operation(Method::kGet, "/zones/1"), "GetZone");
  EXPECT_EQ(cloudflare_operation(Method::kGet, "/zones/1/origin_tls_client_auth"), "ListCertificates");
  EXPECT_EQ(cloudflare_operation(Method::kPost, "/zones/1/origin_tls_client_auth"), "UploadCertificate");
  EXPECT_EQ(cloudflare_operation(Method::kGet, "/zones/1/origin_tls_client_auth/2"), "GetCertificate");
  EXPECT_EQ(cloudflare_operation(Method::kDelete, "/zones/1/origin_tls_client_auth/2"), "DeleteCertificate");
  EXPECT_EQ(cloudflare_operation(Method::kGet, "/zones/1/origin_tls_client_auth/settings"), "GetZoneLevel");
  EXPECT_EQ(cloudflare_operation(Method::kPut, "/zones/1/origin_tls_client_auth/settings"), "SetZoneLevel");
  EXPECT_EQ(cloudflare_operation(Method::kGet, "/zones/1/settings/ssl"), "GetSetting");
  EXPECT_EQ(cloudflare_operation(Method::kPatch, "/zones/1/settings/tls_client_auth"), "SetSetting");
}

TEST(CloudflareOperation, does_not_mind_what_a_zone_is_called) {
  EXPECT_EQ(cloudflare_operation(Method::kGet, "/zones/settings"), "GetZone");
  EXPECT_EQ(cloudflare_operation(Method::kGet, "/zones/zones/origin_tls_client_auth/origin_tls_client_auth"),
            "GetCertificate");
}

TEST(CloudflareOperation, calls_anything_else_other) {
  for (const char* target : {"", "zones", "/", "/accounts", "/zones/1/dns_records", "/zones/1/settings/ssl/x"})
    EXPECT_EQ(cloudflare_operation(Method::kGet, target), "Other") << target;
  EXPECT_EQ(cloudflare_operation(Method::kDelete, "/zones/1"), "Other");
}

}  // namespace
}  // namespace originpull::cli
