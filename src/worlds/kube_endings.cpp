// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_endings.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "worlds/kube_crd.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;

constexpr const char* kDefinitions = "customresourcedefinitions.apiextensions.k8s.io";
constexpr const char* kNamespaces = "namespaces";

bool is_going(const json& object) { return object.at("metadata").contains("deletionTimestamp"); }

bool has_finalizers(const json& object) {
  const auto found = object.at("metadata").find("finalizers");
  return found != object.at("metadata").end() && !found->empty();
}

// Deletes an object, or marks it where finalizers hold it.
void end(KubeState& state, const KubeMoment& moment, const KubeKey& key, const KubeObject& object) {
  if (is_going(*object.value)) return;
  json last = *object.value;
  if (!has_finalizers(last)) {
    state.store.forget(key, std::move(last), moment.at);
    return;
  }
  last["metadata"]["deletionTimestamp"] = moment.now;
  last["metadata"]["deletionGracePeriodSeconds"] = 0;
  state.store.write(key, std::move(last), moment.at);
}

// Whether nothing is left of what `wanted` matches.
template <class Wanted>
bool end_all(KubeState& state, const KubeMoment& moment, const Wanted& wanted) {
  std::vector<KubeStore::Row> rows;
  for (const auto& row : state.store.objects)
    if (wanted(row.first)) rows.emplace_back(row);
  for (const auto& [key, object] : rows) end(state, moment, key, *object);
  return std::ranges::all_of(rows, [&](const KubeStore::Row& row) { return !state.store.find(row.first); });
}

std::string storage_of(const json& crd) {
  return crd["spec"]["names"].value("plural", "") + "." + crd["spec"].value("group", "");
}

void serve_types(KubeState& state, const json& crd, bool served) {
  auto types = served ? types_of_definition(crd) : std::vector<KubeType>();
  if (!types) return;
  state.catalogue =
      state.catalogue->with(crd["spec"].value("group", ""), crd["spec"]["names"].value("plural", ""), *types);
}

void establish(KubeState& state, const KubeMoment& moment, const KubeKey& key, const KubeObject& object) {
  json crd = *object.value;
  serve_types(state, crd, true);
  if (crd.contains("status") && crd["status"].value("acceptedNames", json()) == crd["spec"]["names"]) return;
  crd["status"] = definition_status(crd, moment.now);
  state.store.write(key, std::move(crd), moment.at);
}

// One round over what is going; true: something went.
bool end_containers(KubeState& state, const KubeMoment& moment) {
  std::vector<KubeStore::Row> going;
  for (const char* storage : {kDefinitions, kNamespaces})
    for (const auto& row : state.store.list(storage, "", state.store.version))
      if (is_going(*row.second->value)) going.push_back(row);
  bool went = false;
  for (const auto& [key, object] : going) {
    const json& value = *object->value;
    const bool definition = key.storage == kDefinitions;
    const std::string content = definition ? storage_of(value) : "";
    const bool empty = end_all(
        state, moment, [&](const KubeKey& one) { return definition ? one.storage == content : one.ns == key.name; });
    if (!empty || (!definition && has_finalizers(value))) continue;
    if (definition) serve_types(state, value, false);
    json last = value;
    last["metadata"].erase("finalizers");
    state.store.forget(key, std::move(last), moment.at);
    went = true;
  }
  return went;
}

}  // namespace

void settle(KubeState& state, const KubeLaws& laws, const KubeMoment& moment, std::int64_t since) {
  if (state.store.version == since) return;
  std::vector<KubeKey> definitions;
  for (auto change = state.store.after(since); change != state.store.history.cend(); ++change)
    if (change->key.storage == kDefinitions) definitions.push_back(change->key);
  for (const KubeKey& key : definitions) {
    const auto object = state.store.find(key);
    if (object && !is_going(*object->value)) establish(state, moment, key, *object);
  }
  if (!laws.endings) return;
  while (end_containers(state, moment)) continue;
}

}  // namespace originpull::worlds
