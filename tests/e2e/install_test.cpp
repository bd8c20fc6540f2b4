// SPDX-License-Identifier: Apache-2.0
// Installing on a real API server, by Helm and by kustomize: what is rendered is valid to the server under every value
// set of the chart's ci/ folder, bad values are refused with a sentence, the type is the one of crds/ everywhere, pods
// fit the "restricted" Pod Security Standard, and the ServiceAccount may do what the operator needs and nothing more.
// Method: the real helm and kubectl, server-side dry runs, and `kubectl auth can-i` as the ServiceAccount.
#include "cli/options.hpp"
#include "cluster/with_cluster.hpp"

#include <gmock/gmock.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace originpull::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

const std::string kSource = ORIGINPULL_SOURCE_DIR;
const std::string kChart = kSource + "/charts/origin-pull-operator";
const std::string kCrdFile = "originpull.dev_originpullconfigs.yaml";

// What a ServiceMonitor may hold, as far as the chart uses it; the Prometheus operator's own type is 20,000 lines.
const char* const kServiceMonitorType = R"({
  "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
  "metadata": {"name": "servicemonitors.monitoring.coreos.com"},
  "spec": {"group": "monitoring.coreos.com", "scope": "Namespaced",
    "names": {"kind": "ServiceMonitor", "plural": "servicemonitors", "singular": "servicemonitor"},
    "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object",
      "required": ["spec"], "properties": {
       "spec": {"type": "object", "required": ["selector", "endpoints"], "properties": {
        "selector": {"type": "object", "properties": {
          "matchLabels": {"type": "object", "additionalProperties": {"type": "string"}}}},
        "endpoints": {"type": "array", "items": {"type": "object", "properties": {
          "port": {"type": "string"}, "path": {"type": "string"},
          "interval": {"type": "string", "pattern": "^([0-9]+(s|m|h))+$"},
          "scrapeTimeout": {"type": "string", "pattern": "^([0-9]+(s|m|h))+$"}}}}}}}}}}]}})";

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

class Install : public cluster::WithCluster {
 protected:
  std::string must(std::vector<std::string> args, std::string input = {}) {
    const auto done = cluster().kubectl(args, std::move(input));
    if (done.exit != 0) throw std::runtime_error("kubectl " + args.front() + " failed: " + done.err);
    return done.out;
  }

  support::Finished template_of(const std::vector<std::string>& options) {
    std::vector<std::string> args = {"template", "opo", kChart, "--namespace", "release"};
    args.insert(args.end(), options.begin(), options.end());
    return cluster().helm(args);
  }

  std::string rendered(const std::vector<std::string>& options) {
    const auto done = template_of(options);
    if (done.exit != 0) throw std::runtime_error("helm template failed: " + done.err);
    return done.out;
  }

  // The objects of a manifest as kubectl reads them, nothing added by a server.
  std::vector<Json> objects(const std::vector<std::string>& source, std::string manifest = {}) {
    std::vector<std::string> args = {"create", "--dry-run=client", "--validate=false", "-o", "json"};
    args.insert(args.end(), source.begin(), source.end());
    const auto read = must(args, std::move(manifest));
    // kubectl prints one object after the other, without a list around them.
    std::vector<Json> all;
    std::istringstream in(read);
    for (Json one; in >> std::ws && !in.eof() && in >> one;) {
      if (one.at("kind") == "List") {
        all.insert(all.end(), one.at("items").begin(), one.at("items").end());
      } else {
        all.push_back(one);
      }
    }
    return all;
  }

  void create_namespaces() {
    for (const char* name : {"release", "edge", "shop"}) must({"create", "namespace", name});
  }

  void create_service_monitor_type() {
    must({"create", "-f", "-"}, kServiceMonitorType);
    must({"wait", "--for=condition=Established", "--timeout=30s", "crd/servicemonitors.monitoring.coreos.com"});
  }

