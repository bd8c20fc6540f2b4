// SPDX-License-Identifier: Apache-2.0
#include "cluster/cluster.hpp"

#include "cluster/parts.hpp"
#include "support/poll_until.hpp"

#include <nlohmann/json.hpp>

#include <sys/stat.h>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

namespace originpull::cluster {
namespace {

using namespace std::chrono_literals;
using support::Command;
using support::Finished;

constexpr auto kReadyLimit = 90s;
constexpr auto kCommandLimit = 60s;

std::string name_of(Part part) {
  switch (part) {
    case Part::kEtcd: return "etcd";
    case Part::kApiServer: return "kube-apiserver";
    case Part::kControllerManager: return "kube-controller-manager";
  }
  return "";
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string last_lines(const std::string& text, int count) {
  std::size_t at = text.size();
  for (; count >= 0 && at != std::string::npos && at > 0; --count) at = text.rfind('\n', at - 1);
  return at == std::string::npos ? text : text.substr(at);
}

void write_private(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path);
  ::chmod(path.c_str(), 0600);
  file << text;
}

Result<std::filesystem::path> folder_for(const Options& options) {
  if (!options.directory.empty()) {
    std::error_code failed;
    std::filesystem::create_directories(options.directory, failed);
    if (failed) return fail(ErrorKind::kInvalid, "make " + options.directory.string(), failed.message());
    return std::filesystem::absolute(options.directory);
  }
  std::string pattern = (std::filesystem::temp_directory_path() / "originpull-cluster-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) return fail(ErrorKind::kInternal, "make a temporary folder " + pattern);
  return std::filesystem::path(pattern);
}

// curl with what every call here wants: quiet, no proxy, and the status as the last line of the output.
Command curl(std::chrono::milliseconds limit, std::vector<std::string> args) {
  std::ostringstream seconds;
  seconds << std::chrono::duration<double>(limit).count();
  std::vector<std::string> argv{"curl", "-sS", "--noproxy", "*", "--max-time", seconds.str(), "-w", "\n%{http_code}"};
  argv.insert(argv.end(), args.begin(), args.end());
  return {.argv = std::move(argv)};
}

Answer ask(Command command, std::chrono::milliseconds limit) {
  const Finished finished = support::run(std::move(command), limit + 5s);
  const auto line = finished.out.rfind('\n');
  if (line == std::string::npos) return {};
  return {.status = std::atoi(finished.out.c_str() + line + 1), .body = finished.out.substr(0, line)};
}

}  // namespace

Cluster::Cluster(Options options, std::filesystem::path parts, std::filesystem::path directory, support::Port etcd,
                 support::Port etcd_peer, support::Port api, support::Port controller)
    : options_(std::move(options)),
      parts_(std::move(parts)),
      directory_(std::move(directory)),
      etcd_port_(std::move(etcd)),
      etcd_peer_port_(std::move(etcd_peer)),
      api_port_(std::move(api)),
      controller_port_(std::move(controller)) {}

Result<std::unique_ptr<Cluster>> Cluster::start(Options options) {
  auto parts = TRY(real_parts());
  auto directory = TRY(folder_for(options));
  auto etcd = TRY(support::Port::take());
  auto etcd_peer = TRY(support::Port::take());
  auto api = TRY(support::Port::take());
  auto controller = TRY(support::Port::take());
  std::unique_ptr<Cluster> cluster(new Cluster(std::move(options), std::move(parts), std::move(directory),
                                               std::move(etcd), std::move(etcd_peer), std::move(api),
                                               std::move(controller)));
  if (auto done = cluster->prepare(); !done) return fail(done.error());
  // The API server starts beside etcd: most of its start needs no store, and it tries again until there is one.
  for (const Part part : {Part::kEtcd, Part::kApiServer}) {
    if (auto done = cluster->spawn(part); !done) return fail(done.error());
  }
  for (const Part part : {Part::kEtcd, Part::kApiServer}) {
    if (auto done = cluster->await(part); !done) return fail(done.error());
  }
  if (cluster->options_.controller_manager) {
    if (auto done = cluster->start(Part::kControllerManager); !done) return fail(done.error());
  }
  return cluster;
}

Cluster::~Cluster() {
  for (auto& process : processes_) process.reset();
  std::error_code ignored;
  if (options_.directory.empty()) std::filesystem::remove_all(directory_, ignored);
}

Result<void> Cluster::prepare() {
  std::filesystem::create_directories(file("home"));
  // An EC key is made in a hundredth of the time of an RSA one; the API server takes the private key for the public,
  // too.
  const auto key = support::run(
      {.argv = {"openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", file("sa.key").string()}},
      kCommandLimit);
  if (key.exit != 0) return fail(ErrorKind::kInternal, "make the ServiceAccount key with openssl", key.err);
  const auto random = support::run({.argv = {"openssl", "rand", "-hex", "16"}}, kCommandLimit);
  if (random.exit != 0) return fail(ErrorKind::kInternal, "make the admin's token with openssl", random.err);
  admin_token_ = random.out.substr(0, random.out.find('\n'));
  write_private(file("tokens.csv"), admin_token_ + ",admin,admin,\"system:masters\"\n");
  write_private(file("admin.header"), "Authorization: Bearer " + admin_token_ + "\n");
  write_kubeconfig(admin_kubeconfig(), admin_token_, "default", server_url());
  return {};
}

Command Cluster::command_of(Part part) const {
  const std::string etcd = "http://" + etcd_port_.address();
  std::vector<std::string> argv{(parts_ / name_of(part)).string()};
  const auto add = [&](std::initializer_list<std::string> flags) { argv.insert(argv.end(), flags); };
  switch (part) {
    case Part::kEtcd:
      // One member elects itself: there is nobody to wait for, so the shortest timeouts are right. No fsync: what a
      // test kills is the process, not the machine.
      add({"--data-dir", file("etcd").string(), "--listen-client-urls", etcd, "--advertise-client-urls", etcd});
      add({"--listen-peer-urls", "http://" + etcd_peer_port_.address(), "--unsafe-no-fsync"});
      add({"--heartbeat-interval", "20", "--election-timeout", "200"});
      break;
    case Part::kApiServer:
      add({"--etcd-servers", etcd, "--bind-address", "127.0.0.1", "--secure-port", std::to_string(api_port_.number())});
      add({"--cert-dir", file("certs").string(), "--service-cluster-ip-range", "10.0.0.0/24"});
      add({"--service-account-issuer", "https://kubernetes.default.svc", "--authorization-mode", "RBAC"});
      add({"--service-account-key-file", file("sa.key").string()});
      add({"--service-account-signing-key-file", file("sa.key").string()});
      add({"--token-auth-file", file("tokens.csv").string()});
      argv.insert(argv.end(), options_.api_server_flags.begin(), options_.api_server_flags.end());
      break;
    case Part::kControllerManager:
      add({"--kubeconfig", admin_kubeconfig().string(), "--leader-elect=false", "--bind-address", "127.0.0.1"});
      add({"--secure-port", std::to_string(controller_port_.number()), "--cert-dir",
           file("controller-certs").string()});
      add({"--service-account-private-key-file", file("sa.key").string(), "--root-ca-file", ca_file().string()});
      break;
  }
  return {.argv = std::move(argv), .log = file(name_of(part) + ".log"), .directory = directory_};
}

Result<void> Cluster::spawn(Part part) {
  auto started = support::Process::spawn(command_of(part));
  if (!started) return fail(started.error());
  process(part).emplace(std::move(*started));
  return {};
}

bool Cluster::is_ready(Part part) const {
  switch (part) {
    case Part::kEtcd: {
      const auto health = ask(curl(2s, {"http://" + etcd_port_.address() + "/health"}), 2s);
      return health.status == 200 && health.body.find("true") != std::string::npos;
    }
    case Part::kApiServer:
      return get("/readyz", 2s).status == 200 && get("/api/v1/namespaces/default", 2s).status == 200;
    case Part::kControllerManager:
      return get("/api/v1/namespaces/default/configmaps/kube-root-ca.crt", 2s).status == 200;
  }
  return false;
}

Result<void> Cluster::await(Part part) {
  const bool ready = support::poll_until(kReadyLimit, [&] { return !runs(part) || is_ready(part); });
  if (ready && runs(part)) return {};
  const std::string log = file(name_of(part) + ".log").string();
  return fail(ErrorKind::kUnavailable, "start " + name_of(part),
              (ready ? "it ended" : "it was not ready after 90 s") + std::string("; the end of ") + log + ":" +
                  last_lines(text_of(log), 15));
}

Result<void> Cluster::start(Part part) {
  if (runs(part)) return {};
  if (auto done = spawn(part); !done) return fail(done.error());
  return await(part);
}

Result<void> Cluster::restart(Part part) {
  kill(part);
  return start(part);
}

void Cluster::kill(Part part) {
  process(part).reset();  // its destructor kills and reaps
}

void Cluster::signal(Part part, int number) {
  if (process(part)) process(part)->signal(number);
}

bool Cluster::runs(Part part) { return process(part) && process(part)->running(); }

Finished Cluster::as_admin(const std::string& program, std::vector<std::string> args, std::string input) const {
  args.insert(args.begin(), (parts_ / program).string());
  const std::string home = file("home").string();
  return support::run({.argv = std::move(args),
                       .env = {{"KUBECONFIG", admin_kubeconfig().string()},
                               {"HOME", home},
                               {"XDG_CACHE_HOME", ""},
                               {"XDG_CONFIG_HOME", ""},
                               {"XDG_DATA_HOME", ""}},
                       .input = std::move(input)},
                      kCommandLimit);
}

Finished Cluster::kubectl(std::vector<std::string> args, std::string input) const {
  return as_admin("kubectl", std::move(args), std::move(input));
}

Finished Cluster::helm(std::vector<std::string> args, std::string input) const {
  return as_admin("helm", std::move(args), std::move(input));
}

Answer Cluster::get(const std::string& path, std::chrono::milliseconds limit) const {
  // The token from a file: an argument could be read by every user of the machine.
  return ask(
      curl(limit, {"--cacert", ca_file().string(), "-H", "@" + file("admin.header").string(), server_url() + path}),
      limit);
}

Result<std::string> Cluster::token_for(const std::string& service_account, const std::string& name_space) const {
  const auto made = kubectl({"create", "token", service_account, "--namespace", name_space, "--duration", "1h"});
  if (made.exit != 0) {
    return fail(ErrorKind::kInvalid, "make a token for ServiceAccount " + name_space + "/" + service_account, made.err);
  }
  return made.out.substr(0, made.out.find('\n'));
}

std::filesystem::path Cluster::kubeconfig_for(const std::string& token, const std::string& name_space,
                                              const std::string& server) {
  const auto path = file("kubeconfig-" + std::to_string(++kubeconfigs_));
  write_kubeconfig(path, token, name_space, server.empty() ? server_url() : server);
  return path;
}

void Cluster::write_kubeconfig(const std::filesystem::path& path, const std::string& token,
                               const std::string& name_space, const std::string& server) const {
  using nlohmann::json;
  const json entry = {{"server", server}, {"certificate-authority", ca_file().string()}};
  const json context = {{"cluster", "real"}, {"user", "user"}, {"namespace", name_space}};
  const json config = {{"apiVersion", "v1"},
                       {"kind", "Config"},
                       {"clusters", json::array({json{{"name", "real"}, {"cluster", entry}}})},
                       {"users", json::array({json{{"name", "user"}, {"user", json{{"token", token}}}}})},
                       {"contexts", json::array({json{{"name", "real"}, {"context", context}}})},
                       {"current-context", "real"}};
  write_private(path, config.dump(2) + "\n");  // JSON is YAML
}

Result<std::string> Cluster::ask_etcd(const std::string& path, const std::string& body) const {
  const auto answer = ask(curl(10s, {"-d", body, "http://" + etcd_port_.address() + path}), 10s);
  if (answer.status == 200) return answer.body;
  return fail(ErrorKind::kUnavailable, "ask etcd for " + path,
              "it answered " + std::to_string(answer.status) + " " + answer.body);
}

Result<std::int64_t> Cluster::compact() {
  // etcd's gRPC gateway: keys are base64 ("AA==" is the first possible one), 64-bit numbers are strings.
  const auto seen =
      nlohmann::json::parse(TRY(ask_etcd("/v3/kv/range", R"({"key":"AA==","count_only":true})")), nullptr, false);
  const auto revision = seen.is_object() && seen.contains("header") ? seen["header"].value("revision", "") : "";
  if (revision.empty()) return fail(ErrorKind::kInternal, "ask etcd for its revision", "it said none");
  TRY(ask_etcd("/v3/kv/compaction", R"({"revision":")" + revision + R"(","physical":true})"));
  return std::atoll(revision.c_str());
}

}  // namespace originpull::cluster
