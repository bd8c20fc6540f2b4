// SPDX-License-Identifier: Apache-2.0
#pragma once
// Objects seen through their schema, as server-side apply sees them: which fields a value sets, what has changed
// between two, one merged into another, fields taken out of one. Maps are gone into field by field, lists of type map
// and set item by item, and what is atomic is one leaf; of what a schema does not describe maps are gone into and lists
// are leaves. Pure, any thread. A value that does not fit the schema is told in the words of the real server, by
// `misfit` alone: the others expect what it let pass, and take anything else for a leaf.
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "worlds/kube_fields.hpp"
#include "worlds/kube_schema.hpp"

namespace originpull::worlds {

// Empty: it fits. Lists of type map and set may not hold an item twice.
std::string misfit(const nlohmann::json& value, const KubeSchema&);

FieldSet fields_of(const nlohmann::json& value, const KubeSchema&);

struct FieldChanges {
  FieldSet added = {};
  FieldSet modified = {};
  FieldSet removed = {};
};
FieldChanges changes_between(const nlohmann::json& before, const nlohmann::json& after, const KubeSchema&);

nlohmann::json merged(const nlohmann::json& live, const nlohmann::json& config, const KubeSchema&);
// Where a map or list loses all that it holds, null stays in its place.
nlohmann::json without_fields(const nlohmann::json& value, const FieldSet&, const KubeSchema&);
// Besides the fields the named ones that they are in: with `.spec.interval` also `.spec`.
FieldSet with_parents(FieldSet, const KubeSchema*);

}  // namespace originpull::worlds