  // `what` as can-i takes it: a resource, a resource/name, or a resource with /status for the subresource.
  bool may(const std::string& account, const std::string& verb, std::string what, const std::string& name_space) {
    std::vector<std::string> args = {"auth", "can-i", verb};
    if (what.ends_with("/status")) {
      what.resize(what.size() - std::string("/status").size());
      args.emplace_back("--subresource=status");
    }
    args.insert(args.end(), {what, "-n", name_space, "--as", "system:serviceaccount:" + account});
    const auto said = cluster().kubectl(args);
    EXPECT_THAT(said.out, ::testing::AnyOf("yes\n", "no\n")) << said.err;
    return said.out == "yes\n";
  }

  struct Right {
    const char* verb;
    const char* what;
    const char* name_space;
    bool granted;
  };

  void expect_rights(const std::string& account, const std::vector<Right>& rights) {
    for (const auto& right : rights) {
      EXPECT_EQ(may(account, right.verb, right.what, right.name_space), right.granted)
          << right.verb << " " << right.what << " in " << right.name_space;
    }
  }
};

TEST_F(Install, helm_installs_keeps_the_type_on_uninstall_and_installs_again) {
  const std::vector<std::string> install = {"install", "opo", kChart, "--namespace", "release", "--create-namespace"};
  auto dry = install;
  dry.emplace_back("--dry-run=server");
  const auto tried = cluster().helm(dry);
  ASSERT_EQ(tried.exit, 0) << tried.err;
  EXPECT_THAT(tried.out, HasSubstr("kubectl -n release rollout status deployment/opo-origin-pull-operator"));
  EXPECT_NE(cluster().kubectl({"get", "originpullconfigs"}).exit, 0) << "a dry run changes nothing";

  const auto installed = cluster().helm(install);
  ASSERT_EQ(installed.exit, 0) << installed.err;
  EXPECT_EQ(must({"-n", "release", "get", "deployment", "-o", "name"}), "deployment.apps/opo-origin-pull-operator\n");

  const auto gone = cluster().helm({"uninstall", "opo", "--namespace", "release"});
  ASSERT_EQ(gone.exit, 0) << gone.err;
  EXPECT_EQ(must({"-n", "release", "get", "deployment,role,lease", "-o", "name"}), "");
  EXPECT_EQ(must({"get", "crd", "-o", "name"}),
            "customresourcedefinition.apiextensions.k8s.io/originpullconfigs.originpull.dev\n");

  const auto again = cluster().helm(install);
  EXPECT_EQ(again.exit, 0) << again.err;
}

TEST_F(Install, kubectl_apply_takes_both_kustomize_folders) {
  must({"apply", "-f",
        kSource + "/deploy/system-namespace/namespace.yaml"});  // a dry run cannot look into a namespace to come
  for (const std::string folder : {"/deploy", "/deploy/cluster-wide"}) {
    SCOPED_TRACE(folder);
    const auto tried = cluster().kubectl({"apply", "-k", kSource + folder, "--dry-run=server", "--validate=strict"});
    EXPECT_EQ(tried.exit, 0) << tried.err;
    EXPECT_THAT(tried.out, HasSubstr("deployment.apps/origin-pull-operator created (server dry run)"));
    EXPECT_THAT(tried.err, Not(HasSubstr("PodSecurity")));
  }
  const auto applied = cluster().kubectl({"apply", "-k", kSource + "/deploy"});
  EXPECT_EQ(applied.exit, 0) << applied.err;
  const std::string account = "origin-pull-system:origin-pull-operator";
  expect_rights(account, {{"watch", "originpullconfigs", "origin-pull-system", true},
                          {"update", "originpullconfigs/status", "origin-pull-system", true},
                          {"get", "secrets", "origin-pull-system", true},
                          {"update", "lease/origin-pull-operator", "origin-pull-system", true},
                          {"create", "events.events.k8s.io", "origin-pull-system", true},
                          {"get", "secrets", "default", false},
                          {"list", "originpullconfigs", "default", false}});
}

