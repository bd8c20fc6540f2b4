// SPDX-License-Identifier: Apache-2.0
// Drift and a sick Cloudflare, end to end: what somebody else changes there is put right with a Warning, or reported
// and left alone where putting it right would be a fight; and an answer that is an error, a page or nothing at all
// changes nothing, is said, and is got over without help. Method: the simulator is told what a human does or how it
// goes wrong; the annotation originpull.dev/reconcile-at asks for a pass, so the interval (24h) is never what helps.
#include "e2e/installation.hpp"

#include <algorithm>

namespace originpull::e2e {
namespace {

using namespace std::chrono_literals;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kQuietly = "interval: 24h\nrotation: {soak: 1s}";

class Drift : public Installation {
 protected:
  // As the resource asks: this leaf at the edge, both switches on.
  bool is_right() {
    const SimZone zone = simulator().zone();
    return zone.presented == leaf_.fingerprint && zone.zone_level && zone.global_setting == "on";
  }
  bool warned_of_drift() {
    const auto all = events();
    return std::find(all.begin(), all.end(), "Warning DriftRepaired") != all.end();
  }
  // A pass over the resource has begun and ended since the call.
  void check_again() {
    touch();
    const auto asked = resource().metadata.annotations.at(std::string(api::kReconcileAtAnnotation));
    ASSERT_TRUE(eventually(30s, "the annotation is handled",
                           [&] { return resource().status.last_handled_reconcile_at == asked; }));
  }

