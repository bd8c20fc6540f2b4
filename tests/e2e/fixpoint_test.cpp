// SPDX-License-Identifier: Apache-2.0
// At rest nothing is written: over two and a half minutes with the shortest interval there are drift checks, and no
// other trace of the operator than its Lease. Method: the API server's own audit log counts each request of the
// ServiceAccount by verb and kind, the resourceVersions of all objects of the namespace are compared, and the
// simulator tells the calls of each check.
#include "base/rfc3339.hpp"
#include "e2e/installation.hpp"
#include "json/decoder.hpp"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

namespace originpull::e2e {
namespace {

using namespace std::chrono_literals;
using ::testing::AnyOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::IsEmpty;
using ::testing::Le;

constexpr const char* kAuditPolicy = R"({"apiVersion": "audit.k8s.io/v1", "kind": "Policy",
  "omitStages": ["RequestReceived"], "rules": [{"level": "Metadata"}]})";

class Fixpoint : public Installation {
 protected:
  void SetUp() override {
    Installation::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    std::ofstream(policy_) << kAuditPolicy;
    options_.api_server_flags = {"--audit-policy-file=" + policy_.string(), "--audit-log-path=" + audit_.string()};
  }
  void TearDown() override {
    Installation::TearDown();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  // "update leases" -> how often, of the operator's ServiceAccount since `from`.
  std::map<std::string, int> requests_since(Wall from) {
    std::map<std::string, int> counts;
    std::ifstream in(audit_);
    for (std::string line; std::getline(in, line);) {
      const auto seen = json::decode(line, [&](json::Decoder& d) {
        const bool ours = d.at("user").want<std::string>("username").ends_with(std::string(":") + kAccount);
        const auto at = or_throw(parse_rfc3339(d.need<std::string>("requestReceivedTimestamp")));
        if (ours && at >= from)
          ++counts[d.need<std::string>("verb") + " " + d.at("objectRef").want<std::string>("resource")];
        return true;
      });
      if (!seen) continue;  // the last line may be half written
    }
    return counts;
  }

  // "events/zone.17f" -> resourceVersion, of all that the namespace holds but the Lease.
  std::map<std::string, std::string> versions() {
    const auto listed =
        kubectl({"get", "originpullconfigs,secrets,configmaps,serviceaccounts,roles,rolebindings,events", "-o",
                 R"(jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.resourceVersion}{"\n"}{end})"});
    std::map<std::string, std::string> found;
    std::istringstream in(listed);
    for (std::string name, version; in >> name >> version;) found[name] = version;
    return found;
  }

  // The calls to Cloudflare, in groups that are far from each other in time: each is one drift check.
  static std::vector<int> checks(const std::vector<SimCall>& calls) {
    std::vector<int> sizes;
    Wall last{};
    for (const auto& call : calls) {
      if (sizes.empty() || call.at - last > 10s) sizes.push_back(0);
      ++sizes.back();
      last = call.at;
    }
    return sizes;
  }

  const std::filesystem::path folder_ = [] {
    std::string pattern = (std::filesystem::temp_directory_path() / "originpull-audit-XXXXXX").string();
    return std::filesystem::path(::mkdtemp(pattern.data()));
  }();
  const std::filesystem::path policy_ = folder_ / "policy.json";
  const std::filesystem::path audit_ = folder_ / "audit.log";
};

TEST_F(Fixpoint, at_rest_there_are_drift_checks_and_no_write_to_either_side) {
  enable(make_leaf("edge"), {.more = "interval: 1m\nrotation: {soak: 0s}"});
  // The Events of the enablement come a moment after it.
  std::map<std::string, std::string> before = versions();
  ASSERT_TRUE(eventually(60s, "the last Event is there", [&] {
    const auto last = std::exchange(before, versions());
    return last == before && throughout(3s, "quiet", [&] { return true; });
  }));
  simulator().forget_calls();
  const Wall from = wall();
  const std::string version = resource().metadata.resource_version;
  EXPECT_TRUE(throughout(150s, "the resource is Ready and as it was",
                         [&] { return is_ready() && resource().metadata.resource_version == version; }));

  EXPECT_THAT(simulator().mutations_in_words(), IsEmpty());
  const auto each_check = checks(simulator().calls());
  EXPECT_GE(each_check.size(), 2U);
  EXPECT_THAT(each_check, Each(Le(5))) << "GETs of one drift check";
  std::cout << "GETs of each drift check: " << ::testing::PrintToString(each_check) << "\n";
  EXPECT_EQ(versions(), before);
  for (const auto& [what, count] : requests_since(from)) {
    const std::string verb = what.substr(0, what.find(' '));
    const bool reads = verb == "get" || verb == "list" || verb == "watch";
    EXPECT_TRUE(reads || what == "update leases") << count << " times " << what;
    EXPECT_FALSE(what == "list secrets" || what == "list originpullconfigs") << "at rest nothing is listed again";
    RecordProperty(verb + "_" + what.substr(what.find(' ') + 1), count);
  }
  EXPECT_GT(requests_since(from)["update leases"], 10) << "or the audit log tells nothing";
}

}  // namespace
}  // namespace originpull::e2e
