// SPDX-License-Identifier: Apache-2.0
// Credentials that live in files: when they are read again, what a change causes, and that a broken file breaks nothing
// that works. Method: a temporary folder, a Network that keeps what was opened, and an Env whose time the test moves.
#include "kube/cluster_access.hpp"

#include <gtest/gtest.h>

#include "kube/log_lines.hpp"
#include "kube/temp_folder.hpp"
#include "support/fake_transport.hpp"
#include "support/jump_env.hpp"

namespace originpull::kube {
namespace {

class Access : public ::testing::Test {
 protected:
  Access() {
    config_.source = "the test";
    config_.server = "https://api";
    config_.ca.file = folder_.write("ca", "CA-1");
    config_.token.file = folder_.write("token", " t-1\n");
  }
  std::string token(Lane lane = Lane::kUnary) {
    auto way = access().way(lane);
    return way ? std::string(way->bearer.reveal()) : describe(way.error());
  }
  ClusterAccess& access() {
    if (!access_) access_.emplace(env_, network_, std::move(config_), Log(lines_));
    return *access_;
  }
  TempFolder folder_;
  support::JumpEnv env_;
  LogLines lines_;
  ClusterConfig config_;
  support::FakeNetwork network_{std::make_shared<support::FakeTransport>(env_)};
  std::optional<ClusterAccess> access_;
};

TEST_F(Access, the_token_is_read_again_each_minute_and_trimmed) {
  EXPECT_EQ(token(), "t-1");
  folder_.write("token", "t-2\n");
  env_.advance(Duration(59'999));
  EXPECT_EQ(token(), "t-1");
  env_.advance(Duration(1));
  EXPECT_EQ(token(), "t-2");
  EXPECT_EQ(network_.opened().size(), 1U);
}

TEST_F(Access, a_401_reads_the_files_again_at_once_and_only_once) {
  const auto way = access().way(Lane::kUnary);
  folder_.write("token", "t-2");
  access().unauthorized(way->reading);
  EXPECT_EQ(token(), "t-2");
  folder_.write("token", "t-3");
  access().unauthorized(way->reading);  // a late answer to the old token
  EXPECT_EQ(token(), "t-2");
}

TEST_F(Access, each_lane_has_a_transport_of_its_own_that_is_kept) {
  for (const Lane lane : {Lane::kUnary, Lane::kWatch, Lane::kLease, Lane::kUnary, Lane::kWatch, Lane::kLease})
    token(lane);
  EXPECT_EQ(network_.opened().size(), 3U);
}

TEST_F(Access, a_new_ca_means_new_transports) {
  token();
  network_.use(std::make_shared<support::FakeTransport>(env_));
  const auto before = access().way(Lane::kUnary)->transport;
  folder_.write("ca", "CA-2");
  env_.advance(ClusterAccess::kReadAgain);
  const auto after = access().way(Lane::kUnary)->transport;
  EXPECT_NE(before, after);
  ASSERT_EQ(network_.opened().size(), 2U);
  EXPECT_EQ(network_.opened()[0].ca_pem, "CA-1");
  EXPECT_EQ(network_.opened()[1].ca_pem, "CA-2");
}

TEST_F(Access, a_new_client_certificate_means_new_transports) {
  config_.client_certificate.file = folder_.write("cert", "CERT-1");
  config_.client_key.file = folder_.write("key", "KEY-1");
  token();
  folder_.write("cert", "CERT-2");
  folder_.write("key", "KEY-2");
  env_.advance(ClusterAccess::kReadAgain);
  token();
  ASSERT_EQ(network_.opened().size(), 2U);
  EXPECT_EQ(network_.opened()[1].certificate_pem, "CERT-2");
  EXPECT_EQ(network_.opened()[1].key_pem, "KEY-2");
}

TEST_F(Access, a_file_that_is_gone_or_empty_keeps_what_was_read_and_is_told) {
  token();
  folder_.remove("token");
  folder_.write("ca", "\n");
  env_.advance(ClusterAccess::kReadAgain);
  EXPECT_EQ(token(), "t-1");
  EXPECT_EQ(network_.opened().size(), 1U);
  EXPECT_EQ(lines_.warnings(), 2U);
  EXPECT_FALSE(lines_.has("t-1"));
}

TEST_F(Access, a_file_that_was_never_there_is_an_error_that_names_it) {
  folder_.remove("token");
  const auto way = access().way(Lane::kUnary);
  ASSERT_FALSE(way);
  EXPECT_EQ(way.error().kind, ErrorKind::kInvalid);
  EXPECT_NE(describe(way.error()).find("/token"), std::string::npos);
}

TEST_F(Access, fixed_material_needs_no_file) {
  config_.ca = {.text = "CA"};
  config_.token = {.text = SecretString("fixed")};
  config_.tls_server_name = "kubernetes";
  EXPECT_EQ(token(), "fixed");
  EXPECT_EQ(network_.opened()[0].ca_pem, "CA");
  EXPECT_EQ(network_.opened()[0].server_name, "kubernetes");
}

TEST_F(Access, a_transport_that_cannot_be_opened_is_tried_again_next_time) {
  network_.fail_next({.kind = ErrorKind::kInvalid, .attempted = "open", .message = "bad CA"});
  EXPECT_FALSE(access().way(Lane::kUnary));
  EXPECT_TRUE(access().way(Lane::kUnary));
}

}  // namespace
}  // namespace originpull::kube
