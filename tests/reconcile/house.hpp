// SPDX-License-Identifier: Apache-2.0
#pragma once
// `House` is everything that a pass needs, in one process and on one thread: the simulated Cloudflare behind its real
// client, a Kubernetes API that is a map of objects with resourceVersions, and time that jumps. So the tests of the
// reconcile room run whole passes of shipped code and look at what reached either side. Both sides log their calls;
// `fail_next` makes one of them fail. Not thread-safe; one per test.
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "reconcile/reconciler.hpp"
#include "support/jump_env.hpp"
#include "support/test_pki.hpp"
#include "worlds/cloudflare_service.hpp"

namespace originpull::reconcile {

// A leaf of a CA of its own, valid for 30 days from the house's time; each call gives another one.
support::Identity leaf(const std::string& name);

inline constexpr const char* kToken = "abcdefghijklmnopqrstuvwxyz0123456789ABCD";

class House {
 public:
  House();

  // The resource as a user writes it, with these members added to its spec; "" for the plain one.
  void apply(const std::string& more_spec = {});
  void annotate(const std::string& name, const std::string& value);
  void put_pair(const support::Identity& pair, const std::string& ca = {},
                const std::string& type = "kubernetes.io/tls");
  void remove_secret(const std::string& name);
  void put_secret(const std::string& name, const std::string& type, const std::map<std::string, std::string>& values);

  // One pass; the store follows what is in the API, as the watch would make it.
  control::Outcome pass();
  // Passes until the outcome is not to look again within `limit` of simulated time.
  void settle(Duration limit = Duration(120'000));

  api::OriginPullConfig resource();
  const api::Condition& condition(std::string_view type);
  std::string presented();
  // The mutations that Cloudflare has seen since the last call: "POST", "PUT", "PATCH", "DELETE".
  std::vector<std::string> mutations();
  std::size_t cloudflare_calls() { return cloudflare_.log().calls().size(); }

  support::JumpEnv env;
  bool leading = true;
  std::function<std::optional<net::Served>(const net::ServedRequest&)> kube_fault;
  std::vector<std::string> kube_calls;
  worlds::CloudflareService& cloudflare() { return cloudflare_; }
  Surroundings& surroundings() { return surroundings_; }
  const control::Key key{"shop", "example"};

 private:
  class Permits;
  struct OneNetwork;
  net::Served serve_kube(const net::ServedRequest&);
  net::Served put_status(const std::string& path, const std::string& body);
  std::string next_version() { return std::to_string(++version_); }
  void follow();

  worlds::CloudflareService cloudflare_;
  std::map<std::string, std::string> objects_;  // by path, as JSON
  int version_ = 100;
  int generation_ = 0;
  std::shared_ptr<net::Network> network_;
  control::Metrics metrics_;
  control::Store<api::OriginPullConfig> store_;
  control::SecretIndex index_;
  control::WorkQueue queue_;
  control::WatchSet watches_;
  PairCache pairs_;
  kube::Client kube_;
  kube::EventRecorder events_;
  Surroundings surroundings_;
  Reconciler reconciler_;
};

}  // namespace originpull::reconcile
