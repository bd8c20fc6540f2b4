// SPDX-License-Identifier: Apache-2.0
#pragma once
// `KubeStore` is what the simulated Kubernetes API remembers: the objects, each immutable and shared, and the changes
// that made them, each with what was before. So any moment since the last compaction can be seen again by undoing
// changes: pages of a list, a list of an exact version, a front-end that lags. Deterministic: ordered by storage,
// namespace, name. A plain value that the world holds under its lock; nothing fails.
//
// An object is kept without `apiVersion` and `kind`, because these depend on who asks.
#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "worlds/kube_types.hpp"

namespace originpull::worlds {

struct KubeObject {
  std::shared_ptr<const nlohmann::json> value;
  std::string bare;  // the value as text, without apiVersion and kind
  std::int64_t version = 0;
  bool lacks_defaults = false;  // defaults of the status, which are shown from the start, wait for the next write
};
using KubeObjectPtr = std::shared_ptr<const KubeObject>;
// The object with `version` as its resourceVersion; 0: with none, it was never written. Takes the value.
KubeObjectPtr make_object(nlohmann::json&& value, std::int64_t version, bool lacks_defaults = false);
// The same with another version.
KubeObjectPtr with_version(const KubeObject&, std::int64_t version);
// As JSON with its kind in front.
std::string text_of(const KubeType&, const KubeObject&);
// The value with apiVersion and kind.
nlohmann::json whole_value(const KubeType&, const KubeObject&);

struct KubeKey {
  std::string storage = {};  // KubeType::storage
  std::string ns = {};       // empty: cluster-scoped
  std::string name = {};
  auto operator<=>(const KubeKey&) const = default;
};

struct KubeChange {
  std::int64_t version = 0;
  Instant at{};
  KubeKey key = {};
  KubeObjectPtr before = {};  // null: it was made
  KubeObjectPtr after = {};   // null: it was deleted
  KubeObjectPtr last = {};    // of a deletion: the object as it went, with the version of the deletion
};

struct KubeStore {
  using Row = std::pair<KubeKey, KubeObjectPtr>;

  std::int64_t version = 100;
  std::int64_t compacted = 0;  // what happened up to here is forgotten
  std::map<KubeKey, KubeObjectPtr> objects = {};
  std::deque<KubeChange> history = {};
  std::size_t history_limit = 10'000;

  KubeObjectPtr find(const KubeKey& key) const;
  // Writes the value as the next version and returns it as it then is. `forget` instead deletes it.
  KubeObjectPtr write(const KubeKey& key, nlohmann::json&& value, Instant at, bool lacks_defaults = false);
  KubeObjectPtr forget(const KubeKey& key, nlohmann::json&& last, Instant at);
  // Of one storage, and namespace if one is given, as they were at `as_of`, which is not before `compacted`.
  std::vector<Row> list(const std::string& storage, const std::string& ns, std::int64_t as_of) const;
  // The first change after `version`.
  std::deque<KubeChange>::const_iterator after(std::int64_t version) const;
  void compact();

 private:
  void note(KubeChange change);
};

}  // namespace originpull::worlds
