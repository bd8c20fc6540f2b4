// SPDX-License-Identifier: Apache-2.0
#pragma once
// Label and field selectors of lists and watches, read once and asked of objects as the simulated Kubernetes API keeps
// them. Which fields can be asked for depends on the kind. Plain values, any thread. `read_selector` fails with 400 in
// the API server's words.
// The one idea: what a selector asks is settled when it is read, so asking an object is cheap.
#include <string>
#include <string_view>
#include <vector>

#include "worlds/kube_refusal.hpp"
#include "worlds/kube_types.hpp"

namespace originpull::worlds {

class KubeSelector {
 public:
  bool empty() const { return labels_.empty() && fields_.empty(); }
  bool matches(const nlohmann::json& object) const;
  // What `metadata.name=` asks for; empty: nothing in particular.
  std::string only_name() const;

 private:
  friend KubeOutcome<KubeSelector> read_selector(std::string_view, std::string_view, const KubeType&);
  enum class Op { kIn, kNotIn, kExists, kAbsent, kGreater, kLess };
  struct Label {
    std::string key;
    Op op = Op::kExists;
    std::vector<std::string> values = {};
  };
  struct Field {
    std::vector<std::string> path;
    bool equal = true;
    std::string value;
  };
  class Parser;
  static bool holds(const Label&, const nlohmann::json& labels);

  std::vector<Label> labels_;
  std::vector<Field> fields_;
};

KubeOutcome<KubeSelector> read_selector(std::string_view labels, std::string_view fields, const KubeType&);

}  // namespace originpull::worlds
