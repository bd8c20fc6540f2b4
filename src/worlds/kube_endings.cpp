// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_endings.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

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

bool is_established(const json& crd) {
  const json status = crd.value("status", json::object());
  return std::ranges::any_of(status.value("conditions", json::array()), [](const json& one) {
    return one.value("type", "") == "Established" && one.value("status", "") == "True";
  });
}

void establish(KubeState& state, const KubeMoment& moment, const KubeKey& key, const KubeObject& object) {
  json crd = *object.value;
  if (json status = conflicting_status(crd, *state.catalogue, moment.now); !status.is_null()) {
    if (crd.value("status", json::object()).value("acceptedNames", json()) == status["acceptedNames"]) return;
    crd["status"] = std::move(status);
    state.store.write(key, std::move(crd), moment.at);
    return;
  }
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

// Those that were written, and where one was, those that wait for its names.
void establish_changed(KubeState& state, const KubeMoment& moment, std::int64_t since) {
  std::set<KubeKey> changed;
  for (auto change = state.store.after(since); change != state.store.history.cend(); ++change)
    if (change->key.storage == kDefinitions) changed.insert(change->key);
  if (changed.empty()) return;
  for (const auto& [key, object] : state.store.list(kDefinitions, "", state.store.version)) {
    if (is_going(*object->value)) continue;
    if (changed.contains(key) || !is_established(*object->value)) establish(state, moment, key, *object);
  }
}

bool names_owner(const json& reference, const std::set<std::string>& uids) {
  return uids.contains(reference.value("uid", ""));
}

const json& owners_of(const json& object) {
  static const json kNone = json::array();
  const auto found = object.at("metadata").find("ownerReferences");
  return found == object.at("metadata").end() || !found->is_array() ? kNone : *found;
}

std::vector<KubeStore::Row> children_of(const KubeState& state, const std::set<std::string>& uids) {
  std::vector<KubeStore::Row> children;
  for (const auto& row : state.store.objects)
    if (std::ranges::any_of(owners_of(*row.second->value), [&](const json& one) { return names_owner(one, uids); }))
      children.emplace_back(row);
  return children;
}

// Objects whose owners have all gone, and of these one now; true: some went along or were marked.
bool end_children(KubeState& state, const KubeMoment& moment, std::int64_t since) {
  std::set<std::string> gone;
  for (auto change = state.store.after(since); change != state.store.history.cend(); ++change)
    if (!change->after && change->before) gone.insert(change->before->value->at("metadata").value("uid", ""));
  if (gone.empty()) return false;
  const std::vector<KubeStore::Row> orphans = children_of(state, gone);
  if (orphans.empty()) return false;
  std::set<std::string> there;
  for (const auto& [key, object] : state.store.objects) there.insert(object->value->at("metadata").value("uid", ""));
  const std::int64_t before = state.store.version;
  for (const auto& [key, object] : orphans) {
    const json& owners = owners_of(*object->value);
    const bool owned = std::ranges::any_of(owners, [&](const json& one) { return names_owner(one, there); });
    if (!owned && key.storage != kDefinitions && key.storage != kNamespaces) end(state, moment, key, *object);
  }
  return state.store.version != before;
}

bool has_finalizer(const json& object, const char* name) {
  const json& meta = object.at("metadata");
  const auto found = meta.find("finalizers");
  return found != meta.end() && found->is_array() && std::ranges::find(*found, name) != found->end();
}

void forget_owner(KubeState& state, const KubeMoment& moment, const KubeStore::Row& row,
                  const std::set<std::string>& owner) {
  json child = *row.second->value;
  json others = json::array();
  for (const json& one : owners_of(child))
    if (!names_owner(one, owner)) others.push_back(one);
  if (others.empty()) {
    child["metadata"].erase("ownerReferences");
  } else {
    child["metadata"]["ownerReferences"] = std::move(others);
  }
  state.store.write(row.first, std::move(child), moment.at);
}

void drop_finalizer(KubeState& state, const KubeMoment& moment, const KubeStore::Row& row, const char* name) {
  json owner = *row.second->value;
  json rest = json::array();
  for (const json& one : owner["metadata"]["finalizers"])
    if (one != name) rest.push_back(one);
  const bool last = rest.empty();
  if (last) {
    owner["metadata"].erase("finalizers");
    state.store.forget(row.first, std::move(owner), moment.at);
  } else {
    owner["metadata"]["finalizers"] = std::move(rest);
    state.store.write(row.first, std::move(owner), moment.at);
  }
}

bool blocks(const json& child, const std::set<std::string>& owner) {
  return std::ranges::any_of(owners_of(child), [&](const json& one) {
    return names_owner(one, owner) && one.value("blockOwnerDeletion", false);
  });
}

// Ends the children of an owner that goes after them; true: none is left that it must wait for.
bool end_first(KubeState& state, const KubeMoment& moment, const std::set<std::string>& owner) {
  for (const KubeStore::Row& row : children_of(state, owner)) {
    if (owners_of(*row.second->value).size() > 1) {
      forget_owner(state, moment, row, owner);  // somebody else has it, too
    } else {
      end(state, moment, row.first, *row.second);
    }
  }
  return std::ranges::none_of(children_of(state, owner),
                              [&](const KubeStore::Row& row) { return blocks(*row.second->value, owner); });
}

// Owners whose deletion waits for what becomes of their children; asked where one was marked, or a child has gone.
bool release_owners(KubeState& state, const KubeMoment& moment, std::int64_t since) {
  const bool asked = std::any_of(state.store.after(since), state.store.history.cend(), [](const KubeChange& change) {
    if (!change.after) return change.before && !owners_of(*change.before->value).empty();
    return has_finalizer(*change.after->value, kOrphans) || has_finalizer(*change.after->value, kForeground);
  });
  if (!asked) return false;
  std::vector<KubeStore::Row> waiting;
  for (const auto& row : state.store.objects)
    if (is_going(*row.second->value)) waiting.emplace_back(row);
  const std::int64_t before = state.store.version;
  for (const KubeStore::Row& row : waiting) {
    const json& object = *row.second->value;
    const std::set<std::string> owner{object.at("metadata").value("uid", "")};
    if (has_finalizer(object, kOrphans)) {
      for (const KubeStore::Row& child : children_of(state, owner)) forget_owner(state, moment, child, owner);
      drop_finalizer(state, moment, row, kOrphans);
    } else if (has_finalizer(object, kForeground) && end_first(state, moment, owner)) {
      drop_finalizer(state, moment, row, kForeground);
    }
  }
  return state.store.version != before;
}

}  // namespace

void settle(KubeState& state, const KubeLaws& laws, const KubeMoment& moment, std::int64_t since) {
  if (state.store.version == since) return;
  establish_changed(state, moment, since);
  if (!laws.endings) return;
  const std::int64_t before = state.store.version;
  while (end_containers(state, moment) || release_owners(state, moment, since) || end_children(state, moment, since))
    continue;
  establish_changed(state, moment, before);
}

}  // namespace originpull::worlds
