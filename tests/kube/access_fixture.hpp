// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the tests of everything above ClusterAccess share: a scripted wire, an Env whose time jumps, and a Client that
// uses them with a fixed token. One FakeTransport serves all lanes, so the script shows the order of all calls. Owned
// by one test, used by one thread.
// A script that is not used up at the end of a test is a failure of that test.
#include <gtest/gtest.h>

#include <memory>

#include "kube/client.hpp"
#include "kube/log_lines.hpp"
#include "support/fake_transport.hpp"
#include "support/jump_env.hpp"

namespace originpull::kube {

class WithWire : public ::testing::Test {
 protected:
  WithWire() : client_(env_, access(), {}, Log(lines_)) {}
  void TearDown() override { EXPECT_TRUE(wire_->done()) << "the script was not used up"; }

  std::shared_ptr<ClusterAccess> access() {
    ClusterConfig config;
    config.source = "the test";
    config.server = "https://api";
    config.token.text = SecretString("the-token");
    return std::make_shared<ClusterAccess>(env_, network_, std::move(config), Log(lines_));
  }

  support::JumpEnv env_;
  LogLines lines_;
  std::shared_ptr<support::FakeTransport> wire_ = std::make_shared<support::FakeTransport>(env_);
  support::FakeNetwork network_{wire_};
  Client client_;
  std::stop_source stop_;
};

}  // namespace originpull::kube
