// SPDX-License-Identifier: Apache-2.0
// `run --embedded`: the API that comes along, as people meet it with the real kubectl. Every command of the README's
// "Try it" and of the brief of day two is typed here, and what it prints is looked at; the folder on disk is edited as
// an editor would. Cloudflare is cloudflare-sim.
#include "e2e/embedded.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <fstream>
#include <regex>

#include "cli/manifest.hpp"
#include "cli/manifest_yaml.hpp"

namespace originpull::e2e {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

TEST_F(Embedded, a_folder_of_manifests_becomes_an_enabled_zone_that_kubectl_shows) {
  const Leaf leaf = start_enabled();
  EXPECT_EQ(simulator().zone().presented, leaf.fingerprint);
  EXPECT_TRUE(simulator().zone().zone_level);
  EXPECT_THAT(api().kubectl({"get", "opc"}),
              AllOf(HasSubstr("NAME"), HasSubstr("ZONE"), HasSubstr("EXPIRES"),
                    ::testing::ContainsRegex("zone +example.com +True +True +Ready +20[0-9-]+T")));
  EXPECT_THAT(api().kubectl({"get", "cloudflare", "-A"}), AllOf(HasSubstr("NAMESPACE"), HasSubstr("edge")));
  EXPECT_EQ(api().kubectl({"get", "opc/zone", "-o", "name"}), "originpullconfig.originpull.dev/zone\n");
  const std::string described = api().kubectl({"describe", "opc", "zone"});
  EXPECT_THAT(described, AllOf(HasSubstr("API Token Secret Ref"), ::testing::ContainsRegex("Reason: +Ready"),
                               HasSubstr("Events:")));
  EXPECT_THAT(described, Not(HasSubstr("Events:  <none>")));
  EXPECT_THAT(api().kubectl({"get", "events"}), AllOf(HasSubstr("originpullconfig/zone"), HasSubstr("Normal")));
  EXPECT_THAT(api().kubectl({"get", "lease"}), HasSubstr("origin-pull-operator"));
  EXPECT_THAT(api().kubectl({"get", "secrets"}), HasSubstr("kubernetes.io/tls"));
  EXPECT_THAT(api().kubectl({"get", "ns"}), HasSubstr("edge"));
  EXPECT_EQ(api().log().find("PRIVATE KEY"), std::string::npos);
  EXPECT_EQ(api().log().find(kToken), std::string::npos);
}

TEST_F(Embedded, the_greeting_names_the_kubeconfig_and_says_that_nothing_is_kept) {
  api().start(simulator().base_url());
  EXPECT_THAT(api().log(), AllOf(HasSubstr("export KUBECONFIG=" + api().kubeconfig().string() + "\n"),
                                 HasSubstr("https://127.0.0.1:"), HasSubstr("memory alone")));
}

TEST_F(Embedded, get_with_w_shows_each_change_as_it_happens) {
  start_enabled();
  auto watching = or_throw(support::Process::spawn(
      api().kubectl_command({"get", "opc", "-w", "-o", "custom-columns=N:.metadata.annotations.n"})));
  EXPECT_TRUE(eventually("the first line", [&] { return watching.out().find("<none>") != std::string::npos; }));
  for (const char* word : {"one", "two", "three"}) {
    api().kubectl({"annotate", "opc", "zone", "--overwrite", std::string("n=") + word});
    EXPECT_TRUE(eventually(word, [&] { return watching.out().find(word) != std::string::npos; }));
  }
  api().kubectl({"delete", "opc", "zone"});
  EXPECT_TRUE(watching.running());
}

TEST_F(Embedded, apply_edit_annotate_label_patch_and_delete_do_what_they_say) {
  start_enabled();
  const std::string manifest = R"(
apiVersion: originpull.dev/v1alpha1
kind: OriginPullConfig
metadata: {name: other, namespace: edge}
spec:
  zone: {name: example.org}
  apiTokenSecretRef: {name: cloudflare-api-token}
  certificate: {secretRef: {name: edge-client-tls}}
  mode: Suspend
  rotation: {soak: 1m}
)";
  const auto field = [&](const std::string& path) {
    return api().kubectl({"get", "opc", "other", "-o", "jsonpath={" + path + "}"});
  };
  EXPECT_THAT(api().kubectl({"apply", "-f", "-"}, manifest), HasSubstr("created"));
  EXPECT_EQ(field(".spec.enabled") + " " + field(".spec.interval"), "true 10m") << "defaults of the schema";
  EXPECT_THAT(api().kubectl({"apply", "-f", "-"}, manifest), HasSubstr("unchanged"));
  EXPECT_THAT(api().kubectl({"apply", "-f", "-"}, std::regex_replace(manifest, std::regex("soak: 1m"), "soak: 2m")),
              HasSubstr("configured"));
  EXPECT_EQ(field(".spec.rotation.soak"), "2m");
  EXPECT_EQ(field(".metadata.generation"), "2");
  EXPECT_THAT(api().kubectl({"diff", "-f", "-"}, std::regex_replace(manifest, std::regex("soak: 1m"), "soak: 2m")), "");
  EXPECT_THAT(api().kubectl({"annotate", "opc", "other", "a=b"}), HasSubstr("annotated"));
  EXPECT_THAT(api().kubectl({"label", "opc", "other", "l=m"}), HasSubstr("labeled"));
  EXPECT_THAT(api().kubectl({"get", "opc", "-l", "l=m", "-o", "name"}), HasSubstr("/other"));
  EXPECT_THAT(api().kubectl({"get", "opc", "-l", "l!=m", "-o", "name"}), Not(HasSubstr("/other")));
  EXPECT_THAT(api().kubectl({"patch", "opc", "other", "--type=merge", "-p", R"({"spec":{"rotation":{"soak":"3m"}}})"}),
              HasSubstr("patched"));
  EXPECT_EQ(field(".spec.rotation.soak"), "3m");
  EXPECT_THAT(api().kubectl({"patch", "opc", "other", "--type=json", "-p",
                             R"([{"op":"replace","path":"/spec/rotation/soak","value":"4m"}])"}),
              HasSubstr("patched"));
  const auto editor = home() / "editor";
  std::ofstream(editor) << "#!/bin/sh\nsed -i 's/soak: 4m/soak: 5m/' \"$1\"\n";
  std::filesystem::permissions(editor, std::filesystem::perms::owner_all);
  support::Command edit = api().kubectl_command({"edit", "opc", "other"});
  edit.env["EDITOR"] = edit.env["KUBE_EDITOR"] = editor.string();
  const auto edited = support::run(edit, seconds(30));
  EXPECT_THAT(edited.out + edited.err, HasSubstr("edited"));
  EXPECT_EQ(field(".spec.rotation.soak"), "5m");
  EXPECT_THAT(api().kubectl({"delete", "opc", "other"}), HasSubstr("deleted"));
  EXPECT_THAT(api().try_kubectl({"get", "opc", "other"}).err, HasSubstr("NotFound"));
}

