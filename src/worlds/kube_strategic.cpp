// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_strategic.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "worlds/kube_body.hpp"
#include "worlds/kube_meta.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;

constexpr const char* kPatch = "$patch";
constexpr const char* kRetainKeys = "$retainKeys";
constexpr std::string_view kDelete = "$deleteFromPrimitiveList/";
constexpr std::string_view kOrder = "$setElementOrder/";

tl::unexpected<KubeRefusal> bad(std::string message) { return refuse(400, "BadRequest", std::move(message)); }
// Most faults of such a patch are to the real server its own: 500, without a reason.
tl::unexpected<KubeRefusal> broken(std::string message) { return refuse(500, "", std::move(message)); }

// A value as Go prints it, for the texts of refusals.
std::string go_text(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_structured()) return value.is_null() ? "<nil>" : value.dump();
  std::string out;
  for (const auto& [key, one] : value.items()) {
    out += out.empty() ? "" : " ";
    out += (value.is_object() ? key + ":" : std::string()) + go_text(one);
  }
  return (value.is_object() ? "map[" : "[") + out + "]";
}

tl::unexpected<KubeRefusal> bad_directive(const json& map) {
  return broken("unknown patch type: " + go_text(map.at(kPatch)) + " in map: " + go_text(map));
}

tl::unexpected<KubeRefusal> no_list(const json& got) {
  const char* type = got.is_object() ? "map[string]interface {}" : got.is_number_integer() ? "int64" : got.type_name();
  return broken(std::string("expected a []interface {}, but received a ") + type);
}

tl::unexpected<KubeRefusal> no_key(const json& item, const std::string& key) {
  return broken("map: " + go_text(item) + " does not contain declared merge key: " + key);
}

// How a list merges.
struct Rule {
  const KubeSchema* item = nullptr;  // null: unknown
  bool merges = false;
  std::string key = {};
};

Rule rule_of(const KubeSchema* schema, const std::string& field) {
  const KubeSchema* list = schema == nullptr ? nullptr : schema->member(field);
  if (list == nullptr) return {};
  return {.item = list->element(), .merges = list->patch_merges, .key = list->patch_key};
}

// Values with a directive are not values; nulls in what is new mean nothing.
bool cleaned(json& value) {
  if (value.is_object()) {
    if (value.contains(kPatch)) return false;
    for (auto it = value.begin(); it != value.end();) {
      const bool directive = it.key() == kRetainKeys || it.key().starts_with(kDelete) || it.key().starts_with(kOrder);
      it = directive || it->is_null() || !cleaned(*it) ? value.erase(it) : ++it;
    }
  } else if (value.is_array()) {
    json kept = json::array();
    for (json& one : value)
      if (cleaned(one)) kept.push_back(std::move(one));
    value = std::move(kept);
  }
  return true;
}

void take(json& object, const std::string& field, json value) {
  if (cleaned(value)) {
    object[field] = std::move(value);
  } else {
    object.erase(field);
  }
}

// By the key, or the thing itself where there is none.
const json& identity(const json& item, const std::string& key) { return key.empty() ? item : item.at(key); }

std::ptrdiff_t position(const json& list, const json& item, const std::string& key) {
  const json& wanted = identity(item, key);
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!key.empty() && (!list[i].is_object() || !list[i].contains(key))) continue;
    if (identity(list[i], key) == wanted) return static_cast<std::ptrdiff_t>(i);
  }
  return -1;
}

// The items of `list` in the order of `order`; those that are not in it keep their place after each other.
void sort_by(json& list, const json& order, const std::string& key) {
  std::vector<json> items(list.begin(), list.end());
  std::stable_sort(items.begin(), items.end(),
                   [&](const json& a, const json& b) { return position(order, a, key) < position(order, b, key); });
  list = json(items);
}

