// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_refusal.hpp"

#include <algorithm>

namespace originpull::worlds {
namespace {

std::string line_of(const KubeCause& cause) {
  return cause.field.empty() ? cause.message : cause.field + ": " + cause.message;
}

// All lines, each once; brackets only round several.
std::string joined(const std::vector<KubeCause>& causes) {
  std::vector<std::string> lines;
  for (const KubeCause& cause : causes)
    if (std::string line = line_of(cause); std::ranges::find(lines, line) == lines.end())
      lines.push_back(std::move(line));
  if (lines.size() == 1) return lines.front();
  std::string out = "[";
  for (const std::string& line : lines) out += (out.size() > 1 ? ", " : "") + line;
  return out + "]";
}

}  // namespace

KubeCause invalid_value(std::string field, std::string_view shown, std::string_view why) {
  return {.reason = "FieldValueInvalid",
          .message = "Invalid value: " + std::string(shown) + ": " + std::string(why),
          .field = std::move(field)};
}

KubeCause required_value(std::string field, std::string_view why) {
  return {.reason = "FieldValueRequired",
          .message = "Required value" + (why.empty() ? std::string() : ": " + std::string(why)),
          .field = std::move(field)};
}

KubeCause forbidden(std::string field, std::string_view why) {
  return {.reason = "FieldValueForbidden", .message = "Forbidden: " + std::string(why), .field = std::move(field)};
}

KubeRefusal invalid(std::string_view group, std::string_view kind, std::string_view name,
                    std::vector<KubeCause> causes) {
  const std::string qualified = std::string(kind) + (group.empty() ? "" : "." + std::string(group));
  std::string message = qualified + " \"" + std::string(name) + "\" is invalid: " + joined(causes);
  return {.code = 422,
          .reason = "Invalid",
          .message = std::move(message),
          .causes = std::move(causes),
          .group = std::string(group),
          .kind = std::string(kind),
          .name = std::string(name)};
}

}  // namespace originpull::worlds
