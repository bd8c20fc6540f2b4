// SPDX-License-Identifier: Apache-2.0
// The client against the simulated Cloudflare, in one process and on a clock that the test moves: the whole life of a
// certificate, and what faults of HTTP come to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cloudflare/client.hpp"
#include "pki/describe.hpp"
#include "support/jump_env.hpp"
#include "support/test_pki.hpp"
#include "worlds/cloudflare_service.hpp"
#include "worlds/handler_transport.hpp"

namespace originpull::cloudflare {
namespace {

using worlds::HttpFault;

const std::string kToken = "Qw3rTy_uIoP-asDFghJKlzXCvbNM1234567890ab";

class ClientWorld : public testing::Test {
 protected:
  ClientWorld() {
    zone = service.world().add_zone("example.com");
    service.world().add_token(kToken);
  }
  Client client_of(const std::string& token) {
    return Client(std::make_shared<worlds::HandlerTransport>(env, service.handler(), "/client/v4"), SecretString(token),
                  Budget::make(env), Log::silent());
  }
  Result<Certificate> upload() {
    return client.upload_certificate(zone, leaf.certificate_pem, SecretString(leaf.key_pem), ask);
  }

  support::JumpEnv env;
  worlds::CloudflareService service{env};
  std::string zone;
  Client client = client_of(kToken);
  std::stop_source stop;
  Ask ask{stop.get_token()};
  support::Identity leaf = support::make_self_signed({.common_name = "edge"});
};

TEST_F(ClientWorld, a_certificate_lives_from_upload_to_deletion) {
  EXPECT_EQ((*client.zone_by_name("example.com", ask))->id, zone);
  EXPECT_EQ((*client.zone_by_id(zone, ask))->name, "example.com");
  EXPECT_TRUE(client.list_certificates(zone, ask)->empty());

  const auto made = upload();
  ASSERT_TRUE(made) << describe(made.error());
  EXPECT_EQ(made->status, CertificateStatus::kPendingDeployment);
  EXPECT_EQ(pki::describe_certificate(made->pem)->fingerprint,
            pki::describe_certificate(leaf.certificate_pem)->fingerprint);
  EXPECT_EQ(made->uploaded_on, env.wall());

  const auto early = client.delete_certificate(zone, made->id, ask);
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().kind, ErrorKind::kConflict);
  EXPECT_EQ(early.error().code, 1434);

  env.advance(Seconds(3));
  EXPECT_EQ((*client.get_certificate(zone, made->id, ask))->status, CertificateStatus::kActive);
  EXPECT_TRUE(*client.set_zone_level(zone, true, ask));
  EXPECT_EQ(client.set_setting(zone, "tls_client_auth", "on", ask)->value, "on");
  EXPECT_EQ(client.setting(zone, "ssl", ask)->value, "full");

  EXPECT_EQ(client.delete_certificate(zone, made->id, ask)->status, CertificateStatus::kPendingDeletion);
  EXPECT_EQ(client.delete_certificate(zone, made->id, ask)->status, CertificateStatus::kDeleted);
  env.advance(Seconds(2));
  EXPECT_EQ((*client.get_certificate(zone, made->id, ask))->status, CertificateStatus::kDeleted);
  EXPECT_EQ(*client.get_certificate(zone, "2458ce5a-0c35-4c7f-82c7-8e9487d3ff60", ask), std::nullopt);
}

TEST_F(ClientWorld, an_upload_whose_answer_is_lost_is_found_by_its_content) {
  service.faults().add({.kind = HttpFault::Kind::kClose, .method = "POST", .executed = true});
  const auto lost = upload();
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().kind, ErrorKind::kUnknownOutcome);
  const auto again = upload();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, 1406);
  const auto list = client.list_certificates(zone, ask);
  ASSERT_EQ(list->size(), 1U);
  EXPECT_EQ(pki::describe_certificate(list->front().pem)->fingerprint,
            pki::describe_certificate(leaf.certificate_pem)->fingerprint);
}

TEST_F(ClientWorld, every_fault_of_http_has_its_reaction) {
  using Kind = HttpFault::Kind;
  const std::pair<HttpFault, ErrorKind> reads[] = {
      {{.kind = Kind::kStatus, .status = 500}, ErrorKind::kUnavailable},
      {{.kind = Kind::kHtml, .status = 520}, ErrorKind::kUnavailable},
      {{.kind = Kind::kTruncatedJson}, ErrorKind::kUnavailable},
      {{.kind = Kind::kEmptyBody, .status = 200}, ErrorKind::kUnavailable},
      {{.kind = Kind::kNullBody, .status = 200}, ErrorKind::kUnavailable},
      {{.kind = Kind::kHang}, ErrorKind::kUnavailable},
      {{.kind = Kind::kClose}, ErrorKind::kUnavailable},
      {{.kind = Kind::kTruncatedBody}, ErrorKind::kUnavailable},
      {{.kind = Kind::kSlow, .delay = Seconds(16)}, ErrorKind::kUnavailable},
  };
  for (const auto& [fault, kind] : reads) {
    service.faults().add(fault);
    const auto read = client.list_certificates(zone, ask);
    ASSERT_FALSE(read) << static_cast<int>(fault.kind);
    EXPECT_EQ(read.error().kind, kind) << describe(read.error());
    service.faults().add(fault);
    const auto write = client.set_zone_level(zone, true, ask);
    ASSERT_FALSE(write) << static_cast<int>(fault.kind);
    EXPECT_EQ(write.error().kind, ErrorKind::kUnknownOutcome) << describe(write.error());
  }
  EXPECT_TRUE(client.list_certificates(zone, ask));
}

