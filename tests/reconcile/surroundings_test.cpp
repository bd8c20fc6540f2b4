// SPDX-License-Identifier: Apache-2.0
// What a resource refers to, and which changes of it need a pass: those that a person makes, never our own status.
#include "reconcile/surroundings.hpp"

#include <gtest/gtest.h>

namespace originpull::reconcile {
namespace {

api::OriginPullConfig resource() {
  api::OriginPullConfig r;
  r.metadata.generation = 1;
  r.spec.token.name = "token";
  r.spec.certificate.secret_name = "tls";
  return r;
}

TEST(References, are_the_token_and_the_pair_in_the_namespace_of_the_resource) {
  const std::set<control::Key> both = references({"shop", "x"}, resource());
  EXPECT_EQ(both, (std::set<control::Key>{{"shop", "token"}, {"shop", "tls"}}));
}

TEST(References, are_the_token_alone_with_the_shared_certificate) {
  api::OriginPullConfig shared = resource();
  shared.spec.certificate.secret_name.reset();
  EXPECT_EQ(references({"shop", "x"}, shared), (std::set<control::Key>{{"shop", "token"}}));
}

TEST(Concerns, a_new_generation_an_annotation_and_a_deletion_need_a_pass) {
  const api::OriginPullConfig before = resource();
  api::OriginPullConfig edited = before, annotated = before, deleted = before;
  edited.metadata.generation = 2;
  annotated.metadata.annotations["originpull.dev/reconcile-at"] = "now";
  deleted.metadata.deleting = true;
  EXPECT_TRUE(concerns(before, edited));
  EXPECT_TRUE(concerns(before, annotated));
  EXPECT_TRUE(concerns(before, deleted));
}

TEST(Concerns, our_own_status_needs_none) {
  const api::OriginPullConfig before = resource();
  api::OriginPullConfig written = before;
  written.metadata.resource_version = "2";
  written.status.observed_generation = 1;
  EXPECT_FALSE(concerns(before, written));
}

}  // namespace
}  // namespace originpull::reconcile
