// SPDX-License-Identifier: Apache-2.0
#pragma once
// Whether a rule in CEL fits the schema that it stands in, before any object is there: each name is known, each field
// exists, each operator has operands that it takes, and the most that it may cost is estimated as the real server does
// it, from the lengths that the schema allows. The one idea: a type carries how long its values can be, so types and
// costs come out of one walk. Where the schema bounds nothing, the size of a request does. The estimate follows
// cel-go's in its magnitude and not to the last unit. Pure, any thread; a fault is a column and a sentence.
#include <memory>
#include <string>

#include "worlds/kube_cel_syntax.hpp"
#include "worlds/kube_schema.hpp"

namespace originpull::worlds {

struct CelType {
  enum class Kind {
    kNull,
    kBool,
    kInt,
    kDouble,
    kText,
    kDuration,
    kTime,
    kList,
    kMap,
    kObject,
    kAny
  } kind = Kind::kAny;
  double size = 0;                              // bytes of a text, members of a list or map: at most
  const KubeSchema* schema = nullptr;           // of an object
  std::shared_ptr<const CelType> element = {};  // of a list or map
};
using CelTypePtr = std::shared_ptr<const CelType>;

CelTypePtr cel_type_of(const KubeSchema&);
// How often a value of the schema can stand in one request, and members in a list or map of it.
double most_in_a_request(const KubeSchema&);
double most_members(const KubeSchema&);
// The name by which a rule calls a field: "__dash__" for "-", "__in__" for a word of CEL's own.
std::string cel_field_name(const std::string& name);

// Sets the types of the tree and gives the cost. `self` and `oldSelf` have the type of the schema.
tl::expected<double, CelFault> check_cel(CelNode&, const KubeSchema&, CelType::Kind wanted);

}  // namespace originpull::worlds
