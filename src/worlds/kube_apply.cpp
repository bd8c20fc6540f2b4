// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_apply.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "worlds/kube_prune.hpp"
#include "worlds/kube_typed.hpp"
#include "worlds/kube_validate.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;

std::string text_in(const json& object, const char* key) {
  if (!object.is_object()) return {};
  const auto found = object.find(key);
  return found == object.end() || !found->is_string() ? std::string() : found->get<std::string>();
}

const json& metadata_of(const json& object) {
  static const json none = json::object();
  const auto found = object.find("metadata");
  return found == object.end() || !found->is_object() ? none : *found;
}

// "apps/v1, Kind=Deployment"; of the core group "/v1, Kind=Secret".
std::string kind_text(const json& config) {
  const std::string version = text_in(config, "apiVersion");
  return (version.find('/') == std::string::npos ? "/" : "") + version + ", Kind=" + text_in(config, "kind");
}

KubeOutcome<void> check(const json& config, const KubeSchema& schema, const ManagedWrite& writer) {
  if (!config.is_object()) {
    return refuse(400, "BadRequest",
                  "error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal the body "
                  "into Go value of type map[string]interface {}");
  }
  if (text_in(config, "apiVersion") != writer.api_version || text_in(config, "kind") != writer.kind)
    return refuse(400, "BadRequest", "invalid object type: " + kind_text(config));
  const json& meta = metadata_of(config);
  if (const auto managed = meta.find("managedFields"); managed != meta.end() && !managed->is_null())
    return refuse(400, "BadRequest", "metadata.managedFields must be nil");
  if (const std::string why = misfit(config, schema); !why.empty()) {
    return refuse(500, "",
                  "failed to create typed patch object (" + text_in(meta, "namespace") + "/" + text_in(meta, "name") +
                      "; " + kind_text(config) + "): " + why);
  }
  return {};
}

// What the manager had sent and does not send now goes, unless it is somebody's.
json pruned(const json& whole, const FieldSet& last, const std::vector<KubeManager>& managers,
            const KubeSchema& schema) {
  if (last.empty()) return whole;
  const FieldSet mine = with_parents(last, &schema);
  const FieldSet all = with_parents(fields_of(whole, schema), &schema);
  json rest = without_fields(whole, mine, schema);
  FieldSet owned;
  for (const KubeManager& one : managers) owned = joined(std::move(owned), one.fields);
  FieldSet kept = joined(with_parents(fields_of(rest, schema), &schema), with_parents(owned, &schema));
  rest = without_fields(whole, without(all, kept), schema);
  // What nobody manages, and this one never did, stays.
  kept = with_parents(fields_of(rest, schema), &schema);
  return without_fields(whole, common(without(all, kept), mine), schema);
}

std::string shown(const KubeManager& one) {
  std::string out = json(one.manager).dump();
  if (!one.subresource.empty()) out += " with subresource " + json(one.subresource).dump();
  return one.applies ? out : out + " using " + one.api_version;
}

KubeRefusal conflict(const std::vector<KubeManager>& losers) {
  KubeRefusal refusal{.code = 409, .reason = "Conflict"};
  std::string lines;
  for (const KubeManager& one : losers) {
    lines += (lines.empty() ? "" : "\n") + ("conflicts with " + shown(one) + ":");
    one.fields.each([&](const FieldPath& path) {
      const std::string field = text_of(path);
      lines += "\n- " + field;
      refusal.causes.push_back(
          {.reason = "FieldManagerConflict", .message = "conflict with " + shown(one), .field = field});
    });
  }
  const std::size_t count = refusal.causes.size();
  refusal.message = "Apply failed with " + std::to_string(count) + (count == 1 ? " conflict: " : " conflicts: ");
  refusal.message += count == 1 ? refusal.causes[0].message + ": " + refusal.causes[0].field : lines;
  return refusal;
}

