// SPDX-License-Identifier: Apache-2.0
// The status of OriginPullConfig on a real API server: it starts as "not seen yet", takes the whole of what the
// operator reports and remembers, bounds it, keeps what is written once, merges conditions by type, and fills the
// columns of `kubectl get`. Method: patches of the status subresource by kubectl, with server-side dry runs.
#include "e2e/simulated_crd.hpp"
#include "e2e/with_crd.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace originpull::e2e {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Json = nlohmann::json;

class CrdStatus : public WithCrd {
 protected:
  void SetUp() override {
    WithCrd::SetUp();
    if (!IsSkipped() && !HasFatalFailure()) create(resource("zone", "{}"));
  }
};

std::string hex(std::size_t digits, char digit) { return std::string(digits, digit); }

// Everything that product.md lists, at once.
Json whole_status() {
  auto status = Json::parse(R"({
    "observedGeneration": 3,
    "lastHandledReconcileAt": "2026-11-24T05:00:00Z",
    "zone": {"id": "023e105f4ecef8ad9ca31a8372d0c353", "name": "example.com"},
    "certificates": [{"id": "2458ce5a-0c35-4c7f-82c7-8e9487d3ff60", "role": "Desired", "intent": "Keep",
      "intentSince": "2026-11-24T04:00:00Z", "state": "active", "adopted": false, "notAfter": "2027-02-03T04:05:06Z",
      "activeSince": "2026-11-24T04:00:10Z"},
      {"role": "Superseded", "intent": "Delete", "adopted": true, "notAfter": "2026-12-03T04:05:06Z"}],
    "anchors": [{"notAfter": "2036-01-01T00:00:00Z", "pem": "-----BEGIN CERTIFICATE-----\n"}],
    "trustBundles": [{"kind": "Secret", "name": "origin-client-ca"}],
    "settings": {"zoneLevel": true, "globalSetting": "Enabled", "encryptionMode": "strict"},
    "original": {"zoneLevel": false, "globalSetting": "Disabled"},
    "probes": [{"name": "web", "asEdge": "Accepted", "withoutCertificate": "Refused",
                "withUnknownCertificate": "Inconclusive"}],
    "plan": ["enable zone-level AOP"],
    "conditions": [{"type": "Ready", "status": "True", "reason": "Ready", "message": "as asked",
                    "observedGeneration": 3, "lastTransitionTime": "2026-11-24T05:00:00Z"},
                   {"type": "OriginPullEnabled", "status": "False", "reason": "NotEnabled", "message": "not yet",
                    "observedGeneration": 3, "lastTransitionTime": "2026-11-24T05:00:00Z"}]
  })");
  status["certificates"][0]["fingerprintSHA256"] = hex(64, 'a');
  status["certificates"][0]["anchors"] = {hex(64, 'c')};
  status["certificates"][1]["fingerprintSHA256"] = hex(64, 'b');
  status["anchors"][0]["sha256"] = hex(64, 'c');
  status["trustBundles"][0]["sha256"] = hex(64, 'd');
  return status;
}

Json certificates(int count) {
  Json all = Json::array();
  for (int i = 0; i < count; ++i) {
    all.push_back(
        {{"fingerprintSHA256", hex(63, 'a') + std::to_string(i)}, {"role", "Superseded"}, {"intent", "Delete"}});
  }
  return all;
}

TEST_F(CrdStatus, takes_all_that_the_operator_reports_and_nothing_from_a_user) {
  const auto said = patch_status("zone", whole_status(), true);
  ASSERT_EQ(said.exit, 0) << said.err;
  const auto live = Json::parse(must({"get", "opc", "zone", "-o", "json"}));
  EXPECT_EQ(live.at("status"), whole_status());

  auto forged = resource("forged", "{}");
  forged["status"] = whole_status();
  EXPECT_EQ(create(forged).at("status"), Json::parse(R"({"observedGeneration": -1})"));
}