TEST_F(Embedded, explain_and_api_resources_know_the_type) {
  api().start(simulator().base_url());
  EXPECT_THAT(api().kubectl({"api-resources"}),
              AllOf(HasSubstr("originpullconfigs"), HasSubstr("opc"), HasSubstr("secrets")));
  EXPECT_THAT(api().kubectl({"explain", "opc.spec.rotation"}),
              AllOf(HasSubstr("soak"), HasSubstr("trustPropagation"), HasSubstr("originpull.dev")));
  EXPECT_THAT(api().kubectl({"explain", "secret.type"}), HasSubstr("FIELD: type"));
  EXPECT_THAT(api().kubectl({"get", "crd"}), HasSubstr("originpullconfigs.originpull.dev"));
  EXPECT_THAT(api().kubectl({"version", "-o", "json"}), HasSubstr("serverVersion"));
}

TEST_F(Embedded, changes_on_disk_are_followed_and_a_rotation_runs) {
  const Leaf first = start_enabled("rotation: {soak: 1s}");
  const Leaf second = make_leaf("second");
  api().write_secret(second);
  EXPECT_TRUE(eventually("the rotation", [&] {
    const auto zone = simulator().zone();
    return zone.presented == second.fingerprint && zone.live().size() == 1;
  }));
  EXPECT_TRUE(eventually("the end of the rotation", [&] { return ready() == "True Ready"; }));
  api().write("resource.yaml", "apiVersion: originpull.dev/v1alpha1\nkind: OriginPullConfig\nmetadata: [");
  EXPECT_TRUE(eventually("the complaint", [&] { return api().log().find("resource.yaml:") != std::string::npos; }));
  EXPECT_EQ(ready(), "True Ready") << "a broken file changes nothing";
  api().write_resource("rotation: {soak: 7s}");
  EXPECT_TRUE(eventually("the edit", [&] {
    return api().kubectl({"get", "opc", "zone", "-o", "jsonpath={.spec.rotation.soak}"}) == "7s";
  }));
  api().remove("resource.yaml");
  EXPECT_TRUE(eventually("the deletion", [&] { return api().try_kubectl({"get", "opc", "zone"}).exit != 0; }));
}

