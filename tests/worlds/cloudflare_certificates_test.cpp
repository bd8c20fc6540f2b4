// SPDX-License-Identifier: Apache-2.0
// The certificate endpoints of the simulated Cloudflare, rule by rule of what has been observed of the real service, on
// certificates made by the test.
#include "worlds/cloudflare_certificates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/decoder.hpp"
#include "pki/describe.hpp"
#include "support/test_pki.hpp"

namespace originpull::worlds {
namespace {

using support::Identity;
using testing::HasSubstr;
using testing::Not;

Moment at(int seconds) {
  return {.wall = Wall(Seconds(1'795'496'400 + seconds)), .instant = Instant(Seconds(seconds))};
}

std::string body_of(const std::string& certificate, const std::string& key) {
  return json::Writer().begin_object().field("certificate", certificate).field("private_key", key).end_object().take();
}

// The value of `key` in the result.
std::string result(const net::Served& answer, std::string_view key) {
  const auto text = json::decode(answer.body, [&](json::Decoder& d) { return d.at("result").want<std::string>(key); });
  return text ? *text : "(unreadable)";
}

std::int64_t code(const net::Served& answer) {
  std::int64_t first = 0;
  const auto read = json::decode(answer.body, [&](json::Decoder& d) {
    d.each("errors", [&](json::Decoder& error) { first = error.need<std::int64_t>("code"); });
    return 0;
  });
  return read ? first : -1;
}

class CertificatesTest : public testing::Test {
 protected:
  net::Served upload(const Identity& identity, int seconds = 0) {
    settle(zone, at(seconds));
    return upload_certificate(modes, zone, body_of(identity.certificate_pem, identity.key_pem),
                              "00000000-0000-4000-8000-00000000000" + std::to_string(++uploads), at(seconds));
  }
  net::Served remove(const std::string& id, int seconds) {
    settle(zone, at(seconds));
    return delete_certificate(modes, zone, id, at(seconds));
  }
  net::Served read(const std::string& id, int seconds) {
    settle(zone, at(seconds));
    return read_certificate(modes, zone, id);
  }
  std::string list(int seconds) {
    settle(zone, at(seconds));
    return list_certificates(modes, zone, at(seconds)).body;
  }

  CloudflareModes modes;
  SimZone zone{.id = "z", .name = "example.com"};
  int uploads = 0;
  Identity leaf = support::make_self_signed({.common_name = "edge", .serial = 42});
};

TEST_F(CertificatesTest, a_fresh_upload_is_deployed_after_its_time) {
  modes.initializing = Seconds(1);
  const auto made = upload(leaf);
  EXPECT_EQ(made.status, 200);
  const std::string id = result(made, "id");
  EXPECT_EQ(id.size(), 36U);
  EXPECT_EQ(result(made, "status"), "initializing");
  EXPECT_EQ(result(read(id, 1), "status"), "pending_deployment");
  EXPECT_EQ(result(read(id, 2), "status"), "pending_deployment");
  EXPECT_EQ(result(read(id, 3), "status"), "active");
}

TEST_F(CertificatesTest, the_object_describes_the_certificate_and_never_holds_the_key) {
  const auto made = upload(leaf);
  EXPECT_EQ(result(made, "serial_number"), "42");
  EXPECT_EQ(result(made, "signature"), "ECDSAWithSHA256");
  EXPECT_THAT(result(made, "issuer"), HasSubstr("edge"));
  EXPECT_EQ(result(made, "uploaded_on"), "2026-11-24T05:00:00.000000Z");
  EXPECT_NE(result(made, "certificate"), leaf.certificate_pem) << "the real echo differs in its final line break";
  EXPECT_EQ(pki::describe_certificate(result(made, "certificate"))->fingerprint,
            pki::describe_certificate(leaf.certificate_pem)->fingerprint);
  EXPECT_THAT(made.body, Not(HasSubstr("PRIVATE")));
  EXPECT_THAT(made.body, Not(HasSubstr("private_key")));
}

TEST_F(CertificatesTest, rsa_signatures_have_cloudflares_name) {
  const auto made = upload(support::make_self_signed({.key = {.type = support::KeyType::kRsa}}));
  EXPECT_EQ(result(made, "signature"), "SHA256WithRSA");
}

TEST_F(CertificatesTest, a_live_certificate_and_one_being_deleted_cannot_be_uploaded_again) {
  const std::string id = result(upload(leaf), "id");
  EXPECT_EQ(code(upload(leaf)), 1406);
  EXPECT_EQ(code(upload(leaf, 5)), 1406);
  Identity spaced = leaf;
  spaced.certificate_pem = "a comment\n" + leaf.certificate_pem + "\n\n";
  EXPECT_EQ(code(upload(spaced, 5)), 1406) << "it is the leaf that counts, not the text";
  ASSERT_EQ(remove(id, 10).status, 200);
  const auto dying = upload(leaf, 11);
  EXPECT_EQ(dying.status, 400);
  EXPECT_EQ(code(dying), 1406);
  const auto again = upload(leaf, 12);
  EXPECT_EQ(again.status, 200);
  EXPECT_NE(result(again, "id"), id);
}

TEST_F(CertificatesTest, a_resurrected_certificate_may_get_its_old_id_and_read_as_dying_first) {
  modes.reuse_ids = true;
  modes.resurrection = Seconds(1);
  const std::string id = result(upload(leaf), "id");
  remove(id, 5);
  const auto again = upload(leaf, 10);
  EXPECT_EQ(result(again, "id"), id);
  EXPECT_EQ(result(again, "status"), "pending_deletion");
  EXPECT_EQ(result(read(id, 11), "status"), "pending_deployment");
  EXPECT_EQ(result(read(id, 13), "status"), "active");
  EXPECT_EQ(zone.certificates.size(), 1U);
}

TEST_F(CertificatesTest, bad_uploads_are_refused_with_their_codes_and_leave_nothing) {
  const Identity ca = support::make_ca();
  const Identity other = support::make_self_signed({.common_name = "other"});
  const auto refusal = [&](const std::string& body) {
    return code(upload_certificate(modes, zone, body, "id", at(0)));
  };
  EXPECT_EQ(refusal(body_of("garbage", leaf.key_pem)), 1408);
  EXPECT_EQ(refusal(body_of(ca.certificate_pem, ca.key_pem)), 1412);
  EXPECT_EQ(refusal(body_of(leaf.certificate_pem, other.key_pem)), modes.mismatch_code);
  modes.mismatch_code = 2200;
  EXPECT_EQ(refusal(body_of(leaf.certificate_pem, other.key_pem)), 2200);
  EXPECT_EQ(refusal("{}"), 1400);
  EXPECT_EQ(refusal("not JSON"), 1400);
  EXPECT_TRUE(zone.certificates.empty());
}

TEST_F(CertificatesTest, what_the_real_one_accepts_is_accepted) {
  using support::KeyForm;
  EXPECT_EQ(upload(support::make_self_signed({.common_name = "sec1", .key = {.form = KeyForm::kTraditional}})).status,
            200);
  EXPECT_EQ(
      upload(support::make_self_signed(
                 {.common_name = "server", .dns_names = {"elsewhere.example"}, .extended_key_usage = "serverAuth"}))
          .status,
      200);
  const Identity expired =
      support::make_self_signed({.common_name = "old", .valid_from = Seconds(-7200), .valid_until = Seconds(-3600)});
  EXPECT_EQ(upload(expired, 2'000'000'000 - 1'795'496'400).status, 200);
  modes.accept_expired = false;
  zone.certificates.clear();
  EXPECT_EQ(upload(expired, 2'000'000'000 - 1'795'496'400).status, 400);
}

TEST_F(CertificatesTest, a_chain_is_taken_as_its_leaf_or_refused) {
  const Identity ca = support::make_ca();
  Identity chained = support::issue(support::issue_intermediate(ca, "between"), {.common_name = "leaf"});
  chained.certificate_pem = chained.bundle_pem();
  modes.chain = "refuse";
  EXPECT_EQ(code(upload(chained)), 1412);
  modes.chain = "leaf";
  const auto made = upload(chained);
  ASSERT_EQ(made.status, 200);
  EXPECT_EQ(pki::describe_certificates(result(made, "certificate"))->size(), 1U);
}

TEST_F(CertificatesTest, an_empty_list_is_null_or_an_array) {
  EXPECT_THAT(list(0), HasSubstr(R"("result":null)"));
  modes.empty_list_is_null = false;
  EXPECT_THAT(list(0), HasSubstr(R"("result":[])"));
}

TEST_F(CertificatesTest, a_list_lags_behind_uploads_while_a_read_by_id_does_not) {
  modes.list_lag = Seconds(5);
  const std::string id = result(upload(leaf), "id");
  EXPECT_EQ(read(id, 0).status, 200);
  EXPECT_THAT(list(4), Not(HasSubstr(id)));
  EXPECT_THAT(list(5), HasSubstr(id));
}

TEST_F(CertificatesTest, a_list_hides_tombstones_which_stay_readable_unless_told_otherwise) {
  const std::string id = result(upload(leaf), "id");
  remove(id, 5);
  EXPECT_THAT(list(5), Not(HasSubstr(id)));
  EXPECT_EQ(result(read(id, 5), "status"), "pending_deletion");
  EXPECT_EQ(result(read(id, 7), "status"), "deleted");
  modes.list_tombstones = true;
  EXPECT_THAT(list(7), HasSubstr(id));
  modes.tombstones = false;
  EXPECT_EQ(code(read(id, 7)), 1552);
}

TEST_F(CertificatesTest, deletion_waits_for_deployment_and_repeated_is_refused) {
  const std::string id = result(upload(leaf), "id");
  EXPECT_EQ(code(remove(id, 2)), 1434);
  EXPECT_EQ(result(remove(id, 3), "status"), "pending_deletion");
  const auto again = remove(id, 4);
  EXPECT_EQ(again.status, 400);
  EXPECT_THAT(again.body, HasSubstr("already deleted"));
  EXPECT_THAT(remove(id, 60).body, HasSubstr("already deleted"));
  const auto unknown = remove("nobody", 60);
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(code(unknown), 1552);
}

TEST_F(CertificatesTest, deployments_and_deletions_can_time_out_or_never_end) {
  modes.deploys_as = "deployment_timed_out";
  const std::string id = result(upload(leaf), "id");
  EXPECT_EQ(result(read(id, 3), "status"), "deployment_timed_out");
  EXPECT_EQ(presented(zone), "none");
  modes.deletes_as = "deletion_timed_out";
  EXPECT_EQ(result(remove(id, 4), "status"), "pending_deletion");
  EXPECT_EQ(result(read(id, 6), "status"), "deletion_timed_out");
  modes.deploys_as = "";
  const std::string stuck = result(upload(support::make_self_signed({.common_name = "stuck"}), 10), "id");
  EXPECT_EQ(result(read(stuck, 100'000), "status"), "pending_deployment");
}

}  // namespace
}  // namespace originpull::worlds
