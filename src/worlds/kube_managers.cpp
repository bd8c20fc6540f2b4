// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_managers.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <tuple>
#include <utility>

#include "worlds/kube_typed.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;

constexpr std::size_t kMostUpdateManagers = 10;
constexpr std::size_t kLongestManager = 128;

const json* entries_of(const json& object) {
  const auto meta = object.find("metadata");
  if (meta == object.end() || !meta->is_object()) return nullptr;
  const auto found = meta->find("managedFields");
  return found == meta->end() ? nullptr : &*found;
}

std::string text_in(const json& entry, const char* key) {
  const auto found = entry.find(key);
  return found == entry.end() || !found->is_string() ? std::string() : found->get<std::string>();
}

std::optional<KubeManager> read_entry(const json& entry) {
  if (!entry.is_object()) return std::nullopt;
  const std::string operation = text_in(entry, "operation");
  KubeManager one{.manager = text_in(entry, "manager"),
                  .applies = operation == "Apply",
                  .api_version = text_in(entry, "apiVersion"),
                  .subresource = text_in(entry, "subresource"),
                  .time = text_in(entry, "time")};
  const bool known = operation == "Apply" || operation == "Update";
  if (!known || one.api_version.empty() || text_in(entry, "fieldsType") != "FieldsV1") return std::nullopt;
  if (const auto fields = entry.find("fieldsV1"); fields != entry.end()) {
    auto set = decode_fields(*fields);
    if (!set) return std::nullopt;
    one.fields = std::move(*set);
  }
  return one;
}

// One entry that is wrong makes all of them nothing.
std::vector<KubeManager> read_entries(const json* entries) {
  std::vector<KubeManager> managers;
  if (entries == nullptr || !entries->is_array()) return managers;
  for (const json& entry : *entries) {
    auto one = read_entry(entry);
    if (!one) return {};
    managers.push_back(std::move(*one));
  }
  return managers;
}

json entry_of(const KubeManager& one) {
  json entry = {{"manager", one.manager},
                {"operation", one.applies ? "Apply" : "Update"},
                {"apiVersion", one.api_version},
                {"fieldsType", "FieldsV1"},
                {"fieldsV1", encode_fields(one.fields)}};
  if (!one.time.empty()) entry["time"] = one.time;
  if (!one.subresource.empty()) entry["subresource"] = one.subresource;
  return entry;
}

// Whether somebody asks to forget who manages what. Of a custom resource an empty list does not.
bool is_reset(const json& entries, const KubeSchema& schema) {
  if (!entries.is_array()) return false;
  return entries.empty() ? !schema.name.empty() : entries.size() == 1 && entries[0] == json::object();
}

// Whose fields they are before the write: what the client sent back of them counts, if it is any.
std::vector<KubeManager> managers_before(const json& object, const json* live, const KubeSchema& schema,
                                         const ManagedWrite& writer) {
  if (writer.subresource.empty()) {
    const json* sent = entries_of(object);
    if (sent != nullptr && is_reset(*sent, schema)) return {};
    if (auto managers = read_entries(sent); !managers.empty()) return managers;
  }
  return live == nullptr ? std::vector<KubeManager>() : read_entries(entries_of(*live));
}

void forget_entries(json& object) {
  if (const auto meta = object.find("metadata"); meta != object.end() && meta->is_object())
    meta->erase("managedFields");
}

void cap(std::vector<KubeManager>& managers) {
  std::vector<KubeManager> updates;
  std::vector<KubeManager> kept;
  for (KubeManager& one : managers) (one.applies ? kept : updates).push_back(std::move(one));
  std::ranges::sort(updates, {}, [](const KubeManager& one) {
    return std::tie(one.time, one.manager, one.api_version, one.subresource);
  });
  std::size_t count = updates.size();
  std::map<std::string, KubeManager> buckets;  // by version
  for (KubeManager& one : updates) {
    auto bucket = count > kMostUpdateManagers ? buckets.find(one.api_version) : buckets.end();
    if (bucket != buckets.end()) {
      bucket->second.manager = "ancient-changes";
      bucket->second.subresource.clear();
      bucket->second.fields = joined(std::move(bucket->second.fields), one.fields);
      bucket->second.time = one.time;
      --count;
    } else if (count > kMostUpdateManagers) {
      buckets.emplace(one.api_version, std::move(one));
    } else {
      kept.push_back(std::move(one));
    }
  }
  for (auto& [version, one] : buckets) kept.push_back(std::move(one));
  managers = std::move(kept);
}

}  // namespace

