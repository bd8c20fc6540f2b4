// SPDX-License-Identifier: Apache-2.0
#pragma once
// `KubeRefusal` is a request that the simulated Kubernetes API does not do: what a Status of kind Failure says, before
// it is text. The pure parts of that world (patches, field managers, schemas, selectors) return it as the error of a
// `KubeOutcome`, in which TRY works as in a Result; faults of single fields are causes, which become one refusal that
// names the object only where the object is known. Plain values, any thread; nothing here fails.
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace originpull::worlds {

// A fault of one field. `message` does not repeat the field: "Invalid value: \"x\": must be …".
struct KubeCause {
  std::string reason = {};  // "FieldValueInvalid", "FieldValueRequired", "FieldManagerConflict"
  std::string message = {};
  std::string field = {};  // "spec.zone.name"; empty: of the whole
};

struct KubeRefusal {
  int code = 400;
  std::string reason = "BadRequest";
  std::string message = {};
  std::vector<KubeCause> causes = {};
  // What it is about, for the Status's details; each may be empty.
  std::string group = {};
  std::string kind = {};  // a kind in validation ("Secret"), a plural in all else ("secrets")
  std::string name = {};
  std::string uid = {};
  int retry_after = 0;    // in seconds; 0: nothing is said
  bool detailed = false;  // the Status has details though nothing is known
  std::vector<std::string> warnings = {};
  std::string continue_token = {};  // for those who would rather go on with an inconsistent list
};

template <class T>
using KubeOutcome = tl::expected<T, KubeRefusal>;
inline tl::unexpected<KubeRefusal> refuse(KubeRefusal refusal) {
  return tl::unexpected<KubeRefusal>(std::move(refusal));
}
inline tl::unexpected<KubeRefusal> refuse(int code, std::string reason, std::string message) {
  return refuse({.code = code, .reason = std::move(reason), .message = std::move(message)});
}

// The causes as the API server words them.
KubeCause invalid_value(std::string field, std::string_view shown, std::string_view why);  // `shown`: JSON of the value
KubeCause required_value(std::string field, std::string_view why = {});
KubeCause forbidden(std::string field, std::string_view why);
// 422 Invalid: `Widget.example.com "a" is invalid: spec.size: Invalid value: 0: must be positive`. There is a cause.
KubeRefusal invalid(std::string_view group, std::string_view kind, std::string_view name,
                    std::vector<KubeCause> causes);

}  // namespace originpull::worlds

namespace originpull::detail {  // for TRY
template <class T>
T&& value_of(tl::expected<T, worlds::KubeRefusal>& outcome) {
  return std::move(*outcome);
}
inline void value_of(tl::expected<void, worlds::KubeRefusal>&) {}
}  // namespace originpull::detail