TEST_F(ClientWorld, a_change_ends_within_five_seconds_and_a_read_within_fifteen) {
  service.faults().add({.kind = HttpFault::Kind::kHang, .count = 2});
  Instant start = env.now();
  ASSERT_FALSE(client.set_zone_level(zone, true, ask));
  EXPECT_EQ(env.now() - start, Seconds(5));
  start = env.now();
  ASSERT_FALSE(client.zone_level_enabled(zone, ask));
  EXPECT_EQ(env.now() - start, Seconds(15));
}

TEST_F(ClientWorld, overlapping_changes_of_two_clients_conflict) {
  service.world().change(
      [](worlds::CloudflareState& state, const worlds::Moment&) { state.modes.mutation_time = Seconds(1); });
  ASSERT_TRUE(upload());
  const auto other = client.set_zone_level(zone, true, ask);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().kind, ErrorKind::kConflict);
  EXPECT_EQ(other.error().retry_after, Seconds(2));
  env.advance(Seconds(1));
  EXPECT_TRUE(client.set_zone_level(zone, true, ask));
}

TEST_F(ClientWorld, bad_pairs_are_invalid) {
  const auto other = support::make_self_signed({.common_name = "other"});
  const auto ca = support::make_ca();
  const std::pair<std::string, std::string> pairs[] = {{"garbage", leaf.key_pem},
                                                       {ca.certificate_pem, ca.key_pem},
                                                       {leaf.certificate_pem, other.key_pem},
                                                       {leaf.certificate_pem, "garbage"}};
  for (const auto& [certificate, key] : pairs) {
    const auto refused = client.upload_certificate(zone, certificate, SecretString(key), ask);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::kInvalid) << describe(refused.error());
  }
  EXPECT_TRUE(client.list_certificates(zone, ask)->empty());
}

TEST_F(ClientWorld, a_setting_that_the_plan_forbids_says_so) {
  service.world().change([&](worlds::CloudflareState& state, const worlds::Moment&) {
    state.zones[zone].tls_client_auth.editable = false;
  });
  EXPECT_FALSE(client.setting(zone, "tls_client_auth", ask)->editable);
  const auto refused = client.set_setting(zone, "tls_client_auth", "on", ask);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, 1057);
}

TEST_F(ClientWorld, a_token_without_a_permission_is_told_which) {
  const std::string reader = kToken + "-reader";
  service.world().add_token(reader, {"zone-read", "ssl-read"});
  Client weak = client_of(reader);
  ASSERT_TRUE(*weak.zone_by_name("example.com", ask));
  ASSERT_TRUE(weak.list_certificates(zone, ask));
  const auto write = weak.set_zone_level(zone, true, ask);
  ASSERT_FALSE(write);
  EXPECT_EQ(write.error().kind, ErrorKind::kDenied);
  EXPECT_THAT(write.error().message, testing::HasSubstr("SSL and Certificates Write"));
  const auto setting = weak.setting(zone, "ssl", ask);
  ASSERT_FALSE(setting);
  EXPECT_THAT(setting.error().message, testing::HasSubstr("Zone Settings Read"));
  EXPECT_TRUE(weak.list_certificates(zone, ask)) << "one missing permission silenced the whole token";
}

TEST_F(ClientWorld, a_token_that_nobody_knows_is_asked_for_rarely) {
  Client stranger = client_of("Stranger_uIoP-asDFghJKlzXCvbNM1234567890");
  for (int second = 0; second < 600; ++second) {
    EXPECT_EQ(stranger.zone_by_name("example.com", ask).error().kind, ErrorKind::kDenied);
    env.advance(Seconds(1));
  }
  EXPECT_LE(service.log().calls().size(), 8U);
  EXPECT_GE(service.log().calls().size(), 6U);
}

TEST_F(ClientWorld, a_malformed_zone_id_is_no_zone) {
  EXPECT_EQ(*client.zone_by_id("example.com", ask), std::nullopt);
  EXPECT_EQ(*client.zone_by_id("00000000000000000000000000000000", ask), std::nullopt);
}

TEST_F(ClientWorld, the_clients_own_budget_keeps_below_cloudflares) {
  int throttled_by_us = 0;
  for (int i = 0; i < 1'500; ++i) {
    const auto read = client.zone_level_enabled(zone, ask);
    if (read) continue;
    ASSERT_EQ(read.error().kind, ErrorKind::kRateLimited);
    EXPECT_EQ(read.error().http_status, 0) << "Cloudflare had to say it";
    ++throttled_by_us;
  }
  EXPECT_EQ(throttled_by_us, 900);
}

}  // namespace
}  // namespace originpull::cloudflare