// As README says it, with a folder of the user's own beside deploy/.
TEST_F(Install, a_kustomization_of_ones_own_brings_the_rights_along_into_its_namespace) {
  const auto folder = std::filesystem::temp_directory_path() / ("originpull-kustomize-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const auto base = std::filesystem::relative(kSource + "/deploy/one-namespace", folder);
  std::ofstream(folder / "kustomization.yaml")
      << "resources: [" << base.string() << "]\nnamespace: own-place\n"
      << "images: [{name: origin-pull-operator, newName: registry.example.com/opo, newTag: 1.2.3}]\n";
  must({"create", "namespace", "own-place"});
  const std::string before = must({"get", "namespace", "own-place", "-o", "jsonpath={.metadata.labels}"});
  const auto applied = cluster().kubectl({"apply", "-k", folder.string()});
  std::filesystem::remove_all(folder);
  ASSERT_EQ(applied.exit, 0) << applied.err;
  EXPECT_EQ(must({"get", "namespace", "own-place", "-o", "jsonpath={.metadata.labels}"}), before)
      << "the namespace is the user's";
  expect_rights("own-place:origin-pull-operator", {{"watch", "originpullconfigs", "own-place", true},
                                                   {"update", "originpullconfigs/status", "own-place", true},
                                                   {"get", "secrets", "own-place", true},
                                                   {"update", "lease/origin-pull-operator", "own-place", true},
                                                   {"get", "secrets", "default", false}});
  EXPECT_THAT(must({"-n", "own-place", "get", "deployment", "-o", "wide"}),
              HasSubstr("registry.example.com/opo:1.2.3"));
}

TEST_F(Install, both_ways_to_install_grant_the_same_rights) {
  const auto rules = [](const std::vector<Json>& all, const std::string& kind) {
    Json found = Json::array();
    for (const auto& one : all) {
      if (one.at("kind") != kind || one.at("metadata").at("name").get<std::string>().ends_with("election")) continue;
      found.push_back(one.at("rules"));
    }
    return found;
  };
  const auto role = rules(objects({"-k", kSource + "/deploy"}), "Role");
  const auto cluster_role = rules(objects({"-k", kSource + "/deploy/cluster-wide"}), "ClusterRole");
  ASSERT_EQ(role.size(), 1U);
  EXPECT_EQ(role, rules(objects({"-f", "-"}, rendered({})), "Role"));
  EXPECT_EQ(cluster_role, rules(objects({"-f", "-"}, rendered({"--set", "watchNamespaces={*}"})), "ClusterRole"));
  EXPECT_EQ(cluster_role, role);
}

TEST_F(Install, the_chart_is_valid_to_the_server_under_each_value_set) {
  create_namespaces();
  create_service_monitor_type();
  std::vector<std::filesystem::path> sets;
  for (const auto& file : std::filesystem::directory_iterator(kChart + "/ci")) sets.push_back(file.path());
  std::sort(sets.begin(), sets.end());
  EXPECT_GE(sets.size(), 10U);

  for (const auto& values : sets) {
    SCOPED_TRACE(values.filename());
    const auto text = template_of({"--values", values});
    ASSERT_EQ(text.exit, 0) << text.err;
    const auto said = cluster().kubectl({"apply", "--dry-run=server", "--validate=strict", "-f", "-"}, text.out);
    EXPECT_EQ(said.exit, 0) << said.err;
    EXPECT_THAT(said.out, HasSubstr("deployment.apps/"));
    EXPECT_THAT(said.err, Not(HasSubstr("Warning"))) << "the server warns about what it accepts";
  }
}

TEST_F(Install, each_pod_is_started_with_arguments_that_the_program_takes) {
  create_service_monitor_type();
  const auto expect_taken = [](const std::vector<Json>& all) {
    for (const auto& one : all) {
      if (one.at("kind") != "Deployment") continue;
      std::vector<std::string> words = one.at("spec").at("template").at("spec").at("containers").at(0).at("args");
      std::vector<const char*> argv = {"origin-pull-operator"};
      for (const auto& word : words) argv.push_back(word.c_str());
      const auto options = cli::parse_options(static_cast<int>(argv.size()), argv.data());
      ASSERT_TRUE(options.has_value()) << describe(options.error());
      EXPECT_TRUE(std::holds_alternative<cli::Options>(*options));
      return;
    }
    ADD_FAILURE() << "no Deployment";
  };
  for (const auto& file : std::filesystem::directory_iterator(kChart + "/ci")) {
    SCOPED_TRACE(file.path().filename());
    expect_taken(objects({"-f", "-"}, rendered({"--values", file.path()})));
  }
  expect_taken(objects({"-k", kSource + "/deploy"}));
  expect_taken(objects({"-k", kSource + "/deploy/cluster-wide"}));
}

TEST_F(Install, bad_values_are_refused_with_a_sentence) {
  const struct {
    std::vector<std::string> set;
    const char* refusal;
  } cases[] = {
      {{"--set", "replicas=2"}, "replicas"},
      {{"--set", "image.tagg=1"}, "tagg"},
      {{"--set", "secretWatch=all"}, "secretWatch"},
      {{"--set", "logLevel=verbose"}, "logLevel"},
      {{"--set", "watchNamespaces={Edge}"}, "watchNamespaces"},
      {{"--set", "namedSecrets={a b}"}, "namedSecrets"},
      {{"--set", "leaderElection.leaseDuration=15"}, "leaseDuration"},
      {{"--set", "cloudflare.budget=5000"}, "budget"},
      {{"--set", "image.digest=latest"}, "digest"},
      {{"--set", "extraArgs={log-level=debug}"}, "extraArgs"},
      {{"--set", "replicaCount=2,leaderElection.enabled=false"}, "two operators would act at once"},
      {{"--set", "secretWatch=named"}, "list the names of the API token Secrets and of the certificate Secrets"},
      {{"--set", "namedSecrets={a}"}, "set secretWatch to named"},
      {{"--set", "watchNamespaces={*,edge}"}, "use [\"*\"] alone"},
      {{"--set", "podDisruptionBudget.minAvailable=1,podDisruptionBudget.maxUnavailable=1"}, "set one of them"},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.set.back());
    const auto said = template_of(one.set);
    EXPECT_NE(said.exit, 0);
    EXPECT_THAT(said.err, HasSubstr(one.refusal));
  }
  EXPECT_EQ(template_of({"--set", "global.anything=1"}).exit, 0) << "a parent chart sets global";
}

