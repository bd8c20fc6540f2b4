// SPDX-License-Identifier: Apache-2.0
// The words of status.plan and the short names of certificates.
#include "plan/step.hpp"

#include <gtest/gtest.h>

#include "support/observed_builder.hpp"

namespace originpull::plan {
namespace {

using support::leaf;

TEST(Step, each_change_at_cloudflare_has_words) {
  EXPECT_EQ(describe(UploadCertificate{leaf(3)}), "upload certificate 33333333…");
  EXPECT_EQ(describe(DeleteCertificate{"id", leaf(4)}), "delete certificate 44444444…");
  EXPECT_EQ(describe(SetZoneLevel{true}), "enable zone-level AOP");
  EXPECT_EQ(describe(SetZoneLevel{false}), "disable zone-level AOP");
  EXPECT_EQ(describe(SetGlobalSetting{true}), "set the zone setting tls_client_auth to on");
  EXPECT_EQ(describe(SetGlobalSetting{false}), "set the zone setting tls_client_auth to off");
}

TEST(Step, an_announcement_in_the_ledger_is_no_change_at_cloudflare) {
  EXPECT_EQ(describe(WriteLedger{}), std::nullopt);
}

TEST(Step, a_certificate_is_named_by_its_first_eight_digits) {
  EXPECT_EQ(brief("0123456789abcdef"), "01234567…");
  EXPECT_EQ(brief("01234567"), "01234567");
  EXPECT_EQ(brief(""), "");
}

}  // namespace
}  // namespace originpull::plan
