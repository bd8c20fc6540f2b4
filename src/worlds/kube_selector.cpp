// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_selector.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "json/writer.hpp"
#include "worlds/kube_names.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;
using originpull::json::quote;

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

tl::unexpected<KubeRefusal> bad_request(std::string message) { return refuse(400, "BadRequest", std::move(message)); }

std::vector<std::string> dotted(std::string_view path) {
  std::vector<std::string> parts(1);
  for (const char c : path) {
    if (c == '.') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::string value_at(const json& object, const std::vector<std::string>& path) {
  const json* at = &object;
  for (const std::string& part : path) {
    const auto found = at->is_object() ? at->find(part) : at->end();
    if (found == at->end()) return {};
    at = &*found;
  }
  if (at->is_string()) return at->get<std::string>();
  return at->is_null() || at->is_structured() ? std::string() : at->dump();
}

// Where the objects keep a field that a kind can be selected by; Events are kept as events.k8s.io has them.
std::vector<std::string> event_field(const KubeType& type, const std::string& field) {
  const std::string subject = type.group.empty() ? "involvedObject." : "regarding.";
  static const std::vector<std::string> kOfSubject = {"kind",       "namespace",       "name",     "uid",
                                                      "apiVersion", "resourceVersion", "fieldPath"};
  for (const std::string& one : kOfSubject)
    if (field == subject + one) return {"regarding", one};
  if (field == "reason" || field == "type") return {field};
  if (field == (type.group.empty() ? "reportingComponent" : "reportingController")) return {"reportingController"};
  if (type.group.empty() && field == "source") return {"deprecatedSource", "component"};
  return {};
}

std::vector<std::string> kind_field(const KubeType& type, const std::string& field) {
  switch (type.rules) {
    case KubeRules::kEvent: return event_field(type, field);
    case KubeRules::kSecret: return field == "type" ? dotted(field) : std::vector<std::string>();
    case KubeRules::kNamespace: return field == "status.phase" ? dotted(field) : std::vector<std::string>();
    case KubeRules::kService:
      return field == "spec.clusterIP" || field == "spec.type" ? dotted(field) : std::vector<std::string>();
    case KubeRules::kCustom:
      return std::ranges::find(type.selectable_fields, "." + field) != type.selectable_fields.end()
                 ? dotted(field)
                 : std::vector<std::string>();
    default: return {};
  }
}

KubeOutcome<std::vector<std::string>> field_path(const KubeType& type, const std::string& field) {
  if (field == "metadata.name" || field == "metadata.namespace") return dotted(field);
  if (auto path = kind_field(type, field); !path.empty()) return path;
  const bool words = type.custom() || type.group.empty() || type.rules == KubeRules::kEvent;
  if (words) return bad_request("field label not supported: " + field);
  return bad_request(quote(field) + R"( is not a known field selector: only "metadata.name", "metadata.namespace")");
}

}  // namespace

class KubeSelector::Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) { step(); }

  KubeOutcome<std::vector<Label>> labels() {
    std::vector<Label> all;
    if (is_end()) return all;
    if (!is_word() && token_ != "!")
      return bad_request("found '" + token_ + "', expected: !, identifier, or 'end of string'");
    for (;;) {
      all.push_back(TRY(requirement()));
      if (is_end()) return all;
      if (token_ != ",") return bad_request("found '" + token_ + "', expected: ',' or 'end of string'");
      step();
      if (!is_word() && token_ != "!") return bad_request("found '" + token_ + "', expected: identifier after ','");
    }
  }

 private:
  static bool special(char c) { return std::string_view("=!(),<>").find(c) != std::string_view::npos; }
  bool is_end() const { return token_.empty(); }
  bool is_word() const { return !token_.empty() && !special(token_[0]); }

  void step() {
    token_.clear();
    while (!text_.empty() && (text_[0] == ' ' || text_[0] == '\t')) text_.remove_prefix(1);
    if (text_.empty()) return;
    const std::string_view two = text_.substr(0, 2);
    std::size_t size = two == "==" || two == "!=" ? 2 : 1;
    if (!special(text_[0]))
      while (size < text_.size() && !special(text_[size]) && text_[size] != ' ' && text_[size] != '\t') ++size;
    token_ = text_.substr(0, size);
    text_.remove_prefix(size);
  }

  static tl::unexpected<KubeRefusal> bad(const std::string& why) {
    return bad_request("unable to parse requirement: " + why);
  }

  // Of a key with more than one slash it is said as what it fails.
  static std::string of_a_key(std::string fault) {
    constexpr std::string_view kAsName = "a qualified name must";
    if (fault.starts_with(kAsName)) fault.replace(0, kAsName.size(), "a valid label key must");
    return fault;
  }

  KubeOutcome<std::string> key() {
    if (!is_word()) return bad("found '" + token_ + "', expected: identifier");
    if (const auto faults = wrong_with_qualified_name(token_); !faults.empty())
      return bad("<nil>: Invalid value: " + quote(token_) + ": " + of_a_key(faults[0]));
    std::string name = token_;
    step();
    return name;
  }

  KubeOutcome<Label> requirement() {
    if (token_ == "!") {
      step();
      return Label{.key = TRY(key()), .op = Op::kAbsent};
    }
    Label label{.key = TRY(key())};
    if (is_end() || token_ == ",") return label;
    const std::string op = token_;
    if (op == "in" || op == "notin") {
      label.op = op == "in" ? Op::kIn : Op::kNotIn;
      step();
      label.values = TRY(list());
    } else if (op == "=" || op == "==" || op == "!=" || op == ">" || op == "<") {
      label.op = op == "!=" ? Op::kNotIn : op == ">" ? Op::kGreater : op == "<" ? Op::kLess : Op::kIn;
      step();
      label.values = {is_word() ? token_ : ""};
      if (is_word()) step();
    } else {
      return bad("found '" + op + "', expected: in, notin, =, ==, !=, gt, lt");
    }
    return checked(std::move(label));
  }

  KubeOutcome<std::vector<std::string>> list() {
    if (token_ != "(") return bad("found '" + token_ + "' expected: '('");
    step();
    std::vector<std::string> values;
    for (;;) {
      values.push_back(is_word() ? token_ : "");
      if (is_word()) step();
      if (token_ == ")") break;
      if (token_ != ",") return bad("found '" + token_ + "', expected: ',' or ')'");
      step();
    }
    step();
    return values;
  }

  static KubeOutcome<Label> checked(Label label) {
    for (std::size_t i = 0; i < label.values.size(); ++i) {
      const std::string where = "values[" + std::to_string(i) + "]";
      const std::string shown = quote(label.values[i]);
      if ((label.op == Op::kGreater || label.op == Op::kLess) && !number(label.values[i]))
        return bad(where + ": Invalid value: " + shown + ": for 'Gt', 'Lt' operators, the value must be an integer");
      if (const auto faults = wrong_with_label_value(label.values[i]); !faults.empty())
        return bad(where + "[" + label.key + "]: Invalid value: " + shown + ": " + faults[0]);
    }
    return label;
  }

  std::string_view text_;
  std::string token_;  // empty: the end
};