TEST_F(Install, the_type_is_the_file_of_crds_in_the_chart_and_in_deploy) {
  EXPECT_EQ(text_of(kSource + "/crds/" + kCrdFile), text_of(kChart + "/crd/" + kCrdFile));

  const auto type_in = [](const std::vector<Json>& all) {
    const auto found =
        std::find_if(all.begin(), all.end(), [](const Json& o) { return o.at("kind") == "CustomResourceDefinition"; });
    return found == all.end() ? Json() : *found;
  };
  const auto original = type_in(objects({"-f", kSource + "/crds/" + kCrdFile}));
  ASSERT_FALSE(original.is_null());
  EXPECT_EQ(type_in(objects({"-k", kSource + "/deploy"})), original);
  EXPECT_EQ(type_in(objects({"-k", kSource + "/deploy/cluster-wide"})), original);
  EXPECT_EQ(type_in(objects({"-f", "-"}, rendered({"--set", "crds.keep=false"}))), original);
  EXPECT_TRUE(type_in(objects({"-f", "-"}, rendered({"--set", "crds.enabled=false"}))).is_null());

  auto kept = type_in(objects({"-f", "-"}, rendered({})));
  EXPECT_EQ(kept.at("metadata").at("annotations"), Json::parse(R"({"helm.sh/resource-policy": "keep"})"));
  kept["metadata"].erase("annotations");
  EXPECT_EQ(kept, original);
}

