// SPDX-License-Identifier: Apache-2.0
// The cluster that other tests stand on, tested on itself: it becomes ready, keeps its data when its parts are killed,
// knows ServiceAccounts, obeys RBAC, forgets history when told to. By method: real processes, asked with kubectl and
// curl; nothing of the operator takes part. Each test starts its own cluster (about 2 s).
#include "cluster/cluster.hpp"

#include "cluster/with_cluster.hpp"
#include "support/poll_until.hpp"

#include <gmock/gmock.h>

#include <signal.h>
#include <fstream>

namespace originpull::cluster {
namespace {

using namespace std::chrono_literals;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// How many processes of this machine have the folder in their command line.
int processes_that_name(const std::filesystem::path& folder) {
  int count = 0;
  for (const auto& process : std::filesystem::directory_iterator("/proc")) {
    std::ifstream file(process.path() / "cmdline");
    const std::string command{std::istreambuf_iterator<char>(file), {}};
    if (command.find(folder.string()) != std::string::npos) ++count;
  }
  return count;
}

class RealCluster : public WithCluster {
 protected:
  support::Finished create_config_map(const std::string& name) {
    return cluster().kubectl({"create", "configmap", name, "--from-literal=key=value"});
  }

  std::string version_of(const std::string& name) {
    return cluster().kubectl({"get", "configmap", name, "-o", "jsonpath={.metadata.resourceVersion}"}).out;
  }

