// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Embedded` is the fixture of tests that need no cluster: the operator as a process with its own Kubernetes API
// (`run --embedded`), filled from a folder of the test's, and the real kubectl to look at it and to change it. The one
// idea is that the test does what a person at a terminal does and uses nothing but the kubeconfig that was promised.
// Each test has an operator of its own, gone with it. Owned by the test's thread. What must work and does not ends the
// test with an exception, which gtest reports. Where kubectl is not on the machine the test is skipped, or fails in CI.
#include "e2e/installation.hpp"
#include "support/process.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace originpull::e2e {

// The operator with its API, without gtest: for fixtures of other tests.
class EmbeddedOperator {
 public:
  // `home`: a folder of the caller's, for manifests, kubeconfig and log.
  EmbeddedOperator(std::filesystem::path home, std::filesystem::path kubectl);

  // Files of its folder, before or after the start.
  void write(const std::string& file, const std::string& text) const;
  void remove(const std::string& file) const;
  // What an enabled zone needs, as one file each: token.yaml, secret.yaml, resource.yaml, in the namespace "edge".
  void write_token(const std::string& token = kToken) const;
  void write_secret(const Leaf& leaf) const;
  void write_resource(const std::string& more_of_spec = {}) const;

  void start(const std::string& cloudflare_base_url, const std::vector<std::string>& flags = {});
  support::Process& process() { return *process_; }
  std::string log() const;
  std::filesystem::path kubeconfig() const { return home_ / "kubeconfig"; }
  std::filesystem::path manifests() const { return home_ / "manifests"; }

  support::Command kubectl_command(std::vector<std::string> args, std::string input = {}) const;
  support::Finished try_kubectl(std::vector<std::string> args, std::string input = {}) const;
  std::string kubectl(std::vector<std::string> args, std::string input = {}) const;  // its output, or an exception

 private:
  const std::filesystem::path home_;
  const std::filesystem::path kubectl_;
  std::optional<support::Process> process_;
};

class Embedded : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  EmbeddedOperator& api() { return *operator_; }
  Simulator& simulator();  // started when it is first asked for
  // Writes the manifests of an enabled zone and starts the operator with them.
  Leaf start_enabled(const std::string& more_of_spec = {});
  // "True Ready"
  std::string ready();
  ::testing::AssertionResult eventually(const std::string& what, const std::function<bool()>& holds);

  Leaf make_leaf(const std::string& common_name) { return leaf_of(support::issue_client(authority_, common_name)); }
  const std::filesystem::path& home() const { return home_; }
  const std::filesystem::path& parts() const { return parts_; }

 private:
  std::filesystem::path home_;
  std::filesystem::path parts_;
  support::Identity authority_ = support::make_ca("edge client CA");
  std::unique_ptr<Simulator> simulator_;
  std::unique_ptr<EmbeddedOperator> operator_;
};

}  // namespace originpull::e2e
