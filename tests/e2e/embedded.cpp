// SPDX-License-Identifier: Apache-2.0
#include "e2e/embedded.hpp"

#include "base/base64.hpp"
#include "support/poll_until.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

namespace originpull::e2e {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

std::string text_of(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string head_of(const std::string& kind, const std::string& name) {
  return "apiVersion: v1\nkind: " + kind + "\nmetadata: {name: " + name + ", namespace: edge}\n";
}

}  // namespace

EmbeddedOperator::EmbeddedOperator(fs::path home, fs::path kubectl)
    : home_(std::move(home)), kubectl_(std::move(kubectl)) {
  fs::create_directories(manifests());
}

void EmbeddedOperator::write(const std::string& file, const std::string& text) const {
  std::ofstream out(manifests() / file, std::ios::binary | std::ios::trunc);
  out << text;
  if (!out.flush()) throw std::runtime_error("cannot write " + file);
}

void EmbeddedOperator::remove(const std::string& file) const { fs::remove(manifests() / file); }

void EmbeddedOperator::write_token(const std::string& token) const {
  write("token.yaml", head_of("Secret", "cloudflare-api-token") + "stringData: {token: " + token + "}\n");
}

void EmbeddedOperator::write_secret(const Leaf& leaf) const {
  write("secret.yaml", head_of("Secret", "edge-client-tls") + "type: kubernetes.io/tls\ndata:\n  tls.crt: " +
                           encode_base64(leaf.certificate_pem) + "\n  tls.key: " + encode_base64(leaf.key_pem) + "\n");
}

void EmbeddedOperator::write_resource(const std::string& more_of_spec) const {
  std::string text =
      "apiVersion: originpull.dev/v1alpha1\nkind: OriginPullConfig\nmetadata: {name: zone, namespace: edge}\n"
      "spec:\n  zone: {name: example.com}\n  apiTokenSecretRef: {name: cloudflare-api-token}\n"
      "  certificate: {secretRef: {name: edge-client-tls}}\n";
  std::istringstream lines(more_of_spec);
  for (std::string line; std::getline(lines, line);) text += "  " + line + "\n";
  write("resource.yaml", text);
}

std::string EmbeddedOperator::log() const { return text_of(home_ / "operator.log"); }

void EmbeddedOperator::start(const std::string& cloudflare_base_url, const std::vector<std::string>& flags) {
  std::vector<std::string> argv = {ORIGIN_PULL_OPERATOR_PROGRAM,
                                   "run",
                                   "--embedded",
                                   "--manifests",
                                   manifests().string(),
                                   "--write-kubeconfig",
                                   kubeconfig().string(),
                                   "--listen",
                                   "off",
                                   "--log-format",
                                   "text",
                                   "--cloudflare-base-url",
                                   cloudflare_base_url};
  argv.insert(argv.end(), flags.begin(), flags.end());
  process_.reset();
  process_ = or_throw(support::Process::spawn({.argv = std::move(argv), .log = home_ / "operator.log"}));
  const bool leads = support::poll_until(
      seconds(40), [&] { return !process_->running() || log().find("leads now") != std::string::npos; });
  if (!leads || !process_->running()) throw std::runtime_error("the operator does not lead:\n" + log());
}

support::Command EmbeddedOperator::kubectl_command(std::vector<std::string> args, std::string input) const {
  args.insert(args.begin(), kubectl_.string());
  return {.argv = std::move(args),
          .env = {{"KUBECONFIG", kubeconfig().string()}, {"HOME", home_.string()}},
          .input = std::move(input)};
}

support::Finished EmbeddedOperator::try_kubectl(std::vector<std::string> args, std::string input) const {
  return support::run(kubectl_command(std::move(args), std::move(input)), seconds(60));
}

std::string EmbeddedOperator::kubectl(std::vector<std::string> args, std::string input) const {
  std::string words;
  for (const std::string& arg : args) words += " " + arg;
  const auto done = try_kubectl(std::move(args), std::move(input));
  if (done.exit != 0) throw std::runtime_error("kubectl" + words + ": " + done.out + done.err + "\n" + log());
  return done.out;
}

void Embedded::SetUp() {
  const auto found = cluster::real_parts();
  if (!found && cluster::real_parts_are_required()) FAIL() << describe(found.error());
  if (!found) GTEST_SKIP() << describe(found.error());
  parts_ = *found;
  std::string pattern = (fs::temp_directory_path() / "originpull-embedded-test-XXXXXX").string();
  ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
  home_ = pattern;
  operator_ = std::make_unique<EmbeddedOperator>(home_, parts_ / "kubectl");
}

void Embedded::TearDown() {
  operator_.reset();
  simulator_.reset();
  std::error_code ignored;
  if (!home_.empty()) fs::remove_all(home_, ignored);
}

Simulator& Embedded::simulator() {
  if (!simulator_) simulator_ = std::make_unique<Simulator>(SimulatorOptions(), home_ / "cloudflare-sim.log");
  return *simulator_;
}

Leaf Embedded::start_enabled(const std::string& more_of_spec) {
  const Leaf leaf = make_leaf("first");
  api().write_token();
  api().write_secret(leaf);
  api().write_resource(more_of_spec);
  api().start(simulator().base_url());
  api().kubectl({"wait", "--for=condition=Ready", "--timeout=40s", "opc/zone"});
  return leaf;
}

std::string Embedded::ready() {
  const std::string condition = "{.status.conditions[?(@.type==\"Ready\")]";
  return api().kubectl({"get", "opc", "zone", "-o", "jsonpath=" + condition + ".status} " + condition + ".reason}"});
}

::testing::AssertionResult Embedded::eventually(const std::string& what, const std::function<bool()>& holds) {
  if (support::poll_until(seconds(40), holds)) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "not within 40 s: " << what << "\n" << api().log();
}

}  // namespace originpull::e2e