TEST_F(Embedded, a_folder_with_a_fault_is_no_start_and_the_sentence_says_where) {
  api().write("a.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n---\nkind: Secret\n");
  const auto run = [&](const std::string& folder) {
    return support::run({.argv = {ORIGIN_PULL_OPERATOR_PROGRAM, "run", "--embedded", "-f", folder}}, seconds(20));
  };
  const auto broken = run(api().manifests().string());
  EXPECT_EQ(broken.exit, 1);
  EXPECT_THAT(broken.err, HasSubstr("a.yaml:5: apiVersion is missing"));
  const auto nowhere = run((home() / "nowhere").string());
  EXPECT_EQ(nowhere.exit, 1);
  EXPECT_THAT(nowhere.err, HasSubstr("nowhere"));
  api().write("a.yaml", "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}\n");
  EXPECT_THAT(run(api().manifests().string()).err, HasSubstr("a.yaml:1: the embedded API serves no Widget"));
}

TEST_F(Embedded, whoever_has_not_the_token_gets_nothing) {
  start_enabled();
  const auto stranger = api().try_kubectl({"get", "secrets", "--token=wrong"});
  EXPECT_NE(stranger.exit, 0);
  EXPECT_THAT(stranger.err, AnyOf(HasSubstr("Unauthorized"), HasSubstr("logged in")));
  EXPECT_THAT(stranger.out, Not(HasSubstr("edge-client-tls")));
}

TEST_F(Embedded, it_ends_within_5_seconds_with_watches_open_and_takes_its_kubeconfig_along) {
  start_enabled();
  auto watching = or_throw(support::Process::spawn(api().kubectl_command({"get", "opc", "-w"})));
  EXPECT_TRUE(eventually("the watch", [&] { return watching.out().find("zone") != std::string::npos; }));
  const auto ended = api().process().stop(seconds(6));
  EXPECT_EQ(ended.signal, 0) << "it had to be killed";
  EXPECT_EQ(ended.code, 0);
  EXPECT_FALSE(std::filesystem::exists(api().kubeconfig()));
}

TEST_F(Embedded, yaml_means_what_kubectl_takes_it_for) {
  const std::string text = R"(apiVersion: x.example/v1
kind: Any
metadata: {name: a}
spec:
  booleans: [y, Y, yes, Yes, on, On, n, no, off, true, True, TRUE, yEs]
  nothing: [~, null, Null, NULL, ]
  empty:
  whole: [1, -1, +1, 0x1F, 010, 0o10, 0b11, -0b11, 1_000, 9223372036854775807, 1:30, 190:20:30, 08]
  fractions: [1.5, 1., .5, 1e3, 1E3, +1.5, 1.0, 1e21, 0.1, 1_0.5, 6.02e23, 123456789012345678901234567890]
  texts: ["yes", '1', "", !!str 1, !!str yes, 2001-01-01, 2001-12-14t21:59:43.10-05:00, "a\x41\u00e9", 0x, 1e, +, -, .]
  keys: {1: a, yes: b, 1.5: c, "q": e, 'on': f}
  anchors:
    base: &b {x: 1, y1: 2}
    derived:
      <<: *b
      y1: 3
    two:
      <<: [*b, {z: 1, x: 9}]
  block: |
    line
      two
  folded: >-
    a
    b
  binary: !!binary aGk=
)";
  const auto theirs = api().try_kubectl({"annotate", "--local", "-f", "-", "x-", "-o", "json"}, text);
  ASSERT_EQ(theirs.exit, 0) << theirs.err;
  const auto ours = cli::documents_of(text, "a.yaml");
  ASSERT_TRUE(ours) << describe(ours.error());
  EXPECT_EQ(json::parse(ours->front().json)["spec"], json::parse(theirs.out)["spec"]);
}

}  // namespace
}  // namespace originpull::e2e
