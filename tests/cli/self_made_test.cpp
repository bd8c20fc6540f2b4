// SPDX-License-Identifier: Apache-2.0
// The certificate that a server makes for itself: signed by the CA beside it, and for now.
#include "cli/self_made.hpp"

#include <gtest/gtest.h>

#include "pki/describe.hpp"

namespace originpull::cli {
namespace {

TEST(SelfMadeIdentity, is_signed_by_the_ca_beside_it_and_good_for_now) {
  const Wall now = Wall(Seconds(1'795'496'400));
  const auto made = make_server_identity("origin", {"example.com", "localhost", "10.0.0.1"}, now);
  ASSERT_TRUE(made) << describe(made.error());
  const auto ca = pki::describe_certificate(made->ca_pem);
  const auto leaf = pki::describe_certificate(made->server.certificate_pem);
  ASSERT_TRUE(ca && leaf);
  EXPECT_TRUE(ca->is_ca);
  EXPECT_EQ(leaf->issuer, ca->subject);
  EXPECT_LT(leaf->not_before, now);
  EXPECT_GT(leaf->not_after, now + Seconds(89 * 24 * 3600));
  EXPECT_TRUE(pki::key_matches(made->server.certificate_pem, made->server.key_pem.reveal()));
}

TEST(SelfMadeIdentity, is_not_made_for_a_name_that_is_none) {
  EXPECT_FALSE(make_server_identity("origin", {"a,b"}, Wall(Seconds(1'795'496'400))));
}

}  // namespace
}  // namespace originpull::cli
