// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_cel_words.hpp"

#include <cstdio>
#include <utility>

#include "json/writer.hpp"

namespace originpull::worlds {
namespace {

// Go writes these so that HTML may hold its JSON.
std::string for_html(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '<' || c == '>' || c == '&') {
      out += c == '<' ? "\\u003c" : c == '>' ? "\\u003e" : "\\u0026";
    } else {
      out += c;
    }
  }
  return out;
}

std::string field_of(const CelRuleText& text, const std::string& path) {
  std::string field = path + text.field;
  if (path.empty() && field.starts_with('.')) field.erase(0, 1);
  return field;
}

}  // namespace

std::string cel_shown(const CelRuleText& text) {
  json::Writer w;
  w.begin_object().field("Rule", text.rule).field("Message", text.message);
  w.field("MessageExpression", text.message_expression).key("Reason");
  if (text.reason.empty()) {
    w.null();
  } else {
    w.string(text.reason);
  }
  w.field("FieldPath", text.field).key("OptionalOldSelf").null();
  return for_html(w.end_object().take());
}

std::string cel_fault_text(const CelFault& fault, std::string_view rule) {
  if (fault.column == 0) return fault.what;  // of the whole
  return "compilation failed: ERROR: <input>:1:" + std::to_string(fault.column) + ": " + fault.what + "\n | " +
         std::string(rule) + "\n | " + std::string(fault.column - 1, '.') + "^";
}

std::string cel_too_much(double factor) {
  char text[32] = "more than 100x";
  if (factor <= 100) std::snprintf(text, sizeof text, factor < 1.5 ? "%fx" : "%.1fx", factor);  // never "1.0x"
  return std::string(" exceeds budget by factor of ") + text +
         " (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings "
         "are declared)";
}

KubeCause cel_cause(const CelRuleText& text, const std::string& path, const std::string& shown,
                    const std::string& said) {
  const std::string message = text.message.empty() ? "failed rule: " + text.rule : text.message;
  const std::string& why = said.empty() ? message : said;
  KubeCause cause{.reason = text.reason.empty() ? "FieldValueInvalid" : text.reason, .field = field_of(text, path)};
  if (cause.reason == "FieldValueForbidden") {
    cause.message = "Forbidden: " + why;
  } else if (cause.reason == "FieldValueRequired") {
    cause.message = "Required value: " + why;
  } else if (cause.reason == "FieldValueDuplicate") {
    cause.message = "Duplicate value: " + shown;
  } else {
    cause.message = "Invalid value: " + shown + (shown.empty() ? "" : ": ") + why;
  }
  return cause;
}

KubeCause cel_failure(const CelRuleText& text, const std::string& path, const std::string& type,
                      const std::string& error) {
  return invalid_value(path, json::quote(type),
                       error + " evaluating rule: " + (text.message.empty() ? text.rule : text.message));
}

}  // namespace originpull::worlds