bool KubeSelector::holds(const Label& label, const json& labels) {
  const auto found = labels.is_object() ? labels.find(label.key) : labels.end();
  const bool there = found != labels.end() && found->is_string();
  const auto& values = label.values;
  switch (label.op) {
    case Op::kExists: return there;
    case Op::kAbsent: return !there;
    case Op::kIn: return there && std::ranges::find(values, found->get_ref<const std::string&>()) != values.end();
    case Op::kNotIn: return !there || std::ranges::find(values, found->get_ref<const std::string&>()) == values.end();
    default: break;
  }
  const auto have = there ? number(found->get_ref<const std::string&>()) : std::nullopt;
  if (!have) return false;
  return label.op == Op::kGreater ? *have > *number(values[0]) : *have < *number(values[0]);
}

bool KubeSelector::matches(const json& object) const {
  for (const Field& field : fields_)
    if ((value_at(object, field.path) == field.value) != field.equal) return false;
  if (labels_.empty()) return true;
  static const json kNone = json::object();
  const auto meta = object.find("metadata");
  const auto labels = meta == object.end() ? kNone.end() : meta->find("labels");
  const json& all = meta == object.end() || labels == meta->end() ? kNone : *labels;
  return std::ranges::all_of(labels_, [&](const Label& label) { return holds(label, all); });
}

std::string KubeSelector::only_name() const {
  for (const Field& field : fields_)
    if (field.equal && field.path.size() == 2 && field.path[0] == "metadata" && field.path[1] == "name")
      return field.value;
  return {};
}

KubeOutcome<KubeSelector> read_selector(std::string_view labels, std::string_view fields, const KubeType& type) {
  KubeSelector selector;
  selector.labels_ = TRY(KubeSelector::Parser(labels).labels());
  const std::string whole(fields);
  while (!fields.empty()) {
    std::string term;
    std::size_t at = 0;
    for (; at < fields.size() && fields[at] != ','; ++at) {
      if (fields[at] == '\\' && at + 1 < fields.size()) ++at;
      term += fields[at];
    }
    fields.remove_prefix(std::min(at + 1, fields.size()));
    if (term.empty()) continue;
    const auto equals = term.find('=');
    if (equals == std::string::npos)
      return bad_request("invalid selector: '" + whole + "'; can't understand '" + term + "'");
    const bool negated = equals > 0 && term[equals - 1] == '!';
    const std::size_t from = equals + (term.compare(equals, 2, "==") == 0 ? 2 : 1);
    selector.fields_.push_back({.path = TRY(field_path(type, term.substr(0, negated ? equals - 1 : equals))),
                                .equal = !negated,
                                .value = term.substr(from)});
  }
  return selector;
}

}  // namespace originpull::worlds