// Takes from the others what this write takes or removes.
KubeOutcome<void> settle(std::vector<KubeManager>& managers, const KubeManager& self, const FieldChanges& changes,
                         const std::vector<std::string>& resets, bool force) {
  const FieldSet taken = without_roots(joined(changes.modified, changes.added), resets);
  const FieldSet lost = joined(taken, without_roots(changes.removed, resets));
  std::vector<KubeManager> losers;
  for (KubeManager& one : managers) {
    if (one.is(self)) continue;
    if (FieldSet fields = common(one.fields, taken); !fields.empty()) {
      losers.push_back(one);
      losers.back().fields = std::move(fields);
    }
    one.fields = without(one.fields, lost);
  }
  if (losers.empty() || force) return {};
  std::ranges::sort(losers, {}, [](const KubeManager& one) {
    return std::make_tuple(one.manager, one.applies ? "Apply" : "Update", one.api_version, one.subresource);
  });
  return refuse(conflict(losers));
}

// Where a map or list loses all that it held, and somebody still owns it, the real server has null there, which it
// then refuses in a custom resource.
KubeOutcome<void> check_nulls(const json& object, const json& live, const KubeSchema& schema,
                              const ManagedWrite& writer) {
  json judged = object;
  for (const std::string& field : writer.resets) {
    judged.erase(field);
    if (live.contains(field)) judged[field] = live[field];
  }
  json clean = judged;
  drop_nulls(clean, schema);
  if (clean == judged) return {};
  add_defaults(judged, schema);
  auto causes = validate_custom(judged, live.empty() ? nullptr : &live, schema, {},
                                writer.subresource == "status" ? KubeScope::kStatus : KubeScope::kAll);
  if (causes.empty()) return {};
  const std::string group = writer.api_version.substr(0, writer.api_version.find('/'));
  return refuse(invalid(group, writer.kind, text_in(metadata_of(object), "name"), std::move(causes)));
}

// An object that was never tracked has a manager for all that is there before the first apply.
std::vector<KubeManager> managers_of(const json& live, const json* was, const KubeSchema& schema,
                                     const ManagedWrite& writer) {
  std::vector<KubeManager> managers = was == nullptr ? std::vector<KubeManager>() : read_managers(*was);
  if (!managers.empty() || was == nullptr) return managers;
  const FieldChanges changes = changes_between(json::object(), live, schema);
  managers.push_back({.manager = "before-first-apply",
                      .api_version = writer.api_version,
                      .subresource = writer.subresource,
                      .time = writer.now,
                      .fields = without_identity(without_roots(changes.added, writer.resets))});
  return managers;
}

}  // namespace

KubeOutcome<json> applied(const json* was, const json& config, const KubeSchema& schema, const ManagedWrite& writer,
                          bool force) {
  TRY(check(config, schema, writer));
  json live = was == nullptr ? json::object() : *was;
  write_managers(live, {});
  std::vector<KubeManager> managers = managers_of(live, was, schema, writer);
  KubeManager self{
      .manager = writer.manager, .applies = true, .api_version = writer.api_version, .subresource = writer.subresource};
  auto mine = std::ranges::find_if(managers, [&](const KubeManager& one) { return one.is(self); });
  if (mine == managers.end()) mine = managers.insert(managers.end(), self);
  const FieldSet last = std::exchange(mine->fields, without_roots(fields_of(config, schema), writer.resets));
  mine->api_version = writer.api_version;

  json object = pruned(merged(live, config, schema), last, managers, schema);
  TRY(settle(managers, self, changes_between(live, object, schema), writer.resets, force));
  if (object != live) mine->time = writer.now;
  if (schema.name.empty()) TRY(check_nulls(object, live, schema, writer));
  drop_nulls(object, schema);
  mine->fields = without_identity(mine->fields);
  write_managers(object, std::move(managers));
  return object;
}

KubeOutcome<void> check_patch_options(std::string_view field_manager, bool applies, bool has_force) {
  std::vector<KubeCause> causes;
  if (applies && field_manager.empty()) causes.push_back(required_value("fieldManager", "is required for apply patch"));
  if (!applies && has_force) causes.push_back(forbidden("force", "may not be specified for non-apply patch"));
  if (field_manager.size() > 128)
    causes.push_back({.reason = "FieldValueTooLong",
                      .message = "Too long: may not be more than 128 bytes",
                      .field = "fieldManager"});
  if (causes.empty()) return {};
  return refuse(invalid("meta.k8s.io", "PatchOptions", "", std::move(causes)));
}

}  // namespace originpull::worlds
