// SPDX-License-Identifier: Apache-2.0
// The Kubernetes room against a real API server over real TLS: what the scripted tests of tests/kube suppose about the
// server must be what it does. Method: the shipped client, watch, elector and recorder on RealEnv and cpprestsdk,
// changes made by kubectl, parts of the cluster killed and history compacted; everything is waited for with a limit.
#include "cluster/with_cluster.hpp"
#include "env/monitor.hpp"
#include "env/real_env.hpp"
#include "kube/event_recorder.hpp"
#include "kube/kubeconfig.hpp"
#include "kube/lease.hpp"
#include "kube/watch.hpp"
#include "net/cpprest_network.hpp"
#include "support/poll_until.hpp"

#include <algorithm>
#include <csignal>

namespace originpull::e2e {
namespace {

using cluster::Part;
using std::chrono::seconds;
using support::poll_until;

const kube::ResourceType kConfigMaps{.group = "", .version = "v1", .plural = "configmaps", .kind = "ConfigMap"};
const kube::ResourceType kSecrets{.group = "", .version = "v1", .plural = "secrets", .kind = "Secret"};

// Keeps what it is told as text, for another thread to look at.
class Follower final : public kube::WatchSink {
 public:
  explicit Follower(env::Env& env) : state_(env) {}
  void begin_list() override { note("begin"); }
  void listed(std::string_view json) override { note("item " + name(json), json); }
  void end_list(const std::string&) override { note("end"); }
  void changed(kube::Change change, std::string_view json) override {
    static constexpr std::string_view kSigns = "+~-";
    note(std::string(1, kSigns[static_cast<std::size_t>(change)]) + name(json), json);
  }
  bool told(const std::string& what) const { return count(what) > 0; }
  long count(const std::string& what) const {
    return state_.look([&](const State& state) { return std::count(state.told.begin(), state.told.end(), what); });
  }
  bool saw_text(const std::string& text) const {
    return state_.look([&](const State& state) { return state.texts.find(text) != std::string::npos; });
  }

 private:
  struct State {
    std::vector<std::string> told = {};
    std::string texts = {};
  };
  static std::string name(std::string_view json) {
    const auto meta = kube::decode_meta(json);
    return meta ? meta->key.name : describe(meta.error());
  }
  void note(std::string what, std::string_view json = {}) {
    state_.with([&](State& state) {
      state.told.push_back(std::move(what));
      state.texts += json;
    });
  }
  env::Monitor<State> state_;
};

class KubeRoom : public cluster::WithCluster {
 protected:
  kube::Client client(const std::filesystem::path& kubeconfig, kube::ClientOptions options = {}) {
    auto config = kube::load_kubeconfig({kubeconfig.string()}, "");
    if (!config) throw std::runtime_error(describe(config.error()));
    auto access = std::make_shared<kube::ClusterAccess>(env_, *network_, std::move(*config), Log::silent());
    return {env_, std::move(access), std::move(options), Log::silent()};
  }
  kube::Client admin(kube::ClientOptions options = {}) {
    return client(cluster().admin_kubeconfig(), std::move(options));
  }

  void kubectl(std::vector<std::string> args, std::string input = {}) {
    const auto done = cluster().kubectl(args, std::move(input));
    if (done.exit != 0) throw std::runtime_error("kubectl " + args.front() + ": " + done.err);
  }
  void make_config_map(const std::string& name) { kubectl({"create", "configmap", name, "--from-literal=a=b"}); }

  env::Thread follow(kube::Watch& watch) {
    return env_.spawn("watch", [&watch](const std::stop_token& stop) { watch.run(stop); });
  }

