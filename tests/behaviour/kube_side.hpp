// SPDX-License-Identifier: Apache-2.0
#pragma once
// A `Side` is one Kubernetes API that the suite holds a conversation with: the real kube-apiserver, or the simulated
// world. The one idea: a check sees a Side and never which one it is, so the real server says what is true and the
// world has to say the same. What HTTP cannot ask for (that history be forgotten, that the controllers of a cluster
// run, a token of a user) is a virtual function that each side fulfils in its own way. Owned by one thread, which
// every call blocks; a call that has no answer is an Answer of status 0 with the reason, and a preparation that fails
// throws std::runtime_error, which gtest reports as the failure of the check.
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "behaviour/kube_http.hpp"

namespace originpull::behaviour {

class Side {
 public:
  virtual ~Side() = default;
  virtual std::string name() const = 0;  // "Real", "World"

  Answer get(const std::string& target, const Extra& = {});
  Answer post(const std::string& target, const std::string& body, const Extra& = {});
  Answer put(const std::string& target, const std::string& body, const Extra& = {});
  Answer patch(const std::string& type, const std::string& target, const std::string& body, const Extra& = {});
  Answer remove(const std::string& target, const std::string& options = {}, const Extra& = {});
  Answer send(net::Method, const std::string& target, const std::string& body, const Extra& = {});

  // Reads until `enough` says so, the server ends it, or 20 s have passed.
  using Enough = std::function<bool(const std::vector<Frame>&)>;
  Watched watch(const std::string& target, const Enough& enough, const Extra& = {});
  Watched watch(const std::string& target, std::size_t frames, const Extra& = {});

  // A namespace of the check's own, made when it is first asked for.
  const std::string& ns();
  void new_check();                                   // the next `ns` is another one
  std::string in_ns(const std::string& plural);       // "/api/v1/namespaces/x/secrets"
  std::string widgets(const std::string& name = {});  // of tests/behaviour/kube_widgets.cpp
  std::string origin_pulls(const std::string& name = {});

  // All history up to now is forgotten: who resumes from before gets 410.
  virtual void forget_history() = 0;
  // The controllers that a cluster has: namespaces that end, owners whose children go. Idempotent.
  virtual void run_controllers() = 0;
  virtual void stop_controllers() = 0;
  // The token of a ServiceAccount that exists.
  virtual std::string token_of(const std::string& ns, const std::string& account) = 0;
  // Asks again every few milliseconds, for at most 40 s.
  virtual bool comes_true(const std::function<bool()>& holds) = 0;

 protected:
  virtual net::Transport& transport() = 0;
  virtual std::string admin_token() const = 0;
  // Makes the types of the suite known and waits until they are served; called once, by whoever makes a Side.
  void prepare();

 private:
  net::Request request(net::Method, const std::string& target, const std::string& body, const Extra&) const;
  std::string ns_ = {};
  int namespaces_ = 0;
};

// The answer itself if it is one of success; else an exception, for steps that must work before there is anything to
// see.
Answer ok(Answer answer);

// Throws what went wrong where the real parts are missing or do not start; `real_side` is one for the process.
Side& real_side();
bool real_side_is_possible(std::string& why_not);
std::unique_ptr<Side> make_world_side();

inline constexpr const char* kCrds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

// CustomResourceDefinitions as JSON.
// In the group types.test, with a plural of its own, so that checks do not meet each other's.
std::string type_crd(const std::string& plural, const std::string& kind, const std::string& spec_schema);
std::string widgets_crd();       // status subresource, defaults, rules, lists of every kind
std::string plain_crd();         // no subresource, cluster-scoped
std::string origin_pulls_crd();  // the shipped one
std::string valid_origin_pull(const std::string& name);

}  // namespace originpull::behaviour