  const Leaf leaf_ = make_leaf("edge");
};

TEST_F(Drift, a_flipped_switch_is_put_right_by_one_call_and_with_a_warning) {
  enable(leaf_, {.more = kQuietly});
  simulator().forget_calls();
  simulator().act(R"("do": "zone-level", "enabled": false)");
  check_again();
  EXPECT_TRUE(is_right());
  EXPECT_THAT(simulator().mutations_in_words(), ElementsAre("zone-level enabled=true"));
  EXPECT_TRUE(eventually(20s, "a Warning tells of it", [&] { return warned_of_drift(); }));

  simulator().forget_calls();
  simulator().act(R"("do": "setting", "name": "tls_client_auth", "value": "off")");
  check_again();
  EXPECT_TRUE(is_right());
  EXPECT_THAT(simulator().mutations_in_words(), ElementsAre(R"(global value="on")"));
  EXPECT_TRUE(is_ready());
}

TEST_F(Drift, a_deleted_certificate_is_uploaded_again_with_a_warning) {
  enable(leaf_, {.more = kQuietly});
  simulator().forget_calls();
  simulator().act("\"do\": \"delete\", \"fingerprint\": \"" + leaf_.fingerprint + "\"");
  touch();
  // The edge presents it until its deletion is done, so what is right at first says nothing.
  ASSERT_TRUE(eventually(60s, "an upload", [&] { return !simulator().mutations_in_words().empty(); }));
  ASSERT_TRUE(eventually(60s, "the edge presents it again", [&] { return is_right() && is_ready(); }));
  EXPECT_THAT(simulator().mutations_in_words(), ElementsAre("upload")) << "the switches stayed on";
  EXPECT_TRUE(eventually(20s, "a Warning tells of it", [&] { return warned_of_drift(); }));
  EXPECT_EQ(simulator().zone().live().size(), 1U);
}

TEST_F(Drift, what_somebody_else_uploads_is_reported_and_never_touched) {
  enable(leaf_, {.more = kQuietly});
  simulator().forget_calls();
  const std::string foreign = simulator().act(R"("do": "upload")");
  touch();
  ASSERT_TRUE(eventually(30s, "it is reported", [&] { return condition("Stalled") == "True ForeignCertificate"; }));
  EXPECT_EQ(condition("CertificateDeployed"), "False ForeignCertificate");
  const auto live = simulator().zone().live();
  EXPECT_TRUE(std::any_of(live.begin(), live.end(),
                          [&](const auto& one) {
                            return one.fingerprint == foreign && message("Ready").find(one.id) != std::string::npos;
                          }))
      << "the message names it: " << message("Ready");
  EXPECT_THAT(simulator().mutations_in_words(), IsEmpty());

  // A person deletes it (when it is deployed: Cloudflare refuses before), and all is well without another word.
  ASSERT_TRUE(eventually(10s, "it is deployed", [&] { return simulator().zone().presented == foreign; }));
  simulator().act("\"do\": \"delete\", \"fingerprint\": \"" + foreign + "\"");
  touch();
  EXPECT_TRUE(eventually(60s, "the resource is Ready", [&] { return is_ready() && is_right(); }));
  EXPECT_THAT(simulator().mutations_in_words(), IsEmpty());
}

TEST_F(Drift, a_foreign_certificate_stops_the_first_enablement_until_takeover_is_allowed) {
  install();
  const std::string foreign = simulator().act(R"("do": "upload")");
  apply_token();
  apply_secret(leaf_);
  apply_resource("zone", {.more = kQuietly});
  start_operator();
  ASSERT_TRUE(eventually(30s, "it is reported", [&] { return condition("Stalled") == "True ForeignCertificate"; }));
  EXPECT_THAT(simulator().mutations_in_words(), IsEmpty());

  apply_resource("zone", {.more = std::string(kQuietly) + "\ntakeover: Allow"});
  ASSERT_TRUE(eventually(60s, "the resource is Ready", [&] { return is_ready() && is_right(); }));
  EXPECT_THAT(simulator().zone().active(), ElementsAre(foreign, leaf_.fingerprint))
      << "what is not ours is not deleted";
  EXPECT_THAT(message("CertificateDeployed"), HasSubstr("Left alone"));
}

TEST_F(Drift, an_encryption_mode_lowered_later_is_reported_and_nothing_is_switched_off) {
  enable(leaf_, {.more = kQuietly});
  simulator().forget_calls();
  simulator().act(R"("do": "setting", "name": "ssl", "value": "flexible")");
  check_again();
  EXPECT_EQ(condition("Stalled"), "True EncryptionModeTooLow");
  EXPECT_EQ(condition("OriginPullEnabled"), "True Enabled");
  EXPECT_TRUE(simulator().zone().zone_level);
  EXPECT_EQ(simulator().zone().global_setting, "on");
  EXPECT_THAT(simulator().mutations_in_words(), IsEmpty());

  simulator().act(R"("do": "setting", "name": "ssl", "value": "strict")");
  check_again();
  EXPECT_TRUE(is_ready());
}

TEST_F(Drift, a_sick_cloudflare_changes_nothing_is_reported_and_got_over_without_help) {
  enable(leaf_, {.more = kQuietly});
  const struct {
    const char* name;
    const char* fault;
    const char* reason;
  } cases[] = {
      {"500", R"({"kind": "status", "status": 500, "count": 0})", "CloudflareUnavailable"},
      {"429", R"({"kind": "status", "status": 429, "count": 0, "headers": {"retry-after": "2"}})", "RateLimited"},
      {"HTML", R"({"kind": "html", "status": 200, "count": 0})", "CloudflareUnavailable"},
      {"half a JSON", R"({"kind": "truncated-json", "count": 0})", "CloudflareUnavailable"},
      {"no body", R"({"kind": "empty-body", "count": 0})", "CloudflareUnavailable"},
      {"null", R"({"kind": "null-body", "count": 0})", "CloudflareUnavailable"},
      {"a cut connection", R"({"kind": "close", "count": 0})", "CloudflareUnavailable"},
      {"nothing", R"({"kind": "hang", "count": 0})", "CloudflareUnavailable"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    simulator().fault(one.fault);
    simulator().forget_calls();
    simulator().act(R"("do": "zone-level", "enabled": false)");
    touch();
    // Being told to come back later is no news of the resource (a check that is put off says nothing).
    const bool says_nothing = std::string(one.reason) == "RateLimited";
    EXPECT_TRUE(eventually(60s, std::string("it is reported as ") + one.reason, [&] {
      return says_nothing ? !simulator().calls().empty()
                          : condition("Reconciling") == std::string("True ") + one.reason;
    }));
    EXPECT_FALSE(simulator().zone().zone_level) << "nothing was changed";
    simulator().no_more_faults();
    EXPECT_TRUE(eventually(120s, "the switch is put right", [&] { return is_right() && is_ready(); }));
    EXPECT_THAT(simulator().mutations_in_words(), ElementsAre("zone-level enabled=true"));
  }
  EXPECT_THAT(simulator().zone().active(), ElementsAre(leaf_.fingerprint));
}

TEST_F(Drift, an_upload_whose_answer_is_lost_or_senseless_is_not_sent_again) {
  install();
  apply_token();
  apply_secret(leaf_);
  const char* const faults[] = {
      R"({"kind": "close", "method": "POST", "executed": true})",
      R"({"kind": "html", "status": 502, "method": "POST", "executed": true})",
      R"({"kind": "empty-body", "method": "POST", "executed": true})",
  };
  Leaf next = leaf_;
  apply_resource("zone", {.more = kQuietly});
  start_operator();
  ASSERT_TRUE(eventually(60s, "the resource is Ready", [&] { return is_ready(); }));
  for (const char* fault : faults) {
    SCOPED_TRACE(fault);
    simulator().forget_calls();
    simulator().fault(fault);
    next = make_leaf("next");
    apply_secret(next);
    EXPECT_TRUE(eventually(60s, "the edge presents the new one and the old one is gone", [&] {
      const SimZone zone = simulator().zone();
      return zone.presented == next.fingerprint && zone.live().size() == 1 && is_ready();
    }));
    EXPECT_THAT(simulator().mutations_in_words(), ElementsAre("upload", "delete"));
  }
}

}  // namespace
}  // namespace originpull::e2e