TEST_F(CrdStatus, each_bound_is_kept) {
  const auto before = Json::parse(must({"get", "opc", "zone", "-o", "json"}));
  for (const auto& one : support::refused_status_cases()) {
    SCOPED_TRACE(one.name);
    const auto said = patch_status("zone", Json::parse(one.patch));
    EXPECT_THAT(said.err, HasSubstr(one.refusal));
    auto after = before;
    after["status"].merge_patch(Json::parse(one.patch));
    EXPECT_EQ(simulated_words(after, &before, worlds::KubeScope::kStatus), words_of_kubectl(said.err));
  }
  EXPECT_EQ(patch_status("zone", {{"certificates", certificates(8)}}).exit, 0);
}

TEST_F(CrdStatus, what_is_written_once_stays) {
  ASSERT_EQ(patch_status("zone", {{"original", {{"zoneLevel", false}}}}, true).exit, 0);
  EXPECT_THAT(patch_status("zone", {{"original", {{"zoneLevel", true}}}}).err, HasSubstr("stays as it is"));
  ASSERT_EQ(patch_status("zone", {{"original", {{"globalSetting", "Enabled"}}}}, true).exit, 0)
      << "a part that was missing";
  EXPECT_THAT(patch_status("zone", {{"original", {{"globalSetting", "Disabled"}}}}).err, HasSubstr("stays as it is"));

  ASSERT_EQ(patch_status("zone", {{"zone", {{"id", hex(32, 'a')}}}}, true).exit, 0);
  EXPECT_THAT(patch_status("zone", {{"zone", {{"id", hex(32, 'b')}}}}).err,
              HasSubstr("pinned zone id cannot be changed"));
  EXPECT_EQ(patch_status("zone", {{"zone", {{"name", "example.com"}}}}).exit, 0);
}

TEST_F(CrdStatus, conditions_of_two_writers_are_kept_apart_by_type) {
  const auto apply = [&](const std::string& manager, const std::string& type) {
    const Json body = {{"apiVersion", "originpull.dev/v1alpha1"},
                       {"kind", "OriginPullConfig"},
                       {"metadata", {{"name", "zone"}}},
                       {"status",
                        {{"conditions",
                          {{{"type", type},
                            {"status", "True"},
                            {"reason", "Said"},
                            {"message", ""},
                            {"lastTransitionTime", "2026-11-24T05:00:00Z"}}}}}}};
    must({"apply", "--server-side", "--subresource=status", "--field-manager", manager, "-f", "-"}, body.dump());
  };
  apply("one", "Ready");
  apply("two", "Stalled");
  EXPECT_EQ(must({"get", "opc", "zone", "-o", "jsonpath={.status.conditions[*].type}"}), "Ready Stalled");
}

std::vector<std::string> words_of_line(const std::string& text, int line) {
  std::istringstream lines(text);
  std::string found;
  for (int i = 0; i <= line; ++i) std::getline(lines, found);
  std::istringstream words(found);
  return {std::istream_iterator<std::string>(words), {}};
}

TEST_F(CrdStatus, the_columns_show_the_zone_its_state_and_when_the_desired_certificate_expires) {
  const auto before = must({"get", "opc", "zone"});
  EXPECT_THAT(words_of_line(before, 0), ElementsAre("NAME", "ZONE", "ENABLED", "READY", "REASON", "EXPIRES", "AGE"));
  EXPECT_THAT(words_of_line(before, 1), ElementsAre("zone", "example.com", ::testing::_)) << "name, zone and age";

  auto status = whole_status();
  std::swap(status["certificates"][0], status["certificates"][1]);
  ASSERT_EQ(patch_status("zone", status, true).exit, 0);
  EXPECT_THAT(words_of_line(must({"get", "opc", "zone"}), 1),
              ElementsAre("zone", "example.com", "False", "True", "Ready", "2027-02-03T04:05:06Z", ::testing::_));

  create(resource("by-id", R"({"zone": {"name": null, "id": "023e105f4ecef8ad9ca31a8372d0c353"}})"));
  EXPECT_THAT(words_of_line(must({"get", "opc", "by-id"}), 1),
              ElementsAre("by-id", "023e105f4ecef8ad9ca31a8372d0c353", ::testing::_));
}

}  // namespace
}  // namespace originpull::e2e
