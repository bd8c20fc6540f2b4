// SPDX-License-Identifier: Apache-2.0
#pragma once
// The text of a rule in CEL as a tree. `parse_cel` reads the language of the rules of custom types: literals, fields,
// operators under cel-go's names (`_==_`), calls, lists, maps and the macros over lists. What this world does not keep
// (optional values, bytes, messages) is refused as syntax that it does not have, never read as something else. The one
// idea: each node knows its column, so that whatever is wrong later can be shown as cel-go shows it. Plain values, any
// thread. A fault is a column and a sentence; depth is bounded.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace originpull::worlds {

struct CelType;
class KubePattern;

struct CelNode {
  enum class Kind {
    kLiteral,  // value
    kName,     // name
    kField,    // parts[0].name
    kHas,      // has(parts[0].name)
    kIndex,    // parts[0][parts[1]]
    kCall,     // name(parts…), or parts[0].name(…)
    kList,
    kMap,     // key, value, key, value, …
    kForEach  // parts[0].name(variable, parts[1], …): all, exists, exists_one, filter, map
  } kind = Kind::kLiteral;
  std::string name = {};
  std::string variable = {};
  bool method = false;
  std::variant<std::monostate, bool, std::int64_t, double, std::string> value = {};  // monostate: null
  std::vector<CelNode> parts = {};
  std::size_t column = 1;
  // Set by the check; the pattern of a call of matches() that has it as a literal.
  std::shared_ptr<const CelType> type = {};
  std::shared_ptr<const KubePattern> pattern = {};
};

struct CelFault {
  std::size_t column = 1;
  std::string what;
};

tl::expected<CelNode, CelFault> parse_cel(std::string_view text);
// Whether the tree speaks of this name.
bool mentions(const CelNode&, std::string_view name);

}  // namespace originpull::worlds
