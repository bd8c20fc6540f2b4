// SPDX-License-Identifier: Apache-2.0
#pragma once
// A fixture with crds/ applied to a real API server, and the few words that the tests of the type need: a
// resource from a patch, asking the server about it, the schema as the server gives it back. All by kubectl, as
// a user would, so what the tests see is what a user sees. One thread; a step that must work and does not ends
// the test with kubectl's words.
#include "cluster/with_cluster.hpp"
#include "support/crd_cases.hpp"
#include "support/poll_until.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace originpull::e2e {

inline std::string source_path(const std::string& path) { return std::string(ORIGINPULL_SOURCE_DIR) + "/" + path; }

class WithCrd : public cluster::WithCluster {
 protected:
  using Json = nlohmann::json;

  void SetUp() override {
    WithCluster::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    must({"apply", "-k", source_path("crds")});
    must({"wait", "--for=condition=Established", "--timeout=30s", "crd/originpullconfigs.originpull.dev"});
    // Established a moment before the API is served everywhere; a read tells when it is.
    ASSERT_TRUE(support::poll_until(std::chrono::seconds(20),
                                    [&] { return cluster().kubectl({"get", "originpullconfigs"}).exit == 0; }));
  }

  // kubectl's standard output; a failure is the test's.
  std::string must(std::vector<std::string> args, std::string input = {}) {
    const auto done = cluster().kubectl(args, std::move(input));
    if (done.exit != 0) throw std::runtime_error("kubectl " + args.front() + " failed: " + done.err);
    return done.out;
  }

  static Json resource(const std::string& name, const std::string& patch) {
    Json spec = Json::parse(support::kValidSpec);
    spec.merge_patch(Json::parse(patch));
    return Json{{"apiVersion", "originpull.dev/v1alpha1"},
                {"kind", "OriginPullConfig"},
                {"metadata", {{"name", name}, {"namespace", "default"}}},
                {"spec", spec}};
  }

  // The server's verdict on creating it, without creating it.
  support::Finished try_to_create(const Json& object) {
    return cluster().kubectl({"create", "--dry-run=server", "--validate=strict", "-f", "-"}, object.dump());
  }

  Json create(const Json& object) { return Json::parse(must({"create", "-o", "json", "-f", "-"}, object.dump())); }

  // The server's verdict on changing an existing one to this; with `keep`, the change is made.
  support::Finished replace_spec(const std::string& name, const Json& spec, bool keep = false) {
    auto live = Json::parse(must({"get", "originpullconfig", name, "-o", "json"}));
    live["spec"] = spec;
    std::vector<std::string> args = {"replace", "-f", "-"};
    if (!keep) args.emplace_back("--dry-run=server");
    return cluster().kubectl(args, live.dump());
  }

  support::Finished patch_status(const std::string& name, const Json& patch, bool keep = false) {
    std::vector<std::string> args = {"patch",
                                     "originpullconfig",
                                     name,
                                     "--subresource=status",
                                     "--type=merge",
                                     "-p",
                                     Json{{"status", patch}}.dump()};
    if (!keep) args.emplace_back("--dry-run=server");
    return cluster().kubectl(args);
  }

  Json version_of_crd() {
    const auto crd = Json::parse(must({"get", "crd", "originpullconfigs.originpull.dev", "-o", "json"}));
    return crd.at("spec").at("versions").at(0);
  }
};

}  // namespace originpull::e2e