// What the patch speaks of in its order, and between it, as far as its old order tells, what only the server has.
json ordered(const json& merged, const json& patch_order, const json& server_order, const std::string& key) {
  json ours = json::array();
  json servers = json::array();
  for (const json& item : merged) (position(patch_order, item, key) >= 0 ? ours : servers).push_back(item);
  sort_by(ours, patch_order, key);
  sort_by(servers, server_order, key);
  json all = json::array();
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < servers.size() || j < ours.size()) {
    bool left = j >= ours.size();
    if (!left && i < servers.size()) {
      const auto here = position(server_order, servers[i], key);
      const auto there = position(server_order, ours[j], key);
      left = here >= 0 && there >= 0 && here < there;
    }
    all.push_back(left ? servers[i++] : ours[j++]);
  }
  return all;
}

// Lists merge only where all items are of one sort, and objects have the key.
KubeOutcome<bool> holds_objects(const json& original, const json& patch, const std::string& key) {
  const json* first = !original.empty() ? &original.front() : &patch.front();
  if (first->is_array()) return broken("lists of lists are not supported");
  for (const json* list : {&original, &patch}) {
    for (const json& item : *list) {
      if (item.type() != first->type())
        return broken("list element types are not identical: " + go_text({original, patch}));
      if (!item.is_object()) continue;
      if (key.empty()) return broken("cannot merge lists without merge key");
      if (!item.contains(key)) return no_key(item, key);
    }
  }
  return first->is_object();
}

class Merge {
 public:
  KubeOutcome<void> object(json& original, json patch, const KubeSchema* schema);

 private:
  KubeOutcome<json> list(json original, const json& patch, const Rule& rule);
  KubeOutcome<json> objects(json original, const json& patch, const Rule& rule);
  KubeOutcome<void> retain(json& original, json& patch);
  KubeOutcome<void> order(json& original, json& patch, const std::string& field, const json& wanted,
                          const KubeSchema* schema);
  KubeOutcome<void> field(json& original, const std::string& name, json value, const KubeSchema* schema);
};

KubeOutcome<json> Merge::objects(json original, const json& patch, const Rule& rule) {
  json rest = json::array();
  bool replaces = false;
  for (const json& item : patch) {
    const auto directive = item.find(kPatch);
    if (directive == item.end()) {
      rest.push_back(item);
    } else if (*directive == "delete") {
      for (auto at = position(original, item, rule.key); at >= 0; at = position(original, item, rule.key))
        original.erase(static_cast<std::size_t>(at));
    } else if (*directive == "replace") {
      replaces = true;
    } else {
      return bad_directive(item);
    }
  }
  if (replaces) return rest;
  const json before = original;
  for (const json& item : rest) {
    const auto at = position(original, item, rule.key);
    if (at >= 0) {
      TRY(object(original[static_cast<std::size_t>(at)], item, rule.item));
    } else {
      original.push_back(item);
    }
  }
  return ordered(original, rest, before, rule.key);
}

KubeOutcome<json> Merge::list(json original, const json& patch, const Rule& rule) {
  if (!rule.merges) return patch;
  if (original.empty() && patch.empty()) return original;
  const json named = [&] {  // an item that only says "$patch: replace" needs no key
    json out = json::array();
    for (const json& item : patch)
      if (!item.is_object() || item.value(kPatch, json()) != "replace") out.push_back(item);
    return out;
  }();
  const bool of_objects = original.empty() && named.empty() ? true : TRY(holds_objects(original, named, rule.key));
  if (of_objects) return objects(std::move(original), patch, rule);
  json merged = original;
  for (const json& item : patch)
    if (position(merged, item, "") < 0) merged.push_back(item);
  return ordered(merged, patch, original, "");
}

// Only the named keys stay.
KubeOutcome<void> Merge::retain(json& original, json& patch) {
  const auto found = patch.find(kRetainKeys);
  if (found == patch.end()) return {};
  const json keys = *found;
  patch.erase(found);
  if (!keys.is_array()) return bad("invalid patch format of retainKeys");
  for (const auto& [key, value] : patch.items()) {
    const bool directive = key.starts_with(kDelete) || key.starts_with(kOrder);
    if (!value.is_null() && !directive && position(keys, key, "") < 0) return bad("invalid patch format of retainKeys");
  }
  for (auto it = original.begin(); it != original.end();)
    it = position(keys, it.key(), "") < 0 ? original.erase(it) : ++it;
  return {};
}

