// SPDX-License-Identifier: Apache-2.0
#pragma once
// `FieldSet` is a set of fields of an object, as `metadata.managedFields` records who owns what: a tree in which each
// node says whether it is itself in the set. Its steps are the words of the form FieldsV1: `f:spec`, a list's item by
// its keys `k:{"type":"Ready"}` or by its value `v:"a"`. The idea: the algebra of ownership (joined, common, without)
// and the text form work on steps alone and know no schema. A plain value, any thread. A text that is no FieldsV1 is
// refused; nothing else fails.
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace originpull::worlds {

using FieldPath = std::vector<std::string>;  // of steps

struct FieldSet {
  bool member = false;  // of the root: never
  std::map<std::string, FieldSet, std::less<>> below = {};

  bool empty() const { return !member && below.empty(); }
  bool operator==(const FieldSet&) const = default;
  void insert(const FieldPath&);
  bool has(const FieldPath&) const;
  // Calls with each field of the set: what is nearer to the root first, then by step.
  void each(const std::function<void(const FieldPath&)>&) const;
};

FieldSet joined(FieldSet, const FieldSet&);
FieldSet common(const FieldSet&, const FieldSet&);
FieldSet without(const FieldSet&, const FieldSet&);
// Without these fields of the object and all that is below them: {"metadata", "spec"}.
FieldSet without_roots(FieldSet, const std::vector<std::string>& fields);

nlohmann::json encode_fields(const FieldSet&);
std::optional<FieldSet> decode_fields(const nlohmann::json& fields_v1);

// `.status.conditions[type="Ready"].reason`, as conflicts name it.
std::string text_of(const FieldPath&);

}  // namespace originpull::worlds