bool KubeManager::is(const KubeManager& other) const {
  return manager == other.manager && applies == other.applies && subresource == other.subresource &&
         (applies || api_version == other.api_version);
}

std::string manager_name(std::string_view field_manager, std::string_view user_agent) {
  std::string name(field_manager.empty() ? user_agent.substr(0, user_agent.find('/')) : field_manager);
  std::erase_if(name, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
  if (name.size() > kLongestManager) name.resize(kLongestManager);
  return name.empty() ? "unknown" : name;
}

std::vector<KubeManager> read_managers(const json& object) { return read_entries(entries_of(object)); }

void write_managers(json& object, std::vector<KubeManager> managers) {
  std::erase_if(managers, [](const KubeManager& one) { return one.fields.empty(); });
  forget_entries(object);
  if (managers.empty()) return;
  std::ranges::sort(managers, {}, [](const KubeManager& one) {
    return std::make_tuple(!one.applies, std::cref(one.time), std::cref(one.manager), std::cref(one.api_version),
                           std::cref(one.subresource));
  });
  json entries = json::array();
  for (const KubeManager& one : managers) entries.push_back(entry_of(one));
  object["metadata"]["managedFields"] = std::move(entries);
}

FieldSet without_identity(const FieldSet& set) {
  static const FieldSet identity = [] {
    FieldSet all;
    for (const char* field : {"apiVersion", "kind", "metadata"}) all.insert({std::string("f:") + field});
    for (const char* field : {"name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName", "generation",
                              "managedFields", "resourceVersion"})
      all.insert({"f:metadata", std::string("f:") + field});
    return all;
  }();
  return without(set, identity);
}

void track_update(json& object, const json* live, const KubeSchema& schema, const ManagedWrite& writer) {
  std::vector<KubeManager> managers = managers_before(object, live, schema, writer);
  forget_entries(object);
  if (managers.empty() && live != nullptr) return;  // an object that nobody tracks stays so
  static const json nothing = json::object();
  const FieldChanges changes = changes_between(live == nullptr ? nothing : *live, object, schema);
  const FieldSet taken = without_roots(joined(changes.modified, changes.added), writer.resets);
  const FieldSet lost = joined(taken, without_roots(changes.removed, writer.resets));
  for (KubeManager& one : managers) one.fields = without(one.fields, lost);
  KubeManager self{.manager = writer.manager,
                   .api_version = writer.api_version,
                   .subresource = writer.subresource,
                   .time = writer.now,
                   .fields = without_identity(taken)};
  if (!self.fields.empty()) {
    const auto before = std::ranges::find_if(managers, [&](const KubeManager& one) { return one.is(self); });
    if (before == managers.end()) {
      managers.push_back(std::move(self));
    } else {
      self.fields = joined(std::move(self.fields), before->fields);
      *before = std::move(self);
    }
  }
  std::erase_if(managers, [](const KubeManager& one) { return one.fields.empty(); });
  cap(managers);
  write_managers(object, std::move(managers));
}

void keep_times_of_no_change(json& object, const json& live) {
  const json* now = entries_of(object);
  const json* before = entries_of(live);
  if (now == nullptr || before == nullptr || *now == *before || now->size() != before->size()) return;
  for (std::size_t i = 0; i < now->size(); ++i) {
    const json& a = (*now)[i];
    const json& b = (*before)[i];
    for (const char* key : {"manager", "operation", "apiVersion", "subresource", "fieldsV1"})
      if (a.value(key, json()) != b.value(key, json())) return;
  }
  json other = object;
  other["metadata"]["managedFields"] = *before;
  if (other == live) object = std::move(other);
}

}  // namespace originpull::worlds