  env::RealEnv env_;
  std::unique_ptr<net::Network> network_ = net::make_cpprest_network(env_);
};

TEST_F(KubeRoom, lists_in_pages_follows_and_ends_at_once) {
  for (const char* name : {"m1", "m2", "m3", "m4", "m5"}) make_config_map(name);
  Follower follower(env_);
  kube::Watch watch(env_, admin({.page_size = 2}), {.type = kConfigMaps, .ns = "default"}, follower, {}, Log::silent());
  env::Thread thread = follow(watch);
  ASSERT_TRUE(poll_until(seconds(30), [&] { return watch.counts().in_step; }));
  for (const char* item : {"item m1", "item m2", "item m3", "item m4", "item m5"}) EXPECT_EQ(follower.count(item), 1);
  kubectl({"annotate", "configmap", "m3", "x=y"});
  kubectl({"delete", "configmap", "m4"});
  EXPECT_TRUE(poll_until(seconds(10), [&] { return follower.told("~m3") && follower.told("-m4"); }));
  const Instant begin = env_.now();
  thread.request_stop();
  thread.join();
  EXPECT_LT(env_.now() - begin, Duration(2'000));
}

TEST_F(KubeRoom, an_outage_and_a_compaction_lose_nothing_and_recovery_is_quick) {
  make_config_map("before");
  Follower follower(env_);
  kube::Watch watch(env_, admin(), {.type = kConfigMaps, .ns = "default"}, follower, {}, Log::silent());
  const env::Thread thread = follow(watch);
  ASSERT_TRUE(poll_until(seconds(30), [&] { return watch.counts().in_step; }));
  cluster().kill(Part::kApiServer);
  EXPECT_TRUE(poll_until(seconds(10), [&] { return !watch.counts().in_step; }));
  ASSERT_TRUE(cluster().start(Part::kApiServer));
  const Instant ready = env_.now();
  ASSERT_TRUE(poll_until(seconds(30), [&] { return watch.counts().in_step; }));
  // On a loaded machine the second is not asserted to the millisecond; that is the machine's law test.
  EXPECT_LT(env_.now() - ready, Duration(5'000));
  make_config_map("after");
  EXPECT_TRUE(poll_until(seconds(10), [&] { return follower.told("+after"); }));

  // Its version is forgotten while it is away: only a new list tells what happened.
  const auto lists = watch.counts().lists;
  make_config_map("filler");
  cluster().kill(Part::kApiServer);
  ASSERT_TRUE(cluster().compact());
  ASSERT_TRUE(cluster().start(Part::kApiServer));
  make_config_map("late");
  EXPECT_TRUE(poll_until(seconds(30), [&] { return follower.told("+late") || follower.told("item late"); }));
  EXPECT_GE(watch.counts().lists, lists);
}

TEST_F(KubeRoom, a_connection_that_falls_silent_is_noticed_and_what_happened_meanwhile_is_told) {
  make_config_map("before");
  Follower follower(env_);
  kube::Watch watch(env_, admin(), {.type = kConfigMaps, .ns = "default"}, follower, {.silence = Duration(2'000)},
                    Log::silent());
  const env::Thread thread = follow(watch);
  ASSERT_TRUE(poll_until(seconds(30), [&] { return watch.counts().in_step; }));
  const auto watches = watch.counts().watches;
  cluster().signal(Part::kApiServer, SIGSTOP);
  // Nothing is closed and nothing comes: only the limit on silence tells.
  EXPECT_TRUE(poll_until(seconds(20), [&] { return watch.counts().watches > watches && !watch.counts().in_step; }));
  cluster().signal(Part::kApiServer, SIGCONT);
  make_config_map("after");
  EXPECT_TRUE(poll_until(seconds(20), [&] { return follower.told("+after") || follower.told("item after"); }));
}

TEST_F(KubeRoom, an_expired_version_is_410_and_the_watch_lists_again) {
  make_config_map("a");
  kube::Client one = admin();
  struct Nothing final : kube::ListSink {
    void begin_list() override {}
    void listed(std::string_view) override {}
  } nothing;
  const auto old = one.list({.type = kConfigMaps, .ns = "default"}, nothing, {});
  ASSERT_TRUE(old) << describe(old.error());
  for (int i = 0; i < 3; ++i) make_config_map("filler" + std::to_string(i));
  ASSERT_TRUE(cluster().compact());
  ASSERT_TRUE(cluster().restart(Part::kApiServer));
  std::string frames;
  const auto taken = [&](std::string_view frame) {
    frames += frame;
    return false;
  };
  const auto watched =
      one.watch({.type = kConfigMaps, .ns = "default"}, {.resource_version = *old, .timeout = Seconds(5)}, taken, {});
  // The server may say it as an HTTP status or as an ERROR event.
  const bool as_status = !watched && kube::is_expired(watched.error());
  const bool as_event = frames.find("\"ERROR\"") != std::string::npos && frames.find("410") != std::string::npos;
  EXPECT_TRUE(as_status || as_event) << frames << (watched ? "" : describe(watched.error()));
}

TEST_F(KubeRoom, secrets_are_followed_by_metadata_only_and_by_name_with_a_role_that_names_one) {
  const std::string payload = "payload-that-must-not-travel";
  kubectl({"create", "secret", "generic", "named", "--from-literal=key=" + payload});
  kubectl({"create", "secret", "generic", "other", "--from-literal=key=" + payload});
  kubectl({"create", "serviceaccount", "narrow"});
  kubectl({"create", "role", "narrow", "--verb=get,list,watch", "--resource=secrets", "--resource-name=named"});
  kubectl({"create", "rolebinding", "narrow", "--role=narrow", "--serviceaccount=default:narrow"});
  const auto token = cluster().token_for("narrow", "default");
  ASSERT_TRUE(token) << describe(token.error());
  const kube::Client narrow = client(cluster().kubeconfig_for(*token));
  Follower follower(env_);
  kube::Watch watch(env_, narrow, {.type = kSecrets, .ns = "default", .name = "named", .view = kube::View::kMetadata},
                    follower, {}, Log::silent());
  const env::Thread thread = follow(watch);
  ASSERT_TRUE(poll_until(seconds(30), [&] { return watch.counts().in_step; }));
  kubectl({"annotate", "secret", "named", "x=y"});
  kubectl({"annotate", "secret", "other", "x=y"});
  EXPECT_TRUE(poll_until(seconds(10), [&] { return follower.told("~named"); }));
  EXPECT_FALSE(follower.told("item other"));
  EXPECT_FALSE(follower.saw_text("cGF5bG9hZC"));  // the payload in base64
  EXPECT_TRUE(follower.saw_text("PartialObjectMetadata"));
  const auto all = narrow.get(kSecrets, {"default", "other"}, {});
  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().kind, ErrorKind::kDenied);
  EXPECT_NE(all.error().message.find("system:serviceaccount:default:narrow"), std::string::npos) << all.error().message;
}

TEST_F(KubeRoom, writes_carry_their_version_and_a_second_writer_gets_a_conflict) {
  const kube::Client one = admin();
  const auto created = one.create(kConfigMaps, "default", R"({"metadata":{"name":"c"},"data":{"a":"1"}})", {});
  ASSERT_TRUE(created) << describe(created.error());
  EXPECT_EQ(one.create(kConfigMaps, "default", R"({"metadata":{"name":"c"}})", {}).error().reason, "AlreadyExists");
  const auto meta = kube::decode_meta(*created);
  ASSERT_TRUE(meta);
  const std::string body =
      R"({"metadata":{"name":"c","resourceVersion":")" + meta->resource_version + R"("},"data":{"a":")";
  EXPECT_TRUE(one.update(kConfigMaps, meta->key, body + "2\"}}", {}));
  EXPECT_EQ(one.update(kConfigMaps, meta->key, body + "3\"}}", {}).error().kind, ErrorKind::kConflict);
  EXPECT_EQ(one.remove(kConfigMaps, meta->key, {.uid = "another"}, {}).error().kind, ErrorKind::kConflict);
  EXPECT_TRUE(one.remove(kConfigMaps, meta->key, {.uid = meta->uid}, {}));
  EXPECT_EQ(one.get(kConfigMaps, meta->key, {}).error().kind, ErrorKind::kNotFound);
}

TEST_F(KubeRoom, a_lease_is_kept_taken_over_when_it_has_run_out_and_at_once_when_given_back) {
  const auto elector = [&](const std::string& identity) {
    return std::move(*kube::LeaseElector::make(
        env_, admin(), {.lease = {"default", "l"}, .identity = identity, .duration = Duration(4'000)}, Log::silent()));
  };
  const auto one = elector("one");
  const auto two = elector("two");
  EXPECT_EQ(one->acquire_or_renew({}), kube::Held::kYes);
  EXPECT_EQ(two->acquire_or_renew({}), kube::Held::kNo);
  EXPECT_EQ(one->acquire_or_renew({}), kube::Held::kYes);
  const auto until = one->valid_until();
  ASSERT_TRUE(until);
  ASSERT_TRUE(poll_until(seconds(30), [&] { return two->acquire_or_renew({}) == kube::Held::kYes; }));
  EXPECT_GT(env_.now(), *until) << "nobody may lead while the first still may act";
  EXPECT_EQ(one->acquire_or_renew({}), kube::Held::kNo);
  EXPECT_FALSE(one->valid_until());
  EXPECT_TRUE(two->release({}));
  EXPECT_EQ(one->acquire_or_renew({}), kube::Held::kYes);
  EXPECT_EQ(one->standing().transitions, 2);
}

TEST_F(KubeRoom, events_are_shown_by_kubectl_describe_and_counted) {
  make_config_map("subject");
  const kube::Client one = admin();
  const auto text = one.get(kConfigMaps, {"default", "subject"}, {});
  ASSERT_TRUE(text) << describe(text.error());
  const auto meta = kube::decode_meta(*text);
  kube::EventRecorder recorder(env_, one, {}, Log::silent());
  const kube::Event event{.subject = {.api_version = "v1", .kind = "ConfigMap", .key = meta->key, .uid = meta->uid},
                          .warning = true,
                          .reason = "WentWrong",
                          .action = "Look",
                          .note = "a sentence for people"};
  recorder.record(event);
  recorder.record(event);
  const env::Thread thread = env_.spawn("events", [&](const std::stop_token& stop) { recorder.run(stop); });
  ASSERT_TRUE(poll_until(seconds(20), [&] { return recorder.counts().sent == 1 && recorder.counts().counted == 1; }));
  const auto described = cluster().kubectl({"describe", "configmap", "subject"});
  EXPECT_NE(described.out.find("a sentence for people"), std::string::npos) << described.out;
  EXPECT_NE(described.out.find("(x2 over"), std::string::npos) << described.out;
}

}  // namespace
}  // namespace originpull::e2e
