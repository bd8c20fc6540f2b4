// SPDX-License-Identifier: Apache-2.0
// The rest of what can be wrong from the start (product.md section 8): the token, the zone, the settings that the
// zone's plan or the user's choice forbid. Each gets a condition with its reason and a message that names what is
// needed; nothing is changed at Cloudflare; and each is got over without a restart. Method: one installation, one
// wrong thing at a time.
#include "e2e/installation.hpp"

namespace originpull::e2e {
namespace {

using namespace std::chrono_literals;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kWeakToken = "e2e-token-that-may-only-read-0123456789";

class BadInput : public Installation {
 protected:
  void begin(const ResourceOptions& options = {}) {
    apply_token();
    apply_secret(leaf_);
    apply_resource("zone", options);
    start_operator();
  }
  testing::AssertionResult is_stalled(const std::string& reason) {
    return eventually(30s, "it is Stalled, " + reason, [&] { return condition("Stalled") == "True " + reason; });
  }
  testing::AssertionResult recovers() {
    return eventually(90s, "the resource is Ready", [&] { return is_ready(); });
  }

  const Leaf leaf_ = make_leaf("edge");
};

TEST_F(BadInput, a_bad_token_is_named_and_a_good_one_recovers) {
  install({.tokens = {kToken, std::string(kWeakToken) + ":zone-read,ssl-read,settings-read"}});
  apply("{apiVersion: v1, kind: Secret, metadata: {name: cloudflare-api-token}, stringData: {wrong-key: x}}");
  apply_secret(leaf_);
  apply_resource("zone", {.more = "interval: 24h"});
  start_operator();
  EXPECT_TRUE(is_stalled("SecretKeyMissing"));
  apply_token("no token at all");
  EXPECT_TRUE(is_stalled("TokenInvalid"));
  apply_token("e2e-token-that-nobody-has-ever-made-01234");
  EXPECT_TRUE(eventually(30s, "a token that Cloudflare does not know is refused", [&] {
    const auto stalled = condition("Stalled");
    return stalled == "True PermissionDenied" || (stalled == "True TokenInvalid" && !simulator().calls().empty());
  }));
  apply_token(kWeakToken);
  EXPECT_TRUE(eventually(30s, "the permission that is lacking is named", [&] {
    return condition("Stalled") == "True PermissionDenied" && message("Ready").find("SSL") != std::string::npos;
  })) << message("Ready");
  const SimZone zone = simulator().zone();
  EXPECT_THAT(zone.certificates, IsEmpty());
  EXPECT_FALSE(zone.zone_level);
  EXPECT_THAT(logs(), ::testing::Not(HasSubstr("e2e-token-"))) << "a token is in the log";

  apply_token(kToken);
  EXPECT_TRUE(recovers());
}

TEST_F(BadInput, a_zone_that_the_token_does_not_see_is_named_and_found_when_it_is_there) {
  install({.zones = {"another.example"}});
  begin({.more = "interval: 24h"});
  EXPECT_TRUE(is_stalled("ZoneNotFound"));
  EXPECT_THAT(message("Ready"), HasSubstr(kZone));
  EXPECT_THAT(simulator().mutations(), IsEmpty());
  simulator().add_zone(kZone);
  touch();
  EXPECT_TRUE(recovers());
}

TEST_F(BadInput, a_zone_whose_encryption_mode_is_too_low_is_not_enabled_before_it_is_raised) {
  install();
  simulator().act(R"("do": "setting", "name": "ssl", "value": "flexible")");
  begin({.more = "interval: 24h"});
  EXPECT_TRUE(is_stalled("EncryptionModeTooLow"));
  EXPECT_FALSE(simulator().zone().zone_level);
  EXPECT_EQ(simulator().zone().global_setting, "off");
  simulator().act(R"("do": "setting", "name": "ssl", "value": "full")");
  touch();
  EXPECT_TRUE(recovers());
}

TEST_F(BadInput, a_setting_that_the_plan_of_the_zone_withholds_is_said) {
  install();
  simulator().act(R"("do": "setting", "name": "tls_client_auth", "editable": false)");
  begin({.more = "interval: 24h"});
  EXPECT_TRUE(is_stalled("SettingNotEditable"));
  EXPECT_EQ(simulator().zone().global_setting, "off");
  apply_resource("zone", {.more = "interval: 24h\nglobalSetting: Unmanaged"});
  EXPECT_TRUE(recovers());
}

}  // namespace
}  // namespace originpull::e2e
