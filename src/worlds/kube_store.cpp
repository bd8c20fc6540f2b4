// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_store.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace originpull::worlds {

using nlohmann::json;

KubeObjectPtr make_object(json&& value, std::int64_t version, bool lacks_defaults) {
  value.erase("apiVersion");
  value.erase("kind");
  json& meta = value["metadata"];
  if (version == 0) {
    meta.erase("resourceVersion");
  } else {
    meta["resourceVersion"] = std::to_string(version);
  }
  auto object = std::make_shared<KubeObject>();
  object->bare = value.dump(-1, ' ', false, json::error_handler_t::replace);
  object->value = std::make_shared<const json>(std::move(value));
  object->version = version;
  object->lacks_defaults = lacks_defaults;
  return object;
}

KubeObjectPtr with_version(const KubeObject& object, std::int64_t version) {
  return make_object(json(*object.value), version);
}

std::string text_of(const KubeType& type, const KubeObject& object) {
  std::string text = R"({"apiVersion":")" + type.group_version() + R"(","kind":")" + type.kind + R"(",)";
  text.append(object.bare, 1);
  return text;
}

json whole_value(const KubeType& type, const KubeObject& object) {
  json value = *object.value;
  value["apiVersion"] = type.group_version();
  value["kind"] = type.kind;
  return value;
}

KubeObjectPtr KubeStore::find(const KubeKey& key) const {
  const auto found = objects.find(key);
  return found == objects.end() ? nullptr : found->second;
}

void KubeStore::note(KubeChange change) {
  history.push_back(std::move(change));
  while (history.size() > history_limit) {
    compacted = history.front().version;
    history.pop_front();
  }
}

KubeObjectPtr KubeStore::write(const KubeKey& key, json&& value, Instant at, bool lacks_defaults) {
  auto made = make_object(std::move(value), ++version, lacks_defaults);
  KubeObjectPtr& place = objects[key];
  note({.version = version, .at = at, .key = key, .before = place, .after = made});
  place = made;
  return made;
}

KubeObjectPtr KubeStore::forget(const KubeKey& key, json&& last, Instant at) {
  auto gone = make_object(std::move(last), ++version);
  note({.version = version, .at = at, .key = key, .before = find(key), .last = gone});
  objects.erase(key);
  return gone;
}

std::vector<KubeStore::Row> KubeStore::list(const std::string& storage, const std::string& ns,
                                            std::int64_t as_of) const {
  const auto wanted = [&](const KubeKey& key) { return key.storage == storage && (ns.empty() || key.ns == ns); };
  std::vector<Row> rows;
  for (auto one = objects.lower_bound({storage, ns, {}}); one != objects.end() && wanted(one->first); ++one)
    rows.emplace_back(*one);
  if (as_of >= version) return rows;
  std::map<KubeKey, KubeObjectPtr> then;
  for (Row& row : rows) then.insert(std::move(row));
  for (auto change = history.rbegin(); change != history.rend() && change->version > as_of; ++change)
    if (wanted(change->key)) then[change->key] = change->before;
  rows.clear();
  for (auto& row : then)
    if (row.second) rows.emplace_back(row);
  return rows;
}

std::deque<KubeChange>::const_iterator KubeStore::after(std::int64_t from) const {
  return std::ranges::upper_bound(history, from, {}, &KubeChange::version);
}

void KubeStore::compact() {
  history.clear();
  compacted = version;
}

}  // namespace originpull::worlds
