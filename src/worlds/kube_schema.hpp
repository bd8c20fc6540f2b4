// SPDX-License-Identifier: Apache-2.0
#pragma once
// `KubeSchema` is what the simulated Kubernetes API knows of a kind: a tree of fields with their types, how lists and
// maps merge, defaults, and what a value must keep. One form serves the built-in kinds (worlds/kube_builtin.hpp) and
// custom ones, whose schema is compiled here from a CustomResourceDefinition. Compiled once, then shared and never
// changed: any thread reads it. A schema that this world cannot keep is refused when it is compiled, not ignored.
#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "worlds/kube_pattern.hpp"
#include "worlds/kube_refusal.hpp"

namespace originpull::worlds {

// What a value must keep beside its type; absent bounds are not checked.
struct KubeBounds {
  std::vector<std::string> required = {};
  std::shared_ptr<const nlohmann::json> options = {};  // enum, a list
  std::size_t longest_option = 0;                      // of its texts
  std::optional<KubePattern> pattern = {};
  std::string format = {};
  std::optional<std::int64_t> min_length = {};
  std::optional<std::int64_t> max_length = {};
  std::optional<std::int64_t> min_items = {};
  std::optional<std::int64_t> max_items = {};
  std::optional<std::int64_t> min_properties = {};
  std::optional<std::int64_t> max_properties = {};
  std::optional<double> minimum = {};
  std::optional<double> maximum = {};
  bool above_minimum = false;  // exclusiveMinimum
  bool below_maximum = false;
};

struct KubeSchema {
  enum class Type { kAny, kObject, kArray, kString, kInteger, kNumber, kBoolean, kIntOrString };
  enum class List { kAtomic, kMap, kSet };

  Type type = Type::kAny;
  bool nullable = false;
  bool keeps_unknown = false;  // x-kubernetes-preserve-unknown-fields
  bool embedded = false;       // x-kubernetes-embedded-resource
  bool atomic_map = false;
  // Of built-in kinds, as Go has them:
  bool always = false;   // a struct that is there, empty, even where nobody wrote it
  bool pointer = false;  // a value of zero is kept; of others it is as if it were not there
  bool shown = false;    // it is there even where it is zero
  bool bytes = false;    // a text in base64
  List list = List::kAtomic;
  std::vector<std::string> list_keys = {};
  // Of a strategic merge patch: whether lists merge, and objects in them by which key.
  bool patch_merges = false;
  std::string patch_key = {};

  std::string name = {};  // of the type, of built-in ones: "ObjectMeta"
  std::map<std::string, KubeSchema, std::less<>> properties = {};
  std::shared_ptr<const KubeSchema> shared = {};  // of built-in types: the node that stands for this one
  std::unique_ptr<KubeSchema> values = {};        // additionalProperties
  std::unique_ptr<KubeSchema> items = {};
  std::shared_ptr<const nlohmann::json> fallback = {};  // default
  std::unique_ptr<KubeBounds> bounds = {};
  std::vector<KubeSchema> all_of = {};
  std::vector<KubeSchema> any_of = {};
  std::vector<KubeSchema> one_of = {};
  std::unique_ptr<KubeSchema> none_of = {};  // not

  const KubeSchema& self() const { return shared ? *shared : *this; }
  const KubeSchema* member(std::string_view field) const;  // of an object or map; null: unknown
  const KubeSchema* element() const;                       // of a list; null: unknown
};

// Where an `openAPIV3Schema` is not structural, so that a real server takes no type of it; `at`: its own place.
std::vector<KubeCause> faults_of_structure(const nlohmann::json& openapi, const std::string& at);

// Of an `openAPIV3Schema`, with the root's apiVersion, kind and metadata as every object has them.
KubeOutcome<KubeSchema> compile_schema(const nlohmann::json& openapi);

}  // namespace originpull::worlds
