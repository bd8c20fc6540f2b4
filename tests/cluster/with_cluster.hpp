// SPDX-License-Identifier: Apache-2.0
#pragma once
// The fixture of each test that needs the real Kubernetes API: `cluster()` is one of the test's own, started when it is
// first asked for and gone with the test. Where the real parts are not on the machine the test is reported as skipped,
// with what to do about it; with ORIGINPULL_REQUIRE_REAL_PARTS=1 (CI) that is a failure instead, so nothing is skipped
// unseen. If the cluster does not start, the test ends there: a test cannot go on without its subject.
#include "cluster/cluster.hpp"
#include "cluster/parts.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>

namespace originpull::cluster {

class WithCluster : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto parts = real_parts();
    if (parts) return;
    if (real_parts_are_required()) FAIL() << describe(parts.error());
    GTEST_SKIP() << describe(parts.error());
  }

  // gtest reports an exception as the test's failure, with its text.
  Cluster& cluster() {
    if (!cluster_) {
      auto started = Cluster::start(options_);
      if (!started) throw std::runtime_error(describe(started.error()));
      cluster_ = std::move(*started);
    }
    return *cluster_;
  }

  Options options_;  // a test may change them before it first asks for the cluster

 private:
  std::unique_ptr<Cluster> cluster_;
};

}  // namespace originpull::cluster