TEST_F(Install, pods_fit_the_restricted_standard) {
  must({"create", "namespace", "release"});
  must({"label", "namespace", "release", "pod-security.kubernetes.io/warn=restricted",
        "pod-security.kubernetes.io/enforce=restricted"});
  const auto deployment = [&] {
    for (const auto& one : objects({"-f", "-"}, rendered({}))) {
      if (one.at("kind") == "Deployment") return one;
    }
    return Json();
  }();
  const auto said = cluster().kubectl({"create", "--dry-run=server", "-f", "-"}, deployment.dump());
  EXPECT_EQ(said.exit, 0) << said.err;
  EXPECT_EQ(said.err, "");

  // That the server would have said so: the same pod with one right more.
  auto loose = deployment;
  loose["spec"]["template"]["spec"]["containers"][0]["securityContext"]["allowPrivilegeEscalation"] = true;
  EXPECT_THAT(cluster().kubectl({"create", "--dry-run=server", "-f", "-"}, loose.dump()).err,
              HasSubstr("would violate PodSecurity"));
  const auto& container = deployment.at("spec").at("template").at("spec").at("containers").at(0);
  EXPECT_EQ(container.at("securityContext").at("readOnlyRootFilesystem"), true);
  EXPECT_EQ(deployment.at("spec").at("template").at("spec").at("securityContext").at("runAsUser"), 65532);
}

TEST_F(Install, the_default_rights_are_those_of_one_namespace) {
  create_namespaces();
  must({"apply", "-f", "-"}, rendered({}));
  expect_rights("release:opo-origin-pull-operator",
                {{"list", "originpullconfigs.originpull.dev", "release", true},
                 {"watch", "originpullconfigs.originpull.dev", "release", true},
                 {"patch", "originpullconfigs.originpull.dev/status", "release", true},
                 {"update", "originpullconfigs.originpull.dev", "release", false},
                 {"delete", "originpullconfigs.originpull.dev", "release", false},
                 {"list", "secrets", "release", true},
                 {"watch", "secrets", "release", true},
                 {"create", "secrets", "release", false},
                 {"update", "secrets", "release", false},
                 {"get", "configmaps", "release", false},
                 {"create", "leases", "release", true},
                 {"update", "lease/opo-origin-pull-operator", "release", true},
                 {"update", "lease/another", "release", false},
                 {"create", "events.events.k8s.io", "release", true},
                 {"get", "pods", "release", false},
                 {"get", "secrets", "edge", false},
                 {"list", "originpullconfigs.originpull.dev", "edge", false},
                 {"create", "events.events.k8s.io", "edge", false}});
}

TEST_F(Install, rights_widen_only_where_the_values_say_so) {
  create_namespaces();
  must({"apply", "-f", "-"}, rendered({"--set", "fullnameOverride=named,secretWatch=named,namedSecrets={token,tls}"}));
  expect_rights("release:named", {{"watch", "secret/token", "release", true},
                                  {"get", "secret/tls", "release", true},
                                  {"get", "secret/other", "release", false},
                                  {"list", "secrets", "release", false}});

  must({"apply", "-f", "-"}, rendered({"--set", "fullnameOverride=two,watchNamespaces={edge,shop}"}));
  expect_rights("release:two", {{"get", "secrets", "edge", true},
                                {"watch", "originpullconfigs.originpull.dev", "shop", true},
                                {"get", "secrets", "release", false},
                                {"create", "leases", "edge", false},
                                {"create", "leases", "release", true}});

  must({"apply", "-f", "-"}, rendered({"--set", "fullnameOverride=wide,watchNamespaces={*}"}));
  expect_rights("release:wide", {{"get", "secrets", "edge", true},
                                 {"list", "originpullconfigs.originpull.dev", "default", true},
                                 {"update", "secrets", "edge", false},
                                 {"create", "leases", "edge", false}});

  must({"apply", "-f", "-"},
       rendered({"--set", "fullnameOverride=bundles,trustBundles.secrets={ca},trustBundles.configMaps={ca}"}));
  expect_rights("release:bundles", {{"create", "secrets", "release", true},
                                    {"update", "secret/ca", "release", true},
                                    {"update", "secret/token", "release", false},
                                    {"patch", "configmap/ca", "release", true},
                                    {"patch", "configmap/other", "release", false},
                                    {"delete", "secret/ca", "release", false}});
}

}  // namespace
}  // namespace originpull::e2e