  support::Finished kubectl_with(const std::string& kubeconfig, std::vector<std::string> args) {
    args.insert(args.begin(), {"--kubeconfig", kubeconfig});
    return cluster().kubectl(std::move(args));
  }
};

TEST_F(RealCluster, is_ready_when_it_has_started) {
  const auto ready = cluster().kubectl({"get", "--raw", "/readyz"});
  EXPECT_EQ(ready.exit, 0) << ready.err;
  EXPECT_EQ(ready.out, "ok");
  const auto made = create_config_map("first");
  EXPECT_EQ(made.exit, 0) << made.err;
}

TEST_F(RealCluster, says_the_version_of_kubernetes_that_kubectl_and_helm_can_parse) {
  const auto version = cluster().kubectl({"version"});
  EXPECT_THAT(version.out, ContainsRegex("Server Version: v1\\.[0-9]+\\.[0-9]+\n"));
  EXPECT_THAT(version.err, ::testing::Not(HasSubstr("WARNING"))) << "client and server are built from one module";
  const auto helm = cluster().helm({"list"});
  EXPECT_EQ(helm.exit, 0) << helm.err;
}

TEST_F(RealCluster, keeps_its_data_when_the_api_server_is_killed_and_restarted) {
  ASSERT_EQ(create_config_map("kept").exit, 0);
  cluster().kill(Part::kApiServer);
  EXPECT_EQ(cluster().get("/readyz").status, 0) << "nobody answers at its port while it is dead";
  const auto restarted = cluster().start(Part::kApiServer);
  ASSERT_TRUE(restarted) << describe(restarted.error());
  EXPECT_EQ(cluster().kubectl({"get", "configmap", "kept", "-o", "jsonpath={.data.key}"}).out, "value");
}

TEST_F(RealCluster, keeps_its_data_when_etcd_is_killed_and_restarted) {
  ASSERT_EQ(create_config_map("kept").exit, 0);
  const std::string before = version_of("kept");
  ASSERT_NE(before, "");
  cluster().kill(Part::kEtcd);
  EXPECT_FALSE(cluster().runs(Part::kEtcd));
  EXPECT_TRUE(cluster().runs(Part::kApiServer)) << "it waits for its store to come back";
  const auto restarted = cluster().start(Part::kEtcd);
  ASSERT_TRUE(restarted) << describe(restarted.error());
  EXPECT_TRUE(support::poll_until(30s, [&] { return version_of("kept") == before; }));
}

TEST_F(RealCluster, a_service_account_s_token_authenticates_and_gets_only_what_rbac_grants) {
  ASSERT_EQ(cluster().kubectl({"create", "serviceaccount", "robot"}).exit, 0);
  const auto token = cluster().token_for("robot", "default");
  ASSERT_TRUE(token) << describe(token.error());
  const std::string kubeconfig = cluster().kubeconfig_for(*token).string();

  EXPECT_EQ(kubectl_with(kubeconfig, {"auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"}).out,
            "system:serviceaccount:default:robot");
  EXPECT_THAT(kubectl_with(kubeconfig, {"get", "secrets"}).err, HasSubstr("Forbidden"));

  ASSERT_EQ(cluster().kubectl({"create", "role", "reader", "--verb=list", "--resource=secrets"}).exit, 0);
  ASSERT_EQ(
      cluster().kubectl({"create", "rolebinding", "robot", "--role=reader", "--serviceaccount=default:robot"}).exit, 0);
  EXPECT_TRUE(support::poll_until(10s, [&] { return kubectl_with(kubeconfig, {"get", "secrets"}).exit == 0; }))
      << "the authorizer learns of a binding by its own watch";
}

TEST_F(RealCluster, a_token_for_a_service_account_that_is_not_there_is_refused_with_its_name) {
  const auto token = cluster().token_for("nobody", "default");
  ASSERT_FALSE(token);
  EXPECT_THAT(describe(token.error()), HasSubstr("default/nobody"));
}

TEST_F(RealCluster, compacted_history_is_gone_after_a_restart) {
  ASSERT_EQ(create_config_map("old").exit, 0);
  const std::string old = version_of("old");
  for (const char* name : {"new-1", "new-2", "new-3"}) ASSERT_EQ(create_config_map(name).exit, 0);
  const std::string watch = "/api/v1/namespaces/default/configmaps?watch=1&timeoutSeconds=1&resourceVersion=" + old;
  EXPECT_THAT(cluster().get(watch).body, HasSubstr("new-3")) << "before, that version can be watched from";

  const auto compacted = cluster().compact();
  ASSERT_TRUE(compacted) << describe(compacted.error());
  EXPECT_GT(*compacted, std::stoll(old));
  const auto restarted = cluster().restart(Part::kApiServer);
  ASSERT_TRUE(restarted) << describe(restarted.error());

  const auto answer = cluster().get(watch);
  EXPECT_THAT(answer.body, HasSubstr("\"code\":410"));
  EXPECT_THAT(answer.body, HasSubstr("Expired"));
}

TEST_F(RealCluster, a_stopped_api_server_holds_its_calls_and_answers_them_when_it_goes_on) {
  ASSERT_EQ(cluster().get("/readyz").status, 200);
  cluster().signal(Part::kApiServer, SIGSTOP);
  EXPECT_EQ(cluster().get("/readyz", 300ms).status, 0);
  EXPECT_TRUE(cluster().runs(Part::kApiServer));
  cluster().signal(Part::kApiServer, SIGCONT);
  EXPECT_TRUE(support::poll_until(10s, [&] { return cluster().get("/readyz").status == 200; }));
}

TEST_F(RealCluster, a_controller_manager_ends_namespaces_and_publishes_the_root_certificate) {
  options_.controller_manager = true;
  const auto published = cluster().kubectl({"get", "configmap", "kube-root-ca.crt", "-o", "jsonpath={.data.ca\\.crt}"});
  EXPECT_THAT(published.out, StartsWith("-----BEGIN CERTIFICATE-----"));
  ASSERT_EQ(cluster().kubectl({"create", "namespace", "short-lived"}).exit, 0);
  const auto deleted = cluster().kubectl({"delete", "namespace", "short-lived", "--timeout=30s"});
  EXPECT_EQ(deleted.exit, 0) << deleted.err;
}

TEST_F(RealCluster, a_part_that_cannot_start_is_an_error_with_the_end_of_its_log) {
  options_.api_server_flags = {"--no-such-flag"};
  const auto started = Cluster::start(options_);
  ASSERT_FALSE(started);
  EXPECT_THAT(describe(started.error()), HasSubstr("start kube-apiserver: it ended"));
  EXPECT_THAT(describe(started.error()), HasSubstr("unknown flag: --no-such-flag"));
}

TEST_F(RealCluster, two_run_at_once_and_an_ended_one_leaves_no_process_and_no_folder) {
  ASSERT_EQ(cluster().get("/readyz").status, 200);
  std::filesystem::path folder;
  {
    const auto second = Cluster::start();
    ASSERT_TRUE(second) << describe(second.error());
    folder = (*second)->directory();
    EXPECT_EQ(processes_that_name(folder), 2) << "etcd and the API server";
  }
  EXPECT_EQ(processes_that_name(folder), 0);
  EXPECT_FALSE(std::filesystem::exists(folder));
  EXPECT_EQ(cluster().get("/readyz").status, 200) << "the first is not touched by the end of the second";
}

}  // namespace
}  // namespace originpull::cluster