KubeOutcome<void> Merge::order(json& original, json& patch, const std::string& name, const json& wanted,
                               const KubeSchema* schema) {
  const Rule rule = rule_of(schema, name);
  const bool there = original.contains(name);
  const bool sent = patch.contains(name);
  if (!wanted.is_array()) return no_list(wanted);
  if (sent && !patch[name].is_array()) return no_list(patch[name]);
  const json live = there ? original[name] : json::array();
  const json items = sent ? patch[name] : json::array();
  if (!live.is_array()) return no_list(live);
  std::size_t at = 0;  // what is sent stands in the order list, in the same order
  for (const json& item : items) {
    if (item.is_object() && item.contains(kPatch)) continue;
    if (!rule.key.empty() && (!item.is_object() || !item.contains(rule.key))) return no_key(item, rule.key);
    while (at < wanted.size() && position(json::array({wanted[at]}), item, rule.key) < 0) ++at;
    if (at++ >= wanted.size() && !wanted.empty()) {
      return broken("The order in patch list:\n" + go_text(items) + "\n doesn't match $setElementOrder list:\n" +
                    go_text(wanted) + "\n");
    }
  }
  patch.erase(name);
  if (!there && !sent) return {};
  json merged = live;
  if (!there) {
    merged = items;
    cleaned(merged);
  } else if (sent) {
    merged = TRY(list(live, items, rule));
  }
  original[name] = ordered(merged, wanted, live, rule.key);
  return {};
}

KubeOutcome<void> Merge::field(json& original, const std::string& name, json value, const KubeSchema* schema) {
  if (value.is_null()) {
    original.erase(name);
    return {};
  }
  const auto there = original.find(name);
  if (there == original.end() || there->type() != value.type() || !value.is_structured()) {
    take(original, name, std::move(value));
    return {};
  }
  if (value.is_object()) return object(*there, std::move(value), schema == nullptr ? nullptr : schema->member(name));
  original[name] = TRY(list(*there, value, rule_of(schema, name)));
  return {};
}

KubeOutcome<void> Merge::object(json& original, json patch, const KubeSchema* schema) {
  if (const auto directive = patch.find(kPatch); directive != patch.end()) {
    if (*directive != "replace" && *directive != "delete") return bad_directive(patch);
    const bool replaces = *directive == "replace";
    patch.erase(kPatch);
    original = replaces ? std::move(patch) : json::object();
    return {};
  }
  TRY(retain(original, patch));
  std::vector<std::pair<std::string, json>> orders;
  for (auto it = patch.begin(); it != patch.end();) {
    if (it.key().starts_with(kOrder)) {
      orders.emplace_back(it.key().substr(kOrder.size()), *it);
      it = patch.erase(it);
    } else {
      ++it;
    }
  }
  for (const auto& [name, wanted] : orders) TRY(order(original, patch, name, wanted, schema));
  for (const auto& [key, value] : patch.items()) {
    if (!key.starts_with(kDelete)) {
      TRY(field(original, key, value, schema));
      continue;
    }
    const auto there = original.find(key.substr(kDelete.size()));
    if (there == original.end() || !there->is_array() || !value.is_array()) continue;
    json kept = json::array();
    for (const json& item : *there)
      if (position(value, item, "") < 0) kept.push_back(item);
    *there = std::move(kept);
  }
  return {};
}

}  // namespace

KubeOutcome<json> strategic_patched(const json& object, std::string_view patch, const KubeSchema& schema) {
  const json parsed = TRY(parsed_body(patch));
  if (!parsed.is_object())
    return bad("json: cannot unmarshal " + json_type(parsed) + " into Go value of type map[string]interface {}");
  json document = object;
  TRY(Merge().object(document, parsed, &schema));
  return document;
}

}  // namespace originpull::worlds
