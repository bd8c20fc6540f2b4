// SPDX-License-Identifier: Apache-2.0
// The status words of Cloudflare's certificates: each known word survives the way in and out, and an unknown one
// stays open.
#include "cloudflare/types.hpp"

#include <gtest/gtest.h>

namespace originpull::cloudflare {
namespace {

TEST(CertificateStatus, every_word_of_the_specification_is_known) {
  const std::pair<std::string_view, CertificateStatus> words[] = {
      {"initializing", CertificateStatus::kInitializing},
      {"pending_deployment", CertificateStatus::kPendingDeployment},
      {"active", CertificateStatus::kActive},
      {"pending_deletion", CertificateStatus::kPendingDeletion},
      {"deleted", CertificateStatus::kDeleted},
      {"deployment_timed_out", CertificateStatus::kDeploymentTimedOut},
      {"deletion_timed_out", CertificateStatus::kDeletionTimedOut},
  };
  for (const auto& [word, status] : words) {
    EXPECT_EQ(certificate_status(word), status) << word;
    EXPECT_EQ(to_string(status), word);
  }
}

TEST(CertificateStatus, a_word_that_is_new_is_unknown_and_never_taken_for_deleted) {
  for (const std::string_view word : {"", "deleting", "ACTIVE", "active ", "pending_review"}) {
    EXPECT_EQ(certificate_status(word), CertificateStatus::kUnknown) << word;
  }
}

}  // namespace
}  // namespace originpull::cloudflare
