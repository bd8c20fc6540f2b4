// SPDX-License-Identifier: Apache-2.0
#pragma once
// `KubeWriter` is one write of the simulated Kubernetes API, done under the world's lock: what the request asks for is
// brought into form, judged, and written as the next version, or nothing happens at all. The order of the checks is
// that of a real API server, because it decides which of several faults a client is told. Lives for one request.
// Refusals are values; a no-op is a success that writes nothing.
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "worlds/kube_request.hpp"
#include "worlds/kube_state.hpp"

namespace originpull::worlds {

struct ManagedWrite;

struct KubeWritten {
  int status = 200;
  KubeObjectPtr object = {};
  bool gone = false;  // it was deleted, and nothing of it is left
  std::vector<std::string> warnings = {};
};

class KubeWriter {
 public:
  KubeWriter(KubeState& state, const KubeLaws& laws, const KubeMoment& moment, const KubeRequest& request,
             KubeTypePtr type, KubeWriteOptions options)
      : state_(state),
        laws_(laws),
        moment_(moment),
        request_(request),
        type_(std::move(type)),
        options_(std::move(options)) {}

  KubeOutcome<KubeWritten> create(nlohmann::json&& body);
  KubeOutcome<KubeWritten> update(nlohmann::json&& body);
  KubeOutcome<KubeWritten> patch(std::string_view content_type);
  KubeOutcome<KubeWritten> remove(const nlohmann::json& options) { return remove(key(), options); }
  const std::vector<std::string>& warnings() const { return warnings_; }
  // Each object of `rows` that is still there.
  KubeOutcome<void> remove_all(const std::vector<KubeStore::Row>& rows, const nlohmann::json& options);

 private:
  KubeKey key() const { return {type_->storage, type_->namespaced ? request_.ns : std::string(), request_.name}; }
  KubeOutcome<void> check_namespace(const std::string& name) const;
  KubeOutcome<void> place(nlohmann::json& object) const;  // its namespace is that of the path
  KubeOutcome<nlohmann::json> patched(const KubeObject* before, std::string_view content_type) const;
  KubeOutcome<void> read_result(nlohmann::json& after, std::string_view content_type);
  KubeRefusal unreadable_result(const nlohmann::json& after, const KubeRefusal& refusal) const;
  KubeOutcome<void> check_version(const KubeObject& before, const nlohmann::json& sent) const;
  void note_empty_maps(const nlohmann::json& sent);
  KubeOutcome<void> check_uid(const KubeObject* before, const nlohmann::json& sent) const;
  KubeOutcome<void> admit(nlohmann::json& object, const nlohmann::json* before);
  // `tracked`: this is no apply, which has noted who manages what already.
  KubeOutcome<KubeWritten> insert(nlohmann::json&& decoded, bool tracked);
  KubeOutcome<KubeWritten> store_change(const KubeObjectPtr& before, nlohmann::json&& after, bool tracked);
  KubeOutcome<KubeWritten> apply();
  void track(nlohmann::json& object, const nlohmann::json* live) const;
  ManagedWrite managed() const;
  KubeOutcome<KubeWritten> remove(const KubeKey& key, const nlohmann::json& options);
  void keep_what_is_fixed(const nlohmann::json& before, nlohmann::json& after) const;
  KubeWritten commit(const KubeKey& key, nlohmann::json&& value, int status, bool lacks_defaults = false);
  KubeRefusal refused(const nlohmann::json& object, std::vector<KubeCause> causes) const;

  KubeState& state_;
  const KubeLaws& laws_;
  const KubeMoment& moment_;
  const KubeRequest& request_;
  const KubeTypePtr type_;
  const KubeWriteOptions options_;
  std::vector<std::string> warnings_;
  std::vector<std::string> empty_maps_;
};

}  // namespace originpull::worlds
